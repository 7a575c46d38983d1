"""Scores as horizontal bars of text: eighths of a cell, and a whisker for the interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

# A cell filled from the left by 0 to 7 eighths.
EIGHTHS = " ▏▎▍▌▋▊▉"
YOURS = "▶ "
MOST_COLUMNS = 118
# Of the theme, one for each measure; the plot of all runs uses them too.
COLOURS = ("primary", "accent")


@dataclass(frozen=True)
class Score:
    """A mean with the bounds of its interval, 0 to 1."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Bars:
    """The bars of one system, one for each measure; `yours` marks it."""

    name: str
    scores: tuple[Score, ...]
    yours: bool = False


class ScoreBars(Widget):
    """A system's name, its measures below each other, a bar and the mean for each; then the scale.

    Nothing hangs on a colour: names, figures and the shape of the whisker say it all.
    """

    DEFAULT_CSS = """
    ScoreBars { height: auto; width: 1fr; }
    """

    rows: reactive[tuple[Bars, ...]] = reactive(tuple[Bars, ...](), layout=True)

    def __init__(self, measures: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._measures = tuple(measures)

    def get_content_height(self, container: Any, viewport: Any, width: int) -> int:
        return len(self.rows) * len(self._measures) + 1 if self.rows else 0

    def render(self) -> Content:
        return Content("\n").join(chart(self.rows, self._measures, self.size.width))


def chart(rows: Sequence[Bars], measures: Sequence[str], width: int) -> list[Content]:
    """The lines of the chart, none wider than `width` (or, if that is very narrow, 30)."""
    if not rows:
        return []
    names = [(YOURS if row.yours else "  ") + row.name for row in rows]
    label = max(map(len, names)) + 1
    beside = label + max(map(len, measures)) + len(" ") + len(" 0.000")
    columns = max(min(width, MOST_COLUMNS) - beside, 6)
    top = scale(max(score.high for row in rows for score in row.scores))
    lines = []
    for row, name in zip(rows, names, strict=True):
        for place, (measure, score) in enumerate(zip(measures, row.scores, strict=True)):
            style = "bold" if row.yours else ""
            lines.append(
                Content.assemble(
                    (f"{name if place == 0 else '':<{label}}", style),
                    (f"{measure:<{max(map(len, measures))}} ", "dim"),
                    bar(score, top, columns, f"${COLOURS[place % len(COLOURS)]}"),
                    (f" {score.mean:.3f}", style),
                )
            )
    axis = " " * (beside - len(" 0.000")) + _axis(top, columns)
    return [*lines, Content.styled(axis, "dim")]


def scale(highest: float) -> float:
    """The end of the axis: the next tenth at or above `highest`."""
    return max(math.ceil(round(highest * 10, 6)), 1) / 10


def bar(score: Score, top: float, columns: int, colour: str = "") -> Content:
    """A bar up to the mean on an axis from 0 to `top`, `columns` cells long.

    The whisker is drawn over it, `├──┤` from the lower to the upper bound: within the bar in
    reverse, so that it shows as a cut. The cell in which the bar ends keeps its eighths.
    """

    def eighths(value: float) -> int:
        return round(min(max(value / top, 0.0), 1.0) * columns * 8)

    full, part = divmod(eighths(score.mean), 8)
    low = min(eighths(score.low) // 8, columns - 1)
    high = min(math.ceil(eighths(score.high) / 8) - 1, columns - 1)
    parts: list[tuple[str, str]] = []
    for cell in range(columns):
        sign = "├" if cell == low else "┤" if cell == high else "─"
        whisker = low < high and low <= cell <= high
        # A mean at the edge of a cell would be lost in the whisker: it gets an eighth.
        if cell == full and (part or whisker):
            parts.append((EIGHTHS[max(part, 1)], colour))
        elif whisker:
            parts.append((sign, f"{colour} reverse" if cell < full else colour))
        else:
            parts.append(("█" if cell < full else " ", colour))
    # A span for each stretch, not for each cell: they are drawn one by one.
    return Content.assemble(
        *(("".join(sign for sign, _ in cells), style) for style, cells in groupby(parts, _style))
    )


def _style(part: tuple[str, str]) -> str:
    return part[1]


def _axis(top: float, columns: int) -> str:
    """The tenths below the bars, or fewer where there is no room for all."""
    tenths = round(top * 10)
    step = next((n for n in (1, 2, 5) if n * columns / tenths >= 6), tenths)
    line = [" "] * (columns + 6)
    for tenth in range(0, tenths + 1, step):
        at = round(tenth / tenths * columns)
        text = "0" if tenth == 0 else f"{tenth / 10:.1f}"
        line[at : at + len(text)] = text
    return "".join(line).rstrip()
