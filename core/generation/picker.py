"""Picking for one person: what is known of their likes, kept from topic to topic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from promptstyle.core.generation.client import Done
from promptstyle.core.generation.copying import CopyIndex
from promptstyle.core.generation.picking import WEIGHTS, Picked, Weights, pick
from promptstyle.core.style.habits import Habits, measure
from promptstyle.core.style.ordinary import ordinary_prompts
from promptstyle.core.style.plainly import plainly
from promptstyle.core.style.words import terms, topic_terms
from promptstyle.core.training.recipes import SMALL_BASE

# How many candidates are written for each topic where nobody says. On a small base they grow side
# by side, and together take about a second; on a large one each takes seconds, so that only what
# is asked for is written.
POOL = 6
LARGE_POOL = 2
# Of fewer likes it is not known which words are of their topics and which are the person's.
FEWEST = 8


class Picker:
    """Picks by the habits of the likes, and knows which like a candidate copies."""

    def __init__(self, weights: Weights = WEIGHTS) -> None:
        self.weights = weights
        self._copies: CopyIndex[str] = CopyIndex()
        self._prompts: list[str] = []
        self._habits: Habits | None = None
        self._lone: frozenset[str] = frozenset()

    def know(self, likes: Iterable[tuple[str, str]]) -> None:
        """Go by these likes, (id, prompt) pairs, from now on; quick where few have changed."""
        likes = list(likes)
        if self._copies.update(likes):
            self._prompts = [prompt for _, prompt in likes]
            self._habits = None
            self._lone = lone_words(self._prompts)

    def pick(self, done: Sequence[Done], topic: str, notes: Iterable[str] = ()) -> list[Picked]:
        """All of `done`, best first; see `picking.pick`.

        A word that one like alone has is of that like's topic, and has strayed into a text on
        another one; not so if the `topic` has it too, or the `notes` that were shown for it.
        """
        topic = plainly(topic)
        strange = self._lone.difference(topic_terms(topic), *map(terms, notes))
        if self._habits is None and self._prompts and len(done) > 1:
            self._habits = measure(self._prompts, ordinary_prompts(self._prompts))
        return pick(
            done,
            topic,
            habits_fit=self._habits.fit if self._habits is not None else None,
            copies=self._copies.find,
            strays=lambda text: len(strange.intersection(terms(text))),
            weights=self.weights,
        )


def lone_words(prompts: Sequence[str]) -> frozenset[str]:
    """The stems that one of `prompts` alone has; none of a few, whose manner nobody else shows."""
    if len(prompts) < FEWEST:
        return frozenset()
    counts = Counter(term for prompt in prompts for term in set(terms(prompt)))
    return frozenset(
        term for term, count in counts.items() if count == 1 and term.isalpha() and len(term) > 1
    )


def pool_size(asked: int, n: int, parameters: int, *, greedy: bool) -> int:
    """How many candidates to write to give `n` of them; `asked` is the person's wish, 0 for none.

    `parameters` are those of the base, 0 if they are not known. Greedy decoding has one answer,
    however often it is asked.
    """
    if greedy:
        return 1
    return max(n, asked or (POOL if 0 < parameters < SMALL_BASE else LARGE_POOL))
