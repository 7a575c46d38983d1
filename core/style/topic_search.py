"""What a search by topic needs, for notes and for prompts: stems, an index of them, likeness.

An index is three tables in SQLite: `said` holds an id and what somebody said, `near` the stems of
that for full-text search, `counted` in how many rows each stem stands.
"""

from __future__ import annotations

import json
import math
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from promptstyle.core.style.words import terms, topic_terms

# A term that stands only in the text itself says half as much as one of its topic.
WITHIN = 0.5
# Of a pasted text as a topic, so many different terms are searched for.
MOST_TERMS = 32
# A term that no row holds, a name say, does not rule all of them out.
RAREST = 5
# Summarise and summarize, analyse and analyze; on both sides, so that what else ends so stays one.
_SPELLING = re.compile("(?<=[iy])s$")


@dataclass(frozen=True)
class Likeness:
    """What a row has of the wanted terms, each weighed by its idf.

    `named` is the share of them in its topic, `share` that in its topic or its text, 0 to 1.
    `cosine` is of the two topics, with what only the text has at half its weight, so that it may
    be a little above 1.
    """

    named: float
    share: float
    cosine: float


class TopicIndex:
    """The tables that `fill` made; safe to share between threads."""

    def __init__(self, connection: sqlite3.Connection, columns: str, score: str) -> None:
        """`columns` of `said` are what is found, `score` is how FTS5 ranks, lowest first."""
        self._connection, self._lock = connection, Lock()
        self._columns = columns
        self._query = (
            f"SELECT {columns} FROM said JOIN ("
            f"SELECT rowid AS id, {score} AS score FROM near "
            "WHERE near MATCH ? ORDER BY score, rowid LIMIT ?"
            ") USING (id) ORDER BY score, id"
        )
        # In how many rows a term stands: to ask SQLite takes as long as all the rest.
        self._counts: dict[str, int] = {}
        (self._total,) = connection.execute("SELECT count(*) FROM said").fetchone()
        # Where there is no full-text search it is told now, not at the first question.
        connection.execute("SELECT rowid FROM near LIMIT 1").fetchone()

    def rows(self, wanted: Iterable[str], count: int) -> list[tuple[str, ...]]:
        """The columns of up to `count` rows that hold any term of `wanted`, best first by BM25."""
        # Quoted, or what looks like an operator of FTS5 would be one.
        query = " OR ".join(f'"{term}"' for term in sorted(wanted))
        with self._lock:
            return self._connection.execute(self._query, (query, count)).fetchall()

    def rows_of(self, ids: Iterable[int]) -> list[tuple[str, ...]]:
        """The columns of the rows with these ids, in the order of the ids."""
        with self._lock:
            return self._connection.execute(
                f"SELECT {self._columns} FROM said WHERE id IN (SELECT value FROM json_each(?)) "
                "ORDER BY id",
                (json.dumps(sorted(ids)),),
            ).fetchall()

    def idf(self, wanted: Iterable[str]) -> dict[str, float]:
        """How much it says that a row holds each of the terms `wanted`."""
        wanted = frozenset(wanted)
        with self._lock:
            unknown = sorted(wanted - self._counts.keys())
            self._counts |= dict.fromkeys(unknown, 0) | dict(
                self._connection.execute(
                    "SELECT term, doc FROM counted WHERE term IN (SELECT value FROM json_each(?))",
                    (json.dumps(unknown),),
                ).fetchall()
            )
            having = {term: self._counts[term] for term in wanted}
        rarest = min(RAREST, self._total)
        counts = {term: max(count, rarest) for term, count in having.items()}
        return {
            term: math.log(1 + (self._total - count + 0.5) / (count + 0.5))
            for term, count in counts.items()
        }


def fill(
    connection: sqlite3.Connection,
    said: Sequence[str],
    near: Sequence[str],
    rows: Iterable[tuple[Sequence[str], Sequence[Iterable[str]]]],
) -> None:
    """Make the tables with these columns and write `rows`: what `said` holds, and `near` in stems.

    Raises sqlite3.OperationalError ("no such module: fts5") where there is no full-text search.
    """
    connection.execute(f"CREATE TABLE said (id INTEGER PRIMARY KEY, {', '.join(said)})")
    # Our own stems, so that topics meet here as they do among the likes.
    connection.execute(f"CREATE VIRTUAL TABLE near USING fts5({', '.join(near)}, content='')")
    connection.execute("CREATE VIRTUAL TABLE counted USING fts5vocab(near, row)")
    insert_said = f"INSERT INTO said VALUES (?{', ?' * len(said)})"
    insert_near = f"INSERT INTO near (rowid, {', '.join(near)}) VALUES (?{', ?' * len(near)})"
    for at, (values, stemmed) in enumerate(rows):
        connection.execute(insert_said, (at, *values))
        connection.execute(insert_near, (at, *(" ".join(each) for each in stemmed)))
    connection.commit()


def likeness(
    weights: Mapping[str, float],
    wanted: frozenset[str],
    about: frozenset[str],
    within: frozenset[str],
) -> Likeness:
    """How like `wanted`, which is not empty, a row is; its topic is `about`, its text `within`."""
    size = sum(weights[term] for term in wanted)
    named = sum(weights[term] for term in wanted & about)
    only = sum(weights[term] for term in wanted & (within - about))
    length = math.sqrt(size * sum(weights[term] for term in about))
    cosine = (named + WITHIN * only) / length if length else 0.0
    return Likeness(named / size, (named + only) / size, cosine)


def wanted_terms(topic: str) -> frozenset[str]:
    """The stems to search for, of a long text those of its beginning; none, if it has none."""
    return frozenset(list(dict.fromkeys(spelt(topic_terms(topic))))[:MOST_TERMS])


@lru_cache(maxsize=20_000)
def topic_stems(topic: str) -> frozenset[str]:
    """The stems that carry a topic of the index; many searches look at the same ones."""
    return frozenset(spelt(topic_terms(topic)))


def text_stems(text: str) -> frozenset[str]:
    """The stems of a text."""
    return frozenset(spelt(terms(text)))


def spelt(found: Iterable[str]) -> list[str]:
    """The stems `found`, British and American ones spelt alike."""
    return [_SPELLING.sub("z", term) for term in found]
