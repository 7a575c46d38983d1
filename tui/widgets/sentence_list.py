"""The sentences of a prompt, one a row, to be left out or changed for others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import Static

from promptstyle.tui import keys
from promptstyle.tui.untrusted import reveal

if TYPE_CHECKING:
    from promptstyle.core.generation.revision import Revision

EDIT = "E opens all of it to be edited."


class SentenceRow(Horizontal):
    """One sentence: where it stands, what it says, and which of how many it is."""

    DEFAULT_CSS = """
    SentenceRow {
        height: auto;
        .number { width: 6; color: $text-muted; }
        .text { width: 1fr; height: auto; }
        .count { width: 9; text-align: right; color: $text-muted; }
        &.-form .text { color: $text-muted; }
        &.-dropped .text { text-style: strike; text-opacity: 50%; }
        &.-other .text { color: $success; }
        &.-cursor { background: $primary 25%; .number { color: $text; text-style: bold; } }
    }
    """

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at
        self._mark = " "

    def set_cursor(self, cursor: bool) -> None:
        """Whether the keys are about this one."""
        self.set_class(cursor, "-cursor")
        # Signs too, for who sees no colours and no lines through words.
        sign = ">" if cursor else " "
        self.query(Static).first().update(f"{sign}{self._mark}{self.at + 1:>2}")

    def compose(self) -> ComposeResult:
        yield Static("", markup=False, classes="number")
        yield Static("", markup=False, classes="text")
        yield Static("", markup=False, classes="count")

    def show(self, revision: Revision, cursor: bool) -> None:
        """Draw what stands there now."""
        dropped = revision.dropped(self.at)
        which, of = revision.position(self.at) if revision.revisable(self.at) else (1, 1)
        self.set_class(dropped, "-dropped")
        self.set_class(revision.replaced(self.at) and not dropped, "-other")
        self.set_class(not revision.revisable(self.at), "-form")
        self._mark = "x" if dropped else " "
        self.set_cursor(cursor)
        _, text, count = self.query(Static)
        text.update(reveal(revision.said(self.at)))
        count.update("out" if dropped else f"{which} of {of}" if of > 1 else "")


class SentenceList(VerticalScroll, can_focus=True):
    """The sentences of a `revision`, which it changes."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("sentences")]
    HELP: ClassVar[str] = (
        "Up and down go from sentence to sentence. X leaves one out or takes it in again, right "
        "and left put others in its place that go with the rest, A says something more behind it, "
        "U takes the last change back."
    )
    DEFAULT_CSS = """
    SentenceList { height: auto; max-height: 1fr; }
    """

    @dataclass
    class Changed(Message):
        """The prompt is another one now; or, with `why`, it is not."""

        why: str = ""

    def __init__(self, revision: Revision, id: str | None = None) -> None:
        super().__init__(id=id)
        self._revision = revision
        self._cursor = 0

    def compose(self) -> ComposeResult:
        for at in range(len(self._revision)):
            yield SentenceRow(at)

    def on_mount(self) -> None:
        self._show()

    def _show(self) -> None:
        for row in self.query(SentenceRow):
            row.display = row.at < len(self._revision)
            if row.display:
                row.show(self._revision, row.at == self._cursor)

    async def _after(self, done: bool, why: str) -> None:
        """Draw what came of it; `why` says why nothing did."""
        rows = len(self.query(SentenceRow))
        await self.mount_all(SentenceRow(at) for at in range(rows, len(self._revision)))
        self._cursor = max(0, min(self._cursor, len(self._revision) - 1))
        self._show()
        self._go(self._cursor)
        self.post_message(self.Changed("" if done else why))

    def action_move(self, by: int) -> None:
        """Go to another sentence."""
        self._go(self._cursor + by)

    def _go(self, at: int) -> None:
        rows = self.query(SentenceRow)
        if not rows:
            return
        rows[min(self._cursor, len(rows) - 1)].set_cursor(False)
        self._cursor = max(0, min(at, len(self._revision) - 1))
        row = rows[self._cursor]
        row.set_cursor(True)
        # A row that is new has no place before the next layout.
        self.call_after_refresh(self.scroll_to_widget, row, animate=False)

    async def action_drop(self) -> None:
        """Leave the sentence out, or take it in again."""
        done = self._revision.drop(self._cursor)
        await self._after(done, "A prompt has at least one sentence.")

    async def action_other(self, by: int) -> None:
        """Put another sentence in its place."""
        done = self._revision.revisable(self._cursor) and self._revision.other(self._cursor, by)
        await self._after(done, f"No other is known for this place. {EDIT}")

    async def action_add(self) -> None:
        """Say something more behind the sentence."""
        done = self._revision.add(self._cursor)
        self._cursor += done
        await self._after(done, f"Nothing more is known that goes with the rest. {EDIT}")

    async def action_undo(self) -> None:
        """Take the last change back."""
        await self._after(self._revision.undo(), "Nothing was changed.")

    def on_click(self, event: events.Click) -> None:
        """Go to the sentence that was clicked on."""
        for row in self.query(SentenceRow):
            if event.widget is row or (event.widget and row in event.widget.ancestors):
                self._go(row.at)
