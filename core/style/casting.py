"""Who the model is to be: "You are a nurse", "I want you to act as an editor", "Be my coach"."""

from __future__ import annotations

import re

_ASKS = r"(?:can|could|would|will) you(?: please)?"
_LEAD = (
    rf"(?:please|kindly|from now on,?|{_ASKS}"
    r"|I(?:['\u2019]d| would)? (?:want|like|need) you to"
    r"|imagine(?: that)?|(?:let['\u2019]s )?pretend(?: that)?)"
)
_OF = (
    r"(?:you(?: are|['\u2019]re| will be|['\u2019]ll be)(?: now)?"
    r"|(?:you(?: will|['\u2019]ll) )?(?:act|behave) (?:as|like)|be|pretend to be"
    r"|(?:take(?: on)?|assume|play) the role of|your role is(?: that of)?)"
)
# The beginning of a sentence up to the article: `how` it is put, and the article.
CAST = re.compile(
    rf"(?P<how>(?:{_LEAD} )?{_OF}) (?P<article>an?|the|my|our)\b"
    r"(?! (?:bit|little|lot|tad|touch)\b)",
    re.IGNORECASE,
)
# "You are the author of the change" and "be the first to say so" give nobody a role.
_YOU_ARE = re.compile(
    r"(?:.* )?you(?: are|['\u2019]re| will be|['\u2019]ll be)(?: now)?$", re.IGNORECASE
)
_BE = re.compile(r"(?:please |kindly )?be$", re.IGNORECASE)
_QUESTION = re.compile(_ASKS, re.IGNORECASE)
_PROFESSION = re.compile(
    r" (?:\w+ ){0,3}?(?:\w+(?:er|or|ist|ian)|chef|coach|cook|expert|guide|judge|nurse)\b(?! of)",
    re.IGNORECASE,
)


def gives_role(sentence: str) -> bool:
    """Whether `sentence` begins with somebody whom the model is to be: "Act as the moon".

    After "be a" and no more, that has to be a profession.
    """
    found = CAST.match(sentence)
    return found is not None and (not _BE.match(found["how"]) or _professional(found))


def surely_gives_role(sentence: str) -> bool:
    """Whether it does so in any prompt: after "you are a" too a profession has to follow."""
    found = CAST.match(sentence)
    loose = found is not None and (_BE.match(found["how"]) or _YOU_ARE.match(found["how"]))
    return found is not None and (not loose or _professional(found))


def asks(how: str) -> bool:
    """Whether `how` a role is given makes a question of the sentence: "Can you act as"."""
    return _QUESTION.match(how) is not None


def _professional(found: re.Match[str]) -> bool:
    return _PROFESSION.match(found.string, found.end()) is not None
