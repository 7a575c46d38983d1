"""Whose manner is it? A judge by character patterns, which shares nothing with the model."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptstyle.core.evaluation.masking import masked
from promptstyle.core.evaluation.threshold import best_threshold

if TYPE_CHECKING:
    import numpy as np

# Fewer of the user's texts, or of others', show no manner.
FEWEST = 12
LONGEST = 5
MOST_PATTERNS = 8000
# How far the weights may go: 1 to 100 come out alike on six authors.
STRENGTH = 10.0
_PARTS = 5
_ROUNDS = 20


@dataclass(frozen=True)
class CharacterJudge:
    """Tells the user's texts from others' by runs of 1 to 5 characters of the masked text.

    Character n-grams of text without its topic (Stamatatos 2017) under logistic regression, both
    sides counting the same. Texts that scored above `threshold` are the user's.
    """

    patterns: dict[str, int]
    # One for each pattern: how rare it is, and what it says.
    rarity: np.ndarray
    weights: np.ndarray
    constant: float
    threshold: float = 0.0

    @classmethod
    def fit(cls, own: Sequence[str], others: Sequence[str], seed: int) -> CharacterJudge | None:
        """Learn from texts of the user and of others; None below 12 of either.

        The threshold comes from the scores that each text gets from a judge that was fitted
        without it, in 5 parts drawn with `seed`. Loads NumPy.
        """
        own, others = [t for t in own if t.strip()], [t for t in others if t.strip()]
        if len(own) < FEWEST or len(others) < FEWEST:
            return None
        counts = [_counts(text) for text in (*own, *others)]
        mine = [place < len(own) for place in range(len(counts))]
        # Both sides are dealt by themselves, so that every part has its share of each.
        drawn = random.Random(seed)
        orders = [[p for p, own in enumerate(mine) if own is side] for side in (True, False)]
        scores: dict[int, float] = {}
        for order in orders:
            drawn.shuffle(order)
        for part in range(_PARTS):
            away = {place for order in orders for place in order[part::_PARTS]}
            rest = [place for place in range(len(counts)) if place not in away]
            judge = _fitted([counts[place] for place in rest], [mine[place] for place in rest])
            scores |= {place: judge._score(counts[place]) for place in away}
        cut = best_threshold(*([scores[place] for place in order] for order in orders))
        judge = _fitted(counts, mine)
        return cls(judge.patterns, judge.rarity, judge.weights, judge.constant, cut)

    def score(self, text: str) -> float:
        """The log odds that the text is the user's, before anything is known of how common that is.

        Compare it with `threshold`, not with 0.
        """
        return self._score(_counts(text))

    def attributes(self, text: str) -> bool:
        """Whether the text is taken for the user's; an empty one is nobody's."""
        return bool(text.strip()) and self.score(text) > self.threshold

    def _score(self, counts: Counter[str]) -> float:
        return float(_vector(counts, self.patterns, self.rarity) @ self.weights) + self.constant


def _counts(text: str) -> Counter[str]:
    """The runs of characters of the masked text, its beginning and end marked as line breaks."""
    text = f"\n{masked(text.strip())}\n"
    return Counter(
        text[start : start + length]
        for length in range(1, LONGEST + 1)
        for start in range(len(text) - length + 1)
    )


def _vector(counts: Counter[str], patterns: dict[str, int], rarity: np.ndarray) -> np.ndarray:
    """tf-idf of length 1, whatever the length of the text; zeros if no pattern is known."""
    import numpy as np

    vector = np.zeros(len(patterns))
    known = [(patterns[pattern], n) for pattern, n in counts.items() if pattern in patterns]
    if known:
        places, times = (np.array(column) for column in zip(*known, strict=True))
        vector[places] = (1 + np.log(times)) * rarity[places]
        vector /= np.linalg.norm(vector)
    return vector


def _fitted(counts: Sequence[Counter[str]], mine: Sequence[bool]) -> CharacterJudge:
    """L2-regularised logistic regression by Newton's method (Bishop 2006, section 4.3.3).

    There are many more patterns than texts, so it is solved for a weight a text: those of the
    patterns are sums of the texts' vectors.
    """
    import numpy as np

    having = Counter(pattern for each in counts for pattern in each)
    often = sorted((p for p, n in having.items() if n > 1), key=lambda p: (-having[p], p))
    patterns = {pattern: place for place, pattern in enumerate(often[:MOST_PATTERNS])}
    texts = len(counts)
    rarity = np.array([np.log((1 + texts) / (1 + having[pattern])) + 1 for pattern in patterns])
    vectors = np.array([_vector(each, patterns, rarity) for each in counts])
    label = np.array(mine, dtype=float)
    share = label.mean()
    balance = np.where(label > 0, 0.5 / share, 0.5 / (1 - share))
    alike = vectors @ vectors.T
    dual, constant = np.zeros(texts), 0.0
    system = np.ones((texts + 1, texts + 1))
    system[-1, -1] = 0
    for _ in range(_ROUNDS):
        score = alike @ dual + constant
        odds = 1 / (1 + np.exp(-score))
        steep = np.maximum(balance * odds * (1 - odds), 1e-9)
        system[:texts, :texts] = alike + np.diag(1 / (STRENGTH * steep))
        target = score + balance * (label - odds) / steep
        *found, constant = np.linalg.solve(system, np.append(target, 0.0))
        moved = float(np.abs(np.array(found) - dual).max())
        dual = np.array(found)
        if moved < 1e-6:
            break
    return CharacterJudge(patterns, rarity, vectors.T @ dual, float(constant))
