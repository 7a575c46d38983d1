"""What a topic wants done, in words: "sort the answers", "write a letter", "act as a chef"."""

from __future__ import annotations

import re
from enum import Enum

from promptstyle.core.style.general import general_terms
from promptstyle.core.style.habits_verbs import COMMANDS
from promptstyle.core.style.inflection import base_form, gerund
from promptstyle.core.style.number_words import ONES, TENS
from promptstyle.core.style.request import DETERMINERS, OWN_DOING, PREPOSITIONS, Request, head
from promptstyle.core.style.situations import VERSUS, tells, told
from promptstyle.core.style.things import NEW, things
from promptstyle.core.style.words import STOP_WORDS, bare_topic

# A second verb, which is in the form of the topic: "reads my mail and writes a reply".
_SECOND = re.compile(
    r"\b(?P<join>and|then|or) (?P<verb>[a-z]+s)(?= (?:a|an|the|my|our|me|them|it|each|every)\b)"
)
# Who can be asked to be somebody: the last word of "french accountant".
ROLES = frozenset(
    """
    accountant adviser advisor agent analyst annotator architect artist assistant astronomer
    attorney auditor author biologist bot brainstormer broker buddy butler chatbot checker chef
    chemist classifier clerk coach comedian companion composer consultant converter cook copyist
    copywriter corrector counsellor counselor critic debugger dentist designer detective
    detector developer dietitian director doctor economist editor electrician engineer estimator
    evaluator examiner expert explainer extractor farmer gardener geologist grader guru helper
    historian improver instructor interpreter interviewer inventor investigator journalist judge
    landscaper lawyer leader lecturer librarian linguist manager marketer matcher mathematician
    mechanic mediator mentor moderator musician narrator negotiator novelist nurse nutritionist
    officer opponent organiser organizer painter partner pharmacist philosopher photographer
    physicist physiotherapist pilot plumber poet politician principal professor programmer
    proofreader psychologist realtor recruiter reporter researcher responder reviewer rewriter
    salesperson scholar scientist scout screenwriter secretary simplifier simulator sommelier
    specialist statistician storyteller strategist stylist summariser summarizer supervisor
    teacher technician tester therapist trainer translator tutor vet watchmaker writer
    """.split()  # noqa: SIM905 - a wall of quotes is harder to read
)
# By its ending what does something for others: "indexer", "optician".
_DOES = re.compile(r"\w{2,}(?:er|or|ist|yst|ian|eer)")
# Things, and whoever the person is, or anybody, and what is no noun.
_NOBODY = frozenset(
    """
    after answer author beginner better brother browser buyer character commuter compiler
    computer container counter customer daughter donor either ever expert father filter folder
    further helper however learner letter listener longer master matter member mirror mother
    neighbor neighbour never newspaper number other over owner paper passenger power printer
    rather reader river scanner sensor server sister sober spider stranger teenager toddler
    together under user visitor whether
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
# Before what is no order by itself.
THIS, ANSWER, WITH = "help me with this: ", "answer this: ", "help me with "
# Who can do what has no profession of its own.
EXPERT = "an expert in "
_ONE = re.compile(r"(?:an?|the|this|my|our)\s+", re.IGNORECASE)
# Where what is said of a thing begins; "of" belongs to it: "the abstract of a paper".
_SAID_OF = re.compile(
    r"(?:,|\s(?:about|and|as|at|by|for|from|in|into|like|on|or|so|that|then|to|under|which|who|with"
    r"|without|\w+ly)\b)"
)
# It is there already, or nobody wants it: "my essay", "John's essay", "no idea".
_THERE = re.compile(r"(?:no|the|this|these|my|our|his|her|their)\b|\w+['\u2019]s\b", re.IGNORECASE)
# What can be pasted.
_TEXTS = frozenset(
    """
    abstract advertisement announcement answer article caption chapter code contract conversation
    cv dataset description dialogue diary document draft e-mail email episode essay excerpt file
    form function invoice letter list log manual memo message minutes notes notice novel outline
    page paper paragraph passage poem policy post proposal query quotation quote recipe regex
    report request response resume review schedule script sentence song speech spreadsheet
    statement story summary survey table text thesis transcript translation tweet
    """.split()  # noqa: SIM905 - a wall of quotes is harder to read
)
# What somebody is to be is said by itself.
_BE = re.compile(r"(?:(?:act(?:ing)? as|be(?:ing)?|become|you are|you're)\s+)+", re.IGNORECASE)
# Where what is said of somebody begins.
_WHO = re.compile(r"\s(?:who|that|for|with)\s")
_WISHED = re.compile(r"\W*i(?: want|['\u2019]d like| would like| need) to\b", re.IGNORECASE)
# What a way is looked for to, too; not "explain a way to fold maps".
_WAY = re.compile(r"\ba way to\W*$", re.IGNORECASE)
# "Help me negotiate": what a model is seldom told to do it only helps with.
_HELPED = re.compile(
    r"\W*(?:please )?(?:(?:can|could|would|will) you (?:please |kindly )?)?help (me|us) (?:to )?\w",
    re.IGNORECASE,
)
_HELPS = re.compile(r"\bhelp(?:s|ing)? (me|us)(?: to)?\W*$", re.IGNORECASE)
# Of what prompts command these are what a person does.
_OURS = frozenset(["be", "choose", "decide", "get", "stay", "stop", "understand"])
_GERUND = re.compile(r"[^\W\d_]{2,}ing\b", re.IGNORECASE)
_DOING = re.compile(rf"[a-z]+ing (?:{'|'.join(sorted(DETERMINERS))})\b", re.IGNORECASE)
# Before these stands no article: "my letter", "John's letter", "3 letters"; "a one-day trip".
_HELD = re.compile(
    r"(?:an?|the|my|our|your|his|her|its|their|this|that|these|some|any|no|another|both|each|every"
    r"|few|half|less|many|more|most|much|several|what|which|\d+"
    rf"|{'|'.join(ONES)}|{'|'.join(TENS)})\b(?!-)|\w+['\u2019]s\b",
    re.IGNORECASE,
)
# By sound: "an hour", "an MRI report"; "a user", "a European", "a UK visa".
_AN = re.compile(
    r"[aio]|e(?!u)|u(?!ni|ro|s[ea]|ti|k\b)|uni[dnm]|hones|hono|hour|heir", re.IGNORECASE
)
_SPELT = re.compile(r"[A-Z]{2,5}\b")


class Wish(Enum):
    """How near a request is to what was typed: with its verb, or the one that is usual for such a
    thing; "help me with" it; or who can do it."""

    TYPED = "typed"
    HELP = "help"
    ROLE = "role"


def profession(word: str) -> bool:
    """Whether `word`, in lower case, is somebody who does something for others."""
    return word not in _NOBODY and (word in ROLES or _DOES.fullmatch(word) is not None)


def in_letters(text: str) -> bool:
    """Whether `text` has a word in the letters of English."""
    return re.search("[A-Za-z]{2}", text) is not None


def wanted(topic: str, asked: Request) -> tuple[Wish, list[str]]:
    """What is to be done, in one way or two: "sort the answers", "write a letter", "act as a chef".

    What has to be there is "the report below" too. None for what has no letter of the alphabet.
    """
    thing = _small(asked.rest)
    if not in_letters(thing):
        return Wish.HELP, []
    if not asked.verb and tells(thing):
        # Typed by whoever has it so: there is nothing nearer.
        return Wish.TYPED, [f"{THIS}{told(thing)}"]
    if asked.asks:
        return Wish.HELP, [f"{ANSWER}{thing}"]
    said = f"{asked.verb} {thing}".strip()
    # "Help me cope", "a prompt that helps me cope"; not "help me write a prompt for an exam".
    bare = bare_topic(topic)
    helped = _HELPED.match(bare) or _HELPS.search(topic[: len(topic) - len(bare)])
    # "Help me with my taxes" has no verb, "help me cope" one that no prompt commands with.
    if helped and (asked.verb not in COMMANDS or asked.verb in _OURS):
        return Wish.TYPED, [f"help {helped[1].lower()} {_based(said)}"]
    if be := _BE.match(said):
        return Wish.TYPED, [f"act as {with_article(said[be.end() :])}"]
    if not asked.verb and VERSUS.search(thing):
        return Wish.TYPED, [f"compare {thing}"]
    if asked.verb and not _is_thing(asked):
        # What "a prompt for learning Greek" is for is done by the person.
        mine = (
            asked.verb in OWN_DOING
            or _GERUND.match(bare_topic(topic)) is not None
            or _WISHED.match(topic) is not None
            or _WAY.search(topic[: len(topic) - len(bare)]) is not None
        )
        ways = [thing, _below(thing)] if asked.verb in _READING else [thing]
        return Wish.TYPED, [
            f"{'help me ' if mine else ''}{asked.verb} {_based(each)}" for each in ways if each
        ]
    if _is_role(said):
        return Wish.HELP, [f"act as {with_article(said)}"]
    verb, thing = _made(said)
    return (Wish.TYPED, [f"{verb} {thing}"]) if verb else (Wish.HELP, [f"{WITH}{thing}"])


def cast(asked: Request) -> tuple[str, bool]:
    """Who can do it: "an expert in sorting answers", "a french accountant"; "" for nobody.

    And whether that was asked for.
    """
    thing = _small(asked.rest)
    said = f"{asked.verb} {thing}".strip()
    if asked.asks or not in_letters(said):
        return "", False
    if be := _BE.match(said):
        return with_article(said[be.end() :]), True
    if asked.verb and not _is_thing(asked):
        verb = asked.verb
    elif _is_role(said):
        return with_article(said), True
    else:
        verb, thing = _made(said)
    if verb:
        rest = _SECOND.sub(lambda m: f"{m['join']} {gerund(base_form(m['verb']))}", thing)
        return f"{EXPERT}{gerund(verb)} {rest}", False
    # "An expert in recipe" is no English.
    one = _ONE.match(thing) is not None and not thing.lower().startswith("the ")
    return ("" if one else f"{EXPERT}{thing}"), False


def _made(thing: str) -> tuple[str, str]:
    """The verb for a thing, "" if there is none, and the thing with its article if it takes one."""
    noun = head(thing).lower()
    known = things().get(noun)
    # "Renting a flat" is no thing.
    if _DOING.match(thing):
        return "", thing
    new = NEW.get(noun) or NEW.get(noun.removesuffix("s"))
    if new and not (known and known.verb) and not _THERE.match(thing):
        return new, thing if noun.endswith("s") else with_article(thing)
    return (known.verb, counted(thing)) if known else ("", thing)


def counted(thing: str) -> str:
    """ "glossary for a translation" -> "a glossary for a translation"; what takes no article, or
    has one, as it is."""
    noun = head(thing)
    known = things().get(noun.lower())
    # "Matter" takes one, "dark matter" does not: of less known nouns only those that stand alone.
    takes = known is not None and known.counted and (known.usual or thing.startswith(noun))
    return with_article(thing) if takes else thing


def _is_thing(asked: Request) -> bool:
    """Whether what looks like a verb is a noun before another: "code review", "test plan"."""
    rest = asked.rest.split()
    known = things().get(rest[-1].lower())
    return len(rest) == 1 and known is not None and known.counted and known.usual


def _small(thing: str) -> str:
    """Without the capital of a word that has none within a sentence: "Shopping list"."""
    first = re.match(r"[A-Z][a-z]*\b", thing)
    if first is None:
        return thing
    word = first.group().lower()
    known = word in STOP_WORDS or word in things() or word in ROLES or word in general_terms()
    return word + thing[first.end() :] if known and word != "i" else thing


def _based(rest: str) -> str:
    """A second verb in its base form, like the first: "my mail and write a reply"."""
    return _SECOND.sub(lambda match: f"{match['join']} {base_form(match['verb'])}", rest)


def _below(rest: str) -> str:
    """ "a report in five lines" -> "the report below in five lines"; "" for what is no text."""
    article = _ONE.match(rest)
    if article is None or "below" in rest:
        return ""
    after = _SAID_OF.search(rest, article.end())
    end = after.start() if after else len(rest)
    thing = rest[article.end() : end]
    named = [head(part).lower() for part in thing.split(" of ")]
    if not _TEXTS.intersection(named) or rest[end:].startswith(" from "):
        return ""
    before = article.group() if article.group().strip().lower() in ("my", "our") else "the "
    return f"{before}{thing} below{rest[end:]}"


def _is_role(thing: str) -> bool:
    who = _WHO.split(thing, maxsplit=1)[0].split()
    return bool(who) and who[-1].lower() in ROLES and PREPOSITIONS.isdisjoint(who)


def with_article(thing: str) -> str:
    """ "hour" -> "an hour"; as it is if something stands there already: "my hour"."""
    return thing if _HELD.match(thing) else an(thing)


def an(thing: str) -> str:
    """ "children's editor" -> "a children's editor", "hour" -> "an hour"."""
    if _SPELT.match(thing):
        return f"{'an' if thing[0] in 'AEFHILMNORSX' else 'a'} {thing}"
    vowel = _AN.match(thing) is not None and not thing.lower().startswith("one")
    return f"{'an' if vowel else 'a'} {thing}"
