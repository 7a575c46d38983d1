"""OSC 52: the escape sequence by which a terminal takes text to the clipboard of its screen.

xterm's control sequences (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html) define it; how
it gets through tmux and GNU screen, and the size, are those of hterm's osc52.sh
(https://chromium.googlesource.com/apps/libapps/+/HEAD/hterm/etc/osc52.sh).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Literal

# osc52.sh sends at most 100,000 characters: 8 of them are the frame, and 99,992 of base64 hold
# this many bytes. Terminals drop what is too long without a word.
MAX_BYTES = 74_994
# screen before 4.2 keeps 256 characters of a string; 4 of them are the frame around each piece.
SCREEN_PIECE = 252
# They show the sequence or swallow it.
_WITHOUT = ("dumb", "linux")


def through(env: Mapping[str, str]) -> Literal["tmux", "screen"] | None:
    """The multiplexer between here and the terminal, as far as the environment tells."""
    term = env.get("TERM", "")
    if env.get("TMUX") or term.startswith("tmux"):
        return "tmux"
    # Over ssh only TERM is left to tell.
    if env.get("STY") or term.startswith("screen"):
        return "screen"
    return None


def problem(text: str, env: Mapping[str, str]) -> str | None:
    """Why `text` cannot go this way, as a clause; None if it can.

    None is no promise: a terminal may not know the sequence, or refuse it by its settings.
    """
    if env.get("TERM") in _WITHOUT:
        return f"this terminal has no clipboard (TERM={env['TERM']})"
    size = len(text.encode("utf-8", "replace"))
    if size > MAX_BYTES:
        sizes = f"{size:,} bytes, at most {MAX_BYTES:,}"
        return f"the text is too long for a terminal's clipboard ({sizes})"
    return None


def osc52(text: str, env: Mapping[str, str]) -> str:
    """The sequence that copies `text` (as UTF-8), wrapped for what `env` says lies between."""
    data = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    sequence = f"\x1b]52;c;{data}\x07"
    between = through(env)
    if between == "tmux":
        # tmux hands on only what is wrapped, with every escape doubled.
        return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if between == "screen":
        pieces = range(0, len(sequence), SCREEN_PIECE)
        return "".join(f"\x1bP{sequence[at : at + SCREEN_PIECE]}\x1b\\" for at in pieces)
    return sequence
