"""One of a few words, all of them in sight: arrows or a click choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from promptstyle.tui import keys


class Choice(Widget, can_focus=True):
    """`label  a [b] c`, a single line."""

    DEFAULT_CSS = """
    Choice {
        width: auto;
        height: 1;
        padding: 0 1;
        &:focus { text-style: bold; background: $primary 30%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("choice")]
    HELP = "Left and right choose, and so does a click."

    value: reactive[str] = reactive("", layout=False)

    @dataclass
    class Chosen(Message):
        """The user chose a value."""

        choice: Choice
        value: str

        @property
        def control(self) -> Choice:
            return self.choice

    def __init__(self, label: str, values: Sequence[str], value: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.label, self.values = label, tuple(values)
        self.set_reactive(Choice.value, value)

    def render(self) -> Content:
        parts: list[Content | tuple[str, str]] = [(f"{self.label} ", "dim")]
        for each in self.values:
            # Brackets, not a colour alone: some terminals have none.
            parts.append((f"[{each}]", "bold") if each == self.value else (f" {each} ", ""))
        return Content.assemble(*parts)

    def get_content_width(self, container: Any, viewport: Any) -> int:
        return len(self.label) + 1 + sum(len(each) + 2 for each in self.values)

    def choose(self, value: str) -> None:
        """Choose a value and say so."""
        if value in self.values and value != self.value:
            self.value = value
            self.post_message(self.Chosen(self, value))

    def action_step(self, by: int) -> None:
        """Choose the next value or the one before, round and round."""
        place = self.values.index(self.value)
        self.choose(self.values[(place + by) % len(self.values)])

    def on_click(self, event: events.Click) -> None:
        x = event.get_content_offset_capture(self).x - len(self.label) - 1
        for each in self.values:
            if 0 <= x < len(each) + 2:
                self.choose(each)
                return
            x -= len(each) + 2
