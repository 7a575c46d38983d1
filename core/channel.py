"""The child's end of the line to its parent: JSON objects, one a line, both ways."""

from __future__ import annotations

import io
import json
import os
import queue
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import Any, NoReturn, Protocol

from promptstyle.core.errors import Cancelled

_READ = 65_536
# Seconds between two looks at the size of the log while the parent is silent.
_TICK = 2.0
# Seconds that a parent which no longer hears may take to end, or to say that we are detached.
_LAST_WORD = 5.0


def encode_line(message: dict[str, Any]) -> bytes:
    """`message` as one line of ASCII JSON. Raises TypeError for a value that has no JSON form."""
    return json.dumps(message, default=_plain, separators=(",", ":")).encode("ascii") + b"\n"


def decode_line(line: bytes) -> dict[str, Any] | None:
    """The object on `line`, or None where there is no JSON object on it."""
    try:
        message = json.loads(line)
    # A deep nest of brackets ends in RecursionError, not ValueError.
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


def _plain(value: Any) -> Any:
    """JSON forms of a path, of a set and of NumPy's and torch's scalars."""
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    item = getattr(value, "item", None)
    if callable(item):
        return item()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def take_over_standard_streams() -> tuple[int, int]:
    """Keep fds 0 and 1 for the protocol alone: (reader, writer), neither inherited by children.

    Afterwards fd 1 is the log (fd 2) and fd 0 is empty, so that neither a stray print, nor a
    C library, nor a program that the job starts can disturb the protocol.
    """
    sys.stdout.flush()
    reader, writer = os.dup(0), os.dup(1)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    os.dup2(2, 1)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Prints land in the log as they happen, in order with what comes on stderr.
        sys.stdout.reconfigure(line_buffering=True)
    return reader, writer


def end_group(status: int = 1) -> NoReturn:
    """End this process at once, and with it every process that it started."""
    if os.name == "posix" and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(status)


class JobChannel(Protocol):
    """What a job that only reports needs of its channel."""

    def send(self, event: dict[str, Any]) -> None:
        """Send one event."""

    def check(self) -> None:
        """Raise Cancelled if the job is to stop."""


class Channel:
    """Events to the parent, requests from it, and whether it has asked to stop.

    A thread reads the requests. The end of its input means that the parent is gone: then the
    process ends at once, unless `detach` is set, by the job's arguments or by the request
    `{"op": "detach"}`. Safe to use from several threads.
    """

    def __init__(
        self,
        reader: int,
        writer: int,
        *,
        tend: Callable[[], None] = lambda: None,
        on_orphaned: Callable[[], None] = end_group,
    ) -> None:
        """Talk over two file descriptors; `tend` is called now and then from the thread."""
        self.detach = False
        self._reader = reader
        self._writer = writer
        self._tend = tend
        self._on_orphaned = on_orphaned
        self._requests: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._cancelled = threading.Event()
        self._heard_all = threading.Event()
        self._withdrawn: set[int] = set()
        self._writing = threading.Lock()
        threading.Thread(target=self._listen, name="channel", daemon=True).start()

    def send(self, event: dict[str, Any]) -> None:
        """Send one event. If the parent is gone the process ends, or goes on if detached."""
        line = memoryview(encode_line(event))
        try:
            with self._writing:
                while line:
                    line = line[os.write(self._writer, line) :]
        except BrokenPipeError:
            # The request to detach may be among those that are not read yet.
            if not self.detach:
                self._heard_all.wait(_LAST_WORD)
            if not self.detach:
                self._on_orphaned()

    def receive(self, timeout: float | None = None) -> dict[str, Any] | None:
        """The next request; None when the parent has closed the line.

        Raises Cancelled once the parent has asked the job to stop, and TimeoutError after
        `timeout` seconds without a request.
        """
        self.check()
        try:
            request = self._requests.get(timeout=timeout)
        except queue.Empty:
            raise TimeoutError(f"no request within {timeout} seconds") from None
        self.check()
        if request is None:
            # The end stays the end, however often it is asked for.
            self._requests.put(None)
        return request

    @property
    def cancelled(self) -> bool:
        """Whether the parent has asked the whole job to stop."""
        return self._cancelled.is_set()

    def check(self) -> None:
        """Raise Cancelled if the parent has asked the whole job to stop."""
        if self._cancelled.is_set():
            raise Cancelled()

    def cancel(self) -> None:
        """Stop the whole job, as if the parent had asked for it. A signal handler may call it."""
        self._cancelled.set()
        # Wakes a job that waits for its next request.
        self._requests.put({})

    def withdrawn(self, request: int) -> bool:
        """Whether the parent has taken back the request with this `id`."""
        return request in self._withdrawn

    def settle(self, request: int) -> None:
        """Forget that a request was taken back: it has been answered."""
        self._withdrawn.discard(request)

    def _listen(self) -> None:
        for line in self._lines():
            message = decode_line(line)
            if message is None:
                print(f"skipped an unreadable request: {line[:200]!r}", file=sys.stderr, flush=True)
            elif message.get("op") == "detach":
                self.detach = True
            elif message.get("op") != "cancel":
                self._requests.put(message)
            elif isinstance(message.get("id"), int):
                self._withdrawn.add(message["id"])
            else:
                self.cancel()
        self._heard_all.set()
        if not self.detach:
            self._on_orphaned()
        self._requests.put(None)

    def _lines(self) -> Iterator[bytes]:
        rest = b""
        while True:
            while not select.select([self._reader], [], [], _TICK)[0]:
                self._tend()
            chunk = os.read(self._reader, _READ)
            if not chunk:
                return
            *whole, rest = (rest + chunk).split(b"\n")
            yield from (line for line in whole if line.strip())
