"""BM25 over documents that come and go."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import Generic, TypeVar

# The usual settings: how fast a repeated term stops counting, and how far length is levelled.
K1 = 1.5
B = 0.75

Key = TypeVar("Key", bound=Hashable)


class BM25(Generic[Key]):
    """Documents as counts of terms, ranked by BM25; adding one costs the length of that one.

    Robertson & Zaragoza 2009, "The probabilistic relevance framework", the idf kept positive as
    Lucene does. What weighs more (the field of a title) is counted more than once, as in BM25F.
    Scores do not depend on the order in which documents came and went.
    """

    def __init__(self) -> None:
        self._counts: dict[Key, Counter[str]] = {}
        self._lengths: dict[Key, int] = {}
        self._postings: defaultdict[str, dict[Key, int]] = defaultdict(dict)
        self._total = 0

    def __len__(self) -> int:
        return len(self._counts)

    def __contains__(self, key: object) -> bool:
        return key in self._counts

    def add(self, key: Key, counts: Counter[str]) -> None:
        """Take in a document; one with this key is replaced."""
        if key in self._counts:
            self.remove(key)
        self._counts[key] = counts
        self._lengths[key] = length = counts.total()
        self._total += length
        for term, count in counts.items():
            self._postings[term][key] = count

    def remove(self, key: Key) -> None:
        """Forget a document. Raises KeyError if there is none with this key."""
        for term in self._counts.pop(key):
            having = self._postings[term]
            del having[key]
            if not having:
                del self._postings[term]
        self._total -= self._lengths.pop(key)

    def having(self, term: str) -> Mapping[Key, int]:
        """The documents that hold `term`, and how often."""
        return self._postings.get(term, {})

    def idf(self, term: str) -> float:
        """How much it says that a document holds `term`."""
        having = len(self.having(term))
        return math.log(1 + (len(self._counts) - having + 0.5) / (having + 0.5))

    def scores(self, terms: Iterable[str]) -> dict[Key, float]:
        """The documents that hold one of `terms` or more; higher is nearer.

        A term that is asked for twice counts once.
        """
        scores: defaultdict[Key, float] = defaultdict(float)
        if not self._total:
            return {}
        levelling = K1 * B * len(self._counts) / self._total
        # sorted: sums in one order, so that equal documents tie exactly.
        for term in sorted(set(terms)):
            weight = self.idf(term) * (K1 + 1)
            for key, count in self.having(term).items():
                levelled = K1 * (1 - B) + levelling * self._lengths[key]
                scores[key] += weight * count / (count + levelled)
        return dict(scores)
