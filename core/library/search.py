"""Finding likes by words: a full-text index that can be thrown away and built again.

The index (SQLite's FTS5) finds the rows with words that begin as the query's words do; a plain
look at the folded text then makes sure of the rest ("c++"). Where FTS5 is missing, or a script
writes no spaces between words, the plain look does it all; and it is left out where the index
has said everything, since it would read every row.
"""

from __future__ import annotations

import re
import sqlite3
from array import array
from collections.abc import Sequence

from promptstyle.core.library.text import folded

# More words than this narrow nothing down further for the index; the plain look takes them all.
_INDEXED_WORDS = 16
# From Thai upwards many scripts write words without spaces, which the index cannot cut.
_FIRST_UNSPACED = "\u0e00"
# Up to here (Latin, Greek, Cyrillic) the index takes a word of letters and digits as it is.
_FIRST_UNSURE = "\u0530"
# Of a word with marks ("e-") the index knows the letters; so few of them are in every like.
_LETTERS = 3
# Looking into more than one like in five, by key, takes longer than reading them all in a row.
_SHARE = 5
# From so many on it matters in which order the rows are read.
_MANY = 10_000
_MATCH = "SELECT rowid AS key FROM likes_search WHERE likes_search MATCH ?"

_BUILD = (
    "CREATE VIRTUAL TABLE likes_search USING fts5(folded, content='likes', content_rowid='key')",
    "INSERT INTO likes_search (likes_search) VALUES ('rebuild')",
    "CREATE TRIGGER likes_search_added AFTER INSERT ON likes BEGIN"
    " INSERT INTO likes_search (rowid, folded) VALUES (new.key, new.folded); END",
    "CREATE TRIGGER likes_search_edited AFTER UPDATE OF folded ON likes BEGIN"
    " INSERT INTO likes_search (likes_search, rowid, folded)"
    " VALUES ('delete', old.key, old.folded);"
    " INSERT INTO likes_search (rowid, folded) VALUES (new.key, new.folded); END",
)
_TRIGGERS = ("likes_search_added", "likes_search_edited")


def add_functions(connection: sqlite3.Connection) -> None:
    """Give SQL `has_words(folded, words)`, with one word a line."""
    connection.create_function("has_words", 2, _has_words, deterministic=True)


def is_ready(connection: sqlite3.Connection) -> bool:
    """Whether the index is as this SQLite can have it."""
    there = _is_built(connection)
    return there == _has_fts5(connection)


def build(connection: sqlite3.Connection) -> None:
    """Make the index, inside the caller's transaction; or, without FTS5, let go of it."""
    for trigger in _TRIGGERS:
        connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
    if not _has_fts5(connection):
        return
    connection.execute("DROP TABLE IF EXISTS likes_search")
    for statement in _BUILD:
        connection.execute(statement)


def condition(connection: sqlite3.Connection, profile: str, query: str) -> tuple[str, list[str]]:
    """The SQL condition on `likes`, with its parameters, for likes with all words of a query.

    Any text will do: nothing in it has a meaning to SQLite.
    """
    match, rest = _plan(connection, query)
    looked_at, parameters = _look(rest)
    if not match:
        return f"profile = ?{looked_at}", [profile, *parameters]
    # The plus sign keeps SQLite from going through the whole profile instead of the index.
    return f"key IN ({_MATCH}) AND +profile = ?{looked_at}", [match, profile, *parameters]


def keys(connection: sqlite3.Connection, profile: str, query: str, likes: int) -> set[int]:
    """The keys of likes with all words of a query that has some; `likes`: the profile's number.

    Faster than `condition` when much is found: it reads no row where the index says it all. The
    keys may be those of removed likes and of other profiles too.
    """
    match, rest = _plan(connection, query)
    indexed = set(gather(connection, _MATCH, (match,))) if match else None
    if indexed is not None and not rest:
        return indexed
    looked_at, parameters = _look(rest)
    if indexed is not None and len(indexed) <= likes // _SHARE:
        rows = f"SELECT key FROM likes WHERE key IN ({_MATCH}){looked_at}"
        return set(gather(connection, rows, (match, *parameters)))
    # In the order of the file: by the profile's index it takes three times as long.
    unindexed = "NOT INDEXED" if likes > _MANY else ""
    rows = f"SELECT key FROM likes {unindexed} WHERE profile = ?{looked_at}"
    found = set(gather(connection, rows, (profile, *parameters)))
    return found if indexed is None else found & indexed


def gather(
    connection: sqlite3.Connection, rows: str, parameters: Sequence[str | int]
) -> array[int]:
    """The keys that a query selects, in its order.

    As one text: fetched one by one, 100,000 of them would take longer than finding them, and
    each would take the interpreter's lock from other threads for a moment.
    """
    # An aggregate takes the rows of a subquery in their order.
    (text,) = connection.execute(f"SELECT group_concat(key) FROM ({rows})", parameters).fetchone()
    return array("q", map(int, text.split(","))) if text else array("q")


def _plan(connection: sqlite3.Connection, query: str) -> tuple[str, list[str]]:
    """What to ask the index, if anything, and the words that it cannot vouch for."""
    words = _words(query)
    indexed = [word for word in words if _is_indexed(word)][:_INDEXED_WORDS]
    if not indexed or not _is_built(connection):
        return "", words
    match = " ".join('"' + word.replace('"', '""') + '"*' for word in indexed)
    # What the index finds for a sure word has the word: no row need be read.
    return match, [word for word in words if word not in indexed or not _is_sure(word)]


def _look(words: Sequence[str]) -> tuple[str, list[str]]:
    """The further condition, with its parameters, that the folded text has all words."""
    if not words:
        return "", []
    # instr() on the longest word is quick; it leaves few rows for the function with the others.
    longest, *others = sorted(words, key=len, reverse=True)
    if not others:
        return " AND instr(folded, ?)", [longest]
    return " AND instr(folded, ?) AND has_words(folded, ?)", [longest, "\n".join(others)]


def _words(query: str) -> list[str]:
    # Lone surrogates and control characters can be in no like; SQLite trips over them.
    text = query.encode("utf-8", "ignore").decode()
    return list(dict.fromkeys(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", folded(text)).split()))


def _is_indexed(word: str) -> bool:
    if _is_sure(word):
        return True
    letters = sum(c.isalnum() for c in word)
    least = 1 if letters == len(word) else _LETTERS
    return letters >= least and all(c < _FIRST_UNSPACED for c in word)


def _is_sure(word: str) -> bool:
    return word.isalnum() and all(c < _FIRST_UNSURE for c in word)


def _has_words(text: str, words: str) -> bool:
    return all(word in text for word in words.split("\n"))


def _is_built(connection: sqlite3.Connection) -> bool:
    found = connection.execute(
        "SELECT count(*) FROM sqlite_master WHERE name IN ('likes_search', ?, ?)", _TRIGGERS
    ).fetchone()
    return bool(found[0] == 1 + len(_TRIGGERS))


def _has_fts5(connection: sqlite3.Connection) -> bool:
    row = connection.execute("SELECT sqlite_compileoption_used('ENABLE_FTS5')").fetchone()
    return bool(row[0])
