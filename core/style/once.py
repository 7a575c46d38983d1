"""What a prompt says once, and what a sentence adds to what is to be written."""

from __future__ import annotations

import re

from promptstyle.core.style.words import stem

# "Start with the result." and "Put the three most important items on top.": only one can be.
# "In plain words" is "no jargon", in other words, and goes against "use the legal terms".
ONCE = {
    "start": re.compile(
        r"\b(?:start|begin|open) (?:it )?(?:with|by|from|in the middle)\b|\bon top\b", re.IGNORECASE
    ),
    "end": re.compile(
        r"\b(?:end|finish|close|conclude) (?:it |the \w+ )?(?:with|by|on|in)\b"
        r"|\bat the (?:very )?(?:end|bottom)\b|\blast (?:line|sentence|paragraph)\b",
        re.IGNORECASE,
    ),
    "title": re.compile(
        r"\b(?:add|begin with|give|has|have|include|invent|needs?|put|show|start with|under|use"
        r"|with|write)\b[^.;:]*\b(?:title|headline)\b|^(?:an? )?(?:short |new )?title\b",
        re.IGNORECASE,
    ),
    "terms": re.compile(
        r"\b(?:plain|simple|everyday|easy|common|ordinary|proper|technical|legal|medical|latin"
        r"|difficult) (?:\w+ )?(?:words?|terms?|language|english)\b|\bjargon\b|\bplainly\b",
        re.IGNORECASE,
    ),
    # Beside a number of words it is that again.
    "length": re.compile(
        r"\b(?:keep|make|make sure|stay|be|it(?: is|['\u2019]s)) (?:it |this |that |the \w+ )?"
        r"(?:it['\u2019]s |is |are )?(?:\w+ (?:and|but|,) )?(?:short|brief|concise)\b(?! \w+s\b)",
        re.IGNORECASE,
    ),
}
# What a request may say, and an order more closely.
CLOSER = frozenset({"start", "end", "title", "terms"})
_PARTS = (
    *("alternative", "appendix", "comment", "example", "explanation", "footnote", "glossary"),
    *("hint", "introduction", "note", "question", "reason", "recommendation", "source"),
    *("suggestion", "summary", "table", "test", "verdict", "warning"),
)
# "Add a table", "two tests", "with a reason for each"; not "no table".
_ADDED = re.compile(
    r"\b(?:add|end with|finish with|close with|give|include|plus|put|show|then|with|write) "
    r"(?:me )?(?:an? |the |one |two |three |four |five |\d+ )?(?:\w+ )?"
    rf"({'|'.join(_PARTS)})(?:e?s|ies)?\b",
    re.IGNORECASE,
)
_EXPLAINS = re.compile(r"\b(?:explain|justify|comment on) (?:each|every|your)\b", re.IGNORECASE)
_SUMMARY = re.compile(r"\b(?:a|the) (?:\w+ )?summary\b", re.IGNORECASE)
_EACH = re.compile(r"\beach\b(?= ?(?:[.,;:!?]|$|(?:at|in|is|has|under|with)\b))", re.IGNORECASE)
# What is counted is what each of is meant, unless it measures.
_SEVERAL = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|\d+|both|every|these|the|all)"
    r" (?:\w+ )?(?!(?:words|minutes|hours|pages|sentences|lines|characters|seconds)\b)"
    r"(?!\w*(?:ss|us|is)\b)\w{2,}s\b",
    re.IGNORECASE,
)


def adds(sentence: str) -> frozenset[str]:
    """The stems of parts that `sentence` wants beside the thing itself: a summary, reasons."""
    found = {match[1].lower() for match in _ADDED.finditer(sentence)}
    if _SUMMARY.search(sentence):
        found.add("summary")
    if _EXPLAINS.search(sentence):
        found.add("explanation")
    return frozenset(map(stem, found))


def each_of(sentence: str) -> bool:
    """Whether it says "each" of what was counted before, outside of it: "Keep each short." """
    found = _EACH.search(sentence)
    return found is not None and _SEVERAL.search(sentence[: found.start()]) is None


def several(sentence: str) -> bool:
    """Whether it speaks of things of which "each" can be said."""
    return _SEVERAL.search(sentence) is not None
