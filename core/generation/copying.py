"""Whether a text is taken from a liked prompt: many words in a row that stand in one like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

from promptstyle.core.style.words import words

# So many words in a row are no accident of manner: that is half a short prompt.
RUN = 12

Key = TypeVar("Key", bound=Hashable)


class CopyIndex(Generic[Key]):
    """Finds the like that a text shares a run of words with; grows and shrinks like by like.

    Not every run of a like is kept. Blocks of half a run begin at every seventh word (for a run
    of twelve), so that any whole run holds one of them, as in winnowing (Schleimer et al. 2003);
    what a block finds is then compared word by word.
    """

    def __init__(self, likes: Iterable[tuple[Key, str]] = (), *, run: int = RUN) -> None:
        """`likes` are (key, prompt) pairs. Raises ValueError for a run of less than two words."""
        if run < 2:
            raise ValueError(f"a run of {run} words is none")
        self.run = run
        self._block = run // 2
        self._step = run - self._block + 1
        self._prompts: dict[Key, str] = {}
        # By hash: what two blocks share by accident, the comparison tells apart.
        self._blocks: defaultdict[int, list[tuple[Key, int]]] = defaultdict(list)
        self.update(likes)

    def __len__(self) -> int:
        return len(self._prompts)

    def update(self, likes: Iterable[tuple[Key, str]]) -> bool:
        """Hold these likes and no others; only what differs is looked at. Whether anything did."""
        wanted = dict(likes)
        gone = [key for key, prompt in self._prompts.items() if wanted.get(key) != prompt]
        for key in gone:
            self.remove(key)
        fresh = [item for item in wanted.items() if item[0] not in self._prompts]
        for key, prompt in fresh:
            self.add(key, prompt)
        return bool(gone or fresh)

    def add(self, key: Key, prompt: str) -> None:
        """Take one more like in; one that is there under this key is replaced."""
        self.remove(key)
        self._prompts[key] = prompt
        for block, place in self._aligned(prompt):
            self._blocks[block].append((key, place))

    def remove(self, key: Key) -> None:
        """Leave a like out; one that is not there is no error."""
        prompt = self._prompts.pop(key, None)
        for block, place in self._aligned(prompt or ""):
            self._blocks[block].remove((key, place))
            if not self._blocks[block]:
                del self._blocks[block]

    def find(self, text: str) -> Key | None:
        """The like that shares the longest run of words with `text`; None if none is long enough.

        Case and punctuation do not count.
        """
        mine = words(text)
        theirs: dict[Key, list[str]] = {}
        best, found = self.run - 1, None
        for start in range(len(mine) - self._block + 1):
            block = hash(tuple(mine[start : start + self._block]))
            for key, place in self._blocks.get(block, ()):
                if key not in theirs:
                    theirs[key] = words(self._prompts[key])
                length = _shared(mine, start, theirs[key], place)
                if length > best:
                    best, found = length, key
        return found

    def _aligned(self, prompt: str) -> list[tuple[int, int]]:
        """The hash and the place of every block that is kept of `prompt`."""
        found = words(prompt)
        if len(found) < self.run:
            return []
        places = range(0, len(found) - self._block + 1, self._step)
        return [(hash(tuple(found[place : place + self._block])), place) for place in places]


def _shared(mine: list[str], start: int, theirs: list[str], place: int) -> int:
    """How many words in a row the two share around these two places."""
    first = 0
    while first < min(start, place) and mine[start - first - 1] == theirs[place - first - 1]:
        first += 1
    last = 0
    while (
        start + last < len(mine)
        and place + last < len(theirs)
        and mine[start + last] == theirs[place + last]
    ):
        last += 1
    return first + last
