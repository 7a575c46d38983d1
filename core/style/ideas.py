"""What others ask for on near topics: the sense that a small model does not have of its own.

Retrieval augmented generation (Lewis et al. 2020, arXiv 2005.11401) over notes on some thousands of
topics: the likes say how a person writes, these say what can be asked about a topic.
"""

from __future__ import annotations

import json
import math
import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

from promptstyle.core.style.words import NEAR_DUPLICATE, resemblance, shingles, terms, topic_terms

# Changes when the tables or what is in them do.
LAYOUT = 1
# An idea has so much of the topic's terms, by their idf, or it is about something else.
SHARE = 0.5
# So many are looked at, and eight more for each one that is wanted.
LOOKED_AT = 40
# A term that stands only in the idea itself says half as much as one of its topic.
WITHIN = 0.5
# Of a pasted text as a topic, so many different terms are searched for.
MOST_TERMS = 32
# A term of the topic counts as this many of the prompt, as in the index of the likes.
_WEIGHTS = "2.0, 1.0"
# A term that no idea holds, a name say, does not rule all of them out.
RAREST = 5
# Summarise and summarize, analyse and analyze; on both sides, so that what else ends so stays one.
_SPELLING = re.compile("(?<=[iy])s$")


@dataclass(frozen=True)
class Said:
    """A prompt that somebody wrote for a topic."""

    author: str
    topic: str
    prompt: str


class Ideas:
    """A searchable store of prompts in SQLite; safe to share between threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Of a database that `build` filled."""
        self._connection, self._lock = connection, Lock()
        # In how many ideas a term stands: to ask SQLite takes as long as all the rest.
        self._counts: dict[str, int] = {}
        (self._total,) = connection.execute("SELECT count(*) FROM said").fetchone()

    @classmethod
    def memory(cls, rows: Iterable[Said]) -> Ideas:
        """A store in memory."""
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        fill(connection, rows)
        return cls(connection)

    def find(self, topic: str, count: int, *, exclude: str | None = None) -> list[str]:
        """Up to `count` ideas for `topic`, best first, none by the author `exclude`.

        BM25 finds them; of what it finds the nearest are those whose topics are most like `topic`,
        by the cosine of their terms' idf: BM25 itself takes a longer topic with more words in
        common for the nearer one, and its other words are about something else.
        """
        wanted = frozenset(list(dict.fromkeys(spelt(topic_terms(topic))))[:MOST_TERMS])
        if not wanted or count < 1:
            return []
        held = self._held(wanted, LOOKED_AT + 8 * count)
        weights = self._idf(wanted.union(*(about for _, about, _ in held)))
        size = sum(weights[term] for term in wanted)
        fitting: list[tuple[float, Said]] = []
        for said, about, within in held:
            named = sum(weights[term] for term in wanted & about)
            only = sum(weights[term] for term in wanted & (within - about))
            if said.author != exclude and named and named + only >= SHARE * size:
                length = math.sqrt(size * sum(weights[term] for term in about))
                fitting.append(((named + WITHIN * only) / length, said))
        # Stable, so that BM25 breaks ties.
        fitting.sort(key=lambda each: -each[0])
        found: list[str] = []
        known: list[frozenset[tuple[str, ...]]] = []
        for _, said in fitting:
            mine = shingles(said.prompt)
            if any(resemblance(mine, other) >= NEAR_DUPLICATE for other in known):
                continue
            known.append(mine)
            found.append(said.prompt)
            if len(found) == count:
                break
        return found

    def _held(
        self, wanted: frozenset[str], count: int
    ) -> list[tuple[Said, frozenset[str], frozenset[str]]]:
        """What BM25 finds for these terms, with the terms of its topic and of itself."""
        query = " OR ".join(f'"{term}"' for term in sorted(wanted))
        return [
            (said, _about(said.topic), _within(said.prompt)) for said in self._near(query, count)
        ]

    def _idf(self, wanted: frozenset[str]) -> dict[str, float]:
        """How much it says that an idea holds each of the terms `wanted`."""
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

    def _near(self, query: str, count: int) -> Iterator[Said]:
        with self._lock:
            rows = self._connection.execute(
                "SELECT author, topic, prompt FROM said JOIN ("
                f"SELECT rowid AS id, bm25(near, {_WEIGHTS}) AS score FROM near "
                "WHERE near MATCH ? ORDER BY score, rowid LIMIT ?"
                ") USING (id) ORDER BY score, id",
                (query, count),
            ).fetchall()
        return (Said(*row) for row in rows)


def fill(connection: sqlite3.Connection, rows: Iterable[Said]) -> None:
    """Make the tables and write `rows` into them."""
    connection.execute("CREATE TABLE said (id INTEGER PRIMARY KEY, author, topic, prompt)")
    # Our own stems, so that topics meet here as they do among the likes.
    connection.execute("CREATE VIRTUAL TABLE near USING fts5(topic, prompt, content='')")
    connection.execute("CREATE VIRTUAL TABLE counted USING fts5vocab(near, row)")
    for at, said in enumerate(rows):
        connection.execute("INSERT INTO said VALUES (?, ?, ?, ?)", (at, *_values(said)))
        connection.execute(
            "INSERT INTO near (rowid, topic, prompt) VALUES (?, ?, ?)",
            (at, " ".join(spelt(topic_terms(said.topic))), " ".join(spelt(terms(said.prompt)))),
        )
    connection.commit()


@lru_cache(maxsize=20_000)
def _about(topic: str) -> frozenset[str]:
    return frozenset(spelt(topic_terms(topic)))


@lru_cache(maxsize=20_000)
def _within(prompt: str) -> frozenset[str]:
    return frozenset(spelt(terms(prompt)))


def spelt(found: Iterable[str]) -> list[str]:
    """The stems `found`, British and American ones spelt alike."""
    return [_SPELLING.sub("z", term) for term in found]


def read(path: Path) -> Iterator[Said]:
    """The notes of JSON lines with `topic` and `note`; they are nobody's."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Said("", row["topic"], row["note"])


def _values(said: Said) -> tuple[str, str, str]:
    return said.author, said.topic, said.prompt
