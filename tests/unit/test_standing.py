"""Whether a sentence can stand by itself."""

from __future__ import annotations

import pytest

from promptstyle.core.style.standing import dangles, names


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("Keep them so.", True),
        ("Do not repeat them.", True),
        ("A good one looks like this:", True),
        ("Give a reason for each of the five.", True),
        ("If the text is too short for eight, make fewer.", True),
        ("This makes them clear.", True),
        ("I want a story, so here is what you need.", True),
        ("If dates are missing, list them.", False),
        ("Mark guesses and say why they are some.", False),
        ("Explain to children what they need.", False),
        ("Pick three, then rank them.", False),
        ("If anything is unclear, list it.", False),
        ("Keep it under 80 words.", False),
        ("", False),
    ],
)
def test_what_speaks_of_something_that_is_missing(sentence: str, missing: bool) -> None:
    assert dangles(sentence) is missing


@pytest.mark.parametrize(
    ("sentence", "somebody"),
    [
        ("Ask Maria one question.", True),
        ('Write it for "Anna".', True),
        ("Ask Word one question.", False),
        ("Use JSON.", False),
        ("Maria is asked.", False),
    ],
)
def test_who_is_named(sentence: str, somebody: bool) -> None:
    assert names(sentence, frozenset({"word"})) is somebody
