"""What is known of how well a run writes: its newest evaluation, else the scores of its making.

Light: the app imports it. What comes from the disk is looked at before it is believed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from promptstyle.core.evaluation import stored
from promptstyle.core.evaluation.display import SHARES
from promptstyle.core.evaluation.intervals import LEVEL
from promptstyle.core.evaluation.report import ordered
from promptstyle.core.library.records import RunRecord
from promptstyle.core.modes import MODES
from promptstyle.core.paths import Home

# The two scores, by their names in a document and for people.
MEASURES = {"rouge1": "ROUGE-1", "rougeL": "ROUGE-L"}


@dataclass(frozen=True)
class Example:
    """A topic of the test, the liked prompt (`gold`) and what each system wrote for it."""

    topic: str
    gold: str
    outputs: Mapping[str, str]


@dataclass(frozen=True)
class Results:
    """Every system's scores; `systems` are rows of `report`, complete and in its order.

    `yours` is the system as which the run writes. `examples` is empty where only the scores were
    kept. Scores are F-measures from 0 to 1, `level` is that of their intervals. `attribution`
    says how far each judge of style can be believed; empty where none was asked.
    """

    run: RunRecord
    n: int
    method: str
    created: str
    level: float
    yours: str
    systems: tuple[Mapping[str, Any], ...]
    examples: tuple[Example, ...]
    attribution: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Scored:
    """A run's own scores at its making, None where it has none; `number` is the one in its name."""

    run: RunRecord
    number: int
    rouge1: float | None
    rougeL: float | None


def of_run(home: Home, run: RunRecord) -> Results | None:
    """The newest results of a run; None if there are none that can be read."""
    document = stored.load(home, run.id)
    if document is not None:
        found = of_document(run, document)
        if found is not None:
            return found
    scores = _scores(run)
    rows = scores.get("systems")
    if not isinstance(rows, Mapping):
        return None
    return of_document(run, {**scores, "systems": list(rows.values())})


def of_document(run: RunRecord, document: Mapping[str, Any]) -> Results | None:
    """A document of `evaluate` as results of `run`; None without one whole row of scores."""
    found = document.get("systems")
    rows = [row for row in found if _is_row(row)] if isinstance(found, list) else []
    n = document.get("n")
    if not rows or not isinstance(n, int):
        return None
    rows.sort(key=_place([str(row["name"]) for row in rows]))
    interval = document.get("interval")
    level = interval.get("level") if isinstance(interval, Mapping) else None
    examples = document.get("examples")
    return Results(
        run=run,
        n=n,
        method=str(document.get("method") or ""),
        created=str(document.get("created") or made(run)),
        level=float(level) if _is_number(level) else LEVEL,
        yours=MODES[mode_of(run)].system,
        systems=tuple(rows),
        examples=tuple(
            Example(each["topic"], each["gold"], each["outputs"])
            for each in (examples if isinstance(examples, list) else [])
            if _is_example(each)
        ),
        attribution=_judges(document.get("attribution")),
    )


def mode_of(run: RunRecord) -> str:
    """The mode in which the run writes unless another is asked for."""
    mode = _manifest(run).get("mode")
    return mode if isinstance(mode, str) and mode in MODES else "lora"


def made(run: RunRecord) -> str:
    """When the run was made (ISO-8601, UTC); one that was found on disk is recorded later."""
    created = _manifest(run).get("created")
    return created if isinstance(created, str) else run.created


def likes(run: RunRecord) -> int | None:
    """With how many likes the run was made, for training and for its test together."""
    train, held = (_manifest(run).get(key) for key in ("train", "held"))
    return train + held if isinstance(train, int) and isinstance(held, int) else None


def history(runs: Sequence[RunRecord]) -> list[Scored]:
    """The scores that each run had when it was made, in the order of `runs`.

    Each was tested on the held-out likes of its day, so that a small change between two runs may
    come from the test.
    """
    found = []
    for place, run in enumerate(runs, start=1):
        number = run.id.rpartition("-")[2]
        scores = _scores(run)
        one, longest = (
            scores.get(key) if _is_number(scores.get(key)) else None for key in MEASURES
        )
        found.append(Scored(run, int(number) if number.isdecimal() else place, one, longest))
    return found


def _place(names: list[str]) -> Any:
    order = ordered(names)
    return lambda row: order.index(row["name"])


def _manifest(run: RunRecord) -> Mapping[str, Any]:
    # It comes from JSON in the database, which may hold anything.
    return run.manifest if isinstance(run.manifest, Mapping) else {}


def _scores(run: RunRecord) -> Mapping[str, Any]:
    scores = _manifest(run).get("scores")
    return scores if isinstance(scores, Mapping) else {}


def _judges(found: Any) -> dict[str, Mapping[str, Any]]:
    """The judges with numbers alone: others say nothing that could be shown."""
    return {
        str(name): judge
        for name, judge in (found.items() if isinstance(found, Mapping) else ())
        if isinstance(judge, Mapping)
        and all(value is None or _is_number(value) for value in judge.values())
    }


def _is_row(row: Any) -> bool:
    """Whether a row has both scores with their intervals, and nothing that is no number."""
    if not isinstance(row, Mapping) or not isinstance(row.get("name"), str):
        return False
    needed = [f"{key}{end}" for key in MEASURES for end in ("", "_low", "_high")]
    return all(_is_number(row.get(key)) for key in needed) and all(
        row.get(key) is None or _is_number(row[key]) for key in (*SHARES.values(), "words")
    )


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_example(each: Any) -> bool:
    return (
        isinstance(each, Mapping)
        and isinstance(each.get("topic"), str)
        and isinstance(each.get("gold"), str)
        and isinstance(each.get("outputs"), Mapping)
        and all(isinstance(text, str) for text in each["outputs"].values())
    )
