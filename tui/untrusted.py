"""Text that others or a model wrote: what of it may be copied, and how it is shown.

`clean` and `reveal` agree: what the first takes out is what the second shows as a mark.
"""

from __future__ import annotations

import re

from textual.content import Content, Span
from textual.style import Style

from promptstyle.tui.invisible import scan

SHOWN = 20_000
SHOWN_ON_A_LINE = 500
# Told from the same letters in the text itself, with and without colours.
MARK = Style(dim=True, reverse=True)
NOTE = Style(dim=True)

_NEWLINE = re.compile("\r\n?|[\u2028\u2029]")


def clean(text: str) -> str:
    """What of `text` may be copied and edited: every character that is left can be seen.

    Newlines are \\n. Gone are control characters other than newline and tab, lone surrogates,
    controls of the writing direction and invisible characters, but for those that an emoji, a
    flag or a word in its script needs (`promptstyle.tui.invisible`). Cleaning twice changes
    nothing more.
    """
    text = _newlines(text)
    parts, position = [], 0
    for start, end, is_hidden in scan(text):
        if is_hidden:
            parts.append(text[position:start])
            position = end
    return "".join((*parts, text[position:]))


def hidden(text: str) -> int:
    """How many characters `clean` takes out; newlines that it writes anew do not count."""
    return sum(is_hidden for _, _, is_hidden in scan(_newlines(text)))


def reveal(text: str, limit: int = SHOWN) -> Content:
    """`text` for display, with a mark for each character that `clean` would take out.

    The mark is the control's picture (␛) or the number (`<U+202E>`), in reverse. Nothing in the
    text is taken for markup. Beyond `limit` characters it says how many more there are; an emoji
    is not cut in two.
    """
    text = _newlines(text)
    content, end = _marked(text, limit)
    if end == len(text):
        return content
    more = len(text) - end
    return content + Content.styled(f"… {more:,} more character{'s' if more > 1 else ''}", NOTE)


def reveal_line(text: str, limit: int = SHOWN_ON_A_LINE) -> Content:
    """The same on one line, for lists and titles: ⏎ for a newline, a space for a tab.

    `limit` counts characters of `text`; marks are wider. What is cut off is only said by "…".
    """
    text = _newlines(text).replace("\t", " ")
    content, end = _marked(text, limit, newline="⏎")
    return content if end == len(text) else content + Content.styled("…", NOTE)


def _newlines(text: str) -> str:
    return _NEWLINE.sub("\n", text)


def _marked(text: str, limit: int, newline: str = "\n") -> tuple[Content, int]:
    """The first `limit` characters (or a few less), marked; and how many of `text` they are."""
    end = min(len(text), limit)
    parts: list[str] = []
    spans: list[Span] = []
    position = size = 0

    def plain(until: int) -> None:
        nonlocal size
        for place, line in enumerate(text[position:until].split("\n")):
            if place:
                mark(newline) if newline != "\n" else add("\n")
            add(line)

    def add(part: str) -> None:
        nonlocal size
        parts.append(part)
        size += len(part)

    def mark(sign: str) -> None:
        # Neighbours share a span: a text of nothing but marks must stay cheap to draw.
        start = spans.pop().start if spans and spans[-1].end == size else size
        add(sign)
        spans.append(Span(start, size, MARK))

    for start, stop, is_hidden in scan(text):
        if start >= end:
            break
        if is_hidden:
            plain(start)
            mark(_sign(text[start]))
            position = stop
        elif stop > end:
            end = start
    plain(end)
    return Content("".join(parts), spans), end


def _sign(character: str) -> str:
    """A visible stand-in for a character that is not seen."""
    number = ord(character)
    if number < 0x20:
        return chr(0x2400 + number)
    return "\u2421" if number == 0x7F else f"<U+{number:04X}>"
