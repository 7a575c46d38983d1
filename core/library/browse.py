"""The likes as a table: all keys in an order, the rows of one page, the tags.

An interface that shows 100,000 likes asks for their keys (whole numbers), which takes a tenth of
a second, and then for the few rows that are on the screen.
"""

from __future__ import annotations

import json
import re
import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import search
from promptstyle.core.library.likes import COLUMNS, Likes, like_of
from promptstyle.core.library.profiles import require
from promptstyle.core.library.records import Like, now
from promptstyle.core.library.text import folded

Sort = Literal["created", "topic", "length", "tags", "side", "source"]

# `heading` is the folded beginning of the topic; `characters` the length of the prompt.
_SORTED_BY: dict[Sort, str] = {
    "created": "created",
    "topic": "heading",
    "length": "characters",
    "tags": "tags",
    "side": "side",
    "source": "source",
}
# #tag, #"two words", tag:tag or tag:"two words", at the beginning of a word.
_TAG = re.compile(r'(?<!\S)(?:#|tag:)(?:"([^"]+)"?|([^\s"]\S*))', re.IGNORECASE)
# SQLite takes 999 parameters everywhere.
_AT_ONCE = 900


class _Order(NamedTuple):
    """All keys of a profile in one order, and what tells whether they still hold."""

    of: tuple[str, Sort, bool]
    state: tuple[int, int]
    keys: array[int]


class Browsing(Likes):
    """The part of the library that an interface pages through."""

    _order: _Order | None = None

    def like_keys(
        self,
        profile: str,
        query: str = "",
        sort: Sort = "created",
        *,
        descending: bool = False,
        removed: bool = False,
    ) -> array[int]:
        """The keys of the likes that a query finds, in order; with `removed`, of removed ones.

        The query is that of `likes`, and `#NAME` or `tag:NAME` (with quotes if it has blanks)
        keeps the likes with exactly that tag, whatever the case. Topics are in order of their
        first 60 characters without case and accents, "length" is the prompt's characters, and
        likes without tags come after those with; equals stay in the order they came in.
        `interrupt` abandons this from another thread: it then raises Cancelled.
        """
        words, tags = split_tags(query)
        with self._db.interruptible() as connection:
            require(connection, profile)
            keys = self._ordered(connection, profile, sort, removed)
            if words.strip():
                found = search.keys(connection, profile, words, len(keys))
                keys = array("q", (key for key in keys if key in found))
            if tags:
                found = _tagged(connection, profile, removed, tags)
                keys = array("q", (key for key in keys if key in found))
        return keys[::-1] if descending else keys[:]

    def likes_by_keys(self, profile: str, keys: Sequence[int]) -> list[Like]:
        """The likes with those keys (see `like_keys`), in that order; for a page of them."""
        found: dict[int, Like] = {}
        with self._db.reading() as connection:
            require(connection, profile)
            for start in range(0, len(keys), _AT_ONCE):
                some = keys[start : start + _AT_ONCE]
                marks = ", ".join("?" * len(some))
                # The plus sign: SQLite would go through the whole profile.
                rows = connection.execute(
                    f"SELECT key, {COLUMNS} FROM likes WHERE key IN ({marks}) AND +profile = ?",
                    (*some, profile),
                )
                found.update((row[0], like_of(row[1:])) for row in rows)
        return [found[key] for key in keys if key in found]

    def like_key(self, profile: str, like_id: str) -> int:
        """The key of the like with exactly that id. Raises PromptstyleError if there is none."""
        with self._db.reading() as connection:
            require(connection, profile)
            row = connection.execute(
                "SELECT key FROM likes WHERE profile = ? AND id = ?", (profile, like_id)
            ).fetchone()
        if row is None:
            raise PromptstyleError(
                f"there is no like {like_id[:60]!r}", "it may be another profile's", code="no_like"
            )
        return int(row[0])

    def set_removed(self, profile: str, keys: Iterable[int], removed: bool) -> list[int]:
        """Take likes out of use, or bring them back, in one step; the keys of those that changed.

        As `remove_like` and `restore_like` do; keys of nothing, and of likes that are so already,
        are passed over.
        """
        time = now() if removed else None
        with self._db.writing() as connection:
            require(connection, profile)
            return [
                key
                for key in dict.fromkeys(keys)
                if connection.execute(
                    "UPDATE likes SET removed = ? WHERE key = ? AND +profile = ?"
                    f" AND removed IS {'' if removed else 'NOT '}NULL",
                    (time, key, profile),
                ).rowcount
            ]

    def tags(self, profile: str) -> list[tuple[str, int]]:
        """The tags of a profile's likes with how many have each, the most used first."""
        counts: Counter[str] = Counter()
        with self._db.reading() as connection:
            require(connection, profile)
            rows = connection.execute(
                f"SELECT tags, count(*) {_rows(removed=False)} GROUP BY tags", (profile,)
            )
            for tags, count in rows:
                counts.update(dict.fromkeys(json.loads(tags), count))
        return sorted(counts.items(), key=lambda item: (-item[1], folded(item[0]), item[0]))

    def interrupt(self) -> None:
        """Abandon the `like_keys` that runs in another thread, if one does; nothing else."""
        self._db.interrupt()

    def _ordered(
        self, connection: sqlite3.Connection, profile: str, sort: Sort, removed: bool
    ) -> array[int]:
        """All keys of the profile, ascending; those of the last call if nothing has changed.

        While somebody types, the order stays: each letter costs what finding its likes costs.
        """
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        of, state = (profile, sort, removed), (version, connection.total_changes)
        # What an open transaction has changed may be rolled back.
        settled = not connection.in_transaction
        order = self._order
        if settled and order is not None and (order.of, order.state) == (of, state):
            return order.keys
        rows = f"SELECT key {_rows(removed)} ORDER BY {_SORTED_BY[sort]}, key"
        keys = search.gather(connection, rows, (profile,))
        if settled:
            self._order = _Order(of, state, keys)
        return keys


def split_tags(query: str) -> tuple[str, list[str]]:
    """The words of a query without its tags, and the names of the tags."""
    tags = [quoted or plain for quoted, plain in _TAG.findall(query)]
    return _TAG.sub(" ", query), tags


def tag_term(tag: str) -> str:
    """What a query says to keep the likes with `tag`.

    No query can name a tag that has quotes as well as blanks, or begins with one.
    """
    return f"#{tag}" if re.fullmatch(r'[^\s"]\S*', tag) else f'#"{tag}"'


def _rows(removed: bool) -> str:
    # The index holds all that is asked for here: the rows, six times its size, stay unread.
    return (
        "FROM likes INDEXED BY likes_browsed"
        f" WHERE profile = ? AND removed IS {'NOT ' if removed else ''}NULL"
    )


def _tagged(
    connection: sqlite3.Connection, profile: str, removed: bool, tags: Iterable[str]
) -> set[int]:
    """The keys of likes with all of these tags."""
    wanted = {folded(tag.strip()) for tag in tags}
    found: set[int] = set()
    rows = connection.execute(
        f"SELECT tags, group_concat(key) {_rows(removed)} GROUP BY tags", (profile,)
    )
    for text, keys in rows:
        if wanted <= {folded(tag) for tag in json.loads(text)}:
            found.update(map(int, keys.split(",")))
    return found
