"""What was asked for, and whether a sentence asks for it, goes with it or goes against it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from promptstyle.core.generation.said import Said
from promptstyle.core.style.borrowing import Offers
from promptstyle.core.style.casting import gives_role
from promptstyle.core.style.habits_verbs import COMMANDS
from promptstyle.core.style.once import adds, each_of, each_part, several
from promptstyle.core.style.reframing import ordered
from promptstyle.core.style.request import parse
from promptstyle.core.style.settled import changes, contradicts, delivered, spares, unknown
from promptstyle.core.style.wanted import Wish
from promptstyle.core.style.words import stem, terms, words

# Of so many of its words a sentence that names the topic asks for it, or with the same verb among
# its first words.
ASKS, ORDERS, WHOLE = 0.6, 5, 3
# What is wished for is asked for.
_WISHES = re.compile(
    r"\b(?:help|let['\u2019]s|look(?:ing)? for|need|want|wish|would (?:like|love))\b"
    r"|['\u2019]d (?:like|love)\b|\?",
    re.IGNORECASE,
)
# "Act as a gardener and plan my beds."
_ORDERS = re.compile(r"(?:\band|[,;:])\s+(?:please |then )?([a-z]+)\b")
# What has steps though nobody says so.
_STEPS = frozenset(
    """
    assemble bake build cook fix guide how install instructions knit learn make plan recipe repair
    routine teach tutorial
    """.split()  # noqa: SIM905 - a wall of quotes is harder to read
)
# What a person has can be pasted.
_MINE = re.compile(r"\b(?:my|our|this|these|below)\b", re.IGNORECASE)


class Asked:
    """One person's topic; `requests` are sentences that say what is wanted, and what kind they
    are of."""

    def __init__(self, topic: str, offers: Offers, requests: Mapping[str, Wish]) -> None:
        self.requests = requests
        self._topic, self._offers = topic, offers
        self._named = frozenset(words(topic))
        self._several = several(topic)
        # "The seasons" of four haiku are not below.
        self._reads = not requests or _MINE.search(topic) is not None or any(map(_below, requests))
        self._doing = parse(topic).verb
        self._verb = stem(self._doing)

    def told(self, said: Iterable[str]) -> bool:
        """Whether at least half of the topic is among the terms `said`."""
        topic = self._offers.topic
        return len(topic.intersection(said)) * 2 >= len(topic)

    def says_what(self, sentence: str) -> bool:
        """Whether it says what is wanted, or who can do it."""
        return self.told(terms(sentence)) or sentence in self.requests

    def asks(self, sentence: str) -> bool:
        """Whether `sentence` asks for something: orders, questions or wishes; "We have got a quiz
        night!" does not, nor does "You are a host who plans quiz nights."."""
        if gives_role(sentence):
            return any(match[1].lower() in COMMANDS for match in _ORDERS.finditer(sentence))
        return (
            sentence in self.requests
            or ordered(sentence) != ""
            or _WISHES.search(sentence) is not None
        )

    def grounded(self, sentence: str) -> bool:
        """Whether `sentence`, by nobody who had this topic, takes nothing to be below that is only
        to be made."""
        return self._reads or not _below(sentence) or not self.told(terms(sentence))

    def again(self, sentence: str) -> bool:
        """Whether most of what `sentence` says is the topic, or it orders the same to be done."""
        # "Make sure you" says nothing of it.
        said = set(terms(ordered(sentence) or sentence))
        about = said & self._offers.topic
        orders = self._verb in terms(" ".join(sentence.split()[:ORDERS])) if self._verb else False
        return (
            (len(about) >= 2 and len(about) >= ASKS * len(said))
            or (orders and len(about - {self._verb}) >= 2)
            # All of a topic that says a good deal.
            or len(about) == len(self._offers.topic) >= WHOLE
        )

    def fits(self, sentence: str, said: Said) -> bool:
        """Whether `sentence` goes with what is asked for and with what has been `said`.

        What is to be changed is not to be left as it is, nothing of the topic is forbidden or
        counted otherwise, it is to be about as long as is usual, and what is to be shown alone has
        been spoken of and is all that was asked for. "Each" is each of something, "my notes" are
        notes that were spoken of; who is to do it is nobody to be asked.
        """
        if sentence in self.requests:
            return not spares(sentence, self._doing, self._offers.topic - {self._verb})
        return (
            self._offers.usual.allows(sentence)
            and not spares(sentence, self._doing, self._offers.topic - {self._verb})
            and not contradicts(sentence, self._topic)
            and (said.several or self._several or not each_of(sentence))
            and self._parts(each_part(sentence), said)
            and not unknown(sentence, self._offers.topic.union(said.terms))
            and not said.speaks_of_who(sentence, self._named)
            and not changes(sentence, self._doing, self._offers.topic)
            and self._delivers(sentence, said)
        )

    def _parts(self, part: str, said: Said) -> bool:
        """Whether there are several of a `part`: it was spoken of, or what is done has steps."""
        if not part or part in self._offers.topic or part in said.terms:
            return True
        return part == "step" and not self._named.isdisjoint(_STEPS)

    def _delivers(self, sentence: str, said: Said) -> bool:
        """Whether what `sentence` wants shown alone has been spoken of and is all that was asked
        for, and what it adds is not beside what alone is to be shown."""
        shown = delivered(sentence)
        return (
            all(term in said.terms or self._offers.related(term) for term in shown)
            and not (shown and said.parts - shown)
            and not (said.alone is not None and adds(sentence) - said.alone)
        )


def _below(sentence: str) -> bool:
    return "below" in words(sentence)
