"""Sequences of one author in the layouts that the program uses, and the tasks beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from promptstyle.core.pretraining.wishes import NOTED, common_terms, notes_for, wishes
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


def inspired(
    author: str, pairs: Sequence[Pair], shape: Shape, near: Ideas, rng: Random
) -> list[Segment]:
    """Prompts shown as in `sequence`, then several queries, most of them after notes.

    The notes hold what the prompt asks for, in other words and order, and among it what others,
    found in `near`, ask for on such a topic: what fits is to be said in the author's manner.
    """
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
        if rng.random() < NOTED:
            strange = [
                wish for each in near.find(topic, 3, exclude=author) for wish in wishes(topic, each)
            ]
            style = replace(style, ideas=notes_for(topic, prompt, common, strange, rng))
        segments += layout(topic, prompt, style=style, learn_shown=True)
    return segments


def told_apart(mine: Sequence[Pair], others: Sequence[Pair], rng: Random) -> list[Segment]:
    """Two prompts, of one author or of two, and the answer."""
    same = rng.random() < 0.5
    first = rng.choice(mine)[1]
    rest = [prompt for _, prompt in (mine if same else others) if prompt != first]
    second = rng.choice(rest or [first])
    return distinction(first[:TOLD], second[:TOLD], same)
