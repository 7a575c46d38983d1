"""The log file of a child process: bounded in size, the last few kept."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import stat
from pathlib import Path
from typing import BinaryIO

# Bytes at which a running child's log loses its older part, and what is then left.
LIMIT = 4 * 1024 * 1024
KEPT_TAIL = 1024 * 1024
# Logs of earlier children with the same name: engine.1.log is the youngest.
KEPT_FILES = 3

_READ_TAIL = 64 * 1024
_LONGEST_LINE = 300
# The frames that faulthandler and gdb print after the line that says what happened.
_TRACE = re.compile(
    rb"^(Fatal Python error|Current thread|Thread 0x|Stack \(most|Extension modules|\s|#\d+ |"
    rb"\[New LWP)"
)


def open_log(path: Path) -> BinaryIO:
    """A fresh log at `path`, readable by its owner only; an earlier one moves to `.1`, and so on.

    Opened for appending (several processes write to it) and for reading. Raises OSError.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _rotate(path)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    return os.fdopen(descriptor, "ab+", buffering=0)


def _rotate(path: Path) -> None:
    kept = [path, *(path.with_suffix(f".{n}{path.suffix}") for n in range(1, KEPT_FILES + 1))]
    # Another process may be rotating the same names: a file that is gone is no trouble.
    for younger, older in reversed(list(itertools.pairwise(kept))):
        with contextlib.suppress(FileNotFoundError):
            younger.replace(older)


def trim(descriptor: int, limit: int = LIMIT, kept: int = KEPT_TAIL) -> None:
    """Cut the log that `descriptor` appends to down to its last `kept` bytes once over `limit`.

    Nothing happens if it is not a regular file. Lines that others append meanwhile may be lost.
    """
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size <= limit:
            return
        tail = os.pread(descriptor, kept, status.st_size - kept)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, b"[older lines were dropped]\n" + tail.partition(b"\n")[2])
    except OSError:
        # A log must never be the reason that the work fails.
        return


def last_line(log: BinaryIO) -> str:
    """The last line that says something, traces of a crash left out; empty if there is none."""
    end = os.fstat(log.fileno()).st_size
    tail = os.pread(log.fileno(), _READ_TAIL, max(0, end - _READ_TAIL))
    lines = [line for line in tail.splitlines() if line.strip() and not _TRACE.match(line)]
    if not lines:
        lines = [line for line in tail.splitlines() if line.startswith(b"Fatal Python error")]
    text = lines[-1].decode("utf-8", "replace").strip() if lines else ""
    return text if len(text) <= _LONGEST_LINE else text[: _LONGEST_LINE - 1] + "…"
