"""Prompts that were written for near topics, whole ones; see `core/collection_store.py`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from promptstyle.core.style import topic_search
from promptstyle.core.style.topic_search import (
    TopicIndex,
    likeness,
    spelt,
    text_stems,
    topic_stems,
    wanted_terms,
)
from promptstyle.core.style.words import topic_terms

if TYPE_CHECKING:
    # It loads numpy, which who only asks for help need not wait for.
    from promptstyle.core.style.meanings import Meanings, Vectors

# Changes when the tables or what is in them do.
LAYOUT = 2
# So many BM25 finds, and as many their meaning; of these the nearest are taken.
LOOKED_AT = 300
# Topics so alike in what they mean are as near as ones whose terms are by MEANT_LESS less alike.
MEANT, MEANT_LESS = 0.55, 0.2


@dataclass(frozen=True)
class Near:
    """A prompt and the topic it was written for.

    `similarity` to the topic that was asked for is 0 or more; that of the same topic is 1, and a
    shorter topic whose prompt has the rest may come a little higher.
    """

    similarity: float
    topic: str
    prompt: str


class Collection:
    """Prompts in SQLite, searchable by their topics; safe to share between threads."""

    def __init__(self, connection: sqlite3.Connection, meanings: Meanings | None = None) -> None:
        """Of a database that `fill` filled, with the same `meanings`."""
        self._index = TopicIndex(connection, "id, topic, prompt", "bm25(near)")
        self._connection, self._lock = connection, Lock()
        self._meanings = meanings
        self._vectors: Vectors | None = None

    @classmethod
    def memory(
        cls, rows: Iterable[tuple[str, str]], meanings: Meanings | None = None
    ) -> Collection:
        """A collection in memory, of topics and prompts."""
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        fill(connection, rows, meanings)
        return cls(connection, meanings)

    def near(self, topic: str, count: int, *, least: float = 0.0) -> list[Near]:
        """Up to `count` prompts for topics like `topic`, best first, at least `least` similar.

        BM25 finds LOOKED_AT by their topics and `meanings` up to LOOKED_AT more, so there are no
        more than that; what orders them is told at `Ideas.find`. Empty for a topic without terms
        or with none that is known.
        """
        wanted = wanted_terms(topic)
        if not wanted or count < 1:
            return []
        meant = self._meant(topic)
        rows = self._index.rows(wanted, LOOKED_AT)
        rows += self._index.rows_of(meant.keys() - {int(row[0]) for row in rows})
        held = [(int(at), said, topic_stems(said), prompt) for at, said, prompt in rows]
        weights = self._index.idf(wanted.union(*(about for _, _, about, _ in held)))
        found: list[Near] = []
        for at, said, about, prompt in held:
            like = likeness(weights, wanted, about, _held_of(wanted - about, prompt))
            similarity = max(like.cosine, meant.get(at, 0.0))
            if similarity >= least:
                found.append(Near(similarity, said, prompt))
        # Stable, so that BM25 breaks ties.
        found.sort(key=lambda each: -each.similarity)
        return found[:count]

    def _meant(self, topic: str) -> dict[int, float]:
        """The rows whose topics mean about the same, and how similar that makes them."""
        if self._meanings is None:
            return {}
        with self._lock:
            if self._vectors is None:
                (packed,) = self._connection.execute("SELECT vectors FROM meant").fetchone()
                self._vectors = self._meanings.unpacked(packed)
        nearest = self._meanings.nearest(self._vectors, topic, LOOKED_AT, least=MEANT)
        return {at: alike - MEANT_LESS for at, alike in nearest.items()}


def fill(
    connection: sqlite3.Connection,
    rows: Iterable[tuple[str, str]],
    meanings: Meanings | None = None,
) -> None:
    """Make the tables and write `rows` into them, topics and prompts, and what topics mean."""
    rows = list(rows)
    # Only the topics are stemmed: the prompts would more than double the time that it takes.
    topic_search.fill(
        connection,
        ("topic", "prompt"),
        ("topic",),
        (((topic, prompt), (spelt(topic_terms(topic)),)) for topic, prompt in rows),
    )
    if meanings is not None:
        packed = meanings.of(topic for topic, _ in rows).tobytes()
        connection.execute("CREATE TABLE meant (vectors BLOB)")
        connection.execute("INSERT INTO meant VALUES (?)", (packed,))
        connection.commit()


def read(path: Path) -> Iterator[tuple[str, str]]:
    """The topics and prompts of JSON lines with `input` and `output`."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield row["input"], row["output"]


def _held_of(wanted: frozenset[str], prompt: str) -> frozenset[str]:
    """Those of the stems `wanted` that stand in `prompt`."""
    # A word starts like its stem, but for -ies and -ise: few prompts need all of theirs made.
    text = prompt.lower()
    if not any((term[:-1] if term[-1] in "yz" else term) in text for term in wanted):
        return frozenset()
    return wanted & text_stems(prompt)
