"""What a growing prompt has said so far, and whether a sentence adds something to it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache

from promptstyle.core.generation.sentences import key
from promptstyle.core.style.endings import untagged
from promptstyle.core.style.once import CLOSER, OPPOSED, adds, several
from promptstyle.core.style.reframing import ordered
from promptstyle.core.style.settled import delivered, limits
from promptstyle.core.style.slots import opener
from promptstyle.core.style.tails import who
from promptstyle.core.style.words import stems, terms, words

# A sentence of which more than this is said already says nothing new.
KNOWN = 0.45
# So many words in a row, one of them with a meaning of its own, people say in one sentence of a
# prompt alone: of 5,000 prompts of the collection 2 % have some twice, most of them the topic's.
RUN = 3


class Said:
    """The sentences of a prompt that grows, in which nothing stands that was said `elsewhere`."""

    def __init__(self, elsewhere: Iterable[str] = ()) -> None:
        self.terms: set[str] = set()
        # Whether the request stands there as it was typed.
        self.asked = False
        # The parts that were asked for beside the thing itself, and what is to be shown alone.
        self.parts: set[str] = set()
        self.alone: frozenset[str] | None = None
        # Who the model is to be: "doctor".
        self._who = ""
        # Whether there is something of which "each" can be said.
        self.several = False
        self.openers: Counter[str] = Counter()
        told = [untagged(sentence) for sentence in elsewhere]
        self._keys = {form for each in told for form in (key(each), key(ordered(each)))} - {()}
        # What has been said under the same two first words.
        self._alike: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
        self._limits: set[str] = set()
        self._runs: set[tuple[str, ...]] = set()

    def add(self, sentence: str, *, names: bool = True, asks: bool = False) -> None:
        """Say `sentence`; its words count as said if it `names` what is wanted. What only `asks`
        for it, "explain it in plain words", may be said more closely."""
        if names:
            self.terms.update(terms(sentence))
        self.openers[opener(sentence)] += 1
        self._keys.add(key(sentence))
        # "Please list them." is "Kindly list them." again.
        self._keys.add(key(ordered(sentence)))
        self._alike[tuple(words(sentence)[:2])].update(terms(sentence))
        self._who = self._who or who(sentence)
        settled = limits(sentence)
        self._limits |= {CLOSER.get(kind, kind) for kind in settled} - {""} if asks else settled
        self._runs |= _runs(sentence)
        if not asks:
            self.parts |= adds(sentence)
        self.several |= several(sentence)
        if shown := delivered(sentence):
            self.alone = shown

    def speaks_of_who(self, sentence: str, topic: frozenset[str] = frozenset()) -> bool:
        """Whether `sentence` speaks of somebody else of the profession that the model has: "what to
        ask the doctor" after "You are a doctor."; not where the words of the `topic` do."""
        if not self._who or self._who in topic:
            return False
        return (
            re.search(rf"(?<!as an )(?<!as a )(?<!like a )\b{self._who}\b", sentence.lower())
            is not None
        )

    def again(self, sentence: str) -> bool:
        """Whether `sentence` stands there already; a rule or a bracket may."""
        said = {key(sentence), key(ordered(sentence))} - {()}
        return not said.isdisjoint(self._keys)

    def new(self, sentence: str, again: bool = False) -> bool:
        """Whether `sentence` does not stand there already, nor another limit of its kind, nor,
        unless they may be said `again`, all of its words that carry something."""
        said = terms(sentence)
        return (
            not self.again(sentence)
            and (again or not (said and self.terms.issuperset(said)))
            and self._limits.isdisjoint(limits(sentence))
            and not any(OPPOSED.get(kind, set()) & self._limits for kind in limits(sentence))
        )

    def allows(self, sentence: str, topic: frozenset[str], known: float = KNOWN) -> bool:
        """Whether of what `sentence` says no more than the share `known` has been said, nor words
        in a row that are not the `topic`'s."""
        said = set(terms(ordered(sentence) or sentence))
        alike = self._alike[tuple(words(sentence)[:2])]
        return (
            self.new(sentence)
            and (
                not said
                or (
                    len(said & self.terms - topic) <= known * len(said)
                    and len(said & alike) < known * len(said)
                )
            )
            and all(topic.issuperset(stems(run)) for run in self._runs & _runs(sentence))
        )


# Each is asked again for every place of a prompt.
@lru_cache(maxsize=4096)
def _runs(sentence: str) -> frozenset[tuple[str, ...]]:
    """The words in a row of what `sentence` says, without the lead of an order."""
    told = words(ordered(sentence) or sentence)
    runs = (tuple(told[at : at + RUN]) for at in range(len(told) - RUN + 1))
    return frozenset(run for run in runs if stems(run))
