"""Why a prompt is not liked; optional."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Static

from promptstyle.tui.screens.dialog import Dialog
from promptstyle.tui.untrusted import clean

MAX_REASON = 500


class ReasonScreen(Dialog[str]):
    """One line; the answer is the reason, empty for none."""

    CHANGES = "There is a reason: {key} again gives it up, Enter keeps it."
    HELP = "A few words on what is wrong with it, or none. Enter stores the dislike, Esc goes back."

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Dislike"
            yield Static("What is wrong with it? (optional)", classes="hint")
            yield Input(id="reason", max_length=MAX_REASON, placeholder="too long", compact=True)
            with Horizontal(classes="buttons"):
                yield Button("Dislike", variant="primary", compact=True, id="store")
                yield Button("Back", compact=True, id="back")

    @property
    def unsaved(self) -> object:
        return self._reason or None

    @property
    def _reason(self) -> str:
        return " ".join(clean(self.query_one(Input).value).split())

    @on(Input.Submitted)
    @on(Button.Pressed, "#store")
    def _store(self) -> None:
        self.dismiss(self._reason)

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.action_close()
