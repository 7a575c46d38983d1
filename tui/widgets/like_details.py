"""One liked prompt, whole, and what is known of it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from promptstyle.core.library import Like
from promptstyle.tui.untrusted import hidden, reveal, reveal_line

USED = {
    "train": "Models learn from it.",
    "held": "Held out: models never learn from it, they are tested on it.",
}
SOURCES = {
    "": "",
    "add": "you added it",
    "generated": "written by a model, liked by you",
    "import": "imported",
}


class LikeDetails(VerticalScroll):
    """The like under the cursor: topic, prompt, tags, where it came from, what it is for."""

    HELP: ClassVar[str] = (
        "The prompt that is marked in the table, whole. Arrows scroll; V hides it or shows it "
        "again. Characters that cannot be seen are shown as marks and are not copied."
    )
    DEFAULT_CSS = """
    LikeDetails {
        border: round $foreground 40%;
        padding: 0 1;
        scrollbar-size-vertical: 1;
        &:focus { border: round $primary; }
        Static { height: auto; }
        #like-topic { text-style: bold; margin-bottom: 1; }
        #like-facts { color: $text-muted; margin-top: 1; }
    }
    """

    def compose(self) -> ComposeResult:
        yield Static("", id="like-topic", markup=False)
        yield Static("", id="like-prompt", markup=False)
        yield Static("", id="like-facts", markup=False)

    def show(self, like: Like | None) -> None:
        """Show a like, or nothing."""
        self.border_title = "" if like is None else Content(f"like {like.id}")
        topic = Content("") if like is None else reveal(like.input)
        prompt = Content("") if like is None else reveal(like.output)
        self.query_one("#like-topic", Static).update(topic)
        self.query_one("#like-prompt", Static).update(prompt)
        self.query_one("#like-facts", Static).update(Content("") if like is None else facts(like))
        self.scroll_home(animate=False)


def facts(like: Like) -> Content:
    """What is known of a like besides its texts, for a person."""
    tags = ", ".join(like.tags)
    source = SOURCES.get(like.source, f"from {like.source}")
    added = f"Added {_day(like.created)}" + (f", {source}" if source else "")
    lines = [reveal_line(f"Tags: {tags}" if tags else "No tags")]
    lines += [reveal_line(f"{added}. {len(like.output):,} characters."), Content(USED[like.side])]
    if like.removed is not None:
        lines.append(reveal_line(f"Removed {_day(like.removed)}: not used for anything."))
    if unseen := hidden(like.input) + hidden(like.output):
        lines.append(Content(f"Hidden characters in it: {unseen:,} (not copied)."))
    return Content("\n").join(lines)


def _day(time: str) -> str:
    """The day and the minute of an ISO-8601 time, in UTC as stored."""
    return time[:16].replace("T", " ")
