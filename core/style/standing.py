"""Whether a sentence can stand by itself in another prompt than the one it was written for."""

from __future__ import annotations

import re

from promptstyle.core.style.words import words

# "A good answer looks like this:", "here is what you need", "a reason for each of the five": the
# rest is missing.
_DANGLES = re.compile(
    r":$|\bhere(?:['\u2019]s| is| are) what\b|\b(?:all|of the|the other|too \w+ for)"
    r" (?:\d+|two|three|four|five|six|seven|eight|nine|ten)(?=[.,;!?]|$)",
    re.IGNORECASE,
)
# "Do not repeat them" does as well, "if dates are missing, list them" does not.
_THEM = re.compile(r"\b(?:them|they)\b", re.IGNORECASE)
_SEVERAL = re.compile(
    r"\b(?!(?:address|always|as|does|discuss|his|is|its|less|makes|perhaps|this|thus|unless|us"
    r"|was)\b)\w+s\b"
    r"|\b(?:and|any\w+|children|data|every\w+|men|people|reader|some\w+|women|\d+)\b"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve)\b",
    re.IGNORECASE,
)


def dangles(sentence: str) -> bool:
    """Whether `sentence` speaks of what was said before it, or leads up to what is not."""
    them = _THEM.search(sentence)
    return _DANGLES.search(sentence) is not None or (
        them is not None and _SEVERAL.search(sentence[: them.start()]) is None
    )


def names(sentence: str, known: frozenset[str]) -> bool:
    """Whether `sentence` names somebody: a capital within, of a word that is not `known`."""
    following = sentence.split()[1:]
    return any(
        word[:1].isupper() and not known.issuperset(words(word)) and word.upper() != word
        for word in (each.lstrip("\"'(\u201c\u2018") for each in following)
    )
