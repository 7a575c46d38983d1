"""What sentences of others make of what a model writes, and pairs for a reader who judges blind.

    python tests/bench/ablation.py --cache scratch/ablation --take 2 --systems "both, 1 ideas"
    python tests/bench/judge_borrowing.py --cache scratch/ablation --take 2 --pairs scratch/judge

The pools and adapters of the ablation's cache are taken up (six authors, `--take` folds): the
candidate that is picked of each pool, and the same improved (core/generation/improving.py).
Printed are the means over authors before and after: ROUGE-1, ROUGE-L, the share of the topic's
words, words, the share that is taken for the author's (docs/evaluation.md); then what of the
sentences is whose, and the seconds that it takes.

With `--pairs` both are written to PAIRS.md as A and B, in an order that chance decides, with two
prompts of the author to show the manner, and which is which to PAIRS.key. A reader writes
{"case": 1, "send": "A", "manner": "tie", "usableA": 0, "usableB": 1} for each case to
PAIRS.answers.jsonl (usable: 0 to be written anew, 1 an edit or two, 2 as it is); `--tally PAIRS`
then prints the counts.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean
from typing import Any

from ablation import ROOT, Ablation, adapter_file, authors, best, systems
from ablation_report import author_judge, outputs

from promptstyle.convert import write_gguf
from promptstyle.core.collection_store import collection_for
from promptstyle.core.evaluation import rouge
from promptstyle.core.evaluation.measures import covered, has_repeated_sentence
from promptstyle.core.evaluation.splits import folds
from promptstyle.core.generation.client import Engine
from promptstyle.core.generation.improving import improved
from promptstyle.core.generation.prompter import Prompter
from promptstyle.core.modes import MODES
from promptstyle.core.paths import Home

FOLDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, default=ROOT / "assets" / "base")
    parser.add_argument("--cache", type=Path, default=ROOT / "scratch" / "ablation")
    parser.add_argument("--system", default="both, 1 ideas")
    parser.add_argument("--take", type=int, default=1)
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--tally", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--texts", type=int, default=0, help="so many texts of each author")
    given = parser.parse_args()
    if given.tally:
        tally(given.tally)
        return
    rows = list(written(given.base, given.cache, given.system, given.take))
    report(rows)
    if given.texts:
        found: defaultdict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: {"": []})
        for row in rows:
            found[row["author"]][""].append({**row, "text": row["after"]})
        print(outputs(found, "", given.texts))
    if given.pairs:
        pairs(rows, given.pairs, given.seed)


def written(base: Path, cache: Path, name: str, take: int) -> Iterator[dict[str, Any]]:
    """A row for each topic: what is given before and after."""
    everyone, system = authors(), systems()[name]
    assert system.parts is not None and system.training is not None
    ablation = Ablation(base, cache, everyone, FOLDS)
    mode = MODES["both"]
    with tempfile.TemporaryDirectory() as scratch:
        gguf = Path(scratch) / "base.gguf"
        write_gguf(base, gguf, name="base", quantize="q8_0")
        collection = collection_for(Home.under(Path(scratch)))
        assert collection is not None
        with Engine.start(gguf, log=cache / "engine.log", threads=1) as engine:
            for author, likes in everyone.items():
                for fold in range(take):
                    part = set(folds([topic for topic, _ in likes], FOLDS)[fold])
                    liked = [pair for at, pair in enumerate(likes) if at not in part]
                    engine.set_adapter(adapter_file(cache, system.training, author, fold))
                    prompter = Prompter.of(engine, liked, system.parts, None, ablation.ideas)
                    sampling = prompter.sampling(mode)
                    file = ablation.file(author, fold, name, system)
                    for row in json.loads(file.read_text("utf-8"))["rows"]:
                        topic = row["topic"]
                        notes = prompter.composer.notes(topic)
                        before = best(row, liked, notes=notes)
                        drafts = [each["text"] for each in row["pool"]]
                        begin = time.monotonic()
                        (after,) = improved(
                            prompter, collection, topic, mode, sampling, [before], drafts
                        )
                        yield {
                            "author": author,
                            "fold": fold,
                            "topic": topic,
                            "gold": row["gold"],
                            "before": before.text,
                            "after": after.text,
                            "swapped": after.swapped,
                            "borrowed": list(after.borrowed),
                            "sentences": len(prompter.composer.manner.slots(after.text)),
                            "kept": kept(prompter, before.text, after.text),
                            "seconds": time.monotonic() - begin,
                            "likes": [prompt for _, prompt in liked],
                        }


def kept(prompter: Prompter, before: str, after: str) -> int:
    """How many sentences of `after` stood in `before`."""
    was = {each.text for each in prompter.composer.manner.slots(before)}
    return sum(each.text in was for each in prompter.composer.manner.slots(after))


def report(rows: list[dict[str, Any]]) -> None:
    """Print the means over authors."""
    everyone = authors()
    places = {(row["author"], row["fold"]) for row in rows}
    judges = {place: author_judge(*place, everyone, FOLDS) for place in places}
    for which in ("before", "after"):
        found: defaultdict[str, list[tuple[float, ...]]] = defaultdict(list)
        for row in rows:
            (score,) = rouge.scores([row[which]], [row["gold"]])
            share = covered(row["topic"], row[which])
            found[row["author"]].append(
                (
                    score.rouge1,
                    score.rougeL,
                    share or 0.0,
                    len(row[which].split()),
                    judges[row["author"], row["fold"]].attributes(row[which]),
                )
            )
        by_author = {
            author: [fmean(column) for column in zip(*each, strict=True)]
            for author, each in found.items()
        }
        means = [fmean(column) for column in zip(*by_author.values(), strict=True)]
        print(f"{which}: ROUGE-1 {means[0]:.3f}, ROUGE-L {means[1]:.3f}, topic's words "
              f"{means[2]:.0%}, {means[3]:.0f} words, attributed {means[4]:.0%}")  # fmt: skip
        again = sum(has_repeated_sentence(row[which]) for row in rows)
        print(f"    {again} of {len(rows)} repeat a sentence")
        for author, each in by_author.items():
            print(f"    {author}: {each[0]:.3f} / {each[1]:.3f}, attributed {each[4]:.0%}")
    sentences = sum(row["sentences"] for row in rows)
    print(f"{sum(len(row['borrowed']) for row in rows) / sentences:.0%} of the sentences are of "
          f"others, {sum(row['kept'] for row in rows) / sentences:.0%} as the picked candidate has "
          f"them; {fmean(row['seconds'] for row in rows):.2f} s a topic")  # fmt: skip


def pairs(rows: list[dict[str, Any]], file: Path, seed: int) -> None:
    """Write the pairs for a reader."""
    chance = random.Random(seed)
    rows = [row for row in rows if row["before"] != row["after"]]
    chance.shuffle(rows)
    lines: list[str] = []
    key: dict[int, str] = {}
    for case, row in enumerate(rows, start=1):
        key[case] = chance.choice("AB")
        texts = {key[case]: row["after"], "AB"["BA".index(key[case])]: row["before"]}
        one, two = chance.sample(row["likes"], 2)
        lines.append(
            f"### Case {case}\nThe person wants a prompt for: {row['topic']}\n\nTwo prompts that "
            f"this person wrote on other topics:\n1) {one}\n2) {two}\n\nCandidate A:\n"
            f"{texts['A']}\n\nCandidate B:\n{texts['B']}\n"
        )
    file.with_suffix(".md").write_text("\n".join(lines), "utf-8")
    file.with_suffix(".key").write_text(json.dumps(key), "utf-8")
    print(f"{len(rows)} pairs in {file.with_suffix('.md')}")


def tally(file: Path) -> None:
    """Print what a reader has answered."""
    key = {int(case): which for case, which in json.loads(_text(file, ".key")).items()}
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    usable: defaultdict[str, list[int]] = defaultdict(list)
    for line in _text(file, ".answers.jsonl").splitlines():
        answer = json.loads(line)
        new = key.pop(answer["case"])
        for question in ("send", "manner"):
            said = answer[question]
            counts[question]["tie" if said == "tie" else "after" if said == new else "before"] += 1
        usable["after"].append(answer["usable" + new])
        usable["before"].append(answer["usable" + "AB"["BA".index(new)]])
    for question, found in counts.items():
        print(question, dict(found))
    for which, marks in usable.items():
        print(f"usable {which}: mean {fmean(marks):.2f}, {dict(sorted(Counter(marks).items()))}")
    if key:
        print(f"{len(key)} cases were not answered")


def _text(file: Path, suffix: str) -> str:
    return file.with_suffix(suffix).read_text("utf-8")


if __name__ == "__main__":
    main()
