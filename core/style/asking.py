"""How a person asks for something: their requests, with any topic in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from promptstyle.core.generation.sentences import split
from promptstyle.core.style.casting import CAST, asks
from promptstyle.core.style.reframing import HABIT, Lead
from promptstyle.core.style.request import Request, head, parse
from promptstyle.core.style.situations import ordered
from promptstyle.core.style.slots import Slot
from promptstyle.core.style.things import things
from promptstyle.core.style.wanted import ANSWER, THIS, WITH, Wish, an, cast, wanted
from promptstyle.core.style.words import words
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
_GREETS = re.compile(r"(?:hey|hi|hello)\b", re.IGNORECASE)
_OF_ME = re.compile(r",? (?:I|we|my|our)\b", re.IGNORECASE)
# How a thing is asked for: "Right, I need a lesson on osmosis."
_NEEDS = re.compile(
    r"(?:(?:right|ok|okay|so|well|hi|hey|hello),? )?"
    r"(?:I|we)(?:['\u2019]d like| need| want| would like) (?=an?\b|some\b|\d)",
    re.IGNORECASE,
)
_ONE_OR_SOME = re.compile(r"(?:an?|some|\d+)\b", re.IGNORECASE)
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
        # "Right, I need ..." calls to no "right, write ...".
        calls = Counter(
            match[0]
            for text in firsts
            if (match := _CALL.match(text))
            and (_GREETS.match(text) or not _OF_ME.match(text, match.end()))
        )
        needs = Counter(match[0] for text in firsts if (match := _NEEDS.match(text)))
        self._needs = tuple(need for need, count in needs.items() if count >= HABIT)
        self._calls = tuple(call for call, count in calls.most_common() if count >= HABIT)
        begun = Counter(words(text)[0] for text in firsts if words(text))
        self._explains = begun["explain"] >= HABIT
        self._helps = sum("help" in words(text) for text in firsts) >= HABIT
        self._questions = sum(text.endswith("?") for text in firsts) >= HABIT
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
            ways = self._ways(frame, every)
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
            found += [Asked(text, wish) for text in _marked(put, ways, asked)]
        if first and not asked.verb and wish is Wish.TYPED:
            named = [way.partition(" ")[2] for way in every]
            found += [
                Asked(f"{need}{thing}{'.' if self._stop else ''}", wish)
                for need in self._needs
                for thing in named
                if _ONE_OR_SOME.match(thing)
            ]
        if first and not found and not self._casts:
            # Who tells first how things are need not, where nobody knows that.
            for frame in self.frames or (Frame("", "." if self._stop else "", first=False),):
                ways = self._ways(frame, every)
                put = [self._put(frame, each) for each in ways]
                found += [Asked(text, wish) for text in _marked(put, ways, asked)]
        if first and self._casts:
            who, typed = cast(asked)
            found += self._roles(who, roles or {}, typed=typed)
        elif not first and not found:
            # Who always asks first, or never, has to here.
            plain = Frame("", "." if self._stop else "", first=False)
            ways = [self._plainly(each) for each in every]
            put = [self._put(plain, each) for each in ways]
            found = [Asked(text, wish) for text in _marked(put, ways, asked)]
        # What was typed as a sentence is one, however long.
        typed = any(way.startswith(THIS) for way in every)
        return [each for each in found if typed or len(each.text.split()) <= self._longest]

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

    def _ways(self, frame: Frame, every: Sequence[str]) -> list[str]:
        """Those of `every` way that go into `frame`, as they do."""
        if _MINE.search(frame.before):
            every = [
                _HELP.sub("", way)
                for way in every
                if not way.startswith((WITH, THIS, "act as", ANSWER))
            ]
        return [self._fitting(frame, each) for each in every]

    def _fitting(self, frame: Frame, way: str) -> str:
        """`way` as it goes into `frame`: "explain how" and not "answer this" after "Can you"."""
        if not frame.before:
            return self._plainly(way)
        return ordered(way.removeprefix(ANSWER)) or way if way.startswith(ANSWER) else way

    def _plainly(self, way: str) -> str:
        """`way` as it stands by itself, from who says neither "help me" nor "answer this"."""
        if way.startswith(THIS):
            return way.removeprefix(THIS)
        if way.startswith(ANSWER):
            question = way.removeprefix(ANSWER)
            return question if self._questions else ordered(question) or question
        if way.startswith(WITH) and self._explains and not self._helps:
            # A thing that one has or makes is no thing to explain.
            thing = way.removeprefix(WITH)
            known = things().get(head(thing).lower())
            several = re.search(r"(?<!i)(?<!s)(?<!u)(?<!ic)s$", head(thing)) is not None
            some = thing.startswith(("something", "anything", "somewhere", "someone"))
            if (known is None or not known.counted) and not several and not some:
                return f"explain {thing}"
        return way

    def _put(self, frame: Frame, way: str, *, within: bool = False) -> str:
        # What was told has a mark of its own.
        after = "" if way[-1:] in ".?!" else frame.after
        text = f"{frame.before}{way}{after}"
        if within:
            return text[:1].lower() + text[1:] if not text.startswith("I ") else text
        return text[:1].upper() + text[1:] if not frame.before and self._capital else text


def _marked(put: Sequence[str], ways: Sequence[str], asked: Request) -> list[str]:
    """What was `put`, with the mark of a question where it is one."""
    orders = ("explain ", THIS)
    return [
        f"{text.rstrip('.!?')}?"
        if asked.asks and not any(way.startswith(orders) for way in ways)
        else text
        for text in put
    ]


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
