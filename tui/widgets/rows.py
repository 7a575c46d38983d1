"""A list with columns: a click marks a row, Enter or a double click chooses it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.content import Content
from textual.coordinate import Coordinate
from textual.widgets import DataTable


@dataclass(frozen=True)
class Row:
    """One row: what names it, and a cell for each column."""

    key: str
    cells: tuple[Content, ...]


class Rows(DataTable[Content]):
    """A table of a few rows that are shown all at once; choosing one is `RowSelected`."""

    DEFAULT_CSS = """
    Rows {
        height: 1fr;
        border: round $foreground 40%;
        &:focus { border: heavy $primary; }
        /* Without colours too, the list that the keys are about has the marked row. */
        & > .datatable--cursor { background: transparent; text-style: none; color: $foreground; }
        &:focus > .datatable--cursor {
            background: transparent;
            color: $foreground;
            text-style: reverse;
        }
        & > .datatable--header { text-style: dim; background: transparent; }
    }
    """

    def __init__(self, title: str, **kwargs: Any) -> None:
        super().__init__(cursor_type="row", **kwargs)
        self.border_title = title
        # A row to be marked as soon as it is there.
        self.wanted: str | None = None

    @property
    def marked(self) -> str | None:
        """The key of the row that the cursor is on; None if there is no row."""
        if not self.is_valid_row_index(self.cursor_row):
            return None
        return self.coordinate_to_cell_key(Coordinate(self.cursor_row, 0)).row_key.value

    def fill(self, columns: Sequence[str], rows: Sequence[Row], first: str | None = None) -> None:
        """Show these rows; the one that was marked stays so, else `first` is, if it is there."""
        marked = self.marked
        self.clear(columns=True)
        for place, column in enumerate(columns):
            # Textual cannot measure a Content: it would give every column one cell.
            width = max(row.cells[place].cell_length for row in rows) if rows else 0
            self.add_column(column, width=max(width, len(column)))
        for row in rows:
            self.add_row(*row.cells, key=row.key)
        keys = [row.key for row in rows]
        for key in (self.wanted, marked, first):
            if key in keys:
                self.move_cursor(row=keys.index(key))
                break
        if self.wanted in keys:
            self.wanted = None

    def on_click(self, event: events.Click) -> None:
        row = event.style.meta.get("row", -1)
        if not self.is_valid_row_index(row):
            return
        # Textual's own handler chooses at the first click on the row that is marked already.
        event.prevent_default()
        event.stop()
        self.move_cursor(row=row)
        if event.chain == 2:
            self.action_select_cursor()

    def action_scroll_home(self) -> None:
        """The first row: sideways there is nowhere to go."""
        self.action_scroll_top()

    def action_scroll_end(self) -> None:
        """The last row."""
        self.action_scroll_bottom()
