"""Ways to pick from a pool of candidates, side by side, and the weights of core's own.

    python tests/bench/tune_picking.py --pools pools.json

For every author (the starter likes and tests/authors) and every fold, `--draws` candidates are
sampled for each topic of the fold (at most `--topics` an author), from the shipped base with
likes of the other folds shown; with `--tuned` from a model trained on them too (minutes an
author). Printed is what each rule picks, against the prompt that the author liked: ROUGE-1,
ROUGE-L, the topic's words covered, the fit of the habits, the share that copies a like. Weights
are searched on a grid by the mean of ROUGE-1 and ROUGE-L; "weights of the others" are an author's
scores with the weights that are best for all other authors, which is the honest figure. `--pools`
keeps the candidates in a file, and reads them from there the next time.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from tune_recipe import authors

from promptstyle.convert import write_adapter_gguf, write_gguf
from promptstyle.core.evaluation import rouge
from promptstyle.core.evaluation.intervals import paired_difference
from promptstyle.core.evaluation.splits import folds
from promptstyle.core.generation.client import Done, Engine
from promptstyle.core.generation.copying import CopyIndex
from promptstyle.core.generation.picker import lone_words
from promptstyle.core.generation.picking import MOST_STRAYS, WEIGHTS, Scores, Weights, pick
from promptstyle.core.generation.prompter import Prompter
from promptstyle.core.generation.sampling import Sampling
from promptstyle.core.style.habits import measure
from promptstyle.core.style.ordinary import ordinary_prompts
from promptstyle.core.style.words import terms, topic_terms
from promptstyle.core.training.template import Pair

ROOT = Path(__file__).resolve().parents[2]
FOLDS = 5
SEED = 7
TERMS = ("likelihood", "covered", "habits", "repeated", "agreement")
# The habits count 1: only the proportions matter, and each term alone is printed too.
GRID = {
    "likelihood": (0.0, 0.01, 0.02, 0.05, 0.1),
    "covered": (0.0, 0.05, 0.1, 0.2, 0.5),
    "habits": (1.0,),
    "repeated": (0.0, 0.1, 0.5),
    "agreement": (0.0, 0.1, 0.3, 0.5, 1.0, 2.0),
}


@dataclass
class Pool:
    """The candidates for one topic, the liked prompt, and what is known of each candidate."""

    author: str
    mode: str
    topic: str
    gold: str
    greedy: str
    done: list[Done]
    # The author's other likes, by their positions in the file.
    liked: list[int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, default=ROOT / "assets" / "base")
    parser.add_argument("--pools", type=Path, help="keep the candidates here")
    parser.add_argument("--draws", type=int, default=8)
    parser.add_argument("--topics", type=int, default=40)
    parser.add_argument("--pool", type=int, default=6, help="how many of the draws are picked from")
    parser.add_argument("--take", type=int, default=FOLDS, help="so many of the five folds")
    parser.add_argument("--tuned", action="store_true", help="with a model trained a fold too")
    given = parser.parse_args()
    if given.pools and given.pools.exists():
        rows = json.loads(given.pools.read_text("utf-8"))
        pools = [Pool(**{**row, "done": [Done(**d) for d in row["done"]]}) for row in rows]
    else:
        pools = list(sample(given))
        if given.pools:
            given.pools.write_text(json.dumps([asdict(pool) for pool in pools]), "utf-8")
    pools = [replace(pool, done=pool.done[: given.pool]) for pool in pools]
    for mode in dict.fromkeys(pool.mode for pool in pools):
        compare(mode, [pool for pool in pools if pool.mode == mode])


def sample(given: argparse.Namespace) -> Iterator[Pool]:
    """The pools of every author."""
    trainer: Any = None
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_gguf(given.base, folder / "base.gguf", name="base", quantize="q8_0")
        with Engine.start(folder / "base.gguf", log=folder / "engine.log", threads=1) as engine:
            for author, pairs in authors().items():
                parts = folds([topic for topic, _ in pairs], FOLDS)[: given.take]
                chosen = random.Random(SEED).sample(range(len(pairs)), len(pairs))[: given.topics]
                for number, part in enumerate(parts):
                    liked = [index for index in range(len(pairs)) if index not in part]
                    asked = [index for index in part if index in chosen]
                    for mode in ("context", "both") if given.tuned else ("context",):
                        engine.set_adapter(None)
                        if mode == "both":
                            trainer = trainer or load_trainer(given.base)
                            adapter = train(trainer, given, [pairs[i] for i in liked], folder)
                            engine.set_adapter(adapter)
                        yield from written(engine, given, author, mode, pairs, liked, asked)
                    print("#", author, number + 1, "of", len(parts), flush=True)


def load_trainer(base: Path) -> Any:
    from promptstyle.core.training.lora import LoraTrainer

    return LoraTrainer(base)


def train(trainer: Any, given: argparse.Namespace, liked: list[Pair], folder: Path) -> Path:
    """An adapter trained on `liked` with the recipe of a small base."""
    from promptstyle.core.training.recipes import recipe_for

    trainer.fit(liked, recipe_for("default", 1), folder / "adapter", seed=1)
    write_adapter_gguf(given.base, folder / "adapter", folder / "adapter.gguf")
    return folder / "adapter.gguf"


def written(
    engine: Engine,
    given: argparse.Namespace,
    author: str,
    mode: str,
    pairs: list[Pair],
    liked: list[int],
    asked: list[int],
) -> Iterator[Pool]:
    prompter = Prompter.of(engine, [pairs[index] for index in liked])
    for index in asked:
        topic, gold = pairs[index]
        done = prompter.write(topic, shows=True, sampling=Sampling(), seed=SEED, n=given.draws)
        (greedy,) = prompter.write(topic, shows=True, sampling=Sampling(greedy=True), seed=0)
        yield Pool(author, mode, topic, gold, greedy.text, done, liked)


class Table:
    """What is known of the candidates of all pools, (pools, candidates) an array."""

    def __init__(self, pools: list[Pool]) -> None:
        pairs = authors()
        self.authors = np.array([pool.author for pool in pools])
        habits: dict[tuple[str, ...], Any] = {}
        scores: list[list[Scores]] = []
        for pool in pools:
            prompts = [pairs[pool.author][index][1] for index in pool.liked]
            key = tuple(prompts)
            if key not in habits:
                fit = measure(prompts, ordinary_prompts(prompts)).fit
                habits[key] = fit, CopyIndex((p, p) for p in prompts)
            fit, copies = habits[key]
            strange = lone_words(prompts).difference(topic_terms(pool.topic))
            picked = pick(
                pool.done,
                pool.topic,
                habits_fit=fit,
                copies=copies.find,
                strays=lambda text, strange=strange: len(strange.intersection(terms(text))),
            )
            picked.sort(key=lambda each: each.done.candidate)
            scores.append([each.scores for each in picked])
        self.terms = {
            name: np.array([[getattr(s, name) or 0.0 for s in row] for row in scores])
            for name in TERMS
        }
        raw = self.terms["likelihood"]
        spread = raw.std(axis=1, keepdims=True)
        self.raw = dict(self.terms)
        self.terms["likelihood"] = (raw - raw.mean(axis=1, keepdims=True)) / np.maximum(
            spread, 1e-6
        )
        self.terms["repeated"] = -self.terms["repeated"]
        self.strays = np.array([[min(s.strays, MOST_STRAYS) for s in row] for row in scores])
        self.copied = np.array([[s.copies is not None for s in row] for row in scores])
        found = [
            rouge.scores([d.text for d in pool.done], [pool.gold] * len(pool.done))
            for pool in pools
        ]
        self.rouge1 = np.array([[each.rouge1 for each in row] for row in found])
        self.rougeL = np.array([[each.rougeL for each in row] for row in found])
        self.goal = (self.rouge1 + self.rougeL) / 2

    def chosen(self, weights: Weights) -> np.ndarray[Any, Any]:
        """The candidate that `weights` puts first in each pool; of equal ones the first."""
        total = sum(getattr(weights, name) * self.terms[name] for name in TERMS)
        total -= weights.strays * self.strays
        return np.argmax(np.round(total - weights.copied * self.copied, 9), axis=1)

    def at(self, values: np.ndarray[Any, Any], chosen: np.ndarray[Any, Any]) -> Any:
        return np.take_along_axis(values, chosen[:, None], axis=1)[:, 0]

    def by_author(self, values: np.ndarray[Any, Any]) -> dict[str, float]:
        return {
            name: float(values[self.authors == name].mean())
            for name in dict.fromkeys(self.authors.tolist())
        }


def compare(mode: str, pools: list[Pool]) -> None:
    """Print what every rule comes to."""
    table = Table(pools)
    size = len(pools[0].done)
    print(f"== {mode}: {len(pools)} topics, pools of {size}")
    names = list(table.by_author(table.goal))
    print(f"   {'':18}   R-1   R-L  cover habits copied | " + " ".join(f"{n:>11}" for n in names))

    def line(name: str, chosen: np.ndarray[Any, Any]) -> None:
        mean = {
            key: np.mean(list(table.by_author(table.at(values, chosen)).values()))
            for key, values in (
                ("1", table.rouge1),
                ("L", table.rougeL),
                ("c", table.terms["covered"]),
                ("h", table.terms["habits"]),
                ("x", table.copied.astype(float)),
            )
        }
        goal = table.by_author(table.at(table.goal, chosen))
        print(
            f"   {name:18} {mean['1']:.3f} {mean['L']:.3f}  {mean['c']:.3f}  {mean['h']:.3f}"
            f"  {mean['x']:.3f} | " + " ".join(f"{value:11.3f}" for value in goal.values()),
            flush=True,
        )

    first = np.zeros(len(pools), int)
    line("first", first)
    greedy = rouge.scores([pool.greedy for pool in pools], [pool.gold for pool in pools])
    values = np.array([(each.rouge1 + each.rougeL) / 2 for each in greedy])
    ones, longest = (
        np.mean(list(table.by_author(np.array([getattr(g, n) for g in greedy])).values()))
        for n in ("rouge1", "rougeL")
    )
    print(
        f"   {'greedy':18} {ones:.3f} {longest:.3f}"
        + " " * 24
        + "| "
        + " ".join(f"{value:11.3f}" for value in table.by_author(values).values())
    )
    for name in TERMS:
        line(name, table.chosen(Weights(**{name: 1.0})))
    every = [Weights(**dict(zip(GRID, values, strict=True))) for values in grid()]
    goals = {
        weights: table.by_author(table.at(table.goal, table.chosen(weights))) for weights in every
    }
    honest = np.zeros(len(pools), int)
    for name in names:
        best = max(
            every, key=lambda weights: sum(v for n, v in goals[weights].items() if n != name)
        )
        honest[table.authors == name] = table.chosen(best)[table.authors == name]
        print(f"   # best without {name}: {shown(best)}")
    line("weights of others", honest)
    best = max(every, key=lambda weights: sum(goals[weights].values()))
    line("best weights", table.chosen(best))
    print(f"   # best of all: {shown(best)}")
    ours = table.chosen(WEIGHTS)
    line("WEIGHTS", ours)
    difference = paired_difference(
        list(table.at(table.goal, ours)), list(table.at(table.goal, first)), seed=1
    )
    print(
        f"   # WEIGHTS against first: {difference.mean:+.4f} "
        f"[{difference.low:+.4f}, {difference.high:+.4f}]"
    )
    line("by the gold text", np.argmax(table.goal, axis=1))


def grid() -> Iterator[tuple[float, ...]]:
    return itertools.product(*GRID.values())


def shown(weights: Weights) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in asdict(weights).items() if value)


if __name__ == "__main__":
    main()
