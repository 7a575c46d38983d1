"""What a model has to beat: liked prompts copied without any learning."""

from __future__ import annotations

import random
from collections.abc import Sequence

from promptstyle.core.style.retrieval import Retriever
from promptstyle.core.training.template import Pair


def random_liked(liked: Sequence[Pair], topics: Sequence[str], seed: int) -> list[str]:
    """One liked prompt for every topic, drawn at random whatever the topic says.

    The draw for a topic depends on the seed, the topic and the likes, not on the other topics.
    Raises ValueError if there are no likes.
    """
    if not liked:
        raise ValueError("no liked prompts to draw from")
    return [random.Random(f"{seed}\n{topic}").choice(liked)[1] for topic in topics]


def nearest_liked(liked: Sequence[Pair], topics: Sequence[str]) -> list[str]:
    """For every topic, the liked prompt that retrieval finds nearest, copied as it is.

    Where no word of the topic matches, that is the most typical one. Raises ValueError if there
    are no likes.
    """
    if not liked:
        raise ValueError("no liked prompts to copy")
    retriever = Retriever(liked)
    return [liked[retriever.nearest(topic, 1)[0]][1] for topic in topics]
