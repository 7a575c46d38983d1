"""Words, stems and topics."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.style.words import (
    bare_topic,
    resemblance,
    shingles,
    stem,
    terms,
    topic_terms,
    words,
)


def test_words_drop_punctuation_and_case() -> None:
    assert words("Don't STOP_me: 3 cups, C++!") == ["don", "t", "stop", "me", "3", "cups", "c"]


def test_words_of_other_scripts() -> None:
    assert words("Ein Gruß, café") == ["ein", "gruß", "café"]
    assert words("Сделай промпт") == ["сделай", "промпт"]
    # No spaces in Chinese: one word would be the whole sentence.
    assert words("写一封信 for me") == ["写", "一", "封", "信", "for", "me"]


@pytest.mark.parametrize(
    "family",
    [
        ("summarize", "summarizes", "summarized", "summarizing"),
        ("plan", "plans", "planned", "planning"),
        ("code", "codes", "coding"),
        ("story", "stories"),
        ("write", "writes", "writing"),
        ("box", "boxes"),
        ("explain", "explains", "explaining"),
    ],
)
def test_forms_of_a_word_share_a_stem(family: tuple[str, ...]) -> None:
    assert len({stem(word) for word in family}) == 1


@pytest.mark.parametrize("word", ["bus", "glass", "sing", "red", "speed", "this", "is", "née"])
def test_words_that_only_look_inflected_stay(word: str) -> None:
    assert stem(word) == word


@pytest.mark.parametrize(
    ("topic", "bare"),
    [
        ("Make a prompt that summarizes a podcast episode.", "summarizes a podcast episode."),
        ("Create a prompt for a commit message", "a commit message"),
        ("Write a prompt to write a poem", "write a poem"),
        ("Please can you write me a prompt to plan a trip", "plan a trip"),
        ("I need a good prompt about taxes", "taxes"),
        ("Prompts for SQL", "SQL"),
        ("make a prompt", ""),
        ("plan a trip", "plan a trip"),
        ("Make a cake", "Make a cake"),
        ("promptly answer", "promptly answer"),
    ],
)
def test_the_request_is_no_part_of_the_topic(topic: str, bare: str) -> None:
    assert bare_topic(topic) == bare


def test_topic_terms_are_content_words() -> None:
    assert topic_terms("Make a prompt that helps me to learn the French verbs") == [
        "learn",
        "french",
        "verb",
    ]
    assert topic_terms("Make a prompt") == []
    assert terms("This is what you should do") == []


@given(st.text(max_size=300))
def test_any_text_is_taken(text: str) -> None:
    assert all(word == word.lower() and word for word in words(text) if word.isascii())
    assert len(topic_terms(text)) <= len(words(text))
    assert bare_topic(text) in text


def test_resemblance() -> None:
    one = shingles("Write exactly 3 short lines about the sea.")
    assert resemblance(one, one) == 1.0
    assert resemblance(one, shingles("Nothing alike")) == 0.0
    # 7 pairs each, 5 shared by both: 5 / 9.
    assert resemblance(one, shingles("Write exactly 3 long lines about the sea")) == 5 / 9
    assert resemblance(shingles(""), shingles("")) == 1.0
    assert resemblance(shingles("Yes"), shingles("yes!")) == 1.0
