"""How sentences begin, and whether a person lets several of a prompt begin alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from statistics import fmean

from promptstyle.core.generation.sentences import ITEM, split
from promptstyle.core.style.words import STOP_WORDS, words

# What so few of the person's prompts do is not their manner.
SELDOM = 0.05
# A word that opens a sentence in fewer prompts says nothing of a manner.
FEWEST = 4
# A word ends prompts where so many of the sentences that it opens are the last of theirs, and so
# many prompts end so.
MOSTLY, OFTEN = 0.9, 0.15
# Kept from "Do not use" a second time a small model goes on to something else; kept from "Do not"
# it writes "Do list", which is the opposite.
SIZE = 3


# Of a text that grows the same sentences are asked for at every token.
@lru_cache(maxsize=64)
def openings(text: str, size: int) -> tuple[tuple[str, ...], ...]:
    """The first `size` words of each sentence of `text` that has so many; none for a size of 0.

    A list's bullets and numbers are no words.
    """
    if not size:
        return ()
    found = (tuple(words(unmarked(text[each.start : each.end]))[:size]) for each in split(text))
    return tuple(opening for opening in found if len(opening) == size)


def unmarked(sentence: str) -> str:
    """`sentence` without the bullet or number of a list before it, be it all there is yet."""
    marker = ITEM.match(f"{sentence} ")
    return sentence[marker.end() :] if marker else sentence


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
        counts = Counter(_openers(prompt))
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
    """The words that open the last sentence of many prompts of this person, hardly any other one.

    No function words: what begins with "The" may stand anywhere.
    """
    opened: Counter[str] = Counter()
    closed: Counter[str] = Counter()
    for prompt in prompts:
        found = _openers(prompt)
        opened.update(found)
        # Of one sentence the first is the last.
        closed.update(found[1:][-1:])
    enough = max(FEWEST, OFTEN * len(prompts))
    return tuple(
        sorted(
            word
            for word, count in closed.items()
            if count >= enough and count >= MOSTLY * opened[word] and word not in STOP_WORDS
        )
    )


def closing_words(prompts: Sequence[str], last: Sequence[str]) -> int:
    """How many words the last sentences have that open with one of `last`: the mean, rounded."""
    sizes = [
        len(words(prompt[each.start : each.end]))
        for prompt in prompts
        for each in split(prompt)[-1:]
        if words(unmarked(prompt[each.start : each.end]))[:1] in [[word] for word in last]
    ]
    return round(fmean(sizes)) if sizes else 0


def _openers(prompt: str) -> list[str]:
    # A letter alone begins too many other words.
    return [word for (word,) in openings(prompt, 1) if word.isalpha() and len(word) > 1]
