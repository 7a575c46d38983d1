"""What a topic wants done, in words: "sort the answers", "write a letter", "act as a chef"."""

from __future__ import annotations

import re
from enum import Enum

from promptstyle.core.style.inflection import base_form, gerund
from promptstyle.core.style.swapping import Request, head
from promptstyle.core.style.things import things
from promptstyle.core.style.words import bare_topic

# A second verb, which is in the form of the topic: "reads my mail and writes a reply".
_SECOND = re.compile(
    r"\b(?P<join>and|then|or) (?P<verb>[a-z]+s)(?= (?:a|an|the|my|our|me|them|it|each|every)\b)"
)
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
_MINE = frozenset(
    """
    learn memorise memorize practice practise rehearse remember stick study
    """.split()  # noqa: SIM905 - a wall of quotes is harder to read
)
# What is done to something that has to be there: "the report below".
_READING = frozenset(
    """
    analyse analyze annotate answer assess audit check classify clean compare condense convert
    correct critique debug edit evaluate explain extract fix format grade improve label mark
    paraphrase polish proofread rate refactor rephrase review revise rewrite shorten simplify sort
    split summarise summarize tag tidy tighten translate turn
    """.split()  # noqa: SIM905 - a wall of quotes is harder to read
)
_ONE = re.compile(r"(?:an?|the|this|my|our)\s+", re.IGNORECASE)
# Where what is said of a thing begins; "of" belongs to it: "the abstract of a paper".
_SAID_OF = re.compile(r"\s(?:about|as|at|by|for|from|in|into|on|so|that|to|under|with|without)\s")
_GERUND = re.compile(r"[^\W\d_]{2,}ing\b", re.IGNORECASE)
# Before these stands no article: "my letter", "John's letter", "3 letters".
_HELD = re.compile(
    r"(?:an?|the|my|our|your|his|her|their|this|that|these|one|some|any|no|\d+)\b|\w+['\u2019]s\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?:an?|the|my|our|your|this|one|some)(?![\w-])", re.IGNORECASE)


class Wish(Enum):
    """How near a request is to what was typed: with its verb, or the one that is usual for such a
    thing; "help me with" it; or who can do it."""

    TYPED = "typed"
    HELP = "help"
    ROLE = "role"


def wanted(topic: str, asked: Request) -> tuple[Wish, list[str]]:
    """What is to be done, in one way or two: "sort the answers", "write a letter", "act as a chef".

    What has to be there is "the report below" too.
    """
    if asked.verb:
        # What "a prompt for learning Greek" is for is done by the person.
        mine = asked.verb in _MINE or _GERUND.match(bare_topic(topic)) is not None
        rest = _based(asked.rest)
        ways = [rest]
        if asked.verb in _READING and (below := _below(rest)):
            ways.append(below)
        return Wish.TYPED, [f"{'help me ' if mine else ''}{asked.verb} {each}" for each in ways]
    if asked.asks:
        return Wish.HELP, [f"answer this: {asked.rest[:1].lower()}{asked.rest[1:]}"]
    if _is_role(asked.rest):
        return Wish.HELP, [f"act as {_with_article(asked.rest)}"]
    verb, thing = _made(asked.rest)
    return (Wish.TYPED, [f"{verb} {thing}"]) if verb else (Wish.HELP, [f"help me with {thing}"])


def _below(rest: str) -> str:
    """ "a report in five lines" -> "the report below in five lines"; "" for no single thing."""
    article = _ONE.match(rest)
    if article is None or "below" in rest:
        return ""
    mine = article.group().strip().lower() in ("my", "our")
    after = _SAID_OF.search(rest, article.end())
    end = after.start() if after else len(rest)
    before = article.group() if mine else "the "
    return f"{before}{rest[article.end() : end]} below{rest[end:]}"


def _made(thing: str) -> tuple[str, str]:
    """The verb for a thing, "" if there is none, and the thing with its article if it takes one."""
    known = things().get(head(thing).lower())
    if known is None:
        return "", thing
    counted = known.counted and not _HELD.match(thing)
    return known.verb, _with_article(thing) if counted else thing


def cast(asked: Request) -> str:
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
