"""What tells that a sentence makes sense that a small model made up, learnt from judges.

`python -m promptstyle.core.pretraining.sense` writes `written/sense.npz`, which ships with the
program and is read by `style/sense.py`: how often people write words in a row, from the prompts of
the collection, and the weights, from the verdicts of `written/made.tsv`.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from promptstyle.core.atomic import replacing
from promptstyle.core.pretraining.general import sentences
from promptstyle.core.pretraining.handwritten import FOLDER
from promptstyle.core.pretraining.judged import Judged, area, folds
from promptstyle.core.pretraining.weighing import logistic, minimise
from promptstyle.core.style.collection import read
from promptstyle.core.style.general import SENSE
from promptstyle.core.style.phrases import Phrases, counted
from promptstyle.core.style.relevance import Relevance, grams, relevance
from promptstyle.core.style.sense import Sense, features, spoken_for, to_bytes
from promptstyle.core.training.template import Pair

# How sure the weights of single words may be (the inverse of their variance), and in how many of
# the judged sentences a word or a pair has to be to have one.
RIDGE, SENTENCES = 1.0, 3


def main(argv: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=Path, default=FOLDER / "plain.jsonl")
    parser.add_argument("--judged", type=Path, default=FOLDER / "made.tsv")
    parser.add_argument("--out", type=Path, default=FOLDER / SENSE)
    given = parser.parse_args(argv)
    judged = read_made(given.judged)
    phrases = phrases_of(read(given.prompts), judged)
    rows = Rows.of(judged, phrases, relevance())
    found = learnt(rows, phrases)
    with replacing(given.out) as file:
        file.write_bytes(to_bytes(found))
    given.out.chmod(0o644)
    print(f"{len(phrases.keys)} runs, {len(found.own)} words and pairs in {given.out}")
    print("weights: " + " ".join(f"{each:.2f}" for each in found.weights))
    print(agreement(rows, phrases))


def read_made(path: Path) -> list[Judged]:
    """The verdicts on what a model made up: 2, 1 or 0, strays, topic, sentence, a line for each.

    Raises ValueError for what is none.
    """
    found = []
    for line in path.read_text("utf-8").splitlines():
        verdict, strays, topic, sentence = line.split("\t")
        if verdict not in ("0", "1", "2"):
            raise ValueError(f"{verdict!r} is no verdict: {line}")
        found.append(Judged(int(verdict), 0.0, int(strays), topic, sentence))
    return found


def phrases_of(pairs: Iterable[Pair], judged: Sequence[Judged]) -> Phrases:
    """The runs of the prompts of `pairs`, but for topics of `judged` ones.

    So what the weights are learnt from is as strange to the counts as topics are in use.
    """
    known = {each.topic for each in judged}
    return counted(
        each.text for topic, prompt in pairs if topic not in known for each in sentences(prompt)
    )


@dataclass(frozen=True)
class Rows:
    """Judged sentences and what is known of them."""

    judged: Sequence[Judged]
    told: np.ndarray[tuple[int, int], np.dtype[np.float32]]
    fits: np.ndarray[tuple[int], np.dtype[np.bool_]]

    @classmethod
    def of(cls, judged: Sequence[Judged], phrases: Phrases, relevance: Relevance) -> Rows:
        """`judged` sentences with their features."""
        told = [
            features(phrases, relevance, each.topic, each.sentence, each.strays) for each in judged
        ]
        fits = np.array([each.verdict > 0 for each in judged])
        return cls(judged, np.array(told, np.float32), fits)

    def some(self, places: Sequence[int]) -> Rows:
        """Those in `places`."""
        return Rows([self.judged[at] for at in places], self.told[places], self.fits[places])


def learnt(rows: Rows, phrases: Phrases) -> Sense:
    """Weights from `rows`: how much words speak for a sentence, then what that and the rest counts.

    The figure of its words is for sentences that it was not learnt from, cross-fitted by topic
    (stacking: Wolpert 1992).
    """
    seen = np.zeros(len(rows.judged), np.float32)
    for train, test in folds(rows.judged):
        own = _own(rows.some(train))
        seen[test] = [spoken_for(own, rows.judged[at].sentence) for at in test]
    columns = np.column_stack([rows.told, seen])
    # Of the same spread, so that the search finds its end.
    spread = columns.std(axis=0) + 1e-6
    *weights, constant = logistic(columns / spread, list(rows.fits))
    told = [float(each) for each in np.array(weights) / spread]
    return Sense(phrases, _own(rows), (*told, constant))


def agreement(rows: Rows, phrases: Phrases) -> str:
    """How well sentences on topics that nothing was learnt from are told apart, in words."""
    found = np.zeros(len(rows.judged), np.float32)
    for train, test in folds(rows.judged):
        fitted = learnt(rows.some(train), phrases)
        own = [spoken_for(fitted.own, rows.judged[at].sentence) for at in test]
        told = np.column_stack([rows.told[test], own, np.ones(len(test))])
        found[test] = told @ np.array(fitted.weights)
    lines = [f"told apart on other topics: {area(found, rows.fits):.3f}"]
    for odds in (0.0, 0.8, 1.5):
        kept = found >= odds
        share = rows.fits[kept].mean() if kept.any() else 0.0
        lines.append(f"log-odds of {odds} or more: {kept.mean():.1%}, of which {share:.0%} fit")
    return "\n".join(lines)


def _own(rows: Rows) -> dict[str, float]:
    """How much each word and each pair of words speaks for a sentence, whatever the topic."""
    held = [sorted(set(grams(each.sentence))) for each in rows.judged]
    counts = Counter(gram for each in held for gram in each)
    names = sorted(gram for gram, count in counts.items() if count >= SENTENCES)
    places = {gram: at for at, gram in enumerate(names)}
    flat = torch.tensor([places[gram] for each in held for gram in each if gram in places])
    lengths = [sum(gram in places for gram in each) for each in held]
    starts = torch.tensor([0, *lengths[:-1]]).cumsum(0)
    # As `spoken_for` counts them.
    shares = torch.tensor([
        max(len(each), 1) ** -0.5 for each, size in zip(held, lengths, strict=True)
        for _ in range(size)
    ])  # fmt: skip
    verdicts = torch.tensor(rows.fits.astype(np.float32))
    weights = torch.zeros(len(names), 1, requires_grad=True)
    constant = torch.zeros(1, requires_grad=True)

    def loss() -> torch.Tensor:
        told = F.embedding_bag(flat, weights, starts, mode="sum", per_sample_weights=shares)
        missed = F.binary_cross_entropy_with_logits(
            told[:, 0] + constant, verdicts, reduction="sum"
        )
        return missed + RIDGE / 2 * (weights**2).sum()

    minimise(loss, [weights, constant])
    return dict(zip(names, weights.detach()[:, 0].tolist(), strict=True))


if __name__ == "__main__":
    main()
