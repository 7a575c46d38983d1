"""Prompts of invented authors, written one by one after the briefs of `briefs.py`.

`python -m promptstyle.core.pretraining.handwritten FILE... --out FILE` turns what a writer wrote
("=== author", ">>> request", the prompt below it) into the JSON lines that `load` reads, and says
what looks wrong. `written/WRITING.md` is what a writer is told.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from promptstyle.core.atomic import write_text
from promptstyle.core.evaluation.measures import covered
from promptstyle.core.files import target
from promptstyle.core.library.text import topic_key
from promptstyle.core.style.ideas import Ideas, Said
from promptstyle.core.style.words import NEAR_DUPLICATE, shingles
from promptstyle.core.training.template import Pair

FOLDER = Path(__file__).parent / "written"
Authors = dict[str, list[Pair]]
# By file: what people usually write comes more often than what few would.
WEIGHTS = {"plain": 3.0}
# One author in so many is kept for the yardstick.
HELD = 20
FEWEST = 4
# A prompt takes up so much of what its request says.
OVERLAP = 0.3
LONGEST = 170
CURLY = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-"})


def parse(text: str) -> list[tuple[str, str, str]]:
    """(author, request, prompt) of a writer's text; what has no prompt is left out."""
    author, found = "", []
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("=== "):
            author = line[4:].strip()
        elif line.startswith(">>> "):
            lines = []
            found.append((author, line[4:].strip(), lines))
        else:
            lines.append(line.rstrip())
    rows = [
        (who, asked.translate(CURLY), "\n".join(said).strip().translate(CURLY))
        for who, asked, said in found
    ]
    return [row for row in rows if all(row)]


@dataclass(frozen=True)
class Written:
    """The authors to learn from, how often each is drawn, and those held out."""

    authors: Authors = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    held: Authors = field(default_factory=dict)

    def ideas(self) -> Ideas:
        """All of their prompts as ideas for others."""
        return Ideas.memory(
            Said(author, topic, prompt)
            for authors in (self.authors, self.held)
            for author, pairs in authors.items()
            for topic, prompt in pairs
        )


def load(folder: Path = FOLDER) -> Written:
    """Everything that is written; nothing if there are no files."""
    known: Authors = {}
    weights: dict[str, float] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            known.setdefault(row["author"], []).append((row["input"], row["output"]))
            weights[row["author"]] = WEIGHTS.get(path.stem, 1.0)
    full = {author: pairs for author, pairs in known.items() if len(pairs) >= FEWEST}
    held = {author: pairs for author, pairs in full.items() if _is_held(author)}
    authors = {author: pairs for author, pairs in full.items() if author not in held}
    return Written(authors, {author: weights[author] for author in authors}, held)


def _is_held(author: str) -> bool:
    return int.from_bytes(hashlib.sha256(author.encode()).digest()[:4], "big") % HELD == 0


def pairs_of(paths: Iterable[Path]) -> Iterator[Pair]:
    """The pairs of JSON lines with `input` and `output`."""
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield row["input"], row["output"]


class Barred:
    """Pairs that must never be trained on, and what is them but for small edits."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        pairs = list(pairs)
        self.topics = {topic_key(topic) for topic, _ in pairs}
        self.prompts = [shingles(prompt) for _, prompt in pairs]
        self._having: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for place, prompt in enumerate(self.prompts):
            for run in prompt:
                self._having[run].append(place)

    def holds(self, pair: Pair) -> bool:
        """Whether the request is one of theirs, or the prompt nearly is."""
        if topic_key(pair[0]) in self.topics:
            return True
        mine = shingles(pair[1])
        # Most have nothing in common; of the others only what they share is counted.
        shared = Counter(place for run in mine for place in self._having.get(run, ()))
        return any(
            found >= NEAR_DUPLICATE / 2 * (len(mine) + len(self.prompts[place]) - found)
            for place, found in shared.items()
        )


def complaints(rows: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    """What a writer should look at again, a line each."""
    asked: set[str] = set()
    for author, request, prompt in rows:
        where = f"{author}: {request}"
        if topic_key(request) in asked:
            yield f"{where}: this request stands here already"
        asked.add(topic_key(request))
        if not 4 <= len(prompt.split()) <= LONGEST:
            yield f"{where}: the prompt has {len(prompt.split())} words"
        share = covered(request, prompt)
        if share is not None and share < OVERLAP:
            yield f"{where}: the prompt takes up few of the request's words"


def main() -> None:
    """Gather writers' files."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("files", type=Path, nargs="+")
    options.add_argument("--out", type=Path, help="the JSON lines; none are written without it")
    options.add_argument(
        "--barred", type=Path, nargs="*", default=[], help="JSON lines to keep out"
    )
    options.add_argument("--check", action="store_true", help="say what looks wrong")
    given = options.parse_args()
    barred = Barred(pairs_of(given.barred))
    lines, left_out = [], 0
    for path in sorted(given.files):
        rows = parse(path.read_text(encoding="utf-8"))
        if given.check:
            print("\n".join(f"{path.name}: {line}" for line in complaints(rows)))
        for author, asked, prompt in rows:
            if barred.holds((asked, prompt)):
                left_out += 1
                continue
            lines.append(json.dumps({"author": author, "input": asked, "output": prompt}))
    if given.out:
        write_text(target(given.out, overwrite=True), "\n".join(lines) + "\n")
    print(f"{len(lines)} pairs, {left_out} left out")


if __name__ == "__main__":
    main()
