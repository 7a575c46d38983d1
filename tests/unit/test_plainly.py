"""What is wanted, without the words that one asks people for help with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.style.passed import Passed
from promptstyle.core.style.plainly import _KNOWN, plainly
from promptstyle.core.style.request import parse
from promptstyle.core.style.wanted import wanted


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("I need help with my taxes", "help me with my taxes"),
        ("I need help with: my taxes", "help me with my taxes"),
        ("Help with a cover letter", "write a cover letter"),
        ("Hi, I could really use some help with a letter", "write a letter"),
        ("I need help studying for my chemistry exam", "help me study for my chemistry exam"),
        ("help studying for an exam", "help me study for an exam"),
        ("I want help learning Spanish", "help me learn Spanish"),
        ("need help fixing a leaky tap", "help me fix a leaky tap"),
        ("we're looking for help deciding between two jobs", "help me decide between two jobs"),
        ("I need some help writing a cover letter", "help me write a cover letter"),
        ("I would like a little help to plan a wedding", "plan a wedding"),
        ("I'm looking for a speech for my sister", "write a speech for my sister"),
        ("I need advice on buying a used car", "give advice on buying a used car"),
        ("I need someone to proofread my essay", "proofread my essay"),
        ("I am looking for a job in Berlin", "find a job in Berlin"),
        # No guess at a verb.
        ("I need help juggling work and school", "help me with juggling work and school"),
        ("I need help filing taxes", "help me with filing taxes"),
    ],
)
def test_a_wish_for_help_is_put_as_what_is_to_be_done(topic: str, said: str) -> None:
    plain = plainly(topic)
    assert wanted(plain, parse(plain))[1][0] == said


@pytest.mark.parametrize(
    "topic",
    [
        "a letter to my landlord",
        "help me with my essay",
        "help desk scripts",
        "help wanted sign",
        "looking for a roommate",
        "I want to lose weight",
        "I need to study for an exam",
        "I need a prompt for a letter",
        "I need help",
        "help struggling readers catch up",
        "help working parents cope",
        "help wedding guests find parking",
        "help spring bulbs survive",
        "Help to Buy scheme explained",
        "your help with the move: a thank-you note",
        "I need someone to talk to",
        "help",
        "Need",
        "Ich brauche Hilfe bei einem Brief",
        "",
    ],
)
def test_what_says_something_else_stays_as_it_is(topic: str) -> None:
    assert plainly(topic) == topic


@given(
    st.text(max_size=80)
    | st.builds(
        "{}{}{}".format,
        st.sampled_from(["I need help ", "help ", "I'm looking for ", "need some help with "]),
        st.sampled_from(["", "juggling ", "study", "fixing the ", "an ", "writing about "]),
        st.text("aeiou rst", max_size=20),
    )
)
def test_nothing_is_made_up(topic: str) -> None:
    plain = plainly(topic)
    if not topic.endswith(plain):
        _, _, verb, *rest = plain.split(" ", 3)
        assert plain.startswith("help me ") and "".join(rest) in topic
        assert verb in {"find", "with"} | _KNOWN
    assert plain or not topic


def test_what_was_struck_out_is_known_however_it_was_asked_for() -> None:
    edits = [("I need help with my taxes", "Sort my taxes. Use a table.", "Sort my taxes.")]
    passed = Passed(edits)
    assert passed.here("my taxes", "Use a table.")
    assert not passed.here("my garden", "Use a table.")
