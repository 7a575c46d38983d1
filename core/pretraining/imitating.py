"""Sequences of one author in the layouts that the program uses, and the tasks beside them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from random import Random

from promptstyle.core.pretraining.wishes import common_terms, notes_for, wishes
from promptstyle.core.style.composer import Composer
from promptstyle.core.style.ideas import Ideas
from promptstyle.core.style.parts import Parts
from promptstyle.core.training.template import Pair, Segment, Style, distinction, layout

# How many prompts are shown before the query, and how often.
SHOWN = {0: 10, 1: 12, 2: 28, 3: 10, 4: 25, 6: 8, 8: 7}
# What else stands before it. Key words and the card are measured on the author's other prompts.
PARTS = (
    (Parts(), 45),
    (Parts(keywords="likes"), 12),
    (Parts(summary="likes"), 5),
    (Parts(summary="likes", keywords="likes"), 4),
    (Parts(draft=True), 24),
    (Parts(draft=True, keywords="likes"), 8),
    (Parts(draft=True, lead=True), 2),
)
# In the program the likes shown are those nearest to the topic; where a model has seen only such,
# it takes their words for the topic's.
NEAREST = 0.6
# Queries of one author in a sequence, each after notes of its own: what is shown is read once.
QUERIES = 4
# So many queries come after what the program finds in the notes that ship, so many after notes of
# their own prompt, and the others after none. Notes of the prompt alone teach to trust any note;
# what is found is often beside the point, and only that teaches how far it holds.
FOUND, OWN = 0.5, 0.3
# So many lines of what is found stand there.
FOUND_LINES = (1, 1, 1, 2)
# Of fewer prompts nothing is measured.
FEWEST = 4
# Characters of each prompt in a pair to tell apart, as in a retraining.
TOLD = 400


@dataclass(frozen=True)
class Shape:
    """How many prompts are shown, whether the nearest or any, and what else stands there."""

    count: int = 0
    parts: Parts = field(default_factory=Parts)
    nearest: bool = False

    @classmethod
    def draw(cls, others: int, rng: Random) -> Shape:
        """One for an author of whom there are so many `others` besides the query."""
        count = min(others, rng.choices(list(SHOWN), list(SHOWN.values()))[0])
        parts = rng.choices([each for each, _ in PARTS], [weight for _, weight in PARTS])[0]
        measured = parts.keywords != "none" or parts.summary != "none"
        if not count or (measured and others < FEWEST):
            parts = Parts()
        # The draft is made of the nearest that are shown.
        return cls(count, parts, rng.random() < NEAREST or parts.draft)


def sequence(pairs: Sequence[Pair], shape: Shape) -> list[Segment]:
    """The last of one author's `pairs` as the query, others before it; all responses are learnt."""
    topic, prompt = pairs[-1]
    others = pairs[:-1]
    style = Style()
    if shape.count:
        style = Composer.of(others, shape.parts).style(topic, count=shape.count)
        if not shape.nearest:
            style = replace(style, shown=tuple(others[: shape.count]))
    return layout(topic, prompt, style=style, learn_shown=True)


class Memory:
    """What can be found for a topic: the notes that ship, and what other authors ask for."""

    def __init__(self, notes: Ideas, prompts: Ideas) -> None:
        # The same topics come again and again, and to search takes longer than all the rest.
        self._noted = lru_cache(maxsize=None)(lambda topic: notes.find(topic, max(FOUND_LINES)))
        self._asked = lru_cache(maxsize=None)(
            lambda author, topic: [
                wish
                for each in prompts.find(topic, 3, exclude=author)
                for wish in wishes(topic, each)
            ]
        )

    def found(self, topic: str, count: int) -> tuple[str, ...]:
        """What the program would show of the notes for `topic`, the best one last."""
        return tuple(reversed(self._noted(topic)[:count]))

    def asked(self, author: str, topic: str) -> list[str]:
        """What others than `author` ask for on near topics."""
        return self._asked(author, topic)

    def lines(
        self, author: str, asked: Pair, common: Collection[str], rng: Random
    ) -> tuple[str, ...]:
        """The lines of notes before one query of `author`, none for some.

        Either what is found for the topic, as in the program; or what the prompt itself asks for,
        in another order, and among it what others ask for on near topics: what fits is to be
        said in the author's manner.
        """
        topic, prompt = asked
        drawn = rng.random()
        if drawn < FOUND:
            return self.found(topic, rng.choice(FOUND_LINES))
        if drawn < FOUND + OWN:
            return notes_for(topic, prompt, common, self.asked(author, topic), rng)
        return ()


def inspired(
    author: str, pairs: Sequence[Pair], shape: Shape, memory: Memory, rng: Random
) -> list[Segment]:
    """Prompts shown as in `sequence`, then several queries, most of them after notes."""
    queries = min(QUERIES, len(pairs) - shape.count)
    asked, others = pairs[-queries:], pairs[:-queries]
    common = common_terms([prompt for _, prompt in pairs])
    segments: list[Segment] = []
    for place, (topic, prompt) in enumerate(asked):
        style = Style()
        if shape.count and not place:
            style = Composer.of(others, shape.parts).style(topic, count=shape.count)
            if not shape.nearest:
                style = replace(style, shown=tuple(others[: shape.count]))
        style = replace(style, ideas=memory.lines(author, (topic, prompt), common, rng))
        segments += layout(topic, prompt, style=style, learn_shown=True)
    return segments


def told_apart(mine: Sequence[Pair], others: Sequence[Pair], rng: Random) -> list[Segment]:
    """Two prompts, of one author or of two, and the answer."""
    same = rng.random() < 0.5
    first = rng.choice(mine)[1]
    rest = [prompt for _, prompt in (mine if same else others) if prompt != first]
    second = rng.choice(rest or [first])
    return distinction(first[:TOLD], second[:TOLD], same)
