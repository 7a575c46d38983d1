"""How long an answer is to be: what a sentence says of it, and what is usual on near topics."""

from __future__ import annotations

import re
from collections.abc import Iterable
from statistics import median

from promptstyle.core.style.number_words import ONES, TENS

_SMALL = rf"(?:(?:{'|'.join(TENS)})(?:[- ](?:{'|'.join(ONES[:9])}))?|{'|'.join(ONES)})"
_SPELLED = rf"(?:(?:an?|{'|'.join(ONES[:9])}) hundred(?:(?: and)? {_SMALL})?|{_SMALL})"
# "1,500 words"; not the end of "2.5 words", nor "three words that fit".
_WORDS = re.compile(
    rf"(?<![\d.,])(?<!\d )\b(\d{{1,2}}[,.]\d{{3}}|\d{{1,4}}|{_SPELLED})[- ]words?\b"
    r"(?!\s+(?:that|which|who|from|to|i|of|games?|pairs?|problems?)\b)",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"\bthousand\b|\d \d{3} words", re.IGNORECASE)
# What is said of a part of the answer: "each", "sentences of 12 words", "a title of 8 words".
_PART = re.compile(
    r"\b(?:each|every|per|apiece|any|versions?|variants?|lengths|sentences?|lines?|titles?"
    r"|headlines?|headings?|subject|captions?|labels?|questions?|summary|summaries|points?"
    r"|bullets?|items?|steps?|definitions?|quotes?|quotations?|examples?|paragraphs? of|intro\w*"
    r"|hook|first|last|then|before|after|below|above|under it|table|parts?|rows?|columns?|cells?"
    r"|sections?|names?|posts?|slides?|scenes?|notes?|entries|entry|options?|tips?|reasons?)\b",
    re.IGNORECASE,
)
# So many near prompts have to say how long; so much shorter or longer than these want is odd.
FEWEST, TIMES = 6, 2.5


def word_limit(sentence: str) -> int | None:
    """How many words `sentence` wants of the whole answer; None if it says nothing of it."""
    found = _WORDS.findall(sentence)
    if len(found) != 1 or _PART.search(sentence) or _THOUSANDS.search(sentence):
        return None
    return _number(found[0].lower())


def limit_of(sentences: Iterable[str]) -> int | None:
    """What the first of a prompt's `sentences` that says something of its length wants."""
    return next(filter(None, map(word_limit, sentences)), None)


class Usual:
    """What answers on a topic are usually long, by the limits of prompts on near ones."""

    def __init__(self, limits: Iterable[int | None]) -> None:
        """`limits` are those of the near prompts, None where one says nothing of it."""
        found = [limit for limit in limits if limit]
        self._middle = median(found) if len(found) >= FEWEST else None

    def allows(self, sentence: str) -> bool:
        """Whether `sentence` wants a length that is not odd for the topic; true if nothing is
        known."""
        wanted = word_limit(sentence) if self._middle is not None else None
        if wanted is None or self._middle is None:
            return True
        return self._middle / TIMES <= wanted <= self._middle * TIMES


def _number(text: str) -> int:
    if text[0].isdigit():
        return int(re.sub("[,.]", "", text))
    hundreds, _, rest = text.rpartition(" hundred")
    total = 0
    if "hundred" in text:
        first = hundreds.split()[-1]
        total = 100 * (1 if first in ("a", "an") else ONES.index(first) + 1)
        rest = rest.strip().removeprefix("and ").strip()
    else:
        rest = text
    for word in re.split(r"[- ]", rest) if rest else ():
        total += ONES.index(word) + 1 if word in ONES else 10 * (TENS.index(word) + 2)
    return total
