"""What the user likes: the SQLite store, import and export, history of runs."""

from promptstyle.core.library.records import (
    DEFAULT_BASE,
    AddResult,
    Candidate,
    Like,
    NewCandidate,
    NewLike,
    Opinion,
    Profile,
    RunRecord,
    Side,
    Version,
)
from promptstyle.core.library.store import Library

__all__ = [
    "DEFAULT_BASE",
    "AddResult",
    "Candidate",
    "Library",
    "Like",
    "NewCandidate",
    "NewLike",
    "Opinion",
    "Profile",
    "RunRecord",
    "Side",
    "Version",
]
