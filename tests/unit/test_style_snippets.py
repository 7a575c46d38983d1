"""Texts are cut between sentences, and nothing is lost."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import promptstyle.assets
from promptstyle.core.generation.sentences import split
from promptstyle.core.style.snippets import CHARACTERS, beginning, snippets

STARTER = Path(promptstyle.assets.__file__).with_name("starter_likes.jsonl")
PIECES = ["Be brief.", "List 5 bees", "\n- ", "\n", " ", "Why? ", "e.g. this. ", "写信。", "x" * 30]
texts = st.text(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def bare(text: str) -> str:
    return "".join(text.split())


def test_sentences_are_taken_together_while_they_fit() -> None:
    text = "One two. Three four. Five six seven eight."
    assert snippets(text, 20) == ["One two. Three four.", "Five six seven eight."]
    assert snippets(text, 19) == ["One two.", "Three four.", "Five six seven eight."]
    assert snippets(text) == [text]


def test_lines_and_items_are_sentences() -> None:
    text = "## Rules\n- Name an owner\n- Leave out jokes\n\nOutput: e.g. a list."
    assert snippets(text, 25) == [
        "## Rules\n- Name an owner",
        "- Leave out jokes",
        "Output: e.g. a list.",
    ]


def test_a_long_sentence_stands_alone() -> None:
    long = "word " * 60 + "end."
    assert snippets(f"Short one. {long} Short two.") == ["Short one.", long, "Short two."]


def test_blank_texts_have_none() -> None:
    assert snippets("") == snippets(" \n ") == []


@given(text=texts, characters=st.integers(1, 120))
def test_nothing_is_lost_and_nothing_cut(text: str, characters: int) -> None:
    found = snippets(text, characters)
    assert bare("".join(found)) == bare(text)
    sentences = [text[each.start : each.end] for each in split(text)]
    for each in found:
        assert len(each) <= characters or each in sentences
        assert each == each.strip() != ""
    # As few as there can be: the next sentence would not have fitted.
    starts = {each.start: each.end for each in split(text)}
    at = 0
    for one, two in pairwise(found):
        begin = text.index(one, at)
        at = text.index(two, begin + len(one))
        assert starts[at] - begin > characters


def test_the_starter_likes_in_snippets() -> None:
    prompts = [json.loads(row)["output"] for row in STARTER.read_text("utf-8").splitlines()]
    found = [each for prompt in prompts for each in snippets(prompt)]
    assert all(len(each) <= CHARACTERS for each in found)
    assert len(prompts) < len(found) <= 3 * len(prompts)


@pytest.mark.parametrize(
    ("characters", "expected"),
    [
        (100, "One two. Three four."),
        (20, "One two. Three four."),
        (19, "One two."),
        (8, "One two."),
        (7, "One"),
        (3, "One"),
        (2, "On"),
    ],
)
def test_the_beginning_ends_at_a_sentence_or_a_word(characters: int, expected: str) -> None:
    assert beginning("One two. Three four.", characters) == expected


@given(text=texts, characters=st.integers(0, 120))
def test_a_beginning_is_one_and_fits(text: str, characters: int) -> None:
    found = beginning(text, characters)
    assert len(found) <= characters
    assert text.strip().startswith(found)
    if characters >= len(text.strip()):
        assert found == text.strip()
