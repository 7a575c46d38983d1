"""Briefs for whoever writes prompts by hand for the base to learn from.

Prompts of a grammar prepare for a grammar's prompts; those of `written/` were written one by one,
each author after a brief that this program drew from `written/briefs.json`, so that no two authors
share manner, field and habits by accident.

    python -m promptstyle.core.pretraining.briefs SEED FIRST COUNT
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

_CHOICES = Path(__file__).parent / "written" / "briefs.json"


@dataclass(frozen=True)
class Brief:
    """Who writes, and how; `sparks` are words to find topics by."""

    name: str
    field: str
    shape: str
    length: str
    opening: str
    quirk: str
    habits: tuple[str, ...]
    sparks: tuple[str, ...]

    def __str__(self) -> str:
        lines = (
            f"=== {self.name}",
            f"  who: {self.field}",
            f"  shape: {self.shape}",
            f"  length: {self.length}",
            f"  opens with: {self.opening}",
            f"  quirk: {self.quirk}",
            f"  habits: {'; '.join(self.habits)}",
            f"  topic sparks: {', '.join(self.sparks)}",
        )
        return "\n".join(lines)


@cache
def choices() -> dict[str, list[str]]:
    """What is drawn from; an entry that stands there several times is drawn more often."""
    found: dict[str, list[str]] = json.loads(_CHOICES.read_text(encoding="utf-8"))
    return found


def draw(seed: int, number: int) -> Brief:
    """Brief `number` of a writer's `seed`; always the same one."""
    rng = Random(f"brief:{seed}:{number}")
    known = choices()
    return Brief(
        name=f"w{seed}-{number}",
        field=rng.choice(known["fields"]),
        shape=rng.choice(known["shapes"]),
        length=rng.choice(known["lengths"]),
        opening=rng.choice(known["openings"]),
        quirk=rng.choice(known["quirks"]),
        habits=tuple(rng.sample(known["habits"], 3)),
        sparks=tuple(rng.sample(known["sparks"], 10)),
    )


def main(words: list[str]) -> int:
    """Print COUNT briefs of SEED, from number FIRST on."""
    seed, first, count = map(int, words)
    print("\n".join(str(draw(seed, number)) for number in range(first, first + count)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
