"""Where the command line writes: data on stdout, narration on stderr.

With `--json`, stdout carries nothing but JSON, one value a line, flushed line by line.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Mapping
from typing import Any, TextIO

from promptstyle.core.errors import PromptstyleError
from promptstyle.tui.cli.text import clip, printable


def prepare_streams() -> None:
    """Make both streams able to carry any text, whatever the locale says.

    A stream that the caller has closed is opened on nothing, so that no file of ours can take
    its number; for stdout that is an error, since the answer would be lost.
    """
    closed = [name for name in ("stdin", "stdout", "stderr") if getattr(sys, name) is None]
    for name in closed:
        mode = "r" if name == "stdin" else "w"
        setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    if "stdout" in closed:
        raise PromptstyleError("standard output is closed", "leave it open, or send it to a file")
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def is_terminal(stream: TextIO) -> bool:
    """Whether `stream` is a terminal that moves its cursor."""
    try:
        return stream.isatty() and os.environ.get("TERM") != "dumb"
    except ValueError:  # closed
        return False


def dim(text: str, stream: TextIO) -> str:
    """`text` in a fainter colour, where `stream` is a terminal that wants colours."""
    if not is_terminal(stream) or os.environ.get("NO_COLOR"):
        return text
    return f"\x1b[2m{text}\x1b[0m"


def row(value: Mapping[str, Any]) -> None:
    """Write one JSON value as one line of stdout, at once."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        value = _finite(value)
        text = json.dumps(value, ensure_ascii=False)
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        # A file name that is not UTF-8 reaches Python as lone surrogates; JSON can escape them.
        data = json.dumps(value).encode("ascii")
    _write_bytes(sys.stdout, data + b"\n")


def _finite(value: Any) -> Any:
    """`value` with null for infinities and NaN (a diverged loss), which JSON cannot say."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    return value


def text(line: str = "", *, end: str = "\n") -> None:
    """Write plain text to stdout, at once."""
    sys.stdout.write(printable(line) + end)
    sys.stdout.flush()


def raw(data: str) -> None:
    """Write a whole file's text to stdout, in UTF-8, unchanged."""
    _write_bytes(sys.stdout, data.encode("utf-8"))


def note(line: str) -> None:
    """Write a remark to stderr."""
    sys.stderr.write(dim(printable(line), sys.stderr) + "\n")
    sys.stderr.flush()


def _write_bytes(stream: TextIO, data: bytes) -> None:
    """JSON is UTF-8 whatever the locale of the terminal is."""
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        stream.write(data.decode("utf-8"))
    else:
        stream.flush()
        buffer.write(data)
    stream.flush()


class Status:
    """What is being done: one line that is rewritten on a terminal, lines elsewhere.

    `update` is for what changes often and is drawn on a terminal only; `note` is for what
    should stay. Use it as a context manager, so that the line is gone when the work ends.
    """

    def __init__(self) -> None:
        self.live = is_terminal(sys.stderr)
        self._drawn = False

    def __enter__(self) -> Status:
        return self

    def __exit__(self, *exc: object) -> None:
        self.clear()

    def update(self, line: str) -> None:
        """Show `line` in place of the one before; nothing without a terminal."""
        if not self.live:
            return
        width = _columns() - 1
        sys.stderr.write("\r\x1b[K" + clip(line, width))
        sys.stderr.flush()
        self._drawn = True

    def note(self, line: str) -> None:
        """Write a line that stays."""
        self.clear()
        note(line)

    def clear(self) -> None:
        """Remove the live line."""
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._drawn = False


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
