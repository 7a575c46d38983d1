"""The buttons under the candidates."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button

_ACTIONS = {
    "like": "Like",
    "edit_like": "Edit, like",
    "sentences": "Sentences",
    "dislike": "Dislike",
    "copy": "Copy",
    "again": "Again",
}


class OpinionsBar(Horizontal):
    """Like, edit then like, sentence by sentence, dislike, copy, again: actions of the screen."""

    DEFAULT_CSS = """
    OpinionsBar { height: 1; Button { margin-right: 1; min-width: 9; } }
    """

    def compose(self) -> ComposeResult:
        for name, text in _ACTIONS.items():
            yield Button(text, id=name, compact=True, action=f"screen.{name}")
