"""The library: everything that the program remembers, in one SQLite file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from promptstyle.core.closing import Closing
from promptstyle.core.library.browse import Browsing
from promptstyle.core.library.db import BUSY_SECONDS, Database
from promptstyle.core.library.opinions import Opinions
from promptstyle.core.library.runs import Runs


class Library(Opinions, Runs, Browsing, Closing):
    """Profiles, likes, candidates, opinions and runs; made at `path` if it is not there.

    Every method that changes something does so in one transaction, and waits up to `timeout`
    seconds for other processes. Raises PromptstyleError for everything that goes wrong; the
    database is then as it was before. Use it as a context manager, or call `close`.
    """

    def __init__(self, path: Path, *, timeout: float = BUSY_SECONDS) -> None:
        self._db = Database(path, timeout=timeout)

    @property
    def path(self) -> Path:
        """The database file."""
        return self._db.path

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside the block one step: on an error, none of it is stored."""
        with self._db.writing():
            yield

    def check(self) -> list[str]:
        """What is wrong with the file, for `doctor`; empty if all is well."""
        return self._db.check()

    def close(self) -> None:
        """Close the file; closing twice does no harm."""
        self._db.close()
