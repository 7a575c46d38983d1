"""Paths as people type them."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def typed_path(text: str) -> Path:
    """What a typed text stands for, as an absolute path; ~ is the user's home."""
    path = Path(text.strip() or ".")
    # RuntimeError: there is no such user.
    with suppress(RuntimeError):
        path = path.expanduser()
    return path.absolute()


def parts(text: str) -> tuple[Path, str]:
    """The folder to look into, and the beginning of the names in it."""
    # Not Path's: it takes "folder/." for the folder, and the dot is where hidden names begin.
    folder, start = os.path.split(os.path.expanduser(text.strip()))  # noqa: PTH111
    return typed_path(folder), start


def as_folder(path: Path) -> str:
    """With a separator at its end: what is typed next is a name in it."""
    text = str(path)
    return text if text.endswith(os.sep) else text + os.sep


def working_folder() -> Path:
    """The folder that the program was started in, or the home if that is gone."""
    try:
        return Path.cwd()
    except OSError:
        return Path.home()
