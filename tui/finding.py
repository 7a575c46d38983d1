"""Finding the likes for a table, in threads, on a connection that nothing else waits for."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from textual.message import Message

from promptstyle.core.errors import Cancelled, PromptstyleError
from promptstyle.core.failures import describe
from promptstyle.core.library import Library
from promptstyle.core.library.browse import Sort


@dataclass(frozen=True)
class Wanted:
    """Which likes a table is to show, and in which order; `removed` means those instead."""

    profile: str
    query: str = ""
    sort: Sort = "created"
    descending: bool = True
    removed: bool = False


@dataclass
class Found(Message):
    """The keys for `wanted`, out of `total` without its query; or why there are none."""

    wanted: Wanted
    keys: array[int] = field(default_factory=lambda: array("q"))
    total: int = 0
    error: PromptstyleError | None = None


class Finder:
    """Answers the newest question; an older one that is still looked for is abandoned."""

    def __init__(self, database: Path, post: Callable[[Found], object]) -> None:
        """`post` is called from the thread of `run`. The database is opened by the first one."""
        self._database, self._post = database, post
        self._opening = threading.Lock()
        self._library: Library | None = None
        self._closed = False
        self._newest: Wanted | None = None

    def ask(self, wanted: Wanted) -> None:
        """Make `wanted` the newest; `run` is to be called with it."""
        self._newest = wanted
        if self._library is not None:
            self._library.interrupt()

    def is_newest(self, wanted: Wanted) -> bool:
        """Whether nothing was asked since."""
        return wanted is self._newest

    def run(self, wanted: Wanted) -> None:
        """Look for it, in a thread; ends in `Found` unless there is a newer one by then."""
        try:
            found = self._find(wanted)
        except Cancelled:
            return
        # Whatever it is, the screen says it; a thread has nobody else to tell.
        except Exception as error:
            found = Found(wanted, error=describe(error))
        if self.is_newest(wanted):
            self._post(found)

    def _find(self, wanted: Wanted) -> Found:
        library = self._opened()
        of, sort, removed = wanted.profile, wanted.sort, wanted.removed
        self._check(wanted)
        # The query is then answered from this order, which the library keeps.
        everything = library.like_keys(of, "", sort, descending=wanted.descending, removed=removed)
        if not wanted.query.strip():
            return Found(wanted, everything, len(everything))
        self._check(wanted)
        keys = library.like_keys(
            of, wanted.query, sort, descending=wanted.descending, removed=removed
        )
        return Found(wanted, keys, len(everything))

    def tags(self, profile: str) -> list[tuple[str, int]]:
        """The profile's tags with their counts, in a thread. Raises PromptstyleError."""
        return self._opened().tags(profile)

    def close(self) -> None:
        """Abandon what is looked for and close the connection."""
        self._newest = None
        if self._library is not None:
            self._library.interrupt()
        with self._opening:
            self._closed = True
            if self._library is not None:
                self._library.close()

    def _opened(self) -> Library:
        with self._opening:
            if self._closed:
                raise Cancelled()
            if self._library is None:
                self._library = Library(self._database)
            return self._library

    def _check(self, wanted: Wanted) -> None:
        if not self.is_newest(wanted):
            raise Cancelled()
