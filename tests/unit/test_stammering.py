"""Saying a thing twice in one breath: counted in whole texts, barred while they grow."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.generation.stammering import barred, barred_tokens, opens_with, stammers
from promptstyle.core.style.openings import openings, said_last, said_once, told_apart_by

AUTHORS = Path(__file__).resolve().parents[1] / "authors"


@pytest.mark.parametrize(
    "text",
    [
        "Show only the table and the table.",
        "Give 3 main main points.",
        "Use the headings Ingredients, Ingredients, Steps and Dish.",
        "Use the headings Ingredients, Steps, Ingredients.",
        "Keep the past tense and past tense.",
        "Write the price, the price and a total.",
        "Make sure the topic of the topic is a topic.",
        "Show only the plan. Show only the plan as a table.",
    ],
)
def test_what_says_a_thing_twice(text: str) -> None:
    assert stammers(text) >= 1
    assert stammers(f"Plan a week of dinners for two. {text}") >= 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Show only the table and the total.",
        "Keep it between 80 words and 150 words.",
        "I know that that is hard. It was very, very late.",
        "Use the headings Ingredients, Steps and Notes.",
        "Do not use the table. Show only the list.",
        "1. Plan it.\n2. Cook it.\n- Eat it.",
        "Show the plan, then the plan's cost.",
    ],
)
def test_what_does_not(text: str) -> None:
    assert stammers(text) == 0


def test_people_hardly_ever_do(starter_likes: Path) -> None:
    files = [starter_likes, *sorted(AUTHORS.glob("*.jsonl"))]
    prompts = [
        json.loads(line)["output"]
        for file in files
        for line in file.read_text("utf-8").splitlines()
    ]
    assert len(prompts) > 200
    assert sum(stammers(prompt) > 0 for prompt in prompts) / len(prompts) < 0.05


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Show the table and", "table"),
        ("Show the table and the", "table"),
        ("Give 3 main", "main"),
        ("Use the headings Ingredients,", "ingredients"),
        ("Use the headings Ingredients, Steps and", "ingredients"),
        ("Keep the past tense and past", "tense"),
        ("The topic has a topic and a", "topic"),
        ("Cook it first. Show the table and the", "table"),
    ],
)
def test_the_word_that_would_do_it_is_barred(text: str, word: str) -> None:
    after, _, _ = barred(text)
    assert word in after
    # A word that has begun may not become it either.
    half = len(word) // 2
    after, within, grown = barred(f"{text} {word[:half].title()}")
    assert word in within and grown == word[:half]


@pytest.mark.parametrize(
    "text", ["", "Show the table.", "Show the table!\n", "Keep 80 words and 150", "Show me a"]
)
def test_where_nothing_of_the_kind_can_follow_nothing_is_barred(text: str) -> None:
    after, _, _ = barred(text)
    assert not after - {"a"}


@pytest.mark.parametrize(
    ("text", "size", "word"),
    [
        ("Show only the plan. Do it. Show", 2, "only"),
        ("Make sure to cook. Make sure", 3, "to"),
        ("- Plan one dinner\n- Plan", 2, "one"),
        ("Show only the plan. Show only", 3, "the"),
    ],
)
def test_sentences_begin_in_their_own_way(text: str, size: int, word: str) -> None:
    assert word in barred(text, size)[0]
    assert word not in barred(text)[0]
    _, within, grown = barred(f"{text} {word[0]}", size)
    assert word in within and grown == word[0]


def test_the_tokens_of_the_words_are_barred_in_any_case_and_no_special_one() -> None:
    tokens = {
        "": 0,
        " table": 1,
        " Table": 2,
        " TABLE": 3,
        "ble": 4,
        " list": 5,
        "table": 6,
        "s": 7,
    }
    assert set(barred_tokens("Show the table and the", tokens)) == {1, 2, 3}
    assert set(barred_tokens("Show the table and the ta", tokens)) == {4}
    # It stands there twice already, as a text may begin that was not drawn this way.
    assert 0 not in barred_tokens("Show the table and the table", tokens)


def test_a_word_of_several_tokens_is_barred_at_its_first() -> None:
    tokens = {" boy": 1, "friend": 2, " b": 3, " in": 4, "box": 5, " x": 6, "ylem": 7}

    def first(word: str) -> tuple[int, str]:
        begun = next((one for one in (" boy", " in", " x") if word.startswith(one)), " b")
        return tokens[begun], begun

    def never(text: str) -> set[int]:
        return set(barred_tokens(text, tokens, first))

    # Barred at its end alone, "boy" would be left of it.
    assert never("Name no boyfriend, or") == {1}
    assert 2 in never("Name no boyfriend, or boy")
    # Too much else begins with these.
    assert never("Sort the inbox, or") == set()
    assert never("Draw the xylem, or") == set()


def test_who_lets_them_begin_alike_may_have_it() -> None:
    own = ["Plan it. Make sure to cook. Show it.", "Do it at once. Make sure that it is done."]
    assert told_apart_by(own * 20) == 3
    twice = ["Make sure to cook. Make sure to eat."]
    assert told_apart_by(own * 20 + twice * 2) == 3
    assert told_apart_by(own * 2 + twice) == 0
    # Two words alone are nobody's manner.
    assert told_apart_by(["Make sure to cook. Make sure the rice is done."]) == 3


@given(st.lists(st.integers(0, 1_000), max_size=60))
def test_who_keeps_to_it_never_stammers(draws: list[int]) -> None:
    """Whatever is drawn of the words that are not barred."""
    known = ["table", "list", "the", "a", "past", "tense", "show", "two", "cost", "and", "or", ","]
    text = "Plan"
    for draw in draws:
        after, _, _ = barred(text)
        open_to = [word for word in known if word not in after]
        word = open_to[draw % len(open_to)]
        text += word if word == "," else f" {word}"
    assert stammers(text) == 0


@pytest.mark.parametrize(
    "text", ["Show only the plan. Do it.", "Show it!\n", "- Show it\n- ", "Show it. Do it. Sh"]
)
def test_what_a_person_says_once_begins_one_sentence(text: str) -> None:
    after, within, _ = barred(text, once=("show", "keep"))
    assert "show" in (within if text.endswith("Sh") else after)
    assert "keep" not in after | within
    assert "show" not in barred(text)[0] | barred(text)[1]
    # In the middle of a sentence it is a word like any other.
    assert "show" not in barred(f"{text} Then", once=("show",))[0]


def test_a_last_sentence_does_not_come_too_soon() -> None:
    assert "show" in barred("Plan it.", not_yet=("show",))[0]
    assert "show" in barred("", not_yet=("show",))[0]
    assert "show" not in barred("Plan it and", not_yet=("show",))[0]
    assert opens_with("Plan it. Show only the", ("show",))
    assert opens_with("Plan it. Show only the plan.", ("show",))
    assert not opens_with("Show it. Plan only the", ("show",))
    assert not opens_with("", ("show",)) and not opens_with("Show it.", ())


def test_at_the_beginning_of_a_line_a_word_has_no_blank() -> None:
    tokens = {" Show": 1, "Show": 2, " SHOW": 3}
    assert set(barred_tokens("Show it.\n", tokens, once=("show",))) == {1, 2, 3}
    assert set(barred_tokens("Show it.", tokens, once=("show",))) == {1, 3}


def test_how_a_person_begins_sentences() -> None:
    own = [f"Plan {n} meals. Use rice. Use beans. Show only the plan." for n in range(9)]
    assert said_once(own) == ("plan", "show")
    assert said_last(own) == ("show",)
    # Too few to say so, or not always the last.
    assert said_once(own[:3]) == said_last(own[:3]) == ()
    assert said_last([*own, "Show only the plan. Use rice."] * 3) == ("show",)
    assert said_last([*own, "Show me. Use rice.", "Show me. Use beans."]) == ()
    # A prompt of one sentence has no last one beside its first.
    assert said_last([f"Plan {n} meals." for n in range(9)]) == ()


def test_the_authors_keep_to_what_they_do() -> None:
    for path in [*AUTHORS.glob("*.jsonl"), AUTHORS.parents[1] / "assets" / "starter_likes.jsonl"]:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        half = [row["output"] for row in rows[::2]]
        once = said_once(half)
        others = [row["output"] for row in rows[1::2]]
        twice = sum(
            any(found.count((word,)) > 1 for word in once)
            for found in (openings(prompt, 1) for prompt in others)
        )
        assert twice <= 0.1 * len(others), path.stem
