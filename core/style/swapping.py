"""A like with another topic's words in place of its own: a prompt that needs no model.

The request "explains tides to a child" and the liked pair ("summarizes a novel", "Summarize the
novel in five lines. ...") give "Explain tides to a child in five lines. ...". English only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from promptstyle.core.generation.sentences import split
from promptstyle.core.style.inflection import base_form, gerund, third_person
from promptstyle.core.style.request import DETERMINERS, WORD, Request, head, parse
from promptstyle.core.style.things import things
from promptstyle.core.style.wanted import counted
from promptstyle.core.style.words import STOP_WORDS, stem
from promptstyle.core.training.template import Pair

_NUMBER = re.compile(r"\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty")
# What is said of the old thing alone, up to what is said of the whole: "of a boy", "who argue".
_LEFT_OVER = re.compile(
    r"\A (?:about|between|from|into|of|that|where|which|who|whose)\b"
    r"(?:(?! (?:in|for|with|below|using|as|at) )[^.;:,!?()\n])*(?<! below)"
)
# Where a prompt of one sentence has its first seam.
_PIECE = re.compile(r" ?[;,/|:](?= )| - |\n")
# Behind these somebody does something.
_DOING = re.compile(r"\b(?:can|could|i|must|please|should|we|who|will|you) $", re.IGNORECASE)


def fits(topic: str, pair: Pair) -> bool:
    """Whether the prompt of `pair` names its own topic where that of `topic` can stand instead."""
    return _place(parse(topic), parse(pair[0]), pair[1].strip()) is not None


def swapped(topic: str, pair: Pair) -> str:
    """The prompt of the liked `pair` for `topic` instead.

    The first place that names the like's own topic is given the new one, and its verb before it
    the new verb in the same form. Where the prompt does not name its topic, the new request
    stands in place of the first sentence.
    """
    new, old = parse(topic), parse(pair[0])
    prompt = pair[1].strip()
    place = _place(new, old, prompt)
    if place is None:
        return _spliced(new, prompt)
    before, rest = prompt[: place.begin], new.rest
    first = prompt[place.begin : place.end].split(maxsplit=1)[0].lower()
    if not new.verb and first in DETERMINERS:
        # "A recipe" was there.
        rest = counted(rest)
    if place.verb is not None:
        at, stop, said = place.verb
        before = before[:at] + _like(said, new.verb) + before[stop:]
    tail = _renamed(_LEFT_OVER.sub("", prompt[place.end :], count=1), old.rest, new.rest)
    if before.rstrip().endswith((".", ":", "!", "?")) or not before.strip():
        rest = rest[:1].upper() + rest[1:]
    return before + rest + tail


@dataclass(frozen=True)
class _Place:
    """Where a prompt names its topic; and its verb before that, if another is to stand there."""

    begin: int
    end: int
    verb: tuple[int, int, str] | None


def _place(new: Request, old: Request, prompt: str) -> _Place | None:
    # "Write 4 haiku" cannot become "Write 4 a poem" or "Write 4 three limericks".
    first = new.rest.split(" ", 1)[0].lower()
    numbered = first in DETERMINERS or _NUMBER.fullmatch(first) is not None
    span = None if new.asks or not new.rest else _named(prompt, old.rest, numbered)
    if span is None:
        return None
    if not new.verb:
        # Nor where somebody does it: "an analyst who a late parcel"; and who names limericks wants
        # them written, and not compared.
        other = old.verb and old.verb not in _making()
        return None if other or _DOING.search(prompt[: span[0]]) else _Place(*span, None)
    verb = _last_form(prompt[: span[0]], old.verb) if old.verb else None
    # A thing cannot stand where something is to be done.
    return _Place(*span, verb) if verb is not None else None


@lru_cache(maxsize=1)
def _making() -> frozenset[str]:
    """The verbs that things are brought about with."""
    return frozenset(thing.verb for thing in things().values()) | {"create", "help", "make"}


def _named(prompt: str, thing: str, numbered: bool) -> tuple[int, int] | None:
    """Where `prompt` first names `thing`: its words in order, at least the half that counts.

    Determiners before it belong to it, and a number if what is to stand there is `numbered`.
    """
    wanted = {stem(word) for word in _content(thing)}
    if not wanted:
        return None
    words = list(WORD.finditer(prompt))
    best: tuple[float, int, int] | None = None
    for first, word in enumerate(words):
        if stem(word.group().lower()) not in wanted:
            continue
        seen = {stem(word.group().lower())}
        last = first
        for at in range(first + 1, min(first + 12, len(words))):
            found = words[at].group().lower()
            between = prompt[words[at - 1].end() : words[at].start()]
            if between.strip(" ,'\""):
                break
            if stem(found) in wanted:
                seen.add(stem(found))
                last = at
            elif found not in STOP_WORDS and at - last > 1:
                break
        share = len(seen) / len(wanted)
        if best is None or share > best[0] + 1e-9:
            best = (share, first, last)
    if best is None or best[0] < 0.5:
        return None
    _, first, last = best
    while first and prompt[words[first - 1].end() : words[first].start()] == " ":
        before = words[first - 1].group().lower()
        if before not in DETERMINERS and not (numbered and _NUMBER.fullmatch(before)):
            break
        first -= 1
    return words[first].start(), words[last].end()


def _last_form(text: str, verb: str) -> tuple[int, int, str] | None:
    found = [match for match in WORD.finditer(text) if stem(match.group().lower()) == stem(verb)]
    return (found[-1].start(), found[-1].end(), found[-1].group()) if found else None


def _renamed(text: str, old: str, new: str) -> str:
    """`text` with the head of the old thing, where it comes again, as that of the new one."""
    before, after = head(old), head(new)
    if not before or not after:
        return text
    return re.sub(
        rf"\b{re.escape(before)}\b", after.replace("\\", r"\\"), text, flags=re.IGNORECASE
    )


def _content(text: str) -> list[str]:
    return [word.lower() for word in WORD.findall(text) if word.lower() not in STOP_WORDS]


def _spliced(new: Request, prompt: str) -> str:
    """The new request instead of the first sentence, or of the first piece of one that is all."""
    said = f"{new.verb} {new.rest}" if new.verb else new.rest
    sentences = split(prompt)
    if not sentences:
        return said
    first = prompt[sentences[0].start : sentences[0].end]
    if len(sentences) > 1:
        mark = "?" if new.asks else first[-1] if first[-1] in ".!?:;" else ""
        after = prompt[sentences[0].end :]
    else:
        piece = _PIECE.search(first)
        if piece is None:
            return said
        mark, after = "", prompt[sentences[0].start + piece.start() :]
    if first[:1].isupper():
        said = said[:1].upper() + said[1:]
    elif first[:1].islower():
        said = said[:1].lower() + said[1:]
    return said + ("." if mark == "?" and not new.asks else mark) + after


def _like(said: str, verb: str) -> str:
    """`verb` in the form and the case of `said`."""
    lower = said.lower()
    form = verb
    if lower.endswith("ing"):
        form = gerund(verb)
    elif lower != base_form(lower) and lower.endswith("s"):
        form = third_person(verb)
    return form[:1].upper() + form[1:] if said[:1].isupper() else form
