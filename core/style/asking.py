"""How a person asks for something: their requests, with any topic in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from promptstyle.core.generation.sentences import split
from promptstyle.core.style.casting import CAST, asks
from promptstyle.core.style.reframing import HABIT, Lead
from promptstyle.core.style.request import Request, parse
from promptstyle.core.style.slots import Slot
from promptstyle.core.style.wanted import Wish, an, cast, wanted
from promptstyle.core.training.template import Pair

# A prompt says in one of its first so many sentences what it wants; so many words lead up to it.
NAMED_BY, FRAME_WORDS = 2, 7
_WORD = re.compile(r"[^\W\d_]+")
# After these stands no verb in its base form: "write a plan", "a list of ...", "a bot that plans".
_NO_VERB = re.compile(r"\b(?:a|an|the|my|our|your|this|of|for|that|with|in|on|and)\s+$", re.I)
# What a prompt that asks in a later sentence begins with: "Hey, ...", "Ok so I ...".
_CALL = re.compile(
    r"(?:hey|hi|hello|ok|okay|right|so|well|listen)(?=,| so\b| (?:I|we|my|our|it|they)\b)",
    re.IGNORECASE,
)
# Into these goes what is to be done for the person and not "help me".
_MINE = re.compile(
    r"\bhelp me\b|\b(?:I|we)(?:['\u2019]d| would)? (?:want|need|have|like) to\b", re.I
)
_HELP = re.compile(r"help (?:me|us) (?:to )?")


@dataclass(frozen=True)
class Frame:
    """How a request is put: "Could you please" before it, "?" after it; `first` if it begins the
    prompt."""

    before: str
    after: str
    first: bool


@dataclass(frozen=True)
class Asked:
    """A request as a person puts theirs; `like` is how near the topic is that it was heard on."""

    text: str
    wish: Wish
    like: float = 0.0


class Asking:
    """How the prompts of some likes ask for what they want.

    `made` are the sentences of each; a person's request has at most as many words as their longest
    sentence. `capital` and `stop` say whether sentences begin with a capital and end in a stop;
    `lead` is how orders mostly are put, None if they are put plainly.
    """

    def __init__(
        self,
        likes: Sequence[Pair],
        made: Sequence[Sequence[Slot]],
        *,
        capital: bool,
        stop: bool,
        lead: Lead | None = None,
    ) -> None:
        self.frames = _frames(likes, made)
        if not self.frames and lead is not None:
            # Who hardly ever says the topic's verb asks for it as for anything else.
            self.frames = (Frame(lead.before, lead.after, first=False),)
        self._capital, self._stop = capital, stop
        self._longest = max((len(each.text.split()) for found in made for each in found), default=0)
        firsts = [found[0].text for found in made if found]
        calls = Counter(match[0] for text in firsts if (match := _CALL.match(text)))
        self._calls = tuple(call for call, count in calls.most_common() if count >= HABIT)
        casts = Counter(match["how"] for text in firsts if (match := CAST.match(text)))
        self._casts = tuple(how for how, count in casts.most_common() if count >= HABIT)
        if not self.frames and not self._casts and not stop:
            # Telegrams that name the thing, and no more, begin so.
            self.frames = (Frame("", "", first=True),)

    def requests(
        self, topic: str, *, first: bool, roles: Mapping[str, float] | None = None
    ) -> list[Asked]:
        """`topic` as this person asks for something: "Could you please sort the answers?".

        As what begins the prompt, or as a later sentence. A thing is to be helped with, and
        somebody to be acted as: one of `roles`, or where there are none, an expert. Empty for what
        is more than a sentence or longer than this person's are.
        """
        asked = parse(topic)
        # What was pasted, or is more than a sentence, cannot be put so.
        if len(split(asked.rest)) != 1 or set("\n\r?!") & set(asked.rest):
            return []
        asked = replace(asked, rest=" ".join(asked.rest.split()))
        wish, every = wanted(topic, asked)
        found: list[Asked] = []
        for frame in self.frames:
            ways = every
            if _MINE.search(frame.before):
                ways = [
                    _HELP.sub("", way)
                    for way in every
                    if not way.startswith(("help me with", "act as", "answer this"))
                ]
            put: list[str] = []
            if frame.first == first:
                put = [self._put(frame, each) for each in ways]
                if not self._stop and not frame.before and not asked.asks and _names(wish, asked):
                    # Telegrams name the thing and no more.
                    put.append(self._put(frame, f"{asked.verb} {asked.rest}".strip()))
            elif first:
                put = [
                    f"{call}, {self._put(frame, each, within=True)}"
                    for each in ways
                    for call in self._calls
                ]
            if asked.asks:
                put = [text.rstrip(".!?") + "?" for text in put]
            found += [Asked(text, wish) for text in put]
        if first and self._casts:
            who, typed = cast(asked)
            found += self._roles(who, roles or {}, typed=typed)
        elif not first and not found:
            # Who always asks first, or never, has to here.
            plain = Frame("", "." if self._stop else "", first=False)
            put = [self._put(plain, each) for each in every]
            found = [Asked(text.rstrip(".!?") + "?" if asked.asks else text, wish) for text in put]
        return [each for each in found if len(each.text.split()) <= self._longest]

    def _roles(self, who: str, roles: Mapping[str, float], *, typed: bool) -> list[Asked]:
        """Who the model is to be, in this person's words: `who` if it was asked to, or one of
        `roles`, or `who`."""
        ends = {how: "?" if asks(how) else "." if self._stop else "" for how in self._casts}
        if who and typed:
            return [Asked(f"{how} {who}{end}", Wish.TYPED) for how, end in ends.items()]
        known = {an(role): like for role, like in roles.items()}
        return [
            Asked(f"{how} {each}{end}", Wish.ROLE, like)
            for each, like in (known or ({who: 0.0} if who else {})).items()
            for how, end in ends.items()
        ]

    def _put(self, frame: Frame, way: str, *, within: bool = False) -> str:
        text = f"{frame.before}{way}{frame.after}"
        if within:
            return text[:1].lower() + text[1:] if not text.startswith("I ") else text
        return text[:1].upper() + text[1:] if not frame.before and self._capital else text


def _names(wish: Wish, asked: Request) -> bool:
    """Whether the topic is a thing, or what nobody knows a verb for."""
    return wish is Wish.HELP or not asked.verb


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
                and not any(mark in before for mark in ".?!:")
            ):
                mark = each.text[-1:] if each.text[-1:] in ".?!" else ""
                found[Frame(before, mark, place == 0)] += 1
                break
    return tuple(frame for frame, count in found.most_common() if count >= HABIT)
