"""The folder of a run: made apart, renamed into place when it is whole, never changed after."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from promptstyle.core import atomic
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import Library, RunRecord
from promptstyle.core.paths import Home

MANIFEST = "manifest.json"
REQUEST = "request.json"
CHECKPOINT = "checkpoint.pt"
EVALUATION = "evaluation.json"


@dataclass(frozen=True)
class RunFolder:
    """A run in the making, or a finished one."""

    run: str
    path: Path

    @property
    def adapter(self) -> Path:
        """The adapter in peft's format."""
        return self.path / "adapter"

    @property
    def adapter_gguf(self) -> Path:
        """The adapter as GGUF."""
        return self.path / "adapter.gguf"

    @property
    def gguf(self) -> Path:
        """The merged model as GGUF, where that was made."""
        return self.path / "model.gguf"

    @property
    def there(self) -> bool:
        """Whether its model is: merged, or what goes on top of its base."""
        return self.gguf.is_file() or self.adapter_gguf.is_file()

    @property
    def checkpoint(self) -> Path:
        """Where an unfinished training left off."""
        return self.path / CHECKPOINT

    @property
    def likes(self) -> Path:
        """The likes that the run was made from, in the form that `import` reads."""
        return self.path / "likes.jsonl"

    @property
    def evaluation(self) -> Path:
        """What every system wrote in the run's own test; `evaluation.stored` reads it."""
        return self.path / EVALUATION


@contextmanager
def only_one(home: Home, profile: str) -> Iterator[None]:
    """Hold the profile's retrain lock. Raises PromptstyleError if another retrain has it.

    The system frees the lock of a process that dies.
    """
    home.building.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(home.building / f"{profile}.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise PromptstyleError(
            f"a retrain of {profile!r} is running already",
            "wait for it to end, or stop it first",
            code="busy",
        ) from None
    try:
        yield
    finally:
        lock.release()


def begin(home: Home, library: Library, profile: str, fingerprint: str) -> RunFolder:
    """The folder to build in: that of a killed run of the very same work, else a new one.

    Whatever else was left unfinished for the profile is removed.
    """
    found: RunFolder | None = None
    for path in sorted(home.building.iterdir()):
        request = _read(path / REQUEST)
        if request is None or request.get("profile") != profile:
            continue
        if found is None and request.get("fingerprint") == fingerprint:
            found = RunFolder(path.name, path)
        else:
            shutil.rmtree(path)
    if found is not None:
        return found
    run = library.next_run_id(profile)
    path = home.building / run
    path.mkdir(mode=0o700)
    atomic.write_json(path / REQUEST, {"profile": profile, "fingerprint": fingerprint})
    return RunFolder(run, path)


def unfinished(home: Home, profile: str, fingerprint: str) -> RunFolder | None:
    """The stopped or killed run of the very same work that has a checkpoint to go on from."""
    for path in _folders(home.building):
        request = _read(path / REQUEST)
        folder = RunFolder(path.name, path)
        if request == {"profile": profile, "fingerprint": fingerprint}:
            return folder if folder.checkpoint.is_file() else None
    return None


def install(home: Home, folder: RunFolder, manifest: dict[str, Any]) -> RunFolder:
    """Write the manifest, drop what only the making needed, and rename into place."""
    folder.checkpoint.unlink(missing_ok=True)
    (folder.path / REQUEST).unlink(missing_ok=True)
    atomic.write_json(folder.path / MANIFEST, manifest)
    home.runs.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = home.runs / folder.run
    folder.path.rename(target)
    atomic.sync_folder(home.runs)
    return RunFolder(folder.run, target)


def adopt(home: Home, library: Library, profile: str) -> None:
    """Record runs that were installed by a process killed before it could say so.

    Folders killed between losing their request and the rename are removed.
    """
    known = {run.id for run in library.runs(profile, deleted=True)}
    for path in _folders(home.runs):
        manifest = _read(path / MANIFEST)
        # A folder that someone copied under another name is no run of that name.
        if manifest is None or (manifest.get("profile"), manifest.get("run")) != (
            profile,
            path.name,
        ):
            continue
        if path.name not in known and "base" in manifest:
            library.add_run(path.name, profile, str(manifest["base"]), manifest)
    for path in _folders(home.building):
        if path.name.rpartition("-")[0] == profile and not (path / REQUEST).is_file():
            shutil.rmtree(path)


def discard(home: Home, library: Library, run: str) -> RunRecord:
    """Delete a run: its GGUF files go; its record, adapter, likes and evaluation stay.

    Raises PromptstyleError for the active run. The files go last: a kill in between leaves
    only files that nobody uses.
    """
    deleted = library.delete_run(run)
    folder = RunFolder(run, home.runs / run)
    for path in (folder.gguf, folder.adapter_gguf):
        path.unlink(missing_ok=True)
    return deleted


def _folders(parent: Path) -> list[Path]:
    return sorted(p for p in parent.iterdir() if p.is_dir()) if parent.is_dir() else []


def _read(path: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None
