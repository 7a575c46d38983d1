"""The field for a topic: Enter sends it, up and down go through earlier ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.message import Message

from promptstyle.core.topics import MAX_TOPIC
from promptstyle.tui import keys
from promptstyle.tui.widgets.plain_text import PlainText


class TopicField(PlainText):
    """One line that grows to several."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("topic")]
    HELP = (
        "Say what the prompt should be about: a sentence or two. Enter writes it, Ctrl+J starts a "
        "new line, up and down bring earlier topics back, Ctrl+E opens $EDITOR, Esc stops the "
        "writing."
    )

    @dataclass
    class Sent(Message):
        """A topic is ready to be written for."""

        text: str

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(limit=MAX_TOPIC, **kwargs)
        self._history: list[str] = []
        # Where in the history the field is, from the newest; 0 is what is being typed.
        self._place = 0
        self._typed = ""

    def set_history(self, topics: Sequence[str]) -> None:
        """The earlier topics, the newest first."""
        self._history = list(topics)
        self._place = 0

    def remember(self, topic: str) -> None:
        """Put a topic that was sent in front of the others."""
        self.set_history([topic, *(each for each in self._history if each != topic)])

    def action_send(self) -> None:
        """Ask for a prompt on what stands here."""
        self.post_message(self.Sent(self.text))

    def action_newline(self) -> None:
        """Go on in a new line."""
        if len(self.text) < self.limit:
            self.insert("\n")

    def action_older(self) -> None:
        """The topic before this one; inside a text of several lines, the line above."""
        if self._row() > 0:
            self.action_cursor_up()
        elif self._place < len(self._history):
            self._show(self._place + 1)

    def action_newer(self) -> None:
        """The topic after this one, at last what was being typed; or the line below."""
        if self._row() < self.wrapped_document.height - 1:
            self.action_cursor_down()
        elif self._place > 0:
            self._show(self._place - 1)

    def _show(self, place: int) -> None:
        if self._place == 0:
            self._typed = self.text
        self._place = place
        self.take(self._history[place - 1] if place else self._typed)

    def _row(self) -> int:
        return self.wrapped_document.location_to_offset(self.cursor_location).y
