"""Folds for cross-validation that hardly change when likes are added."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from promptstyle.core.errors import PromptstyleError, UsageError


def folds(ids: Sequence[str], k: int, *, groups: Sequence[str] | None = None) -> list[list[int]]:
    """`k` lists of indices into `ids`: every index once, the sizes as equal as can be.

    Each id prefers the folds in an order given by its hash and gets the first with room
    (rendezvous hashing with bounded loads), so the order of `ids` does not matter, and an added
    like leaves most others where they were. `groups` (say, the normalised topics) keeps ids of
    the same group in the same fold; then the sizes are equal in groups.

    Raises UsageError for fewer than 2 folds, PromptstyleError for more folds than groups.
    """
    keys = list(ids) if groups is None else list(groups)
    if len(keys) != len(ids):
        raise ValueError(f"{len(keys)} groups for {len(ids)} ids")
    if k < 2:
        raise UsageError(f"{k} folds cannot be made", "ask for 2 folds or more")
    members: dict[str, list[int]] = {}
    for index, key in enumerate(keys):
        members.setdefault(key, []).append(index)
    if len(members) < k:
        raise PromptstyleError(
            f"{k} folds need {k} different topics; there are {len(members)}",
            "ask for fewer folds or add liked prompts",
            code="too_few_likes",
        )
    floor, extras = divmod(len(members), k)
    sizes = [0] * k
    made: list[list[int]] = [[] for _ in range(k)]
    for key in sorted(members, key=_rank):
        for fold in sorted(range(k), key=lambda fold: _rank(f"{fold}\n{key}")):
            if sizes[fold] < floor or (sizes[fold] == floor and extras):
                extras -= sizes[fold] == floor
                sizes[fold] += 1
                made[fold].extend(members[key])
                break
    return [sorted(fold) for fold in made]


def _rank(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()
