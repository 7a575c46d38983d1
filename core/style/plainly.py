"""What is wanted, without the words that one asks people for help with. English only.

"I need help studying for my exam" is "help me study for my exam", "I'm looking for a recipe" is "a
recipe". `bare_topic` leaves such words where they are: in the collection they are part of a topic.
"""

from __future__ import annotations

import re

from promptstyle.core.style.form import VERBS
from promptstyle.core.style.habits_verbs import COMMANDS
from promptstyle.core.style.inflection import base_form
from promptstyle.core.style.request import DETERMINERS, OWN_DOING, PREPOSITIONS, head
from promptstyle.core.style.things import NEW, things

# The bases of verbs that are known; a guess might be no word ("juggl").
_KNOWN = (
    VERBS
    | COMMANDS
    | OWN_DOING
    | frozenset(["cope", "decide", "deal", "handle", "manage", "revise"])
)
# What is not made but found: "I'm looking for a job".
_FOUND = ("", "choose", "find", "pick")
_HI = r"\W*(?:(?:hi|hello|hey)(?: there)?\W+)?"
_SOME = r"(?:(?:some|any|a little|a bit of|your) )?"
_HELP = r"(?:help|assistance|a hand)"
# "I need", "could use", "looking for", before what is needed.
_NEED = re.compile(
    rf"{_HI}"
    r"(?:(?:i|we) (?:really |just )?(?:need|want|could (?:really )?use|would like|'d like)"
    r"|(?:i|we)['\u2019]d like|need|could use"
    r"|(?:i|we)(?:['\u2019](?:m|re)| am| are) looking for"
    # Alone it may be what an advertisement says: "looking for a roommate".
    rf"|looking for(?= {_SOME}{_HELP}\b))"
    r" (?=\w)",
    re.IGNORECASE,
)
_HELPED = re.compile(rf"{_SOME}{_HELP} (?:(?P<how>with|on|in|to):? )?(?=\w)", re.IGNORECASE)
# By itself, "help working parents cope" and "Help to Buy" want something else.
_HELP_WITH = re.compile(
    rf"{_HI}(?:some )?help (?:(?P<how>with|on):? (?=\w)"
    rf"|(?=[a-z]+ing (?:{'|'.join(sorted(DETERMINERS | PREPOSITIONS))})\b))",
    re.IGNORECASE,
)
_DOING = re.compile(r"(?P<verb>[a-z]{2,}ing)\b(?= \w)", re.IGNORECASE)
# Somebody else is to do it; "someone to talk to" is a person.
_SOMEBODY = re.compile(
    rf"(?:someone|somebody) (?:to|who can) (?=[a-z]+ (?!(?:{'|'.join(sorted(PREPOSITIONS))})$))",
    re.IGNORECASE,
)
# Things that nobody puts an article before.
_THINGS = re.compile(
    rf"{_SOME}(?:advice|feedback|ideas|information|inspiration|instructions|recommendations"
    r"|suggestions|tips)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(rf"(?:{'|'.join(sorted(DETERMINERS))})\b", re.IGNORECASE)


def plainly(topic: str) -> str:
    """`topic` without "I need help with" and the like; as it is where it says nothing else."""
    need = _NEED.match(topic)
    rest = topic[need.end() :] if need else topic
    helped = (_HELPED if need else _HELP_WITH).match(rest)
    if helped:
        return _put(rest[helped.end() :], (helped["how"] or "").lower(), topic)
    if need is None:
        return topic
    if somebody := _SOMEBODY.match(rest):
        return rest[somebody.end() :]
    if _THINGS.match(rest):
        return rest
    # "I want to lose weight" says who is to do it, "I want peace" what about.
    if "looking" not in need.group().lower():
        return topic
    noun = head(rest).lower()
    known = things().get(noun)
    made = noun in NEW or (known is not None and known.verb not in _FOUND)
    return rest if made else f"help me find {rest}"


def _put(said: str, how: str, topic: str) -> str:
    """What is wanted where "help", or "help with" or "to", stood before `said`."""
    doing = _DOING.match(said)
    if doing is None or how not in ("", "in"):
        # "Help me" and "help desk scripts" ask for no help with anything.
        return said if how else topic
    base = base_form(doing["verb"].lower())
    # "Fixing a tap" is read as what the person does themselves.
    if _ARTICLE.match(said[doing.end() :].lstrip()):
        return said
    if base not in _KNOWN:
        return f"help me with {said}"
    return f"help me {base}{said[doing.end() :]}"
