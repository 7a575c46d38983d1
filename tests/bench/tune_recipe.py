"""How the recipe `default` was tuned: variants of it, cross-validated on several authors.

    python tests/bench/tune_recipe.py --take 2 "shots=(0,)" "shots=(0, 2)"

Each argument is a variant: changes to the recipe that a small base gets, as Python keywords.
For every author (the starter likes and tests/authors) the first `--take` of `--folds` folds are
held out in turn; printed are ROUGE-1 / ROUGE-L of greedy decoding for `lora` and `both`, the
share of the topic's words covered, and the seconds of a training. Not part of `make bench`: it
takes minutes a variant.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from promptstyle.convert import write_adapter_gguf, write_gguf
from promptstyle.core.evaluation.report import report
from promptstyle.core.evaluation.splits import folds
from promptstyle.core.evaluation.systems import Outputs, baselines, written
from promptstyle.core.generation.client import Engine
from promptstyle.core.training.lora import LoraTrainer
from promptstyle.core.training.recipes import recipe_for
from promptstyle.core.training.template import Pair

ROOT = Path(__file__).resolve().parent.parent.parent
PLAIN = ("random", "nearest", "vanilla", "context")
TUNED = ("lora", "both")


def authors() -> dict[str, list[Pair]]:
    """The (topic, prompt) pairs of every author."""
    files = [
        ROOT / "assets" / "starter_likes.jsonl",
        *sorted((ROOT / "tests/authors").glob("*.jsonl")),
    ]
    found = {}
    for file in files:
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        found[file.stem] = [(row["input"], row["output"]) for row in rows]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("variants", nargs="*", default=[""])
    parser.add_argument("--base", type=Path, default=ROOT / "assets" / "base")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--take", type=int, default=2)
    parser.add_argument("--plain", action="store_true", help="the systems without training too")
    parser.add_argument("--show", type=int, default=0, help="print so many texts of each")
    given = parser.parse_args()
    trainer = LoraTrainer(given.base)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_gguf(given.base, folder / "base.gguf", name="base", quantize="q8_0")
        with Engine.start(folder / "base.gguf", log=folder / "engine.log") as engine:
            if given.plain:
                line(
                    "plain",
                    {
                        a: one(engine, trainer, given, a, p, None, folder)
                        for a, p in authors().items()
                    },
                )
            for variant in given.variants:
                changes = eval(f"dict({variant})", {"__builtins__": {"dict": dict}})
                line(
                    variant or "default",
                    {
                        a: one(engine, trainer, given, a, p, changes, folder)
                        for a, p in authors().items()
                    },
                )


def one(engine, trainer, given, author, pairs, changes, folder):  # type: ignore[no-untyped-def]
    """One author: the report over the folds taken, with the mean seconds of a training."""
    parts = folds([topic for topic, _ in pairs], given.folds)[: given.take]
    made: Outputs = {}
    tests: list[Pair] = []
    seconds = 0.0
    for part in parts:
        liked = [pair for index, pair in enumerate(pairs) if index not in part]
        test = [pairs[index] for index in part]
        topics = [topic for topic, _ in test]
        if changes is None:
            engine.set_adapter(None)
            found = baselines(PLAIN, liked, topics, 0)
            found |= written(engine, PLAIN[2:], liked, topics, lambda *_: None)
        else:
            base = recipe_for("default", 1)
            begin = time.monotonic()
            result = trainer.fit(liked, replace(base, **changes), folder / "a", seed=1)
            seconds += (time.monotonic() - begin) / len(parts)
            print(
                "#",
                author,
                result.best_epoch,
                result.epochs,
                [round(x, 2) for x in result.train_losses],
                [round(x, 2) for x in result.validation_losses],
                flush=True,
            )
            write_adapter_gguf(given.base, folder / "a", folder / "a.gguf")
            engine.set_adapter(folder / "a.gguf")
            found = written(engine, TUNED, liked, topics, lambda *_: None)
        for name, texts in found.items():
            made.setdefault(name, []).extend(texts)
        tests += test
    document = report(tests, made, 0)
    for example in document["examples"][: given.show]:
        print(json.dumps(example, indent=1))
    return document, seconds


def line(name: str, documents: dict) -> None:  # type: ignore[type-arg]
    """Print a variant: a row an author and the mean."""
    print(f"== {name}")
    sums: dict[str, list[tuple[float, float]]] = {}
    for author, (document, seconds) in documents.items():
        cells = []
        for row in document["systems"]:
            sums.setdefault(row["name"], []).append((row["rouge1"], row["rougeL"]))
            cells.append(
                f"{row['name']} {row['rouge1']:.3f}/{row['rougeL']:.3f}"
                f" cov {row['covered']:.2f} end {row['ended']}"
            )
        print(f"  {author:14} {seconds:5.1f} s  " + "  ".join(cells))
    for system, values in sums.items():
        first, second = (sum(v[i] for v in values) / len(values) for i in (0, 1))
        print(f"  mean {system}: {first:.3f}/{second:.3f}", flush=True)


if __name__ == "__main__":
    main()
