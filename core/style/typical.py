"""How typical of all likes each one is, and likes that differ from each other."""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Generic, TypeVar

# Typical against varied.
TYPICAL = 0.5
# Sums of floats in another order differ in the last digits; that must not break ties.
_DIGITS = 9

Key = TypeVar("Key", bound=Hashable)
Vector = dict[str, float]


class Typical(Generic[Key]):
    """Prompts as unit vectors of their words, and the sum of all; one more costs its own length.

    All words, function words too, and none weighted by its rarity: a manner shows in the common
    ones. Filled up by these, retrieval is nearer to the true prompts than by tf-idf
    (tests/bench/tune_ranking.py).
    """

    def __init__(self) -> None:
        self._vectors: dict[Key, Vector] = {}
        self._sum: defaultdict[str, float] = defaultdict(float)
        # Since the last change.
        self._known: dict[Key, float] = {}

    def add(self, key: Key, words: Iterable[str]) -> None:
        """Take in a prompt under a new key."""
        vector = {word: 1 + math.log(count) for word, count in Counter(words).items()}
        # A prompt without words has the empty vector.
        norm = math.sqrt(sum([weight * weight for weight in vector.values()]))
        for word in vector:
            vector[word] /= norm
            self._sum[word] += vector[word]
        self._vectors[key] = vector
        self._known.clear()

    def remove(self, key: Key) -> None:
        """Forget a prompt. Raises KeyError if there is none with this key."""
        for word, weight in self._vectors.pop(key).items():
            self._sum[word] -= weight
            if self._sum[word] < 10**-_DIGITS:
                del self._sum[word]
        self._known.clear()

    def __getitem__(self, key: Key) -> float:
        """The mean cosine of the prompt with all (itself too), 0 to 1; the medoid's is largest."""
        if key not in self._known:
            # v . (sum of all v) is the sum of the cosines with all.
            vector = self._vectors[key]
            total = sum([weight * self._sum[word] for word, weight in vector.items()])
            self._known[key] = round(total / len(self._vectors), _DIGITS)
        return self._known[key]

    def alike(self, one: Key, other: Key) -> float:
        """The cosine of two prompts, 0 to 1."""
        first, second = self._vectors[one], self._vectors[other]
        # Lists, not generators: this is the innermost loop.
        return sum([weight * second[word] for word, weight in first.items() if word in second])

    def varied(
        self, taken: Iterable[Key], pool: Iterable[Key], usable: Callable[[Key], bool]
    ) -> Iterator[Key]:
        """Keys of `pool`, the most typical first, each unlike those before it and `taken`.

        Maximal marginal relevance (Carbonell & Goldstein 1998); of equals the first in `pool`.
        `usable` is asked before a key comes; what it has refused stays out.
        """
        chosen = list(taken)
        # (minus what it is worth at most, its place, how many of the chosen that knows of, the
        # largest cosine with those). Worth only falls, so the first that knows of all is the best.
        keys = list(pool)
        typical = [TYPICAL * self[key] for key in keys]
        worth = [(-value, place, 0, 0.0) for place, value in enumerate(typical)]
        heapq.heapify(worth)
        while worth:
            _, place, known, near = worth[0]
            key = keys[place]
            if known < len(chosen):
                near = max(near, *(self.alike(key, other) for other in chosen[known:]))
                value = round(typical[place] - (1 - TYPICAL) * near, _DIGITS)
                heapq.heapreplace(worth, (-value, place, len(chosen), near))
                continue
            heapq.heappop(worth)
            if usable(key):
                yield key
                chosen.append(key)
