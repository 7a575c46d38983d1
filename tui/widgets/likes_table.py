"""The liked prompts as a table: asks the library for the rows that are on the screen."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from textual.message import Message

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import Library, Like
from promptstyle.core.library.browse import Sort
from promptstyle.tui.untrusted import reveal_line
from promptstyle.tui.widgets.table_columns import Column
from promptstyle.tui.widgets.table_rows import Row
from promptstyle.tui.widgets.virtual_table import VirtualTable

COLUMNS = (
    Column("topic", "Topic", fraction=2, minimum=34, sort="topic", priority=9),
    Column("prompt", "Prompt", fraction=3, minimum=20, priority=8),
    Column("tags", "Tags", fraction=1, minimum=8, sort="tags", priority=7),
    Column("length", "Length", width=8, sort="length", priority=5, align="right"),
    Column("created", "Added", width=10, sort="created", priority=6),
    Column("side", "For", width=8, sort="side", priority=4),
    Column("source", "From", width=10, sort="source", priority=3),
)
# In the order of the columns.
SORTS: tuple[Sort, ...] = ("topic", "tags", "length", "created", "side", "source")
# These are looked at from the other end first: the newest, the longest.
DOWNWARDS: frozenset[Sort] = frozenset({"created", "length"})
SIDES = {"train": "learning", "held": "testing"}
# Cells of the widest terminals; measuring more than fits takes time.
_CHARACTERS = 300


class LikesTable(VirtualTable):
    """Which likes there are is said by their keys; the texts come from the library, by the page."""

    HELP = (
        "Your liked prompts. Arrows, Page Up, Page Down, Home and End move; Enter edits. Space "
        "selects a prompt, Shift with an arrow several, Ctrl+A all. A click on a title, or S, "
        "sorts. “For” says what a prompt is for: models learn from most and are tested on a few."
    )

    @dataclass
    class Unreadable(Message):
        """The rows on the screen could not be read."""

        error: PromptstyleError

    def __init__(self, library: Library, **kwargs: Any) -> None:
        """`library` is asked while drawing: nothing long may run on its connection."""
        super().__init__(COLUMNS, self._page, **kwargs)
        self._library = library
        self._profile = ""
        self._likes: array[int] = array("q")
        self._failed = False

    def show(self, profile: str, keys: array[int], *, lost: Literal["first", "here"]) -> None:
        """Show these likes; the cursor, what is selected and the scroll stay with their likes.

        Where the like under the cursor is gone, the cursor goes to the first one or stays here.
        """
        selected = set(self.selected_keys)
        key = self.key
        self._profile, self._likes, self._failed = profile, keys, False
        keep = self.cursor if lost == "here" else 0
        if key is not None:
            # Of 100,000 keys the last is found in two milliseconds.
            with suppress(ValueError):
                keep = keys.index(key)
        rows = [row for row, each in enumerate(keys) if each in selected] if selected else ()
        self.reload(len(keys), keep=keep, selected=rows)

    def go_to(self, key: int) -> bool:
        """Put the cursor on a like, if it is shown."""
        if key not in self._likes:
            return False
        self.cursor = self._likes.index(key)
        return True

    @property
    def keys(self) -> array[int]:
        """The likes that are shown, in their order."""
        return self._likes

    @property
    def key(self) -> int | None:
        """The like under the cursor."""
        return self._likes[self.cursor] if self.cursor < len(self._likes) else None

    @property
    def selected_keys(self) -> list[int]:
        """The selected likes, in the order of the table."""
        return [self._likes[row] for row in sorted(self.selected)]

    @property
    def chosen(self) -> list[int]:
        """What an action is about: the selected likes, else the one under the cursor."""
        return self.selected_keys or ([] if self.key is None else [self.key])

    def like(self) -> Like | None:
        """The like under the cursor, read anew. None, and `Unreadable`, if it cannot be."""
        return next(iter(self._read([] if self.key is None else [self.key])), None)

    def _page(self, rows: Sequence[int]) -> list[Row]:
        likes = self._read([self._likes[row] for row in rows])
        return [_row(like) for like in likes]

    def _read(self, keys: Sequence[int]) -> list[Like]:
        try:
            return self._library.likes_by_keys(self._profile, keys) if keys else []
        except PromptstyleError as error:
            # Every page would say so again.
            if not self._failed:
                self._failed = True
                self.post_message(self.Unreadable(error))
            return []


def _row(like: Like) -> Row:
    return (
        reveal_line(like.input, _CHARACTERS),
        reveal_line(like.output, _CHARACTERS),
        reveal_line(", ".join(like.tags), _CHARACTERS),
        f"{len(like.output):,}",
        reveal_line(like.created[:10]),
        SIDES[like.side],
        reveal_line(like.source, _CHARACTERS),
    )
