"""A program in a pseudo-terminal, and what it draws there, byte for byte."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

PATIENCE = 120.0


class Terminal:
    """A context manager; the program is ended with it. Times are of `time.perf_counter`."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], *, columns: int = 80, rows: int = 24
    ) -> None:
        self.started = time.perf_counter()
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            os.execve(command[0], list(command), {**env, "TERM": "xterm-256color"})
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)
        # Everything since the last `forget`.
        self.seen = b""

    def send(self, keys: str) -> float:
        """Press keys; the time at which they were."""
        self.seen = b""
        now = time.perf_counter()
        os.write(self._master, keys.encode())
        return now

    def wait(self, there: Callable[[bytes], object]) -> float:
        """Read until `there(what was drawn since the last keys)`; the time at which it was."""
        end = time.monotonic() + PATIENCE
        while not there(self.seen):
            if time.monotonic() > end:
                raise TimeoutError(f"never drawn; last: {self.seen[-2000:]!r}")
            self.read(0.5)
        return time.perf_counter()

    def read(self, seconds: float) -> bool:
        """Take what is drawn within `seconds`; whether there was anything."""
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        try:
            self.seen += os.read(self._master, 1 << 16)
        except OSError:
            raise EOFError(f"the program has ended; last: {self.seen[-2000:]!r}") from None
        return True

    def rest(self, seconds: float) -> None:
        """Read on for a while, so that the program never waits for us."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._master)
