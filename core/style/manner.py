"""How a person puts a prompt together: its sentences, and what stands between them.

What is said by others can be said by this person if it takes their form: how sentences begin and
end, digits or words for numbers, "don't" or "do not".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean

from promptstyle.core.generation.seams import itemed
from promptstyle.core.style.asking import Asking
from promptstyle.core.style.endings import tagging, tags
from promptstyle.core.style.general import general_terms
from promptstyle.core.style.habits_verbs import COMMANDS
from promptstyle.core.style.never import Never
from promptstyle.core.style.number_words import ONES
from promptstyle.core.style.quiet import Quiet
from promptstyle.core.style.reframing import HABIT, Leads
from promptstyle.core.style.slots import FRAGMENT, Slot, opener, slots
from promptstyle.core.style.tails import Tails
from promptstyle.core.style.words import STOP_WORDS, terms, topic_terms, words
from promptstyle.core.training.template import Pair

_STOP = re.compile(r"[.!?](?=\s|$)")
# A line of so few words that comes in so many prompts is a heading.
HEADING_WORDS, HEADING_SHARE = 4, 0.3
# What is done so often is known for what it is.
SURELY = 8
# So many likes have most of the words that a person uses for what fits any topic.
MANY = 30
# So many items say how a person puts them.
ITEMS = 5
# A habit is one if it is so much more frequent than its contrary.
_CLEARLY = 4
_MOSTLY, _HARDLY = 0.8, 0.1
# Words that stand in so many of the likes, and in no topic, are about none of them.
COMMON_SHARE, COMMON_LEAST = 0.08, 3
# Who is meant depends on the topic.
SOMEBODY = frozenset({"he", "she", "him", "her", "his", "hers"})
# So much of prompts in English is function words and verbs of command: 0.28 of telegrams, 0.5 to
# 0.6 of whole sentences; of a few sentences in German and Dutch, which share some words, 0.19.
ENGLISH = 0.24
# Who says in so many prompts at once what is wanted always does.
ASKED_FIRST = 0.7
_APOSTROPHE = "['\u2019]"
_COMMON = STOP_WORDS | COMMANDS
_NUMBERS = ("zero", *ONES[:12])
_SPELLED = re.compile(rf"\b(?:{'|'.join(_NUMBERS[2:])})\b", re.IGNORECASE)
_DIGITS = re.compile(r"\b(?:[2-9]|1[0-2])\b")
# Numbers that belong together, or count nothing: "twenty-two", "two-thirds", "5 to 15", "3 out of
# 5", "$10", "10 a.m.", "3.5", "grade 5". One of them, and all in the sentence stay as they are.
_NUMBER = rf"(?:\d+|one|{'|'.join(_NUMBERS[2:])})"
_FIXED = re.compile(
    rf"\b{_NUMBER}(?: ?[-/:.,\u2013] ?| (?:to|or|and|out of) ){_NUMBER}\b"
    r"|\b(?:twen|thir|for|fif|six|seven|eigh|nine)ty\b|\b(?:hundred|thousand|million)\b"
    rf"|\b{_NUMBER}[- ](?:hal|thir|quar|fif|six|seven|eigh|nin|ten)\w*s?\b|[$\u20ac\u00a3#%]"
    r"|\b\d+ ?[ap]\.?m\b|\b(?:grade|level|page|step|week|chapter|question|version|part) \d",
    re.IGNORECASE,
)
# A label of few people: "Do: list 7 items", "Don't: exceed a page".
_LABELLED = re.compile(r"(?:dos?|do not|don['\u2019]?ts?|must|never)\s*:", re.IGNORECASE)
_SHORT = re.compile(r"\b(?:\w+n['\u2019]t|(?:I|you|it|that)['\u2019](?:s|m|ll|re|ve))\b", re.I)
_LONG = re.compile(
    r"\b(?:(?:do|does|is|are|can|would|will) ?not|I am|it is|that is|you are)\b", re.IGNORECASE
)
_WHO = r"(?! (?:i|you|we|they|he|she|it|this|that|there)\b)"
_LENGTHEN = (
    (re.compile(rf"\bcan{_APOSTROPHE}t\b{_WHO}"), "cannot"),
    (re.compile(rf"\bCan{_APOSTROPHE}t\b{_WHO}"), "Cannot"),
    (re.compile(rf"\b([Ww])on{_APOSTROPHE}t\b{_WHO}"), r"\1ill not"),
    (re.compile(rf"\b(do|does|did|is|are|was|were|has|have|would|should|could)n{_APOSTROPHE}t\b"
                rf"{_WHO}", re.I), r"\1 not"),
    (re.compile(rf"\b(it|that){_APOSTROPHE}s\b(?! (?:been|got|had)\b)", re.I), r"\1 is"),
    (re.compile(rf"\bI{_APOSTROPHE}m\b"), "I am"),
    (re.compile(rf"\b(I|you|we|they){_APOSTROPHE}ve\b", re.IGNORECASE), r"\1 have"),
    (re.compile(rf"\b(you|we|they){_APOSTROPHE}re\b", re.IGNORECASE), r"\1 are"),
    (re.compile(rf"\b(I|you|we|they){_APOSTROPHE}ll\b", re.IGNORECASE), r"\1 will"),
)  # fmt: skip
# "as it is" and "who I am" stay; so does "DO NOT".
_ON = r"(?= [a-z])(?! (?:and|or|but|now|not|in|to)\b)"
_SHORTEN = (
    (re.compile(r"\b([Cc])an ?not\b"), r"\1an't"),
    (re.compile(r"\b([Dd]o|[Dd]oes|did|is|are|was|were|would|should|could) not\b"), r"\1n't"),
    (re.compile(rf"(?<!as )(?<!what )(?<!where )(?<!how )\b([Ii]t|[Tt]hat) is\b{_ON}"), r"\1's"),
    (re.compile(rf"(?<!as )(?<!what )(?<!where )(?<!who )\bI am\b{_ON}"), "I'm"),
)


@dataclass(frozen=True)
class Own:
    """A sentence of a like that fits any topic; `last` if it closed the prompt, `shape` what it is
    whatever it counts ("max 0 words"), `count` how often that was said."""

    text: str
    last: bool
    shape: str = ""
    count: int = 1


class Manner:
    """What is known of how the prompts of some likes are made."""

    def __init__(self, likes: Sequence[Pair]) -> None:
        prompts = [prompt for _, prompt in likes]
        every = "\n".join(prompts)
        self.fragments = bool(prompts) and (
            fmean(len(FRAGMENT.findall(prompt)) for prompt in prompts) >= 2
            and fmean(len(_STOP.findall(prompt)) for prompt in prompts) < 2
        )
        pieces = [slots(prompt, fragments=self.fragments) for prompt in prompts]
        lines = Counter(text for found in pieces for text in {each.text for each in found})
        self.headings = frozenset(
            text
            for text, count in lines.items()
            if len(text.split()) <= HEADING_WORDS and count >= max(2, HEADING_SHARE * len(prompts))
        )
        made = [self.slots(prompt) for prompt in prompts]
        told = [each.text for found in made for each in found]
        inner = [each.text for found in made for each in found[:-1]] or told
        stops = fmean(text[-1:] in ".!?" for text in inner) if inner else 0.5
        items = [each.text for found in made for each in found if itemed(each.before)]
        # What stands in a list may be put otherwise.
        free = [each.text for found in made for each in found if not itemed(each.before)] or told
        small = fmean(text[:1].islower() for text in free) if free else 0.5
        few = len(items) < ITEMS
        self._small_items = not few and fmean(text[:1].islower() for text in items) > _MOSTLY
        self._open_items = not few and fmean(text[-1:].isalnum() for text in items) > _MOSTLY
        self._stop = True if stops > _MOSTLY else False if stops < _HARDLY else None
        self._capital = False if small > _MOSTLY else True if small < _HARDLY else None
        self._digits = _habit(len(_DIGITS.findall(every)), len(_SPELLED.findall(every)))
        self._short = _habit(len(_SHORT.findall(every)), len(_LONG.findall(every)))
        self._quiet = Quiet(told, capital=self._capital is True)
        self._labels = any(_LABELLED.match(text) for text in told)
        self.marks = frozenset(mark for mark in every if _is_mark(mark))
        said = words(every)
        self.words = frozenset(said)
        self._prompts = prompts
        self.count = len(prompts)
        self._terms = frozenset(terms(every))
        self.english = sum(word in _COMMON for word in said) >= ENGLISH * len(said) > 0
        self.longest = max((len(text.split()) for text in told), default=0)
        # By which word the first sentence begins, and by which the others do.
        self.first = Counter(opener(found[0].text) for found in made if found)
        self.later = Counter(opener(each.text) for found in made for each in found[1:])
        # How often a word begins a sentence of one prompt, where it is a habit.
        begun = [Counter(opener(each.text) for each in found) for found in made]
        every_opener = self.first + self.later
        self._most = {
            word: max(each[word] for each in begun)
            for word, count in every_opener.items()
            if count >= SURELY
        }
        # Whether what ends in a colon leads to a list: without one it is not said.
        led = [
            itemed(after.before)
            for found in made
            for each, after in pairwise(found)
            if each.text.endswith(":")
        ]
        self.leads_to_lists = bool(led) and fmean(led) >= _MOSTLY
        # Whether the first sentence says what is wanted.
        self.asks_first = _named_first(likes, made) >= ASKED_FIRST
        self._tags = tags(prompts)
        # What is said of somebody whom the model is to be.
        self.tails = Tails(found[0].text for found in made if found)
        self.own = _own(likes, made)
        self.never = Never(prompts, told)
        # Whatever these say was said of a topic of their own.
        self._later_said = frozenset(_plain(each.text) for found in made for each in found[1:])
        self.leads = Leads(each.text for found in made for each in found[1:])
        self.asking = Asking(
            likes,
            made,
            capital=self._capital is True,
            stop=self._stop is not False,
            lead=self.leads.usual,
        )

    def slots(self, text: str) -> list[Slot]:
        """The sentences of `text`, with the headings of this person before them."""
        found: list[Slot] = []
        held = ""
        for each in slots(text, fragments=self.fragments):
            if each.text in self.headings:
                held += each.before + each.text
            else:
                found.append(Slot(held + each.before, each.text))
                held = ""
        if held and found:
            found[-1] = Slot(found[-1].before, found[-1].text + held)
        return found

    def knows(self, sentence: str, topic: frozenset[str], unknown: int = 0) -> bool:
        """Whether it is said in words of this person and of the `topic`, but for so many
        `unknown` ones; true of whose likes are few: they do not show all of them."""
        said = {term for term in terms(sentence) if not term.isdigit()}
        strange = said - self._terms - topic
        return len(self._prompts) < MANY or len(strange) <= unknown

    def full(self, openers: Mapping[str, int]) -> frozenset[str]:
        """The words that begin as many of the `openers` of a prompt as this person ever lets them:
        who asks "Can you" once asks so once."""
        return frozenset(
            word for word, count in openers.items() if count >= self._most.get(word, count + 1)
        )

    def share_with(self, pattern: re.Pattern[str]) -> float:
        """The share of this person's prompts in which `pattern` is found."""
        found = [pattern.search(prompt) is not None for prompt in self._prompts]
        return fmean(found) if found else 0.0

    def put(self, sentence: str, *, listed: bool) -> str:
        """`sentence` with the first letter and the end that this person gives it, `listed` or not:
        items of a list may have no capital and no stop."""
        small = self._small_items if listed else self._capital is False
        if small and sentence[1:2].islower() and sentence.split()[0] != "I":
            sentence = sentence[:1].lower() + sentence[1:]
        elif not listed and self._capital and sentence[1:2].islower():
            sentence = sentence[:1].upper() + sentence[1:]
        return sentence.rstrip(" .;,") if listed and self._open_items else sentence

    def said(self, sentence: str) -> bool:
        """Whether it is, word by word, a later sentence of one of the likes."""
        return _plain(sentence) in self._later_said

    def begins(self, sentence: str) -> bool:
        """Whether this person begins a later sentence as `sentence` begins."""
        return self.later[opener(sentence)] >= HABIT or self.leads.freely(sentence)

    def could_say(self, sentence: str) -> bool:
        """Whether `sentence` has only marks and about the length that this person's have."""
        return (
            3 <= len(sentence.split()) <= max(1.2 * self.longest, 3)
            and all(mark in self.marks for mark in sentence if _is_mark(mark))
            and not any(mark in sentence for mark in "{}[]|<>#")
            and (self._labels or not _LABELLED.match(sentence))
            # Half of a quotation was torn from the other.
            and sentence.count('"') % 2 == 0
            and sentence.count("(") == sentence.count(")")
            and sentence.count("\u201c") == sentence.count("\u201d")
        )

    def adapted(self, sentence: str) -> str:
        """`sentence` with this person's full stops, capitals, numbers and contractions."""
        # What stood between it and the next is not its own.
        sentence = sentence.rstrip(" ;,")
        if self._digits is not None and not _FIXED.search(sentence):
            wanted, form = (_SPELLED, _to_digits) if self._digits else (_DIGITS, _to_word)
            sentence = wanted.sub(form, sentence)
        if self._short is not None:
            for pattern, form_ in _SHORTEN if self._short else _LENGTHEN:
                sentence = pattern.sub(form_, sentence)
        sentence = self._quiet.said(sentence)
        if "'" not in self.marks and "\u2019" in self.marks:
            sentence = sentence.replace("'", "\u2019")
        if self._capital:
            sentence = sentence[:1].upper() + sentence[1:]
        elif self._capital is False and sentence[1:2].islower():
            sentence = sentence[:1].lower() + sentence[1:]
        if self._stop and sentence[-1:].isalnum():
            sentence += "."
        elif self._stop is False:
            sentence = sentence.rstrip(" ;,.")
        return sentence

    def tagged(self, topic: str) -> Callable[[str], str]:
        """Puts the last sentence of a prompt on `topic` as this person's end: "Keep it light, ok?".

        With one of several endings; what is no order and no wish stays as it is.
        """
        return tagging(self._tags, topic)


def _plain(sentence: str) -> str:
    return " ".join(words(sentence))


def _named_first(likes: Sequence[Pair], made: Sequence[Sequence[Slot]]) -> float:
    """The share of the prompts whose first sentence has half of the topic's words or more."""
    shares = [
        len(about.intersection(terms(found[0].text))) * 2 >= len(about)
        for (topic, _), found in zip(likes, made, strict=True)
        if found and (about := frozenset(topic_terms(topic)))
    ]
    return fmean(shares) if shares else 0.0


def _own(likes: Sequence[Pair], made: Sequence[Sequence[Slot]]) -> tuple[Own, ...]:
    """The sentences, but for first ones, whose words say nothing of any topic.

    Such words are those of the general sentences, and what many of the likes have and none is
    about; who is "she" depends on the topic.
    """
    counts = Counter(term for _, prompt in likes for term in set(terms(prompt)))
    named = frozenset(term for topic, _ in likes for term in topic_terms(topic))
    least = max(COMMON_LEAST, COMMON_SHARE * len(likes))
    common = {term for term, count in counts.items() if count >= least} - named
    found: dict[str, Own] = {}
    times: Counter[str] = Counter()
    for (topic, _), sentences in zip(likes, made, strict=True):
        about = frozenset(topic_terms(topic))
        for place, each in enumerate(sentences[1:], start=2):
            # How many does not make it of the topic.
            said = frozenset(term for term in terms(each.text) if not term.isdigit())
            if (
                said
                and not said & about
                and said <= general_terms() | common
                and SOMEBODY.isdisjoint(words(each.text))
            ):
                last = place == len(sentences)
                found.setdefault(each.text, Own(each.text, last, _shape(each.text)))
            times[_shape(each.text)] += 1
    return tuple(replace(each, count=times[each.shape]) for each in found.values())


def _shape(sentence: str) -> str:
    return re.sub(r"\d+", "0", _plain(sentence))


def _habit(one: int, other: int) -> bool | None:
    """Whether the one is the habit, the other is, or neither (None)."""
    if one > _CLEARLY * other:
        return True
    return False if other > _CLEARLY * one else None


def _is_mark(mark: str) -> bool:
    return not mark.isalnum() and not mark.isspace()


def _to_digits(match: re.Match[str]) -> str:
    return str(_NUMBERS.index(match.group().lower()))


def _to_word(match: re.Match[str]) -> str:
    return _NUMBERS[int(match.group())]
