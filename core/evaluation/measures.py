"""Cheap measures beside ROUGE, each with one plain meaning."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from promptstyle.core.style.words import (
    NEAR_DUPLICATE,
    resemblance,
    shingles,
    terms,
    topic_terms,
    words,
)


@dataclass(frozen=True)
class SystemOutput:
    """What one system wrote for one topic.

    `finish` says whether a model ended by itself ("stop") or ran out of room ("length"); None for
    a text that no model wrote (the copied likes of `random` and `nearest`).
    """

    text: str
    finish: Literal["stop", "length"] | None = None


@dataclass(frozen=True)
class Measures:
    """Shares from 0 to 1 over the outputs of a system, and their mean length in words.

    `ended`: ended by themselves (None if no model wrote them). `repeated`: hold a sentence twice.
    `covered`: of the content words of a topic, found in its output (mean over the topics that
    have any; None if none has). `copied`: are, but for small edits, a liked prompt (None if no
    likes were given).
    """

    ended: float | None
    repeated: float
    covered: float | None
    copied: float | None
    words: float


def measure(
    topics: Sequence[str], outputs: Sequence[SystemOutput], liked: Sequence[str] = ()
) -> Measures:
    """The measures of one system; `outputs[i]` answers `topics[i]`, `liked` is what it could copy.

    Raises ValueError if there are no outputs, or not one a topic.
    """
    if not outputs or len(outputs) != len(topics):
        raise ValueError(f"{len(outputs)} outputs for {len(topics)} topics")
    written = [output for output in outputs if output.finish is not None]
    coverage = [
        found
        for topic, output in zip(topics, outputs, strict=True)
        if (found := covered(topic, output.text)) is not None
    ]
    known = [shingles(prompt) for prompt in liked]
    copies = [
        any(resemblance(mine, other) >= NEAR_DUPLICATE for other in known)
        for mine in (shingles(output.text) for output in outputs)
    ]
    return Measures(
        ended=_mean([output.finish == "stop" for output in written]),
        repeated=_share([has_repeated_sentence(output.text) for output in outputs]),
        covered=_mean(coverage),
        copied=_share(copies) if liked else None,
        words=_share([len(output.text.split()) for output in outputs]),
    )


def covered(topic: str, text: str) -> float | None:
    """The share of the topic's content words (stems, each once) that `text` holds.

    None if the topic has none ("Make a prompt."). Synonyms do not count.
    """
    wanted = set(topic_terms(topic))
    return len(wanted & set(terms(text))) / len(wanted) if wanted else None


def has_repeated_sentence(text: str) -> bool:
    """Whether a sentence or line of two words or more stands twice, whatever its case."""
    sentences = [tuple(words(part)) for part in re.split(r"(?<=[.!?])\s+|\n+", text)]
    long_enough = [sentence for sentence in sentences if len(sentence) > 1]
    return len(set(long_enough)) < len(long_enough)


def _mean(values: Sequence[float]) -> float | None:
    return _share(values) if values else None


def _share(values: Sequence[float]) -> float:
    return sum(values) / len(values)
