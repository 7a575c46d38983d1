"""A prompt put right sentence by sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from promptstyle.tui import keys
from promptstyle.tui.screens.dialog import Dialog
from promptstyle.tui.untrusted import reveal_line
from promptstyle.tui.widgets.sentence_list import SentenceList

if TYPE_CHECKING:
    from promptstyle.core.generation.revision import Revision
    from promptstyle.core.library import Candidate

# What is to be done with the prompt as it stands then.
Then = Literal["like", "edit"]


class SentencesScreen(Dialog[Then]):
    """Changes `revision`; the answer says what is to be done with it, None to go back to it."""

    CSS_PATH = "sentences.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("revise")]
    HELP = (
        "Leave out what you would not say, or put another sentence in its place. What you change "
        "stays when you go back. What you leave out of a prompt that you like comes up less often."
    )

    def __init__(self, candidate: Candidate, revision: Revision) -> None:
        super().__init__()
        self._candidate, self._revision = candidate, revision

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Sentence by sentence"
            yield Static(reveal_line(self._candidate.topic), classes="hint", markup=False)
            yield SentenceList(self._revision, id="sentences")
            yield Static("", id="said", classes="hint", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Like", variant="primary", compact=True, action="screen.like")
                yield Button("Edit, like", compact=True, action="screen.edit_like")
                yield Button("Copy", compact=True, action="screen.copy")
                yield Button("Back", compact=True, action="screen.close")

    def on_mount(self) -> None:
        self.query_one(SentenceList).focus()
        self._say("")

    @on(SentenceList.Changed)
    def _list_changed(self, message: SentenceList.Changed) -> None:
        self._say(message.why)

    def _say(self, why: str) -> None:
        text = self._revision.text()
        words = len(text.split())
        state = "as it was written" if text == self._candidate.text else "changed"
        length = f"{words:,} word{'' if words == 1 else 's'}, {state}"
        self.query_one("#said", Static).update(why or length)

    def action_like(self) -> None:
        """Keep the prompt as it stands."""
        self.dismiss("like")

    def action_edit_like(self) -> None:
        """Edit it as a whole, then keep it."""
        self.dismiss("edit")

    def action_copy(self) -> None:
        """Put the prompt as it stands on the clipboard."""
        self.app.copy_to_clipboard(self._revision.text())
