"""Adding a batch of likes: duplicates, ids and sides, inside one transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from promptstyle.core.library.records import NewLike, Side, now
from promptstyle.core.library.split import decide
from promptstyle.core.library.text import check_tags, check_text, fingerprint, folded, topic_key

# Eight hex digits are easy to type and rarely collide; a collision gets one digit more.
ID_DIGITS = 8


def add(
    connection: sqlite3.Connection, profile: str, pairs: Sequence[NewLike]
) -> tuple[list[str], int]:
    """Add `pairs` to an existing profile; returns the ids added or restored, and the duplicates."""
    ids: list[str] = []
    fresh: dict[str, NewLike] = {}
    restored = 0
    for pair in pairs:
        clean = _check(pair)
        mark = fingerprint(clean.input, clean.output)
        if mark in fresh:
            continue
        row = connection.execute(
            "SELECT id, removed FROM likes WHERE profile = ? AND fingerprint = ?", (profile, mark)
        ).fetchone()
        if row is None:
            fresh[mark] = clean
            ids.append(mark)
        elif row[1] is not None:
            connection.execute(
                "UPDATE likes SET removed = NULL WHERE profile = ? AND id = ?", (profile, row[0])
            )
            restored += 1
            ids.append(row[0])
    named = _name(connection, profile, fresh)
    _insert(connection, profile, fresh, named)
    return [named.get(i, i) for i in ids], len(pairs) - len(ids)


def searchable(topic: str, prompt: str, tags: Sequence[str]) -> str:
    """What a search looks at."""
    return folded("\n".join((topic, prompt, *tags)))


def _check(pair: NewLike) -> NewLike:
    return NewLike(
        check_text(pair.input, "the topic"),
        check_text(pair.output, "the prompt"),
        check_tags(pair.tags),
        pair.source,
        pair.created,
        pair.side,
    )


def _name(
    connection: sqlite3.Connection, profile: str, fresh: dict[str, NewLike]
) -> dict[str, str]:
    """An unused id for every fingerprint: as few of its digits as it takes."""
    used: set[str] = set()
    named: dict[str, str] = {}
    for mark in fresh:
        digits = ID_DIGITS
        while mark[:digits] in used or _is_taken(connection, profile, mark[:digits]):
            digits += 1
        used.add(mark[:digits])
        named[mark] = mark[:digits]
    return named


def _is_taken(connection: sqlite3.Connection, profile: str, like_id: str) -> bool:
    found = connection.execute(
        "SELECT 1 FROM likes WHERE profile = ? AND id = ?", (profile, like_id)
    ).fetchone()
    return found is not None


def _insert(
    connection: sqlite3.Connection,
    profile: str,
    fresh: dict[str, NewLike],
    named: dict[str, str],
) -> None:
    topics = {mark: topic_key(like.input) for mark, like in fresh.items()}
    known = _known_sides(connection, profile, fresh, topics)
    present, held = connection.execute(
        "SELECT count(*), count(*) FILTER (WHERE side = 'held') FROM likes"
        " WHERE profile = ? AND removed IS NULL",
        (profile,),
    ).fetchone()
    sides = decide(
        [(named[mark], topic) for mark, topic in topics.items()], known, present=present, held=held
    )
    connection.executemany(
        "INSERT OR IGNORE INTO topics VALUES (?, ?, ?)",
        ((profile, topic, side) for topic, side in sides.items()),
    )
    time = now()
    connection.executemany(
        "INSERT INTO likes (profile, id, input, output, tags, source, created, side, fingerprint,"
        " folded) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                profile,
                named[mark],
                like.input,
                like.output,
                json.dumps(like.tags, ensure_ascii=False),
                like.source,
                like.created or time,
                sides[topics[mark]],
                mark,
                searchable(like.input, like.output, like.tags),
            )
            for mark, like in fresh.items()
        ),
    )


def _known_sides(
    connection: sqlite3.Connection,
    profile: str,
    fresh: dict[str, NewLike],
    topics: dict[str, str],
) -> dict[str, Side]:
    """The sides that stand: of topics seen before, else those that an export brings along."""
    known: dict[str, Side] = {}
    for mark, like in fresh.items():
        row = connection.execute(
            "SELECT side FROM topics WHERE profile = ? AND topic = ?", (profile, topics[mark])
        ).fetchone()
        if row is not None:
            known[topics[mark]] = row[0]
        elif like.side is not None:
            known.setdefault(topics[mark], like.side)
    return known
