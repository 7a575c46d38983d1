"""How sentences begin, and whether a person lets several of a prompt begin alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from promptstyle.core.generation.sentences import split
from promptstyle.core.style.words import words

# What so few of the person's prompts do is not their manner.
SELDOM = 0.05
# A word that opens a sentence in fewer prompts says nothing of a manner.
FEWEST = 4
# A word ends prompts where so many of the sentences that it opens are the last of theirs.
MOSTLY = 0.9
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


def said_once(prompts: Sequence[str]) -> tuple[str, ...]:
    """The words with which a prompt of this person has one sentence at most, in order.

    Who writes "Show only" at the end of every prompt does not write it twice in any.
    """
    having: Counter[str] = Counter()
    again: Counter[str] = Counter()
    for prompt in prompts:
        counts = Counter(word for (word,) in openings(prompt, 1))
        having.update(counts.keys())
        again.update(word for word, count in counts.items() if count > 1)
    return tuple(
        sorted(
            word
            for word, count in having.items()
            if count >= FEWEST and again[word] <= SELDOM * count
        )
    )


def said_last(prompts: Sequence[str]) -> tuple[str, ...]:
    """The words that open the last sentence of this person's prompts and hardly any other."""
    opened: Counter[str] = Counter()
    closed: Counter[str] = Counter()
    for prompt in prompts:
        found = openings(prompt, 1)
        opened.update(word for (word,) in found)
        # Of one sentence the first is the last.
        closed.update(word for (word,) in found[1:][-1:])
    return tuple(
        sorted(
            word
            for word, count in closed.items()
            if count >= FEWEST and count >= MOSTLY * opened[word]
        )
    )
