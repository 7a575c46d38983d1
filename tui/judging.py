"""Storing what the user thinks of a candidate, in a thread."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from promptstyle.core.library.growth import Growth, growth

if TYPE_CHECKING:
    from promptstyle.core.library import Library, Like
    from promptstyle.core.library.records import Candidate, OpinionKind


@dataclass
class Judged(Message):
    """An opinion is stored; `new` if the library grew by it, `removed` likes were taken out."""

    candidate: str
    kind: OpinionKind
    new: bool
    removed: int
    growth: Growth

    @property
    def mark(self) -> str:
        """What stands on the candidate from now on."""
        return "liked ♥" if self.kind == "like" else "disliked"

    @property
    def remark(self) -> str:
        """What the user is told."""
        likes = f"{self.growth.likes:,} liked prompt{'' if self.growth.likes == 1 else 's'}"
        if self.removed:
            return (
                f"Disliked, and taken out of the liked prompts again ({likes} now). Like it again "
                "to bring it back, or use Removed in the Library."
            )
        if self.kind == "dislike":
            return "Disliked: noted."
        if self.new:
            return f"Liked: the library has {likes} now."
        return f"That one is in the library already ({likes})."


class Judging:
    """Stores opinions, and remembers which likes came of which candidate.

    A dislike takes those out of use again. A like that was there before stays: it did not come of
    the candidate.
    """

    def __init__(self) -> None:
        # Opinions are stored in the order in which they were given.
        self._lock = threading.Lock()
        # By candidate, the likes that came of it by their ids, as they were then.
        self._made: dict[str, dict[str, Like]] = {}

    def judge(
        self,
        library: Library,
        candidate: Candidate,
        kind: OpinionKind,
        *,
        text: str | None = None,
        reason: str = "",
    ) -> Judged:
        """Store an opinion; a like makes the library grow. Blocks. Raises PromptstyleError."""
        with self._lock:
            before = library.profile(candidate.profile).likes
            opinion = library.add_opinion(candidate.id, kind, text=text, reason=reason)
            removed = self._take_out(library, candidate) if kind == "dislike" else 0
            grown = growth(library, candidate.profile)
            new = grown.likes > before
            if new and opinion.like_id is not None:
                like = library.like(candidate.profile, opinion.like_id)
                self._made.setdefault(candidate.id, {})[like.id] = like
        return Judged(candidate.id, kind, new, removed, grown)

    def _take_out(self, library: Library, candidate: Candidate) -> int:
        """Take the likes that came of `candidate` out of use; how many those were."""
        removed = 0
        for made in self._made.get(candidate.id, {}).values():
            like = library.like(made.profile, made.id)
            # One that was changed in the Library since says something else now.
            if like.removed is None and (like.input, like.output) == (made.input, made.output):
                library.remove_like(like.profile, like.id)
                removed += 1
        return removed
