"""Words, stems and the words that carry a topic; shared by retrieval and evaluation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

# A word is a run of letters and digits of any script. Chinese and Japanese are written without
# spaces, so there each character counts as a word.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(f"[{_UNSPACED}]|[^\\W_{_UNSPACED}]+")

# Function words of English; a topic is not about them.
STOP_WORDS = frozenset(
    """
    a about above after again all also am an and any are as at be because been before being below
    between both but by can could did do does doing don down during each else even ever every few
    for from further get gets had has have having he her here hers him his how i if in into is it
    its itself just let like ll me more most much must my no nor not of off on once only or other
    our out over own per please quite re s same shall she should so some such t than that the their
    them then there these they this those through to too under until up upon us ve very via was we
    were what when where which while who whom whose why will with within without would you your
    """.split()  # noqa: SIM905 - a wall of quotes is harder to read
)

# How a request for a prompt begins; what follows is the topic proper. Only the beginning is cut:
# in "Write a prompt to write a poem" the second "write" says something.
_REQUEST = re.compile(
    r"""^\W*(?:what(?:'s|\u2019s|\ is|\ would\ be|\ makes)\W+
        (?=an?\b[^?]*\bprompt\ (?:for|to|that)\b))?
    (?:(?:please|can|could|would|you|i|we|want|need|like|d|to|help|me|us|just)\W+)*
    (?:make|create|write|generate|give|build|design|draft|craft|produce|provide|compose|develop)?\W*
    (?:(?:me|us|up)\W+)?(?:(?:a|an|the|one|some)\W+)?
    (?:(?:good|great|short|simple|detailed|clear|new|useful)\W+)*
    prompts?\b\W*(?:(?:that|which|for|to|about|on|can|will|helps?\Wme)\b\W*)*""",
    re.IGNORECASE | re.VERBOSE,
)
# "I want something that checks ...", "I wish something would tell me ...", "a tool to compare ...";
# but "something to read" is a thing.
_TOOL = re.compile(
    r"""^\W*(?:i(?:['\u2019](?:d|m)|\ would|\ am)?\W+(?:could\ )?
        (?:want|need|like|love|wish|use|looking\ for|hoping\ for)\W+
        (?:(?:to\ have|there\ (?:was|were)|i\ had)\W+)?)?
    (?:(?:something|anything|someone|somebody)\W+(?:that|which|who)(?:\ (?:can|could|would|will))?
    |(?:something|anything|someone|somebody)\W+(?:can|could|would|will)
    |an?\ (?:tool|app|program|way|thing)\W+(?:that|which|to)(?:\ (?:can|could|would|will))?)\W+
    (?:helps?\ me\W+(?:to\W+)?)?(?=\w)""",
    re.IGNORECASE | re.VERBOSE,
)
_REQUEST_WORDS = frozenset({"prompt", "prompts"})


def words(text: str) -> list[str]:
    """The words of `text` in lower case, in order, punctuation dropped."""
    return _WORD.findall(text.lower())


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """`word` without a plural or verb ending of English; meets its own forms, no dictionary.

    The S-stemmer of Harman (1991, "How effective is suffixing?") followed by -ing, -ed and a
    final -e, so that "summarizes", "summarizing" and "summarize" are one.
    """
    if len(word) <= 3 or not word.isascii():
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        # What is left must still be a word: "sing", "red" and "speed" are not verbs in disguise.
        rest = word[: -len(ending)]
        if word.endswith("eed"):
            break
        if word.endswith(ending) and len(rest) >= 3 and re.search("[aeiouy]", rest):
            word = rest
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def stems(found: Iterable[str]) -> list[str]:
    """The stems of those of the words `found` that are not function words, in order."""
    return [stem(word) for word in found if word not in STOP_WORDS and word not in _REQUEST_WORDS]


def terms(text: str) -> list[str]:
    """The stems of the words of `text` that are not function words, in order."""
    return stems(words(text))


def topic_terms(topic: str) -> list[str]:
    """The stems that carry `topic`: without "make a prompt that" and function words."""
    return stems(words(bare_topic(topic)))


def bare_topic(topic: str) -> str:
    """`topic` without the request that it opens with ("Make a prompt that", "Prompt for", "I want
    something that").

    Empty if there is nothing else in it.
    """
    # The request stands at the very start, so a long topic need not be searched.
    request = _REQUEST.match(topic[:200]) or _TOOL.match(topic[:200])
    return (topic[request.end() :] if request else topic).strip()


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """The pairs of neighbouring words of `text` (the words, if there are fewer than two)."""
    found = words(text)
    if len(found) < 2:
        return frozenset((word,) for word in found)
    return frozenset(pairwise(found))


def resemblance(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """How much two sets of shingles share, 0 to 1 (Broder 1997, the Jaccard index)."""
    if not one and not other:
        return 1.0
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


# Above this, two prompts are the same with small edits: one changed word in ten gives 0.64,
# different prompts of one author in the starter likes stay under 0.2.
NEAR_DUPLICATE = 0.6
