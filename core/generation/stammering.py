"""Where a text says a thing twice in one breath: "the table and the table", "main main points".

Small models do; people hardly ever. While a text grows, the word that would do it is not drawn
(`barred`, a blocking of repeats as in Paulus et al. 2017, arXiv:1705.04304, but within a sentence
and its lists); in whole texts it is counted (`stammers`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import pairwise

from promptstyle.core.generation.sentences import split
from promptstyle.core.style.openings import openings, unmarked
from promptstyle.core.style.words import STOP_WORDS, stem, words

# What a list is divided by.
_BETWEEN = re.compile(r"[,;]|\b(?:and|or|nor)\b", re.IGNORECASE)
_LAST_WORD = re.compile(r"[^\W_]+\Z")
# "Bookbookbook" is no word; "couscous" is. No part is longer than words are: to look for longer
# ones takes the square of the text's length, seconds for a line of 100,000 letters.
_LOOP = re.compile(r"([^\W\d_]{3,40})\1{2,}", re.IGNORECASE)
_LOOPING = re.compile(r"([^\W\d_]{3,40})\1\Z", re.IGNORECASE)
# Words that may stand twice in a row ("that that", "very very").
_DOUBLED = frozenset({"had", "that", "very", "so", "is", "no", "more", "bla", "blah"})
# Of a thing that is named again so many words are compared.
_LONGEST = 3
# A beginning of fewer letters is left to other words.
FEWEST_LETTERS = 3
# A word that carries something is not said so often in a sentence.
_OFTEN = 3


def stammers(text: str) -> int:
    """How many places of `text` say a thing twice: 0 for 95 of 100 prompts that people wrote.

    A word twice in a row, or within one its letters three times; an item of a list that is the one
    before it, or stands in the list twice; a word with a meaning of its own three times in a
    sentence; a sentence that says nothing but what another one says.
    """
    sentences = [text[each.start : each.end] for each in split(text)]
    told = [_told(sentence) for sentence in sentences]
    idle = sum(
        len(one) > 1 and any(one <= other for j, other in enumerate(told) if j != i)
        for i, one in enumerate(told)
    )
    return idle + sum(map(_in_sentence, sentences))


def barred(
    text: str, opening: int = 0, once: Collection[str] = (), not_yet: Collection[str] = ()
) -> tuple[frozenset[str], frozenset[str], str]:
    """The words that would make the growing `text` stammer, in lower case.

    Those that may not follow as a word of their own; those that may not become of the last word,
    which may still grow; and that word as far as it has come, "" after a blank or a sign.
    With an `opening` no sentence may begin with the same so many words as one before it. Of the
    words `once` each may begin one sentence, and those `not_yet` none so far.
    """
    if is_over(text):
        return _no_first(text, once, not_yet), frozenset(), ""
    last = _LAST_WORD.search(text)
    grown = last[0] if last else ""
    start = _sentence_start(text)
    used = openings(text[:start], opening)
    first = _no_first(text[:start], once, not_yet)
    after = _next_in(text[start:], used, first)
    within = _next_in(text[start : len(text) - len(grown)], used, first) if grown else frozenset()
    return after, within, grown.lower()


def barred_tokens(
    text: str,
    tokens: Mapping[str, int],
    first: Callable[[str], tuple[int, str]] | None = None,
    *,
    opening: int = 0,
    once: Collection[str] = (),
    not_yet: Collection[str] = (),
) -> list[int]:
    """Those of `tokens`, by the text that they stand for, that `barred` keeps from being next.

    `first` gives the token, and its text, that a word of several tokens begins with, after a blank
    or, where it is given without one, at the beginning of a line. Barred at its last token alone
    such a word would be left standing half ("no former boyfri."), so it is barred at its first;
    where too many other words begin so, it is not barred at all.
    """
    after, within, grown = barred(text, opening, once, not_yet)
    found: set[int | None] = set()
    blanks = (" ", "") if text[-1:] in ("", "\n") else (" ",)
    for word in (f"{blank}{word}" for word in after for blank in blanks):
        # A word may stand there with a capital, or in capitals, too.
        for each in _cases(word):
            token = tokens.get(each)
            if token is None and first is not None:
                token, begun = first(each)
                if not _tells(begun):
                    continue
            elif not each.startswith(" ") and not _tells(each):
                # Without a blank short tokens begin words of all kinds.
                continue
            found.add(token)
    if grown:
        start = len(text) - len(grown)
        blank = " " if text[:start].endswith(" ") else ""
        if loop := _LOOPING.search(grown):
            found.update(tokens.get(each) for each in _cases(loop[1]))
        # A word that is whole cannot be kept from it; "" is what special tokens stand for.
        rests = [word[len(grown) :] for word in within if word.startswith(grown) and word != grown]
        for each in (each for rest in rests for each in _cases(rest)):
            whole = f"{blank}{text[start:]}{each}"
            if first is None or whole in tokens or _tells(first(whole)[1]):
                found.add(tokens.get(each))
    return sorted(token for token in found if token is not None)


def _tells(begun: str) -> bool:
    """Whether hardly another word begins so: not "sp", and not "in", which "inbox" does."""
    bare = begun.strip().lower()
    return len(bare) >= FEWEST_LETTERS and bare not in STOP_WORDS


def _cases(text: str) -> tuple[str, str, str]:
    return text, text.title(), text.upper()


def is_over(text: str) -> bool:
    """Whether what follows `text` is another sentence."""
    bare = text.rstrip()
    return not bare or "\n" in text[len(bare) :] or split(text)[-1].ended


def opens_with(text: str, openers: Collection[str]) -> bool:
    """Whether the last sentence of the growing `text`, be it ended, opens with one of these."""
    found = openings(text, 1) if openers else ()
    return bool(found) and found[-1][0] in openers


def _sentence_start(text: str) -> int:
    found = split(text, growing=True)
    if not found:
        return 0
    # After a full stop another sentence begins, though nothing of it is there yet.
    over = found[-1].ended and text[found[-1].end :] != ""
    return found[-1].end if over else found[-1].start


def _no_first(before: str, once: Collection[str], not_yet: Collection[str]) -> frozenset[str]:
    """The words that may not begin a sentence after those of `before`."""
    begun = {word for (word,) in openings(before, 1)} if once else set()
    return frozenset(begun.intersection(once).union(not_yet))


def _next_in(text: str, used: Sequence[tuple[str, ...]], first: frozenset[str]) -> frozenset[str]:
    """The words that would make a sentence stammer, of which `text` is the beginning.

    Those too that would make it begin like one of `used`, and `first` where it has none yet.
    """
    text = unmarked(text)
    said = words(text)
    if not said:
        return first
    found = {said[-1]} if _doubles(said[-1]) else set()
    found.update(opening[-1] for opening in used if opening[:-1] == tuple(said))
    items = [words(item) for item in _BETWEEN.split(text)]
    growing = items[-1]
    if len(items) > 1 and not (growing and growing[0].isdigit()):
        begun = _bare(growing)
        size = len(begun) + 1
        known = [_bare(item) for item in items[1:-1]]
        for item in (items[-2][-size:], items[0][-size:], *known):
            if item[:-1] == begun and len(item) == size and not STOP_WORDS.issuperset(item):
                found.add(item[-1])
    stems = [stem(word) for word in said if word.isalpha() and word not in STOP_WORDS]
    often = {word for word in stems if stems.count(word) >= _OFTEN - 1}
    found.update(word for word in said if stem(word) in often)
    return frozenset(found)


def _doubles(word: str) -> bool:
    """Whether `word` twice in a row is a fault."""
    return word.isalpha() and len(word) > 1 and word not in _DOUBLED


def _told(sentence: str) -> frozenset[str]:
    """The words of a sentence that carry something."""
    return frozenset(stem(word) for word in words(sentence) if word not in STOP_WORDS)


def _in_sentence(text: str) -> int:
    said = words(text)
    found = sum(one == other and _doubles(one) for one, other in pairwise(said))
    found += len(_LOOP.findall(text))
    items = [words(item) for item in _BETWEEN.split(text)]
    found += sum(_named_again(one, other) for one, other in pairwise(items))
    named = [item for item in map(_bare, items[1:]) if item]
    found += len(named) - len({tuple(item) for item in named})
    # The first item begins with whatever leads to the list; the second was compared with it.
    found += sum(item == items[0][-len(item) :] for item in named[1:])
    stems = Counter(stem(word) for word in said if word.isalpha() and word not in STOP_WORDS)
    return found + sum(times >= _OFTEN for times in stems.values())


def _named_again(before: list[str], after: list[str]) -> bool:
    """Whether `after` begins with what `before` ends with."""
    if after and after[0].isdigit():
        # "80 words and 150 words" are two things.
        return False
    after = _bare(after)
    return any(
        before[-size:] == after[:size]
        and not STOP_WORDS.issuperset(after[:size])
        # "the plan, then the plan's cost" goes on.
        and after[size : size + 1] != ["s"]
        for size in range(1, min(_LONGEST, len(before), len(after)) + 1)
    )


def _bare(item: list[str]) -> list[str]:
    """Without the articles and the like before it."""
    start = 0
    while start < len(item) and item[start] in STOP_WORDS:
        start += 1
    return item[start:]
