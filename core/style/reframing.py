"""The same wish in other words: "List the risks.", "Please list the risks.", "Can you list ...?".

A sentence of somebody who orders can so be said by somebody who asks, and the other way round.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from promptstyle.core.style.habits_verbs import COMMANDS
from promptstyle.core.style.number_words import ONES, TENS
from promptstyle.core.style.slots import opener

# What comes so often in the likes of a person is a habit.
HABIT = 2
# Who says in more of such sentences something else than an order does not order so: "You list
# them." beside "You are patient." and "You never laugh."
ORDERS = 0.5
# Who orders without a lead in so many sentences could begin with any verb.
FREELY = 0.25
# What may stand before an order; what a person does with it begins with the first word.
_LEAD = re.compile(
    r"(?:(?:then|also|and|finally),? )?"
    r"(?:please (?:make sure (?:to|(?:that )?you) |also )?|kindly |make sure (?:to|(?:that )?you) "
    r"|be sure to |would you be so kind as to |may i ask you to "
    r"|(?:can|could|would|will) you (?!be (?:so|able|kind)\b)(?:please |kindly |also )*"
    r"|(?:i|we)(?:['\u2019]d| would)? (?:want|need|like|love|ask|expect) you to "
    r"|(?:it would be (?:lovely|nice|good)|i would be (?:very |most )?(?:grateful|glad|obliged)) "
    r"if you (?:could|would) "
    r"|you (?:should|must|will|need to|have to|are to) |you )?",
    re.IGNORECASE,
)
# These alone ask an order as a question.
_ASKS = re.compile(
    r"(?:(?:then|also|and|finally),? )?(?:can|could|will|would|may|it would)\b", re.I
)
_VERB = re.compile(r"[a-z]+\b", re.IGNORECASE)
_COURTESY = re.compile(r"\b(?:please|kindly|thank(?:s| you))\b", re.IGNORECASE)
# What not to do is said after few leads: nobody "must do not".
_NOT = re.compile(r"do(?:n['\u2019]t| not) (?=\w)", re.IGNORECASE)
_PLAIN = re.compile(r"\b(?:then|also|and|finally|please|kindly),? $", re.IGNORECASE)
_GOES_ON = re.compile(r"(?:then|and|finally)\b", re.IGNORECASE)
# These order something beside the request.
_GOES_WITH = re.compile(
    r"(?:then|also|and|finally|you)\b|(?:please )?(?:make|be) sure\b", re.IGNORECASE
)
# "Work is hard" and "study notes are below" say what is so.
_IS_SO = re.compile(
    r"\w+ (?:(?!what|who|which|that|how|where|when|why|if|whether|all|each)\w+ )?"
    r"(?:is|are|was|were|must|has|matters?)\b",
    re.IGNORECASE,
)
# "Do keep the terms" is "keep the terms" with stress: nobody can "do keep" them.
_STRESSED = re.compile(
    rf"^do (?=(?:{'|'.join(sorted(COMMANDS))}) "
    r"(?:the|an?|all|any|each|every|only|no|my|our|your|it|them|me|us|not|in|to|with|for|from"
    r"|what|which|who|how|why|when|whether|about|this|these|those|both|exactly|names"
    rf"|\d+|{'|'.join(ONES)}|{'|'.join(TENS)})\b)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[.!?][\"'\u201d\u2019][.!?]?$")
# Who tells what somebody does says "you are" and not "you be".
_TELLS = re.compile(r"(?:^|\bsure |\bthat )you $", re.IGNORECASE)
_BE = re.compile(r"^be\b")


@dataclass(frozen=True)
class Lead:
    """How a person puts an order: "Please " before it, "." after it."""

    before: str
    after: str


class Leads:
    """How the orders among some sentences are put; `usual` is the lead of most of them, None if
    more are put plainly or by what only goes with an order ("make sure you")."""

    def __init__(self, sentences: Iterable[str]) -> None:
        sentences = list(sentences)
        found: Counter[Lead] = Counter()
        for sentence in sentences:
            at = _ordered(sentence)
            if at is not None:
                mark = sentence[-1:] if sentence[-1:] in ".?!" else ""
                found[Lead(sentence[:at], mark)] += 1
        orders: Counter[str] = Counter()
        by_opener: Counter[str] = Counter()
        for lead, count in found.items():
            orders[lead.before] += count
            by_opener[opener(lead.before)] += count
        self._by_opener: dict[str, list[Lead]] = {}
        self.usual: Lead | None = None
        for lead, count in found.most_common():
            begun = sum(each.startswith(lead.before) for each in sentences)
            put = sum(n for before, n in orders.items() if before.startswith(lead.before))
            # "Then" goes on from what was just said, which another order need not.
            goes_on = _GOES_ON.match(lead.before) is not None
            if count >= HABIT and lead.before and not goes_on and put >= ORDERS * begun:
                self._by_opener.setdefault(opener(lead.before), []).append(lead)
                if self.usual is None and not _GOES_WITH.match(lead.before):
                    self.usual = lead if count > orders[""] else None
        self._orders = any(not lead.before and count >= HABIT for lead, count in found.items())
        # What begins so is mostly something else.
        begins = Counter(map(opener, sentences))
        self._telling = frozenset(
            word for word, count in begins.items() if by_opener[word] < ORDERS * count
        )
        self._freely = orders[""] >= FREELY * max(len(sentences), 1) and orders[""] >= HABIT

    def freely(self, sentence: str) -> bool:
        """Whether `sentence` is an order without a lead, and this person begins with any verb."""
        return self._freely and _ordered(sentence) == 0

    def mistaken(self, sentence: str) -> bool:
        """Whether `sentence` is an order that begins as this person begins something else."""
        return bool(_ordered(sentence)) and opener(sentence) in self._telling

    def put(self, order: str, begins: str) -> list[str]:
        """`order`, a sentence as `ordered` gives it, so that its first word is `begins`."""
        # "DO NOT" stays.
        bare = order[:1].lower() + order[1:] if order[1:2].islower() else order
        found = [order] if self._orders and opener(order) == begins else []
        for lead in self._by_opener.get(begins, ()):
            tells = _TELLS.search(lead.before) is not None
            if (no := _NOT.match(bare)) and not (
                _PLAIN.search(lead.before) or (tells and not bare.startswith("be ", no.end()))
            ):
                continue
            said = _BE.sub("are", bare) if tells else bare
            found.append(f"{lead.before}{said.rstrip('.')}{lead.after}")
        return found


def ordered(sentence: str) -> str:
    """`sentence` as a plain order with a capital and a full stop, "" for what is none.

    "Could you please list the risks?" -> "List the risks."
    """
    at = _ordered(sentence)
    if at is None:
        return ""
    rest = sentence[at:].rstrip(" .?!")
    if _COURTESY.search(rest) or _QUOTED.search(sentence[at:]):
        return ""
    rest = _STRESSED.sub("", rest)
    rest = _NOT.sub("do not ", rest, count=1) if _NOT.match(rest) and rest[1:2] != "O" else rest
    return f"{rest[:1].upper()}{rest[1:]}."


def _ordered(sentence: str) -> int | None:
    """Where the verb of the order in `sentence` stands, if it is one."""
    lead = _LEAD.match(sentence)
    at = lead.end() if lead else 0
    if sentence.endswith("?") and not _ASKS.match(sentence):
        return None
    if _NOT.match(sentence, at):
        return at
    verb = _VERB.match(sentence, at)
    if verb is None or verb[0].lower() not in COMMANDS or _IS_SO.match(sentence, at):
        return None
    # "Name: the price" is a label.
    return None if sentence[verb.end() : verb.end() + 1] in (":", "-", "'", "\u2019", "/") else at
