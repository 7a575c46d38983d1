"""What others ask for on near topics: the sense that a small model does not have of its own.

Retrieval augmented generation (Lewis et al. 2020, arXiv 2005.11401) over notes on some thousands of
topics: the likes say how a person writes, these say what can be asked about a topic.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
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
from promptstyle.core.style.words import NEAR_DUPLICATE, resemblance, shingles, terms, topic_terms

# Changes when the tables or what is in them do.
LAYOUT = 1
# An idea has so much of the topic's terms, by their idf, or it is about something else.
SHARE = 0.5
# So many are looked at, and eight more for each one that is wanted.
LOOKED_AT = 40
# A term of the topic counts as this many of the prompt, as in the index of the likes.
_SCORE = "bm25(near, 2.0, 1.0)"


@dataclass(frozen=True)
class Said:
    """A prompt that somebody wrote for a topic."""

    author: str
    topic: str
    prompt: str


class Ideas:
    """A searchable store of prompts in SQLite; safe to share between threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Of a database that `fill` filled."""
        self._index = TopicIndex(connection, "author, topic, prompt", _SCORE)

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
        wanted = wanted_terms(topic)
        if not wanted or count < 1:
            return []
        held = [
            (said, topic_stems(said.topic), _within(said.prompt))
            for said in (Said(*row) for row in self._index.rows(wanted, LOOKED_AT + 8 * count))
        ]
        weights = self._index.idf(wanted.union(*(about for _, about, _ in held)))
        fitting: list[tuple[float, Said]] = []
        for said, about, within in held:
            like = likeness(weights, wanted, about, within)
            if said.author != exclude and like.named and like.share >= SHARE:
                fitting.append((like.cosine, said))
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


def fill(connection: sqlite3.Connection, rows: Iterable[Said]) -> None:
    """Make the tables and write `rows` into them."""
    topic_search.fill(
        connection,
        ("author", "topic", "prompt"),
        ("topic", "prompt"),
        (
            (
                (said.author, said.topic, said.prompt),
                (spelt(topic_terms(said.topic)), spelt(terms(said.prompt))),
            )
            for said in rows
        ),
    )


@lru_cache(maxsize=20_000)
def _within(prompt: str) -> frozenset[str]:
    return text_stems(prompt)


def read(path: Path) -> Iterator[Said]:
    """The notes of JSON lines with `topic` and `note`; they are nobody's."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Said("", row["topic"], row["note"])
