"""Sentences of others on near topics, and a candidate made better with them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import promptstyle.assets
from promptstyle.core.generation.borrower import Borrower
from promptstyle.core.generation.passages import joined
from promptstyle.core.generation.said import Said
from promptstyle.core.style.borrowing import ALONE_LIKE, GENERAL_LIKE, GENERAL_SHARE, Offers
from promptstyle.core.style.collection import Near
from promptstyle.core.style.general import General
from promptstyle.core.style.manner import Manner
from promptstyle.core.style.passed import Passed
from promptstyle.core.style.reframing import ordered
from promptstyle.core.style.settled import given_in
from promptstyle.core.style.words import stem

AUTHORS = Path(__file__).resolve().parents[1] / "authors"
TOPIC = "Make a prompt that explains fractions to a child."
NEAR = [
    Near(0.8, "explain fractions to a pupil of nine", "Explain fractions to a pupil of nine. "
         "Use two pizzas as an example. Make sure every step is one short sentence. "
         "Don't use formulas. Show only the explanation."),
    Near(0.6, "explain decimals to a child", "Please explain decimals to a child. Make sure that "
         "nobody needs a calculator. Ask Maria one question after each step. Do not mention exams. "
         "Give it in 80 words 🙂. Show the text, nothing else."),
]  # fmt: skip
DRAFT = (
    "Explain fractions of the fractions to a child. Use 4 fractions of a notes. Make sure the "
    "notes of the notes are right. Do not use the first 3 days. Show only the days."
)


@cache
def manner(name: str = "starter_likes") -> Manner:
    folder = Path(promptstyle.assets.__file__).parent if name == "starter_likes" else AUTHORS
    rows = map(json.loads, (folder / f"{name}.jsonl").read_text("utf-8").splitlines())
    return Manner([(row["input"], row["output"]) for row in rows])


def alike(_: str, options: Sequence[str]) -> list[float]:
    """A model to which everything is as likely."""
    return [-2.0] * len(options)


def test_offers_are_in_the_persons_form_and_say_where_they_stood() -> None:
    offers = Offers(TOPIC, manner(), NEAR)
    found = {each.text: each for each in offers.collected}
    assert found["Use 2 pizzas as an example."].place == "within"
    assert found["Do not use formulas."].like == 0.8
    assert found["Show only the explanation."].place == "last"
    assert found["Make sure that nobody needs a calculator."].source == "collection"


def test_what_belongs_to_the_other_topic_or_to_somebody_is_left_out() -> None:
    texts = [each.text for each in Offers(TOPIC, manner(), NEAR).collected]
    # Another topic, a name, a mark that this person never makes.
    assert not any("ecimals" in text or "Maria" in text or "🙂" in text for text in texts)
    assert not any("pupil" in text for text in texts)


def test_who_she_is_depends_on_the_topic() -> None:
    said = "Explain it. Ask her what she knows first. Stop."
    for like, found in ((0.8, True), (0.6, False)):
        offers = Offers(TOPIC, manner(), [Near(like, "fractions for a child", said)])
        assert ("Ask her what she knows first." in [e.text for e in offers.collected]) is found


def test_what_may_stand_where() -> None:
    offers = Offers(TOPIC, manner(), NEAR)
    assert [each.text for each in offers.first()] == []
    fitting = Offers(TOPIC, manner(), [Near(0.9, "fractions", "Explain fractions well. Be kind.")])
    assert [each.text for each in fitting.first()] == ["Explain fractions well."]
    later = [each.text for each in offers.later("Make sure it fits.", last=False)]
    assert "Make sure every step is one short sentence." in later
    assert "Show only the explanation." not in later
    last = [each.text for each in offers.later("Show only this.", last=True)]
    # Of the same beginning, the collection's and the person's own.
    assert {"Show only the explanation.", "Show only the text."} <= set(last)
    two = {each.text: each.like for each in offers.later("Show only this.", last=True)}
    assert two["Show only the explanation."] == pytest.approx(0.9)


def test_a_draft_keeps_its_plan_and_gets_sentences_that_make_sense() -> None:
    borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), NEAR), [DRAFT])
    better = borrower.improve(DRAFT, alike)
    begins = [each.text.split()[0] for each in manner().slots(better.text)]
    assert len(begins) >= 5 and (begins[0], begins[-1]) == ("Explain", "Show")
    assert any("not use formulas." in each for each in better.sentences)
    assert "notes of the notes" not in better.text and "days" not in better.text
    assert all(sentence in better.text for sentence in better.sentences)


RAMBLING = (
    "Explain fractions to a child. Use the notes of the last days and of all of the other days as "
    "you would have used the notes. Show only the text."
)


MORE = [*NEAR, Near(0.7, "fractions for a child", "Draw pizzas. Never use formulas. Begin now.")]


def test_what_a_rambling_plan_leaves_room_for_is_said_on_near_topics() -> None:
    made = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), MORE), [RAMBLING])
    better = made.improve(RAMBLING, alike)
    planned = manner().slots(RAMBLING)
    # One more in a place, before the last sentence.
    assert len(manner().slots(better.text)) == len(planned) + 1
    assert manner().slots(better.text)[-1].text.startswith("Show ")
    assert len(better.text.split()) <= len(RAMBLING.split())
    # On topics that are less near there is nothing more to say.
    far = [replace(each, similarity=each.similarity / 2) for each in MORE]
    left = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), far), [RAMBLING])
    assert len(manner().slots(left.improve(RAMBLING, alike).text)) <= len(planned)


def test_the_items_of_a_list_stay_items() -> None:
    dashed = "Explain fractions to a child.\n- " + RAMBLING.split(". ", 1)[1].replace(
        ". S", ".\n- S"
    )
    text = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), MORE), [dashed]).improve(dashed, alike)
    first, *items = text.text.split("\n")
    assert first == "Explain fractions to a child." and len(items) == 3
    assert all(item.startswith("- ") and item.count(". ") == 0 for item in items)


def test_who_has_asked_says_no_second_time_all_that_is_wanted() -> None:
    topic = "a product description for handmade candles"
    again = "Give me a product description of my handmade candles with a title."
    near = [Near(0.9, topic, f"Write it. {again} Give me a title. Stop.")]
    draft = "Write a product description for handmade candles. Give me the days. Show the text."
    offers = Offers(topic, manner(), near)
    assert again in [each.text for each in offers.collected]
    better = Borrower(topic, manner(), offers, [draft]).improve(draft, alike).text
    assert again not in better and better.count("handmade candles") == 1


def test_the_same_order_in_other_words_is_the_same() -> None:
    said = Said()
    said.add("Please list the risks.")
    assert said.again("Kindly list the risks.") and said.again("List the risks.")
    assert not said.allows("Could you list the risks?", frozenset())
    assert said.allows("Please add a table.", frozenset())


def test_what_is_wanted_is_said_where_the_plan_says_it_nowhere() -> None:
    draft = "You are a tutor of days. Ask me about the notes. Keep the days short."
    likes = [
        (
            f"explain {thing}",
            f"You are a {who}. Ask me first. Keep it short and plain. Explain {thing} to me.",
        )
        for thing, who in (("tides", "teacher"), ("rain", "guide"), ("snow", "coach"))
    ]
    mine = Manner(likes)
    offers = Offers(TOPIC, mine, [])
    better = Borrower(TOPIC, mine, offers, [draft], roles={"maths teacher": 0.7})

    def sober(_: str, options: Sequence[str]) -> list[float]:
        return [-9.0 if "days" in option or "notes" in option else -2.0 for option in options]

    first, second, *_ = better.improve(draft, sober).text.split(". ")
    assert (first, second) == ("You are a maths teacher", "Explain fractions to a child")
    # A single sentence asks and gives no role.
    alone = Borrower(TOPIC, mine, offers, ["You are a tutor."], roles={"maths teacher": 0.7})
    assert "maths teacher" not in alone.improve("You are a tutor.", alike).text


def test_a_first_sentence_of_a_like_can_begin_it() -> None:
    first = "Explain fractions to a child in no more than 90 words."
    borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), NEAR), [DRAFT], [first])

    def likely(_: str, options: Sequence[str]) -> list[float]:
        return [-1.0 if option == first else -4.0 for option in options]

    better = borrower.improve(DRAFT, likely)
    assert better.text.startswith(first)
    # It is the person's, not borrowed.
    assert first not in better.sentences


def test_else_the_request_as_the_person_puts_it_does() -> None:
    borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), NEAR), [DRAFT])
    assert borrower.improve(DRAFT, alike).text.startswith("Explain fractions to a child. ")
    # It is shorter than what the model rambled, and loses nothing by it.
    polite = manner("courteous")
    draft = (
        "Could you please explain fractions of the fractions which I would prefer, as I am a child?"
    )
    text = Borrower(TOPIC, polite, Offers(TOPIC, polite, []), [draft]).improve(draft, alike).text
    assert text in [each.text for each in polite.asking.requests(TOPIC, first=True)]


def test_what_the_model_finds_likely_enough_stays() -> None:
    borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), NEAR), [DRAFT])

    def only_the_draft(_: str, options: Sequence[str]) -> list[float]:
        return [0.0 if option.strip() in DRAFT else -20.0 for option in options]

    better = borrower.improve(DRAFT, only_the_draft)
    assert better.text == DRAFT and better.sentences == ()


def test_following_hears_what_was_said_and_whole_options() -> None:
    heard: list[tuple[str, list[str]]] = []

    def following(said: str, options: Sequence[str]) -> list[float]:
        heard.append((said, list(options)))
        return alike(said, options)

    name = "sections"
    draft = "You are a cook.\n\n## Task\nExplain fractions.\n\n## Rules\n- Use pizza.\n- Keep calm."
    better = Borrower(TOPIC, manner(name), Offers(TOPIC, manner(name), NEAR), [draft]).improve(
        draft, following
    )
    assert heard[0][0] == "" and len(heard) == 4
    for (said, options), (after, _) in pairwise(heard):
        assert any(said + option == after for option in options)
    assert heard[1][1][0].startswith("\n\n## Task\n") and heard[3][1][0].startswith("\n- ")
    assert better.text.count("## Task") == better.text.count("## Rules") == 1


def test_a_word_that_opens_one_sentence_of_a_prompt_opens_no_second() -> None:
    # Nothing else begins with "name", so that others may stand there.
    draft = "Explain fractions to a child. Name 2 notes. Make sure it fits. Show only the text."
    near = [Near(0.9, "explain fractions", "Hi. Make sure all is true. Make sure it works. Bye.")]
    borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), near), [draft])

    def fond(_: str, options: Sequence[str]) -> list[float]:
        return [-1.0 if "Make sure" in option else -9.0 for option in options]

    found = {once: borrower.improve(draft, fond, once=once).text for once in ((), ("make",))}
    assert [text.count("Make sure") for text in found.values()] == [2, 1]


def test_a_heading_stays_where_a_sentence_goes() -> None:
    name = "sections"
    draft = "You are a cook.\n\n## Rules\n- Use pizza.\n\n## Output\nUse pizza."
    borrower = Borrower(TOPIC, manner(name), Offers(TOPIC, manner(name), []), [draft])

    def only_the_draft(_: str, options: Sequence[str]) -> list[float]:
        return [0.0 if option.strip() in draft else -20.0 for option in options]

    assert "## Output\n" in borrower.improve(draft, only_the_draft).text


def test_one_limit_of_a_kind() -> None:
    near = [Near(0.9, "fractions", "Hi. Use no more than 80 words. Use at most 9 words. Bye now.")]
    draft = "Explain fractions to a child. Use the notes. Use a note. Show only it."

    def fond_of_limits(_: str, options: Sequence[str]) -> list[float]:
        return [-1.0 if "words" in option else -4.0 for option in options]

    borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), near), [draft])
    assert borrower.improve(draft, fond_of_limits).text.count("words") == 1


def test_nothing_on_the_topic_leaves_the_model_and_the_person() -> None:
    offers = Offers(TOPIC, manner(), [])
    assert offers.collected == ()
    better = Borrower(TOPIC, manner(), offers, [DRAFT]).improve(DRAFT, alike)
    assert better.sentences == ()
    assert better.text.startswith("Explain fractions to a child. ")


def test_nothing_is_offered_that_keeps_it_from_change() -> None:
    topic = "refactor some Java code"
    near = [
        Near(0.9, "refactor code", "Refactor code. Do not change the code. Do not be long. Go on.")
    ]
    offers = Offers(topic, manner(), near)
    borrower = Borrower(topic, manner(), offers, ["Refactor it. Do not see the days. Show it."])

    def sober(_: str, options: Sequence[str]) -> list[float]:
        return [-9.0 if "days" in option else -2.0 for option in options]

    text = borrower.improve("Refactor it. Do not see the days. Show it.", sober).text
    assert "Do not change the code." in [each.text for each in offers.collected]
    assert "Do not be long." in text and "change" not in text


SENTENCES = st.lists(
    st.sampled_from([
        "Explain fractions.", "Use 2 pizzas.", "Make sure it fits.", "Do not.", "Show only it.",
        "- a list", "\n", "; ", "Keep it under 80 words.", "What is 1/2?", "...", "é?",
    ]),
    max_size=9,
).map(" ".join)  # fmt: skip


@settings(deadline=None)
@given(
    st.one_of(SENTENCES, st.text(max_size=80)),
    st.sampled_from(["starter_likes", "chatty", "telegraphic", "sections"]),
    st.randoms(use_true_random=False),
)
def test_any_draft_is_made_of_what_was_offered(draft: str, name: str, chance: Random) -> None:
    def following(_: str, options: Sequence[str]) -> list[float]:
        assert options and all(options)
        return [-4.0 * chance.random() for _ in options]

    offers = Offers(TOPIC, manner(name), NEAR)
    better = Borrower(TOPIC, manner(name), offers, [draft]).improve(draft, following)
    plan = manner(name).slots(draft)
    assert len(better.sentences) <= len(plan)
    known = {each.text for each in offers.collected}
    orders = {ordered(text) for text in known} - {""}
    assert all(each in known or ordered(each) in orders for each in better.sentences)
    if not plan:
        assert better.text == ""


def test_the_layout_stays() -> None:
    draft = "Explain it.\n---\nRules:\nUse 2 pizzas.\n---\n[text]\nRules:\nShow only the text."
    borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), NEAR), [draft])
    lines = borrower.improve(draft, alike).text.split("\n")
    assert [lines[at] for at in (1, 2, 4, 5, 6)] == ["---", "Rules:", "---", "[text]", "Rules:"]


def test_what_is_said_again_goes() -> None:
    draft = "Tell it. Explain fractions. Say it twice. Say it twice. Show only the text."

    def only_the_draft(_: str, options: Sequence[str]) -> list[float]:
        return [0.0 if option.strip() in draft else -20.0 for option in options]

    borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), []), [draft])
    assert borrower.improve(draft, only_the_draft).text.count("Say it twice.") == 1


GENERAL = [
    General("Use plain words.", last=False),
    General("Use the notes below.", last=False),
    General("Make sure that every step has a reason.", last=False),
    General("Show only the final version.", last=True),
]


def test_what_fits_any_topic_stands_where_little_was_said_on_near_ones() -> None:
    alone = Offers(TOPIC, manner(), [], GENERAL)
    draft = "Explain it. Use 4 fractions of a notes. Make sure it is. Show only the notes."

    def fluent(_: str, options: Sequence[str]) -> list[float]:
        return [-4.0 if "notes" in option or "it is" in option else -2.0 for option in options]

    better = Borrower(TOPIC, manner(), alone, [draft]).improve(draft, fluent)
    assert better.sentences == (
        "Use plain words.",
        "Make sure that every step has a reason.",
        "Show only the final version.",
    )
    # Where others wrote on the topic, that goes first.
    near = [
        Near(0.9, "fractions", "Hi. " + "".join(f"Use {n} pizzas. " for n in range(2, 10)) + "Bye.")
    ]
    offers = Offers(TOPIC, manner(), near, GENERAL).later("Use it.", last=False)
    like = {each.text: each.like for each in offers}
    assert like["Use plain words."] < like["Use 2 pizzas."] - 1
    assert like["Use plain words."] == GENERAL_LIKE < ALONE_LIKE


def test_what_speaks_of_a_text_needs_one() -> None:
    offers = Offers(TOPIC, manner(), [], GENERAL)
    assert "Use the notes below." not in [each.text for each in offers.later("Use it.", last=False)]
    given = given_in(["Explain the notes below.", "Sort the notes, see below.", "Explain it."])
    assert given == {"below", "the notes"}
    taken = [each.text for each in offers.later("Use it.", last=False, given=given)]
    assert "Use the notes below." in taken


def test_under_another_topic_others_come() -> None:
    many = [General(f"Use {n} words of plain prose.", last=False) for n in range(100, 400)]
    some = [
        {each.text for each in Offers(topic, manner(), [], many).later("Use it.", last=False)}
        - {each.text for each in Offers(topic, manner(), []).later("Use it.", last=False)}
        for topic in ("tides", "bees", "tides")
    ]
    assert len(some[0]) == len(many) // GENERAL_SHARE and some[0] == some[2] != some[1]


def test_a_word_of_another_likes_topic_speaks_against_a_sentence() -> None:
    draft = "Explain fractions to a child. Use the canoe. Show only the text."
    made = [draft, "Explain fractions to a child. Use the pizza. Show only the text."]

    def said(foreign: frozenset[str]) -> str:
        offers = Offers(TOPIC, manner(), [])
        return Borrower(TOPIC, manner(), offers, made, foreign=foreign).improve(draft, alike).text

    assert "pizza" in said(frozenset({stem("canoe")}))
    assert "canoe" in said(frozenset({stem("pizza")}))


def test_asked_once_is_enough() -> None:
    name = "chatty"
    draft = "Hey, it is mine. Can you explain a piece of fractions to a child? Keep it short, yeah?"
    better = Borrower(TOPIC, manner(name), Offers(TOPIC, manner(name), []), [draft]).improve(
        draft, alike
    )
    assert better.text.startswith("Hey, can you explain fractions to a child?")
    assert better.text.count("fractions") == 1
    # Who can do it has been said, and what is to be done still has to be.
    name = "sections"
    draft = "You are a child of a child.\n\n## Task\nExplain the notes of fractions to a child."
    better = Borrower(TOPIC, manner(name), Offers(TOPIC, manner(name), []), [draft]).improve(
        draft, alike
    )
    assert better.text == (
        "You are an expert in explaining fractions to a child.\n\n## Task\n"
        "Explain fractions to a child."
    )


def test_two_limits_of_a_kind_are_one_too_many_in_a_draft_too() -> None:
    draft = "Explain it. Use at most 80 words. Keep it to exactly 1 page. Show only the text."

    def only_the_draft(_: str, options: Sequence[str]) -> list[float]:
        return [0.0 if option.strip() in draft else -20.0 for option in options]

    borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), []), [draft])
    better = borrower.improve(draft, only_the_draft)
    assert "80 words" in better.text and "1 page" not in better.text


def test_what_fits_any_topic_stands_where_it_begins_in_the_persons_form() -> None:
    both = [General("Do not add jokes.", last=False), General("Don't name brands.", last=False)]
    texts = {
        (name, begins): [
            each.text
            for each in Offers(TOPIC, manner(name), [], both).general(begins, 0.0, last=False)
        ]
        for name in ("starter_likes", "chatty")
        for begins in ("do", "don")
    }
    assert set(texts["starter_likes", "do"]) == {"Do not add jokes.", "Do not name brands."}
    assert set(texts["chatty", "don"]) == {"Don't add jokes.", "Don't name brands."}
    assert texts["starter_likes", "don"] == texts["chatty", "do"] == []


def test_an_item_of_a_list_says_something_new_as_a_sentence_does() -> None:
    draft = "1. Explain fractions to a child.\n2. Explain fractions.\n3. Show only the text."

    def only_the_draft(_: str, options: Sequence[str]) -> list[float]:
        return [0.0 if option.strip() in draft else -20.0 for option in options]

    near = [Near(0.9, "fractions", "Hi. Explain each step in plain words to fractions. Bye now.")]
    borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), near), [draft])
    lines = borrower.improve(draft, only_the_draft).text.split("\n")
    assert lines[1] == "2. Explain each step in plain words to fractions."


def test_what_alone_is_to_be_shown_has_been_spoken_of() -> None:
    near = [
        Near(0.9, "fractions", "Begin. Draw it. Show the map and nothing else."),
        Near(0.8, "a fraction", "Begin. Show only the fractions."),
    ]
    for draft, shown in (
        (
            "Explain fractions to a child. Use 4 pies. Show only the pies.",
            "Show only the fractions",
        ),
        ("Explain fractions to a child. Use a map. Show only the pies.", "Show the map and"),
    ):

        def sober(_: str, options: Sequence[str]) -> list[float]:
            # The likelier one.
            return [0.0 if "Show the map" in option else -2.0 for option in options]

        borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), near), [draft])
        last = manner().slots(borrower.improve(draft, sober).text)[-1].text
        assert last.startswith(shown)


def test_who_always_asks_at_once_does_so_here() -> None:
    draft = "Explain how ten of them look. Use 4 pies. Show only the text."

    def fond(_: str, options: Sequence[str]) -> list[float]:
        return [0.0 if option.strip() in draft else -9.0 for option in options]

    for name, asked in (("starter_likes", True), ("roleplay", False)):
        assert manner(name).asks_first is asked
        offers = Offers(TOPIC, manner(name), [])
        text = Borrower(TOPIC, manner(name), offers, [draft]).improve(draft, fond).text
        assert text.startswith("Explain how ten") is not asked


def test_what_stood_between_two_is_neithers() -> None:
    assert manner("telegraphic").adapted("no lists, please; ") == "no lists, please"


def test_half_a_thought_is_nobodys() -> None:
    said = (
        "Begin. A good one looks like this:\nGive a reason for each of the five. Keep them so. "
        "It should be short. End."
    )
    offers = Offers(TOPIC, manner(), [Near(0.9, "fractions", said)])
    assert [each.text for each in offers.collected if each.place == "within"] == [
        "It should be short."
    ]


def test_for_each_place_others_are_known_that_go_with_the_rest() -> None:
    borrower = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), MORE), [DRAFT])
    better = borrower.improve(DRAFT, alike)
    assert joined(better.passages) == better.text
    others = [text for each in better.passages for text in each.others]
    assert others and {each.text for each in better.passages}.isdisjoint(others)
    collected = {each.text for each in Offers(TOPIC, manner(), MORE).collected}
    assert collected & set(others)
    # The model's own stand there too, behind those that mean something.
    assert len(others) > len(collected & set(others))


def test_what_was_struck_out_is_worth_less_and_never_again_on_the_topic() -> None:
    def made(passed: Passed) -> str:
        offers = Offers(TOPIC, manner(), NEAR)
        return Borrower(TOPIC, manner(), offers, [DRAFT], passed=passed).improve(DRAFT, alike).text

    said = "Make sure every step is one short sentence."
    assert said in made(Passed())
    before = f"Explain it. {said}"
    # On another topic it is worth less, and what comes next stands there.
    for topic in (TOPIC, "a letter to a bank"):
        assert said not in made(Passed([(topic, before, "Explain it.")] * 3))
    assert said in made(Passed([("a letter to a bank", "Explain it. Be kind.", "Explain it.")]))


def test_the_request_can_be_struck_out_and_stays_the_request() -> None:
    request = "Explain fractions to a child."
    passed = Passed([(TOPIC, f"{request} Use a pie.", "Use a pie.")])
    offers = Offers(TOPIC, manner(), NEAR)
    better = Borrower(TOPIC, manner(), offers, [DRAFT], passed=passed).improve(DRAFT, alike)
    assert better.text.startswith(request)
