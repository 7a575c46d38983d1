"""The evaluate document as plain text for a terminal or a log; the app takes its words too."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from promptstyle.core.evaluation.intervals import LEVEL
from promptstyle.core.evaluation.report import SYSTEMS

# The `method` of a test on pairs that a file brought.
FROM_FILE = "file"
# Below this many topics the table says that the intervals are wide.
FEW_TOPICS = 20
# Wider than this, the scores and the other columns stand in two tables.
WIDTH = 80
# The first columns: the name and the scores with their intervals.
SCORES = 3
# The columns of shares, and what each is called in a row of the document.
SHARES = {
    "as yours": "attributed",
    "by model": "attributed_model",
    "on topic": "covered",
    "repeats": "repeated",
    "ended": "ended",
    "copied": "copied",
}
HEADINGS = ("system", "ROUGE-1", "ROUGE-L", *SHARES, "words")
EXPLAINED = (
    "on topic: share of the topic's words found in the prompt. repeats: a sentence twice. "
    "ended: by itself. copied: a liked prompt but for small edits. -: does not apply."
)
# The judges of style: the column of each, and what stands in it.
_JUDGES = {
    "characters": (
        "as yours",
        "taken for yours by a judge of character patterns, topics masked",
    ),
    "model": ("by model", "taken for yours by the tuned model itself"),
}


def table(document: dict[str, Any], width: int = WIDTH) -> str:
    """The document's scores as aligned columns, then a line on each system and each column.

    One table where it fits into `width` columns, else a second one below it.
    """
    n = document["n"]
    systems = document["systems"]
    rows = columns(systems)
    level = document.get("interval", {}).get("level", LEVEL)
    lines = [heading(n, level, own=document.get("method") != FROM_FILE), ""]
    whole = aligned(rows)
    if max(map(len, whole)) <= width:
        lines += [*whole, ""]
    else:
        lines += [*aligned([row[:SCORES] for row in rows]), ""]
        lines += [*aligned([[row[0], *row[SCORES:]] for row in rows], left=1), ""]
    name = max((len(system["name"]) for system in systems), default=0)
    lines += [f"{system['name']:<{name}}  {about(system['name'])}" for system in systems]
    paragraphs = [EXPLAINED, *judged(document.get("attribution", {})), remark(n)]
    for said in filter(None, paragraphs):
        lines += ["", *textwrap.wrap(said, width)]
    return "\n".join(lines) + "\n"


def side_by_side(document: dict[str, Any], width: int = 80) -> str:
    """Each topic with the liked prompt and what every system wrote, wrapped to `width` columns."""
    blocks = []
    for number, example in enumerate(document["examples"], start=1):
        texts = {"liked": example["gold"], **example["outputs"]}
        label = max(len(name) for name in texts)
        lines = textwrap.wrap(f"{number}. {example['topic']}", max(width, 20))
        for name, text in texts.items():
            lines += _labelled(name, text, label, max(width, label + 22))
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def heading(n: int, level: float, *, own: bool = True) -> str:
    """What the scores are of: `n` topics, of `own` likes or a file's, with intervals at `level`."""
    level = round(100 * level)
    tests = f"{'held-out liked ' if own else ''}{_plural(n, 'prompt')}"
    of_file = "" if own else " of the file"
    return f"ROUGE on {n} {tests}{of_file}, F-measure with {level}% intervals"


def about(name: str) -> str:
    """What the system of that name is."""
    return SYSTEMS.get(name, "a system of your own")


def judged(attribution: Mapping[str, Any]) -> list[str]:
    """What each judge's shares are, and what they are to be held against."""
    said = []
    for name, (column, about_it) in _JUDGES.items():
        if found := attribution.get(name):
            own, others = found.get("n_own") or 0, found.get("n_others") or 0
            said.append(
                f"{column}: {about_it}. To compare: of your {own} held-out "
                f"{_plural(own, 'prompt')} {_percent(found.get('ceiling'))} (the ceiling), of "
                f"{others} {_plural(others, 'prompt')} by others {_percent(found.get('floor'))} "
                "(the floor)."
            )
    return said


def columns(systems: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """The headings and a row for each system, without the column of a judge that was not asked."""
    silent = {
        column
        for column, _ in _JUDGES.values()
        if all(system.get(SHARES[column]) is None for system in systems)
    }
    shown = [place for place, heading in enumerate(HEADINGS) if heading not in silent]
    return [[row[place] for place in shown] for row in (HEADINGS, *map(_cells, systems))]


def _cells(system: Mapping[str, Any]) -> list[str]:
    return [
        system["name"],
        *(
            f"{system[key]:.3f} [{system[key + '_low']:.3f}, {system[key + '_high']:.3f}]"
            for key in ("rouge1", "rougeL")
        ),
        *(_percent(system.get(key)) for key in SHARES.values()),
        "-" if system.get("words") is None else f"{system['words']:.0f}",
    ]


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f}%"


def aligned(rows: Sequence[Sequence[str]], left: int = 3) -> list[str]:
    """The rows as lines; the first `left` columns read from the left, numbers from the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            f"{cell:<{width}}" if place < left else f"{cell:>{width}}"
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _labelled(name: str, text: str, label: int, width: int) -> list[str]:
    """`text` with its paragraphs kept, `name` before its first line."""
    indent = " " * (label + 4)
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        lines += textwrap.wrap(paragraph, width - len(indent)) or [""]
    first, *rest = lines
    return [f"  {name:<{label}}  {first}".rstrip(), *(f"{indent}{line}".rstrip() for line in rest)]


def _plural(n: int, noun: str) -> str:
    return noun if n == 1 else f"{noun}s"


def remark(n: int) -> str:
    """What a reader of scores on `n` topics has to know; else empty."""
    if n >= FEW_TOPICS:
        return ""
    if n == 1:
        return "One topic says nothing about others: the intervals have no width."
    return (
        f"Only {n} topics: the intervals are wide, and systems whose intervals overlap are not "
        "told apart. More liked prompts, or a test on all of them with --folds, make them narrower."
    )
