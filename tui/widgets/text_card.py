"""A text of a test topic in a frame: the liked prompt, or what a system wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from promptstyle.tui.untrusted import hidden, reveal, reveal_line


class TextCard(VerticalScroll, can_focus=True):
    """`text` is what a copy takes; None hides the card."""

    HELP: ClassVar[str] = (
        "One text for the topic above. Tab goes to the next one, C copies it, N and P go to the "
        "next topic and back."
    )
    DEFAULT_CSS = """
    TextCard {
        height: auto;
        min-height: 4;
        border: round $foreground 40%;
        padding: 0 1;
        border-subtitle-align: left;
        .text { height: auto; width: 1fr; }
        &.-yours { border: round $success; border-title-style: bold; }
        &:focus, &.-chosen { border: heavy $primary; }
    }
    """

    @dataclass
    class Chosen(Message):
        """The card got the focus."""

        card: TextCard

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self.text: str | None = None

    def compose(self) -> ComposeResult:
        yield Static("", markup=False, classes="text")

    def show(self, title: str, text: str | None, *, yours: bool = False) -> None:
        """Show a text under a title; without a text there is no card."""
        self.text = text
        self.display = text is not None
        self.set_class(yours, "-yours")
        self.border_title = Content.assemble(" ", reveal_line(title), " ").markup
        if text is None:
            return
        self.query_one(Static).update(reveal(text))
        words = len(text.split())
        facts = [f"{words:,} word{'' if words == 1 else 's'}"]
        if found := hidden(text):
            facts.append(f"{found:,} hidden character{'' if found == 1 else 's'}, not copied")
        self.border_subtitle = f" {' · '.join(facts)} "
        self.scroll_home(animate=False)

    def on_focus(self, event: events.Focus) -> None:
        self.post_message(self.Chosen(self))
