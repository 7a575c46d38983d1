"""Storing what the user thinks of a candidate, in a thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from promptstyle.core.library.growth import Growth, growth

if TYPE_CHECKING:
    from promptstyle.core.library import Library
    from promptstyle.core.library.records import Candidate, OpinionKind


@dataclass
class Judged(Message):
    """An opinion is stored; `new` if the library grew by it."""

    candidate: str
    kind: OpinionKind
    new: bool
    growth: Growth

    @property
    def mark(self) -> str:
        """What stands on the candidate from now on."""
        return "liked ♥" if self.kind == "like" else "disliked"

    @property
    def remark(self) -> str:
        """What the user is told."""
        if self.kind == "dislike":
            return "Disliked: noted."
        likes = f"{self.growth.likes:,} liked prompt{'' if self.growth.likes == 1 else 's'}"
        if self.new:
            return f"Liked: the library has {likes} now."
        return f"That one is in the library already ({likes})."


def judge(
    library: Library,
    candidate: Candidate,
    kind: OpinionKind,
    *,
    text: str | None = None,
    reason: str = "",
) -> Judged:
    """Store an opinion; a like makes the library grow. Raises PromptstyleError."""
    before = library.profile(candidate.profile).likes
    library.add_opinion(candidate.id, kind, text=text, reason=reason)
    grown = growth(library, candidate.profile)
    return Judged(candidate.id, kind, grown.likes > before, grown)
