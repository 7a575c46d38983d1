"""How prompts open and close: the first words, and the first words of the last piece."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from promptstyle.core.generation.sentences import ITEM, Sentence

LONGEST = 4
# A longer form stands for a shorter one that it holds so much of.
_STANDS_FOR = 0.7
_FEWEST = 0.08
_STOPS = re.compile(r"[.!?:;,\u2026]+$")
_MARKS = re.compile(r"^[#>*\s]+")
# Fragments are parted so: the last of them is how the prompt ends.
_PIECES = re.compile(r";\s+|\s/\s")


class Share(NamedTuple):
    """Words, and in what share of the likes they stand (0 to 1)."""

    text: str
    share: float


def openings(prompts: Sequence[str], at_most: int = 5) -> tuple[Share, ...]:
    """The favourite first words (1 to 4) of `prompts`, most frequent first.

    Of "You", "You are" and "You are a" the longest stands that still is nearly all of them.
    """
    return _favourites([first_words(prompt) for prompt in prompts], at_most)


def closings(pieces: Sequence[str], at_most: int = 5) -> tuple[Share, ...]:
    """The favourite first words of the `last_piece` of prompts, most frequent first."""
    return _favourites([first_words(piece) for piece in pieces], at_most)


def first_words(text: str) -> tuple[str, ...]:
    """Up to four words that `text` opens with, as they are written, to the end of a phrase."""
    line = _MARKS.sub("", text.strip().partition("\n")[0])
    item = ITEM.match(line)
    found: list[str] = []
    for word in (line[item.end() :] if item else line).split(maxsplit=LONGEST)[:LONGEST]:
        bare = _STOPS.sub("", word)
        if bare:
            found.append(bare)
        if bare != word:
            break
    return tuple(found)


def last_piece(text: str, told: Sequence[Sentence]) -> str:
    """The last of the sentences `told` of `text`, or what follows its last ";" or " / "."""
    return _PIECES.split(text[told[-1].start : told[-1].end])[-1] if told else ""


def _favourites(begins: Sequence[tuple[str, ...]], at_most: int) -> tuple[Share, ...]:
    fewest = max(2, _FEWEST * len(begins))
    groups: defaultdict[tuple[str, ...], Counter[tuple[str, ...]]] = defaultdict(Counter)
    for begin in begins:
        for length in range(1, len(begin) + 1):
            groups[tuple(word.casefold() for word in begin[:length])][begin[:length]] += 1
    counts = {key: forms.total() for key, forms in groups.items()}
    found: list[tuple[str, ...]] = []
    waiting: list[tuple[str, ...]] = [
        key for key, count in counts.items() if len(key) == 1 and count >= fewest
    ]
    while waiting:
        key = waiting.pop()
        longer = [other for other in counts if other[:-1] == key and counts[other] >= fewest]
        if longer and sum(counts[other] for other in longer) >= _STANDS_FOR * counts[key]:
            waiting += longer
        else:
            found.append(key)
    found.sort(key=lambda key: (-counts[key], key))
    return tuple(
        Share(
            " ".join(min(groups[key].items(), key=lambda form: (-form[1], form[0]))[0]),
            counts[key] / len(begins),
        )
        for key in found[:at_most]
    )
