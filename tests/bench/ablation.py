"""What each part of the pipeline brings: every author, every fold, every system.

    python tests/bench/ablation.py --cache scratch/ablation            # all of it: hours
    python tests/bench/ablation.py --take 2 --systems "context;both"   # a part of it

The authors are the starter likes and tests/authors, none of which a base was trained on. Each
topic is written for by systems that have not seen it (`--folds` folds, split by topic). What a
system wrote stays in `--cache` (one for each base), so that a run that was killed goes on and a
new system is added to the old ones. Printed are the means over authors with intervals over all
topics, as Markdown.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ablation_report import outputs, tables
from english import known_words

from promptstyle.convert import write_adapter_gguf, write_gguf
from promptstyle.core import atomic
from promptstyle.core.evaluation.baselines import nearest_liked, random_liked, splice, swap
from promptstyle.core.evaluation.splits import folds
from promptstyle.core.generation.client import Done, Engine
from promptstyle.core.generation.picker import Picker
from promptstyle.core.generation.picking import WEIGHTS, Weights
from promptstyle.core.generation.prompter import Prompter
from promptstyle.core.generation.sampling import Sampling
from promptstyle.core.idea_store import notes_file
from promptstyle.core.modes import MODES
from promptstyle.core.paths import Home
from promptstyle.core.style.composer import Composer
from promptstyle.core.style.dense import DenseSearch
from promptstyle.core.style.ideas import Ideas, read
from promptstyle.core.style.index import LikeIndex
from promptstyle.core.style.parts import Parts
from promptstyle.core.style.ranking import RANKINGS, retain
from promptstyle.core.training.lora import LoraTrainer
from promptstyle.core.training.recipes import Recipe, recipe_for
from promptstyle.core.training.template import TEMPLATE_VERSION, Pair

ROOT = Path(__file__).resolve().parent.parent.parent
SEED = 42
# Candidates for a topic; which one is given is decided when the tables are made.
POOL = 6
COPIES = {"random": random_liked, "nearest": nearest_liked, "splice": splice, "swapped": swap}


@dataclass(frozen=True)
class System:
    """What writes: an adapter trained by `training` (None: the base), with `parts` shown or not."""

    training: str | None = None
    parts: Parts | None = None


def trainings() -> dict[str, Recipe]:
    """The recipes that are compared; "quick" is the default of a small base."""
    plain = replace(
        recipe_for("default", 1),
        shots=(0,),
        parts=Parts(),
        learn_shown=False,
        distinction=0.0,
        epochs=6,
        learning_rate=5e-4,
    )
    shown = replace(plain, shots=(2,), learn_shown=True, epochs=4)
    return {
        "alone": plain,
        "shown": shown,
        "told": replace(shown, distinction=0.3),
        "quick": replace(shown, epochs=2, learning_rate=1e-3),
        "gentle": replace(shown, epochs=2, learning_rate=5e-4),
        "quicker": replace(shown, epochs=2, learning_rate=2e-3),
        "quick words": replace(shown, epochs=2, learning_rate=1e-3, parts=Parts(keywords="likes")),
        "one": replace(shown, shots=(1,), epochs=3),
        "habits": replace(shown, parts=Parts(summary="likes", keywords="likes")),
        "summary": replace(shown, parts=Parts(summary="likes")),
        "words": replace(shown, parts=Parts(keywords="likes")),
        "draft": replace(shown, parts=Parts(draft=True)),
        "words and draft": replace(shown, parts=Parts(keywords="likes", draft=True)),
        "topic": replace(shown, parts=Parts(lead=True, summary="topic", keywords="topic")),
    }


def systems() -> dict[str, System]:
    """The systems that are compared, in the order of the tables."""
    usual = Parts()
    found = {
        "vanilla": System(),
        "context": System(parts=usual),
        "lora alone": System("alone"),
        "both alone": System("alone", usual),
        "lora": System("shown"),
        "both": System("shown", usual),
        "both, quick": System("quick", usual),
        "both, gentle": System("gentle", usual),
        "both, quicker": System("quicker", usual),
        "lora, quick": System("quick"),
        "both, quick, key words": System("quick words", Parts(keywords="likes")),
        "both, one": System("one", usual),
        "lora, told apart": System("told"),
        "both, told apart": System("told", usual),
        "lora, habits": System("habits"),
        "both, habits": System("habits", trainings()["habits"].parts),
        "both, summary": System("summary", trainings()["summary"].parts),
        "both, key words": System("words", trainings()["words"].parts),
        "context, draft": System(parts=Parts(draft=True)),
        "context, key words": System(parts=Parts(keywords="likes")),
        "both, draft": System("draft", trainings()["draft"].parts),
        "both, key words, draft": System("words and draft", trainings()["words and draft"].parts),
        "both, topic": System("topic", trainings()["topic"].parts),
    }
    for count in (1, 2, 3):
        noted = replace(usual, ideas=count)
        found[f"context, {count} ideas"] = System(parts=noted)
        found[f"both, {count} ideas"] = System("quick", noted)
    for count in (2, 8):
        noted = replace(usual, shown=count, ideas=1)
        found[f"context, {count} shown, 1 ideas"] = System(parts=noted)
        found[f"both, {count} shown, 1 ideas"] = System("quick", noted)
    for ranking in RANKINGS[1:]:
        found[f"context, {ranking}"] = System(parts=replace(usual, ranking=ranking))
        found[f"both, {ranking}"] = System("shown", replace(usual, ranking=ranking))
    found["both, 8 shown"] = System("shown", replace(usual, shown=8))
    found["context, 2 shown"] = System(parts=replace(usual, shown=2))
    found["context, 8 shown"] = System(parts=replace(usual, shown=8))
    found["context, habits"] = System(parts=trainings()["habits"].parts)
    return found


def authors() -> dict[str, list[Pair]]:
    """The (topic, prompt) pairs of every author."""
    starter = ROOT / "assets" / "starter_likes.jsonl"
    found = {}
    for file in [starter, *sorted((ROOT / "tests" / "authors").glob("*.jsonl"))]:
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        found[file.stem] = [(row["input"], row["output"]) for row in rows]
    return found


def others_of(everyone: dict[str, list[Pair]], author: str, fold: int, k: int) -> list[str]:
    """The prompts of the other authors outside their own fold of that number."""
    found = []
    for other, pairs in everyone.items():
        if other != author:
            held = set(folds([topic for topic, _ in pairs], k)[fold])
            found += [prompt for at, (_, prompt) in enumerate(pairs) if at not in held]
    return found


def best(
    row: dict[str, Any],
    liked: list[Pair],
    weights: Weights = WEIGHTS,
    notes: Sequence[str] = (),
) -> Done:
    """The candidate that is given of a row's pool, the swapped like weighed too."""
    picker = Picker(weights)
    picker.know((str(place), prompt) for place, (_, prompt) in enumerate(liked))
    pool = [Done(**each) for each in row["pool"]]
    if len(pool) > 1:
        text = Composer.draft(row["topic"], retain(LikeIndex.of(liked), row["topic"]))
        pool.append(Done(len(pool), text, "stop", 0, 0.0, swapped="some"))
    return picker.pick(pool, row["topic"], notes)[0].done


class Ablation:
    """Writes what is missing in the cache."""

    def __init__(self, base: Path, cache: Path, everyone: dict[str, list[Pair]], k: int) -> None:
        self.base, self.cache, self.everyone, self.k = base, cache, everyone, k
        self.trainer: LoraTrainer | None = None
        self.search: DenseSearch | None = None
        self.ideas = Ideas.memory(read(notes_file()))

    def file(self, author: str, fold: int, name: str, system: System) -> Path:
        """Where the texts of one system on one fold are, by all that decides about them."""
        recipe = trainings()[system.training].document() if system.training else None
        parts = system.parts.to_json() if system.parts else None
        key = [recipe, parts, Sampling().to_json(), TEMPLATE_VERSION, SEED, POOL]
        # What was written before there were drafts is still what would be written.
        for each in (parts, recipe["parts"] if recipe else None):
            forget_unused(each)
        return self.cache / author / f"{fold}-{name.replace(' ', '_')}-{_digest(key)}.json"

    def run(self, authors: Sequence[str], names: Sequence[str], take: int) -> None:
        """Every system of `names` on the first `take` folds of `authors`."""
        known = systems()
        with tempfile.TemporaryDirectory() as scratch:
            gguf = Path(scratch) / "base.gguf"
            write_gguf(self.base, gguf, name="base", quantize="q8_0")
            with Engine.start(gguf, log=self.cache / "engine.log", threads=1) as engine:
                for fold in range(take):
                    for author in authors:
                        pairs = self.everyone[author]
                        part = set(folds([topic for topic, _ in pairs], self.k)[fold])
                        liked = [pair for at, pair in enumerate(pairs) if at not in part]
                        tests = [pairs[at] for at in sorted(part)]
                        missing = {
                            name: known[name]
                            for name in names
                            if not self.file(author, fold, name, known[name]).is_file()
                        }
                        self._fold(engine, author, fold, liked, tests, missing, Path(scratch))

    def _fold(
        self,
        engine: Engine,
        author: str,
        fold: int,
        liked: list[Pair],
        tests: list[Pair],
        missing: dict[str, System],
        scratch: Path,
    ) -> None:
        wanted = sorted({system.training or "" for system in missing.values()})
        for training in wanted:
            begin = time.monotonic()
            engine.set_adapter(None)
            note: dict[str, Any] = {}
            if training:
                adapter, note = self._train(training, author, fold, liked, scratch)
                engine.set_adapter(adapter)
            for name, system in missing.items():
                if (system.training or "") != training:
                    continue
                rows = self._write(engine, system, liked, tests)
                path = self.file(author, fold, name, system)
                path.parent.mkdir(parents=True, exist_ok=True)
                atomic.write_json(path, {"rows": rows, "training": note})
            took = time.monotonic() - begin
            print(f"{author} fold {fold} {training or 'base'}: {took:.0f} s {note}", flush=True)

    def _write(
        self, engine: Engine, system: System, liked: list[Pair], tests: list[Pair]
    ) -> list[dict[str, Any]]:
        """A row for each test, with all candidates of its pool."""
        dense = system.parts is not None and system.parts.ranking == "dense"
        if dense and self.search is None:
            raise SystemExit("dense ranking needs --encoder DIR")
        search = self.search if dense else None
        prompter = Prompter.of(engine, liked, system.parts, search, self.ideas)
        shows = system.parts is not None
        mode = next(
            mode
            for mode in MODES.values()
            if (mode.tuned, mode.shows) == (system.training is not None, shows)
        )
        plain = mode.name == "base"
        rows = []
        for topic, gold in tests:
            pool = prompter.write(
                topic,
                shows=shows,
                sampling=prompter.sampling(mode, greedy=plain),
                seed=SEED,
                n=1 if plain else POOL,
            )
            rows.append({"topic": topic, "gold": gold, "pool": [asdict(done) for done in pool]})
        return rows

    def _train(
        self, training: str, author: str, fold: int, liked: list[Pair], scratch: Path
    ) -> tuple[Path, dict[str, Any]]:
        """The adapter, trained once, and how the training went."""
        recipe = trainings()[training]
        adapter = adapter_file(self.cache, training, author, fold)
        note = adapter.with_suffix(".note")
        if not note.is_file():
            self.trainer = self.trainer or LoraTrainer(self.base)
            others = others_of(self.everyone, author, fold, self.k)
            begin = time.monotonic()
            result = self.trainer.fit(liked, recipe, scratch / "adapter", seed=SEED, others=others)
            seconds = time.monotonic() - begin
            adapter.parent.mkdir(parents=True, exist_ok=True)
            write_adapter_gguf(self.base, scratch / "adapter", adapter)
            found = {
                "seconds": round(seconds, 1),
                "epochs": result.epochs,
                "best": result.best_epoch,
                "train": [round(loss, 3) for loss in result.train_losses],
                "validation": [round(loss, 3) for loss in result.validation_losses],
            }
            atomic.write_json(note, found)
        return adapter, json.loads(note.read_text("utf-8"))


def forget_unused(parts: dict[str, Any] | None) -> None:
    """Take out of `parts` what is not used and came after the first texts were cached."""
    for name in ("draft", "ideas"):
        if parts and not parts[name]:
            del parts[name]


def adapter_file(cache: Path, training: str, author: str, fold: int) -> Path:
    """Where the adapter of one training is kept, by all that decides about it."""
    recipe = trainings()[training].document()
    forget_unused(recipe["parts"])
    digest = _digest([recipe, TEMPLATE_VERSION, SEED])
    return cache / author / f"{fold}-{training}-{digest}.gguf"


def _digest(key: list[Any]) -> str:
    return hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:12]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, default=ROOT / "assets" / "base")
    parser.add_argument("--cache", type=Path, default=ROOT / "scratch" / "ablation")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--take", type=int, default=5)
    parser.add_argument("--systems", default=";".join(systems()), help="separated by ;")
    parser.add_argument("--authors", default="", help="separated by commas; all if empty")
    parser.add_argument("--encoder", type=Path, help="a sentence encoder, for dense ranking")
    parser.add_argument("--data", type=Path, help="the pretraining data, to know words by")
    parser.add_argument("--texts", type=int, default=0, help="so many texts of the last system")
    given = parser.parse_args()
    everyone = authors()
    wanted = given.authors.split(",") if given.authors else list(everyone)
    names = given.systems.split(";")
    if not given.encoder:
        names = [name for name in names if "dense" not in name]
    given.cache.mkdir(parents=True, exist_ok=True)
    ablation = Ablation(given.base, given.cache, everyone, given.folds)
    if given.encoder:
        home = Home.under(given.cache / "home").ensure()
        ablation.search = DenseSearch(home, given.encoder, given.cache / "encoder.log")
    ablation.run(wanted, names, given.take)
    if ablation.search is not None:
        ablation.search.close()
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for author in wanted:
        pairs = everyone[author]
        parts = folds([topic for topic, _ in pairs], given.folds)
        for fold in range(given.take):
            liked = [pair for at, pair in enumerate(pairs) if at not in set(parts[fold])]
            tests = [pairs[at] for at in sorted(parts[fold])]
            rows = found.setdefault(author, {})
            for name, copy in COPIES.items():
                topics = [topic for topic, _ in tests]
                texts = copy(liked, topics, SEED) if name == "random" else copy(liked, topics)
                for (topic, gold), text in zip(tests, texts, strict=True):
                    row = {"topic": topic, "gold": gold, "text": text, "fold": fold}
                    rows.setdefault(name, []).append(row)
            for name in names:
                system = systems()[name]
                path = ablation.file(author, fold, name, system)
                lines = system.parts.ideas if system.parts else 0
                for row in json.loads(path.read_text("utf-8"))["rows"]:
                    done = best(row, liked, notes=ablation.ideas.find(row["topic"], lines))
                    text, finish = done.text, done.finish
                    made = {"text": text, "finish": finish, "swapped": done.swapped, "fold": fold}
                    rows.setdefault(name, []).append(row | made)
    known = known_words(given.data, given.cache / "words.txt") if given.data else frozenset()
    print(tables(found, everyone, given.folds, known))
    if given.texts:
        print("\n" + outputs(found, given.systems.split(";")[-1], given.texts))


if __name__ == "__main__":
    main()
