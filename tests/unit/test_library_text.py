"""What text may be kept, and which texts are the same."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.errors import UsageError
from promptstyle.core.library.text import (
    MAX_CHARACTERS,
    check_tags,
    check_text,
    fingerprint,
    folded,
    normalise,
    problem,
    tidy,
    topic_key,
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        (" \n\t\u00a0", "is empty"),
        ("\u200b\ufeff", "is empty"),
        ("x" * (MAX_CHARACTERS + 1), "has 8,001 characters, more than 8,000"),
        ("ab\x07", "has a control character (U+0007 at character 3)"),
        ("\x00", "has a control character (U+0000 at character 1)"),
        ("a\x85b", "has a control character (U+0085 at character 2)"),
        ("a\x7f", "has a control character (U+007F at character 2)"),
        ("a\ud800", "has U+D800 at character 2, which is no character (is the text UTF-8?)"),
        (None, "is not text but null"),
        (True, "is not text but true or false"),
        (1.5, "is not text but a number"),
        (["a"], "is not text but a list"),
        ({"a": 1}, "is not text but an object"),
    ],
)
def test_says_why_a_text_is_refused(text: object, reason: str) -> None:
    assert problem(text) == reason


@pytest.mark.parametrize(
    "text", ["x" * MAX_CHARACTERS, "two\nlines\tand a tab", "日本語", "👩‍👩‍👧", "a\u2028b", "?"]
)
def test_takes_any_other_text(text: str) -> None:
    assert problem(text) is None


@given(st.text())
def test_refuses_exactly_the_control_characters(text: str) -> None:
    tidied = tidy(text)
    control = any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in tidied)
    blank = all(unicodedata.category(c) in ("Cf", "Zs", "Zl", "Zp") for c in tidied)
    # hypothesis draws no surrogates here and nothing of 8,000 characters.
    assert (problem(tidied) is None) == (not control and not blank)


def test_check_text_gives_a_hint_that_fits() -> None:
    assert check_text("  a\r\nb\r ", "the topic") == "a\nb"
    with pytest.raises(UsageError) as long:
        check_text("x" * 100_000, "the topic")
    assert long.value.message == "the topic has 100,000 characters, more than 8,000"
    assert "8,000 characters or fewer" in long.value.hint
    with pytest.raises(UsageError) as empty:
        check_text(" ", "the topic")
    assert (empty.value.message, empty.value.hint) == (
        "the topic is empty",
        "write at least one word",
    )
    with pytest.raises(UsageError) as control:
        check_text("\x1b[31mred", "the prompt")
    assert "U+001B" in control.value.message
    assert "UTF-8" in control.value.hint


def test_tags_are_stripped_and_each_kept_once() -> None:
    assert check_tags([" work ", "school", "work"]) == ("work", "school")


@pytest.mark.parametrize(
    "tags", [[""], ["a,b"], ["a;b"], ["a\nb"], ["x" * 61], [str(n) for n in range(33)]]
)
def test_unfit_tags_are_refused(tags: list[str]) -> None:
    with pytest.raises(UsageError):
        check_tags(tags)


def test_unicode_form_and_whitespace_make_no_difference() -> None:
    composed, decomposed = "Caf\u00e9  au\nlait", "Cafe\u0301 au lait "
    assert normalise(composed) == normalise(decomposed) == "Café au lait"
    assert fingerprint(composed, "x") == fingerprint(decomposed, " x")
    # What is topic and what is prompt does make one.
    assert fingerprint("a b", "c") != fingerprint("a", "b c")


def test_topics_are_the_same_whatever_the_case_and_the_closing_mark() -> None:
    assert topic_key("Sum up  a Podcast.") == topic_key("sum up a podcast") == "sum up a podcast"
    assert topic_key("\uff33um up a podcast!") == "sum up a podcast"  # full-width S
    assert topic_key("???") == "???"


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_folding_takes_case_and_accents_away() -> None:
    assert folded("Ünïcode STRASSE straße Ǆ") == "unicode strasse strasse dz"
