"""Output that is whole or absent, and errors of the disk in words."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from promptstyle.convert.errors import ConvertError

_FULL = {errno.ENOSPC, errno.EDQUOT}


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success it is synced and renamed over it.

    On any error the temporary file is removed and `path` stays as it was. The file is readable
    by its owner only. Raises ConvertError for a full disk or a folder that cannot be written.
    """
    with scratch(path) as temporary:
        yield temporary
        with disk_errors(path):
            with temporary.open("rb") as written:
                os.fsync(written.fileno())
            temporary.replace(path)
            _sync_folder(path.parent)


@contextmanager
def scratch(path: Path) -> Iterator[Path]:
    """Yield an empty temporary file beside `path`, which is removed in the end."""
    _remove_left_over(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with disk_errors(path):
            # Created here so that no reader ever sees the weights at a wider mode, and anew, so
            # that a link planted under this name is not followed.
            temporary.unlink(missing_ok=True)
            os.close(os.open(temporary, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600))
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn what the system says while writing `path` into a ConvertError."""
    try:
        yield
    except OSError as error:
        # numpy reports a short write without an error number.
        short = error.errno is None and "requested and" in str(error)
        if short or error.errno in _FULL:
            raise no_space(path) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise ConvertError(
                f"no permission to write {path}", "choose a folder that you may write to"
            ) from error
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            raise ConvertError(
                f"the folder {path.parent} does not exist", "create it, or choose another"
            ) from error
        raise ConvertError(
            f"{path} could not be written: {error}", "check the disk, then run it again"
        ) from error


def require_space(path: Path, needed: int) -> None:
    """Raise ConvertError unless the disk of `path` has `needed` bytes free."""
    with disk_errors(path):
        free = shutil.disk_usage(path.parent).free
    if free < needed:
        raise no_space(path, needed=needed, free=free)


def no_space(path: Path, *, needed: int | None = None, free: int | None = None) -> ConvertError:
    """The error for a full disk."""
    numbers = ""
    if needed is not None and free is not None:
        numbers = f": it needs {_megabytes(needed)} and {_megabytes(free)} are free"
    return ConvertError(
        f"the disk of {path} is full{numbers}",
        "free some space (old runs and cached models can go), then run it again",
    )


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"


def _remove_left_over(path: Path) -> None:
    """Remove what a killed process left of an earlier try at `path`."""
    pattern = re.compile(rf"\.{re.escape(path.name)}\.(\d+)\.tmp")
    with suppress(OSError):
        for entry in path.parent.iterdir():
            found = pattern.fullmatch(entry.name)
            if found and not _alive(int(found[1])):
                entry.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    if os.name != "posix":
        return True  # os.kill(pid, 0) ends the process on Windows
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _sync_folder(folder: Path) -> None:
    """Make the rename durable, where the system can."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
