"""How fast likes are found, beside bm25s on the same terms.

    python tests/bench/bench_style.py [--likes N] [--words N]

The likes are made of the starter likes' words, as frequent as there. Times are of the processor,
the median of several; `times bm25s` compares with it in the same run. bm25s holds a corpus that
does not change: to take in one like it is built anew.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import bm25s
from measuring import machine, table

from promptstyle.core.style.bm25 import BM25, K1, B
from promptstyle.core.style.index import LikeIndex
from promptstyle.core.style.ranking import RANKINGS, retain
from promptstyle.core.style.words import terms, topic_terms
from promptstyle.core.training.template import Pair

ROOT = Path(__file__).resolve().parents[2]
TIMES = 15
MATCHING = "Make a prompt that explains how a table of customer names is sorted for a manager."
UNKNOWN = "Make a prompt for xyzzy."


def made(count: int, length: int) -> list[Pair]:
    """Likes of `length` words each; no two are near-duplicates."""
    lines = (ROOT / "assets" / "starter_likes.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    words = [word for row in rows for word in row["output"].split()]
    drawn = random.Random(0)
    return [
        (f"{drawn.choice(rows)['input']} {number}", " ".join(drawn.choices(words, k=length)))
        for number in range(count)
    ]


def timed(work: Callable[[], Any], before: Callable[[], Any] = lambda: None) -> float:
    """Median processor time of `work`, in milliseconds; `before` each is not counted."""
    spent = []
    for _ in range(TIMES):
        before()
        began = time.process_time()
        work()
        spent.append(1000 * (time.process_time() - began))
    return median(spent)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--likes", type=int, default=300)
    options.add_argument("--words", type=int, default=80)
    given = options.parse_args()
    pairs = made(given.likes + 1, given.words)
    *most, last = pairs
    rows: list[list[str]] = []

    def add(name: str, spent: float, peer: float | None = None) -> None:
        rows.append([name, f"{spent:.2f}", f"{spent / peer:.2f}" if peer else "-"])

    texts = [terms(prompt) for _, prompt in pairs]
    counts = [Counter(text) for text in texts]
    asked = sorted(set(topic_terms(MATCHING)))

    def ours(documents: list[Counter[str]]) -> BM25[int]:
        built: BM25[int] = BM25()
        for key, each in enumerate(documents):
            built.add(key, each)
        return built

    def theirs(documents: list[list[str]]) -> Any:
        built = bm25s.BM25(method="lucene", k1=K1, b=B)
        built.index(documents, show_progress=False)
        return built

    mine, peer = ours(counts[:-1]), theirs(texts[:-1])
    known = [term for term in asked if term in peer.vocab_dict]
    add(
        "BM25: build from terms",
        timed(lambda: ours([Counter(text) for text in texts[:-1]])),
        timed(lambda: theirs(texts[:-1])),
    )
    add(
        "BM25: one document more",
        timed(lambda: mine.add(-1, counts[-1]), lambda: -1 in mine and mine.remove(-1)),
        timed(lambda: theirs(texts)),
    )
    add("BM25: scores", timed(lambda: mine.scores(asked)), timed(lambda: peer.get_scores(known)))

    index = LikeIndex.of(most)
    fresh: list[LikeIndex[int]] = [index]
    add("index: build", timed(lambda: LikeIndex.of(most)))
    add(
        "index: one like more",
        timed(lambda: index.add(-1, last), lambda: -1 in index and index.remove(-1)),
    )
    index.remove(-1)
    index.kin(0)
    add("index: kin of a like", timed(lambda: index.kin(0)))

    def renew() -> None:
        fresh[0] = LikeIndex.of(most)

    for ranking in ("bm25", "snippets"):
        add(
            f"{ranking}: first after building",
            timed(lambda ranking=ranking: retain(fresh[0], MATCHING, ranking=ranking), renew),
        )
    vectors = unit_vectors(len(most))
    index.attach(vectors)
    for ranking in RANKINGS:
        for name, topic in (("words match", MATCHING), ("no word matches", UNKNOWN)):
            add(
                f"{ranking}: retain, {name}",
                timed(lambda r=ranking, t=topic: retain(index, t, ranking=r, query=vectors[0])),
            )
    print(json.dumps({**machine(), "likes": len(most), "words": given.words}))
    print(table(["", "ms", "times bm25s"], rows))


def unit_vectors(count: int) -> dict[int, Any]:
    """As many random ones as a small sentence encoder would give."""
    import numpy as np

    rows = np.random.default_rng(0).normal(size=(count, 384)).astype(np.float32)
    return dict(enumerate(rows / np.linalg.norm(rows, axis=1, keepdims=True)))


if __name__ == "__main__":
    main()
