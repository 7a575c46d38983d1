"""The evaluate document as plain text for a terminal or a log."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from promptstyle.core.evaluation.report import SYSTEMS

# Below this many topics the table says that the intervals are wide.
FEW_TOPICS = 20
_HEADINGS = ("system", "ROUGE-1", "ROUGE-L", "on topic", "repeats", "ended", "copied", "words")


def table(document: dict[str, Any]) -> str:
    """The document's scores as aligned columns, then a line on each system and each column."""
    n = document["n"]
    systems = document["systems"]
    level = round(100 * document.get("interval", {}).get("level", 0.95))
    rows = [list(_HEADINGS), *[_row(system) for system in systems]]
    lines = [
        f"ROUGE on {n} held-out liked {_plural(n, 'prompt')}, F-measure with {level}% intervals",
        "",
        *_aligned(rows),
        "",
    ]
    width = max((len(system["name"]) for system in systems), default=0)
    lines += [
        f"{system['name']:<{width}}  {SYSTEMS.get(system['name'], 'a system of your own')}"
        for system in systems
    ]
    lines += [
        "",
        "on topic: share of the topic's words found in the prompt. repeats: a sentence twice.",
        "ended: by itself. copied: a liked prompt but for small edits. -: does not apply.",
    ]
    if n < FEW_TOPICS:
        lines += ["", _remark(n)]
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


def _row(system: dict[str, Any]) -> list[str]:
    return [
        system["name"],
        *(
            f"{system[key]:.3f} [{system[key + '_low']:.3f}, {system[key + '_high']:.3f}]"
            for key in ("rouge1", "rougeL")
        ),
        *(_percent(system.get(key)) for key in ("covered", "repeated", "ended", "copied")),
        "-" if system.get("words") is None else f"{system['words']:.0f}",
    ]


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f}%"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    # Names and scores read from the left, numbers from the right.
    return [
        "  ".join(
            f"{cell:<{width}}" if place < 3 else f"{cell:>{width}}"
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


def _remark(n: int) -> str:
    if n == 1:
        return "One topic says nothing about others: the intervals have no width."
    return (
        f"Only {n} topics: the intervals are wide, and systems whose intervals overlap are not\n"
        "told apart. More liked prompts, or a test on all of them with --folds, make them narrower."
    )
