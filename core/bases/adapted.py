"""Pinned bases that were taught this program's task: the hub's weights, and an adapter of ours.

A pretrained model of this size writes English, and neither prompts nor in anybody's manner. The
adapter in `assets`, learnt from many authors (`core/pretraining/adapting.py`), is merged into the
weights once, so that whatever uses the base finds an ordinary folder.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from promptstyle.core import atomic
from promptstyle.core.assets import asset
from promptstyle.core.bases import files, sums
from promptstyle.core.bases.pinned import PINNED
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.paths import Home

# Lines of notes on near topics that the adapter has learnt to read (`Base.parts`).
IDEAS = 1


def adapter_folder(name: str) -> Path:
    """The folder of the adapter that ships for the pinned base `name`."""
    return asset(PINNED[name].adapter)


def folder(home: Home, name: str) -> Path:
    """Where the base is once it is made. Another commit or another adapter is another base."""
    listing = adapter_folder(name) / sums.SUMS
    # Where the installation lacks it, that is said when the base is to be made.
    recorded = listing.read_bytes() if listing.is_file() else b""
    digest = hashlib.sha256(PINNED[name].revision.encode() + recorded).hexdigest()
    return home.models / "bases" / f"{name}-{digest[:12]}"


def need_space(home: Home, name: str) -> None:
    """Raise ConvertError unless the base `name` has room among this home's models."""
    from promptstyle.convert.atomic import require_space

    made = folder(home, name)
    made.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    require_space(made, PINNED[name].size)


def make(
    home: Home, name: str, source: Path, progress: Callable[[int, int], None] | None = None
) -> Path:
    """The base `name`, made of the weights in `source` unless it is there; returns its folder.

    It appears whole or not at all, and one that went bad since is made anew. Raises ConvertError,
    and PromptstyleError if another process is making it or the adapter is not as it was shipped.
    """
    from filelock import FileLock, Timeout

    from promptstyle.convert import write_base

    made, adapter = folder(home, name), adapter_folder(name)
    made.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with FileLock(made.parent / f"{name}.lock", timeout=0):
            if is_whole(made):
                return made
            if not sums.agree(adapter):
                raise PromptstyleError(
                    f"the adapter for {name} in {adapter} is not as it was shipped",
                    "install promptstyle again: its own files are incomplete",
                    code="installation",
                )
            half, old = (made.with_name(f".{made.name}.{what}") for what in ("half", "old"))
            for left in (half, old):
                shutil.rmtree(left, ignore_errors=True)
            settings = {"promptstyle": {"ideas": IDEAS}}
            write_base(source, adapter, half, settings=settings, progress=progress)
            sums.write(half, [path.name for path in files.needed_files(half)])
            if made.exists():
                made.rename(old)
            half.rename(made)
            atomic.sync_folder(made.parent)
            shutil.rmtree(old, ignore_errors=True)
    except Timeout:
        raise PromptstyleError(
            f"{name} is being made by another process",
            "wait for it, then run it again",
            code="busy",
        ) from None
    return made


def is_whole(made: Path) -> bool:
    """Whether the folder's files are, byte by byte, those that were written."""
    try:
        needed = {path.name for path in files.needed_files(made)}
    except (OSError, PromptstyleError):
        return False
    return sums.agree(made, needed)
