"""What screens hear of each other: the library grew, a run became active, a retrain went on."""

from __future__ import annotations

from enum import Enum, auto


class Change(Enum):
    """Published on `PromptstyleApp.changes`; a screen reads again what it shows of it."""

    LIKES = auto()
    RUNS = auto()
    PROFILE = auto()
    RETRAIN = auto()
