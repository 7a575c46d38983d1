"""Who could do it: the professions that others gave the model on near topics."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from promptstyle.core.style.borrowing import SAME_LIKE
from promptstyle.core.style.collection import Near
from promptstyle.core.style.wanted import ROLES
from promptstyle.core.style.words import terms, topic_terms

if TYPE_CHECKING:
    from promptstyle.core.style.meanings import Meanings

# Those of topics less like the one at hand are others.
ROLE_LIKE = 0.35
# A profession has about so much to do with what it is for (the cosine of its nearest word).
ROLE_RELATED = 0.15
# So many are offered, and each has so many words at most.
OFFERED, WORDS = 8, 4
_GIVEN = re.compile(r"(?:You are|You['\u2019]re|Act as|Imagine(?: that)? you are) an? ", re.I)
# Where the profession ends and what is said of it begins.
_END = re.compile(
    r"[^\w '\u2019-]|\s-|\s(?:about|and|as|at|before|below|by|for|from|helping|in|like|of|on|or|so"
    r"|that|to|under|when|where|which|who|whose|with|without|writing)\b",
    re.IGNORECASE,
)
# By its ending what does something for others: "indexer", "optician".
_DOES = re.compile(r"\w+(?:er|or|ist|yst|ian|eer)")
# Things, and whoever the person is, or anybody.
_NOBODY = frozenset(
    """
    author beginner brother browser buyer character commuter compiler computer container counter
    customer daughter donor expert father filter folder helper learner letter listener master member
    mirror mother neighbor neighbour newspaper number owner paper passenger printer reader river
    scanner sensor server sister spider stranger teenager toddler user visitor
    """.split()  # noqa: SIM905 - a wall of quotes is harder to read
)


def role(prompt: str) -> str:
    """The profession that `prompt` gives the model, "experienced nurse"; "" for none."""
    given = _GIVEN.match(prompt)
    if given is None:
        return ""
    end = _END.search(prompt, given.end())
    found = prompt[given.end() : end.start() if end else len(prompt)].strip()
    head = found.split()[-1].lower() if found else ""
    known = head in ROLES or _DOES.fullmatch(head) is not None
    return found if known and head not in _NOBODY and len(found.split()) <= WORDS else ""


def roles(topic: str, near: Iterable[Near], meanings: Meanings | None = None) -> dict[str, float]:
    """Up to OFFERED professions for `topic` and how near the topics are that have them, 0 to 1.

    None that has a word of its own topic which `topic` has not, nor a name; nor one that, by what
    words mean, has little to do with `topic`, but for those of topics that are SAME_LIKE it.
    """
    wanted = frozenset(topic_terms(topic))
    meant = meanings.of([topic]) if meanings is not None else None

    def strange(who: str) -> bool:
        if meanings is None or meant is None:
            return False
        known = [meanings.related(term, meant) for term in terms(who)]
        return max((each for each in known if each is not None), default=1.0) < ROLE_RELATED

    found: defaultdict[str, list[float]] = defaultdict(list)
    for each in near:
        who = role(each.prompt)
        # Nobody is "Professor Brandt".
        if who != who.lower():
            continue
        foreign = frozenset(topic_terms(each.topic)) - wanted
        if not who or (each.similarity < SAME_LIKE and strange(who)):
            continue
        if foreign.isdisjoint(terms(who)):
            found[who].append(each.similarity)
    ordered = sorted(found, key=lambda who: (-sum(found[who]), who))
    return {who: max(found[who]) for who in ordered[:OFFERED]}
