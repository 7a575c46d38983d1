"""Weights for what tells that a sentence belongs in a prompt, learnt from judged ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch.nn import functional as F

from promptstyle.core.pretraining.judged import Judged, area, folds
from promptstyle.core.style.relevance import MOST_STRAYS, Floats, Relevance, Table, Weights

# How sure the weights of single words may be (the inverse of their variance), and how much less
# a sentence counts that was judged for all topics at once.
RIDGE, ALL_TOPICS = 1.0, 0.5
# The likeness of topics for which `Relevance.of` says how likely a sentence is.
USUAL_LIKE = 0.5


def weighed(relevance: Relevance, judged: Sequence[Judged]) -> Relevance:
    """`relevance` with weights learnt from what was `judged`.

    A logistic regression on the words of sentences (L2, as a bag of length one) says how much
    those speak for it; another one on that figure for sentences that it has not seen, cross-fitted
    by topic (stacking: Wolpert 1992), weighs it against the rest.
    """
    rows = [each for each in judged if each.topic]
    every = [each for each in judged if not each.topic]
    own_told = _own(relevance.sentences, rows, every)
    seen = np.zeros(len(rows), np.float32)
    for train, test in folds(rows):
        learnt = _own(relevance.sentences, [rows[at] for at in train], every)
        own_alone = replace(relevance, own=learnt, weights=Weights(0, 1, 0, 0, 0))
        seen[test] = scored(own_alone, [rows[at] for at in test])
    likes = [each.like for each in rows]
    near_alone = replace(relevance, weights=Weights(1, 0, 0, 0, 0))
    strayed = [min(each.strays, MOST_STRAYS) for each in rows]
    columns = [scored(near_alone, rows), seen, strayed, [like == 0 for like in likes], likes]
    features = np.array(columns, np.float32).T
    verdicts = [each.verdict > 0 for each in rows]
    near, own, strays, general, like, constant = logistic(features, verdicts)
    # How near the topic is on which it was said is weighed where that is known.
    usual = USUAL_LIKE * like
    weights = Weights(near, own, strays, general - usual, constant + usual)
    return replace(relevance, own=own_told, weights=weights)


def agreement(relevance: Relevance, judged: Sequence[Judged]) -> str:
    """How well sentences on topics that the weights were not learnt from are told apart, in words.

    The area under the curve: how often one that fits comes before one that does not.
    """
    rows = [each for each in judged if each.topic]
    every = [each for each in judged if not each.topic]
    found = np.zeros(len(rows), np.float32)
    for train, test in folds(rows):
        fitted = weighed(relevance, [*(rows[at] for at in train), *every])
        found[test] = scored(fitted, [rows[at] for at in test])
    fits = np.array([each.verdict > 0 for each in rows])
    near = np.array([each.like > 0 for each in rows])
    return (
        f"told apart on other topics: {area(found, fits):.3f}, "
        f"of near topics {area(found[near], fits[near]):.3f}"
    )


def scored(relevance: Relevance, rows: Sequence[Judged]) -> Floats:
    """The log-odds of judged sentences with a topic, but for the likeness of theirs."""
    found = [
        relevance.of(each.topic, [each.sentence], [each.strays], general=each.like == 0)[0]
        for each in rows
    ]
    return np.array(found, np.float32)


def _bags(table: Table, rows: Iterable[Judged]) -> tuple[list[int], list[int], list[float]]:
    """Rows of the table, where each bag of them starts, and how much each counts."""
    flat: list[int] = []
    starts: list[int] = []
    counts: list[float] = []
    for each in rows:
        _, at = table.of(each.sentence)
        starts.append(len(flat))
        flat += at
        counts += [max(len(at), 1) ** -0.5] * len(at)
    return flat, starts, counts


def _own(table: Table, rows: Sequence[Judged], every: Sequence[Judged]) -> Floats:
    """How much each row of the table speaks for a sentence, whatever the topic."""
    judged = [*rows, *every]
    flat, starts, counts = (torch.tensor(each) for each in _bags(table, judged))
    verdicts = torch.tensor([float(each.verdict > 0) for each in judged])
    heavy = torch.tensor([1.0] * len(rows) + [ALL_TOPICS] * len(every))
    weights = torch.zeros(len(table.places), 1, requires_grad=True)
    constant = torch.zeros(1, requires_grad=True)

    def loss() -> torch.Tensor:
        told = F.embedding_bag(flat, weights, starts, mode="sum", per_sample_weights=counts)
        odds = told[:, 0] + constant
        missed = F.binary_cross_entropy_with_logits(odds, verdicts, heavy, reduction="sum")
        return missed + RIDGE / 2 * (weights**2).sum()

    minimise(loss, [weights, constant])
    found: Floats = weights.detach()[:, 0].numpy()
    return found


def logistic(features: Floats, labels: Sequence[bool]) -> list[float]:
    """The weights of the columns, and the constant last."""
    rows, wanted = torch.tensor(features), torch.tensor(labels, dtype=torch.float32)
    weights = torch.zeros(rows.shape[1], requires_grad=True)
    constant = torch.zeros(1, requires_grad=True)

    def loss() -> torch.Tensor:
        odds = rows @ weights + constant
        return F.binary_cross_entropy_with_logits(odds, wanted, reduction="sum")

    minimise(loss, [weights, constant])
    return [*weights.tolist(), *constant.tolist()]


def minimise(loss: Callable[[], torch.Tensor], parameters: list[torch.Tensor]) -> None:
    """Find the `parameters` of the least `loss`, by L-BFGS."""
    optimizer = torch.optim.LBFGS(parameters, max_iter=200, line_search_fn="strong_wolfe")

    def step() -> torch.Tensor:
        optimizer.zero_grad()
        found = loss()
        found.backward()  # type: ignore[no-untyped-call]
        return found

    optimizer.step(step)  # type: ignore[no-untyped-call]
