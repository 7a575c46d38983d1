"""Where a candidate has its words from, in words for the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptstyle.core.generation.copying import RUN

if TYPE_CHECKING:
    from promptstyle.core.library import Candidate

COPIED = f"{RUN} words or more in a row from a liked prompt of yours"
SWAPPED = "a liked prompt of yours with this topic in place of its own"
PLANNED = "put together after a liked prompt of yours"


def origin(candidate: Candidate | None) -> str:
    """What a candidate has of the like that is named beside it."""
    if candidate is None or not candidate.settings.get("swapped"):
        return COPIED
    # No model wrote it; what was made better sentence by sentence, a model has weighed as a whole.
    scores = candidate.settings.get("scores") or {}
    return SWAPPED if scores.get("likelihood") is None else PLANNED
