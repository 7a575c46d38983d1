"""The form of a request: how it is made, and what is to be done."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from promptstyle.core.style.words import stem, words

# What the manner counts in the likeness of two forms; the task counts the rest.
MANNER = 0.25
# The form shows at the beginning.
_CHARACTERS = 200

# Verbs, and the names of what comes of them, under one name each.
_TASKS = {
    "summarize": ("summarize sum condense recap digest", "summary overview abstract minutes tldr"),
    "explain": (
        "explain describe teach clarify define illustrate",
        "explanation description introduction primer",
    ),
    "write": (
        "write draft compose pen",
        "letter message mail email essay story poem post speech article blog song lyrics haiku"
        " toast ad newsletter dialogue reminder complaint notice notes report scene",
    ),
    "rewrite": ("rewrite rephrase paraphrase edit improve shorten polish simplify tighten", ""),
    "correct": ("correct proofread fix repair debug", "correction"),
    "review": (
        "review critique check assess evaluate judge grade audit inspect test",
        "feedback assessment evaluation",
    ),
    "plan": (
        "plan organize schedule arrange prepare",
        "itinerary agenda timetable roadmap calendar",
    ),
    "list": ("list suggest brainstorm recommend propose name", "ideas titles checklist glossary"),
    "compare": ("compare contrast choose decide weigh", "comparison difference"),
    "translate": ("translate localize", "translation"),
    "analyze": ("analyze analyse interpret investigate diagnose", "analysis interpretation"),
    "extract": ("extract find collect pull search look identify spot", ""),
    "sort": ("sort classify categorize rank group label prioritize", "classification ranking"),
    "turn": ("turn convert transform change format clean split put extend adapt", "conversion"),
    "quiz": ("quiz quizzes drill examine practice practise interview", "exam flashcards questions"),
    "solve": ("solve calculate compute estimate prove derive", "solution calculation proof"),
    "play": ("act play pretend simulate roleplay behave", "simulation"),
    "code": ("code program implement refactor", "script function query formula regex sql"),
    "make": ("make create build design generate develop produce invent construct", ""),
}
_BY_STEM = {stem(word): task for task, names in _TASKS.items() for word in " ".join(names).split()}
# What a request may begin with.
VERBS = frozenset(word for verbs, _ in _TASKS.values() for word in verbs.split()) | {
    "add", "answer", "ask", "craft", "get", "give", "help", "provide", "show", "tell",
}  # fmt: skip
VERB_STEMS = frozenset(map(stem, VERBS))
_BRITISH = re.compile(r"is\Z")
_QUESTION = frozenset(
    """
    are can could did do does how is may shall should what when where which who why will would
    """.split()  # noqa: SIM905 - a wall of quotes is harder to read
)
# Here the thing that is asked for ends and what it is about begins.
_ABOUT = frozenset({"about", "after", "as", "before", "below", "between", "by", "for", "from"}) | {
    "in", "into", "of", "on", "over", "with",
}  # fmt: skip
_NEED = re.compile(
    r"\W*(?:please\W+)?(?:(?:i|we)\W+(?:need|want|wish|require|would\W+like|d\W+(?:like|love)"
    r"|am\W+looking|m\W+looking)|need|want|looking)\b(?:\W+(?:to|for)\b)?",
    re.IGNORECASE,
)
# Up to the end of "prompt that", wherever the request has it; "joins" says whether a verb follows.
_PROMPT = re.compile(
    r".*?\bprompts?\b\W*(?P<joins>(?:(?:that|which|to|can|will|helps?\W+me)\b\W*)*)"
    r"(?:(?:for|about|on)\b\W*)?",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Form:
    """How a request is made ("command", "question", "need", "phrase") and what is to be done."""

    manner: str
    task: str

    def likeness(self, other: Form) -> float:
        """0 to 1: whether the manner and the task are the same."""
        task = bool(self.task) and self.task == other.task
        return MANNER * (self.manner == other.manner) + (1 - MANNER) * task


def likeness(one: str, other: str) -> float:
    """How alike the forms of two topics are, 0 to 1."""
    return form(one).likeness(form(other))


@lru_cache(maxsize=4096)
def form(topic: str) -> Form:
    """The form of `topic`, by English words; the task is empty if no word names one."""
    opening = topic[:_CHARACTERS]
    return Form(_manner(opening, topic.rstrip().endswith("?")), _task(opening))


def _manner(opening: str, asks: bool) -> str:
    if _NEED.match(opening):
        return "need"
    found = words(opening)
    if found[:1] == ["please"]:
        del found[0]
    if asks or (found and found[0] in _QUESTION):
        return "question"
    # "Plan for a trip" is a thing, "plan a trip" an order.
    if len(found) > 1 and found[0] in VERBS and found[1] not in _ABOUT:
        return "command"
    return "phrase"


def _task(opening: str) -> str:
    request = _PROMPT.match(opening) or _NEED.match(opening)
    found = words(opening[request.end() :] if request else opening)
    for place, word in enumerate(found):
        if place and word in _ABOUT:
            break
        if task := _BY_STEM.get(stem(word)) or _BY_STEM.get(_BRITISH.sub("iz", stem(word))):
            return task
    # "A prompt that ..." is followed by a verb, be it one that is not known here.
    if found and request and request.groupdict().get("joins"):
        return stem(found[0])
    return ""
