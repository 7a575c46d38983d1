"""Some of the hand-written authors: to lay all 7,630 of them out takes longer than the tests."""

from __future__ import annotations

from itertools import islice

import pytest

from promptstyle.core.pretraining import handwritten
from promptstyle.core.pretraining.handwritten import Written


def few_are_written(patch: pytest.MonkeyPatch, known: int = 120, held: int = 8) -> None:
    """Let `sources.load` find the first authors only."""
    every = handwritten.load()
    authors = dict(islice(every.authors.items(), known))
    found = Written(
        authors,
        {name: every.weights[name] for name in authors},
        dict(islice(every.held.items(), held)),
    )
    patch.setattr(handwritten, "load", lambda: found)
