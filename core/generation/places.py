"""What can be said in each place of a prompt: the model's own sentences and those of others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from promptstyle.core.generation.asked import Asked
from promptstyle.core.generation.said import Said
from promptstyle.core.generation.seams import headed, itemed
from promptstyle.core.generation.told import Told
from promptstyle.core.generation.worth import Worth
from promptstyle.core.style.borrowing import FACTS, MANNERS, Offer, Offers
from promptstyle.core.style.casting import gives_role
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
# "I am the next in line."
_ME = (["i", "am"], ["i", "m"], ["we", "are"], ["we", "re"])


class Places:
    """What one person can say on one topic, place by place.

    The arguments are those of `Borrower`. `requests` are the sentences that say what is wanted, or
    who can do it.
    """

    def __init__(
        self,
        topic: str,
        manner: Manner,
        offers: Offers,
        drafts: Sequence[str],
        firsts: Iterable[str],
        foreign: frozenset[str],
        roles: Mapping[str, float] | None,
        passed: Passed,
    ) -> None:
        self._topic, self._manner, self._offers, self._passed = topic, manner, offers, passed
        self._drafts = [manner.slots(draft) for draft in drafts]
        self.written = frozenset(each.text for found in self._drafts for each in found)
        self._given = given_in(drafts)
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
        # Whether the topic can be asked for in a later sentence.
        self.can_ask = bool(follows)
        self.requests = {each.text: each.wish for each in (*begins, *follows)}
        self.asked = Asked(topic, offers, self.requests)
        self.worth = Worth(offers.topic, drafts, foreign, self.requests.keys(), passed)
        # What any of the candidates speaks of.
        self._spoken = frozenset(term for draft in drafts for term in terms(draft))

    def offered(
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
        full: frozenset[str] = frozenset(),
    ) -> list[Offer]:
        """What can be said in this place, the model's own sentence among it; it `asks` if here is
        to be said what is wanted, stands `alone` if there is no other, and may say nothing but a
        manner if `manners`. It begins with none of the words that are `full`."""
        topic = self._offers.topic
        habits = {each.text for each in self._offers.habits}
        last = place == count - 1
        begins = opener(slot.text)
        # Below a heading it may be said again by who does that.
        below = headed(slot.before) and self.asked.again(slot.text)
        if place == 0:
            made = [each[0].text for each in self._drafts if each]
            offers = [*self._firsts, *self._offers.first()]
            if alone:
                # Nobody is to be somebody and do nothing.
                offers = [each for each in offers if self.requests.get(each.text) is not Wish.ROLE]
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
                    slot.text, last=last, given=self._given, manners=manners, full=full
                )
                if each.source != "likes"
                or each.text in habits
                or self._spoken.issuperset(terms(each.text))
            ]
        offers = [
            each
            for each in offers
            if said.allows(each.text, topic)
            and (each.source == "collection" or self.asked.grounded(each.text))
            and self.asked.fits(each.text, said)
            and not (said.asked and not below and self.asked.again(each.text))
            and (
                opener(each.text) == begins
                or opener(each.text) not in taken
                # What is asked at once need not be asked by what would come later.
                or (place == 0 and each.text in self.requests)
            )
            and opener(each.text) not in full
            and (each.text in self.requests or not self._passed.here(self._topic, each.text))
        ]
        size = len(slot.text.split())
        offers.sort(key=lambda each: (-self.worth.of(each, size, said), each.text))
        new = said.new(slot.text, below) and begins not in full
        own = [self._offers.made(slot.text)] if new else []
        own += [
            self._offers.made(text)
            for text in made
            if text != slot.text
            and opener(text) not in full
            and (place == 0 or said.allows(text, topic))
            and (opener(text) == begins or opener(text) not in taken)
        ]
        if said.asked and not below:
            # Asked once is enough.
            own = [each for each in own if not self.asked.again(each.text)]
        if offers:
            own = [
                each
                for each in own
                if self.asked.fits(each.text, said)
                and self.asked.grounded(each.text)
                and not self._passed.here(self._topic, each.text)
            ]
        if place == 0 and any(map(self._wanted, offers)):
            # What begins it says all of what is wanted, "potty" of a potty training plan too, and
            # nothing of this person that the model made up.
            own = [
                each
                for each in own
                if self._offers.covers(each.text) and not FACTS.match(each.text)
            ]
        if asks if place else self._manner.asks_first:
            named = [
                [each for each in some if self.asked.says_what(each.text)] for some in (own, offers)
            ]
            if any(named):
                own, offers = named
        if place == 0 and not self._manner.fragments and any(map(self._wanted, offers)):
            # What only says how things are asks for nothing.
            own, offers = (
                [
                    each
                    for each in some
                    if not self.asked.told(terms(each.text))
                    or self.asked.asks(each.text)
                    or gives_role(each.text)
                ]
                for some in (own, offers)
            )
        if place == 0 or asks:
            own = [replace(each, like=MADE_ASKING) for each in own]
        # What the model says too is no less worth for it.
        unique = {each.text: each for each in (*own, *offers[:OFFERED])}
        return list(unique.values())

    def _wanted(self, offer: Offer) -> bool:
        return self.requests.get(offer.text) in (Wish.TYPED, Wish.HELP)

    def me(self, told: Sequence[Told], slot: Slot, count: int, said: Said) -> list[Offer]:
        """Who the person is, where the model's sentence in `slot` tells that: "I am new here."."""
        two = words(slot.text)[:2]
        if two not in _ME or not allows_manner(told, slot, count):
            return []
        found = [
            each
            for each in self._offers.with_manner(two[0], last=False)
            if words(each.text)[:2] == two
            and said.allows(each.text, self._offers.topic)
            and self.asked.fits(each.text, said)
            and not self._passed.here(self._topic, each.text)
        ]
        # Of more the model's favourite would come on every topic.
        return found[:MINE]

    def more(self, said: Said, taken: set[str]) -> list[Offer]:
        """What can be said beside what is planned: on topics that are near indeed."""
        topic = self._offers.topic
        found = [
            each
            for each in self._offers.more
            if opener(each.text) not in taken
            and said.allows(each.text, topic, MORE_KNOWN)
            and self.asked.fits(each.text, said)
            and not (said.asked and self.asked.again(each.text))
            and not self._passed.here(self._topic, each.text)
        ]
        found.sort(key=lambda each: (-self.worth.of(each, OWED, said), each.text))
        return found[:OFFERED]


def allows_manner(told: Sequence[Told], slot: Slot, count: int) -> bool:
    """Whether what stands in `slot` may say nothing but a manner: in no item of a list, and not
    where of a plan of `count` sentences enough were `told` that do, or one with its first word."""
    said = [each.text for each in told if each.offers and each.offers[0].source == MANNERS]
    return (
        len(said) < max(1, count // MANNER_SHARE)
        and opener(slot.text) not in {opener(text) for text in said}
        and not itemed(slot.before)
    )
