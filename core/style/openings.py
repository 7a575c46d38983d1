"""How sentences begin, and whether a person lets several of a prompt begin alike."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from promptstyle.core.generation.sentences import split
from promptstyle.core.style.words import words

# What so few of the person's prompts do is not their manner.
SELDOM = 0.05
# Kept from "Do not use" a second time a small model goes on to something else; kept from "Do not"
# it writes "Do list", which is the opposite.
SIZE = 3


# Of a text that grows the same sentences are asked for at every token.
@lru_cache(maxsize=64)
def openings(text: str, size: int) -> tuple[tuple[str, ...], ...]:
    """The first `size` words of each sentence of `text` that has so many; none for a size of 0."""
    if not size:
        return ()
    found = (tuple(words(text[each.start : each.end])[:size]) for each in split(text))
    return tuple(opening for opening in found if len(opening) == size)


def told_apart_by(prompts: Sequence[str]) -> int:
    """By how many of their first words the sentences of each of `prompts` differ.

    Three if hardly any prompt has two sentences that begin with the same three words, else 0: who
    likes to begin with "Make sure to" again and again may have it.
    """
    found = [openings(prompt, SIZE) for prompt in prompts]
    alike = sum(len(each) > len(set(each)) for each in found)
    return SIZE if alike <= SELDOM * len(prompts) else 0
