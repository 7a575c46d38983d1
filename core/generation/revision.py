"""A prompt being put right sentence by sentence: some left out, others in their place or added."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from promptstyle.core.generation.passages import (
    Passage,
    distinct,
    joined,
    passages_of,
    said_beside,
    speaks,
)
from promptstyle.core.generation.said import Said
from promptstyle.core.generation.seams import Piece, added_before, emptied, put_together
from promptstyle.core.style.words import topic_terms

if TYPE_CHECKING:
    from promptstyle.core.library import Candidate

# So many are there to choose from where one is added.
ADDED = 12


@dataclass(frozen=True)
class _Part:
    """A passage, which of its texts stands there (0 is its own), and whether it is left out."""

    passage: Passage
    taken: int = 0
    dropped: bool = False
    added: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.passage.text, *self.passage.others)

    @property
    def said(self) -> str:
        return self.texts[self.taken]


class Revision:
    """The passages of one prompt on one topic, and what was made of them so far.

    They are counted from 0, those that were added among them.
    """

    def __init__(self, topic: str, passages: Iterable[Passage]) -> None:
        self._about = frozenset(topic_terms(topic))
        self._parts = tuple(map(_Part, passages))
        self._before: list[tuple[_Part, ...]] = []

    @classmethod
    def of(cls, candidate: Candidate, text: str | None = None) -> Revision:
        """Of what a model wrote, or of the `text` that the person made of it since."""
        try:
            known = [Passage.from_json(row) for row in candidate.settings.get("passages") or ()]
        except (TypeError, ValueError):
            # A later version wrote it.
            known = []
        if joined(known) != candidate.text:
            # An earlier version kept none.
            known = list(passages_of(candidate.text))
        if text is None or text == candidate.text:
            return cls(candidate.topic, known)
        others = {each.text: each.others for each in known}
        fragments = any(each.before == "; " for each in known) or None
        made = passages_of(text, fragments=fragments)
        return cls(
            candidate.topic, [replace(each, others=others.get(each.text, ())) for each in made]
        )

    def __len__(self) -> int:
        return len(self._parts)

    @property
    def passages(self) -> tuple[Passage, ...]:
        """What there is at each place."""
        return tuple(each.passage for each in self._parts)

    def dropped(self, at: int) -> bool:
        """Whether the passage at that place is left out."""
        return self._parts[at].dropped

    def replaced(self, at: int) -> bool:
        """Whether what stands at that place was not written there."""
        return self._parts[at].taken != 0 or self._parts[at].added

    def revisable(self, at: int) -> bool:
        """Whether something is said at that place: no rule, tag, label or heading."""
        text = self._parts[at].passage.text
        return speaks(text) and not text.startswith("#")

    def said(self, at: int) -> str:
        """What stands at that place, left out or not."""
        return self._parts[at].said

    def position(self, at: int) -> tuple[int, int]:
        """Which of how many texts that could stand at that place it has, counted from 1."""
        open_ = self._open(at)
        return open_.index(self._parts[at].taken) + 1, len(open_)

    def open(self, at: int) -> list[tuple[int, str]]:
        """The others that could stand at that place now, with their numbers, counted from 1."""
        texts = self._parts[at].texts
        return [(number, texts[number]) for number in self._open(at) if number]

    def fits(self, at: int) -> bool:
        """Whether what stands at that place was written there, or goes with the rest."""
        part = self._parts[at]
        return part.taken == 0 or self._beside(at).allows(part.said, self._about)

    def drop(self, at: int) -> bool:
        """Leave the passage at that place out, or take it in again; False for the last sentence.

        One that was added is gone.
        """
        part = self._parts[at]
        gone = {n for n, each in enumerate(self._parts) if each.dropped} | {at}
        left = set(range(len(self))) - emptied(self._pieces(), gone)
        if not part.dropped and not any(map(self.revisable, left)):
            return False
        if part.added:
            self._change((*self._parts[:at], *self._parts[at + 1 :]))
        else:
            self._put(at, replace(part, dropped=not part.dropped))
        return True

    def other(self, at: int, by: int = 1) -> bool:
        """Put the text that is `by` further at that place; False if there is no other.

        What goes with all that stands beside it, in a ring. One that was left out comes back.
        """
        open_ = self._open(at)
        if len(open_) < 2:
            return False
        self.take(at, open_[(open_.index(self._parts[at].taken) + by) % len(open_)])
        return True

    def take(self, at: int, number: int) -> None:
        """Put a text at that place: 0 is what was written, 1 the first of the others.

        Raises IndexError for one that there is not.
        """
        part = self._parts[at]
        self._put(at, replace(part, taken=range(len(part.texts))[number], dropped=False))

    def add(self, at: int) -> bool:
        """Say something more behind that place; False if nothing is known that goes with the rest.

        It is one of those that could stand in other places.
        """
        # What was left out is not wanted in other words either.
        said = said_beside([each.said for each in self._parts], -1)
        # The best of each place first.
        ranks = zip_longest(*(each.passage.others for each in self._parts[1:]), fillvalue="")
        pool = (text for rank in ranks for text in rank if text)
        found = distinct((text for text in pool if said.allows(text, self._about)), ADDED)
        if not found:
            return False
        before = added_before([each.passage.before for each in self._parts], at)
        more = _Part(Passage(before, found[0], found[1:]), added=True)
        self._change((*self._parts[: at + 1], more, *self._parts[at + 1 :]))
        return True

    def undo(self) -> bool:
        """Take the last change back; False if there is none."""
        if not self._before:
            return False
        self._parts = self._before.pop()
        return True

    def text(self) -> str:
        """The prompt as it stands now."""
        pieces = self._pieces()
        dropped = {at for at, each in enumerate(self._parts) if each.dropped}
        added = {at for at, each in enumerate(self._parts) if each.added}
        return put_together(pieces, emptied(pieces, dropped) if dropped else (), added)

    def _pieces(self) -> list[Piece]:
        return [(each.passage.before, self._put_there(at)) for at, each in enumerate(self._parts)]

    def _put_there(self, at: int) -> str:
        """What is said at that place; a part of a telegram ends as the one before it did."""
        part = self._parts[at]
        after = self._parts[at + 1].passage.before if at + 1 < len(self._parts) else ""
        telegram = part.passage.before.startswith(";") or after.startswith(";")
        if part.taken == 0 or not telegram:
            return part.said
        return part.said.rstrip(".") + "." * part.passage.text.endswith(".")

    def _open(self, at: int) -> Sequence[int]:
        """Which texts may stand at that place beside what stands in the others."""
        part = self._parts[at]
        if not part.passage.others:
            return [0]
        beside = self._beside(at)
        return [
            number
            for number, text in enumerate(part.texts)
            if number in (0, part.taken) or beside.allows(text, self._about)
        ]

    def _beside(self, at: int) -> Said:
        return said_beside(["" if each.dropped else each.said for each in self._parts], at)

    def _put(self, at: int, part: _Part) -> None:
        self._change((*self._parts[:at], part, *self._parts[at + 1 :]))

    def _change(self, parts: tuple[_Part, ...]) -> None:
        if parts != self._parts:
            self._before.append(self._parts)
            self._parts = parts
