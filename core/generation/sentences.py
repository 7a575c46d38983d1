"""Sentences, lines and list items of a text, and when two say the same."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# A list item begins so: a bullet, or a number or letter with a dot or bracket.
_BULLET = r"[-*+\u2022\u2013]"
_NUMBERED = r"\(?(?:\d{1,3}|[A-Za-z])[.)]"
ITEM = re.compile(rf"\s*(?:{_BULLET}|{_NUMBERED})\s+")
MARKER_ONLY = re.compile(rf"\s*(?:{_BULLET}|{_NUMBERED})\s*")

_CLOSING = r"[\"'\u201d\u2019)\]*_`\u00bb]*"
# Chinese and Japanese put no blank after the full-width marks.
_WIDE = r"[\u3002\uff01\uff1f]+[\u201d\u2019\uff09\u300d\u300f]*"
_END = re.compile(rf"(?P<stop>{_WIDE}|[.!?\u2026]+{_CLOSING}(?=\s|\Z))|(?P<line>\n)")
_ABBREVIATION = re.compile(
    r"(?:\A|[\s(\[])(?:e\.g|i\.e|vs|cf|approx|dr|mr|mrs|ms|prof|fig)\.\Z", re.IGNORECASE
)
# A number that opens an item of a list: "Include: 1. a title".
_NUMBER = re.compile(rf"(?:\A\s*|[:;,]\s+|\n\s*)(?:{_BULLET}\s+)?\(?(?:\d{{1,3}}|[A-Za-z])\.\Z")
_WORD = re.compile(r"\w+(?:['\u2019]\w+)*")
# A line that is only a tag, a placeholder or a short label: parts of a form, not sentences.
_FORM = re.compile(
    rf"(?:{_BULLET}\s+|{_NUMBERED}\s+)?"
    r"(?:[*`\\]*(?:<[^<>\n]*>|\[[^\[\]\n]*\]|\{+[^{}\n]*\}+)[*`]*|[^\n]{1,40}:)[*`]*"
)

# A sentence said again with one of these is the same sentence.
_FILLERS = frozenset(
    {"a", "again", "also", "always", "an", "and", "but", "finally", "just", "lastly", "now"}
    | {"please", "really", "so", "then", "the", "very"}
)


@dataclass(frozen=True)
class Sentence:
    """`text[start:end]`, without blanks around it.

    `ended` by its punctuation, `line` by the end of its line; neither if the text breaks off.
    """

    start: int
    end: int
    ended: bool
    line: bool


# A growing text is split for several questions at every token, and several grow side by side.
@lru_cache(maxsize=64)
def split(text: str, *, growing: bool = False) -> tuple[Sentence, ...]:
    """The sentences of `text` in order; a line break ends one too.

    While the text is `growing`, a full stop at its very end may be that of "3.5", so it ends
    nothing yet.
    """
    found: list[Sentence] = []
    start = 0
    for match in _END.finditer(text):
        end = match.end()
        if match["stop"]:
            if growing and end == len(text):
                break
            upto = text[start : match.start() + 1]
            if match.group() == "." and (_ABBREVIATION.search(upto) or _NUMBER.search(upto)):
                continue
            _append(found, text, start, end, ended=True)
        else:
            _append(found, text, start, match.start(), line=True)
        start = end
    _append(found, text, start, len(text))
    return tuple(found)


def _append(
    found: list[Sentence],
    text: str,
    start: int,
    end: int,
    *,
    ended: bool = False,
    line: bool = False,
) -> None:
    piece = text[start:end]
    if piece.strip():
        start += len(piece) - len(piece.lstrip())
        found.append(Sentence(start, start + len(piece.strip()), ended, line))


# Asked again for every sentence at every token.
@lru_cache(maxsize=4096)
def key(sentence: str) -> tuple[str, ...]:
    """What a sentence says, to compare: its words without case, filler words, list marker.

    Empty for a sentence without words (a rule, a closing bracket).
    """
    words = _words(sentence)
    return tuple(word for word in words if word not in _FILLERS) or words


def is_form(line: str) -> bool:
    """Whether it is a line like "Input:", "</role>" or "[topic]", which may rightly return."""
    return _FORM.fullmatch(line) is not None


def may_become(beginning: str, said: tuple[str, ...]) -> bool:
    """Whether a sentence that begins so may yet turn out to say what the key `said` does."""
    words = _words(beginning)
    last = ""
    if words and (beginning[-1].isalnum() or beginning[-1] == "_"):
        # It may be the beginning of a longer word.
        *before, last = words
        words = tuple(before)
    spoken = tuple(word for word in words if word not in _FILLERS)
    if not words and (not last or last.isdigit()):
        return True
    if said[: len(spoken)] != spoken:
        return False
    return any(word.startswith(last) for word in (*said[len(spoken) :][:1], *_FILLERS))


def _words(sentence: str) -> tuple[str, ...]:
    if MARKER_ONLY.fullmatch(sentence):
        return ()
    item = ITEM.match(sentence)
    body = sentence[item.end() :] if item else sentence
    plain = unicodedata.normalize("NFKC", body).casefold().replace("_", " ")
    return tuple(_WORD.findall(plain))
