"""A field for several lines of plain text: what is pasted is cleaned, $EDITOR opens it."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import events
from textual.app import SuspendNotSupported
from textual.binding import BindingType
from textual.widgets import TextArea

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.failures import describe
from promptstyle.tui import keys
from promptstyle.tui.editor import edit
from promptstyle.tui.untrusted import clean


class PlainText(TextArea):
    """Text without hidden characters, whichever way it came in.

    `limit` is the most characters that it takes; a paste beyond it is refused whole, so that
    nothing is cut off unseen.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("text")]
    HELP = (
        "Type or paste plain text. Hidden and control characters are left out. "
        "Ctrl+E opens it in $EDITOR (or $VISUAL)."
    )

    def __init__(self, text: str = "", *, limit: int, **kwargs: Any) -> None:
        super().__init__(
            clean(text),
            soft_wrap=True,
            show_line_numbers=False,
            highlight_cursor_line=False,
            tab_behavior="focus",
            **kwargs,
        )
        self.limit = limit

    async def _on_key(self, event: events.Key) -> None:
        # Keys of our own that a text field would take for text (Enter). Not as priority bindings:
        # those overtake the letters that were typed before them and still wait here.
        if event.is_printable:
            return
        active = self.screen.active_bindings.get(event.key)
        if active is not None and active.node is self and active.binding.id and active.enabled:
            event.stop()
            event.prevent_default()
            await self.run_action(active.binding.action)

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        # Textual's own handler would insert the text as it came.
        event.prevent_default()
        if self.read_only:
            return
        text = clean(event.text)
        room = self.limit - len(self.text) + len(self.selected_text)
        if len(text) > room:
            self.notify(
                f"{len(text):,} characters do not fit: this field takes {self.limit:,}",
                severity="warning",
                markup=False,
            )
            return
        self.put(text)

    def put(self, text: str) -> None:
        """Put text where the cursor is, in place of what is selected."""
        if result := self.replace(text, *self.selection):
            self.move_cursor(result.end_location)

    def take(self, text: str) -> None:
        """Replace all of it, with the cursor at the end; can be undone."""
        self.replace(clean(text), self.document.start, self.document.end)
        self.move_cursor(self.document.end)

    def action_editor(self) -> None:
        """Open the text in the user's editor; the app waits meanwhile."""
        failure: PromptstyleError | None = None
        try:
            with self.app.suspend():
                # What left this block as an exception would leave the app suspended.
                try:
                    edited = edit(self.text)
                except (PromptstyleError, OSError) as error:
                    failure = describe(error)
        except SuspendNotSupported:
            self.notify("this terminal cannot be lent to an editor", severity="warning")
            return
        if failure is not None:
            said = clean(f"{failure.message}\n{failure.hint}")
            self.notify(said, title="Editor", severity="error", markup=False)
            return
        edited = clean(edited).rstrip("\n")
        if len(edited) > self.limit:
            self.notify(
                f"{len(edited):,} characters are more than the {self.limit:,} that fit",
                severity="error",
            )
        elif edited != self.text:
            self.take(edited)
