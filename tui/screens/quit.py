"""Leaving while a retrain runs: what is to become of it?"""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from promptstyle.tui.screens.dialog import Dialog


class QuitScreen(Dialog[str]):
    """The answer is "background", "cancel" or "stay"."""

    HELP = (
        "The retrain can go on without the app; the next start shows how far it is. Or stop it: "
        "the model before it stays, and the next retrain of the same likes goes on from there."
    )

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "A retrain is running"
            yield Static("Leave it running in the background, or stop it?")
            with Horizontal(classes="buttons"):
                yield Button("Leave it running", variant="primary", compact=True, id="background")
                yield Button("Stop it", variant="error", compact=True, id="cancel")
                yield Button("Stay", compact=True, id="stay")

    @on(Button.Pressed)
    def _answered(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id)
