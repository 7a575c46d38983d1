"""Prompts of other people: what somebody else's manner looks like."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from promptstyle.core.evaluation.splits import folds
from promptstyle.core.library import Library
from promptstyle.core.library.starter import starter_likes
from promptstyle.core.style.words import NEAR_DUPLICATE, shingles

# Of one author: no more than MOST_EACH are looked at, which is plenty, and no more than SHARE_EACH
# stand in either half, so that a large profile is not taken for everybody.
MOST_EACH = 96
SHARE_EACH = 12
# Fewer say nothing of an author.
FEWEST_EACH = 4
# Somebody of whom the user has more than this share is the user under another name.
SAME_PERSON = 0.1

Other = tuple[str, str]  # author, prompt


@dataclass(frozen=True)
class Others:
    """Other people's prompts in two halves: to learn from, and to be tested on."""

    train: tuple[str, ...] = ()
    held: tuple[str, ...] = ()

    @classmethod
    def of(cls, library: Library, profile: str) -> Others:
        """Those that there are beside `profile`. Raises as `other_prompts`."""
        train, held = halves(other_prompts(library, profile))
        return cls(tuple(prompt for _, prompt in train), tuple(prompt for _, prompt in held))


def other_prompts(library: Library, profile: str) -> list[Other]:
    """(author, prompt) pairs that are not of the one whom `profile` is of, author by author.

    From the other profiles of the library, the starter likes, and the manners that ship as a
    contrast; see `unlike` for what is left out. Raises PromptstyleError if there is no such
    profile.
    """
    # What the user removed is not another person's either.
    own = [
        like.output for removed in (False, True) for like in library.likes(profile, removed=removed)
    ]
    authors: dict[str, Sequence[str]] = {
        f"profile {each.name}": [like.output for like in library.likes(each.name)]
        for each in library.profiles()
        if each.name != profile
    }
    return unlike(own, {**authors, **shipped_authors()})


def shipped_authors() -> dict[str, list[str]]:
    """The prompts of each author that comes with the program; missing files are no error."""
    authors: dict[str, list[str]] = {}
    for author, prompt in _rows(starter_likes(), "starter likes"):
        authors.setdefault(author, []).append(prompt)
    for author, prompt in _rows(starter_likes().with_name("other_manners.jsonl"), "other manners"):
        authors.setdefault(author, []).append(prompt)
    return authors


def unlike(own: Sequence[str], authors: Mapping[str, Sequence[str]]) -> list[Other]:
    """The prompts of `authors` that are not the user's, whose are `own`.

    Left out are near-duplicates of what the user or an earlier author has, and whole authors of
    whom the user has more than a tenth or of whom fewer than 4 prompts are left. Within an author
    the order goes by hash: of equal texts the same, wherever they came from.
    """
    mine, known = _Seen(own), _Seen(own)
    found: list[Other] = []
    for author, prompts in authors.items():
        drawn = sorted(set(prompts), key=_rank)[:MOST_EACH]
        if sum(map(mine.holds, drawn)) > SAME_PERSON * len(drawn):
            continue
        fresh = []
        for prompt in drawn:
            if not known.holds(prompt):
                known.add(prompt)
                fresh.append(prompt)
        if len(fresh) >= FEWEST_EACH:
            found += [(author, prompt) for prompt in fresh]
    return found


def halves(others: Sequence[Other]) -> tuple[list[Other], list[Other]]:
    """`others` in two halves without a text in common: to learn from, and to be tested on.

    Each author has as many in one as in the other (but for one) and no more than 12 in either. The
    split goes by hash: a prompt that is added leaves most others where they were.
    """
    by_author: dict[str, list[str]] = {}
    for author, prompt in others:
        by_author.setdefault(author, []).append(prompt)
    train: list[Other] = []
    held: list[Other] = []
    for author, prompts in by_author.items():
        if len(prompts) < 2:
            continue
        for half, places in zip((train, held), folds(prompts, 2), strict=True):
            half += [(author, prompts[place]) for place in places[:SHARE_EACH]]
    return train, held


class _Seen:
    """Finds near-duplicates among many texts, by the pairs of words that they share."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._having: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        self._sizes: list[int] = []
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        found = shingles(text)
        for shingle in found:
            self._having[shingle].append(len(self._sizes))
        self._sizes.append(len(found))

    def holds(self, text: str) -> bool:
        """Whether `text` is one of them but for small edits; one without words always is."""
        found = shingles(text)
        shared = Counter(place for shingle in found for place in self._having.get(shingle, ()))
        return not found or any(
            count >= NEAR_DUPLICATE * (len(found) + self._sizes[place] - count)
            for place, count in shared.items()
        )


def _rank(prompt: str) -> bytes:
    return sha256(prompt.encode("utf-8", "surrogatepass")).digest()


@lru_cache(maxsize=4)
def _rows(path: Path, name: str) -> tuple[Other, ...]:
    """The prompts of a file that ships; `name` is the author of rows that name none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ()
    rows = [json.loads(line) for line in lines]
    return tuple((str(row.get("author", name)), str(row["output"])) for row in rows)
