"""A prompt of chosen sentences: which of them had better not be said, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

from promptstyle.core.generation.passages import Passage, fitting, joined
from promptstyle.core.generation.seams import (
    emptied,
    headed,
    itemed,
    parted,
    seamed,
    unled,
    unlisted,
)
from promptstyle.core.style.borrowing import MANNERS, Offer
from promptstyle.core.style.endings import untagged
from promptstyle.core.style.settled import delivered
from promptstyle.core.style.words import terms

# What belongs to the topic by odds (their logarithm) of less is better left unsaid, as long as this
# share of the words that the person uses at least is left.
SURE, LEAST_SAID = 0.8, 0.5
# What does by so little is left unsaid, however little else there is.
SURELY_NOT = -1.0


@dataclass(frozen=True)
class Told:
    """A sentence that was chosen as the first of `offers`, or one of the layout."""

    before: str
    text: str
    offers: tuple[Offer, ...] = ()

    @property
    def others(self) -> tuple[str, ...]:
        """What could stand in its place, and was meant by somebody or makes sense in all
        likelihood."""
        return tuple(
            each.text
            for each in self.offers[1:]
            if each.source != "model" or (each.relevance is not None and each.relevance >= SURE)
        )

    def said_as(self, form: Callable[[str], str]) -> Told:
        """The same, each sentence put as `form` says; what is of the layout stays."""
        if not self.offers:
            return self
        offers = tuple(replace(each, text=form(each.text)) for each in self.offers)
        return Told(self.before, form(self.text), offers)

    @property
    def of_others(self) -> bool:
        """Whether others said it."""
        return bool(self.offers) and self.offers[0].source in ("collection", "general", MANNERS)


@dataclass(frozen=True)
class Borrowed:
    """A prompt, those of its sentences that others wrote, and what could stand in their places."""

    text: str
    sentences: tuple[str, ...]
    passages: tuple[Passage, ...] = ()


def unsure(told: Sequence[Told], fewest: int, says_what: Callable[[str], bool]) -> set[int]:
    """The places of sentences of others or the model that belong to the topic too unlikely.

    The least likely first, as long as enough of the `fewest` words of the person is left; what
    surely does not belong, however little is left. None that says what is wanted, that has a
    heading of its own, or that another one speaks of.
    """
    words = sum(len(each.text.split()) for each in told)
    doubts = sorted(
        (each.offers[0].relevance, at)
        for at, each in enumerate(told)
        if at
        and each.offers
        and each.offers[0].relevance is not None
        and not says_what(each.text)
        and not headed(each.before)
    )
    found: set[int] = set()
    for odds, at in doubts:
        size = len(told[at].text.split())
        rest = [each for place, each in enumerate(told) if place != at and place not in found]
        shown = {term for each in rest for term in delivered(each.text)}
        enough = words - size >= LEAST_SAID * fewest
        if odds < SURE and (enough or odds < SURELY_NOT) and shown.isdisjoint(terms(told[at].text)):
            found.add(at)
            words -= size
    return found


def _as_it_is(sentence: str, *, listed: bool) -> str:
    return sentence


def finished(
    topic: str,
    told: Sequence[Told],
    left_out: Collection[int],
    written: Collection[str],
    more: Sequence[str] = (),
    ended: Callable[[str], str] = str,
    put: Callable[..., str] = _as_it_is,
    *,
    lists: bool = False,
) -> Borrowed:
    """What was `told` but for the places `left_out`, and the headings below which nothing is left.

    What is `written` the model said too; `more` could stand in any later place; the last sentence
    is put as `ended` says, each as `put` does, `listed` or not.
    With `lists` nothing ends in a colon that no list follows.
    """
    if not told:
        return Borrowed("", ())
    pieces = [(each.before, each.text) for each in told]
    gone = emptied(pieces, left_out)
    if lists:
        gone |= unled(pieces, gone)
    if len(gone) == len(told):
        gone = set()
    told = [each.said_as(partial(put, listed=itemed(each.before))) for each in told]
    last = max(at for at in range(len(told)) if at not in gone)
    told = [*told[:last], told[last].said_as(ended), *told[last + 1 :]]
    pieces = parted(unlisted(seamed([(each.before, each.text) for each in told], gone)))
    kept = [each for at, each in enumerate(told) if at not in gone]
    passages = [
        Passage(before, text, (*each.others, *(more if at and each.offers else ())))
        for at, ((before, text), each) in enumerate(zip(pieces, kept, strict=True))
    ]
    sentences = tuple(
        text
        for (_, text), each in zip(pieces, kept, strict=True)
        if each.of_others and {each.text, untagged(each.text)}.isdisjoint(written)
    )
    return Borrowed(joined(passages), sentences, fitting(topic, passages))
