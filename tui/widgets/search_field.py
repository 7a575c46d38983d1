"""A field that searches while somebody types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from promptstyle.tui.untrusted import clean

# Seconds without a key until a search begins: fast typing asks once.
PAUSE = 0.08
LONGEST = 500


class SearchField(Input):
    """Words and tags to look for."""

    HELP: ClassVar[str] = (
        "Type words that are in the topic, the prompt or the tags; the beginning of a word is "
        'enough. #name (or #"two words") keeps the prompts with that tag. Enter or Down goes to '
        "the table, Esc clears the search."
    )

    @dataclass
    class Searched(Message):
        """What stands in the field has changed, and stood still for a moment."""

        query: str

    class Left(Message):
        """Enter: on to what was found."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            placeholder="Search: words, #tag", compact=True, max_length=LONGEST, **kwargs
        )
        self._pause: Timer | None = None
        self._searched = ""

    def search_at_once(self, query: str) -> None:
        """Put another query here and do not wait."""
        self.value = query
        self.cursor_position = len(query)
        self._search()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != clean(event.value):
            self.value = clean(event.value)
            return
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self._search)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._search()
        self.post_message(self.Left())

    def _search(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        # Going over to a tag and back is no search; nor is Enter after one.
        if self.value != self._searched:
            self._searched = self.value
            self.post_message(self.Searched(self.value))
