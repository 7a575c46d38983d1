"""What is said of who can do it: "You are a doctor" + ", exact and hard to impress"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from promptstyle.core.style.anywhere import some
from promptstyle.core.style.casting import CAST
from promptstyle.core.style.general import general_terms, shipped
from promptstyle.core.style.wanted import profession
from promptstyle.core.style.words import terms, words

# Of those that ship so many are weighed under one topic.
WEIGHED = 24
# Who says so many words more of half of those whom their prompts name, or of more, says some of
# anybody.
SAID, SHARE = 4, 0.5
# Where the profession ends and what is said of it begins.
END = re.compile(
    r"[^\w '\u2019-]|\s-|\s(?:about|and|as|at|before|below|by|for|from|helping|in|like|of|on|or|so"
    r"|that|to|under|when|where|which|who|whose|with|without|writing)\b",
    re.IGNORECASE,
)
# What comes after these is part of the profession: "a consultant for small firms".
_PART = re.compile(r"(?:about|for|from|helping|in|on|writing)\b", re.IGNORECASE)
# And after these what somebody is like, and not where.
_OF_THEM = re.compile(r",|(?:who|with)\b", re.IGNORECASE)
# Where what is told of somebody begins, after "calm and patient".
_TOLD = re.compile(
    r"[.!?:;(]|\s(?:at|for|from|in|of|on|that|to|which|who|whose|with|without)\b", re.I
)
_STOP = re.compile(r"[\s.!?:;\u2026]+$")


@lru_cache(maxsize=1)
def shipped_tails() -> tuple[str, ...]:
    """Those that ship with the program: they fit any profession."""
    return tuple(shipped("tails.tsv").read_text("utf-8").splitlines())


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """The stems of what can be said on any topic, and of anybody."""
    return general_terms() | {term for tail in shipped_tails() for term in terms(tail)}


class Tails:
    """What one person says of somebody whom the model is to be, after the profession.

    `firsts` are the first sentences of their prompts.
    """

    def __init__(self, firsts: Iterable[str]) -> None:
        cast = [text for text in firsts if CAST.match(text)]
        found = [_tail(text) for text in cast]
        said = [tail for tail in found if len(tail.split()) >= SAID]
        self._used = len(said) >= max(2, SHARE * len(found))
        # What tells nothing of its topic can be said again.
        self._own = Counter(
            tail
            for text, tail in zip(cast, found, strict=True)
            if tail in said
            and _OF_THEM.match(tail)
            and _known().issuperset(terms(tail))
            # After "a careful, honest assistant" the profession is in the tail.
            and profession(words(text[: text.rindex(tail)])[-1])
        )

    def said_of(self, sentence: str, topic: str, every: Sequence[str]) -> list[str]:
        """`sentence`, "You are a doctor.", with more of that one: what this person has said of
        others, or some of `every` tail, others for another `topic`.

        Nothing from who names a profession and no more.
        """
        cast = CAST.match(sentence)
        end = END.search(sentence, cast.end()) if cast else None
        at = end.start() if end else len(sentence)
        # "An expert in explaining tides to a child, exact" may be the child.
        if not self._used or cast is None or _STOP.sub("", sentence[at:]):
            return []
        # What this person says of one and another is said of anybody, what they said once as seldom
        # as what others said.
        always = [tail for tail, count in self._own.items() if count > 1]
        every = tuple(dict.fromkeys((*self._own, *every)))
        chosen = some(every, topic, max(len(every), 1), WEIGHED)
        return [
            f"{sentence[:at]}{'' if tail.startswith(',') else ' '}{tail}{sentence[at:]}"
            for tail in dict.fromkeys((*always, *chosen))
        ]


def who(sentence: str) -> str:
    """The profession that `sentence` gives the model, in lower case: "doctor"; "" if it gives none,
    or none that it tells more of than that it is one."""
    cast = CAST.match(sentence)
    end = _TOLD.search(sentence, cast.end()) if cast else None
    if cast is None:
        return ""
    named = words(sentence[cast.end() : end.start() if end else None])
    return next((word for word in named if profession(word)), "")


def _tail(sentence: str) -> str:
    """What `sentence` says after the profession; "" if that is part of it."""
    cast = CAST.match(sentence)
    end = END.search(sentence, cast.end()) if cast else None
    if cast is None or end is None:
        return ""
    tail = _STOP.sub("", sentence[end.start() :].lstrip())
    return "" if _PART.match(tail) else tail
