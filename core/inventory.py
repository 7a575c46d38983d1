"""What a profile can write with: the bases, the runs made on them, and changing to another."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from promptstyle.core.bases import files, registry
from promptstyle.core.bases.registry import Base
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import Library, RunRecord
from promptstyle.core.paths import Home
from promptstyle.core.run_folder import RunFolder


@dataclass(frozen=True)
class BaseStanding:
    """A base that was looked at, and what it is to a profile.

    `run` is the id of the run that writes with it; `hint` says what to do where it is not ready;
    `files` are (name, bytes) of what the program reads from its folder, as far as it is there.
    """

    base: Base
    used: bool
    run: str | None
    hint: str
    files: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class RunStanding:
    """A run, and whether the model that it made is still on the disk."""

    run: RunRecord
    whole: bool


def bases(home: Home, library: Library, profile: str) -> list[BaseStanding]:
    """Every base, as it stands with `profile`. Looks into folders and the hub's cache.

    Raises PromptstyleError if the list of added bases is damaged or there is no such profile.
    """
    used = library.profile(profile).base
    found = []
    for base in registry.bases(home):
        run = library.active_run(profile, base.name)
        hint = ""
        try:
            _ = base.folder
        except PromptstyleError as error:
            hint = error.hint
        found.append(
            BaseStanding(base, base.name == used, run.id if run else None, hint, _sizes(base))
        )
    return found


def runs(home: Home, library: Library, profile: str) -> list[RunStanding]:
    """The profile's runs, the newest first."""
    return [
        RunStanding(run, RunFolder(run.id, home.runs / run.id).there)
        for run in reversed(library.runs(profile))
    ]


def use_base(home: Home, library: Library, profile: str, name: str) -> RunRecord | None:
    """Have `profile` write with the base `name`; the run that then writes, if one does.

    Raises PromptstyleError, with the way out, if the base is missing or damaged.
    """
    base = registry.get(home, name)
    _ = base.folder
    library.set_base(profile, base.name)
    return library.active_run(profile, base.name)


def activate_run(home: Home, library: Library, run_id: str) -> RunRecord:
    """Have a run write for its profile, whose base becomes the run's.

    Raises PromptstyleError if there is no such run, or its model is gone from the disk.
    """
    folder = RunFolder(run_id, home.runs / library.run(run_id).id)
    if not folder.there:
        raise PromptstyleError(
            f"the model of {run_id} is gone: there is no {folder.gguf}",
            "put the file back, or let another run write",
            code="run_damaged",
        )
    return library.activate(run_id)


def _sizes(base: Base) -> tuple[tuple[str, int], ...]:
    if base.path is None or base.state != "ready":
        return ()
    # It may go away while it is looked at.
    with suppress(PromptstyleError, OSError):
        return tuple((path.name, path.stat().st_size) for path in files.needed_files(base.path))
    return ()
