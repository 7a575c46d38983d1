"""What the form of a request and the typical should count in the ranking.

    python tests/bench/tune_ranking.py [--encoder FOLDER]

Leave one out, on the starter likes and tests/authors: ROUGE-1 of the prompt of the nearest like
(none akin to it) against the true one, by author and in the mean of the authors, and the paired
difference over all topics from the ranking by words alone, with its interval. First the
yardsticks: any other like, and the one that is best by hindsight. With a sentence encoder also
the dense ranking, by the vectors of the prompts, the topics, or both in one text.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path
from statistics import mean
from typing import Any

from measuring import table

from promptstyle.core.evaluation.intervals import paired_difference
from promptstyle.core.evaluation.rouge import score
from promptstyle.core.style.encoder_client import Encoder
from promptstyle.core.style.index import LikeIndex
from promptstyle.core.style.ranking import FORM_WEIGHT, TYPICAL_WEIGHT, retain
from promptstyle.core.training.template import Pair

ROOT = Path(__file__).resolve().parents[2]
FORMS = (0.0, 0.05, 0.1, 0.2, 0.4)
TYPICAL = (0.0, 0.5, 1.0, 2.0, 4.0)


@cache
def rouge1(one: str, other: str) -> float:
    """Asked again for every setting; the F-measure is the same both ways."""
    return score(one, other).rouge1


@dataclass
class Author:
    """The likes of one, and what each must not be answered with."""

    pairs: list[Pair]
    index: LikeIndex[int] = field(init=False)
    kin: list[set[int]] = field(init=False)
    queries: Any = None

    def __post_init__(self) -> None:
        self.index = LikeIndex.of(self.pairs)
        self.kin = [self.index.kin(key) for key in range(len(self.pairs))]

    def worth(self, found: Callable[[int], int]) -> list[float]:
        """ROUGE-1 of the prompt at `found(i)` against the one at i, for every like."""
        prompts = [prompt for _, prompt in self.pairs]
        return [rouge1(*sorted((prompts[found(i)], prompts[i]))) for i in range(len(prompts))]

    def encode(self, encoder: Encoder, texts: Callable[[Pair], str]) -> None:
        """Attach the vectors of `texts` of the likes, and keep those of the topics."""
        rows = encoder.encode([texts(pair) for pair in self.pairs])
        self.index.attach(dict(enumerate(rows)))
        self.queries = encoder.encode([topic for topic, _ in self.pairs], query=True)

    def nearest(self, ranking: str, form: float, typical: float) -> list[float]:
        """ROUGE-1 for what is ranked first, for every like."""

        def first(key: int) -> int:
            found = retain(
                self.index,
                self.pairs[key][0],
                ranking=ranking,
                count=1,
                exclude=self.kin[key],
                query=self.queries[key] if ranking == "dense" else None,
                form_weight=form,
                typical_weight=typical,
            )
            return found[0].key

        return self.worth(first)

    def yardsticks(self) -> tuple[list[float], list[float]]:
        """For every like, the mean over the others that are not akin, and the best of them."""
        means, bests = [], []
        for key, (_, prompt) in enumerate(self.pairs):
            others = [p for i, (_, p) in enumerate(self.pairs) if i not in self.kin[key]]
            worth = [rouge1(*sorted((other, prompt))) for other in others]
            means.append(mean(worth))
            bests.append(max(worth))
        return means, bests


def authors() -> dict[str, Author]:
    """All that no base was trained on."""
    starter = ROOT / "assets" / "starter_likes.jsonl"
    found = {}
    for file in [starter, *sorted((ROOT / "tests" / "authors").glob("*.jsonl"))]:
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        found[file.stem] = Author([(row["input"], row["output"]) for row in rows])
    return found


TEXTS: dict[str, Callable[[Pair], str]] = {
    "prompts": lambda pair: pair[1],
    "topics": lambda pair: pair[0],
    "both": "\n".join,
}


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--encoder", type=Path)
    given = options.parse_args()
    people = authors()
    rows: list[list[str]] = []
    words = [each.nearest("bm25", 0, 0) for each in people.values()]

    def add(name: str, worth: list[list[float]]) -> None:
        off = paired_difference([*chain(*worth)], [*chain(*words)], seed=0)
        means = [mean(each) for each in worth]
        cells = [f"{each:.4f}" for each in (*means, mean(means))]
        rows.append([name, *cells, f"{off.mean:+.4f} [{off.low:+.4f}, {off.high:+.4f}]"])

    def rank(ranking: str, form: float, typical: float, by: str = "") -> None:
        found = [each.nearest(ranking, form, typical) for each in people.values()]
        add(f"{ranking}{by}, form {form}, typical {typical}", found)

    yardsticks = [each.yardsticks() for each in people.values()]
    add("any other", [each[0] for each in yardsticks])
    add("best by hindsight", [each[1] for each in yardsticks])
    for typical in TYPICAL:
        for form in FORMS:
            rank("bm25", form, typical)
    weights = ((0.0, 0.0), (FORM_WEIGHT, TYPICAL_WEIGHT))
    for ranking in ("best-snippet", "snippets"):
        for form, typical in weights:
            rank(ranking, form, typical)
    if given.encoder:
        with (
            tempfile.TemporaryDirectory() as folder,
            Encoder.start(given.encoder, log=Path(folder) / "encoder.log") as encoder,
        ):
            for name, texts in TEXTS.items():
                for each in people.values():
                    each.encode(encoder, texts)
                for form, typical in weights:
                    rank("dense", form, typical, f" by {name}")
    print(table(["first by", *people, "mean", "from words alone"], rows))


if __name__ == "__main__":
    main()
