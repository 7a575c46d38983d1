"""What a prompt says once, and what a sentence adds to what is to be written."""

from __future__ import annotations

import re
from functools import lru_cache

from promptstyle.core.style.words import stem

_TERMS = r"(?:words?|terms?|language|english)"
# "Start with the result." and "Put the three most important items on top.": only one can be.
ONCE = {
    "start": re.compile(r"\b(?:start|begin|open) (?:it )?with\b|\bon top\b", re.IGNORECASE),
    "end": re.compile(
        r"\b(?:end|finish|close|conclude) (?:it |the \w+ )?(?:with|by|on|in)\b"
        r"|\bat the (?:very )?(?:end|bottom)\b|\blast (?:line|sentence|paragraph)\b",
        re.IGNORECASE,
    ),
    "title": re.compile(
        r"\b(?:add|at|give|has|have|include|invent|needs?|put|under|use|with|write)\b[^.;:]*"
        r"\b(?:an?|the|one) (?:(?!job )\w+ )?(?:title|headline)\b(?! deeds?)"
        r"|^(?:an? )?(?:short |new )?title\b",
        re.IGNORECASE,
    ),
    # Each goes against the other: "use the legal terms".
    "plain": re.compile(
        rf"\b(?:plain|simple|everyday|easy|common|ordinary) (?:\w+ )?{_TERMS}\b|\bjargon\b"
        r"|\bplainly\b",
        re.IGNORECASE,
    ),
    "proper": re.compile(
        rf"(?<!no )(?<!any )(?<!every )(?<!each )\b(?:proper|technical|legal|medical) {_TERMS}\b",
        re.IGNORECASE,
    ),
    "tone": re.compile(r"\btone\b", re.IGNORECASE),
    # Where the answers stand, and what is to be done where something is not known.
    "answers": re.compile(
        r"\b(?:answers?|solutions?)\b[^.;]*\b(?:after|below|bottom|end|last|separate\w*)\b"
        r"|\b(?:at the end|last)\b[^.;]*\b(?:answers?|solutions?)\b",
        re.IGNORECASE,
    ),
    "back": re.compile(
        r"\bask (?:me|back|first)\b|\binterview me\b"
        r"|\b(?:if|where)\b[^.;]*\b(?:clear|know|known|missing|sure|unclear|unsure)\b[^.;]*"
        r"\b(?:ask|leave|list|mark|name|put|say|tell|write)\b",
        re.IGNORECASE,
    ),
    # Beside a number of words it is that again.
    "length": re.compile(
        r"\b(?:keep|make|make sure|stay|be|it(?: is|['\u2019]s)) "
        r"(?:it |this |that |the (?:answer|result|text|whole) )?(?:it['\u2019]s |is )?"
        r"(?:\w+ (?:and|but|,) )?(?:short|brief|concise)\b(?![ -]\w+)",
        re.IGNORECASE,
    ),
}
# What goes against what; and as what counts what a request says, so that an order may say it more
# closely: as nothing, or as no more than what its contrary goes against.
OPPOSED = {"plain": {"proper", "properly"}, "proper": {"plain", "plainly"}}
CLOSER = {"start": "", "end": "", "title": "", "plain": "plainly", "proper": "properly"}
_NOT = re.compile(
    r"(?:\b(?:avoid|leave out|never|no|not|skip|without)|n['\u2019]t)\b[^.;:,]{0,24}$",
    re.IGNORECASE,
)
_PARTS = (
    *("alternative", "appendix", "comment", "example", "explanation", "footnote", "glossary"),
    *("hint", "introduction", "note", "question", "reason", "recommendation", "source"),
    *("suggestion", "summary", "table", "test", "verdict", "warning"),
)
# "Add a table", "two tests", "with a reason for each"; not "no table".
_ADDED = re.compile(
    r"\b(?:add|end with|finish with|close with|give|include|plus|put|show|then|with|write) "
    r"(?:me )?(?:an? |the |one |two |three |four |five |\d+ )?(?:(?!no )\w+ )?"
    rf"({'|'.join(part.removesuffix('y') for part in _PARTS)})(?:e?s|ies|y)?\b",
    re.IGNORECASE,
)
_EXPLAINS = re.compile(r"\b(?:explain|justify|comment on) (?:each|every|your)\b", re.IGNORECASE)
_SUMMARY = re.compile(r"\ba (?:\w+ )?summary\b", re.IGNORECASE)
_EACH = re.compile(
    r"\beach\b(?= ?(?:[.,;:!?]|$|(?:an?|at|brief|costs|has|in|is|means|needs|short|takes|the"
    r"|three|two|under|with)\b))",
    re.IGNORECASE,
)
_EACH_PART = re.compile(
    r"\b(?:each|every) (?:new |single )?(answer|change|claim|column|correction|entry|error|example"
    r"|form|idea|item|line|option|part|picture|point|question|rating|row|section|step|term|version"
    r"|word)s?\b",
    re.IGNORECASE,
)
# What is counted is what each of is meant, unless it measures.
_SEVERAL = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|\d+|a few|all|both|every|many"
    r"|several|some|these|the) (?:\w+ )?(?:children|people|men|women"
    r"|(?!(?:words|minutes|hours|pages|sentences|lines|characters|seconds|paragraphs|dollars|euros"
    r"|pounds|days|weeks|months|years|times|grams|percent)\b)(?!\w*(?:ss|us|is)\b)\w{2,}s)\b",
    re.IGNORECASE,
)


def negated(sentence: str, at: int) -> bool:
    """Whether what stands `at` that place of `sentence` is said not to be: "do not add a ..."."""
    return _NOT.search(sentence[:at]) is not None


@lru_cache(maxsize=4096)
def once(sentence: str) -> frozenset[str]:
    """The kinds of ONCE that `sentence` settles."""
    return frozenset(
        kind
        for kind, told in ONCE.items()
        if (match := told.search(sentence))
        and (kind == "plain" or not negated(sentence, match.start()))
    )


@lru_cache(maxsize=4096)
def adds(sentence: str) -> frozenset[str]:
    """The stems of parts that `sentence` wants beside the thing itself: a summary, reasons."""
    found = {
        next(part for part in _PARTS if part.removesuffix("y") == match[1].lower())
        for match in _ADDED.finditer(sentence)
        if not negated(sentence, match.start())
    }
    for pattern, part in ((_SUMMARY, "summary"), (_EXPLAINS, "explanation")):
        match = pattern.search(sentence)
        if match and not negated(sentence, match.start()):
            found.add(part)
    return frozenset(map(stem, found))


def each_of(sentence: str) -> bool:
    """Whether it says "each" of what was counted before, outside of it: "Keep each short." """
    found = _EACH.search(sentence)
    return found is not None and _SEVERAL.search(sentence[: found.start()]) is None


def each_part(sentence: str) -> str:
    """The stem of what it speaks of as of one among several: "step" of "Explain every step."; ""
    for none. Of days and people there always are several."""
    found = _EACH_PART.search(sentence)
    return stem(found[1].lower()) if found else ""


def several(sentence: str) -> bool:
    """Whether it speaks of things of which "each" can be said."""
    return _SEVERAL.search(sentence) is not None
