"""A prompt taken apart: its sentences, lines and list items, and what stands between them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from promptstyle.core.generation.sentences import ITEM, split
from promptstyle.core.style.words import words

FRAGMENT = re.compile(r"; ")
# A text with so many is a telegram.
TELEGRAM = 2


@dataclass(frozen=True)
class Slot:
    """A sentence of a prompt, and what stands before it: blanks, a list mark, a heading."""

    before: str
    text: str


def slots(text: str, *, fragments: bool = False) -> list[Slot]:
    """The sentences, lines and list items of `text`; with `fragments` parted at ";" too.

    What stands between them, put together again, is `text` up to the end of the last.
    """
    found: list[Slot] = []
    at = 0
    for sentence in split(text):
        start = sentence.start
        item = ITEM.match(text, start, sentence.end)
        if item and item.end() < sentence.end:
            start = item.end()
        parts = [start]
        if fragments:
            parts += [match.end() for match in FRAGMENT.finditer(text, start, sentence.end)]
        ends = [part - 2 for part in parts[1:]] + [sentence.end]
        for begin, end in zip(parts, ends, strict=True):
            if text[begin:end].strip():
                found.append(Slot(text[at:begin], text[begin:end]))
                at = end
    return found


def telegraphic(text: str) -> bool:
    """Whether `text` is a telegram, whose sentences are parted at ";"."""
    return len(FRAGMENT.findall(text)) >= TELEGRAM


def opener(sentence: str) -> str:
    """The first word of `sentence` in lower case, "" if it has none."""
    return next(iter(words(sentence)), "")
