"""How many threads torch trains with: one more where a core is free, one less on a busy machine."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from promptstyle.core.training.precision import available_cores

# Cores that others may use while the last one is still free, and the seconds they are watched for.
FREE, LOOK = 0.25, 1.0
# Updates differ in length, not by this much in pace; with a neighbour on one core it is fivefold.
SLOW = 2.5


def usual_threads(processes: int = 1) -> int:
    """All cores but one: torch's threads wait for each other, so one busy neighbour slows all.

    For each of several `processes` on this machine, its part of the cores.
    """
    cores = available_cores()
    return max(1, cores - 1 if processes == 1 else cores // processes)


class Pace:
    """Watches the updates: takes a core that nobody uses, and gives it back when they get slow.

    While a small base is trained it is also tested (`evaluation/ahead.py`): the core is taken when
    that is over.
    """

    def __init__(self, processes: int = 1) -> None:
        """Set the usual threads, and begin to watch what others use."""
        import torch

        self._usual = usual_threads(processes)
        # Of several processes each has its part; their neighbours are each other.
        self._more = available_cores() if processes == 1 else self._usual
        self._best = float("inf")
        self._seen = _look()
        torch.set_num_threads(self._usual)

    @contextmanager
    def update(self, tokens: int) -> Iterator[None]:
        """Around the work of an update over so many tokens."""
        import torch

        # Set where the work is done: the count is the thread's own.
        if torch.get_num_threads() < self._more and self._alone():
            torch.set_num_threads(self._more)
        begin = time.monotonic()
        yield
        pace = (time.monotonic() - begin) / max(tokens, 1)
        self._best = min(self._best, pace)
        if pace > SLOW * self._best and torch.get_num_threads() > self._usual:
            torch.set_num_threads(self._usual)
            # Whoever came may come again.
            self._more = self._usual

    def _alone(self) -> bool:
        """Whether others have left a core free since this was last asked, LOOK seconds or more."""
        now, before = _look(), self._seen
        if now is None or before is None:
            return False
        seconds = now[0] - before[0]
        if seconds < LOOK:
            return False
        self._seen = now
        # Less than nothing where the counters stand still: then nobody knows.
        return -FREE < (now[1] - before[1]) / seconds < FREE


def _look() -> tuple[float, float] | None:
    """(seconds, processor seconds that others have used) since some moment; Linux tells."""
    seconds, ours = time.monotonic(), time.process_time()
    used = _used()
    return None if used is None else (seconds, used - ours)


def _used(stat: Path = Path("/proc/stat")) -> float | None:
    """Processor seconds that all have used since the start of the machine; Linux counts them."""
    try:
        ticks = [int(word) for word in stat.read_text("ascii").split("\n", 1)[0].split()[1:9]]
        # Neither idle nor waiting for the disk.
        return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        return None
