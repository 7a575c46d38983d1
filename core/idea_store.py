"""The ideas that ship with the program, made searchable at their first use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from promptstyle.core import settings
from promptstyle.core.atomic import replacing
from promptstyle.core.paths import Home
from promptstyle.core.style.ideas import LAYOUT, Ideas, fill, read


def ideas_for(home: Home) -> Ideas | None:
    """The ideas, made ready if they are not, which takes a second. None where they are not wanted.

    They are an index in the cache, which may be deleted at any time. None too where Python's
    SQLite has no full-text search. Raises OSError if the cache cannot be written.
    """
    if not settings.load(home)[0].ideas:
        return None
    return _opened(home.cache)


def notes_file() -> Path:
    """The notes that ship with the program."""
    import promptstyle.assets

    return Path(str(promptstyle.assets.__file__)).parent / "notes.jsonl"


def index_file(cache: Path) -> Path:
    """Where the index of the notes as they are now belongs."""
    return cache / f"ideas-{LAYOUT}-{notes_file().stat().st_size}.db"


@lru_cache(maxsize=4)
def _opened(cache: Path) -> Ideas | None:
    path = index_file(cache)
    try:
        if not path.is_file():
            cache.mkdir(mode=0o700, parents=True, exist_ok=True)
            with replacing(path) as temporary, closing(sqlite3.connect(temporary)) as making:
                fill(making, read(notes_file()))
            for old in cache.glob("ideas-*.db"):
                if old != path:
                    old.unlink(missing_ok=True)
        # Read only, so that many processes may share it.
        address = f"{path.as_uri()}?mode=ro&immutable=1"
        return Ideas(sqlite3.connect(address, uri=True, check_same_thread=False))
    except sqlite3.OperationalError as error:
        if "fts5" in str(error):
            return None
        raise
