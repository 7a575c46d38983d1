"""A prompt as its sentences, each with others that could stand in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from promptstyle.core.generation.said import Said
from promptstyle.core.generation.sentences import is_form
from promptstyle.core.style.reframing import ordered
from promptstyle.core.style.slots import Slot, opener, slots, telegraphic
from promptstyle.core.style.words import terms, topic_terms

# So many others are kept for a place, which share no more than so much of their words.
OTHERS, ALIKE = 6, 0.6


@dataclass(frozen=True)
class Passage:
    """A sentence, line or list item; all of them, each after what stands `before` it, are the text.

    `others` could stand in its place, the best first.
    """

    before: str
    text: str
    others: tuple[str, ...] = ()

    def to_json(self) -> list[Any]:
        """As a candidate's settings hold it."""
        return [self.before, self.text, list(self.others)]

    @classmethod
    def from_json(cls, row: Sequence[Any]) -> Passage:
        """What `to_json` gave."""
        before, text, others = row
        return cls(str(before), str(text), tuple(map(str, others)))


def joined(passages: Iterable[Passage]) -> str:
    """The text that `passages` are of."""
    return "".join(each.before + each.text for each in passages)


def speaks(text: str) -> bool:
    """Whether it says something: no rule, tag, placeholder or label."""
    return opener(text) != "" and not is_form(text)


def distinct(texts: Iterable[str], count: int = OTHERS) -> tuple[str, ...]:
    """The first `count` of `texts` that say something else than those before them."""
    found: list[str] = []
    said: list[frozenset[str]] = []
    for text in texts:
        if len(found) == count:
            break
        # "Make sure you list them." is "List them."
        mine = frozenset(terms(ordered(text) or text))
        if text not in found and not any(_alike(mine, theirs) for theirs in said):
            found.append(text)
            said.append(mine)
    return tuple(found)


def fitting(topic: str, passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """`passages` with some of their `others`, those first that go with what stands beside them.

    The rest of them can stand there once that has changed.
    """
    about = frozenset(topic_terms(topic))
    found = []
    for at, each in enumerate(passages):
        said: list[str] = []
        if each.others:
            beside = said_beside([other.text for other in passages], at)
            others = sorted(each.others, key=lambda text: not beside.allows(text, about))
            # What says the same as what stands there is no other.
            _, *said = distinct((each.text, *others), OTHERS + 1)
        found.append(Passage(each.before, each.text, tuple(said)))
    return tuple(found)


def said_beside(texts: Sequence[str], at: int) -> Said:
    """What `texts` say but for the one `at` that place."""
    said = Said()
    for place, text in enumerate(texts):
        if place != at and text:
            said.add(text)
    return said


def passages_of(
    text: str,
    drafts: Sequence[str] = (),
    topic: str = "",
    *,
    fragments: bool | None = None,
    barred: Callable[[str], bool] = lambda _: False,
) -> tuple[Passage, ...]:
    """The sentences of `text`; the others for a place are from the other `drafts` on the `topic`.

    What stands in the same kind of place (first or later) and begins with the same word comes
    first, none that is `barred`. With `fragments` they are parted at ";" too; None leaves that to
    the text.
    """
    if fragments is None:
        fragments = telegraphic(text)
    made = slots(text, fragments=fragments)
    told = [slots(draft, fragments=fragments) for draft in drafts if draft != text]
    found = []
    for at, slot in enumerate(made):
        others: list[str] = []
        if speaks(slot.text):
            others = [each.text for each in _of_place(told, first=at == 0)]
            others = [each for each in others if not barred(each)]
            others.sort(key=lambda other: opener(other) != opener(slot.text))
        found.append(Passage(slot.before, slot.text, tuple(others)))
    return fitting(topic, found)


def _of_place(told: Sequence[Sequence[Slot]], *, first: bool) -> list[Slot]:
    return [
        slot for made in told for slot in (made[:1] if first else made[1:]) if speaks(slot.text)
    ]


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    union = len(one | other)
    return union > 0 and len(one & other) > ALIKE * union
