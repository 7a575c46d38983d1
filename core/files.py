"""The user's own files: read no more than fits, write where nothing is lost."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from promptstyle.core.errors import PromptstyleError, UsageError

# 8,000 characters a text: this is room for more prompts than anyone has written.
MAX_BYTES = 256 * 1024 * 1024


def read_limited(file: BinaryIO, shown: str, limit: int = MAX_BYTES) -> bytes:
    """All of an open file, which messages call `shown`. Raises PromptstyleError if it is longer."""
    data = file.read(limit + 1)
    if len(data) > limit:
        raise PromptstyleError(
            f"{shown} is longer than {_size(limit)}",
            "is it the right file? Otherwise give it in parts",
        )
    return data


def _size(limit: int) -> str:
    mebibytes = limit // 1024 // 1024
    return f"{mebibytes} MiB" if mebibytes else f"{limit // 1024} KiB"


def read_file(path: Path) -> bytes:
    """The bytes of a file, also of a pipe. Raises OSError, PromptstyleError if it is too long."""
    with path.open("rb") as file:
        return read_limited(file, str(path))


def target(path: Path, *, overwrite: bool, otherwise: str = "give another path") -> Path:
    """The file that `path` stands for, as an absolute path; a link is followed to its file.

    Raises PromptstyleError where it cannot be written, before any work is done for it; for a
    file that is there already its code is "exists", and `otherwise` its hint.
    """
    path = _given(path)
    if path.is_symlink():
        # Writing is a rename, which would put a file in the place of the link.
        path = path.resolve()
    if path.is_dir():
        raise UsageError(f"{path} is a folder", "give the path of a file")
    if not path.parent.is_dir():
        raise PromptstyleError(
            f"there is no folder {path.parent}", "make it first, or write elsewhere"
        )
    if not path.exists():
        return path
    if not path.is_file():
        raise UsageError(f"{path} is a device or a pipe", "give the path of a file")
    # mktemp and its like make an empty file first; there is nothing in it to lose.
    if path.stat().st_size and not overwrite:
        raise PromptstyleError(f"{path} is there already", otherwise, code="exists")
    return path


def _given(path: Path) -> Path:
    if path == Path():
        raise UsageError("the path is empty", "say where it is to be written")
    return path.expanduser().absolute()


def target_folder(
    path: Path, ours: frozenset[str], *, overwrite: bool, otherwise: str = "give another path"
) -> Path:
    """The folder to be made that `path` stands for, as an absolute path.

    Raises PromptstyleError where it cannot be made, before any work is done for it. One that is
    there and not empty is in the way (code "exists") unless `overwrite`, and even then if it holds
    anything but files named as in `ours`: it would be lost. A file is always in the way.
    """
    path = _given(path)
    if path.is_symlink():
        path = path.resolve()
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path} is a file", "give the path of a folder to be made")
    if not path.parent.is_dir():
        raise PromptstyleError(
            f"there is no folder {path.parent}", "make it first, or write elsewhere"
        )
    inside = sorted(each.name for each in path.iterdir()) if path.is_dir() else []
    if inside and not overwrite:
        raise PromptstyleError(f"{path} is there already", otherwise, code="exists")
    foreign = [name for name in inside if name not in ours or (path / name).is_dir()]
    if foreign:
        raise PromptstyleError(
            f"{path} holds {foreign[0]}, which is not of an export",
            "give another path; a folder is overwritten only if nothing of yours is in it",
            code="exists",
        )
    return path
