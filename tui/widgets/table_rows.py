"""The rows of a long table: asked for when they come into sight, and remembered for a while."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TypeAlias

from textual.content import Content

Cell: TypeAlias = "Content | str"
Row: TypeAlias = Sequence[Cell]
# Gets the numbers of rows, ascending, and returns those rows.
Source: TypeAlias = Callable[[Sequence[int]], Sequence[Row]]

REMEMBERED = 500
# Control characters would move the terminal's cursor: each is shown as the picture of it, which
# is one character too, so that what a Content says of its parts stays right.
_CONTROLS = {code: 0x2400 + code for code in range(0x20)}
_CONTROLS |= {0x7F: 0x2421, **dict.fromkeys(range(0x80, 0xA0), 0xFFFD)}
_CONTROLS |= dict.fromkeys(map(ord, "\t\n\r\x0b\x0c\x85\u2028\u2029"), 0x20)
# Terminals differ in how wide these leave an emoji (tmux: each part as wide as alone), and all that
# follows on the line would move. Without a skin tone, a style and the joined parts they agree.
_EMOJI_PARTS = re.compile(
    "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]|\u200d[\u2190-\u2bff\U0001f000-\U0001faff]"
)
# No cell shows more characters than this for each of its columns; combining marks take no width.
_CHARACTERS_A_CELL = 4


class Rows:
    """The rows that were seen last. `asked` counts what the source was asked for."""

    def __init__(self, source: Source) -> None:
        self.asked = 0
        self._source = source
        self._known: OrderedDict[int, Row] = OrderedDict()

    def row(self, index: int, visible: range) -> Row:
        """The row; if it is not known, all of `visible` that are not are asked for at once.

        A row that the source does not return has no cells.
        """
        if index not in self._known:
            missing = [i for i in visible if i not in self._known]
            self.asked += len(missing)
            rows = self._source(missing)
            for place, number in enumerate(missing):
                self._known[number] = rows[place] if place < len(rows) else ()
            while len(self._known) > max(REMEMBERED, 2 * len(visible)):
                self._known.popitem(last=False)
        self._known.move_to_end(index)
        return self._known[index]

    def forget(self) -> None:
        """Ask again for every row."""
        self._known.clear()


def fit(cell: Cell, width: int, align: str = "left") -> Content:
    """A cell as one line of exactly `width` terminal cells; too long a text ends in "…".

    A str is taken as it is: nothing in it is markup.
    """
    content = Content(cell, strip_control_codes=False) if isinstance(cell, str) else cell
    longest = _CHARACTERS_A_CELL * width + 16
    if len(content) > longest:
        # Measuring a prompt of 8,000 characters takes longer than all else.
        content = content[:longest] + "…"
    text = content.plain
    if not text.isprintable():
        shown = text.translate(_CONTROLS)
        if shown != text:
            content = Content(shown, list(content.spans))
    if _EMOJI_PARTS.search(content.plain):
        content = _simple_emoji(content)
    if align == "right" and (short := width - content.cell_length) > 0:
        content = content.pad_left(short)
    return content.truncate(width, ellipsis=True, pad=True)


def _simple_emoji(content: Content) -> Content:
    parts: list[Content] = []
    at = 0
    for found in _EMOJI_PARTS.finditer(content.plain):
        parts.append(content[at : found.start()])
        at = found.end()
    return Content("").join([*parts, content[at:]])
