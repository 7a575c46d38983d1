"""Edit a prompt before it is kept."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from promptstyle.core.errors import UsageError
from promptstyle.core.library.text import MAX_CHARACTERS, check_text
from promptstyle.tui import keys
from promptstyle.tui.screens.dialog import Dialog
from promptstyle.tui.untrusted import reveal_line
from promptstyle.tui.widgets.plain_text import PlainText


class EditScreen(Dialog[str]):
    """The prompt in a field; the answer is its new text."""

    CSS_PATH = "edit.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("edit")]
    HELP = "Change the prompt to what you would have written. Ctrl+S keeps it, Esc goes back."

    def __init__(self, topic: str, text: str, title: str = "Edit, then like") -> None:
        super().__init__()
        self._topic, self._text, self._title = topic, text, title

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title
            yield Static(reveal_line(self._topic), classes="hint", markup=False)
            yield PlainText(self._text, limit=MAX_CHARACTERS, id="text")
            with Horizontal(classes="buttons"):
                yield Button("Save", variant="primary", compact=True, id="save")
                yield Button("Editor", compact=True, id="editor")
                yield Button("Back", compact=True, id="back")

    def on_mount(self) -> None:
        field = self.query_one(PlainText)
        field.focus()
        field.move_cursor(field.document.end)

    @property
    def unsaved(self) -> object:
        text = self.query_one(PlainText).text
        return None if text == self._text else text

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Answer with the text, if it can be kept."""
        try:
            self.dismiss(check_text(self.query_one(PlainText).text, "the prompt"))
        except UsageError as error:
            self.notify(f"{error.message}: {error.hint}", severity="warning", markup=False)

    @on(Button.Pressed, "#editor")
    def _to_editor(self) -> None:
        self.query_one(PlainText).action_editor()

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.action_close()
