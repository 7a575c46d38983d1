"""The connection to the SQLite file: opening, migrating, transactions."""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from promptstyle.core.errors import Cancelled, PromptstyleError, UsageError
from promptstyle.core.library import search
from promptstyle.core.library.problems import explain
from promptstyle.core.library.records import now
from promptstyle.core.library.schema import MIGRATIONS, Migration

BUSY_SECONDS = 5.0


class Database:
    """One SQLite file in WAL mode, with foreign keys, readable by its owner only.

    Every use goes through `reading()` or `writing()`, which turn SQLite's errors into
    PromptstyleError. May be used from several threads, one at a time.
    """

    def __init__(
        self,
        path: Path,
        *,
        timeout: float = BUSY_SECONDS,
        migrations: Sequence[Migration] = MIGRATIONS,
    ) -> None:
        # Absolute, as SQLite has names of its own such as ":memory:".
        self.path = path = path.absolute()
        self._timeout = timeout
        self._lock = threading.RLock()
        # Held for moments only: whether an interruptible query runs, and was told to stop.
        self._watch = threading.Lock()
        self._runs = self._stop = False
        _own(path)
        try:
            self._connection = sqlite3.connect(
                path, timeout=timeout, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise explain(error, path) from error
        try:
            self._open(migrations)
        except BaseException:
            self._connection.close()
            raise

    def _open(self, migrations: Sequence[Migration]) -> None:
        with self._explained():
            self._connection.execute("PRAGMA foreign_keys = ON")
            # Look before touching: another program's file must stay as it is.
            _check_ours(self._connection, self.path, migrations)
            self._use_wal()
            search.add_functions(self._connection)
        if self._behind(migrations):
            with self.writing() as connection:
                migrate(connection, migrations)
        with self._explained():
            if not search.is_ready(self._connection):
                with self.writing() as connection:
                    search.build(connection)

    def _use_wal(self) -> None:
        """Go over to WAL. SQLite may say "locked" at once here, without its busy handler."""
        deadline = time.monotonic() + self._timeout
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
            time.sleep(0.01)

    def _behind(self, migrations: Sequence[Migration]) -> bool:
        with self.reading() as connection:
            return len(applied(connection)) < len(migrations)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise explain(error, self.path) from error
        except (UnicodeEncodeError, OverflowError) as error:
            # Half a surrogate pair (a file name that is not UTF-8), or more than 64 bits.
            raise UsageError(
                f"a value cannot be stored: {error}", "use plain text and smaller numbers"
            ) from error

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for queries."""
        with self._lock, self._explained():
            yield self._connection

    @contextmanager
    def interruptible(self) -> Iterator[sqlite3.Connection]:
        """The connection, for a query that `interrupt` abandons: the block raises Cancelled."""
        with self.reading() as connection:
            with self._watch:
                self._runs, self._stop = True, False
            try:
                yield connection
            except sqlite3.OperationalError:
                if not self._stop:
                    raise
            finally:
                with self._watch:
                    self._runs = False
            if self._stop:
                raise Cancelled("a newer search took the place of this one", "nothing was changed")

    def interrupt(self) -> None:
        """Abandon the interruptible query that runs in another thread, if one does.

        Never touches any other use of the connection, such as a transaction.
        """
        with self._watch:
            if self._runs:
                self._stop = True
                self._connection.interrupt()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The connection inside a transaction: all of the block is stored, or nothing.

        Waits for other writers. A block inside another one is part of it.
        """
        with self._lock, self._explained():
            connection = self._connection
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # SQLite has rolled back by itself after some errors (a full disk).
                if connection.in_transaction:
                    with suppress(sqlite3.Error):
                        connection.execute("ROLLBACK")
                raise

    def check(self) -> list[str]:
        """What is wrong with the file, as SQLite's own check sees it; empty if all is well."""
        try:
            rows = self._connection.execute("PRAGMA quick_check").fetchall()
            loose = self._connection.execute("PRAGMA foreign_key_check").fetchall()
        except sqlite3.Error as error:
            return [str(error)]
        found = [str(row[0]) for row in rows if row[0] != "ok"]
        return found + [f"a row of {row[0]} refers to a missing row of {row[2]}" for row in loose]

    def close(self) -> None:
        """Close the file; closing twice does no harm."""
        with self._lock:
            self._connection.close()


def applied(connection: sqlite3.Connection) -> list[str]:
    """The names of the migrations that the database has been through."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'migrations'").fetchone():
        return []
    return [row[0] for row in connection.execute("SELECT name FROM migrations ORDER BY rowid")]


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> None:
    """Bring the database up to the last of `migrations`, inside the caller's transaction."""
    # Asked again under the lock: another process may have been quicker.
    done = applied(connection)
    if not done:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied TEXT NOT NULL)"
        )
    for migration in migrations[len(done) :]:
        migration(connection)
        connection.execute("INSERT INTO migrations VALUES (?, ?)", (migration.__name__, now()))


def _check_ours(
    connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration]
) -> None:
    # One statement: another process may be making the tables at this moment.
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master")]
    if tables and "migrations" not in tables:
        raise PromptstyleError(
            f"{path} is the database of another program",
            "move it away, or set PROMPTSTYLE_HOME to another folder",
            code="library_foreign",
        )
    done = applied(connection)
    names = [migration.__name__ for migration in migrations]
    if done != names[: len(done)]:
        unknown = ", ".join(name for name in done if name not in names) or ", ".join(done)
        raise PromptstyleError(
            f"{path} was written by a newer promptstyle (it has {unknown})",
            "install the newer version again; nothing was changed",
            code="library_newer",
        )


def _own(path: Path) -> None:
    """Create the file if need be, for its owner only; SQLite gives -wal and -shm the same mode.

    One that is there is never opened here: closing it again would drop the POSIX locks of every
    other connection of this process, and the next process to leave would delete the write-ahead
    log under them, with what it holds (sqlite.org/howtocorrupt.html, 2.2).
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, "is a folder", str(path)) from None
            if not os.access(path, os.R_OK | os.W_OK):
                raise PermissionError(errno.EACCES, "no permission", str(path)) from None
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        # Here and not above: failures knows this package's problems.
        from promptstyle.core.failures import describe

        raise describe(error) from error
