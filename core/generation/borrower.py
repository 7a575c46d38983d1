"""A candidate made better: sentences that make sense in place of those that the model made up."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from promptstyle.core.generation.asked import Asked
from promptstyle.core.generation.passages import speaks
from promptstyle.core.generation.said import Said
from promptstyle.core.generation.seams import headed, itemed
from promptstyle.core.generation.told import Borrowed, Told, finished, unsure
from promptstyle.core.generation.worth import Worth
from promptstyle.core.style.asking import NAMED_BY
from promptstyle.core.style.borrowing import MANNERS, Offer, Offers
from promptstyle.core.style.manner import Manner
from promptstyle.core.style.passed import Passed
from promptstyle.core.style.settled import given_in
from promptstyle.core.style.slots import Slot, opener
from promptstyle.core.style.wanted import Wish
from promptstyle.core.style.words import terms, words

# As near as a topic so much like it counts a first sentence of another like with the topic's words
# in it, and the request as it was typed: where a model begins with nonsense, the rest cannot save
# it.
FIRST_LIKE = 0.2
REQUEST_LIKE = {Wish.TYPED: 1.0, Wish.HELP: 0.6, Wish.ROLE: 0.4}
# What the model made up to ask for it counts as said on a topic as unlike as this.
MADE_ASKING = -1.7
# So many words shorter than the plan another sentence has room.
OWED = 8
# What is said beside the plan is new, but for so much of its words.
MORE_KNOWN = 0.34
# Of so many planned sentences one may say nothing but a manner, of fewer one too.
MANNER_SHARE = 3
# So many are weighed for a place, so many for who the person is.
OFFERED, MINE = 24, 3
# What may stand before a sentence that is left out.
_BLANK = " \t\r\n-*+\u2022\u2013;"
# "I am the next in line."
_ME = (["i", "am"], ["i", "m"], ["we", "are"], ["we", "re"])
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
        self._manner, self._offers, self._passed = manner, offers, passed or Passed()
        self._fewest, self._tails = fewest, tails
        self._topic = topic
        self._drafts = [manner.slots(draft) for draft in drafts]
        self._written = frozenset(each.text for found in self._drafts for each in found)
        self._given = given_in(drafts)
        self._between = "; " if manner.fragments else " "
        begins = manner.asking.requests(topic, first=True, roles=roles)
        follows = manner.asking.requests(topic, first=False)
        self._firsts = [
            *(Offer(text, FIRST_LIKE, "first", "likes") for text in firsts),
            *(
                Offer(each.text, REQUEST_LIKE[each.wish] + each.like, "first", "likes")
                for each in begins
            ),
        ]
        self._seconds = [
            Offer(each.text, REQUEST_LIKE[each.wish], "within", "likes") for each in follows
        ]
        self._requests = {each.text: each.wish for each in (*begins, *follows)}
        self._asked = Asked(topic, offers, self._requests)
        self._worth = Worth(offers.topic, drafts, foreign, self._requests.keys(), self._passed)
        # What any of the candidates speaks of.
        self._spoken = frozenset(term for draft in drafts for term in terms(draft))

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
                or len([each for each in told if each.offers]) + 1 >= NAMED_BY
                or not any(self._asked.told(terms(e.text)) for e in after)
            )
            offers = self._for(
                slot,
                place,
                len(plan),
                said,
                taken,
                asks=asks,
                alone=spoken == 1,
                manners=_allows_manner(told, slot, spoken),
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
            if asks and place and (mine := self._me(told, slot, spoken, said)):
                # Who I am comes before what I want.
                self._tell(mine, told, before, size, said, following)
                before = self._between
            self._tell(offers, told, before, size, said, following)
            owed += size - len(told[-1].text.split())
            # What is left out of a rambling plan leaves room for something that makes sense.
            room = place and after and owed >= OWED and not headed(slot.before)
            if room and (more := self._more(said, taken)):
                before = slot.before if _ITEM.search(slot.before) else self._between
                self._tell(more, told, before, owed, said, following)
                owed -= len(told[-1].text.split())
        left_out = unsure(told, self._fewest, self._asked.says_what)
        beside = [each.text for each in self._more(said, set())]
        return finished(
            self._topic, told, left_out, self._written, beside, self._manner.tagged(self._topic)
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
            worth = [self._worth.of(each, size, said) for each in offers]
            order = sorted(range(len(offers)), key=lambda at: -(scores[at] + worth[at]))
            return [offers[at] for at in order]

        found = ranked(offers)
        if more := self._said_of(found[0]):
            found = [*ranked(more), *found]
        told.append(Told(before, found[0].text, tuple(found)))
        wish = self._requests.get(found[0].text)
        said.asked |= wish in (Wish.TYPED, Wish.HELP)
        # Who can do it has been said, what is to be done has not.
        said.add(found[0].text, names=wish is not Wish.ROLE, asks=wish is not None)

    def _said_of(self, chosen: Offer) -> list[Offer]:
        """Who can do it as this person says it: with more of that one than the profession."""
        if self._requests.get(chosen.text) is not Wish.ROLE:
            return []
        found = [
            self._manner.adapted(text)
            for text in self._manner.tails.said_of(chosen.text, self._topic, self._tails)
        ]
        found = [text for text in found if self._manner.could_say(text)]
        self._requests |= dict.fromkeys(found, Wish.ROLE)
        return [replace(chosen, text=text) for text in found]

    def _me(self, told: Sequence[Told], slot: Slot, count: int, said: Said) -> list[Offer]:
        """Who the person is, where the model's sentence in `slot` tells that: "I am new here."."""
        two = words(slot.text)[:2]
        if two not in _ME or not _allows_manner(told, slot, count):
            return []
        found = [
            each
            for each in self._offers.with_manner(two[0], last=False)
            if words(each.text)[:2] == two and said.allows(each.text, self._offers.topic)
        ]
        # Of more the model's favourite would come on every topic.
        return found[:MINE]

    def _more(self, said: Said, taken: set[str]) -> list[Offer]:
        """What can be said beside what is planned: on topics that are near indeed."""
        topic = self._offers.topic
        found = [
            each
            for each in self._offers.more
            if opener(each.text) not in taken
            and said.allows(each.text, topic, MORE_KNOWN)
            and self._asked.fits(each.text, said)
            and not (said.asked and self._asked.again(each.text))
            and not self._passed.here(self._topic, each.text)
        ]
        found.sort(key=lambda each: (-self._worth.of(each, OWED, said), each.text))
        return found[:OFFERED]

    def _for(
        self,
        slot: Slot,
        place: int,
        count: int,
        said: Said,
        taken: set[str],
        *,
        asks: bool,
        alone: bool,
        manners: bool,
    ) -> list[Offer]:
        """What can be said in this place, the model's own sentence among it; it `asks` if here is
        to be said what is wanted, stands `alone` if there is no other, and may say nothing but a
        manner if `manners`."""
        topic = self._offers.topic
        last = place == count - 1
        begins = opener(slot.text)
        # Below a heading it may be said again by who does that.
        below = headed(slot.before) and self._asked.again(slot.text)
        if place == 0:
            made = [each[0].text for each in self._drafts if each]
            offers = [*self._firsts, *self._offers.first()]
            if alone:
                # Nobody is to be somebody and do nothing.
                offers = [
                    each for each in offers if self._asked.requests.get(each.text) is not Wish.ROLE
                ]
        elif asks:
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
                for each in self._offers.later(
                    slot.text, last=last, given=self._given, manners=manners
                )
                if each.source != "likes" or self._spoken.issuperset(terms(each.text))
            ]
        offers = [
            each
            for each in offers
            if said.allows(each.text, topic)
            and (each.source == "collection" or self._asked.grounded(each.text))
            and self._asked.fits(each.text, said)
            and not (said.asked and not below and self._asked.again(each.text))
            and (opener(each.text) == begins or opener(each.text) not in taken)
            and (each.text in self._asked.requests or not self._passed.here(self._topic, each.text))
        ]
        size = len(slot.text.split())
        offers.sort(key=lambda each: (-self._worth.of(each, size, said), each.text))
        own = [self._offers.made(slot.text)] if said.new(slot.text, below) else []
        own += [
            self._offers.made(text)
            for text in made
            if text != slot.text
            and (place == 0 or said.allows(text, topic))
            and (opener(text) == begins or opener(text) not in taken)
        ]
        if said.asked and not below:
            # Asked once is enough.
            own = [each for each in own if not self._asked.again(each.text)]
        if offers:
            own = [
                each
                for each in own
                if self._asked.fits(each.text, said)
                and self._asked.grounded(each.text)
                and not self._passed.here(self._topic, each.text)
            ]
        if place == 0 and self._manner.asks_first:
            named = [
                [each for each in some if self._asked.says_what(each.text)]
                for some in (own, offers)
            ]
            if any(named):
                own, offers = named
        if place == 0 or asks:
            own = [replace(each, like=MADE_ASKING) for each in own]
        # What the model says too is no less worth for it.
        unique = {each.text: each for each in (*own, *offers[:OFFERED])}
        return list(unique.values())


def _allows_manner(told: Sequence[Told], slot: Slot, count: int) -> bool:
    """Whether what stands in `slot` may say nothing but a manner: in no item of a list, and not
    where of a plan of `count` sentences enough were `told` that do, or one with its first word."""
    said = [each.text for each in told if each.offers and each.offers[0].source == MANNERS]
    return (
        len(said) < max(1, count // MANNER_SHARE)
        and opener(slot.text) not in {opener(text) for text in said}
        and not itemed(slot.before)
    )
