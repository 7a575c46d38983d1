"""Topics that tell how things are, or ask, in place of naming what is wanted. English only.

"My back hurts, what can I do" is no thing that one helps with, and "how do I fix a tap?" is asked
by who asks questions, and by others put as an order: "explain how to fix a tap".
"""

from __future__ import annotations

import re

# Before these a sentence begins that tells something: "I am 45 and want to swim".
_TELLS = re.compile(
    r"(?:i|we) (?!need\b|want\b|would\b|['\u2019]?d\b)\w+"
    r"|(?:i['\u2019]?m|im|we['\u2019]re|i['\u2019]?ve|we['\u2019]?ve)\b"
    r"|(?:my|our) (?:\w+ ){1,3}(?:am|are|broke|can['\u2019]?t|cannot|died|does\w*|don['\u2019]?t"
    r"|has|have|hurts?|is|isn['\u2019]?t|keeps?|needs?|never|refuses?|stopped|wants?|won['\u2019]?t)\b"
    r"|(?:\w+ ){1,3}(?:feels?|looks?|seems?|smells?) (?:bad|brown|dead|ill|like|odd|off|pale|sad"
    r"|sick|strange|tired|weak|weird|wilted|yellow)\b"
    r"|(?:\w+ ){1,4}(?:aren['\u2019]?t|can['\u2019]?t|didn['\u2019]?t|doesn['\u2019]?t|hates|hurts"
    r"|isn['\u2019]?t|keeps|refuses|wasn['\u2019]?t|won['\u2019]?t)\b",
    re.IGNORECASE,
)
# "Reasons that my cat won't eat", "things I never say": what is told is told of a thing.
_OF_A_THING = re.compile(
    r"\b(?:that|which|who|whose|why|when|where|how|what|if|for|about|because)\b", re.IGNORECASE
)
_ASKS = re.compile(
    r",?\s+(?=(?:what|where|how|why|when|who|which)"
    r" (?:can|could|do|should|shall|would) (?:i|we)\b)",
    re.IGNORECASE,
)
_HOW_TO = re.compile(
    r"how (?:do|can|could|should|would|shall) (?:i|we|you|one|people) (?=\w)|how to (?=\w)",
    re.IGNORECASE,
)
_WHAT_IS = re.compile(
    r"(?P<what>what|who) (?P<be>is|are|was|were) (?P<thing>(?!(?:a|the) (?:best|good|right)\b).+)",
    re.IGNORECASE,
)
_MEANS = re.compile(r"what (?:does|do) (?P<thing>.+) (?P<verb>mean|do|stand for)", re.IGNORECASE)
_DIFFERENCE = re.compile(r"what(?: is|['\u2019]?s) (?=the difference\b)", re.IGNORECASE)
VERSUS = re.compile(r"\S (?:vs\.?|versus) \S", re.IGNORECASE)


def tells(topic: str) -> bool:
    """Whether `topic` says how things are: "toddler won't sleep"."""
    found = _TELLS.match(topic)
    return found is not None and _OF_A_THING.search(topic[: found.end()]) is None


def told(topic: str) -> str:
    """What `topic` tells, as a sentence: with the comma before what it asks, and its mark."""
    topic = topic.rstrip(" .!?")
    asked = _ASKS.search(topic)
    if asked is None:
        return f"{topic}."
    return f"{topic[: asked.start()]}, {topic[asked.end() :]}?"


def ordered(question: str) -> str:
    """`question` as an order, "explain how to fix a tap"; "" where that is not plain to do."""
    question = question.rstrip(" .!?")
    if how := _HOW_TO.match(question):
        return f"explain how to {question[how.end() :]}"
    if difference := _DIFFERENCE.match(question):
        return f"explain {question[difference.end() :]}"
    if means := _MEANS.fullmatch(question):
        form = {"mean": "means", "do": "does", "stand for": "stands for"}[means["verb"].lower()]
        several = question.lower().startswith("what do ")
        return f"explain what {means['thing']} {means['verb'] if several else form}"
    what = _WHAT_IS.fullmatch(question)
    # "What is recursion" and not "what is eating my plants".
    if what and len(what["thing"].split()) <= 4 and not re.match(r"\w+ing\b", what["thing"]):
        return f"explain {what['what'].lower()} {what['thing']} {what['be'].lower()}"
    return ""
