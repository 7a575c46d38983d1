"""Standard input where an argument says `-`."""

from __future__ import annotations

import sys

from promptstyle.core.errors import PromptstyleError

STDIN = "-"


def read_stdin() -> str:
    """All of standard input as text. Raises PromptstyleError if it is not UTF-8."""
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PromptstyleError(
            "standard input is not text", "give UTF-8 text", code="not_text"
        ) from None
