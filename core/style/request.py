"""What a topic asks for: a verb and a thing, a question, or a thing alone. English only."""

from __future__ import annotations

import re
from dataclasses import dataclass

from promptstyle.core.style.form import VERB_STEMS
from promptstyle.core.style.habits_verbs import COMMANDS
from promptstyle.core.style.inflection import base_form
from promptstyle.core.style.words import STOP_WORDS, bare_topic, stem

WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
DETERMINERS = frozenset(
    "a an the this that my our your some any these those his her".split()  # noqa: SIM905
)
# Here the thing of a request ends and what is said of it begins.
PREPOSITIONS = frozenset(
    """
    about after as at before below between by during for from in into of on over that to under
    which with without
    """.split()  # noqa: SIM905 - a wall of quotes is harder to read
)
# What nobody can do for another.
OWN_DOING = frozenset(
    "learn memorise memorize practice practise rehearse remember stick study".split()  # noqa: SIM905
)
# "Marketing emails", "something nice": nobody is to market or to someth.
_NOUNS = frozenset(
    """
    accounting anything banking beginning building clothing coding cooking drawing engineering
    evening everything farming feeling fishing gaming gardening housing lighting marketing
    meaning meeting morning nothing painting parenting pricing programming reading setting
    shopping something spelling spring thing trading training wedding writing
    """.split()  # noqa: SIM905 - a wall of quotes is harder to read
)
# What writing goes with and is a noun: "writing tips", but "writing polite reminders".
_OF_WRITING = frozenset(
    """
    advice assistant class coach contest course exercise exercises feedback group guide habit habits
    help lesson lessons partner practice process project prompt prompts routine sample samples
    schedule skill skills style task tasks teacher test tests tips tool tutor workshop
    """.split()  # noqa: SIM905 - a wall of quotes is harder to read
)
_JOINS = re.compile(r"\bprompts?\b\W*(?:that|which|to|for|can|will)?\W*$", re.IGNORECASE)
_THAT = re.compile(r"\b(?:that|which|who)\W*$", re.IGNORECASE)
_FOR = re.compile(r"\b(?:for|about|on)\W*$", re.IGNORECASE)
_QUESTION = re.compile(
    r"(?:how|what|why|which|who|when|where|can|could|is|are|does|should"
    r"|do(?= (?:i|you|we|they|people)\b))(?![\w-])",
    re.IGNORECASE,
)
# Other ways to ask for a prompt, which `bare_topic` leaves where they are.
_LEAD = re.compile(
    r"(?:how (?:do|can|could|should|would) (?:i|we) (?:ask (?:a|the|an ai) model (?:to|for)"
    r"|(?:get|write|make|create) an? (?:good )?prompt (?:for|to|that)"
    r"|ask for(?: help with)?|get|prompt for)|(?:can|could|may) (?:i|you) (?:have|get|give|write)"
    r"(?: me)? (?:a|the) prompt (?:for|to|that)|what prompt (?:\w+ )?(?:me |us )?(?:to|for)?)\s+",
    re.IGNORECASE,
)
# A wish in polite words, or as one: "could you help me plan", "I want to lose weight".
_POLITE = re.compile(
    r"(?:please |kindly )?(?:(?:can|could|would|will) you (?:please |kindly )?(?:help me (?:to )?)?"
    r"|help me (?:to )?|i(?: want|'d like| would like| need) (?:you )?to |please )(?=[a-z])",
    re.IGNORECASE,
)
_WISH = re.compile(r"\b(?:want|like|need|me|way|tool|app|program) to $", re.IGNORECASE)
_NEED = re.compile(
    r"(?:i (?:need|want)|i'd like|i would like) (?=(?:an?|the|some\w*|any\w*|my)\b)", re.I
)
# "summarizes my notes, as a prompt", "author persona prompt".
_AS_PROMPT = re.compile(r",? as an? prompt$", re.IGNORECASE)
_TRAIL = re.compile(r" prompts?$", re.IGNORECASE)
_MARK = re.compile(r"\s*(?:[-*\u2022]|\d+[.)])\s+")


@dataclass(frozen=True)
class Request:
    """What a topic asks for: a verb in its base form ("" if it has none) and the rest.

    `asks` if it is a question about the world and no wish for a prompt.
    """

    verb: str
    rest: str
    asks: bool = False


def parse(topic: str) -> Request:
    """The request in `topic`, without "make a prompt that" or "how do I ask for"."""
    topic = _MARK.sub("", topic, count=1) if _MARK.match(topic) else topic
    bare = bare_topic(topic)
    before = topic[: len(topic) - len(bare)]
    joined = _JOINS.search(before) is not None
    if lead := _LEAD.match(bare):
        bare, joined = bare[lead.end() :], True
    elif polite := _POLITE.match(bare) or _NEED.match(bare):
        bare, joined = bare[polite.end() :].rstrip("?"), True
        before += polite.group()
    # "Can you write a prompt for a review?" asks for no answer.
    asked = bare.rstrip().endswith("?") and not joined
    bare = bare.rstrip(" .!?")
    if trail := _AS_PROMPT.search(bare):
        bare, asked, joined = bare[: trail.start()].rstrip(" ,?"), False, True
    if (trail := _TRAIL.search(bare)) and not asked and _is_named(bare[: trail.start()]):
        bare, joined = bare[: trail.start()], True
    first = WORD.match(bare)
    if first is None:
        return Request("", bare)
    word = first.group().lower()
    rest = bare[first.end() :].strip()
    if rest and _does(word, rest, joined, before):
        return Request(base_form(word), rest)
    return Request("", bare, asks=asked or _QUESTION.match(bare) is not None)


def head(thing: str) -> str:
    """The noun of a thing: "report" of "a short report on tides"; "" if it has none."""
    words: list[str] = []
    for match in WORD.finditer(thing):
        word = match.group()
        if words and word.lower() in PREPOSITIONS:
            break
        if word.lower() not in STOP_WORDS:
            words.append(word)
    return words[-1] if words else ""


def _is_named(said: str) -> bool:
    """Whether "prompt" after `said` is what is asked for, and is not worked on: "my prompt"."""
    words = [match.group().lower() for match in WORD.finditer(said)]
    if not words or words[-1] in DETERMINERS or words[-1] in ("following", "good", "better"):
        return False
    orders = stem(words[0]) in VERB_STEMS and not words[0].endswith("s") and len(words) > 1
    return not orders and _QUESTION.match(said) is None


def _does(word: str, rest: str, joined: bool, before: str) -> bool:
    """Whether `word`, with `rest` behind it, is something to be done; `before` was cut off."""
    following = rest.split(" ", 1)[0].lower()
    objects = following in DETERMINERS
    verbal = stem(word) in VERB_STEMS or word in COMMANDS
    if word.endswith("ing") and len(word) > 5:
        if word == "writing" and joined and following not in PREPOSITIONS:
            return rest.rstrip(" .!?").split()[-1].lower() not in _OF_WRITING
        if word in _NOUNS and not objects:
            return False
        known = stem(base_form(word)) in VERB_STEMS or base_form(word) in OWN_DOING
        if known and objects:
            return True
        return joined and (known or objects or following in PREPOSITIONS | {"up", "out", "back"})
    if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        if _THAT.search(before):
            return True
        # "A prompt for reports on sales" reports nothing.
        if not _FOR.search(before) and (objects or (joined and verbal)):
            return True
    if _WISH.search(before):
        return True
    if word in OWN_DOING:
        return following not in PREPOSITIONS - {"to", "with"}
    if objects and word.isalpha() and (word not in STOP_WORDS or word == "do"):
        # "Book a hotel", "outline my novel".
        return word not in PREPOSITIONS and _QUESTION.match(f"{word} {rest}") is None
    return verbal and following not in PREPOSITIONS
