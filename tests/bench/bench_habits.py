"""How well habits, key words and weak labels tell a person, and what they cost.

    python tests/bench/bench_habits.py

Of the hand-written authors and the starter likes, in five folds: the area under the ROC curve of
`Habits.fit` for held-out likes against other authors' prompts, and the share of the chosen words
and sentences that the held-out prompt holds. Of the public authors of `../shared/data/pretrain`,
where that is: the same area from 20 likes each. Times are of the processor, the best of several.
"""

from __future__ import annotations

import json
import lzma
import random
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from measuring import machine, table

from promptstyle.core.style.habits import measure
from promptstyle.core.style.index import LikeIndex
from promptstyle.core.style.keywords import frequent
from promptstyle.core.style.logistic import Logistic
from promptstyle.core.style.ordinary import ordinary_prompts
from promptstyle.core.style.ranking import retain
from promptstyle.core.style.snippets import beginning, snippets
from promptstyle.core.style.weak_labels import WeakLabels, phrase_labels, snippet_labels
from promptstyle.core.training.template import Pair

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = ROOT.parent / "shared" / "data" / "pretrain"
FOLDS, FEW, TIMES = 5, 3, 8


def authors() -> dict[str, list[Pair]]:
    """The (topic, prompt) pairs of the starter likes and of each hand-written author."""
    paths = [
        ROOT / "assets" / "starter_likes.jsonl",
        *sorted((ROOT / "tests/authors").glob("*.jsonl")),
    ]
    found = {}
    for path in paths:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        found[path.stem] = [(row["input"], row["output"]) for row in rows]
    return found


def halves(pairs: Sequence[Pair]) -> Iterator[tuple[list[Pair], list[Pair]]]:
    """Of each fold, what is learnt from and what is held out."""
    for fold in range(FOLDS):
        yield [x for i, x in enumerate(pairs) if i % FOLDS != fold], list(pairs[fold::FOLDS])


def area(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """How often one of `ours` is above one of `theirs`; the area under the ROC curve."""
    wins = sum((one > other) + (one == other) / 2 for one in ours for other in theirs)
    return wins / (len(ours) * len(theirs))


def mean(values: Sequence[Any]) -> float:
    return sum(values) / max(len(values), 1)


def fits(
    everyone: dict[str, list[Pair]], author: str, few: int | None
) -> tuple[list[float], list[float]]:
    """The fits of held-out likes and of the others' prompts, with up to `few` likes to learn from.

    Every second prompt of the others is compared with in measuring, the rest are tested.
    """
    others = [prompt for name, pairs in everyone.items() if name != author for _, prompt in pairs]
    ours: list[float] = []
    theirs: list[float] = []
    for train, held in halves(everyone[author]):
        habits = measure([prompt for _, prompt in train[:few]], others[1::2])
        ours += [habits.fit(prompt) for _, prompt in held]
        theirs += [habits.fit(prompt) for prompt in others[::2]]
    return ours, theirs


def chosen(pairs: Sequence[Pair]) -> list[float]:
    """The shares that the true prompt holds: words by three ways, sentences by three ways."""
    hits: list[list[bool]] = [[] for _ in range(6)]
    for train, held in halves(pairs):
        prompts = [prompt for _, prompt in train]
        learnt = WeakLabels.learn(train)
        plain = WeakLabels(sorted(train), Logistic(), Logistic())
        usual = frequent(prompts, ordinary_prompts(prompts), 8)
        index = LikeIndex.of(train)
        for topic, prompt in held:
            retained = retain(index, topic)
            word, said = phrase_labels(prompt), snippet_labels(prompt)
            words = (learnt.keywords(topic, retained), plain.keywords(topic, retained), usual)
            nearest = snippets(beginning(retained[0].text, 250), 1)
            told = (learnt.snippets(topic, retained), plain.snippets(topic, retained), nearest)
            for place, found in enumerate(words):
                hits[place] += [word(each.lower()) for each in found]
            for place, found in enumerate(told, 3):
                hits[place] += map(said, found)
    return [mean(each) for each in hits]


def public() -> dict[str, list[str]]:
    """Up to 60 short prompts of each public author of 30 or more, in a drawn order."""
    found: dict[str, list[str]] = {}
    for path in sorted(PUBLIC.glob("*/*.jsonl.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                if '"group_kind": "author"' in line:
                    row = json.loads(line)
                    prompt = row.get("prompt") or ""
                    if 60 < len(prompt) < 1500 and not row.get("lead"):
                        found.setdefault(row["style_group"], []).append(prompt)
    draw = random.Random(1)
    kept = {}
    for author, prompts in found.items():
        different = list(dict.fromkeys(prompts))
        if len(different) >= 30:
            draw.shuffle(different)
            kept[author] = different[:60]
    return kept


def of_public(everyone: dict[str, list[str]]) -> list[float]:
    """The areas from 20 likes each, the worst first."""
    ordinary = ordinary_prompts([])
    found = []
    for author, prompts in everyone.items():
        habits = measure(prompts[:20], ordinary)
        others = [x for name, each in everyone.items() if name != author for x in each[:6]]
        found.append(area([*map(habits.fit, prompts[20:40])], [*map(habits.fit, others)]))
    return sorted(found)


def best(work: Callable[[], object]) -> float:
    """Seconds of the processor, the best of several."""
    seconds = []
    for _ in range(TIMES):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def main() -> None:
    print(machine())
    everyone = authors()
    rows = []
    for author in everyone:
        ours, theirs = fits(everyone, author, None)
        few = area(*fits(everyone, author, FEW))
        rows.append([author, f"{mean(ours):.2f}", f"{mean(theirs):.2f}",
                     f"{area(ours, theirs):.3f}", f"{few:.3f}"])  # fmt: skip
    print(table(["author", "held-out likes", "others", "AUC", f"AUC from {FEW} likes"], rows))
    names = ["words: learnt", "of the retained", "of all likes",
             "sentences: learnt", "of the retained", "nearest like"]  # fmt: skip
    rows = [[author, *(f"{x:.2f}" for x in chosen(pairs))] for author, pairs in everyone.items()]
    print(table(["author", *names], rows))
    if PUBLIC.is_dir():
        areas = of_public(public())
        print(f"{len(areas)} public authors: mean AUC {mean(areas):.3f}; the lowest "
              + ", ".join(f"{x:.2f}" for x in islice(areas, 5)))  # fmt: skip
    likes = [
        (f"{topic} {n}", f"{prompt} Round {n}.")
        for n in range(5)
        for topic, prompt in everyone["starter_likes"]
    ][:300]
    prompts = [prompt for _, prompt in likes]
    ordinary = ordinary_prompts(prompts)
    habits = measure(prompts, ordinary)
    print(f"300 likes: habits {best(lambda: measure(prompts, ordinary)) * 1e3:.0f} ms, one fit "
          f"{best(lambda: [*map(habits.fit, prompts)]) / 300 * 1e3:.2f} ms, weak labels "
          f"{best(lambda: WeakLabels.learn(likes)):.2f} s")  # fmt: skip


if __name__ == "__main__":
    main()
