"""Saying a thing twice in one breath: counted in whole texts, barred while they grow."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentencepiece import SentencePieceProcessor

from promptstyle.core.generation.stammering import barred, barred_tokens, opens_with, stammers
from promptstyle.core.style.openings import (
    closing_words,
    openings,
    said_last,
    said_once,
    told_apart_by,
)

AUTHORS = Path(__file__).resolve().parents[1] / "authors"
BASE = Path(__file__).resolve().parents[2] / "assets" / "base"


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
        "It has 5andandand of them.",
        "the notebookbookbook",
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
        "Cook couscous and say hahaha.",
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


def test_a_word_is_not_made_of_the_same_letters_over_and_over() -> None:
    tokens = {"and": 1, "And": 2, " and": 3, "book": 4}
    assert barred_tokens("It has 5andand", tokens) == [1, 2]
    assert barred_tokens("a bookbook", tokens) == [4]
    assert barred_tokens("a book", tokens) == []


class Tokens:
    """The embedded base's tokenizer, as `llama.Model` has it."""

    def __init__(self) -> None:
        self.pieces = SentencePieceProcessor(model_file=str(BASE / "tokenizer.model"))
        size = self.pieces.get_piece_size()
        self.texts = [self.pieces.id_to_piece(n).replace("\u2581", " ") for n in range(size)]
        self.known = {text: n for n, text in reversed(list(enumerate(self.texts))) if n > 2}

    def first(self, word: str) -> tuple[int, str]:
        before = "x" if word.startswith(" ") else "x\n"
        tokens = self.pieces.encode(before + word)[len(self.pieces.encode(before)) :]
        token = next(each for each in tokens if self.texts[each].strip())
        return token, self.texts[token]

    def never(self, text: str, once: tuple[str, ...] = ()) -> set[str]:
        found = barred_tokens(text, self.known, self.first, once=once)
        return {self.texts[token] for token in found}


@pytest.fixture(scope="module")
def tokens() -> Tokens:
    return Tokens()


def test_a_word_of_several_tokens_is_barred_at_its_first_or_not_at_all(tokens: Tokens) -> None:
    # " boy", "f", "riend": barred at its end alone, half of it would be left standing.
    assert tokens.first(" boyfriend")[1] == " boy"
    assert " boy" in tokens.never("Name no boyfriend, or")
    assert "riend" in tokens.never("Name no boyfriend, or boyf")
    # Too much else begins like these.
    for word, begun in (("inbox", "in"), ("spatchcock", "sp")):
        assert tokens.first(f" {word}")[1] == f" {begun}"
        assert f" {begun}" not in tokens.never(f"Fill the {word}, or")
        assert not tokens.never(f"Fill the {word}, or {begun}") & {"box", "atch", "atchcock"}
    # One token holds it.
    assert " table" in tokens.never("Show the table and the")


def test_a_blank_before_a_word_is_not_the_tokenizer_s_own(tokens: Tokens) -> None:
    assert tokens.first(" Kindly")[1] == " K"
    assert not tokens.first("Kindly")[1].startswith(" ")


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


def test_at_the_beginning_of_a_line_no_letter_is_barred(tokens: Tokens) -> None:
    known = {" Show": 1, "Show": 2, " SHOW": 3, "A": 4, " A": 5}
    assert set(barred_tokens("Show it.\n", known, once=("show",))) == {1, 2, 3}
    assert set(barred_tokens("Show it.", known, once=("show",))) == {1, 3}
    # "Add" and "Ask" begin with it there; after a blank they do not.
    assert set(barred_tokens("Do it.\n", known, not_yet=("a",))) == {5}
    assert " Show" in tokens.never("Show it.", once=("show",))
    # "S" and "how" there: whoever has begun with "S" may mean "Show" or "Sort".
    assert tokens.first("Show")[1] == "S"
    assert not tokens.never("Show it.\n", once=("show",)) & {"S", "how"}
    assert "how" not in tokens.never("Show it.\nS", once=("show",))


@pytest.mark.parametrize(
    "text", ['Show it. Do "this."', "Show it. Do it (now.)", "**Show it.**", "Show it. Do it\u2026"]
)
def test_a_sentence_is_over_after_its_quotes_and_brackets(text: str) -> None:
    assert "show" in barred(text, once=("show",))[0]
    assert "show" not in barred(f"{text} Use e.g.", once=("show",))[0]


def test_the_numbers_of_a_list_are_no_words() -> None:
    prompts = [f"Plan {n} meals:\n1. Use rice.\n2. Name it.\n3. Stop." for n in range(9)]
    assert said_once(prompts) == ("name", "plan", "stop", "use")
    assert said_last(prompts) == ("stop",)
    assert "use" in barred("1. Use rice.\n2.", once=("use",))[0]
    assert "use" in barred("1. Use rice.\n2. ", once=("use",))[0]
    assert "2" not in barred("1. Use rice.\n", once=("2", "use"))[0]
    assert "to" in barred("1. Make sure to eat.\n2. Make sure", 3)[0]


def test_how_a_person_begins_sentences() -> None:
    own = [f"Plan {n} meals. Use rice. Use beans. Show only the plan." for n in range(9)]
    assert said_once(own) == ("plan", "show")
    assert said_last(own) == ("show",)
    # Too few to say so, or not always the last.
    assert said_once(own[:3]) == said_last(own[:3]) == ()
    assert said_last([*own, "Show only the plan. Use rice."] * 3) == ("show",)
    assert said_last([*own, "Show me. Use rice.", "Show me. Use beans."]) == ()
    assert closing_words(own, ("show",)) == 4 and closing_words(own, ()) == 0
    # Function words may stand anywhere, and one letter is no word.
    assert said_last([f"{own[0]} The end is near." for _ in range(9)]) == ()
    assert said_once([f"{prompt} A list. I know." for prompt in own]) == ("plan", "show")
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
