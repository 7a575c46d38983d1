"""Sentences without what some people do to be heard: "EXACTLY", "the "aim"", "no list ...", "i"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from promptstyle.core.style.general import general_terms
from promptstyle.core.style.habits_verbs import COMMANDS
from promptstyle.core.style.words import STOP_WORDS, stem

# No spelling: words in capitals, to be heard.
_LOUD = re.compile(r"(?<![A-Z] or )\b[A-Z]{4,}\b(?! or [A-Z]{2})")
_TRAILING = re.compile(r"\s*(?:\.\.\.|\u2026)\s*$", re.MULTILINE)
_RAISED = re.compile(r"\b(an?|the|each|every) [\"\u201c]([a-z]+(?: [a-z]+)?)[\"\u201d]")
# What is mentioned has to have its quotation marks.
_MENTIONED = re.compile(
    r"\b(?:call\w*|label\w*|nam\w+|say\w*|term|titled?|word|write)(?: \w+)? $",
    re.IGNORECASE,
)
_SMALL_I = re.compile(
    r"(?<![\w.'\u2019-])i(?=['\u2019](?:m|d|ll|ve)\b| (?:already|also|am|ask|can|could|did|do|don"
    r"|feel|find|get|give|had|have|know|like|look|may|might|must|need|paste|print|put|said|say|see|should"
    r"|tell|think|use|want|was|will|would|wrote)\b)"
)


class Quiet:
    """Says sentences as plainly as the one who said the sentences `told` says theirs.

    "I" has a capital if those begin with a `capital`.
    """

    def __init__(self, told: Sequence[str], *, capital: bool) -> None:
        every = "\n".join(told)
        self._shouts = any(_softly(match) != match[0] for match in _LOUD.finditer(every))
        self._raises = _RAISED.search(every) is not None
        self._trails = _TRAILING.search(every) is not None
        self._capital = capital

    def said(self, sentence: str) -> str:
        """`sentence` without what this person never does."""
        if not self._shouts:
            sentence = _LOUD.sub(_softly, sentence)
        if not self._trails:
            sentence = _TRAILING.sub(".", sentence)
        if not self._raises:
            sentence = _RAISED.sub(_lowered, sentence)
        return _SMALL_I.sub("I", sentence) if self._capital else sentence


def _softly(match: re.Match[str]) -> str:
    word = match[0].lower()
    said = word in STOP_WORDS or word in COMMANDS or stem(word) in general_terms()
    return word if said else match[0]


def _lowered(match: re.Match[str]) -> str:
    mentioned = _MENTIONED.search(match.string[: match.start()]) or match[2] in STOP_WORDS
    return match[0] if mentioned else f"{match[1]} {match[2]}"
