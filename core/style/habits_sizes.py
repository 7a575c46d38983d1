"""The habits of one prompt that are numbers: how long, how many, how dense."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from promptstyle.core.style.habits_traits import BULLET, HEADING, NUMBERED, Reading

# What each number counts; a person's page names them so.
SIZES = {
    "words": "words",
    "sentences": "sentences",
    "sentence_words": "words in a sentence",
    "word_letters": "letters in a word",
    "lines": "lines",
    "headings": "headings",
    "items": "list items",
    "numbers": "numbers in digits",
    "commas": "commas in 100 words",
    "commands": "sentences in 100 that command",
}
# Beyond the middle 80 % a number fits worse the further it lies, on a scale of logarithms: at
# half the spread, and at least at this, from the edge it has lost 40 %.
_LEAST_SCALE = 0.15
# With few likes the middle is not well known: so much more room, divided by the root of them.
_UNKNOWN = 0.4


@dataclass(frozen=True)
class Spread:
    """The middle of a number over the likes: a tenth are below `low`, a tenth above `high`."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of `values` (at least one); in between two of them, linear."""
        ordered = sorted(values)
        low, median, high = (_quantile(ordered, q) for q in (0.1, 0.5, 0.9))
        return cls(low, median, high)

    def fit(self, value: float, likes: int) -> float:
        """How well `value` keeps to it, 0 to 1: 1 inside, a bell's slope outside."""
        low, high, at = (math.log1p(x) for x in (self.low, self.high, value))
        outside = max(low - at, at - high, 0.0)
        scale = max((high - low) / 2, _LEAST_SCALE) + _UNKNOWN / math.sqrt(max(likes, 1))
        return math.exp(-0.5 * (outside / scale) ** 2)


def sizes(read: Reading) -> dict[str, float]:
    """The numbers named in SIZES of one prompt; all 0 for one without words."""
    count = len(read.words)
    told = max(len(read.sentences), 1)
    per_word = 1 / max(count, 1)
    return {
        "words": count,
        "sentences": len(read.sentences),
        "sentence_words": count / told,
        "word_letters": sum(map(len, read.words)) * per_word,
        "lines": sum(1 for line in read.text.split("\n") if line.strip()),
        "headings": len(HEADING.findall(read.text)),
        "items": len(BULLET.findall(read.text)) + len(NUMBERED.findall(read.text)),
        "numbers": sum(1 for word in read.words if word.isdigit()),
        "commas": 100 * read.text.count(",") * per_word,
        "commands": 100 * read.commands / told,
    }


def _quantile(ordered: Sequence[float], q: float) -> float:
    at = q * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)
