"""What a like with the topic's words swapped in is worth, and what is taken off its score.

    python tests/bench/tune_swapped.py                                   # without a model: a minute
    python tests/bench/tune_swapped.py --cache scratch/ablation-3 --system "both, quick"

All topics of six authors (tests/bench/ablation.py), means over authors: the nearest like and the
first of the four nearest that the topic fits into, with the words swapped in; and the best single
like for each topic, chosen by hindsight. With `--cache`, the pools of the ablation's first `--take`
folds are picked from again with other weights of the swapped like.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from ablation import Ablation, authors, best, systems

from promptstyle.core.evaluation import rouge
from promptstyle.core.evaluation.baselines import swap
from promptstyle.core.evaluation.measures import covered
from promptstyle.core.evaluation.splits import folds
from promptstyle.core.generation.picking import WEIGHTS
from promptstyle.core.style.index import LikeIndex
from promptstyle.core.style.ranking import retain
from promptstyle.core.style.swapping import swapped
from promptstyle.core.training.template import Pair

FOLDS = 5
# The last leaves it out.
TRIED = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 9.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--system", default="both, quick")
    parser.add_argument("--take", type=int, default=1)
    given = parser.parse_args()
    everyone = authors()
    if given.cache:
        weigh(everyone, Ablation(Path(), given.cache, everyone, FOLDS), given.system, given.take)
        return
    found: dict[str, dict[str, list[tuple[float, float]]]] = defaultdict(dict)
    for author, pairs in everyone.items():
        for fold in range(FOLDS):
            liked, tests = parted(pairs, fold)
            topics, golds = [topic for topic, _ in tests], [prompt for _, prompt in tests]
            index = LikeIndex.of(liked)
            nearest = [liked[retain(index, topic, count=1)[0].key] for topic in topics]
            texts = {
                "the nearest, swapped": [
                    swapped(topic, pair) for topic, pair in zip(topics, nearest, strict=True)
                ],
                "the first of four that fits, swapped": swap(liked, topics),
                "the best like by hindsight": [closest(liked, gold) for gold in golds],
            }
            for name, made in texts.items():
                found[name].setdefault(author, []).extend(scored(made, golds))
    for name, by_author in found.items():
        print(name, *means(by_author))


def weigh(everyone: dict[str, list[Pair]], ablation: Ablation, system: str, take: int) -> None:
    """Print what each weight picks."""
    for weight in TRIED:
        by_author: dict[str, list[tuple[float, float]]] = {}
        shares, given, count = [], 0, 0
        for author, pairs in everyone.items():
            for fold in range(take):
                liked, _ = parted(pairs, fold)
                asked = systems()[system]
                path = ablation.file(author, fold, system, asked)
                lines = asked.parts.ideas if asked.parts else 0
                rows = json.loads(path.read_text("utf-8"))["rows"]
                weights = replace(WEIGHTS, swapped=weight)
                done = [
                    best(row, liked, weights, ablation.ideas.find(row["topic"], lines))
                    for row in rows
                ]
                golds = [row["gold"] for row in rows]
                texts = [each.text for each in done]
                by_author.setdefault(author, []).extend(scored(texts, golds))
                shares += [
                    covered(row["topic"], text) or 0.0
                    for row, text in zip(rows, texts, strict=True)
                ]
                given += sum(bool(each.swapped) for each in done)
                count += len(done)
        print(weight, *means(by_author), f"covered {fmean(shares):.2f}, given {given} of {count}")


def parted(pairs: Sequence[Pair], fold: int) -> tuple[list[Pair], list[Pair]]:
    """The likes, and the pairs of one fold to test on."""
    part = set(folds([topic for topic, _ in pairs], FOLDS)[fold])
    liked = [pair for at, pair in enumerate(pairs) if at not in part]
    return liked, [pairs[at] for at in sorted(part)]


def closest(liked: Sequence[Pair], gold: str) -> str:
    """The like that scores best against the prompt that was looked for."""
    found = rouge.scores([prompt for _, prompt in liked], [gold] * len(liked))
    at = max(range(len(liked)), key=lambda n: found[n].rouge1 + found[n].rougeL)
    return liked[at][1]


def scored(texts: Sequence[str], golds: Sequence[str]) -> list[tuple[float, float]]:
    return [(score.rouge1, score.rougeL) for score in rouge.scores(texts, golds)]


def means(by_author: dict[str, list[tuple[float, float]]]) -> tuple[str, str]:
    """ROUGE-1 and ROUGE-L, the mean of the authors' means."""
    first = fmean(fmean(one for one, _ in rows) for rows in by_author.values())
    second = fmean(fmean(long for _, long in rows) for rows in by_author.values())
    return f"{first:.3f}", f"{second:.3f}"


if __name__ == "__main__":
    main()
