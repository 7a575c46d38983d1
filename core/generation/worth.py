"""What speaks for a sentence in a place of a prompt, but that the model finds it likely there."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from statistics import fmean

from promptstyle.core.generation.said import Said
from promptstyle.core.style.borrowing import Offer
from promptstyle.core.style.passed import Passed
from promptstyle.core.style.settled import repeats
from promptstyle.core.style.words import terms, words

# What counts how much, against a natural logarithm a token (docs/borrowing.md).
LIKE = 0.6
# How much of a sentence the model's candidates say too: what they agree on is likely to be meant.
AGREEMENT = 1.0
# A sentence twice as long as the model's is off by LENGTH ln 2, half as long by SHORTER ln 2.
LENGTH, SHORTER = 0.5, 1.0
# What the model made up is likely to itself, whether it means something or not.
MADE_UP = 0.5
# A word twice in one sentence is what a model that has lost the thread writes.
REPEATED = 0.6
# All of the topic's words that have not been said.
COVERED = 0.4
# A word that fits few topics and has little to do with this one, where no more is known.
STRAY = 0.5
# The log-odds that it belongs to the topic, where others or the model said it.
RELEVANT = 0.6
# A word that belongs to the topic of another like.
FOREIGN = 0.4
# Each time that the person has struck it out of something else, up to so often.
PASSED, MOST_PASSED = 1.0, 3
# So many words of a kind count.
MOST_REPEATED, MOST_WORDS = 2, 3


class Worth:
    """What sentences are worth on one topic, given by its terms.

    `drafts` are the candidates that the model wrote, `foreign` the terms of the topics of other
    likes, `requests` the sentences that say what is wanted, `passed` what was struck out before.
    """

    def __init__(
        self,
        topic: frozenset[str],
        drafts: Sequence[str],
        foreign: frozenset[str],
        requests: Collection[str],
        passed: Passed | None = None,
    ) -> None:
        self._topic, self._foreign, self._requests = topic, foreign, requests
        self._passed = passed or Passed()
        self._bags = [frozenset(words(draft)) for draft in drafts]

    def of(self, offer: Offer, size: int, before: Said) -> float:
        """Of `offer` where about `size` words are wanted after what was said `before`."""
        said = frozenset(words(offer.text))
        agreed = fmean(len(said & bag) for bag in self._bags) / max(len(said), 1)
        carried = frozenset(terms(offer.text))
        new = (self._topic & carried) - before.terms
        length = len(offer.text.split()) / max(size, 1)
        if offer.text in self._requests:
            # A model that has lost the thread is long.
            length = max(length, 1.0)
        belongs = (
            -STRAY * min(offer.strays, MOST_WORDS)
            if offer.relevance is None
            else RELEVANT * offer.relevance
        )
        return (
            LIKE * offer.like
            + belongs
            + AGREEMENT * agreed
            + COVERED * len(new) / max(len(self._topic), 1)
            - (SHORTER if length < 1 else LENGTH) * abs(math.log(max(length, 1e-3)))
            - MADE_UP * (offer.source == "model")
            - REPEATED * min(repeats(offer.text), MOST_REPEATED)
            - FOREIGN * min(len(self._foreign & carried), MOST_WORDS)
            - PASSED * min(self._passed.times(offer.text), MOST_PASSED)
        )
