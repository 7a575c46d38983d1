"""The journal of a retrain: its events on disk, for whoever looks at it from another process.

`models/building/<profile>.events.jsonl` begins anew with each retrain: a line on the process,
then every event as it was sent, at last `done` or `failed`. A retrain whose process is gone
without such an end was killed; its checkpoint is there, and the next one goes on from it.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from promptstyle.core import atomic, process
from promptstyle.core.channel import JobChannel, decode_line, encode_line
from promptstyle.core.errors import Cancelled, PromptstyleError
from promptstyle.core.jobs import GRACE
from promptstyle.core.library.records import now
from promptstyle.core.paths import Home

ENDS = ("done", "failed")

_READ = 65_536


def path(home: Home, profile: str) -> Path:
    """Where the journal of the profile's last retrain is."""
    return home.building / f"{profile}.events.jsonl"


class Tee:
    """The channel of a retrain that writes down what it sends. No error of the disk gets out."""

    def __init__(self, home: Home, profile: str, channel: JobChannel) -> None:
        """Begin the journal anew; only the holder of the retrain lock may."""
        self._channel = channel
        self._torn = False
        self._descriptor = _begin(path(home, profile), profile)

    def send(self, event: dict[str, Any]) -> None:
        """Write the event down, and send it."""
        self.note(event)
        self._channel.send(event)

    def check(self) -> None:
        """Raise Cancelled if the job is to stop."""
        self._channel.check()

    def note(self, event: dict[str, Any]) -> None:
        """Write the event down alone."""
        if self._descriptor is None:
            return
        line = encode_line(event)
        # After a line that the disk had no room for, its rest must not run into this one.
        line = b"\n" + line if self._torn else line
        try:
            self._torn = os.write(self._descriptor, line) < len(line)
        except OSError:
            self._torn = True

    def close(self) -> None:
        """Close the file; closing twice does no harm."""
        if self._descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = None


@contextmanager
def kept(home: Home, profile: str, channel: JobChannel) -> Iterator[Tee]:
    """A journal around a retrain: an error that leaves the block is written down as `failed`."""
    tee = Tee(home, profile, channel)
    try:
        yield tee
    # Also SystemExit: whoever follows must hear of every end.
    except BaseException as error:
        from promptstyle.core.failures import describe

        # Who stops the process stops what it has just started too, which then seems to have died.
        try:
            channel.check()
        except Cancelled as asked:
            tee.note(_failed(describe(asked)))
            raise asked from error
        tee.note(_failed(describe(error)))
        raise
    finally:
        tee.close()


@dataclass(frozen=True)
class Journal:
    """What the journal said when it was read: of which retrain, and its events so far."""

    pid: int
    profile: str
    time: str
    events: tuple[dict[str, Any], ...]
    running: bool

    @classmethod
    def read(cls, home: Home, profile: str) -> Journal | None:
        """The journal of the profile's last retrain; None if there is none to be read."""
        with _opened(home, profile) as reader:
            if reader is None:
                return None
            # Before the events: a process that is gone has written its end by then.
            alive = reader.alive
            events = tuple(reader.new())
        over = any(event["event"] in ENDS for event in events)
        return cls(reader.pid, reader.profile, reader.time, events, alive and not over)

    @property
    def end(self) -> dict[str, Any] | None:
        """Its `done` or `failed`; None if it runs, or was killed."""
        return next((event for event in self.events if event["event"] in ENDS), None)

    @property
    def killed(self) -> bool:
        """Whether its process is gone without an end; the next retrain goes on from there."""
        return not self.running and self.end is None


def running(home: Home, profile: str) -> int | None:
    """The process id of a retrain of `profile` that runs now, in whatever process; else None."""
    journal = Journal.read(home, profile)
    return journal.pid if journal is not None and journal.running else None


def follow(
    home: Home, profile: str, stop: Callable[[], bool], poll: float = 0.2
) -> Iterator[dict[str, Any]]:
    """Every event of the profile's last retrain so far, then new ones as they come.

    Ends after `done` or `failed`, which it yields too, or once `stop` says so; between two looks
    at the file it sleeps `poll` seconds, so use it in a thread. It stays with one retrain, also
    if another begins. Raises PromptstyleError: `no_retrain` if there is no journal, `crashed` if
    the process is gone without an end.
    """
    with _opened(home, profile) as reader:
        if reader is None:
            raise PromptstyleError(
                f"there is no retrain of {profile!r} to follow",
                "`promptstyle retrain` starts one",
                code="no_retrain",
            )
        while not stop():
            alive = reader.alive
            for event in reader.new():
                yield event
                if event["event"] in ENDS:
                    return
            if not alive:
                raise PromptstyleError(
                    f"the retrain of {profile!r} ended without a result (process {reader.pid})",
                    "the next retrain goes on from its last checkpoint; "
                    f"its log is {home.logs / 'retrain.log'}",
                    code="crashed",
                )
            time.sleep(poll)


def stop(home: Home, profile: str, grace: float = GRACE) -> bool:
    """Cancel a retrain of `profile` that runs in another process; whether there was one.

    Asks it to end, kills it and its group after `grace` seconds, and waits for the end. Its
    checkpoint stays: the next retrain goes on from there. No other process is ever signalled.
    Raises PromptstyleError if the process belongs to someone else.
    """
    with _opened(home, profile, os.O_RDWR | os.O_APPEND) as reader:
        if reader is None or not reader.alive or reader.ended():
            return False
        process.end(reader.pid, reader.born, grace)
        if not reader.ended():
            # Into the file that was read: a retrain that began meanwhile has another one.
            reader.add(_failed(Cancelled(hint="the next retrain goes on from its checkpoint")))
    return True


class _Reader:
    """An open journal: what its first line says, and the events after it as they come."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        first, _, self._rest = self._more().partition(b"\n")
        head = decode_line(first) or {}
        pid = head.get("pid")
        self.pid: int = pid if type(pid) is int and head.get("event") == "journal" else 0
        # Empty where the system told nothing: then nobody can say that it is still the one.
        self.born = str(head.get("born") or "")
        self.profile = str(head.get("profile"))
        self.time = str(head.get("time"))

    @property
    def alive(self) -> bool:
        """Whether the very process that began the journal still runs."""
        return process.alive(self.pid, self.born)

    def new(self) -> Iterator[dict[str, Any]]:
        """The events whose lines are whole by now and were not given yet."""
        *lines, self._rest = (self._rest + self._more()).split(b"\n")
        for line in lines:
            event = decode_line(line)
            if event is not None and isinstance(event.get("event"), str):
                yield event

    def ended(self) -> bool:
        """Whether an end is among the new events."""
        return any(event["event"] in ENDS for event in self.new())

    def add(self, event: dict[str, Any]) -> None:
        """Write an event down for a retrain that no longer can."""
        with contextlib.suppress(OSError):
            # The newline ends what a kill may have cut off.
            os.write(self._descriptor, b"\n" + encode_line(event))

    def _more(self) -> bytes:
        parts = []
        while part := os.read(self._descriptor, _READ):
            parts.append(part)
        return b"".join(parts)


@contextmanager
def _opened(home: Home, profile: str, flags: int = os.O_RDONLY) -> Iterator[_Reader | None]:
    """The journal, open; None if there is none, or none that names its process."""
    try:
        descriptor = os.open(path(home, profile), flags)
    # ValueError: a name that no file can have.
    except (OSError, ValueError):
        yield None
        return
    try:
        reader = _Reader(descriptor)
        yield reader if reader.pid > 0 else None
    finally:
        os.close(descriptor)


def _begin(place: Path, profile: str) -> int | None:
    pid = os.getpid()
    head = {"event": "journal", "pid": pid, "profile": profile, "time": now()}
    try:
        # A new file in place of the old one: who follows the old retrain still has its events.
        line = encode_line({**head, "born": process.birth(pid)})
        atomic.write_text(place, line.decode("ascii"))
        return os.open(place, os.O_WRONLY | os.O_APPEND)
    except OSError:
        # The events of another retrain must not pass for this one's.
        with contextlib.suppress(OSError):
            place.unlink()
        return None


def _failed(error: PromptstyleError) -> dict[str, Any]:
    told = {"code": error.code, "message": error.message, "hint": error.hint}
    return {"event": "failed", **told}
