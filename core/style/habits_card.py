"""The habits in a few plain words, short enough for the context of a small model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from promptstyle.core.style.habits_edges import Share
from promptstyle.core.style.habits_traits import GROUPS, NAMED

if TYPE_CHECKING:
    from promptstyle.core.style.habits import Habits

# Of most likes; of some, for what is said "often"; of next to none.
MOST = 0.6
OFTEN = 0.25
NONE = 0.03
# A habit of so many more likes than of ordinary prompts is the person's own.
OWN = 0.2
# The layout is told with the length; these two say what the opening says.
_TOLD_ELSEWHERE = frozenset({"one_line", "blank_lines", "headings", "markdown", "bullets",
                             "numbered", "command", "role", "asks", "lower", "lower_start",
                             "full_stop", "colon", "question_end"})  # fmt: skip


def card(habits: Habits, characters: int) -> str:
    """What is true of most likes, of at most `characters`; what matters most is kept."""
    # In the order of reading, each with its rank when there is no room for all.
    parts = [
        (0, _length(habits)),
        (5, _marks(habits)),
        (1, _opening(habits)),
        (2, _often(habits)),
        (4, _constraints(habits)),
        (3, _closing(habits)),
        (6, _never(habits)),
    ]
    kept: set[int] = set()
    room = characters
    for rank, text in sorted(parts):
        if text and len(text) + bool(kept) <= room:
            room -= len(text) + bool(kept)
            kept.add(rank)
    return " ".join(text for rank, text in parts if rank in kept)


def layout(habits: Habits) -> str:
    """How most likes stand on the page ("one paragraph"), or nothing if they differ."""
    if habits.traits.get("one_line", 0) >= MOST:
        return "one line" if habits.sizes["sentences"].median < 2 else "one paragraph"
    has = [name for name in ("headings", "bullets", "numbered") if most(habits, name)]
    if has:
        return f"with {listed([NAMED[name].says.lower() for name in has])}"
    return "several paragraphs" if most(habits, "blank_lines") else ""


def most(habits: Habits, name: str) -> bool:
    """Whether most likes have the trait."""
    return habits.traits.get(name, 0) >= MOST


def own(habits: Habits, group: str) -> list[str]:
    """The traits of `group` that most likes have, those first that ordinary prompts lack most.

    Where there is something to compare with, what ordinary prompts have as often is left out.
    """
    more = {name: share - habits.usual.get(name, 0) for name, share in habits.traits.items()}
    found = [
        name
        for name in habits.traits
        if GROUPS[name] == group
        and most(habits, name)
        and (not habits.usual or more[name] >= OWN)
        and name not in _TOLD_ELSEWHERE
    ]
    return sorted(found, key=lambda name: (-more[name], name))


def lacking(habits: Habits) -> list[str]:
    """What ordinary prompts often have and the likes never, the most usual first."""
    found = [
        name
        for name, share in habits.traits.items()
        if NAMED[name].lacks and share <= NONE and habits.usual.get(name, 0) >= OWN
    ]
    return sorted(found, key=lambda name: (-habits.usual[name], name))


def covering(shares: Iterable[Share], at_most: int, enough: float) -> list[str]:
    """The first of `shares` that together stand in `enough` of the likes; none if they do not."""
    texts: list[str] = []
    total = 0.0
    for text, share in list(shares)[:at_most]:
        texts.append(text)
        total += share
        if total >= enough:
            return texts
    return []


def rounded(value: float) -> int:
    """`value` as a person would say it: in fives from 20 on."""
    return round(value) if value < 20 else 5 * round(value / 5)


def span(low: float, high: float, unit: str) -> str:
    """ "40 to 70 words", "1 sentence"."""
    first, last = rounded(low), rounded(high)
    some = str(first) if first == last else f"{first} to {last}"
    return f"{some} {unit.removesuffix('s') if last == 1 else unit}"


def listed(items: list[str]) -> str:
    """ "a, b and c"."""
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


def _length(habits: Habits) -> str:
    if not habits.sizes:
        return ""
    sizes = {name: habits.sizes[name] for name in ("words", "sentences")}
    told = [span(spread.low, spread.high, name) for name, spread in sizes.items()]
    if most(habits, "lower"):
        told.append("all in lower case")
    return ", ".join([*told, *filter(None, [layout(habits)])]) + "."


def _opening(habits: Habits) -> str:
    words = covering(habits.openings, 4, MOST)
    if words:
        return f"Opens with: {', '.join(words)}."
    if most(habits, "command"):
        return "Opens with a command."
    return "Opens with a question." if most(habits, "asks") else ""


def _closing(habits: Habits) -> str:
    words = covering(habits.closings, 3, 2 * OFTEN)
    told = [f"Ends with: {', '.join(f'{text} ...' for text in words)}"] if words else []
    if most(habits, "question_end"):
        told.append("Ends with a question.")
    elif habits.likes and habits.traits.get("full_stop", 1) <= NONE:
        told.append("No full stop at the end.")
    return " ".join(told)


def _often(habits: Habits) -> str:
    words = [text for text, share in habits.phrases if share >= OFTEN][:6]
    return f"Often: {', '.join(words)}." if words else ""


def _constraints(habits: Habits) -> str:
    names = [*own(habits, "constraints"), *own(habits, "address")]
    return _sentence([NAMED[name].says for name in names[:4]])


def _marks(habits: Habits) -> str:
    names = [*own(habits, "punctuation"), *own(habits, "casing"), *own(habits, "layout")]
    return f"Uses {listed([_lowered(NAMED[name].says) for name in names[:3]])}." if names else ""


def _never(habits: Habits) -> str:
    names = lacking(habits)[:3]
    return f"Never: {', '.join(NAMED[name].lacks for name in names)}." if names else ""


def _sentence(told: list[str]) -> str:
    return f"{listed([told[0], *map(_lowered, told[1:])])}." if told else ""


def _lowered(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
