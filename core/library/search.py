"""Finding likes by words: a full-text index that can be thrown away and built again.

The index (SQLite's FTS5) finds the rows with words that begin as the query's words do; a plain
look at the folded text then makes sure of the rest ("c++"). Where FTS5 is missing, or a script
writes no spaces between words, the plain look does it all.
"""

from __future__ import annotations

import re
import sqlite3

from promptstyle.core.library.text import folded

# More words than this narrow nothing down further for the index; the plain look takes them all.
_INDEXED_WORDS = 16
# From Thai upwards many scripts write words without spaces, which the index cannot cut.
_FIRST_UNSPACED = "\u0e00"

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
    words = _words(query)
    if not words:
        return "profile = ?", [profile]
    # instr() on the longest word is quick; it leaves few rows for the function with all of them.
    looked_at = "instr(folded, ?) AND has_words(folded, ?)"
    parameters = [profile, max(words, key=len), "\n".join(words)]
    indexed = [word for word in words if _is_indexed(word)][:_INDEXED_WORDS]
    if not indexed or not _is_built(connection):
        return f"profile = ? AND {looked_at}", parameters
    match = " ".join('"' + word.replace('"', '""') + '"*' for word in indexed)
    # The plus sign keeps SQLite from going through the whole profile instead of the index.
    found = "key IN (SELECT rowid FROM likes_search WHERE likes_search MATCH ?)"
    return f"{found} AND +profile = ? AND {looked_at}", [match, *parameters]


def _words(query: str) -> list[str]:
    # Lone surrogates and control characters can be in no like; SQLite trips over them.
    text = query.encode("utf-8", "ignore").decode()
    return list(dict.fromkeys(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", folded(text)).split()))


def _is_indexed(word: str) -> bool:
    return any(c.isalnum() for c in word) and all(c < _FIRST_UNSPACED for c in word)


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
