"""A candidate made better: sentences that make sense in place of those that the model made up."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from promptstyle.core.generation.sentences import is_form, key
from promptstyle.core.style.borrowing import Offer, Offers, limits, repeats
from promptstyle.core.style.manner import Manner, Slot, opener
from promptstyle.core.style.words import terms, words

# What counts how much, against a natural logarithm a token (docs/borrowing.md).
LIKE = 0.6
# How much of a sentence the model's candidates say too: what they agree on is likely to be meant.
AGREEMENT = 1.0
# A sentence twice as long as the model's, or half as long, is off by one.
LENGTH = 0.5
# What the model made up is likely to itself, whether it means something or not.
MADE_UP = 0.8
# A word twice in one sentence is what a model that has lost the thread writes.
REPEATED = 0.6
# All of the topic's words that have not been said.
COVERED = 0.4
# A word that no other prompt on near topics has.
STRAY = 0.2
# A first sentence of another like with the topic's words in it, and the request as it was typed:
# where a model begins with nonsense, the rest cannot save it.
FIRST_LIKE, REQUEST_LIKE = 0.2, 1.0
# So many are weighed for a place.
OFFERED = 24
# A sentence of which more than this is said already says nothing new.
KNOWN = 0.5

# What may stand before a sentence that is left out.
_BLANK = " \t\r\n-*+\u2022\u2013;"

# How likely each of some texts is, a token, after what has been said so far.
Following = Callable[[str, Sequence[str]], list[float]]


@dataclass(frozen=True)
class Borrowed:
    """A prompt, and those of its sentences that others wrote."""

    text: str
    sentences: tuple[str, ...]


class Borrower:
    """Makes one person's candidates on one topic better.

    `drafts` are the candidates that the model wrote; `firsts` are first sentences of likes with
    the topic's words in them.
    """

    def __init__(
        self,
        topic: str,
        manner: Manner,
        offers: Offers,
        drafts: Sequence[str],
        firsts: Iterable[str] = (),
    ) -> None:
        self._manner, self._offers = manner, offers
        self._drafts = [manner.slots(draft) for draft in drafts]
        self._bags = [frozenset(words(draft)) for draft in drafts]
        begins = manner.requests(topic, first=True)
        follows = manner.requests(topic, first=False)
        self._firsts = [
            *(Offer(text, FIRST_LIKE, "first", "likes") for text in firsts),
            *(Offer(text, REQUEST_LIKE, "first", "likes") for text in begins),
        ]
        self._seconds = [Offer(text, REQUEST_LIKE, "within", "likes") for text in follows]
        self._requests = frozenset((*begins, *follows))
        # What any of the candidates speaks of.
        self._spoken = frozenset(term for draft in drafts for term in terms(draft))

    def improve(self, draft: str, following: Following, *, once: Sequence[str] = ()) -> Borrowed:
        """`draft` sentence by sentence: what the model and the offers say best, by `following`.

        The plan stays the draft's: how many sentences, how each begins, what stands between them.
        Words `once` open one sentence of a prompt at most.
        """
        plan = self._manner.slots(draft)
        text, said = "", _Said()
        borrowed: list[str] = []
        for place, slot in enumerate(plan):
            if not opener(slot.text) or is_form(slot.text):
                # A rule, a tag, a placeholder, a label: part of the layout.
                text += slot.before + slot.text
                continue
            rest = [opener(each.text) for each in plan[place + 1 :]]
            taken = {word for word in once if word in said.openers or word in rest}
            offers = self._for(slot, place, len(plan), said, taken)
            if not offers and not slot.before.strip(_BLANK):
                # What stood there is said already.
                continue
            if not offers:
                # A heading or a number stands before it.
                offers = [Offer(slot.text, 0.0, "within", "model")]
            scores = following(text, [slot.before + each.text for each in offers])
            best = max(
                range(len(offers)),
                key=lambda at: scores[at] + self._worth(offers[at], slot, said),
            )
            chosen = offers[best]
            if chosen.source == "collection":
                borrowed.append(chosen.text)
            text += slot.before + chosen.text
            said.add(chosen.text)
        return Borrowed(text, tuple(borrowed))

    def _for(self, slot: Slot, place: int, count: int, said: _Said, taken: set[str]) -> list[Offer]:
        """What can be said in this place, the model's own sentence among it."""
        topic = self._offers.topic
        last = place == count - 1
        begins = opener(slot.text)
        half = bool(topic) and len(topic.intersection(terms(slot.text))) * 2 >= len(topic)
        if place == 0:
            made = [each[0].text for each in self._drafts if each]
            offers = [*self._firsts, *self._offers.first()]
        elif half and said.terms.isdisjoint(topic):
            made = [
                each.text
                for found in self._drafts
                for each in found[1:]
                if each.before == slot.before and opener(each.text) == begins
            ]
            offers = [*self._seconds, *self._offers.naming(slot.text)]
        else:
            made = [
                each.text
                for found in self._drafts
                for at, each in enumerate(found[1:], start=2)
                if opener(each.text) == begins and (at == len(found)) == last
            ]
            offers = [
                each
                for each in self._offers.later(slot.text, last=last)
                if each.source != "likes" or self._spoken.issuperset(terms(each.text))
            ]
        offers = [
            each
            for each in offers
            if said.allows(each.text, topic)
            and (opener(each.text) == begins or opener(each.text) not in taken)
        ]
        offers.sort(key=lambda each: (-self._worth(each, slot, said), each.text))
        own = [] if said.again(slot.text) else [Offer(slot.text, 0.0, "within", "model")]
        own += [
            Offer(text, 0.0, "within", "model")
            for text in made
            if text != slot.text
            and (place == 0 or said.allows(text, topic))
            and (opener(text) == begins or opener(text) not in taken)
        ]
        unique = {each.text: each for each in (*offers[:OFFERED], *own)}
        return list(unique.values())

    def _worth(self, offer: Offer, slot: Slot, before: _Said) -> float:
        """What speaks for an offer but that it is likely here."""
        said = frozenset(words(offer.text))
        agreed = fmean(len(said & bag) for bag in self._bags) / max(len(said), 1)
        topic = self._offers.topic
        new = topic.intersection(terms(offer.text)) - before.terms
        length = len(offer.text.split()) / max(len(slot.text.split()), 1)
        if offer.text in self._requests:
            # A model that has lost the thread is long.
            length = max(length, 1.0)
        return (
            LIKE * offer.like
            + AGREEMENT * agreed
            + COVERED * len(new) / max(len(topic), 1)
            - LENGTH * abs(math.log(max(length, 1e-3)))
            - MADE_UP * (offer.source == "model")
            - STRAY * min(offer.strays, 3)
            - REPEATED * min(repeats(offer.text), 2)
        )


class _Said:
    """What a growing prompt has said so far."""

    def __init__(self) -> None:
        self.terms: set[str] = set()
        self.openers: Counter[str] = Counter()
        self._keys: set[tuple[str, ...]] = set()
        self._limits: set[str] = set()

    def add(self, sentence: str) -> None:
        self.terms.update(terms(sentence))
        self.openers[opener(sentence)] += 1
        self._keys.add(key(sentence))
        self._limits |= limits(sentence)

    def again(self, sentence: str) -> bool:
        """Whether `sentence` stands there already; a rule or a bracket may."""
        said = key(sentence)
        return bool(said) and said in self._keys

    def allows(self, sentence: str, topic: frozenset[str]) -> bool:
        """Whether `sentence` says something that has not been said."""
        said = set(terms(sentence))
        return (
            not self.again(sentence)
            and self._limits.isdisjoint(limits(sentence))
            and (not said or len(said & self.terms - topic) / len(said) <= KNOWN)
        )
