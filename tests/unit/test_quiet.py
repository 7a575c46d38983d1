"""Sentences of others without what this person never does to be heard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.style.quiet import Quiet

PLAIN = ["Sort the mail.", "List what is new."]


@pytest.mark.parametrize(
    ("loud", "quiet"),
    [
        ("You MUST keep ONLY the facts, VERY short.", "You must keep only the facts, very short."),
        ("Write it as you would tell me, no list...", "Write it as you would tell me, no list."),
        ('Note the "source" of each.', "Note the source of each."),
        (
            "Mark what i must look up, so that i'm sure.",
            "Mark what I must look up, so that I'm sure.",
        ),
        # Names, literals, what is mentioned, an index.
        ("Use the JSON API.", "Use the JSON API."),
        ("Reply with PASS or FAIL.", "Reply with PASS or FAIL."),
        ('Call it an "open question".', 'Call it an "open question".'),
        ('Use the "you" form.', 'Use the "you" form.'),
        ("List i, ii and iii.", "List i, ii and iii."),
        ("DO NOT use HTML.", "DO NOT use HTML."),
    ],
)
def test_said_plainly_by_who_speaks_plainly(loud: str, quiet: str) -> None:
    assert Quiet(PLAIN, capital=True).said(loud) == quiet


def test_who_does_so_too_is_left_alone() -> None:
    told = ["Keep it SHORT and EXACT.", 'Name the "aim" of it.', "And then...", "i like lists"]
    quiet = Quiet(told, capital=False)
    for loud in ("Use ONLY facts.", 'Note the "source".', "No list...", "mark what i need"):
        assert quiet.said(loud) == loud


@given(st.text(max_size=80), st.lists(st.text(max_size=40), max_size=3), st.booleans())
def test_no_word_is_lost(text: str, told: list[str], capital: bool) -> None:
    said = Quiet(told, capital=capital).said(text)
    assert [*filter(str.isalnum, said.lower())] == [*filter(str.isalnum, text.lower())]
