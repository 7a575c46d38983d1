"""Slips of the keyboard in requests: who types a topic in a hurry is to be understood."""

from __future__ import annotations

import re
from random import Random

# Shorter words are seldom mistyped and hard to recognise.
SHORTEST = 4
_WORD = re.compile(rf"[A-Za-z]{{{SHORTEST},}}")


def swap(word: str, at: int) -> str:
    """Letters `at` and the next in the wrong order."""
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def drop(word: str, at: int) -> str:
    """Letter `at` left out."""
    return word[:at] + word[at + 1 :]


def double(word: str, at: int) -> str:
    """Letter `at` typed twice."""
    return word[:at] + word[at] + word[at:]


def mistype(text: str, rng: Random) -> str:
    """`text` with a slip in one of its longer words, never in a word's first letter.

    The kinds are the three of Damerau (1964) that need no map of a keyboard. A text without a
    longer word comes back as it is.
    """
    words = list(_WORD.finditer(text))
    if not words:
        return text
    chosen = rng.choice(words)
    word = chosen.group()
    slip = rng.choice((swap, drop, double))
    at = rng.randrange(1, len(word) - 1)
    return text[: chosen.start()] + slip(word, at) + text[chosen.end() :]


def hurried(text: str, rng: Random) -> str:
    """`text` as somebody in a hurry types it: a slip, perhaps no capital and no full stop."""
    if rng.random() < 0.5:
        text = text[:1].lower() + text[1:].removesuffix(".")
    return mistype(text, rng)
