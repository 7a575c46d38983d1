"""Guards on the text: junk out, no sentence twice, no loops, no broken end.

Every cut leaves a beginning of the text, so what has been streamed need not be taken back.
"""

from __future__ import annotations

import unicodedata

from promptstyle.core.generation.loops import loop_start, may_loop
from promptstyle.core.generation.sentences import (
    ITEM,
    MARKER_ONLY,
    is_form,
    key,
    may_become,
    split,
)

_JUNK = frozenset("\ufffd\ufeff\u2028\u2029")
_KEPT = frozenset("\n\t")


def strip_junk(text: str) -> str:
    """`text` without control characters, broken bytes, lone surrogates and non-characters."""
    return "".join(
        char
        for char in text
        if char in _KEPT
        or (char not in _JUNK and unicodedata.category(char) not in ("Cc", "Cs", "Cn", "Co"))
    )


def clean(text: str, *, cut_short: bool = False) -> str:
    """The text to show for what a model wrote; `cut_short` if it ran out of length.

    Removes junk and outer blanks, cuts a broken end back (`whole`), and cuts before the first
    sentence that stands there already and at the first loop. Empty only if `text` has nothing
    but blanks and junk. Cleaning twice changes nothing more.
    """
    text = strip_junk(text).strip()
    if cut_short:
        text = whole(text)
    while (position := fault(text)) is not None:
        between = any(sentence.start == position for sentence in split(text))
        text = text[:position].rstrip()
        if not between:
            text = whole(text, words=False)
    return text


def fault(text: str, *, growing: bool = False) -> int | None:
    """Where `text` first repeats itself (a sentence or a loop): the index to cut at, or None.

    While the text is `growing` its last sentence is not judged before it has ended.
    """
    positions = [_repeated_sentence(text, growing=growing)]
    if not growing or may_loop(text):
        positions.append(loop_start(text, growing=growing))
    found = [position for position in positions if position is not None]
    return min(found, default=None)


def safe_length(text: str) -> int:
    """How much of a growing `text` may be shown: not a sentence that so far repeats another.

    A sentence that only begins like an earlier one is held until it goes its own way.
    """
    sentences = split(text, growing=True)
    if not sentences:
        return len(text)
    *before, last = sentences
    beginning = text[last.start :]
    said = (key(text[sentence.start : sentence.end]) for sentence in before)
    if any(words and may_become(beginning, words) for words in said):
        return last.start
    return len(text)


def whole(text: str, *, words: bool = True) -> str:
    """`text` cut back to its last whole sentence or list item.

    Without one, to the last whole line if that keeps half of the text, else to the last whole
    word (with `words`; without, the text stays).
    """
    text = text.rstrip()
    ends = [s.end for s in split(text) if s.ended or (s.line and ITEM.match(text, s.start))]
    if not ends:
        lines = text.rfind("\n")
        if lines * 2 >= len(text):
            ends = [lines]
    if ends:
        return _without_lead_in(text[: ends[-1]].rstrip())
    head, blank, _ = text.rpartition(" ")
    return head.rstrip() if words and blank and head.strip() else text


def _without_lead_in(text: str) -> str:
    """`text` without a last line that announces what never came ("Include:", "3.")."""
    head, _, last = text.rpartition("\n")
    if head.strip() and (last.endswith(":") or MARKER_ONLY.fullmatch(last)):
        return _without_lead_in(head.rstrip())
    return text


def _repeated_sentence(text: str, *, growing: bool) -> int | None:
    seen: set[tuple[str, ...]] = set()
    sentences = split(text, growing=growing)
    for sentence in sentences:
        if growing and sentence is sentences[-1] and not sentence.line and not sentence.ended:
            return None
        said = text[sentence.start : sentence.end]
        words = key(said)
        if not words or (not sentence.ended and is_form(said)):
            continue
        if words in seen:
            return sentence.start
        seen.add(words)
    return None
