"""Who could do it: the professions that others gave the model on near topics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from promptstyle.core.style.borrowing import SAME_LIKE
from promptstyle.core.style.casting import CAST
from promptstyle.core.style.collection import Near
from promptstyle.core.style.request import parse
from promptstyle.core.style.tails import END
from promptstyle.core.style.wanted import profession
from promptstyle.core.style.words import terms, topic_terms

if TYPE_CHECKING:
    from promptstyle.core.style.meanings import Meanings

# Those of topics less like the one at hand are others.
ROLE_LIKE = 0.35
# A profession has about so much to do with what it is for (the cosine of its nearest word).
ROLE_RELATED = 0.15
# On topics less like than this it has to have more.
NEARER, MORE_RELATED = 0.45, 0.3
# And with the thing alone, whose verb may mean much else: who drills tables is no safety officer.
THING_RELATED = 0.1
# Where one is known of a topic that is so much more like this one, others are of something else.
FARTHER = 0.3
# So many are offered, and each has so many words at most.
OFFERED, WORDS = 8, 4


def role(prompt: str) -> str:
    """The profession that `prompt` gives the model, "experienced nurse"; "" for none."""
    given = CAST.match(prompt)
    if given is None or given["article"].lower() not in ("a", "an"):
        return ""
    end = END.search(prompt, given.end())
    found = prompt[given.end() : end.start() if end else len(prompt)].strip()
    head = found.split()[-1].lower() if found else ""
    return found if profession(head) and len(found.split()) <= WORDS else ""


def roles(topic: str, near: Iterable[Near], meanings: Meanings | None = None) -> dict[str, float]:
    """Up to OFFERED professions for `topic` and how near the topics are that have them, 0 to 1.

    None that has a word of its own topic which `topic` has not, nor a name; nor one that, by what
    words mean, has little to do with `topic` or the thing in it, but for those of topics that are
    SAME_LIKE it.
    """
    wanted = frozenset(topic_terms(topic))
    thing = parse(topic).rest

    meant = [meanings.of([text]) for text in (topic, thing)] if meanings is not None else []

    def related(who: str, to: int) -> float:
        known = [meanings.related(term, meant[to]) for term in terms(who)] if meanings else []
        return max((each for each in known if each is not None), default=1.0)

    def strange(who: str, like: float) -> bool:
        if like >= SAME_LIKE:
            return False
        if related(who, 0) < (ROLE_RELATED if like >= NEARER else MORE_RELATED):
            return True
        return wanted.isdisjoint(terms(who)) and related(who, 1) < THING_RELATED

    found: defaultdict[str, list[float]] = defaultdict(list)
    for each in near:
        who = role(each.prompt)
        # Nobody is "Professor Brandt".
        if who != who.lower():
            continue
        foreign = frozenset(topic_terms(each.topic)) - wanted
        if not who or strange(who, each.similarity):
            continue
        if foreign.isdisjoint(terms(who)):
            found[who].append(each.similarity)
    nearest = max((max(likes) for likes in found.values()), default=0.0)
    near_enough = [who for who, likes in found.items() if max(likes) >= nearest - FARTHER]
    ordered = sorted(near_enough, key=lambda who: (-sum(found[who]), who))
    return {who: max(found[who]) for who in ordered[:OFFERED]}
