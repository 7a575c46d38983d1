"""Training runs: their records, and which one writes."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library.db import Database
from promptstyle.core.library.profiles import Profiles, require
from promptstyle.core.library.records import RunRecord, now

_SELECT = "SELECT id, profile, base, created, manifest, active, deleted FROM runs"


class Runs(Profiles):
    """The part of the library that holds the runs."""

    _db: Database

    def next_run_id(self, profile: str) -> str:
        """A name for a new run, such as "default-3": given out once, never again.

        Asking takes the number, so that two retrains at once cannot have the same one.
        """
        with self._db.writing() as connection:
            require(connection, profile)
            (number,) = connection.execute(
                "SELECT runs_made + 1 FROM profiles WHERE name = ?", (profile,)
            ).fetchone()
            _take_number(connection, profile, number)
        return f"{profile}-{number}"

    def add_run(
        self,
        run_id: str,
        profile: str,
        base: str,
        manifest: dict[str, Any],
        *,
        activate: bool = False,
    ) -> RunRecord:
        """Record a finished run and, with `activate`, have it write from now on, in one step."""
        with self._db.writing() as connection:
            require(connection, profile)
            if connection.execute("SELECT 1 FROM runs WHERE id = ?", (run_id,)).fetchone():
                raise PromptstyleError(
                    f"there is a run {run_id!r} already",
                    "runs never change; a new one takes a new name",
                    code="run_exists",
                )
            connection.execute(
                "INSERT INTO runs (id, profile, base, created, manifest) VALUES (?, ?, ?, ?, ?)",
                (run_id, profile, base, now(), json.dumps(manifest)),
            )
            # A run found on disk, of a database that is gone, takes its number too.
            beginning, _, number = run_id.rpartition("-")
            if beginning == profile and number.isdecimal():
                _take_number(connection, profile, int(number))
            return self.activate(run_id) if activate else self.run(run_id)

    def runs(self, profile: str, *, deleted: bool = False) -> list[RunRecord]:
        """The profile's runs, oldest first; with `deleted`, the deleted ones too."""
        with self._db.reading() as connection:
            require(connection, profile)
            condition = "" if deleted else " AND deleted IS NULL"
            rows = connection.execute(
                f"{_SELECT} WHERE profile = ?{condition} ORDER BY key", (profile,)
            ).fetchall()
        return [_run(row) for row in rows]

    def run(self, run_id: str) -> RunRecord:
        """The run of that name, deleted ones too. Raises PromptstyleError if there is none."""
        with self._db.reading() as connection:
            name = run_id.encode("utf-8", "replace").decode()
            row = connection.execute(f"{_SELECT} WHERE id = ?", (name,)).fetchone()
        if row is None:
            raise PromptstyleError(
                f"there is no run {run_id[:60]!r}", "`promptstyle runs` lists them", code="no_run"
            )
        return _run(row)

    def active_run(self, profile: str, base: str | None = None) -> RunRecord | None:
        """The run that writes for `profile` with `base` (the profile's own, if None), if any."""
        with self._db.reading() as connection:
            require(connection, profile)
            row = connection.execute(
                f"{_SELECT} WHERE profile = ? AND active = 1 AND base ="
                " coalesce(?, (SELECT base FROM profiles WHERE name = profile))",
                (profile, base),
            ).fetchone()
        return None if row is None else _run(row)

    def activate(self, run_id: str) -> RunRecord:
        """Have the run write for its profile, whose base becomes the run's."""
        with self._db.writing() as connection:
            run = self.run(run_id)
            if run.deleted is not None:
                raise PromptstyleError(
                    f"the run {run_id!r} was deleted",
                    "`promptstyle runs` lists those that can be activated",
                    code="run_deleted",
                )
            connection.execute(
                "UPDATE runs SET active = 0 WHERE profile = ? AND base = ? AND active = 1",
                (run.profile, run.base),
            )
            connection.execute("UPDATE runs SET active = 1 WHERE id = ?", (run_id,))
            self.set_base(run.profile, run.base)
            return self.run(run_id)

    def delete_run(self, run_id: str) -> RunRecord:
        """Mark a run as deleted (its record and its number stay). Refuses the one that writes.

        The active run of a base that the profile does not use now is active no more.
        """
        with self._db.writing() as connection:
            run = self.run(run_id)
            if run.active and run.base == self.profile(run.profile).base:
                raise PromptstyleError(
                    f"the run {run_id!r} is the one that writes for {run.profile!r}",
                    "`promptstyle activate` another run, or `promptstyle use` another base, first",
                    code="run_active",
                )
            connection.execute(
                "UPDATE runs SET deleted = coalesce(deleted, ?), active = 0 WHERE id = ?",
                (now(), run_id),
            )
            return self.run(run_id)


def _take_number(connection: sqlite3.Connection, profile: str, number: int) -> None:
    connection.execute(
        "UPDATE profiles SET runs_made = max(runs_made, ?) WHERE name = ?", (number, profile)
    )


def _run(row: tuple[Any, ...]) -> RunRecord:
    values = (*row[:4], json.loads(row[4]), bool(row[5]), row[6])
    return RunRecord(*values)
