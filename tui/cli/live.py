"""Text drawn on a terminal while it is being written."""

from __future__ import annotations

import os
import sys
import unicodedata

from promptstyle.tui.cli.output import dim
from promptstyle.tui.cli.text import clip, printable

_TAB = 8


class Live:
    """Draws pieces as they come, and puts the final text in their place.

    The final text may differ from the pieces: it is cut back to the last whole sentence, and
    a repeated sentence is dropped, or another text was chosen.
    """

    def __init__(self) -> None:
        self.shown = ""
        # Whether a remark stands below.
        self._remarked = False

    def feed(self, piece: str) -> None:
        """Draw one more piece."""
        piece = printable(piece)
        if not self.shown:
            piece = piece.lstrip()
        self.shown += piece
        sys.stdout.write(piece)
        sys.stdout.flush()

    def remark(self, line: str) -> None:
        """Say `line` below the text, in place of the last remark; `finish` takes it away."""
        sys.stdout.write("\r\x1b[K" if self._remarked else "\n")
        sys.stdout.write(dim(clip(line, _columns() - 1), sys.stdout))
        sys.stdout.flush()
        self._remarked = True

    def finish(self, final: str) -> None:
        """Leave `final` and the end of its line on the screen."""
        final = printable(final)
        if self._remarked:
            # All of it is drawn anew: the cursor cannot go back to where the text ended.
            up = rows(self.shown, _columns())
            sys.stdout.write(f"\r\x1b[{up}A\x1b[J" + final)
            self._remarked = False
        elif final.startswith(self.shown):
            sys.stdout.write(final[len(self.shown) :])
        else:
            up = rows(self.shown, _columns()) - 1
            sys.stdout.write("\r" + (f"\x1b[{up}A" if up else "") + "\x1b[J" + final)
        sys.stdout.write("\n")
        sys.stdout.flush()
        self.shown = ""


def rows(text: str, columns: int) -> int:
    """How many rows of a terminal `text` takes from the start of a row; at least one."""
    taken = 0
    for line in text.split("\n"):
        width = 0
        for character in line:
            # A tab goes on to the next of the terminal's stops.
            width += _TAB - width % _TAB if character == "\t" else _width(character)
        taken += max(1, -(-width // columns))
    return taken


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _columns() -> int:
    try:
        # Zero is what a terminal says that does not know its size.
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
