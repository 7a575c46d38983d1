"""The lines of a file that were not imported, and why."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from promptstyle.core.library.importing import Rejected
from promptstyle.tui.screens.dialog import Dialog
from promptstyle.tui.untrusted import reveal_line
from promptstyle.tui.widgets.table_columns import Column
from promptstyle.tui.widgets.table_rows import Row
from promptstyle.tui.widgets.virtual_table import VirtualTable

COLUMNS = (
    Column("line", "Line", width=8, align="right", priority=1),
    Column("reason", "What is wrong with it", fraction=1, priority=2),
)


class RejectedScreen(Dialog[None]):
    """A table of them; there may be as many as the file has lines."""

    CSS_PATH = "rejected.tcss"
    HELP = (
        "These lines of the file could not be imported; the others were. Mend them and import the "
        "file again: what is in the library already is skipped."
    )

    def __init__(self, summary: str, rejected: Sequence[Rejected]) -> None:
        super().__init__()
        self._summary, self._rejected = summary, rejected

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Import"
            yield Static(reveal_line(self._summary), classes="title", markup=False)
            yield VirtualTable(COLUMNS, self._rows, len(self._rejected), id="lines")
            yield Static("", id="whole", markup=False)
            yield Static(
                "Mend them and import the file again: what is there already is skipped.",
                classes="hint",
            )
            with Horizontal(classes="buttons"):
                yield Button("Close", variant="primary", compact=True, id="back")

    def on_mount(self) -> None:
        self.query_one(VirtualTable).focus()
        self._tell(0)

    def _rows(self, rows: Sequence[int]) -> list[Row]:
        return [
            (f"{self._rejected[row].line:,}", reveal_line(self._rejected[row].reason))
            for row in rows
        ]

    @on(VirtualTable.RowHighlighted)
    def _marked(self, message: VirtualTable.RowHighlighted) -> None:
        self._tell(message.index)

    def _tell(self, row: int) -> None:
        """Show the reason whole: it may be longer than the line."""
        bad = self._rejected[row]
        self.query_one("#whole", Static).update(reveal_line(f"Line {bad.line:,}: {bad.reason}"))

    @on(Button.Pressed, "#back")
    @on(VirtualTable.RowActivated)
    def _back(self) -> None:
        self.action_close()
