"""The ideas that ship with the program, made searchable at their first use."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from functools import lru_cache
from pathlib import Path

from promptstyle.core import settings
from promptstyle.core.atomic import replacing
from promptstyle.core.errors import PromptstyleError
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
    try:
        return _opened(home.cache)
    except (OSError, sqlite3.Error) as error:
        raise PromptstyleError(
            f"the notes on topics cannot be made ready in {home.cache} ({error})",
            'make room there, or do without: "ideas": false in the settings file',
            code="no_ideas",
        ) from error


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
        if path.is_file():
            with suppress(sqlite3.DatabaseError):
                return _read(path)
        # Not there, or damaged.
        _make(path)
        return _read(path)
    except sqlite3.OperationalError as error:
        if "fts5" in str(error):
            return None
        raise


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with replacing(path) as temporary, closing(sqlite3.connect(temporary)) as making:
        fill(making, read(notes_file()))
    for old in path.parent.glob("ideas-*.db"):
        if old != path:
            # Windows keeps what another process has open.
            with suppress(OSError):
                old.unlink(missing_ok=True)


def _read(path: Path) -> Ideas:
    # Read only, so that many processes may share it.
    address = f"{path.as_uri()}?mode=ro&immutable=1"
    return Ideas(sqlite3.connect(address, uri=True, check_same_thread=False))
