"""How many threads torch trains with: decided at the start, and taken back on a busy machine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from promptstyle.core.training.precision import available_cores
from promptstyle.core.training.recipes import SMALL_BASE

# Share of all cores that others use below which nobody is at work, and the seconds it is looked at.
IDLE, LOOK = 0.1, 0.5
# Updates differ in length, not by this much in pace; with a neighbour on one core it is fivefold.
SLOW = 2.5


def usual_threads(processes: int = 1) -> int:
    """All cores but one: torch's threads wait for each other, so one busy neighbour slows all.

    For each of several `processes` on this machine, its part of the cores.
    """
    cores = available_cores()
    return max(1, cores - 1 if processes == 1 else cores // processes)


def most_threads(parameters: int, processes: int = 1) -> int:
    """All cores for a large base on an idle machine, where nothing is done beside; else the usual.

    Beside the training of a small one it is tested (`evaluation/ahead.py`).
    """
    if parameters >= SMALL_BASE and processes == 1 and _busy() < IDLE:
        return available_cores()
    return usual_threads(processes)


class Pace:
    """Watches how fast the updates are, and gives up a thread when a neighbour slows them."""

    def __init__(self, usual: int) -> None:
        """`usual` threads are what to go down to."""
        self._usual = usual
        self._best = float("inf")

    @contextmanager
    def update(self, tokens: int) -> Iterator[None]:
        """Around the work of an update over so many tokens."""
        import torch

        begin = time.monotonic()
        yield
        pace = (time.monotonic() - begin) / max(tokens, 1)
        self._best = min(self._best, pace)
        if pace > SLOW * self._best and torch.get_num_threads() > self._usual:
            torch.set_num_threads(self._usual)


def _busy() -> float:
    """The share of all cores' time that is used now, while this thread waits; 1 if nobody knows."""
    begin = _times()
    time.sleep(LOOK)
    end = _times()
    if begin is None or end is None or end[1] <= begin[1]:
        return 1.0
    return 1 - (end[0] - begin[0]) / (end[1] - begin[1])


def _times(stat: Path = Path("/proc/stat")) -> tuple[int, int] | None:
    """(idle, all) ticks of all cores since the start of the machine; Linux has them."""
    try:
        ticks = [int(word) for word in stat.read_text("ascii").split("\n", 1)[0].split()[1:9]]
        return ticks[3] + ticks[4], sum(ticks)
    except (OSError, ValueError, IndexError):
        return None
