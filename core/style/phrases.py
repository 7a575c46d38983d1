"""How familiar a sentence is: how often people write its words in such a row.

A model of a few million parameters writes "write a village fete accountant"; counts of what people
wrote show it. Three words in a row, or else two, or else one: stupid backoff (Brants et
al. 2007, "Large Language Models in Machine Translation", eq. 5).
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from promptstyle.core.style.words import words

LONGEST = 3
# What a shorter row counts.
BACKOFF = 0.4
# Runs that were met less often are not kept.
LEAST = 3
# Counts are kept as so many steps to a factor of e.
STEPS = 12
_BEGIN, _END = "<s>", "</s>"


@dataclass(frozen=True)
class Phrases:
    """Hashes of words in a row, in order, and how often each was met; of how many words in all."""

    keys: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.uint8]
    total: int

    def familiar(self, sentence: str) -> float:
        """The mean log-score (natural, 0 or less) of the words of `sentence` and of its end."""
        said = _marked(sentence)
        # Of each word the longest run that ends with it, then shorter ones; what the runs follow.
        runs = [
            (said[at - size + 1 : at + 1], said[at - size + 1 : at])
            for at in range(1, len(said))
            for size in range(min(LONGEST, at + 1), 0, -1)
        ]
        met = self._met([run for run, _ in runs])
        followed = self._met([before for _, before in runs])
        unknown = -math.log(self.total)
        scores: list[float] = []
        at = 0
        for place in range(1, len(said)):
            sizes = min(LONGEST, place + 1)
            score, less = unknown, 0.0
            for each in range(at, at + sizes):
                if met[each] >= 0:
                    score = met[each] - (followed[each] if runs[each][1] else -unknown)
                    break
                less += math.log(BACKOFF)
            scores.append(min(score, 0.0) + less)
            at += sizes
        return sum(scores) / len(scores)

    def _met(self, runs: list[tuple[str, ...]]) -> list[float]:
        """The logarithm of how often each of `runs` was met, -1 for what is not kept."""
        if not len(self.keys):
            return [-1.0] * len(runs)
        hashes = np.array([_hash(run) for run in runs], np.uint32)
        at = np.minimum(np.searchsorted(self.keys, hashes), len(self.keys) - 1)
        found = np.where(self.keys[at] == hashes, self.counts[at] / STEPS, -1.0)
        return [float(each) for each in found]


def counted(sentences: Iterable[str], least: int = LEAST) -> Phrases:
    """The runs that come `least` times or more in `sentences`."""
    counts: Counter[tuple[str, ...]] = Counter()
    total = 0
    for sentence in sentences:
        said = _marked(sentence)
        total += len(said)
        for size in range(1, LONGEST + 1):
            counts.update(said[at : at + size] for at in range(len(said) - size + 1))
    kept = {_hash(run): count for run, count in sorted(counts.items()) if count >= least}
    keys = np.array(sorted(kept), np.uint32)
    steps = [round(STEPS * math.log(kept[int(each)])) for each in keys]
    return Phrases(keys, np.array(steps, np.uint8), max(total, 1))


def _marked(sentence: str) -> tuple[str, ...]:
    return (_BEGIN, *words(sentence), _END)


def _hash(run: tuple[str, ...]) -> int:
    # Of four billion numbers a few hundred thousand are taken: one run in ten thousand is mistaken.
    return zlib.crc32(" ".join(run).encode())
