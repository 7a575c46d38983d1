"""What a prompt asks for, as notes: its clauses without the manner they are said in.

A model that has seen prompts beside the notes they could have been written from writes from notes
by others (keywords to text, as in Plan-and-Write: Yao et al. 2019, arXiv 1811.05701).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from random import Random

from promptstyle.core.style.words import STOP_WORDS, stem, terms, topic_terms, words

# A wish has so many words at most, as in the notes that ship; longer clauses lose their end.
LONGEST = 10
# Terms that so many of a person's other prompts have are manner, not matter.
COMMON = 0.2
SEPARATOR = "; "
_CLAUSE = re.compile(r"[.;:!?\n()\[\]<>|]+|\s[-*>#=]+\s|,\s|\s+(?=(?:and|but|so that|because)\s)")
# How a clause is led in; what follows is the wish.
_LEAD = re.compile(
    r"""^(?:and|but|so|then|also|please|pls|kindly|just|make\ssure(?:\sthat)?|be\ssure\sto
    |i(?:'d|\swould)?\s(?:want|need|like|prefer|appreciate|hope)(?:\s(?:it|to|you|if|that|a))*
    |(?:could|can|would|will)\syou(?:\sbe\sso\skind\sas\sto)?|let(?:'s|\sus)|you\s(?:should|must)
    |it\s(?:should|must|has\sto)|there\sshould\sbe|your\stask\sis(?:\sto)?|task|rules?|output)\b\W*""",
    re.IGNORECASE | re.VERBOSE,
)
_NOT = re.compile(r"^(?:do\snot|don't|never|avoid|leave\sout|skip)\s(?:use\s|add\s|give\s)?", re.I)
_EDGES = " \t-*#>\"'`,=_~"
_ARTICLES = frozenset(("a", "an", "the", "of", "that", "which", "is", "are", "be"))


def common_terms(prompts: Sequence[str]) -> frozenset[str]:
    """The terms that many of a person's `prompts` have: what is theirs, whatever the topic."""
    counts = Counter(term for prompt in prompts for term in set(terms(prompt)))
    return frozenset(
        term for term, count in counts.items() if count > max(1, COMMON * len(prompts))
    )


def wishes(topic: str, prompt: str, common: Collection[str] = ()) -> list[str]:
    """The wishes of `prompt`, in order; clauses that hold nothing new are left out.

    `common` are terms that say nothing, as this person uses them anyway.
    """
    known = set(common) | set(topic_terms(topic))
    found = []
    for clause in _CLAUSE.split(prompt):
        text = clause.strip(_EDGES)
        while (led := _LEAD.sub("", text)) != text:
            text = led.strip(_EDGES)
        text = _NOT.sub("no ", text)
        kept = text.split()[:LONGEST]
        while kept and kept[-1].lower() in STOP_WORDS:
            kept.pop()
        new = {stem(word) for word in words(" ".join(kept)) if word not in STOP_WORDS} - known
        if new:
            known |= new
            found.append(" ".join(kept))
    return [one[:1].lower() + one[1:] if one[1:2].islower() else one for one in found]


def notes_for(
    topic: str, prompt: str, common: Collection[str], strange: Sequence[str], rng: Random
) -> tuple[str, ...]:
    """One or two lines of notes that `prompt` could have been written from; none if it says nothing
    of its own."""
    own = wishes(topic, prompt, common)
    half = len(own) // 2
    if half and rng.random() < 0.35:
        parts = [own[:half], own[half:]]
        rng.shuffle(parts)
        return tuple(noted(part, strange, rng) for part in parts)
    return (noted(own, strange, rng),) if own else ()


def noted(own: Sequence[str], others: Sequence[str], rng: Random) -> str:
    """A line of notes: most of `own` wishes and some of `others`, in a random order."""
    kept = [wish for wish in own if rng.random() < 0.8] or list(own[:1])
    strange = rng.sample(list(others), min(len(others), rng.choice((0, 0, 1, 2, 3, 4, 6, 8))))
    mixed = [_terse(wish, rng) for wish in (*kept, *strange)]
    if strange or rng.random() < 0.5:
        rng.shuffle(mixed)
    return SEPARATOR.join(mixed)


def _terse(wish: str, rng: Random) -> str:
    """`wish` without some of its small words, as notes are."""
    if rng.random() < 0.5:
        return wish
    return " ".join(word for word in wish.split() if word.lower() not in _ARTICLES) or wish
