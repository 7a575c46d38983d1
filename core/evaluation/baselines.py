"""What a model has to beat: liked prompts copied without any learning."""

from __future__ import annotations

import random
from collections.abc import Sequence

from promptstyle.core.generation.sentences import split
from promptstyle.core.style.composer import Composer
from promptstyle.core.style.index import LikeIndex
from promptstyle.core.style.ranking import retain
from promptstyle.core.style.words import bare_topic
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
    index = LikeIndex.of(liked)
    return [liked[retain(index, topic, count=1)[0].key][1] for topic in topics]


def splice(liked: Sequence[Pair], topics: Sequence[str]) -> list[str]:
    """For every topic, its own words as the first sentence, and the rest of the nearest like.

    A baseline that flatters no model: on the topic, and but for one sentence in the manner.
    Raises ValueError if there are no likes.
    """
    nearest = nearest_liked(liked, topics)
    return [_first(topic) + _rest(like) for topic, like in zip(topics, nearest, strict=True)]


def swap(liked: Sequence[Pair], topics: Sequence[str]) -> list[str]:
    """For every topic, a like near to it with the topic's words swapped in.

    What the program can write without a model, and weighs beside what the model wrote. Raises
    ValueError if there are no likes.
    """
    if not liked:
        raise ValueError("no liked prompts to copy")
    index = LikeIndex.of(liked)
    return [Composer.draft(topic, retain(index, topic)) for topic in topics]


def _first(topic: str) -> str:
    """The words of `topic`, without the request for a prompt, as a sentence."""
    words = bare_topic(topic) or topic.strip()
    ended = words.endswith((".", "!", "?", "…", "。", "！", "？"))  # noqa: RUF001
    return words[:1].upper() + words[1:] + ("" if ended or not words else ".")


def _rest(prompt: str) -> str:
    """`prompt` without its first sentence, with the blanks that stood before the second."""
    sentences = split(prompt)
    return prompt[sentences[0].end :].rstrip() if sentences else ""
