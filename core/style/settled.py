"""What a sentence settles: a length, a form, what has to be there, what is to stay as it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from promptstyle.core.style.casting import gives_role
from promptstyle.core.style.number_words import ONES, TENS
from promptstyle.core.style.once import negated, once
from promptstyle.core.style.words import stem, terms, topic_terms, words

# What is said of a thing that the reader is expected to have.
_GIVEN = re.compile(
    r"\b(?:below|above|attached|given|original"
    r"|(?:the|my|our) (?:text|notes?|list|table|draft|sources?))\b",
    re.IGNORECASE,
)
_THEIRS = re.compile(
    r"(?<!only )\b(?:(?:my|our) (?:notes?|lists?|tables?|drafts?|sources?)|the (?:notes|draft))\b"
    # "Use my notes below" says it.
    r"(?!,? (?:below|above|attached|i |we |you |that you|of |with |in |as|only|and nothing))",
    re.IGNORECASE,
)
# What may stand between a number and what is counted.
_HOW = r"(?:(?:short|long|simple|plain|new|different|single) )?"
_TENS = rf"(?:{'|'.join(TENS)})(?:-\w+)?"
_HUNDREDS = r"(?:an? |one |two |three )?hundred(?: and \w+)?"
_NUMBER = rf"(?:{_HUNDREDS}|{_TENS}|\d+|{'|'.join(ONES)})"
_LIMIT = re.compile(
    rf"\b{_NUMBER}[ -]"
    r"(word|min|hour|second|page|paragraph|sentence|line|character|point|bullet|question|version)"
    r"(?:ute)?s?\b",
    re.IGNORECASE,
)
# "No more than three hashtags", "max 2 emojis": as many kinds as there are nouns.
_MOST = re.compile(
    rf"\b(?:no|not|n['\u2019]t \w+|not \w+|avoid) (?:more|longer) than {_NUMBER} {_HOW}([a-z]+)"
    rf"|\b(?:at most|up to|under|below|within|exceed|go over|max\.?|maximum) {_NUMBER}"
    rf" {_HOW}([a-z]+)",
    re.IGNORECASE,
)
# "Plain words and no more than 180 of them", "simple words, one hundred and fifty".
_WORDS_AND = re.compile(
    r"\bwords\b(?:,| and|, and) (?:(?:no|not) more than |at most |under |about |up to )?"
    rf"(?:\d\d{{1,2}}|{_HUNDREDS}|{_TENS})\b"
    r"(?: of them\b| at (?:the )?most\b| in all\b|\s*(?:[.;,!]|$))",
    re.IGNORECASE,
)
# "300 dollars at most", "do not go over 400 euros", "under $20".
_MONEY = re.compile(
    rf"[$\u20ac\u00a3] ?\d|\d ?[$\u20ac\u00a3]|\b{_NUMBER} (?:dollar|euro|eur|usd)s?\b",
    re.IGNORECASE,
)
# "Show only the table", "give me the list and nothing else", "only the numbered steps".
_SHOW = r"(?:show|give|output|return|print|send|write|answer|reply)(?: me| with)?"
_THE = r"(?:the |an? |one |two |three |my |this |your |\d+ )?"
_UNTIL = r"(?= (?:at|is|are|that|who|with|for|of|below|may|would|in|from|about)\b|[.,;:!?]|$)"
_DELIVERED = re.compile(
    rf"(?:^|\b{_SHOW} )(?:only|just|nothing but) (?:{_SHOW} )?{_THE}(?!(?:in|on|if|as|to|by)\b)"
    rf"([\w -]+?){_UNTIL}"
    rf"|\b{_SHOW} {_THE}([\w -]+?)(?: only| alone| and nothing else|, nothing else)\b",
    re.IGNORECASE,
)
# What every answer is.
_ANSWER = frozenset({"answer", "final", "finish", "output", "result", "respons", "text"})
# "Under 100 words" and "exactly 1 page" are one wish too many.
_LENGTHS = {"page": "length", "word": "length", "character": "length"}
# Verbs of what changes a thing, and what is said of one that is to stay as it is.
_CHANGING = frozenset(
    """
    convert correct debug edit fix improve migrate optimise optimize paraphrase polish refactor
    reformat rephrase restructure rewrite shorten simplify tidy translate turn
    """.split()  # noqa: SIM905 - a wall of quotes is harder to read
)
_PUT = re.compile(
    r"\b(paraphrase|rephrase|rewrite|shorten|translate) (?:(?:the|my|this) )?(\w+)", re.IGNORECASE
)
_SPARED = re.compile(
    r"\bunchanged\b|\bas (?:they are|it is|written)\b"
    r"|(?:\bnot|n['\u2019]t) (?:change|rewrite|alter|edit|touch|convert|translate)\b",
    re.IGNORECASE,
)
# "Make it a table", "as a list", "show only the numbered list".
_FORM = re.compile(
    r"\b(?:(?:as|in|make it|make|use|give me) an?|show the"
    r"|(?:show|give|output|return) (?:me )?(?:only|just|but) (?:the|an?))"
    r"(?: \w+)? (?:table|list|paragraph)\b(?! of)"
    # What is prose has none.
    r"|\b(?:no|without|avoid|not (?:use|write|write in|give)) (?:bullet )?(?:lists?|tables?)\b"
    r"|\b(?:short|connected|flowing) (?:paragraphs|prose)\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:do not|don['\u2019]t|never|not to) ([a-z]+)(?: (?:the|any|an?|my|your))?(?: ([a-z]+))?",
    re.IGNORECASE,
)
# Verbs of which something else may be said again.
_DOES_MUCH = frozenset(
    stem(verb)
    for verb in """
    add ask be begin change do exceed explain give go have include invent keep leave list make
    mention name put repeat say show start take tell use want write
    """.split()  # noqa: SIM905 - a wall of quotes is harder to read
)
# What stands for a thing that was named before.
_IT = frozenset({"it", "them"})
_COUNTS = (
    *("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
# One is for each as a rule; what is a part of a number or comes after "top" counts nothing.
_COUNTED = re.compile(
    rf"(?<![\w.,:-])(?<!top )(?<!best )({'|'.join(_COUNTS)}|[2-9]|[1-9]\d{{1,3}})"
    r"[ -]([a-z]{3,})\b"
    r"(?! (?:per|each|at a time)\b)",
    re.IGNORECASE,
)
# "No slang", but neither "no more than" nor "no slang that needs a footnote".
_WITHOUT = re.compile(
    r"(?:\b(?:(?<!or )no|(?<!and )without|avoid|leave out|not (?:use|mention|include))"
    r"|n['\u2019]t (?:use|mention|include))"
    r"(?: any| the| an?)? ([a-z]+)(?=\s*(?:[.,;:!?)]|$|and\b|or\b))",
    re.IGNORECASE,
)
_AGREES = re.compile(
    r"\b(?:no|without|avoid\w*|free|less|stop|quit|reduce|cut|never|not)\b|n['\u2019]t\b",
    re.IGNORECASE,
)
# What a sentence settles that one of these tells.
_SETTLED = {"form": _FORM, "length": _WORDS_AND, "money": _MONEY}


def given_in(drafts: Sequence[str]) -> frozenset[str]:
    """What at least half of `drafts` take for granted: "below", "the text", "my notes"."""
    counts = Counter(word for draft in drafts for word in takes(draft))
    return frozenset(word for word, count in counts.items() if 2 * count >= len(drafts))


def takes(text: str) -> frozenset[str]:
    """What `text` takes for granted, in lower case."""
    return frozenset(match[0].lower() for match in _GIVEN.finditer(text))


def unknown(sentence: str, known: frozenset[str]) -> bool:
    """Whether `sentence` speaks of notes, a list or so on as of something that is there, and none
    of the terms `known` says so."""
    return any(stem(words(match[0])[-1]) not in known for match in _THEIRS.finditer(sentence))


# Each is asked again for every place of a prompt.
@lru_cache(maxsize=4096)
def limits(sentence: str) -> frozenset[str]:
    """What `sentence` settles: how many minutes or what else at most, how long the text is, what it
    may cost, which form it has, how it begins and ends, who is to write it, what is not to be done.
    """
    found = {match[1].lower() for match in _LIMIT.finditer(sentence)}
    found |= {stem((match[1] or match[2]).lower()) for match in _MOST.finditer(sentence)}
    settled = {_LENGTHS.get(kind, kind) for kind in found}
    settled |= {kind for kind, told in _SETTLED.items() if told.search(sentence)}
    if gives_role(sentence):
        # Nobody is two people.
        settled.add("role")
    return frozenset(settled | once(sentence) | _bans(sentence))


@lru_cache(maxsize=4096)
def delivered(sentence: str) -> frozenset[str]:
    """The terms of what alone is to be shown, after `sentence`; none where that is any answer."""
    found = [match[1] or match[2] for match in _DELIVERED.finditer(sentence)]
    wanted = frozenset(term for each in found for term in terms(each)) - _ANSWER
    # "The final version" is there whatever was asked for, two versions are not.
    several = any("versions" in each.lower().split() for each in found)
    return wanted if several else wanted - {"version"}


def spares(sentence: str, verb: str, topic: frozenset[str]) -> bool:
    """Whether `sentence` keeps from change what `verb` is to change: "Do not change the code." """
    return (
        verb in _CHANGING
        and _SPARED.search(sentence) is not None
        and not (topic.isdisjoint(terms(sentence)) and _IT.isdisjoint(words(sentence)))
    )


def changes(sentence: str, verb: str, topic: frozenset[str]) -> bool:
    """Whether `sentence` orders to put in other words what `verb` is only to review or explain."""
    if verb in _CHANGING or not verb:
        return False
    return any(
        match[2].lower() in _IT or stem(match[2].lower()) in topic
        for match in _PUT.finditer(sentence)
        if not negated(sentence, match.start())
    )


def contradicts(sentence: str, topic: str) -> bool:
    """Whether `sentence` counts what `topic` counts otherwise, or wants none of what it is about.

    "Ten-year-olds" where it says "twelve year olds"; "no crime" where it says "a crime novel".
    """
    wanted, found = _counted(topic), _counted(sentence)
    if any(wanted[noun] != number for noun, number in found.items() if noun in wanted):
        return True
    # "No legal jargon", "gluten-free": who asks for it agrees.
    if _AGREES.search(topic):
        return False
    about = set(topic_terms(topic))
    return not about.isdisjoint(stem(word) for word in _without(sentence))


def _bans(sentence: str) -> set[str]:
    """What is not to be: "no slang", "not blame", "not change names"."""
    found = {f"no {stem(word)}" for word in _without(sentence)}
    for match in _NOT.finditer(sentence):
        verb, thing = (stem(word.lower()) if word else "" for word in match.groups())
        found.add(f"not {verb} {thing}" if verb in _DOES_MUCH else f"not {verb}")
    return found


def _without(text: str) -> list[str]:
    return [match[1].lower() for match in _WITHOUT.finditer(text)]


def _counted(text: str) -> dict[str, int]:
    """How many of what: the stems of nouns after a number, and the last one of each."""
    found = {}
    for match in _COUNTED.finditer(text):
        number = match[1].lower()
        found[stem(match[2].lower())] = (
            int(number) if number.isdigit() else _COUNTS.index(number) + 2
        )
    return found


def repeats(sentence: str) -> int:
    """How many of its words that carry something stand in `sentence` again."""
    said = [term for term in terms(sentence) if not term.isdigit()]
    return len(said) - len(set(said))
