"""The ideas that ship with the program, made searchable at their first use."""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from pathlib import Path

from promptstyle.core import cached_index, settings
from promptstyle.core.assets import asset
from promptstyle.core.paths import Home
from promptstyle.core.style.ideas import LAYOUT, Ideas, fill, read
from promptstyle.core.style.parts import Parts


def ideas_for(home: Home, parts: Parts | None) -> Ideas | None:
    """The ideas that `parts` want, made ready if they are not, which takes a second.

    None where none are wanted, by `parts` or by the user, and where Python's SQLite has no
    full-text search. They are an index in the cache, which may be deleted at any time. Raises
    PromptstyleError if it cannot be made.
    """
    if parts is None or not parts.ideas or not settings.load(home)[0].ideas:
        return None
    with cached_index.explaining(
        "the notes on topics",
        home.cache,
        hint='make room there, or do without: "ideas": false in the settings file',
        code="no_ideas",
    ):
        return _opened(home.cache)


def notes_file() -> Path:
    """The notes that ship with the program."""
    return asset("notes.jsonl")


def index_file(cache: Path) -> Path:
    """Where the index of the notes as they are now belongs."""
    return cache / f"ideas-{LAYOUT}-{notes_file().stat().st_size}.db"


@lru_cache(maxsize=4)
def _opened(cache: Path) -> Ideas | None:
    return cached_index.opened(index_file(cache), _fill, Ideas)


def _fill(connection: sqlite3.Connection) -> None:
    fill(connection, read(notes_file()))
