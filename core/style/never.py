"""What a person never says, and others do: bans, courtesies, questions back, limits in their words.

What fits any topic is a manner too. Who asks for tables does not end in "no lists, please".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import fmean

from promptstyle.core.style.lengths import word_limit

# Against lists and the like, or for plain text in their place.
_NO_LISTS = re.compile(
    r"\b(?:no|without(?: any)?|avoid|instead of|rather than|never|not as an?|n['\u2019]t use"
    r"|not use) (?:bullet points?|bullets?|headings?|lists?|numbering|tables?)\b"
    r"|\b(?:flowing|running|continuous|plain) (?:text|prose|paragraphs?)\b"
    r"|\b(?:one|in|just|short|full) paragraphs?\b|\bfull sentences\b",
    re.IGNORECASE,
)
_COURTEOUS = re.compile(
    r"\b(?:please|pls|plz|kindly|thanks|thank you|if you (?:would|could|please|don['\u2019]t mind)"
    r"|pray)\b",
    re.IGNORECASE,
)
# What makes a conversation of it.
_BACK = re.compile(
    r"\b(?:a single|one|1) (?:question |thing )?at a time\b|\bwait for my\b|\binterview me\b"
    r"|\bask (?:me|for)\b[^.;:]*\bquestions?\b|\bask me (?:first|about|what|which|how|for)\b",
    re.IGNORECASE,
)
# "Each has 30 words at most" too.
_COUNTED = re.compile(r"\b(?:\d+|hundred|\w+ty|ten|twelve) (?:\w+ )?words?\b", re.IGNORECASE)
# Each is said by who says it at all.
_ONCE = (
    *(
        re.compile(rf"\b(?:{said})", re.IGNORECASE)
        for said in (
            r"titles?\b|headlines?\b",
            r"tones?\b",
            r"(?:plain|simple|easy|everyday|common|ordinary) (?:\w+ )?(?:words|terms|language)\b",
            r"(?:\w+ )?summary\b",
            r"euros?\b|eur\b",
            r"dollars?\b|usd\b",
            r"pounds sterling\b|quid\b",
            r"(?:writ|whatsoever|pray|thou|thee|thy|hath|doth|nay|aye|prithee)\b",
            r"(?:alternatives?|versions?|variants?)\b",
            r"yeah\b|ok\?|w/",
            r"pls\b|plz\b",
            r"i know you|i(?: a|['\u2019])m sure you|you always\b|i trust you|you are good at"
            r"|you can do this",
        )
    ),
    *map(re.compile, ("\u20ac", r"\$", "\u00a3")),
)
# "The tone's firm": a noun and "is" in one.
_CLIPPED = re.compile(r"^(?:the|it) (?:\w+ )?\w+['\u2019]s ", re.IGNORECASE)
# Who says a thing in so many of their prompts, or so often, may say it in others' words.
SHARE, OFTEN, MANY = 0.1, 2, 30
# Fewer do not show what somebody never says.
FEWEST = 15
# Who says in so many prompts how many words an answer has says that in their own words.
LIMITS = 3


class Never:
    """What the person whose `prompts` these are never says; `sentences` are those of each."""

    def __init__(self, prompts: Sequence[str], sentences: Sequence[str]) -> None:
        self._limits = False
        self._patterns: list[re.Pattern[str]] = []
        if len(prompts) < FEWEST:
            return
        self._patterns += [
            pattern for pattern in (_NO_LISTS, _COURTEOUS, _BACK) if not _says(prompts, pattern)
        ]
        # Of many prompts one that says it is none.
        least = OFTEN if len(prompts) >= MANY else 1
        self._patterns += [
            pattern
            for pattern in _ONCE
            if sum(pattern.search(prompt) is not None for prompt in prompts) < least
        ]
        if not any(_CLIPPED.search(each) for each in sentences):
            self._patterns.append(_CLIPPED)
        self._limits = sum(word_limit(each) is not None for each in sentences) >= LIMITS

    def says(self, sentence: str) -> bool:
        """Whether `sentence`, in somebody else's words, is what this person never says."""
        if self._limits and _COUNTED.search(sentence):
            return True
        return any(pattern.search(sentence) for pattern in self._patterns)


def _says(prompts: Sequence[str], pattern: re.Pattern[str]) -> bool:
    found = [pattern.search(prompt) is not None for prompt in prompts]
    return sum(found) >= OFTEN and fmean(found) >= SHARE
