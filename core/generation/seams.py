"""What stands between the sentences of a prompt when some are left out and others are added.

A heading stays as long as there is something below it, a list counts on without a gap, and a
paragraph ends where one ended.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import takewhile

from promptstyle.core.generation.sentences import is_form

# The number of a list item, at the end of what stands before it.
_NUMBERED = re.compile(
    r"(?P<lead>(?:.*\n)?[ \t]*\(?)(?P<number>\d{1,3})(?P<end>[.)]\s+)", re.DOTALL
)
# A list mark at the end of what stands before an item, with the blanks before it.
_MARK = re.compile(r"[ \t]*(?:[-*+\u2022\u2013]|\(?\d{1,3}[.)])[ \t]+\Z")
# What parts sentences, and telegrams.
_PARTED = re.compile(r"[;,\s]*")
_CLOSED = re.compile(r"[.!?]+\Z")

# What stands before a sentence, and the sentence.
Piece = tuple[str, str]


def put_together(
    pieces: Sequence[Piece], dropped: Collection[int] = (), added: Collection[int] = ()
) -> str:
    """The text of `pieces` but for those `dropped`; see `seamed`."""
    return "".join(before + text for before, text in seamed(pieces, dropped, added))


def emptied(pieces: Sequence[Piece], dropped: Collection[int]) -> set[int]:
    """`dropped`, and the headings and labels below which nothing is left."""
    found = set(dropped)
    for at in reversed(range(len(pieces))):
        below = _below(pieces, at)
        if below and found.issuperset(below):
            found.add(at)
    return found


def _below(pieces: Sequence[Piece], at: int) -> list[int]:
    """The places of what a heading or a label at that place is for; none for a sentence."""
    text = pieces[at][1]
    after = range(at + 1, len(pieces))
    if text.startswith("#"):
        ends = (n for n in after if pieces[n][1].startswith("#") or headed(pieces[n][0]))
        return list(range(at + 1, next(ends, len(pieces))))
    if not text.endswith(":") or not is_form(text):
        return []
    items = list(takewhile(lambda n: _MARK.search(pieces[n][0]) is not None, after))
    if items:
        return items
    # Without a list, the lines up to the next paragraph.
    return list(takewhile(lambda n: n == at + 1 or "\n\n" not in pieces[n][0], after))


def seamed(
    pieces: Sequence[Piece], dropped: Collection[int] = (), added: Collection[int] = ()
) -> list[Piece]:
    """`pieces` but for those `dropped`, of which one has to stay, with new seams where they were.

    Those `added` have what stands before them from `added_before`.
    """
    if not dropped and not added:
        return list(pieces)
    kept = [at for at in range(len(pieces)) if at not in dropped]
    numbers = _numbers([before for before, _ in pieces], dropped, added)
    # What closes a telegram stands after the last of its parts, whichever that is now.
    last = max(at for at in range(len(pieces)) if at not in added)
    closed = pieces[last][0].startswith(";") and pieces[last][1].endswith(".")
    made: list[Piece] = []
    carried = ""
    for at, (before, text) in enumerate(pieces):
        carried = _carried(carried, _numbered(before, numbers.get(at)))
        if at in kept:
            made.append((carried, text))
            carried = ""
    if closed and kept[-1] != last:
        if last in kept:
            before, text = made[kept.index(last)]
            made[kept.index(last)] = before, text[:-1]
        if not _CLOSED.search(made[-1][1]):
            made[-1] = made[-1][0], f"{made[-1][1]}."
    if kept[0] != 0:
        # What parted it from the one before it parts nothing now.
        before, text = made[0]
        before = before.lstrip() if headed(before) else _PARTED.sub("", before, count=1)
        # "iPhone" stays.
        upper = pieces[0][1][:1].isupper() and not text[1:2].isupper()
        made[0] = before, text[:1].upper() + text[1:] if upper else text
    return made


def unlisted(pieces: Sequence[Piece]) -> list[Piece]:
    """`pieces` without the mark of an item that is the only one, and below no heading or label."""
    marked = [at for at, (before, _) in enumerate(pieces) if _MARK.search(before)]
    if len(marked) != 1:
        return list(pieces)
    (at,) = marked
    before, text = pieces[at]
    above = pieces[at - 1][1] if at else ""
    lead = _MARK.sub("", before)
    if headed(lead) or above.endswith(":") or above.startswith("#"):
        return list(pieces)
    return [*pieces[:at], (lead or (" " if at else ""), text), *pieces[at + 1 :]]


def unled(pieces: Sequence[Piece], dropped: Collection[int]) -> set[int]:
    """The places of what leads to a list, "I'd like:", and none follows it, or that are items."""
    kept = [at for at in range(len(pieces)) if at not in dropped]
    return {
        at
        for place, at in enumerate(kept)
        if pieces[at][1].endswith(":")
        and (
            itemed(pieces[at][0])
            or place + 1 == len(kept)
            or not itemed(pieces[kept[place + 1]][0])
        )
    }


def parted(pieces: Sequence[Piece]) -> list[Piece]:
    """`pieces` with a full stop where two sentences would run into each other."""
    made = list(pieces)
    for at, (before, _) in enumerate(pieces[1:]):
        own, text = made[at]
        if before.isspace() and "\n" not in before and text[-1:].isalnum():
            made[at] = own, f"{text}."
    return made


def added_before(befores: Sequence[str], at: int) -> str:
    """What is to stand before a sentence that is added behind the one at that place.

    As before that one, or the next where that one is the first.
    """
    after = befores[at + 1] if at + 1 < len(befores) else ""
    if _MARK.search(after) and _MARK.search(befores[at]) and not headed(after):
        # As the next item of the list.
        return after
    before = befores[at] if at or not after else after
    mark = _MARK.search(before)
    lead = before[: mark.start()] if mark else before
    if at == 0 and (headed(lead) or "\n\n" in lead):
        # What comes next opens a section or a list, and this does not.
        return " "
    if mark:
        return "\n" + mark.group()
    return " " if headed(lead) else lead or " "


def itemed(before: str) -> bool:
    """Whether `before` ends in the mark of a list's item."""
    return _MARK.search(before) is not None


def headed(before: str) -> bool:
    """Whether a heading stands before a sentence: something that is no blank and no list mark."""
    return bool(_PARTED.sub("", _MARK.sub("", before)))


def _goes_on(before: str) -> bool:
    """Whether what follows stands in the line of what was before it."""
    return "\n" not in before and not _MARK.search(before) and not headed(before)


def _carried(carried: str, before: str) -> str:
    """What stands before a sentence whose neighbours, `carried` before them, are left out."""
    if not carried or headed(before):
        return before
    if _goes_on(before) and not _goes_on(carried):
        # It is the rest of a line, of an item or of a paragraph, and begins it now.
        return carried
    lead = _MARK.sub("", carried)
    mark = _MARK.search(before)
    rest = before[: mark.start()] if mark else before
    own = mark.group() if mark else ""
    # A heading stays as long as there is something below it, and so does the end of a paragraph.
    return (lead if headed(lead) or lead.count("\n") > rest.count("\n") else rest) + own


def _numbers(
    befores: Sequence[str], dropped: Collection[int], added: Collection[int]
) -> dict[int, int]:
    """The numbers of the list items, which go on without a gap."""
    found: dict[int, int] = {}
    was, now, counted = 0, 0, True
    for at, before in enumerate(befores):
        match = _NUMBERED.fullmatch(before)
        if match:
            number = int(match["number"])
            goes_on = bool(found) and (at in added or number == was + 1)
            now = now + counted if goes_on else number
            was = was if at in added and goes_on else number
            counted = False
            found[at] = now
        # An item of several sentences is there as long as one of them is.
        if match or _goes_on(before):
            counted = counted or at not in dropped
    return found


def _numbered(before: str, number: int | None) -> str:
    match = _NUMBERED.fullmatch(before)
    if match is None or number is None or number == int(match["number"]):
        return before
    return f"{match['lead']}{number}{match['end']}"
