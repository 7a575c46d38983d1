"""What is said of where a candidate has its words from."""

from __future__ import annotations

from typing import Any

import pytest

from promptstyle.core.library import Candidate
from promptstyle.tui.origins import COPIED, PLANNED, SWAPPED, origin


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, COPIED),
        ({"swapped": None, "borrowed": ["Be brief."], "scores": {"likelihood": -1.2}}, COPIED),
        ({"swapped": "a1", "borrowed": [], "scores": {"likelihood": None}}, SWAPPED),
        # Of an older version.
        ({"swapped": "a1"}, SWAPPED),
        # It was made better, by sentences of others or of the person's own: no longer the like.
        ({"swapped": "a1", "borrowed": ["Be brief."], "scores": {"likelihood": -1.2}}, PLANNED),
        ({"swapped": "a1", "borrowed": [], "scores": {"likelihood": -1.2}}, PLANNED),
    ],
)
def test_a_candidate_says_what_it_has_of_a_like(settings: dict[str, Any], said: str) -> None:
    candidate = Candidate(
        "c1", "default", "tides", "Be brief.", "embedded", None, "context", 1, "stop", 3, settings,
        "2026-11-29T00:00:00Z",
    )  # fmt: skip
    assert origin(candidate) == said


def test_of_none_yet_it_is_said_too() -> None:
    assert origin(None) == COPIED
