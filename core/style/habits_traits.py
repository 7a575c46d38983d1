"""The yes-or-no habits of one prompt: how it addresses, binds, is laid out, cased, punctuated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from promptstyle.core.generation.sentences import Sentence, split
from promptstyle.core.style.habits_verbs import COMMANDS
from promptstyle.core.style.words import words

BULLET = re.compile(r"^\s*[-*+\u2022\u2013]\s+\S", re.MULTILINE)
NUMBERED = re.compile(r"^\s*\(?\d{1,3}[.)]\s+\S", re.MULTILINE)
# Markdown, a bold line, or a short line that ends in a colon.
HEADING = re.compile(
    r"^\s*(?:#{1,6}\s+\S|\*\*[^*\n]{1,60}\*\*:?\s*$|[^\W\d_][^\n:.!?]{0,38}:\s*$)", re.MULTILINE
)

_BEGIN = re.compile(r"\W*(\w+)(?:\W+(\w+))?(?:\W+(\w+))?")


class Reading:
    """One prompt with what its habits are read from, each made once."""

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        self.lower = self.text.lower()
        self.words = words(self.text)
        self.set = frozenset(self.words)
        self.characters = frozenset(self.text)
        self.signs = self.set | self.characters

    @cached_property
    def spaced(self) -> str:
        """The words with a blank around each, to look for phrases in."""
        return f" {' '.join(self.words)} "

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences and lines, markers of lists included."""
        return split(self.text)

    def has(self, *phrases: str) -> bool:
        """Whether one of `phrases` (words in lower case, blanks between) stands in it."""
        return any(f" {phrase} " in self.spaced for phrase in phrases)

    @cached_property
    def commands(self) -> int:
        """How many sentences begin with the base form of a verb that tells what to do."""
        found = (_BEGIN.match(self.text, s.start, s.end) for s in self.sentences)
        return sum(_is_command(begin.groups("")) for begin in found if begin)


@dataclass(frozen=True)
class Trait:
    """A habit that a prompt has or has not.

    It has it if one of `words`, `characters` or `phrases` stands in it, or `pattern` is found in
    its text as it was written, or `lower` in its text in lower case. `says` tells it of a person
    ("Counts in digits"); `lacks`, if its absence is worth a word, is what is missing ("lists").
    """

    says: str
    lacks: str = ""
    words: frozenset[str] = frozenset()
    characters: frozenset[str] = frozenset()
    phrases: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    # A pattern of its own, for speed: without case, `re` skips nothing.
    lower: re.Pattern[str] | None = None
    # Words or characters without which the rest need not be tried; for speed too.
    needs: frozenset[str] = frozenset()

    def holds(self, read: Reading) -> bool:
        """Whether the prompt has it."""
        if self.needs and self.needs.isdisjoint(read.signs):
            return False
        return (
            not self.words.isdisjoint(read.set)
            or not self.characters.isdisjoint(read.characters)
            or (bool(self.phrases) and read.has(*self.phrases))
            or (self.pattern is not None and self.pattern.search(read.text) is not None)
            or (self.lower is not None and self.lower.search(read.lower) is not None)
        )


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _re(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


FORMATS = _set(
    "table tables list lists bullet bullets bulleted numbered checklist column columns row rows "
    "json csv yaml xml html markdown heading headings headed paragraph paragraphs diagram outline "
    "code snippet timeline template"
)
TONES = _set(
    "friendly calm formal informal plain simple warm polite concise brief professional funny "
    "humorous persuasive neutral confident casual honest encouraging gentle serious playful "
    "respectful direct vivid clear factual objective empathetic upbeat dry cheerful tone"
)
NUMBER_WORDS = _set(
    "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty "
    "fifty hundred dozen"
)
_AMOUNT = r"(?:\d+|" + "|".join(sorted(NUMBER_WORDS | _set("a an one"))) + r")\b"
_LIMIT = (
    r"\b(?:(?:no|not) (?:more|longer|fewer|less) than|at (?:most|least)|max(?:imum)?(?: of)?"
    r"|up to|under|below|within|fewer than|less than|over|min(?:imum)?(?: of)?)\s+" + _AMOUNT
)

# Address, constraints, layout, casing, punctuation: in this order a person reads of them.
TRAITS: dict[str, dict[str, Trait]] = {
    "address": {
        "role": Trait(
            "Gives a role first", "roles", lower=_re(
                r"^\W*(?:you(?:'re| are| will be)\b|act as\b|imagine (?:that )?you|as an? )")),
        "please": Trait(
            "Asks politely", "polite words",
            words=_set("please kindly grateful thank thanks appreciate pls thx"),
            phrases=("would you", "could you", "may i", "can you")),
        "thanks": Trait("Says thanks", words=_set("thank thanks thx cheers")),
        "i": Trait("Speaks as I", words=_set("i me my mine we our us im")),
        "you": Trait("Speaks to you", words=_set("you your yours")),
        "asks": Trait("Opens with a question", pattern=_re(r"\A[^.!?\n]*\?")),
        "chat": Trait(
            "Talks as in a chat",
            words=_set("hey hi hello ok okay basically actually kinda gonna wanna btw lol yeah")),
    },
    "constraints": {
        "digits": Trait("Counts in digits", "digits", characters=frozenset("0123456789")),
        "number_words": Trait("Counts in words", words=NUMBER_WORDS),
        "exact": Trait("Asks for exact counts", lower=_re(
            r"\b(?:exactly|precisely)\s+" + _AMOUNT), needs=_set("exactly precisely")),
        "limit": Trait("Sets limits", "limits", lower=_re(_LIMIT), needs=_set(
            "than most least max maximum up under below within over min minimum")),
        "range": Trait("Gives ranges", pattern=_re(r"\d\s?(?:to|-|\u2013)\s?\d"),
                       needs=_set("to - \u2013")),
        "format": Trait("Names the format", "formats", words=FORMATS),
        "dont": Trait(
            "Says what not to do", "don'ts", words=_set("avoid never without dont"),
            phrases=("do not", "don t", "leave out", "rather than", "instead of"),
            lower=_re(r"(?:^|[.;,/:\n-]\s*)no\s+(?!more|longer|fewer|less)\w")),
        "ensure": Trait(
            "Says what must be", words=_set("ensure must always"),
            phrases=("make sure", "be sure")),
        "only": Trait(
            "Wants nothing beside the result", needs=_set("only just nothing intro"),
            phrases=("show only", "only show", "output only", "only output", "return only",
                     "only return", "reply only", "only the", "only a", "just the",
                     "nothing else", "no intro")),
        "tone": Trait("Sets the tone", words=TONES),
        "example": Trait("Speaks of examples", words=_set("example examples sample samples"),
                         phrases=("for instance", "e g")),
        "material": Trait(
            "Points to the text below", words=_set("below following attached above provided"),
            phrases=("here is", "this text")),
        "blanks": Trait(
            "Leaves blanks to fill in", "blanks to fill in",
            needs=_set("[ { <"),
            pattern=_re(r"\[[^\]\n]{1,60}\]|\{+[^}\n]{1,60}\}+|<[a-zA-Z_][^>\n]{0,40}>")),
        "condition": Trait("Says what to do in some cases", words=_set("if unless")),
        "reason": Trait("Gives reasons", "reasons", words=_set("because since"),
                        phrases=("so that", "as i")),
        "order": Trait("Sets the order", words=_set("first then before finally last order steps"),
                       phrases=("step by step",)),
        "ending": Trait("Says how to end", words=_set("end finish close conclude add"),
                        phrases=("at the end",)),
        "questions": Trait("Wants to be asked back", phrases=("ask me", "ask for", "wait for")),
    },
    "layout": {
        "one_line": Trait("One paragraph", pattern=_re(r"\A[^\n]*\Z")),
        "blank_lines": Trait("Parts with blank lines between", pattern=_re(r"\n[ \t]*\n")),
        "headings": Trait("Headings", "headings", pattern=HEADING),
        "markdown": Trait("Markdown headings", pattern=_re(r"(?m)^#{1,6}\s")),
        "bullets": Trait("Bullets", "lists", pattern=BULLET),
        "numbered": Trait("Numbered lines", "numbered lines", pattern=NUMBERED),
        "bold": Trait("Bold words", pattern=_re(r"\*\*\S|__\S"), needs=_set("* _")),
        "code": Trait("Code in backticks", characters=frozenset("`")),
    },
    "casing": {
        "lower": Trait("All in lower case", pattern=_re(r"\A[^A-Z]*[a-z][^A-Z]*\Z")),
        "lower_start": Trait("Begins in lower case", pattern=_re(r"\A[\W\d]*[a-z]")),
        "loud": Trait("CAPITALS for what matters", "words in capitals", pattern=_re(
            r"(?:NOT|NO|MUST|ONLY|ALWAYS|NEVER|DON'T|VERY|EXACTLY|EVERY|IMPORTANT)\b")),
    },
    "punctuation": {
        "full_stop": Trait("A full stop at the end", pattern=_re(
            r"[.\u3002][\"'\u201d\u2019)\]*_`]*\Z")),
        "question_end": Trait("A question at the end", pattern=_re(r"[?\uff1f][\"')*_]*\Z")),
        "question": Trait("Question marks", "question marks", characters=frozenset("?\uff1f")),
        "exclamation": Trait("Exclamation marks", "exclamation marks",
                             characters=frozenset("!\uff01")),
        "semicolon": Trait("Semicolons", "semicolons", characters=frozenset(";\uff1b")),
        "colon": Trait("Colons", "colons", pattern=_re(r":(?:\s|\Z)")),
        "dash": Trait("Dashes", "dashes", pattern=_re(r"[\u2014\u2013]|\s--?\s(?!\s)(?<!\n- )"),
                      needs=_set("- \u2013 \u2014")),
        "slash": Trait("Slashes", "slashes", pattern=_re(r"(?<![:/<])/(?![/\w]+>)"),
                       needs=_set("/")),
        "brackets": Trait("Brackets", "brackets", pattern=_re(r"\(\w")),
        "quotes": Trait("Quotation marks", "quotation marks",
                        characters=frozenset('"\u201c\u201d\u00ab\u00bb\u201e')),
        "ellipsis": Trait("Dots that trail off", pattern=_re(r"\.\.\.|\u2026")),
        "plus": Trait("& and +", pattern=_re(r"\s[&+]\s"), needs=_set("& +")),
        "contractions": Trait("Contractions", "contractions", lower=_re(
            r"['\u2019](?:(?<=n.)t|m|re|ll|ve|d|(?<=it.)s|(?<=that.)s)\b")),
        "emoji": Trait("Emoji", "emoji", pattern=_re("[\u2600-\u27bf\U0001f300-\U0001faff]")),
    },
}  # fmt: skip
GROUPS = {name: group for group, traits in TRAITS.items() for name in traits}
NAMED = {name: trait for traits in TRAITS.values() for name, trait in traits.items()}
# Read from the sentences, not by a pattern.
COMMAND = Trait("Opens with a command")
GROUPS["command"] = "address"
NAMED["command"] = COMMAND


def traits(read: Reading) -> frozenset[str]:
    """The names of the habits that the prompt has."""
    found = {name for name, trait in NAMED.items() if trait is not COMMAND and trait.holds(read)}
    if _is_command(read.words[:3]):
        found.add("command")
    return frozenset(found)


def _is_command(begin: Sequence[str]) -> bool:
    found = [word.lower() for word in begin]
    if found[:1] == ["please"]:
        found = found[1:]
    # "Plan for a trip" and "summary of" name a thing, "plan a trip" is a command.
    return bool(found) and found[0] in COMMANDS and not {"of", "for"} & set(found[1:2])
