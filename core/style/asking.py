"""How a person asks for something: their requests, with any topic in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from promptstyle.core.generation.sentences import split
from promptstyle.core.style.inflection import base_form, gerund
from promptstyle.core.style.slots import Slot
from promptstyle.core.style.swapping import Request, head, parse
from promptstyle.core.style.things import things
from promptstyle.core.style.words import bare_topic
from promptstyle.core.training.template import Pair

# A prompt says in one of its first so many sentences what it wants; so many words lead up to it.
NAMED_BY, FRAME_WORDS = 2, 7
# What comes in so many of the likes is a habit.
HABIT = 2
_WORD = re.compile(r"[^\W\d_]+")
# After these stands no verb in its base form: "write a plan", "a list of ...", "a bot that plans".
_NO_VERB = re.compile(r"\b(?:a|an|the|my|our|your|this|of|for|that|with|in|on|and)\s+$", re.I)
# A second verb, which is in the form of the topic: "reads my mail and writes a reply".
_SECOND = re.compile(
    r"\b(?P<join>and|then|or) (?P<verb>[a-z]+s)(?= (?:a|an|the|my|our|me|them|it|each|every)\b)"
)
# What a prompt that asks in a later sentence begins with: "Hey, ...", "Ok so ...".
_CALL = re.compile(r"(?:hey|hi|hello|ok|okay|right|so|well|listen|please)(?=\W)", re.IGNORECASE)
_ROLE = re.compile(r"You are an? ")
# Who can be asked to be somebody: the last word of "french accountant".
ROLES = frozenset(
    """
    accountant adviser advisor agent analyst architect artist assistant astronomer attorney
    auditor author biologist bot broker buddy butler chatbot chef chemist clerk coach comedian
    companion composer consultant cook copywriter counsellor counselor critic dentist designer
    detective developer dietitian director doctor economist editor electrician engineer evaluator
    examiner expert explainer farmer gardener geologist guide guru helper historian instructor
    interpreter interviewer inventor investigator journalist judge landscaper lawyer lead leader
    lecturer librarian linguist maker manager marketer mathematician mechanic mediator mentor
    moderator musician narrator negotiator novelist nurse nutritionist officer organiser organizer
    painter partner pharmacist philosopher photographer physicist physiotherapist pilot planner
    plumber poet politician principal producer professor programmer proofreader psychologist
    reader realtor recruiter reporter researcher reviewer salesperson scholar scientist scout
    screenwriter secretary seller sommelier specialist statistician storyteller strategist
    stylist summariser summarizer supervisor teacher technician tester therapist trainer
    translator tutor vet watchmaker writer
    """.split()  # noqa: SIM905 - a wall of quotes is harder to read
)
# What nobody can do for another.
_MINE = frozenset({"learn", "memorise", "memorize", "practise", "remember", "stick", "study"})
_GERUND = re.compile(r"[^\W\d_]{2,}ing\b", re.IGNORECASE)
# Before these stands no article: "my letter", "John's letter", "3 letters".
_HELD = re.compile(
    r"(?:an?|the|my|our|your|his|her|their|this|that|these|one|some|any|no|\d+)\b|\w+['\u2019]s\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?:an?|the|my|our|your|this|one|some)(?![\w-])", re.IGNORECASE)


@dataclass(frozen=True)
class Frame:
    """How a request is put: "Could you please" before it, "?" after it; `first` if it begins the
    prompt."""

    before: str
    after: str
    first: bool


class Wish(Enum):
    """How near a request is to what was typed: with its verb, or the one that is usual for such a
    thing; "help me with" it; or who can do it."""

    TYPED = "typed"
    HELP = "help"
    ROLE = "role"


@dataclass(frozen=True)
class Asked:
    """A request as a person puts theirs."""

    text: str
    wish: Wish


class Asking:
    """How the prompts of some likes ask for what they want.

    `made` are the sentences of each; a person's request has at most as many words as their longest
    sentence. `capital` and `stop` say whether sentences begin with a capital and end in a stop.
    """

    def __init__(
        self, likes: Sequence[Pair], made: Sequence[Sequence[Slot]], *, capital: bool, stop: bool
    ) -> None:
        self.frames = _frames(likes, made)
        self._capital, self._stop = capital, stop
        self._longest = max((len(each.text.split()) for found in made for each in found), default=0)
        firsts = [found[0].text for found in made if found]
        calls = Counter(match[0] for text in firsts if (match := _CALL.match(text)))
        self._calls = tuple(call for call, count in calls.most_common() if count >= HABIT)
        self._casts = sum(_ROLE.match(text) is not None for text in firsts) >= HABIT

    def requests(self, topic: str, *, first: bool) -> list[Asked]:
        """`topic` as this person asks for something: "Could you please sort the answers?".

        As what begins the prompt, or as a later sentence. A thing is to be helped with, and
        somebody to be acted as. Empty for what is more than a sentence or longer than this person's
        are.
        """
        asked = parse(topic)
        if not asked.rest or len(split(asked.rest)) > 1:
            return []
        if len(asked.rest.split()) >= self._longest:
            return []
        wanted, wish = _wanted(topic, asked)
        put = [self._put(frame, wanted) for frame in self.frames if frame.first == first]
        if first:
            put += [
                f"{call}, {self._put(frame, wanted, within=True)}"
                for frame in self.frames
                if not frame.first
                for call in self._calls
            ]
        if asked.asks:
            put = [text.rstrip(".!?") + "?" for text in put]
        found = [Asked(text, wish) for text in put]
        if first and self._casts and not asked.asks:
            found.append(Asked(f"You are {_cast(asked)}{'.' if self._stop else ''}", Wish.ROLE))
        return found

    def _put(self, frame: Frame, wanted: str, *, within: bool = False) -> str:
        text = f"{frame.before}{wanted}{frame.after}"
        if within:
            return text[:1].lower() + text[1:] if not text.startswith("I ") else text
        return text[:1].upper() + text[1:] if not frame.before and self._capital else text


def _wanted(topic: str, asked: Request) -> tuple[str, Wish]:
    """What is to be done: "sort the answers", "write a letter", "act as a chef"."""
    if asked.verb:
        # What "a prompt for learning Greek" is for is done by the person.
        mine = asked.verb in _MINE or _GERUND.match(bare_topic(topic)) is not None
        return f"{'help me ' if mine else ''}{asked.verb} {_based(asked.rest)}", Wish.TYPED
    if asked.asks:
        return f"answer this: {asked.rest[:1].lower()}{asked.rest[1:]}", Wish.HELP
    if _is_role(asked.rest):
        return f"act as {_with_article(asked.rest)}", Wish.HELP
    verb, thing = _made(asked.rest)
    return (f"{verb} {thing}", Wish.TYPED) if verb else (f"help me with {thing}", Wish.HELP)


def _made(thing: str) -> tuple[str, str]:
    """The verb for a thing, "" if there is none, and the thing with its article if it takes one."""
    known = things().get(head(thing).lower())
    if known is None:
        return "", thing
    counted = known.counted and not _HELD.match(thing)
    return known.verb, _with_article(thing) if counted else thing


def _cast(asked: Request) -> str:
    """Who can do it: "an expert in sorting answers", "a french accountant"."""
    verb, thing = asked.verb, asked.rest
    if not verb and _is_role(thing):
        return _with_article(thing)
    if not verb:
        verb, thing = _made(thing)
    if verb:
        rest = _SECOND.sub(lambda m: f"{m['join']} {gerund(base_form(m['verb']))}", thing)
        return f"an expert in {gerund(verb)} {rest}"
    article = _ARTICLE.match(thing)
    return f"an expert in {thing[article.end() :].strip() if article else thing}"


def _based(rest: str) -> str:
    """A second verb in its base form, like the first: "my mail and write a reply"."""
    return _SECOND.sub(lambda match: f"{match['join']} {base_form(match['verb'])}", rest)


def _is_role(thing: str) -> bool:
    return thing.split()[-1].lower() in ROLES


def _with_article(thing: str) -> str:
    if _ARTICLE.match(thing):
        return thing
    return f"{'an' if thing[:1].lower() in 'aeiou' else 'a'} {thing}"


def _frames(likes: Sequence[Pair], made: Sequence[Sequence[Slot]]) -> tuple[Frame, ...]:
    """What stands before the verb of a request in two of the likes or more, and its last mark."""
    found: Counter[Frame] = Counter()
    for (topic, _), sentences in zip(likes, made, strict=True):
        verb = parse(topic).verb
        for place, each in enumerate(sentences[:NAMED_BY]):
            at = next((m for m in _WORD.finditer(each.text) if m[0].lower() == verb), None)
            before = each.text[: at.start()] if at is not None else ""
            if (
                at is not None
                and len(before.split()) <= FRAME_WORDS
                and not _NO_VERB.search(before)
            ):
                mark = each.text[-1:] if each.text[-1:] in ".?!" else ""
                found[Frame(before, mark, place == 0)] += 1
                break
    return tuple(frame for frame, count in found.most_common() if count >= HABIT)
