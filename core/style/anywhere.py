"""Sentences that fit any topic, as one person could say them on the topic at hand."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from promptstyle.core.style.general import General
from promptstyle.core.style.slots import opener

if TYPE_CHECKING:
    from promptstyle.core.style.manner import Manner

# Of those that begin alike one in so many may stand under one topic, but not fewer than these.
SHARE, FEW = 3, 12


class Anywhere:
    """What of some `sentences` a person of such a `manner` could say."""

    def __init__(self, manner: Manner, sentences: Iterable[General]) -> None:
        self._manner = manner
        self._found: defaultdict[tuple[str, bool], list[str]] = defaultdict(list)
        for each in sentences:
            self._found[opener(each.text), each.last].append(each.text)

    def beginning(self, word: str, *, last: bool) -> list[str]:
        """Those that begin with `word` in this person's form, and close a prompt or do not."""
        # "Don't" may have been "Do not", and become it.
        return [
            text
            for before in (("do", "don") if word in ("do", "don") else (word,))
            for one in self._found.get((before, last), ())
            if opener(text := self._manner.adapted(one)) == word
            and self._manner.could_say(text)
            and not self._manner.leads.mistaken(text)
        ]


def some(sentences: Iterable[str], topic: str, share: int = SHARE, few: int = FEW) -> list[str]:
    """Of many `sentences` one in `share`, but not fewer than `few`, others for another `topic`.

    Each once. What a model thinks likeliest is always the same.
    """
    every = sorted(set(sentences), key=lambda text: zlib.crc32(f"{topic}{text}".encode()))
    return every[: max(few, len(every) // share)]
