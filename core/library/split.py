"""Which likes a model learns from and which ones it is tested on.

A side is decided once, when a like first comes in, and stored: no model is ever tested on what
it or an earlier one was trained on. Two likes of the same topic are always on the same side.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from promptstyle.core.library.records import Side

# The reference project holds out 10 of its 61 likes.
HELD, OF = 10, 61


def held_target(n: int) -> int:
    """How many of `n` likes should be held out: n * 10 / 61, to the nearest whole number."""
    # 20n is even and 61(2k + 1) odd, so halves, where rounding could differ, never occur.
    return (2 * HELD * n + OF) // (2 * OF)


def decide(
    batch: Sequence[tuple[str, str]],
    known: Mapping[str, Side],
    *,
    present: int,
    held: int,
) -> dict[str, Side]:
    """The side of every topic of a batch of new likes.

    `batch` has (like id, topic key) pairs. `known` holds the sides of topics seen before, which
    stand. The profile has `present` likes, `held` of them held out, before the batch. The other
    topics are taken in the order of sha256(id), which is as good as drawn and the same every
    time, and held out until the profile's share is `held_target`; likes of one topic go
    together, and a topic that would overshoot the share is trained on.
    """
    groups: dict[str, list[str]] = {}
    for like_id, topic in batch:
        groups.setdefault(topic, []).append(like_id)
    sides: dict[str, Side] = {topic: known[topic] for topic in groups if topic in known}
    taken = held + sum(len(groups[topic]) for topic, side in sides.items() if side == "held")
    room = held_target(present + len(batch)) - taken
    fresh = sorted(
        (min(hashlib.sha256(like_id.encode()).digest() for like_id in ids), topic)
        for topic, ids in groups.items()
        if topic not in sides
    )
    for _, topic in fresh:
        if len(groups[topic]) <= room:
            sides[topic] = "held"
            room -= len(groups[topic])
        else:
            sides[topic] = "train"
    return sides
