"""Which columns of a table fit into a width, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

GAP = 1


@dataclass(frozen=True)
class Column:
    """A column of a table. Widths are in terminal cells.

    It is `width` cells wide, or has at least `minimum` cells and, of what is left over, a share
    in proportion to its `fraction`. Where not all fit, the column of the lowest `priority` goes
    first (of equals, the last one). `sort` is what the owner sorts by, or None.
    """

    name: str
    title: str
    width: int = 0
    fraction: int = 0
    sort: str | None = None
    priority: int = 0
    minimum: int = 8
    align: Literal["left", "right"] = "left"

    def __post_init__(self) -> None:
        if (self.width > 0) == (self.fraction > 0):
            raise ValueError(f"column {self.name!r} needs a width or a fraction, and not both")

    @property
    def least(self) -> int:
        """The cells that it cannot do without."""
        return self.width or self.minimum


class Placed(NamedTuple):
    """A column with the number of its cell in a row, its first cell on a line, and its width."""

    column: Column
    number: int
    x: int
    width: int


def place(columns: Sequence[Column], start: int, width: int) -> list[Placed]:
    """The columns that fit on a line of `width` cells, from the cell `start` on.

    One column is always there, as wide as there is room; none if there is no room at all.
    """
    kept = list(enumerate(columns))
    room = width - start
    while len(kept) > 1 and _least([column for _, column in kept]) > room:
        kept.remove(min(kept, key=lambda item: (item[1].priority, -item[0])))
    spare = max(0, room - _least([column for _, column in kept]))
    shares = sum(column.fraction for _, column in kept)
    placed: list[Placed] = []
    x, taken, given = start, 0, 0
    for number, column in kept:
        # From the sums, so that rounding leaves no cell over.
        taken += column.fraction
        share = spare * taken // shares - given if shares else 0
        given += share
        size = min(column.least + share, width - x)
        if size > 0:
            placed.append(Placed(column, number, x, size))
        x += size + GAP
    return placed


def _least(columns: Sequence[Column]) -> int:
    return sum(column.least for column in columns) + GAP * max(0, len(columns) - 1)
