"""What is wanted, without the words that one asks people for help with. English only.

"I need help studying for my exam" is "help me study for my exam", "I'm looking for a recipe" is "a
recipe". `bare_topic` leaves such words where they are: in the collection they are part of a topic.
"""

from __future__ import annotations

import re

from promptstyle.core.style.inflection import base_form

_SOME = r"(?:(?:some|any|a little|a bit of|your) )?"
_HELP = r"(?:help|assistance|a hand)"
# "I need", "could use", "looking for", before what is needed.
_NEED = re.compile(
    r"\W*(?:(?:hi|hello|hey|hi there|hello there)\W+)?"
    r"(?:(?:i|we) (?:really |just )?(?:need|want|could (?:really )?use|would like|'d like)"
    r"|(?:i|we)['\u2019]d like|need|could use"
    r"|(?:i|we)(?:['\u2019](?:m|re)| am| are) looking for"
    # Alone it may be what an advertisement says: "looking for a roommate".
    rf"|looking for(?= {_SOME}{_HELP}\b))"
    r" (?=\w)",
    re.IGNORECASE,
)
_HELPED = re.compile(rf"\W*{_SOME}{_HELP} (?:(?P<how>with|on|in|to):? )?(?=\w)", re.IGNORECASE)
_DOING = re.compile(r"(?P<verb>[a-z]{2,}ing)\b(?= \w)", re.IGNORECASE)
# Somebody else is to do it.
_SOMEBODY = re.compile(r"(?:someone|somebody) (?:to|who can) (?=[a-z])", re.IGNORECASE)
# Things that nobody puts an article before.
_THINGS = re.compile(
    rf"{_SOME}(?:advice|feedback|ideas|information|inspiration|instructions|recommendations"
    r"|suggestions|tips)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?:an?|some|any|my|our|the|this)\b", re.IGNORECASE)


def plainly(topic: str) -> str:
    """`topic` without "I need help with" and the like; as it is where it says nothing else."""
    need = _NEED.match(topic)
    rest = topic[need.end() :] if need else topic
    helped = _HELPED.match(rest)
    if helped is None:
        if need is None:
            return topic
        if somebody := _SOMEBODY.match(rest):
            return rest[somebody.end() :]
        # "I want to lose weight" says who is to do it, "I want peace" what about.
        thing = _THINGS.match(rest) or "looking" in need.group().lower()
        return rest if thing else topic
    said = rest[helped.end() :]
    how = (helped["how"] or "").lower()
    doing = _DOING.match(said)
    if doing and (how == "in" or not how):
        # "Fixing a tap" is read as what the person does themselves.
        if _ARTICLE.match(said[doing.end() :].lstrip()):
            return said
        return f"help me {base_form(doing['verb'].lower())}{said[doing.end() :]}"
    # "Help me", "help desk scripts": nobody asks for help with anything.
    return said if how else topic
