"""The likes that matter for a topic: BM25, and typical ones where no word matches."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from promptstyle.core.style.words import (
    NEAR_DUPLICATE,
    resemblance,
    shingles,
    terms,
    topic_terms,
)
from promptstyle.core.training.template import Pair

# The usual settings: how fast a repeated term stops counting, and how far length is levelled.
K1 = 1.5
B = 0.75
# A term of the topic counts as this many of the prompt (BM25F with two fields). On the starter
# likes 1 to 4 come out alike; 2 keeps a long prompt from drowning its topic.
TOPIC_WEIGHT = 2
# Typical against varied, when no word of the topic says anything.
TYPICAL = 0.5


class Retriever:
    """An index over liked (topic, prompt) pairs; indices refer to the given order.

    Ranks by BM25 (Robertson & Zaragoza 2009, "The probabilistic relevance framework"; the two
    fields as in BM25F, the idf kept positive as Lucene does).
    """

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self._prompts = [prompt for _, prompt in pairs]
        self._counts: list[Counter[str]] = []
        for topic, prompt in pairs:
            counts = Counter(terms(prompt))
            for term in topic_terms(topic):
                counts[term] += TOPIC_WEIGHT
            self._counts.append(counts)
        lengths = [counts.total() for counts in self._counts]
        mean_length = sum(lengths) / len(lengths) if lengths else 0.0
        self._levelled = [
            K1 * (1 - B + B * length / mean_length) if mean_length else K1 for length in lengths
        ]
        self._postings: defaultdict[str, list[int]] = defaultdict(list)
        for index, counts in enumerate(self._counts):
            for term in counts:
                self._postings[term].append(index)
        self._shingles: dict[int, frozenset[tuple[str, ...]]] = {}
        self._vectors: list[dict[str, float]] | None = None

    def __len__(self) -> int:
        return len(self._prompts)

    def scores(self, topic: str) -> dict[int, float]:
        """BM25 of every like that shares a term with `topic`; higher is nearer."""
        scores: defaultdict[int, float] = defaultdict(float)
        # sorted: sums in one order, so that equal likes tie exactly.
        for term in sorted(set(topic_terms(topic))):
            found = self._postings.get(term, ())
            weight = self._idf(len(found))
            for index in found:
                count = self._counts[index][term]
                scores[index] += weight * count * (K1 + 1) / (count + self._levelled[index])
        return dict(scores)

    def nearest(self, topic: str, k: int, exclude: Collection[int] = ()) -> list[int]:
        """Up to `k` indices, best first, none of `exclude`, no two near-duplicates.

        Likes that share a word with the topic come first; what is missing is filled with
        typical and varied ones. Fewer than `k` come back if there are no more to tell apart.
        """
        left_out = set(exclude)
        scores = self.scores(topic)
        ranked = sorted(scores, key=lambda index: (-scores[index], index))
        chosen: list[int] = []
        for index in ranked:
            if len(chosen) >= k:
                break
            if index not in left_out and not self._resembles(index, chosen):
                chosen.append(index)
        if len(chosen) < k:
            self._fill(chosen, k, left_out)
        return chosen

    def _fill(self, chosen: list[int], k: int, left_out: set[int]) -> None:
        """Add the medoid, then likes by maximal marginal relevance (Carbonell & Goldstein 1998)."""
        vectors = self._unit_vectors()
        total: defaultdict[str, float] = defaultdict(float)
        for vector in vectors:
            for term, weight in vector.items():
                total[term] += weight
        # v . (sum of all v) is the sum of the similarities to all: its largest is the medoid.
        typical = [_dot(vector, total) / len(vectors) for vector in vectors]
        pool = [i for i in range(len(vectors)) if i not in left_out and i not in chosen]
        closest = {
            i: max((_dot(vectors[i], vectors[c]) for c in chosen), default=0.0) for i in pool
        }
        while pool and len(chosen) < k:
            best = max(pool, key=lambda i: (TYPICAL * typical[i] - (1 - TYPICAL) * closest[i], -i))
            pool.remove(best)
            if self._resembles(best, chosen):
                continue
            chosen.append(best)
            for i in pool:
                closest[i] = max(closest[i], _dot(vectors[i], vectors[best]))

    def _idf(self, having: int) -> float:
        return math.log(1 + (len(self._prompts) - having + 0.5) / (having + 0.5))

    def _unit_vectors(self) -> list[dict[str, float]]:
        """tf-idf vectors of length 1 (an empty like has the empty vector), made once."""
        if self._vectors is None:
            idf = {term: self._idf(len(found)) for term, found in self._postings.items()}
            self._vectors = []
            for counts in self._counts:
                vector = {term: (1 + math.log(n)) * idf[term] for term, n in counts.items()}
                norm = math.sqrt(sum(weight * weight for weight in vector.values()))
                self._vectors.append({term: weight / norm for term, weight in vector.items()})
        return self._vectors

    def _resembles(self, index: int, chosen: Sequence[int]) -> bool:
        mine = self._shingled(index)
        return any(resemblance(mine, self._shingled(c)) >= NEAR_DUPLICATE for c in chosen)

    def _shingled(self, index: int) -> frozenset[tuple[str, ...]]:
        if index not in self._shingles:
            self._shingles[index] = shingles(self._prompts[index])
        return self._shingles[index]


def _dot(one: dict[str, float], other: dict[str, float]) -> float:
    if len(other) < len(one):
        one, other = other, one
    return sum(weight * other[term] for term, weight in one.items() if term in other)
