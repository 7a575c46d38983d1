"""What SQLite's errors mean to a person, and what to do about them."""

from __future__ import annotations

import shlex
import shutil
import sqlite3
from pathlib import Path

from promptstyle.core.errors import PromptstyleError

# Below this, an input/output error of SQLite is taken for a full disk.
_NEARLY_FULL = 1 << 20


def explain(error: sqlite3.Error, path: Path | None = None) -> PromptstyleError:
    """The error for a person behind `error`, which came up while using the database at `path`.

    SQLite's result codes are in the exception only from Python 3.11 on, so this goes by the
    messages, which have been the same for many years.
    """
    where = str(path) if path else "the library"
    text = str(error)
    if "malformed" in text or "not a database" in text:
        return PromptstyleError(
            f"{where} is damaged ({text})", recovery_hint(path), code="library_corrupt"
        )
    if "locked" in text or "busy" in text:
        return PromptstyleError(
            f"another process is using {where} and did not let go of it",
            "close the other promptstyle (or wait until it is done), then try again",
            code="library_locked",
        )
    if "disk is full" in text or ("disk I/O" in text and _nearly_full(path)):
        return disk_full(path)
    if "readonly" in text or "unable to open" in text or "access permission" in text:
        return PromptstyleError(
            f"{where} cannot be opened for writing",
            "check who owns the file and its folder, or set PROMPTSTYLE_HOME to a folder of yours",
            code="no_permission",
        )
    return PromptstyleError(
        f"{where} could not be used: {text}",
        "run `promptstyle doctor`; --debug shows where this happened",
        code="library",
    )


def disk_full(path: Path | None) -> PromptstyleError:
    """The error for a disk with no room left."""
    where = f" that holds {path}" if path else ""
    return PromptstyleError(
        f"the disk{where} is full",
        "free some space and try again; what was stored before is still there",
        code="disk_full",
    )


def recovery_hint(path: Path | None) -> str:
    """How to go on without a damaged database: the last snapshot of each profile's likes."""
    if path is None:
        return "run `promptstyle doctor`"
    away = f"move {path}* to another folder"
    snapshots = last_snapshots(path)
    if not snapshots:
        return f"{away}, then import your likes again (no finished run has a copy of them)"
    commands: list[str] = []
    for profile, snapshot in sorted(snapshots.items()):
        option = "" if profile == "default" else f" --profile {profile}"
        commands.append(f"`promptstyle import {shlex.quote(str(snapshot))}{option}`")
    return f"{away}, then {'; '.join(commands)} (the likes as of the last run)"


def last_snapshots(path: Path) -> dict[str, Path]:
    """The newest `likes.jsonl` of every profile among the runs that belong to a database."""
    # The database lies in data/ beside models/, or (platform folders) models/ lies beside it.
    newest: dict[str, Path] = {}
    found: list[tuple[float, Path]] = []
    for home in (path.parent.parent, path.parent):
        try:
            snapshots = list((home / "models" / "runs").glob("*/likes.jsonl"))
            found += [(snapshot.stat().st_mtime, snapshot) for snapshot in snapshots]
        except OSError:
            continue
    for _, snapshot in sorted(found):
        newest[snapshot.parent.name.rpartition("-")[0]] = snapshot
    return newest


def _nearly_full(path: Path | None) -> bool:
    try:
        return path is not None and shutil.disk_usage(path.parent).free < _NEARLY_FULL
    except OSError:
        return False
