"""Indexes of what ships with the program: made in the cache at their first use."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import TypeVar

from promptstyle.core.atomic import replacing
from promptstyle.core.errors import PromptstyleError

Opened = TypeVar("Opened")
# Of two threads the second waits, and finds what the first has made.
_MAKING = Lock()


@contextmanager
def explaining(what: str, cache: Path, *, hint: str, code: str) -> Iterator[None]:
    """Turn an error of the disk or of SQLite into a PromptstyleError about `what`."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise PromptstyleError(
            f"{what} cannot be made ready in {cache} ({error})", hint, code=code
        ) from error


def opened(
    path: Path,
    fill: Callable[[sqlite3.Connection], None],
    read: Callable[[sqlite3.Connection], Opened],
) -> Opened | None:
    """What `read` returns of the database `path`; `fill` makes it if it is missing or damaged.

    Older ones beside it go: those that are named like it as far as the first hyphen. None where
    Python's SQLite has no full-text search. Raises OSError or sqlite3.Error if it cannot be made.
    """
    with _MAKING:
        try:
            if path.is_file():
                with suppress(sqlite3.DatabaseError):
                    return _read(path, read)
            # Not there, or damaged.
            _make(path, fill)
            return _read(path, read)
        except sqlite3.OperationalError as error:
            if "fts5" in str(error):
                return None
            raise


def _make(path: Path, fill: Callable[[sqlite3.Connection], None]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with replacing(path) as temporary:
        # What a killed process left, if this one has the same id, as it may in a container.
        temporary.unlink(missing_ok=True)
        with closing(sqlite3.connect(temporary)) as making:
            # Nobody reads it before it is whole and on the disk, which `replacing` sees to.
            making.execute("PRAGMA journal_mode = OFF")
            making.execute("PRAGMA synchronous = OFF")
            fill(making)
    kind = path.name.partition("-")[0]
    for old in path.parent.glob(f"{kind}-*.db"):
        if old != path:
            # Windows keeps what another process has open.
            with suppress(OSError):
                old.unlink(missing_ok=True)


def _read(path: Path, read: Callable[[sqlite3.Connection], Opened]) -> Opened:
    # Read only, so that many processes may share it.
    address = f"{path.as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(address, uri=True, check_same_thread=False)
    try:
        return read(connection)
    except BaseException:
        # Windows replaces no file that is open.
        connection.close()
        raise
