"""What can be known of a phrase or a snippet of the retained likes before the prompt is written."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Protocol

from promptstyle.core.library.text import topic_key
from promptstyle.core.style.form import Form, form
from promptstyle.core.style.keywords import Runs, phrases, runs
from promptstyle.core.style.snippets import snippets
from promptstyle.core.style.words import stem, terms, topic_terms, words
from promptstyle.core.training.template import Pair

# Words in a phrase.
LONGEST = 3
# A snippet is a sentence here: of the paper's 250 characters only one would fit the summary.
SENTENCE = 1

Bigrams = frozenset[tuple[str, str]]


class Shown(Protocol):
    """A retained like, or a part of one (`ranking.Retained`)."""

    @property
    def topic(self) -> str: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True)
class Item:
    """A phrase or a snippet, how often the likes have it (0 to 1), and its features."""

    text: str
    share: float
    features: tuple[float, ...]


class Read:
    """A text with what is looked for in it, each made once."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def runs(self) -> Runs:
        return runs(self.text)

    @cached_property
    def phrases(self) -> dict[str, float]:
        """Its phrases, each with where it first ends: 0 at the beginning, 1 at the end."""
        return phrases(self.runs, LONGEST)

    @cached_property
    def bigrams(self) -> Bigrams:
        return bigrams(self.text)


class Likes:
    """All likes, counted; and what the counts are without those of one topic."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self.pairs = list(pairs)
        self.reads = [Read(prompt) for _, prompt in pairs]
        self.forms = [form(topic) for topic, _ in pairs]
        self._by_text = {read.text.strip(): read for read in self.reads}
        self._of_topic: defaultdict[str, set[int]] = defaultdict(set)
        self.phrases: Counter[str] = Counter()
        self.bigrams: Counter[tuple[str, str]] = Counter()
        self.having: defaultdict[str, set[int]] = defaultdict(set)
        for index, ((topic, _), read) in enumerate(zip(self.pairs, self.reads, strict=True)):
            self._of_topic[topic_key(topic)].add(index)
            self.bigrams.update(read.bigrams)
            for phrase in read.phrases:
                self.having[phrase].add(index)
        # A phrase of one like is a matter of its topic.
        for phrase in [phrase for phrase, found in self.having.items() if len(found) < 2]:
            del self.having[phrase]

    def own(self, topic: str) -> frozenset[int]:
        """The likes of this very topic: in training, what is to be written must not count."""
        return frozenset(self._of_topic.get(topic_key(topic), ()))

    def read(self, text: str) -> Read:
        """`text` read; a like's own text is read only once."""
        return self._by_text.get(text.strip()) or Read(text)

    def phrases_in(
        self, topic: str, retained: Sequence[Shown], left_out: Collection[int]
    ) -> Iterator[Item]:
        """The phrases of `retained` that stand in a like more, none of them in the topic itself.

        The features: in how many likes; in how many of the retained; the best rank of those;
        whether likes asked for in this form have it more than others; how many words; how much
        of it is in the topic; where in the like it stands.
        """
        said = {stem(word) for word in words(topic)}
        asked = form(topic)
        count = len(self.pairs) - len(left_out)
        alike = [
            i for i in range(len(self.pairs)) if i not in left_out and _same(asked, self.forms[i])
        ]
        first: dict[str, tuple[int, float]] = {}
        among: Counter[str] = Counter()
        for rank, each in enumerate(retained):
            for phrase, place in self.read(each.text).phrases.items():
                among[phrase] += 1
                first.setdefault(phrase, (rank, place))
        for phrase, (rank, place) in first.items():
            parts = [stem(word) for word in phrase.split(" ")]
            found = self.having.get(phrase, set())
            have = len(found) - sum(i in found for i in left_out)
            overlap = sum(part in said for part in parts) / len(parts)
            if have < 2 or overlap == 1:
                continue
            share = have / count
            in_form = (sum(i in found for i in alike) + 2 * share) / (len(alike) + 2)
            features = (
                _logit(have, count),
                among[phrase] / len(retained),
                1 / (1 + rank),
                math.log(in_form / share),
                len(parts) - 1.0,
                overlap,
                place,
            )
            yield Item(phrase, share, features)

    def snippets_in(
        self, topic: str, retained: Sequence[Shown], left_out: Collection[int]
    ) -> Iterator[Item]:
        """The sentences of `retained` of two words or more.

        The features: in how many likes its pairs of words stand; in how many of the other
        retained; the rank of its like; whether that was asked for in this form; how much of it
        is in the topic; whether it is the first or the last; how long it is.
        """
        said = frozenset(topic_terms(topic))
        asked = form(topic)
        count = max(len(self.pairs) - len(left_out) - 1, 1)
        reads = [self.read(each.text) for each in retained]
        for rank, (each, read) in enumerate(zip(retained, reads, strict=True)):
            parts = snippets(read.text, SENTENCE)
            for place, part in enumerate(parts):
                mine = bigrams(part)
                if not mine:
                    continue
                # Its own like has them all, which says nothing.
                shares = [
                    max(self.bigrams[pair] - 1 - self._having(pair, left_out), 0) / count
                    for pair in mine
                ]
                beside = [
                    len(mine & other.bigrams) / len(mine) for other in reads if other is not read
                ]
                content = terms(part)
                features = (
                    sum(shares) / len(shares),
                    sum(share >= 0.1 for share in shares) / len(shares),
                    sum(beside) / max(len(beside), 1),
                    1 / (1 + rank),
                    asked.likeness(form(each.topic)),
                    sum(term in said for term in content) / max(len(content), 1),
                    float(place == 0),
                    float(place == len(parts) - 1),
                    math.log(len(mine)),
                )
                yield Item(part, features[0], features)

    def _having(self, pair: tuple[str, str], indices: Collection[int]) -> int:
        return sum(pair in self.reads[index].bigrams for index in indices)


def bigrams(text: str) -> Bigrams:
    """The pairs of neighbouring words of `text`."""
    return frozenset(pairwise(words(text)))


def _same(one: Form, other: Form) -> bool:
    return bool(one.task) and one.task == other.task


def _logit(have: int, count: int) -> float:
    return math.log((have + 0.5) / (count - have + 0.5))
