"""The parent's way to the long jobs: each starts in a child process and is followed by events."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from promptstyle.core.jobs import Job
from promptstyle.core.paths import Home
from promptstyle.core.training.launched import launched
from promptstyle.core.training.template import Pair


def start_retrain(
    home: Home,
    profile: str,
    *,
    base: str | None = None,
    recipe: str = "default",
    keep_old: bool = False,
    merge: str | None = None,
) -> Job:
    """Start a retrain; its events are the contract's, its result is what `done` says.

    `merge` is one of `merging.MERGES`, None for what the settings say.
    """
    args = {
        "home": home.document(),
        "profile": profile,
        "base": base,
        "recipe": recipe,
        "keep_old": keep_old,
        "merge": merge,
    }
    # Each of several that train together has its own.
    rank = launched().rank
    return Job.start("retrain", args, log=home.logs / f"retrain{f'-{rank}' if rank else ''}.log")


def start_evaluate(
    home: Home,
    profile: str,
    *,
    test: Sequence[Pair] | None = None,
    folds: int | None = None,
    systems: Sequence[str] | None = None,
) -> Job:
    """Start an evaluation; its result is the contract's document."""
    args = {
        "home": home.document(),
        "profile": profile,
        "test": None if test is None else [list(pair) for pair in test],
        "folds": folds,
        "systems": None if systems is None else list(systems),
    }
    return Job.start("evaluate", args, log=home.logs / "evaluate.log")


def start_export(
    home: Home,
    profile: str,
    out: Path,
    quantize: str = "q8_0",
    *,
    kind: str = "gguf",
    separate: bool = False,
    overwrite: bool = False,
    check: bool = True,
) -> Job:
    """Start an export of the active model; `exporting.export_job` says what comes back."""
    args = {
        "home": home.document(),
        "profile": profile,
        "out": str(out.absolute()),
        "as": kind,
        "quantize": quantize,
        "separate": separate,
        "overwrite": overwrite,
        "check": check,
    }
    return Job.start("export", args, log=home.logs / "export.log")


def start_pull(home: Home, name: str) -> Job:
    """Start fetching a pinned base from the hub; its result is `{"path"}`."""
    return Job.start("pull", {"home": home.document(), "name": name}, log=home.logs / "pull.log")
