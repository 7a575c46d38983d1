"""A candidate made better: sentences that make sense in place of those that the model made up."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from promptstyle.core.generation.passages import speaks
from promptstyle.core.generation.places import OWED, Places, allows_manner
from promptstyle.core.generation.said import Said
from promptstyle.core.generation.seams import headed
from promptstyle.core.generation.told import Borrowed, Told, finished, unsure
from promptstyle.core.style.asking import NAMED_BY
from promptstyle.core.style.borrowing import Offer, Offers
from promptstyle.core.style.casting import gives_role
from promptstyle.core.style.manner import Manner
from promptstyle.core.style.passed import Passed
from promptstyle.core.style.slots import opener
from promptstyle.core.style.wanted import Wish
from promptstyle.core.style.words import terms

# What may stand before a sentence that is left out.
_BLANK = " \t\r\n-*+\u2022\u2013;"
# The mark of a list's item that has no number.
_ITEM = re.compile(r"[-*+\u2022\u2013;]")

# How likely each of some texts is, a token, after what has been said so far.
Following = Callable[[str, Sequence[str]], list[float]]


class Borrower:
    """Makes one person's candidates on one topic better.

    `drafts` are the candidates that the model wrote; `firsts` are first sentences of likes with
    the topic's words in them; `foreign` are the terms of the topics of other likes; `roles` are
    professions for the topic and how near to it the topics are that they were heard on; `passed`
    is what the person has struck out before; `fewest` words are in most of their prompts; `tails`
    are what can be said of any profession.
    """

    def __init__(
        self,
        topic: str,
        manner: Manner,
        offers: Offers,
        drafts: Sequence[str],
        firsts: Iterable[str] = (),
        foreign: frozenset[str] = frozenset(),
        roles: Mapping[str, float] | None = None,
        passed: Passed | None = None,
        fewest: int = 0,
        tails: Sequence[str] = (),
    ) -> None:
        self._topic, self._manner, self._offers = topic, manner, offers
        self._fewest, self._tails = fewest, tails
        self._between = "; " if manner.fragments else " "
        self._passed = passed or Passed()
        self._places = Places(topic, manner, offers, drafts, firsts, foreign, roles, self._passed)
        self._requests, self._asked = self._places.requests, self._places.asked

    def improve(
        self,
        draft: str,
        following: Following,
        *,
        once: Sequence[str] = (),
        apart: Collection[str] = (),
    ) -> Borrowed:
        """`draft` sentence by sentence: what the model and the offers say best, by `following`.

        The plan stays the draft's: how many sentences, how each begins, what stands between them.
        Words `once` open one sentence of a prompt at most; sentences that are kept `apart` stand in
        another one.
        """
        plan = self._manner.slots(draft)
        said, owed = Said(apart), 0
        spoken = sum(speaks(slot.text) for slot in plan)
        told: list[Told] = []
        for place, slot in enumerate(plan):
            if not speaks(slot.text):
                # A rule, a tag, a placeholder, a label: part of the layout.
                told.append(Told(slot.before, slot.text))
                continue
            after = plan[place + 1 :]
            rest = [opener(each.text) for each in after]
            taken = {word for word in once if word in said.openers or word in rest}
            asks = not self._asked.told(said.terms) and (
                self._asked.told(terms(slot.text))
                or (
                    self._places.can_ask
                    and len([1 for each in told if each.offers]) + 1 >= NAMED_BY
                )
                or not any(self._asked.told(terms(e.text)) for e in after)
            )
            offers = self._places.offered(
                slot,
                place,
                len(plan),
                said,
                taken,
                asks=asks,
                alone=spoken == 1,
                manners=allows_manner(told, slot, spoken),
                full=self._manner.full(said.openers),
            )
            if not offers and not slot.before.strip(_BLANK):
                # What stood there is said already.
                owed += len(slot.text.split())
                continue
            if not offers:
                # A heading or a number stands before it.
                offers = [self._offers.made(slot.text)]
            size = len(slot.text.split())
            before = slot.before
            if asks and place and (mine := self._places.me(told, slot, spoken, said)):
                # Who I am comes before what I want.
                self._tell(mine, told, before, size, said, following)
                owed -= len(told[-1].text.split())
                before = self._between
            self._tell(offers, told, before, size, said, following)
            owed += size - len(told[-1].text.split())
            # What is left out of a rambling plan leaves room for something that makes sense.
            room = place and after and owed >= OWED and not headed(slot.before)
            begun = {word for word in once if word in said.openers} | taken
            begun |= self._manner.full(said.openers)
            if room and (more := self._places.more(said, begun)):
                before = slot.before if _ITEM.search(slot.before) else self._between
                self._tell(more, told, before, owed, said, following)
                owed -= len(told[-1].text.split())
        left_out = unsure(told, self._fewest, self._asked.says_what)
        beside = [each.text for each in self._places.more(said, set())]
        return finished(
            self._topic,
            told,
            left_out,
            self._places.written,
            beside,
            self._manner.tagged(self._topic),
            self._manner.put,
            lists=self._manner.leads_to_lists,
        )

    def _tell(
        self,
        offers: Sequence[Offer],
        told: list[Told],
        before: str,
        size: int,
        said: Said,
        following: Following,
    ) -> None:
        """Say the best of `offers` after what was `told` and `before`, where about `size` words are
        wanted."""

        def ranked(offers: Sequence[Offer]) -> list[Offer]:
            text = "".join(each.before + each.text for each in told)
            scores = following(text, [before + each.text for each in offers])
            worth = [self._places.worth.of(each, size, said) for each in offers]
            order = sorted(range(len(offers)), key=lambda at: -(scores[at] + worth[at]))
            return [offers[at] for at in order]

        found = ranked(offers)
        if more := self._said_of(found[0]):
            found = [*ranked(more), *found]
        told.append(Told(before, found[0].text, tuple(found)))
        wish = self._requests.get(found[0].text)
        said.asked |= wish in (Wish.TYPED, Wish.HELP)
        # Who can do it has been said, what is to be done has not.
        tells = not gives_role(found[0].text) or self._asked.asks(found[0].text)
        names = wish is not Wish.ROLE and (wish is not None or tells)
        said.add(found[0].text, names=names, asks=wish is not None)

    def _said_of(self, chosen: Offer) -> list[Offer]:
        """Who can do it as this person says it: with more of that one than the profession."""
        if self._requests.get(chosen.text) is not Wish.ROLE:
            return []
        found = [
            self._manner.adapted(text)
            for text in self._manner.tails.said_of(chosen.text, self._topic, self._tails)
        ]
        found = [
            text
            for text in found
            if self._manner.could_say(text) and not self._passed.here(self._topic, text)
        ]
        # What asks, and what a sentence is worth, have to know them for what they are.
        self._places.requests.update(dict.fromkeys(found, Wish.ROLE))
        return [replace(chosen, text=text) for text in found]
