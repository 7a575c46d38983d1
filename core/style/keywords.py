"""Key words and phrases: what a person's likes have more often than ordinary prompts."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from promptstyle.core.style.habits_edges import Share
from promptstyle.core.style.words import STOP_WORDS

# The prior weighs as much as so many prompts; and what is worth a word is two deviations away.
PRIOR = 10.0
CLEARLY = 1.96
# In fewer likes than this share it may be a matter of topic.
FEWEST = 0.1
# Two phrases that share a word and mostly stand in the same likes are one.
_SAME = 0.6
# A phrase breaks at punctuation and at numbers: "exactly 6" and "exactly 3" share "exactly".
_TOKEN = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*|\d+|[^\w\s'\u2019]+|\n")
# No phrase ends (or begins) with these.
_LOOSE_END = frozenset(
    """
    a an the and or of to in on for with at by from as is are be that i my me your
    """.split()  # noqa: SIM905 - a wall of quotes is harder to read
)
_LOOSE_START = frozenset({"a", "an", "and", "is", "of", "or", "that", "the"})
# Function words that say something of a manner when they stand alone.
_TELLING_ALONE = frozenset(
    {"each", "every", "just", "no", "not", "once", "only", "please", "very", "without"}
)
_EMPTY = STOP_WORDS - _TELLING_ALONE

Runs = list[list[str]]


def runs(prompt: str) -> Runs:
    """The words of `prompt` in lower case, in runs that no punctuation and no number breaks."""
    found: Runs = [[]]
    for token in _TOKEN.findall(prompt.lower().replace("\u2019", "'")):
        if token[0].isalpha():
            found[-1].append(token)
        elif found[-1]:
            found.append([])
    return found


def frequent(prompts: Sequence[str], ordinary: Sequence[str], count: int = 12) -> list[str]:
    """Up to `count` words and phrases (1 to 3 words) that `prompts` have more than `ordinary`.

    Most telling first; see `telling`.
    """
    found = telling([runs(prompt) for prompt in prompts], ordinary, count, longest=3)
    return [share.text for share in found]


def telling(
    likes: Sequence[Runs], ordinary: Sequence[str], count: int, longest: int
) -> list[Share]:
    """The phrases by z-score of the log-odds ratio with an informative Dirichlet prior.

    Monroe, Colaresi & Quinn 2008, "Fightin' Words", section 3.3.1, on document frequencies: the
    odds are those of a prompt having the phrase. The prior is the share in both together. Only
    phrases of several likes are counted, so that topics stay out; of phrases that overlap and
    stand in the same likes the most telling is kept. Without `ordinary` there is nothing to
    compare with, and phrases of two words or more come by how often they are said.
    """
    fewest = max(min(3, len(likes)), math.ceil(FEWEST * len(likes)))
    singly = Counter(word for like in likes for word in {word for run in like for word in run})
    # A phrase is no more frequent than its rarest word, so the others need not be looked at.
    known = {word for word, found in singly.items() if found >= fewest}
    having: defaultdict[str, set[int]] = defaultdict(set)
    for index, like in enumerate(likes):
        for gram in _grams(like, known, longest):
            having[gram].add(index)
    kept = {gram: found for gram, found in having.items() if len(found) >= fewest}
    usual = Counter(
        gram for each in _ordinary_runs(tuple(ordinary)) for gram in _grams(each, known, longest)
    )
    scored: list[tuple[float, str]] = []
    for gram, found in kept.items():
        if says_nothing(gram):
            continue
        if ordinary:
            score = _z(len(found), len(likes), usual[gram], len(ordinary))
            if score >= CLEARLY:
                scored.append((score, gram))
        elif " " in gram:
            scored.append((len(found), gram))
    # Of equals the longer, which says more.
    scored.sort(key=lambda pair: (-pair[0], -len(pair[1]), pair[1]))
    chosen = without_repeats([gram for _, gram in scored], kept)[:count]
    return [Share(written(gram), len(kept[gram]) / len(likes)) for gram in chosen]


def _grams(found: Runs, known: Collection[str], longest: int) -> set[str]:
    """Each phrase of up to `longest` words, all of them `known`, once."""
    grams: set[str] = set()
    for run in found:
        begins: list[str] = []
        for word in run:
            if word not in known:
                begins.clear()
                continue
            # The phrases that end here: those that ended at the word before, and the word.
            begins = [f"{begin} {word}" for begin in begins[-longest + 1 :]] if longest > 1 else []
            begins.append(word)
            grams.update(begins)
    return grams


def phrases(found: Runs, longest: int) -> dict[str, float]:
    """The phrases that say something, each with where it first ends (above 0, to 1)."""
    places: dict[str, float] = {}
    said, count = 0, max(sum(map(len, found)), 1)
    for run in found:
        begins: list[str] = []
        for word in run:
            said += 1
            begins = [*(f"{begin} {word}" for begin in begins[1 - longest :]), word]
            for gram in begins:
                if gram not in places and not says_nothing(gram):
                    places[gram] = said / count
    return places


@lru_cache(maxsize=4)
def _ordinary_runs(ordinary: tuple[str, ...]) -> list[Runs]:
    return [runs(prompt) for prompt in ordinary]


def _z(mine: int, likes: int, theirs: int, others: int) -> float:
    # Of one prompt more: where all prompts have it, the odds are large and not infinite.
    pooled = PRIOR * (mine + theirs) / (likes + others + 1)
    odds = []
    for have, total in ((mine, likes), (theirs, others)):
        odds.append(math.log((have + pooled) / (total + PRIOR - have - pooled)))
    return (odds[0] - odds[1]) / math.sqrt(1 / (mine + pooled) + 1 / (theirs + pooled))


def written(gram: str) -> str:
    """A phrase as a person writes it: "I would"."""
    return " ".join("I" + word[1:] if word.split("'")[0] == "i" else word for word in gram.split())


def says_nothing(gram: str) -> bool:
    """Whether it is a function word alone, or a phrase that breaks off."""
    first, *rest = gram.split(" ")
    if not rest:
        return first in _EMPTY or len(first) == 1
    return rest[-1] in _LOOSE_END or first in _LOOSE_START


def without_repeats(ranked: Sequence[str], having: Mapping[str, set[int]]) -> list[str]:
    """`ranked` without what says again, in part or in more words, what stands before it.

    `having` are the likes in which each stands.
    """
    chosen: list[str] = []
    for gram in ranked:
        parts = set(gram.split(" "))
        repeats = [
            other
            for other in chosen
            if not parts.isdisjoint(other.split(" "))
            and (f" {other} " in f" {gram} " or _within(having[gram], having[other]))
        ]
        if not repeats:
            chosen.append(gram)
        elif all(_alike(having[gram], having[other]) for other in repeats) and parts.issuperset(
            word for other in repeats for word in other.split(" ")
        ):
            # The longer form is said nearly as often, and says more.
            chosen[chosen.index(repeats[0])] = gram
            chosen = [other for other in chosen if other not in repeats[1:]]
    return chosen


def _within(one: set[int], other: set[int]) -> bool:
    """Whether the phrase of `one` is hardly ever said without the other, with which it overlaps."""
    return len(one & other) >= 0.9 * len(one) or _alike(one, other)


def _alike(one: set[int], other: set[int]) -> bool:
    return len(one & other) >= _SAME * len(one | other)
