"""Text made safe for a terminal line, and small ways of saying numbers."""

from __future__ import annotations

import unicodedata


def one_line(text: str) -> str:
    """`text` on one line, without control characters."""
    # split() knows every line separator that splitlines() does, U+2028 and form feeds too.
    return printable(" ".join(text.split()))


def printable(text: str) -> str:
    """`text` without control characters other than newline and tab.

    A model can write an escape sequence byte by byte; a terminal must not obey it.
    """
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def clip(text: str, width: int) -> str:
    """`text` on one line of at most `width` characters."""
    line = one_line(text)
    return line if len(line) <= width else line[: max(width - 1, 0)] + "…"


def indented(text: str, by: str = "    ") -> str:
    """Every line of `text` moved right."""
    return "\n".join(by + line if line else line for line in printable(text).splitlines())


def count(n: int, noun: str, plural: str | None = None) -> str:
    """`1 like`, `3 likes`."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def duration(seconds: float) -> str:
    """`0.8 s`, `42 s`, `3 min 5 s`, `2 h 10 min`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def size(n: int) -> str:
    """A number of bytes in the decimal units that disks are sold in."""
    value = float(n)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def short(n: int) -> str:
    """A large number in few characters: 950, 131k, 28M, 1.1B."""
    value = float(n)
    for unit in ("", "k", "M"):
        if value < 999.5:
            return f"{value:.0f}{unit}"
        value /= 1000
    return f"{value:.1f}B"
