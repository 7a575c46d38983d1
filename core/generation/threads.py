"""How many threads the engine should use here, and how many for the next token."""

from __future__ import annotations

import os
from pathlib import Path
from statistics import median

# Beyond this a small model waits for memory, not for cores.
MOST = 8
# Up to this size of a file (bytes) one thread is as fast or faster, and a busy machine, where
# the others make each step wait, cannot slow it down tenfold; docs/generation.md has figures.
ONE_THREAD = 100_000_000

# Steps that a number of threads is judged by, and after how many it is compared with the others
# again: twice as many each time that nothing comes of it, up to the most.
TRIED, REST, MOST_REST = 5, 64, 4096
# So much slower than it used to be, and somebody else has come.
SLOWER = 1.6

_CPUS = Path("/sys/devices/system/cpu")
_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def default_threads(model_bytes: int, cpus: Path = _CPUS, quota: Path = _QUOTA) -> int:
    """One for a small model, else the physical cores that this process may run on, at most 8.

    Also at most what a container's quota grants. Two hardware threads of one core share its
    vector units, so counting both slows the engine.
    """
    if model_bytes <= ONE_THREAD:
        return 1
    if hasattr(os, "sched_getaffinity"):
        allowed = os.sched_getaffinity(0)
    else:
        allowed = set(range(os.cpu_count() or 1))
    cores = {_core(cpus, number) for number in allowed}
    return max(1, min(len(cores), _granted(quota), MOST))


def _core(cpus: Path, number: int) -> tuple[str, str]:
    """The (package, core) that a logical processor belongs to; itself where nobody says."""
    topology = cpus / f"cpu{number}" / "topology"
    try:
        package = (topology / "physical_package_id").read_text().strip()
        return package, (topology / "core_id").read_text().strip()
    except OSError:
        return "cpu", str(number)


def _granted(quota: Path) -> int:
    """Whole processors that the control group (version 2) grants; many where it sets no limit."""
    try:
        granted, period = quota.read_text().split()
        return max(1, int(granted) // int(period))
    except (OSError, ValueError):
        return MOST


class StepThreads:
    """How many threads take the next step (a token): what was quickest here lately.

    Threads wait for each other many times a step. Two are a third faster than one where the
    machine is idle, and a fifth as fast where a neighbour has one of their cores
    (docs/generation.md). What they compute is the same to the last bit.
    """

    def __init__(self, most: int, least: int = 1) -> None:
        """From `least` to `most` threads."""
        between = {number for number in (1, 2, 4) if least <= number < most}
        self._numbers = sorted({most, *between}, reverse=True)
        self._seconds: dict[int, float] = {}
        self._to_try = list(self._numbers)
        self._best, self._steps, self._rest = self._numbers[0], 0, REST
        self._latest: list[float] = []

    @property
    def number(self) -> int:
        """How many the next step should take."""
        return self._to_try[0] if self._to_try else self._best

    def took(self, seconds: float) -> None:
        """The step took so long with that `number`."""
        if len(self._numbers) == 1:
            return
        number = self.number
        self._latest = [*self._latest[1 - TRIED :], seconds]
        self._steps += 1
        if len(self._latest) < TRIED:
            return
        usual = median(self._latest)
        if self._to_try:
            self._seconds[self._to_try.pop(0)] = usual
            self._latest = []
            if not self._to_try:
                self._decide()
        elif usual > SLOWER * self._seconds[number]:
            self._rest = REST
            self._look_again(self._numbers)
        elif self._steps >= self._rest:
            self._seconds[number] = usual
            self._look_again([n for n in self._numbers if n != number])

    def _look_again(self, numbers: list[int]) -> None:
        self._to_try, self._latest, self._steps = list(numbers), [], 0

    def _decide(self) -> None:
        best = min(self._numbers, key=lambda number: self._seconds[number])
        self._rest = min(2 * self._rest, MOST_REST) if best == self._best else REST
        self._best, self._steps = best, 0
