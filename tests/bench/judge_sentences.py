"""What a prompt becomes when its user goes through its sentences (core/generation/revision.py).

    python tests/bench/judge_sentences.py --data ../shared/data/pretrain --cases scratch/cases
    python tests/bench/judge_sentences.py --cases scratch/cases --pairs scratch/revised

The first writes for requests of public sets of prompts, as `judge_borrowing_topics.py` does, and
puts the sentences with others for their places into CASES.md. Who is to be the user writes into
CASES.changes.jsonl for each case {"case": 1, "drop": [4], "swap": [[2, 1]], "add": [[3, "5=2"]]}:
sentence 4 left out, the first other in place of sentence 2, and behind sentence 3 the second other
of sentence 5. The second makes these changes and writes both texts for a reader who judges blind,
and `judge_borrowing.py --tally` counts what that one says.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from statistics import fmean
from typing import Any

from ablation import ROOT
from judge_borrowing import pairs
from judge_borrowing_topics import drawn, written

from promptstyle.core.generation.passages import Passage
from promptstyle.core.generation.revision import Revision


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, default=ROOT / "assets" / "base")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--count", type=int, default=48)
    parser.add_argument("--seed", type=int, default=23)
    given = parser.parse_args()
    kept = given.cases.with_suffix(".jsonl")
    if given.pairs is None:
        if given.data is None:
            parser.error("--data is missing")
        rows = list(written(given.base, drawn(given.data, given.count, given.seed)))
        kept.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        given.cases.with_suffix(".md").write_text("\n".join(map(shown, rows, range(1, 999))))
        return
    rows = [json.loads(line) for line in kept.read_text("utf-8").splitlines()]
    lines = given.cases.with_suffix(".changes.jsonl").read_text("utf-8").splitlines()
    made = {each["case"]: each for each in map(json.loads, lines)}
    kinds: Counter[str] = Counter()
    for case, row in enumerate(rows, start=1):
        row["before"], row["after"] = row["after"], revised(row, made[case], kinds)
    pairs(rows, given.pairs, given.seed)
    words = [fmean(len(row[which].split()) for row in rows) for which in ("before", "after")]
    print(f"{len(rows)} prompts, {sum(row['before'] != row['after'] for row in rows)} changed")
    print(f"changes of a prompt: {sum(kinds.values()) / len(rows):.1f}", dict(kinds))
    print(f"words before and after: {words[0]:.0f}, {words[1]:.0f}")


def shown(row: dict[str, Any], case: int) -> str:
    """A case as the user sees it."""
    lines = [f"## {case}", f"Topic: {row['topic']}", "Two prompts that this user liked:"]
    lines += [f"> {like}" for like in row["likes"][:2]]
    for at, (_, text, others) in enumerate(row["passages"], start=1):
        lines.append(f"{at}  {text}")
        lines += [f"      {at}={number}  {other}" for number, other in enumerate(others, start=1)]
    return "\n".join(lines) + "\n"


def revised(row: dict[str, Any], changes: dict[str, Any], kinds: Counter[str]) -> str:
    """The prompt of `row` after `changes`, whose kinds are counted; what cannot be is left."""
    passages = [Passage.from_json(each) for each in row["passages"]]
    revision = Revision(row["topic"], passages)
    for at, number in changes.get("swap", ()):
        revision.take(at - 1, number)
        kinds["swap"] += 1
    for at in changes.get("drop", ()):
        kinds["drop" if revision.drop(at - 1) else "refused"] += 1
    # From behind, so that the places before stay what they were.
    for at, other in sorted(changes.get("add", ()), reverse=True):
        place, number = map(int, other.split("="))
        wanted = passages[place - 1].others[number - 1]
        kinds["add" if _added(revision, at - 1, wanted) else "refused"] += 1
    return revision.text()


def _added(revision: Revision, at: int, wanted: str) -> bool:
    if not revision.add(at):
        return False
    passage = revision.passages[at + 1]
    texts = (passage.text, *passage.others)
    if wanted not in texts:
        revision.undo()
        return False
    revision.take(at + 1, texts.index(wanted))
    return True


if __name__ == "__main__":
    main()
