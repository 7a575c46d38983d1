"""The prompts that ship with the program, made searchable by topic at their first use."""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from pathlib import Path

from promptstyle.core import cached_index
from promptstyle.core.paths import Home
from promptstyle.core.style.collection import LAYOUT, Collection, fill, read
from promptstyle.core.style.general import MEANINGS, shipped


def collection_for(home: Home) -> Collection | None:
    """The collection, made ready if it is not, which takes some seconds.

    None where Python's SQLite has no full-text search. It is an index in the cache, which may be
    deleted at any time. Raises PromptstyleError if it cannot be made.
    """
    with cached_index.explaining(
        "the collection of prompts",
        home.cache,
        hint='make room there, 45 MB, or do without: "borrow": false in the settings file',
        code="no_collection",
    ):
        return _opened(home.cache)


def prompts_file() -> Path:
    """The prompts that ship with the program."""
    return shipped("plain.jsonl")


def index_file(cache: Path) -> Path:
    """Where the index of the prompts, and of what their topics mean, as they are now belongs."""
    sizes = f"{prompts_file().stat().st_size}-{shipped(MEANINGS).stat().st_size}"
    return cache / f"collection-{LAYOUT}-{sizes}.db"


@lru_cache(maxsize=4)
def _opened(cache: Path) -> Collection | None:
    return cached_index.opened(index_file(cache), _fill, _read)


def _fill(connection: sqlite3.Connection) -> None:
    from promptstyle.core.style.meanings import meanings

    fill(connection, read(prompts_file()), meanings())


def _read(connection: sqlite3.Connection) -> Collection:
    from promptstyle.core.style.meanings import meanings

    return Collection(connection, meanings())
