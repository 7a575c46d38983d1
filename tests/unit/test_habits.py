"""Habits: measured from the likes, told in a card, kept by a person's own prompts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import promptstyle.assets
from promptstyle.core.style.habits import Habits, measure
from promptstyle.core.style.habits_edges import closings, first_words, last_piece, openings
from promptstyle.core.style.habits_sizes import Spread, sizes
from promptstyle.core.style.habits_traits import GROUPS, NAMED, Reading, traits

STARTER = Path(promptstyle.assets.__file__).with_name("starter_likes.jsonl")
FILES = [STARTER, *sorted((Path(__file__).parents[1] / "authors").glob("*.jsonl"))]
PROMPTS = {
    path.stem: [json.loads(line)["output"] for line in path.read_text("utf-8").splitlines()]
    for path in FILES
}


def others(author: str, odd: bool) -> list[str]:
    """Every second prompt of all the other authors."""
    return [
        prompt for name, prompts in PROMPTS.items() if name != author for prompt in prompts[odd::2]
    ]


def above(ours: list[float], theirs: list[float]) -> float:
    """The area under the ROC curve: how often one of ours is above one of theirs."""
    wins = sum((one > other) + (one == other) / 2 for one in ours for other in theirs)
    return wins / (len(ours) * len(theirs))


@pytest.mark.parametrize("compared", [True, False])
@pytest.mark.parametrize("author", sorted(PROMPTS))
def test_held_out_likes_fit_better_than_what_others_wrote(author: str, compared: bool) -> None:
    mine = PROMPTS[author]
    ours: list[float] = []
    theirs: list[float] = []
    for fold in (0, 3):
        train = [prompt for index, prompt in enumerate(mine) if index % 5 != fold]
        # Those that it is compared with in measuring are not those that it is tested on.
        habits = measure(train, others(author, odd=True) if compared else ())
        ours += [habits.fit(prompt) for prompt in mine[fold::5]]
        theirs += [habits.fit(prompt) for prompt in others(author, odd=False)[::3]]
    assert above(ours, theirs) > 0.98
    assert sum(ours) / len(ours) > sum(theirs) / len(theirs) + 0.1


@pytest.mark.parametrize("author", sorted(PROMPTS))
def test_five_likes_are_enough_to_tell(author: str) -> None:
    habits = measure(PROMPTS[author][:5])
    ours = [habits.fit(prompt) for prompt in PROMPTS[author][5::2]]
    assert above(ours, [habits.fit(prompt) for prompt in others(author, odd=False)[::3]]) > 0.95


def test_the_card_of_the_starter_likes() -> None:
    card = measure(PROMPTS["starter_likes"], others("starter_likes", odd=False)).card()
    assert card.startswith("50 to 65 words, 6 sentences, one paragraph. Opens with a command.")
    assert "make sure" in card
    assert "says what not to do" in card
    assert "Ends with: Show only the ..." in card


@pytest.mark.parametrize(
    ("author", "told"),
    [
        ("courteous", ["Opens with: I would be grateful", "thank you", "Many thanks for ..."]),
        ("telegraphic", ["all in lower case", "semicolons", "Ends with: no ...", "No full stop"]),
        ("sections", ["with headings and bullets", "Opens with: You are a."]),
    ],
)
def test_cards_tell_authors_apart(author: str, told: list[str]) -> None:
    card = measure(PROMPTS[author], others(author, odd=False)).card()
    assert all(words in card for words in told), card


@pytest.mark.parametrize("author", sorted(PROMPTS))
@pytest.mark.parametrize("room", [0, 60, 150, 300])
def test_a_card_keeps_to_its_room(author: str, room: int) -> None:
    habits = measure(PROMPTS[author], others(author, odd=False))
    card = habits.card(room)
    assert len(card) <= room
    assert card.isascii()
    # Whole sentences: what does not fit is left out, not cut.
    assert card == "" or card.endswith(".")
    assert card == measure(PROMPTS[author], others(author, odd=False)).card(room)


def test_what_is_left_out_is_what_matters_least() -> None:
    habits = measure(PROMPTS["courteous"], others("courteous", odd=False))
    assert habits.card(70).startswith("60 to 80 words, 3 to 4 sentences")
    assert "Opens with" in habits.card(150)


def test_nothing_is_said_of_no_likes() -> None:
    habits = measure([])
    assert habits.card() == ""
    assert habits.fit("Write a poem.") == 1.0
    assert measure(["", "  \n", "!!!"]) == habits


def test_one_like_is_a_habit_but_a_weak_one() -> None:
    one = measure(["Write a poem of exactly 3 lines. Do not rhyme."])
    assert one.card().startswith("10 words, 2 sentences, one paragraph. Opens with: Write") or (
        one.card().startswith("10 words, 2 sentences, one paragraph. Opens with a command.")
    )
    far = "hey, could you maybe draw me a cat? no rush"
    many = measure(["Write a poem of exactly 3 lines. Do not rhyme."] * 40)
    assert many.fit(far) < one.fit(far) < 1


def test_the_order_of_the_likes_does_not_matter() -> None:
    prompts = PROMPTS["sections"]
    assert measure(prompts) == measure(prompts[::-1])


def test_it_goes_through_json() -> None:
    habits = measure(PROMPTS["telegraphic"], others("telegraphic", odd=True))
    assert Habits.from_json(json.loads(json.dumps(habits.to_json()))) == habits
    assert Habits.from_json(json.loads(json.dumps(Habits(0).to_json()))) == Habits(0)


@given(st.lists(st.text(max_size=200), max_size=6), st.text(max_size=300))
def test_any_text_is_measured(prompts: list[str], text: str) -> None:
    habits = measure(prompts, prompts[:2])
    assert 0 <= habits.fit(text) <= 1
    assert len(habits.card()) <= 300
    assert Habits.from_json(json.loads(json.dumps(habits.to_json()))) == habits


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("You are a cook. Plan a meal.", "role"),
        ("Plan a meal.", "command"),
        ("Please plan a meal.", "command"),
        ("Could you plan a meal?", "asks"),
        ("Plan 3 meals.", "digits"),
        ("Plan three meals.", "number_words"),
        ("Name exactly three meals.", "exact"),
        ("Keep it under 50 words.", "limit"),
        ("Use at most five steps.", "limit"),
        ("Give 3 to 5 ideas.", "range"),
        ("Answer as JSON.", "format"),
        ("plan a meal; no nuts", "dont"),
        ("Don't use nuts.", "dont"),
        ("Keep the tone warm.", "tone"),
        ("Write about [topic].", "blanks"),
        ("a\n\nb", "blank_lines"),
        ("## Task\nPlan", "headings"),
        ("Rules:\nNo nuts", "headings"),
        ("Do this:\n- one\n- two", "bullets"),
        ("1. one\n2. two", "numbered"),
        ("plan a meal", "lower"),
        ("Do NOT use nuts.", "loud"),
        ("It's late, I'm tired", "contractions"),
        ("Plan a meal \u2014 a quick one", "dash"),
        ("mon / tue", "slash"),
        ("What now?", "question_end"),
    ],
)
def test_a_trait_is_seen(text: str, name: str) -> None:
    assert name in traits(Reading(text))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Plan for a trip", "command"),
        ("summary of the notes", "command"),
        ("No more than 5 steps.", "dont"),
        ("Keep the cook's knife.", "contractions"),
        ("See https://example.org", "slash"),
        ("Plan a well-known meal", "dash"),
        ("- one\n- two", "dash"),
        ("Use JSON and HTML.", "loud"),
        ("At 10: go.", "headings"),
    ],
)
def test_a_trait_is_not_seen(text: str, name: str) -> None:
    assert name not in traits(Reading(text))


def test_every_trait_has_a_group_and_words() -> None:
    assert set(GROUPS) == set(NAMED)
    assert all(trait.says for trait in NAMED.values())


def test_sizes_count() -> None:
    read = Reading("Plan 3 meals, quickly.\n- no nuts\n- no fish")
    found = sizes(read)
    assert (found["words"], found["sentences"], found["lines"], found["items"]) == (8, 3, 3, 2)
    assert found["numbers"] == 1
    assert found["commas"] == 100 / 8


def test_a_spread_is_kept_inside_and_falls_off_outside() -> None:
    spread = Spread.of([40, 50, 60, 70, 80])
    assert (spread.low, spread.median, spread.high) == (44, 60, 76)
    assert spread.fit(44, 5) == spread.fit(76, 5) == 1
    falling = [spread.fit(value, 5) for value in (76, 90, 120, 300)]
    assert falling == sorted(falling, reverse=True)
    assert falling[-1] < 0.1


def test_openings_take_the_longest_that_stands_for_nearly_all() -> None:
    prompts = [f"You are a {job}. Help me." for job in ("cook", "poet", "nurse", "judge")]
    assert [tuple(share) for share in openings(prompts)] == [("You are a", 1.0)]
    mixed = ["Write a song", "Write the end", "Write two", "Write it", "Draw a map", "Name me"]
    assert [tuple(share) for share in openings(mixed)] == [("Write", 4 / 6)]


def test_first_words_end_with_the_phrase() -> None:
    assert first_words("Hey, can you help?") == ("Hey",)
    assert first_words("## Task\nPlan it") == ("Task",)
    assert first_words("- no nuts") == ("no", "nuts")
    assert first_words("") == ()


def test_closings_are_of_the_last_sentence_or_fragment() -> None:
    texts = ["Plan. Show only the plan.", "Count. Show only the count.", "mon; tue / no nuts"]
    pieces = [last_piece(text, Reading(text).sentences) for text in texts]
    assert pieces == ["Show only the plan.", "Show only the count.", "no nuts"]
    assert [share.text for share in closings(pieces)] == ["Show only the"]
    assert last_piece("", ()) == ""
