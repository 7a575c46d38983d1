"""The tags that there are, to look at the prompts of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, Input, Static

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.failures import describe
from promptstyle.core.library.text import folded
from promptstyle.tui.screens.dialog import Dialog
from promptstyle.tui.untrusted import clean, reveal_line
from promptstyle.tui.widgets.table_columns import Column
from promptstyle.tui.widgets.table_rows import Row
from promptstyle.tui.widgets.virtual_table import VirtualTable

COLUMNS = (
    Column("tag", "Tag", fraction=1, priority=2),
    Column("likes", "Prompts", width=8, align="right", priority=1),
)


class TagsScreen(Dialog[str]):
    """The answer is a tag."""

    CSS_PATH = "tags.tcss"
    HELP = "All tags with how many prompts have each. Type to find one; Enter shows its prompts."

    @dataclass
    class Counted(Message):
        """The tags with their counts, or why there are none."""

        tags: Sequence[tuple[str, int]] = ()
        error: PromptstyleError | None = None

    def __init__(self, read: Callable[[], Sequence[tuple[str, int]]]) -> None:
        """`read` is called in a thread."""
        super().__init__()
        self._read_them = read
        self._all: Sequence[tuple[str, int]] = ()
        self._found: Sequence[tuple[str, int]] = ()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Tags"
            yield Input(placeholder="the beginning of a tag", compact=True, max_length=60)
            yield VirtualTable(COLUMNS, self._rows, id="tags")
            yield Static("", id="said", classes="hint", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Show its prompts", variant="primary", compact=True, id="pick")
                yield Button("Back", compact=True, id="back")

    def on_mount(self) -> None:
        self._read()

    @work(thread=True, group="tags", exit_on_error=False)
    def _read(self) -> None:
        try:
            message = self.Counted(self._read_them())
        # Whatever it is, the screen says it; a thread has nobody else to tell.
        except Exception as error:
            message = self.Counted(error=describe(error))
        self.post_message(message)

    @on(Counted)
    def _counted(self, message: Counted) -> None:
        self._all = message.tags
        if message.error is not None:
            self._say(f"{message.error.message}: {message.error.hint}")
        elif not message.tags:
            self._say("No prompt has a tag yet: Edit gives it some.")
        self._show()

    @on(Input.Changed)
    def _show(self) -> None:
        start = folded(clean(self.query_one(Input).value).strip().removeprefix("#"))
        self._found = [each for each in self._all if folded(each[0]).startswith(start)]
        self.query_one(VirtualTable).reload(len(self._found))

    def _rows(self, rows: Sequence[int]) -> list[Row]:
        return [(reveal_line(self._found[i][0]), f"{self._found[i][1]:,}") for i in rows]

    def _say(self, text: str) -> None:
        self.query_one("#said", Static).update(reveal_line(text))

    @on(Input.Submitted)
    @on(Button.Pressed, "#pick")
    @on(VirtualTable.RowActivated)
    def _picked(self) -> None:
        if self._found:
            self.dismiss(self._found[self.query_one(VirtualTable).cursor][0])

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.action_close()
