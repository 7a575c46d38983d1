"""Prompts that were written for near topics, whole ones; see `core/collection_store.py`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

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

# Changes when the tables or what is in them do.
LAYOUT = 1
# So many BM25 finds, and of these the nearest are taken.
LOOKED_AT = 300


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

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Of a database that `fill` filled."""
        self._index = TopicIndex(connection, "topic, prompt", "bm25(near)")

    @classmethod
    def memory(cls, rows: Iterable[tuple[str, str]]) -> Collection:
        """A collection in memory, of topics and prompts."""
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        fill(connection, rows)
        return cls(connection)

    def near(self, topic: str, count: int, *, least: float = 0.0) -> list[Near]:
        """Up to `count` prompts for topics like `topic`, best first, at least `least` similar.

        BM25 finds LOOKED_AT by their topics, so there are no more than that; what orders them is
        told at `Ideas.find`. Empty for a topic without terms or with none that any topic has.
        """
        wanted = wanted_terms(topic)
        if not wanted or count < 1:
            return []
        held = [
            (said, topic_stems(said), prompt)
            for said, prompt in self._index.rows(wanted, LOOKED_AT)
        ]
        weights = self._index.idf(wanted.union(*(about for _, about, _ in held)))
        found: list[Near] = []
        for said, about, prompt in held:
            like = likeness(weights, wanted, about, _held_of(wanted - about, prompt))
            if like.cosine >= least:
                found.append(Near(like.cosine, said, prompt))
        # Stable, so that BM25 breaks ties.
        found.sort(key=lambda each: -each.similarity)
        return found[:count]


def fill(connection: sqlite3.Connection, rows: Iterable[tuple[str, str]]) -> None:
    """Make the tables and write `rows` into them, topics and prompts."""
    # Only the topics are stemmed: the prompts would more than double the time that it takes.
    topic_search.fill(
        connection,
        ("topic", "prompt"),
        ("topic",),
        (((topic, prompt), (spelt(topic_terms(topic)),)) for topic, prompt in rows),
    )


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
