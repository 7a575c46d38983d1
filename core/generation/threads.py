"""How many threads the engine should use here."""

from __future__ import annotations

import os
from pathlib import Path

# Beyond this a small model waits for memory, not for cores.
MOST = 8
# Up to this size of a file (bytes) one thread is as fast or faster, and a busy machine, where
# the others make each step wait, cannot slow it down tenfold; docs/generation.md has figures.
ONE_THREAD = 100_000_000

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
