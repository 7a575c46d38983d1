"""Sentences that were judged: whether they belong in a prompt on a topic, or in any.

`written/judged.tsv` has a line for each: the verdict (2 belongs, 1 is harmless, 0 does not fit),
how like this one the topic is on which it was said (0 for one that fits any), how many of its words
had strayed into it, the topic and the sentence. Without a topic it was judged for all of them: 2
fits nearly any, 1 some kinds of answers, 0 none. `written/JUDGING.md` is what the judges were told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from promptstyle.core.style.relevance import Floats

FOLDS = 5


@dataclass(frozen=True)
class Judged:
    """A judged sentence; without a topic it was judged for all of them."""

    verdict: int
    like: float
    strays: int
    topic: str
    sentence: str


def read_judged(path: Path) -> list[Judged]:
    """The rows of the file. Raises ValueError for what is none."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        verdict, like, strays, topic, sentence = line.split("\t")
        if verdict not in ("0", "1", "2"):
            raise ValueError(f"{verdict!r} is no verdict: {line}")
        found.append(Judged(int(verdict), float(like or 0), int(strays or 0), topic, sentence))
    return found


def unfit(judged: Iterable[Judged]) -> frozenset[str]:
    """The sentences that fit no topic, of those that were judged for all of them."""
    return frozenset(each.sentence for each in judged if not each.topic and each.verdict == 0)


def area(scores: Floats, fits: npt.NDArray[np.bool_]) -> float:
    """The area under the ROC curve (Mann and Whitney's U over all pairs); ties count a half.

    Some have to fit and some not.
    """
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    yes, no = int(fits.sum()), int((~fits).sum())
    return float((ranks[fits].sum() - yes * (yes + 1) / 2) / (yes * no))


def folds(rows: Sequence[Judged]) -> Iterator[tuple[list[int], list[int]]]:
    """Places to learn from and places to look at; no topic is in both."""
    by_topic: defaultdict[str, list[int]] = defaultdict(list)
    for at, each in enumerate(rows):
        by_topic[each.topic].append(at)
    groups = list(by_topic.values())
    for fold in range(FOLDS):
        test = [at for group in groups[fold::FOLDS] for at in group]
        held = set(test)
        yield [at for at in range(len(rows)) if at not in held], test
