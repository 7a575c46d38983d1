"""What the measurements share: memory of a process and its children, and a table."""

from __future__ import annotations

import contextlib
import os
import platform
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

PERIOD = 0.1


class Memory:
    """Samples a process and all below it every tenth of a second (Linux). A context manager.

    `stage` may be set at any time; peaks are kept for each. Of each process `private` is what it
    allocated itself (RssAnon), and `resident` adds the pages of files that it has mapped, which
    the system can drop. In megabytes. `cpu` holds the processor seconds of the process when each
    stage was last seen: on a busy machine they say more than the wall clock.
    """

    def __init__(self, pid: int) -> None:
        self.stage = ""
        self.peaks: dict[str, dict[str, float]] = {}
        self.cpu: dict[str, float] = {}
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def peak(self, what: str = "resident") -> float:
        """The most that the process itself held in any stage."""
        return max((peak.get(what, 0.0) for peak in self.peaks.values()), default=0.0)

    def _sample(self) -> None:
        while not self._over.wait(PERIOD):
            peak = self.peaks.setdefault(self.stage, {})
            private, resident = memory_of(self._pid)
            self.cpu[self.stage] = max(cpu_of(self._pid), self.cpu.get(self.stage, 0.0))
            below = [memory_of(pid) for pid in descendants(self._pid)]
            for name, value in (
                ("private", private),
                ("resident", resident),
                ("children private", sum(item[0] for item in below)),
                ("children resident", sum(item[1] for item in below)),
            ):
                peak[name] = round(max(peak.get(name, 0.0), value), 1)


def memory_of(pid: int) -> tuple[float, float]:
    """(private, resident) megabytes of a process; zeros if it is gone."""
    found = {"RssAnon": 0.0, "VmRSS": 0.0}
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            name, _, value = line.partition(":")
            if name in found:
                found[name] = int(value.split()[0]) / 1024
    return found["RssAnon"], found["VmRSS"]


def cpu_of(pid: int) -> float:
    """The processor seconds of a process, all its threads together; 0 if it is gone."""
    with contextlib.suppress(OSError, IndexError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def descendants(pid: int) -> list[int]:
    """The processes below `pid`."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                # The name, in brackets, may hold blanks.
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
                children.setdefault(int(parent), []).append(int(entry.name))
    found, todo = [], [pid]
    while todo:
        below = children.get(todo.pop(), [])
        found += below
        todo += below
    return found


def machine() -> dict[str, Any]:
    """What the figures were measured on, other work included."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    return {
        "processor": names[0] if names else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        # Above the number of cores, other work was slowing this down.
        "load": round(os.getloadavg()[0], 1),
        "niceness": os.nice(0),
        "python": platform.python_version(),
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A plain table: the first column left, the others right."""
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )
