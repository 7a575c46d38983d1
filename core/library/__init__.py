"""What the user likes: the SQLite store, import and export, history of runs."""

from typing import TYPE_CHECKING, Any

from promptstyle.core.library.records import (
    CANCELLED,
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

if TYPE_CHECKING:
    from promptstyle.core.library.store import Library

__all__ = [
    "CANCELLED",
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


def __getattr__(name: str) -> Any:
    """`Library`, when it is first asked for: most of this package is loaded for it alone."""
    if name == "Library":
        from promptstyle.core.library.store import Library

        return Library
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
