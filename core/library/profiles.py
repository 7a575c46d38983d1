"""Profiles: whose style."""

from __future__ import annotations

import re
import sqlite3

from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.core.library.db import Database
from promptstyle.core.library.records import DEFAULT_BASE, Profile, now

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")

_SELECT = """
SELECT name, base, created,
    (SELECT count(*) FROM likes WHERE profile = name AND removed IS NULL),
    (SELECT count(*) FROM likes WHERE profile = name AND removed IS NULL AND side = 'held'),
    (SELECT id FROM runs WHERE profile = name AND runs.base = profiles.base AND active = 1)
FROM profiles
"""


class Profiles:
    """The part of the library that knows the profiles."""

    _db: Database

    def profiles(self) -> list[Profile]:
        """All profiles, by name."""
        with self._db.reading() as connection:
            rows = connection.execute(f"{_SELECT} ORDER BY name").fetchall()
        return [Profile(*row) for row in rows]

    def profile(self, name: str) -> Profile:
        """The profile called `name`. Raises PromptstyleError if there is none."""
        with self._db.reading() as connection:
            require(connection, name)
            return Profile(*connection.execute(f"{_SELECT} WHERE name = ?", (name,)).fetchone())

    def spelling(self, name: str) -> str:
        """`name` as the profile that is called so, whatever its case, spells it; else as it is.

        Names that differ only in case are one: they would share run folders on some file systems.
        """
        with self._db.reading() as connection:
            row = connection.execute(
                "SELECT name FROM profiles WHERE name = ? COLLATE NOCASE", (_plain(name),)
            ).fetchone()
        return name if row is None else str(row[0])

    def ensure_profile(self, name: str, base: str = DEFAULT_BASE) -> Profile:
        """The profile called `name`, made (with `base`) if there is none. Raises UsageError."""
        with self._db.writing() as connection:
            ensure(connection, name, base)
            return self.profile(name)

    def set_base(self, profile: str, base: str) -> Profile:
        """Have `profile` write with the base model called `base` from now on."""
        with self._db.writing() as connection:
            require(connection, profile)
            connection.execute("UPDATE profiles SET base = ? WHERE name = ?", (base, profile))
            return self.profile(profile)


def require(connection: sqlite3.Connection, name: str) -> None:
    """Raise PromptstyleError if there is no profile called `name`."""
    found = connection.execute("SELECT 1 FROM profiles WHERE name = ?", (_plain(name),)).fetchone()
    if found is None:
        raise PromptstyleError(
            f"there is no profile {name[:60]!r}",
            "`promptstyle import` or `promptstyle add` makes it; "
            "`promptstyle profiles` lists those there are",
            code="no_profile",
        )


def check_profile_name(name: str) -> None:
    """Raise UsageError unless `name` can be a profile's name (it is part of file names)."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name[:60]!r} cannot be the name of a profile",
            "use up to 40 letters, digits, dots, dashes and underscores, "
            "with a letter or a digit first",
            code="bad_profile",
        )


def ensure(connection: sqlite3.Connection, name: str, base: str = DEFAULT_BASE) -> None:
    """Make the profile called `name` if there is none. Raises UsageError for an unfit name."""
    check_profile_name(name)
    # Two names that differ only in case would share run folders on some file systems.
    row = connection.execute(
        "SELECT name FROM profiles WHERE name = ? COLLATE NOCASE", (name,)
    ).fetchone()
    if row is None:
        connection.execute("INSERT INTO profiles VALUES (?, ?, ?, 0)", (name, base, now()))
    elif row[0] != name:
        raise UsageError(
            f"there is a profile {row[0]!r} already", f"say --profile {row[0]}", code="bad_profile"
        )


def _plain(name: str) -> str:
    # No profile's name has a lone surrogate, which SQLite could not even look up.
    return name.encode("utf-8", "replace").decode()
