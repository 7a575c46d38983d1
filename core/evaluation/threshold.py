"""From a score to a yes: where to cut between the user's texts and others'."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def best_threshold(own: Sequence[float], others: Sequence[float]) -> float:
    """The score above which a text is taken for the user's, from scores of known texts.

    The cut with the best balanced accuracy; of equally good ones the middle of the widest gap, so
    that new texts have room on both sides. Raises ValueError if one of the two is empty.
    """
    if not own or not others:
        raise ValueError("scores of both sides are needed to cut between them")
    found = sorted({*own, *others})
    if len(found) == 1:
        return found[0]
    gaps = list(pairwise(found))
    accuracies = [balanced_accuracy(own, others, low) for low, _ in gaps]
    best = max(accuracies)
    low, high = max(
        (gap for gap, accuracy in zip(gaps, accuracies, strict=True) if accuracy >= best - 1e-12),
        key=lambda gap: gap[1] - gap[0],
    )
    return (low + high) / 2


def balanced_accuracy(own: Sequence[float], others: Sequence[float], threshold: float) -> float:
    """The mean of the shares that are right on either side: 0.5 is no better than a coin."""
    kept = sum(score > threshold for score in own) / len(own)
    return (kept + sum(score <= threshold for score in others) / len(others)) / 2
