"""Processes by their ids: is it still the one that was meant, end it, how much it may take."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from promptstyle.core.errors import PromptstyleError

# How much lower than the person at the keyboard a long job stands (nice(2): 0 to 19).
NICENESS = 5

_PROC = Path("/proc")
# Seconds between two looks at a process that was told to end.
_POLL = 0.02
# Seconds that the system may take to end a process that was killed.
_KILLED = 10.0
# The kernel takes a new weight for a session once in a tenth of a second, for all users together.
_SESSION_TRIES, _SESSION_WAIT = 3, 0.15


def birth(pid: int) -> str | None:
    """A mark of when the process began, which a later one with the same id does not share.

    None if there is no such process, or if it has ended and only waits to be collected.
    """
    return _by_proc(pid) if sys.platform == "linux" else _by_ps(pid)


def alive(pid: int, born: str) -> bool:
    """Whether the process `pid` with that `birth` still runs."""
    return birth(pid) == born


def end(pid: int, born: str, grace: float) -> None:
    """Ask the process and its group to end (SIGTERM); after `grace` seconds kill them (SIGKILL).

    Waits for the end. Right before each signal the `birth` is looked at, so that no other process
    with the same id is hit. Raises PromptstyleError if the process may not be signalled or stays.
    """
    for number, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, _KILLED)):
        if not alive(pid, born):
            return
        try:
            _signal(pid, number)
        except ProcessLookupError:
            return
        except PermissionError as error:
            raise PromptstyleError(
                f"the process {pid} belongs to someone else and cannot be stopped",
                "stop it as the user who started it",
                code="no_permission",
            ) from error
        until = time.monotonic() + patience
        while alive(pid, born) and time.monotonic() < until:
            time.sleep(_POLL)
    if alive(pid, born):
        raise PromptstyleError(
            f"the process {pid} was killed and is still there",
            "the disk may be slow to answer: wait a little and look again",
            code="stuck",
        )


def yield_to_others() -> None:
    """Have this process and all that it starts from now on give way to the user's own programs.

    Where the system does not allow it, nothing changes.
    """
    if os.name == "posix":
        with contextlib.suppress(OSError):
            os.nice(NICENESS)
        match_session()


def match_session() -> None:
    """Give this process's session the weight that its niceness asks for.

    Linux shares the processors out among sessions first (sched(7), "The autogroup feature"), and
    every job leads one of its own: without this its niceness would count for nothing.
    """
    autogroup = _PROC / "self" / "autogroup"
    try:
        # Never the session of the user's shell.
        if os.name != "posix" or os.getsid(0) != os.getpid() or not autogroup.exists():
            return
        niceness = os.nice(0)
        for _ in range(_SESSION_TRIES if niceness > 0 else 0):
            with contextlib.suppress(BlockingIOError):
                autogroup.write_text(f"{niceness}\n")
                return
            time.sleep(_SESSION_WAIT)
    except OSError:
        # A kernel without it, or one that does not let us: then only the niceness counts.
        return


def _signal(pid: int, number: int) -> None:
    # A job leads its group. The group of one that does not is not ours to end.
    if os.getpgid(pid) == pid:
        os.killpg(pid, number)
    else:
        os.kill(pid, number)


def _by_proc(pid: int) -> str | None:
    try:
        stat = (_PROC / str(pid) / "stat").read_text("ascii", "replace")
        boot = (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return None
    # The name, in parentheses, may hold anything; the state comes after it (proc(5)).
    fields = stat.rpartition(")")[2].split()
    state, ticks = fields[0], fields[19]
    return None if state in "ZX" else f"{boot}/{ticks}"


def _by_ps(pid: int) -> str | None:
    """The same for other systems, to the second."""
    try:
        done = subprocess.run(
            ["ps", "-o", "stat=", "-o", "lstart=", "-p", str(pid)],
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return None
    state, _, started = done.stdout.strip().partition(" ")
    return None if not started or state.startswith("Z") else started.strip()
