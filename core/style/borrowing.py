"""Sentences that others wrote about near topics, in the form in which this person says things.

A model of a few million parameters has a person's manner and little sense. Whole sentences that
somebody meant have it: "Copy is all you need" (Lan et al. 2023, arXiv:2307.06962) writes with
phrases of a collection in the same way.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from promptstyle.core.style.anywhere import Anywhere, some
from promptstyle.core.style.casting import surely_gives_role
from promptstyle.core.style.collection import Near
from promptstyle.core.style.general import General, general_terms
from promptstyle.core.style.lengths import Usual, limit_of, word_limit
from promptstyle.core.style.manner import SOMEBODY, Manner
from promptstyle.core.style.reframing import HABIT, ordered
from promptstyle.core.style.settled import takes
from promptstyle.core.style.slots import opener, slots, telegraphic
from promptstyle.core.style.standing import dangles, names
from promptstyle.core.style.words import terms, topic_terms, words

if TYPE_CHECKING:
    from promptstyle.core.style.doing import Doing
    from promptstyle.core.style.meanings import Meanings
    from promptstyle.core.style.relevance import Relevance
    from promptstyle.core.style.sense import Sense

# Prompts on topics less like the one at hand say what belongs to their own.
LEAST_LIKE = 0.4
PROMPTS = 200
# A sentence of the person that fits any topic counts as one about a topic that is so like.
OWN_LIKE = 0.3
# It fits another topic by odds (their logarithm) of so much at least, of so much less if it was
# said twice.
OWN_FITS, OFTEN_FITS = -0.7, 0.6
# And counts as one that does by so much more: it is what this person says.
OWN_MORE = 1.5
# What stands in a share of the prompts is offered under so much more of the topics.
HABITUAL = 3.0
# One of somebody else that fits any topic; a better one where little was said on near topics.
GENERAL_LIKE, ALONE_LIKE = -1.0, -0.3
# What others say of themselves is not so of this person: "I drive 8000 kilometres a year."
FACTS = re.compile(
    r"(?:i|we)(?:['\u2019](?:m|ve|re)\b| (?:am|are|have|had|own|drive|live|work|earn|study|speak"
    r"|know|cook|weigh|only|like|love|hate|prefer|don['\u2019]t|do not)\b)"
    r"|my (?:\w+ ){1,2}(?:is|are|has)\b",
    re.IGNORECASE,
)
# Whose they are.
MANNERS = "manners"
# What speaks of a scene is for who plays, and does so in this share of the prompts.
PLAYED = re.compile(
    r"\b(?:character|curtain|role|scene|stage)s?\b|\b(?:in|of) (?:the|your) part\b"
    r"|\bthe part (?:gets|tempts|calls)\b|\bplay(?:s|ing)? (?:it|the part|your part)\b",
    re.IGNORECASE,
)
PLAYS = 0.2
# One that was written to fit any topic counts so much, and fits by such odds (their logarithm).
MANNER_LIKE, MANNER_FITS = 0.3, 1.0
# And may have so many words that this person does not use.
STRANGE = 2
# How much it counts beside such odds that a sentence goes with what is to be done, up to this; and
# how much more where it is odder than that.
DONE, MOST_DONE, ODD, ODDER = 0.35, 1.0, -1.5, 2.0
# Where so many of these begin with the same word nothing else has to; of more one in so many may
# stand under one topic.
FEW_MANNERS, MANNERS_SHARE = 3, 6
# On a topic so like this one "she" is who is meant here too, and who did it can do it.
SAME_LIKE = 0.7
# What is said beside the plan is on a topic at least so like.
MORE_LIKE = 0.45
# And belongs to this one by odds (their logarithm) of so much; what does by less is left out in
# the end (`generation/told.py`).
MORE_SURE = 0.8
# By so much more does one count that begins with the same two words.
SAME_BEGINNING = 0.1
# In any place an order is put with a lead that so many of the person's sentences have.
USUAL_BEGINNING = 0.04
# A word that has so little to do with the topic has strayed into it (a cosine of meanings).
RELATED = 0.15
# One with so much is what it is about.
CLOSELY_RELATED = 0.35
# Of so many terms of the topic one may be missing in what begins a prompt.
LEFT_UNSAID = 4
# Who forbids something in so many sentences, and so few of them fit any topic, forbids what
# belongs to it.
BANS = frozenset(["no", "without"])
TOPICAL_OFTEN, TOPICAL = 10, 0.2
# What it knows by heart belongs to another topic by odds of so much less.
BY_HEART = 1.0
# With so few that begin with the same word, or so few of those on near topics, others may stand
# there.
FEW = 8


@dataclass(frozen=True)
class Offer:
    """A sentence that could be said.

    `like` is how near its topic is (0 to 1); `place` where it stood: "first", "within", "last".
    `source` says whose it is: "collection", "general", "manners", "likes" or "model". `strays`
    counts the words in it that fit few topics and have little to do with this one. `relevance` is
    the log-odds that it belongs to the topic, where others or the model said it and that is known.
    """

    text: str
    like: float
    place: str
    source: str
    strays: int = 0
    relevance: float | None = None


class Offers:
    """What can be said on one topic by one person."""

    def __init__(
        self,
        topic: str,
        manner: Manner,
        near: Iterable[Near],
        general: Iterable[General] = (),
        meanings: Meanings | None = None,
        relevance: Relevance | None = None,
        sense: Sense | None = None,
        manners: Iterable[General] = (),
        doing: Doing | None = None,
    ) -> None:
        self.topic = frozenset(topic_terms(topic))
        self._topic, self._relevance, self._sense = topic, relevance, sense
        self._doing = doing
        self.manner = manner
        named = frozenset(words(topic))
        near = list(near)
        # In how many of the prompts a word stands.
        self._counts = Counter(term for each in near for term in set(terms(each.prompt)))
        self._meanings = meanings
        self._strays: dict[str, bool] = {}
        self._made: dict[str, Offer] = {}
        self._meant = meanings.of([topic]) if meanings is not None else None
        found: dict[str, Offer] = {}
        limits: list[int | None] = []
        for each in near:
            foreign = frozenset(topic_terms(each.topic)) - self.topic
            made = slots(each.prompt, fragments=telegraphic(each.prompt))
            limits.append(limit_of(sentence.text for sentence in made))
            for at, sentence in enumerate(made):
                text = sentence.text.replace("**", "").strip()
                if (
                    foreign.isdisjoint(terms(text))
                    and (each.similarity >= SAME_LIKE or SOMEBODY.isdisjoint(words(text)))
                    and not names(text, manner.words | named)
                    and not dangles(text)
                    and not (at and surely_gives_role(text))
                    and manner.could_say(adapted := manner.adapted(text))
                    and not manner.never.says(adapted)
                    and not FACTS.match(text)
                ):
                    place = _place(at, len(made))
                    offer = Offer(adapted, each.similarity, place, "collection", self.strays(text))
                    found.setdefault(adapted, offer)
        # How long an answer on this topic usually is, where the topic does not say it itself.
        self.usual = Usual(limits if word_limit(topic) is None else ())
        judged = self._judged(found.values())
        self._orders = [(order, each) for each in judged if (order := ordered(each.text))]
        # How the first one begins the later ones do not tell.
        self.collected = tuple(
            each for each in judged if each.place == "first" or not manner.leads.mistaken(each.text)
        )
        own = [
            Offer(
                each.text,
                OWN_LIKE,
                "last" if each.last else "within",
                "likes",
                self.strays(each.text),
            )
            for each in manner.own
        ]
        counts = {each.text: each.count for each in manner.own}
        # What its words say nothing of may still belong to its topic: "then 3 things not to say".
        self.own = tuple(
            each if each.relevance is None else replace(each, relevance=each.relevance + OWN_MORE)
            for each in self._judged(own, general=True)
            if each.relevance is None
            or each.relevance >= OWN_FITS - OFTEN_FITS * (counts[each.text] > 1)
        )
        self.habits = self._habits()
        self._general = Anywhere(manner, general)
        plays = manner.share_with(PLAYED) >= PLAYS
        self._manners = Anywhere(
            manner, [each for each in manners if plays or not PLAYED.search(each.text)]
        )

    def _habits(self) -> tuple[Offer, ...]:
        """What this person says again and again, on some topics: the more often, the likelier.

        Of those that differ in their numbers one.
        """

        def drawn(text: str) -> float:
            return zlib.crc32(f"{self._topic}{text}".encode()) / 2**32

        fitting = {each.text: each for each in self.own}
        found: dict[str, Offer] = {}
        for each in sorted(self.manner.own, key=lambda own: drawn(own.text)):
            often = each.count >= HABIT and each.text in fitting
            if often and drawn(each.shape) * self.manner.count < HABITUAL * each.count:
                found.setdefault(each.shape, fitting[each.text])
        return tuple(found.values())

    def _judged(self, offers: Iterable[Offer], *, general: bool = False) -> tuple[Offer, ...]:
        """`offers` with what is known of whether they belong to the topic."""
        offers = tuple(offers)
        if self._relevance is None:
            return offers
        found = self._relevance.of(
            self._topic,
            [each.text for each in offers],
            [each.strays for each in offers],
            general=general,
        )
        goes = self._goes([each.text for each in offers])
        return tuple(
            replace(each, relevance=odds + more)
            for each, odds, more in zip(offers, found, goes, strict=True)
        )

    def _goes(self, texts: Sequence[str]) -> list[float]:
        """What it adds to the odds of each of `texts` that it goes with what is to be done."""
        if self._doing is None:
            return [0.0] * len(texts)
        return [
            DONE * min(each, MOST_DONE) + ODDER * min(each - ODD, 0)
            for each in self._doing.of(self._topic, texts)
        ]

    def made(self, text: str) -> Offer:
        """`text`, a sentence that the model wrote."""
        if text not in self._made:
            strays, odds = self.strays(text), None
            if self._relevance is not None and self.manner.said(text):
                # A like that the model has learnt by heart makes sense, on its own topic.
                (odds,) = self._relevance.of(self._topic, [text], [strays], general=True)
                odds -= BY_HEART
            elif self._relevance is not None and self._sense is not None:
                (odds,) = self._sense.of(self._relevance, self._topic, [text], [strays])
            self._made[text] = Offer(text, 0.0, "within", "model", strays, odds)
        return self._made[text]

    def strays(self, text: str) -> int:
        """How many words of `text` fit few topics and have little to do with this one.

        What is not known of a word by what it means is by how many of the near prompts have it.
        """
        return sum(map(self._is_stray, set(terms(text)) - self.topic - general_terms()))

    def related(self, term: str) -> bool:
        """Whether a term of the topic, or one that means about what the topic does."""
        if term in self.topic:
            return True
        if self._meanings is None or self._meant is None or term in general_terms():
            return False
        return (self._meanings.related(term, self._meant) or 0.0) >= CLOSELY_RELATED

    def _is_stray(self, term: str) -> bool:
        if term in self._strays:
            return self._strays[term]
        related = None
        if self._meanings is not None and self._meant is not None:
            related = self._meanings.related(term, self._meant)
        found = self._counts[term] < 2 if related is None else related < RELATED
        self._strays[term] = found
        return found

    def first(self) -> list[Offer]:
        """What a prompt can begin with: as this person begins, and about this very topic."""
        return [
            each
            for each in self.collected
            if each.place == "first"
            and self.manner.first[opener(each.text)] >= 2
            and not self.topic.isdisjoint(terms(each.text))
            and self.covers(each.text)
        ]

    def covers(self, sentence: str) -> bool:
        """Whether `sentence` says the topic, all but a word of many: a training plan is no potty
        training plan."""
        return len(self.topic.difference(terms(sentence))) <= len(self.topic) // LEFT_UNSAID

    def naming(self, sentence: str) -> list[Offer]:
        """What can say in place of `sentence` what the prompt is about."""
        begins = opener(sentence)
        return [
            each
            for each in self.collected
            if opener(each.text) == begins and not self.topic.isdisjoint(terms(each.text))
        ]

    def later(
        self,
        sentence: str,
        *,
        last: bool,
        given: frozenset[str] = frozenset(),
        manners: bool = True,
        full: frozenset[str] = frozenset(),
    ) -> list[Offer]:
        """What can stand in place of `sentence`: of the same beginning, unless there is little.

        `given` says what of a text, a list and so on it may take for granted, `manners` whether it
        may say nothing but a manner; what begins with a word that is `full` is left out.
        """
        begins, two = opener(sentence), words(sentence)[:2]
        fitting = [
            each
            for each in (*self.collected, *self.own)
            if opener(each.text) == begins and (each.place == "last") == last
        ]
        fitting += self._reframed(begins, last=last)
        found = [
            replace(each, like=each.like + SAME_BEGINNING * (words(each.text)[:2] == two))
            for each in fitting
        ]
        found += [
            replace(each, like=each.like - SAME_BEGINNING)
            for each in self.habits
            if opener(each.text) != begins and (each.place == "last" or not last)
        ]
        topical = self._topical(begins)
        few = len(found) < FEW
        near = sum(each.source == "collection" for each in found)
        like = ALONE_LIKE if few else GENERAL_LIKE
        found += [] if topical else self.general(begins, like, last=last, given=given)
        carried = self.with_manner(begins, last=last) if manners and not topical else []
        found += carried
        scarce = few or (near < FEW and not last)
        if begins in full or (not topical and len(carried) < FEW_MANNERS and scarce):
            found += [
                replace(each, like=each.like - SAME_BEGINNING)
                for each in self.collected
                if opener(each.text) != begins
                and self.manner.begins(each.text)
                and (each.place == "last") == last
            ]
        return found

    def _topical(self, begins: str) -> bool:
        """Whether what this person says with the beginning `begins` is of the topic: who ends in
        "no fish", "no mocks", "no shouting" does not end in "no closing remarks"."""
        if begins not in BANS:
            return False
        often = self.manner.later[begins]
        anywhere = sum(opener(each.text) == begins for each in self.manner.own)
        return often >= TOPICAL_OFTEN and anywhere < TOPICAL * often

    def _reframed(self, begins: str, *, last: bool) -> list[Offer]:
        """What others order in other words than this person, who would begin with `begins`."""
        found = []
        for order, each in self._orders:
            if opener(each.text) != begins and (each.place == "last") == last:
                for text in map(self.manner.adapted, self.manner.leads.put(order, begins)):
                    if self.manner.could_say(text):
                        found.append(replace(each, text=text))
        return found

    @cached_property
    def more(self) -> list[Offer]:
        """What can be said in any later place, on the nearest topics, as this person begins."""
        usual = USUAL_BEGINNING * self.manner.later.total()
        begins = [word for word, count in self.manner.later.items() if count >= max(usual, 2)]
        fitting = [each for each in self.collected if self.manner.begins(each.text)]
        fitting += [each for word in begins for each in self._reframed(word, last=False)]
        return [
            each
            for each in fitting
            if each.like >= MORE_LIKE and each.place == "within" and _surely(each)
        ]

    def general(
        self, begins: str, like: float, *, last: bool, given: frozenset[str] = frozenset()
    ) -> list[Offer]:
        """What fits any topic and begins with the word `begins`, in this person's form."""
        said = self._general.beginning(begins, last=last)
        never = self.manner.never
        every = some(
            (
                text
                for text in said
                if takes(text) <= given
                and not never.says(text)
                and self.manner.knows(text, self.topic)
            ),
            self._topic,
        )
        found = {text: Offer(text, like, "within", "general") for text in every}
        return list(self._judged(found.values(), general=True))

    def with_manner(self, begins: str, *, last: bool) -> list[Offer]:
        """What was written to fit any topic, in some manner, and begins with the word `begins`."""
        never = self.manner.never
        said = [
            text
            for text in self._manners.beginning(begins, last=last)
            if not never.says(text) and self.manner.knows(text, self.topic, STRANGE)
        ]
        every = some(said, self._topic, MANNERS_SHARE, FEW_MANNERS)
        return [
            Offer(text, MANNER_LIKE, "within", MANNERS, relevance=MANNER_FITS + more)
            for text, more in zip(every, self._goes(every), strict=True)
        ]


def _surely(offer: Offer) -> bool:
    """Whether it belongs to the topic in all likelihood."""
    return offer.strays == 0 if offer.relevance is None else offer.relevance >= MORE_SURE


def _place(at: int, count: int) -> str:
    return "first" if at == 0 else "last" if at == count - 1 else "within"
