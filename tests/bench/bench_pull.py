"""Fetching a base from a hub on loopback: against a plain download and a hash of the same file.

    .venv/bin/python tests/bench/bench_pull.py [--megabytes 2200]

The connection breaks once at 40 %, as connections do; the plain download's does not. TinyLlama's
file has 2,200 MB, 300 are enough for the ratio.
"""

from __future__ import annotations

import argparse
import http.client
import os
import shutil
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from measuring import machine, table

from promptstyle.core.bases.files import sha256
from promptstyle.core.jobs import Job

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration"))
from local_hub import NAMES, LocalHub, serving

BLOCK = 1 << 20


def fill(folder: Path, megabytes: int) -> None:
    """Random bytes under the names of a base's files."""
    for name in NAMES:
        count = megabytes if name == NAMES[0] else 1
        with (folder / name).open("wb") as stream:
            for _ in range(count):
                stream.write(os.urandom(BLOCK))


def plain(hub: LocalHub, out: Path) -> float:
    """Seconds of one GET into a file, and of hashing it."""
    began = time.monotonic()
    connection = http.client.HTTPConnection(hub.endpoint.removeprefix("http://"))
    connection.request("GET", f"/cdn/{NAMES[0]}")
    with connection.getresponse() as answer, out.open("wb") as stream:
        shutil.copyfileobj(answer, stream, BLOCK)
    sha256(out)
    return time.monotonic() - began


def pulled(hub: LocalHub, root: Path) -> float:
    """Seconds of `pull`, its process and its libraries included."""
    pinned = hub.pinned(NAMES)
    hub.break_after.append(int(pinned.files[0].size * 0.4))
    began = time.monotonic()
    with Job.start(
        "worker_jobs:pull_pinned",
        {"pinned": asdict(pinned)},
        log=root / "pull.log",
        env=hub.environment(root / "cache"),
    ) as job:
        for _ in job.events():
            pass
        job.result()
    return time.monotonic() - began


def row(name: str, seconds: float, ratio: float, megabytes: int) -> list[str]:
    """One line of the table."""
    return [name, f"{seconds:.1f}", f"{megabytes / seconds:.0f}", f"{ratio:.2f}"]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--megabytes", type=int, default=300)
    given = options.parse_args()
    root = Path(tempfile.mkdtemp(prefix="bench-pull-"))
    try:
        served = root / "served"
        served.mkdir()
        fill(served, given.megabytes)
        with serving(served, "some/model", "c" * 40) as hub:
            fast = plain(hub, root / "plain")
            slow = pulled(hub, root)
            again = [asked for asked in hub.asked("GET", NAMES[0]) if asked]
    finally:
        shutil.rmtree(root, ignore_errors=True)
    print(machine())
    print(
        table(
            ["", "seconds", "MB/s", "ratio"],
            [
                row("plain GET, then SHA-256", fast, 1.0, given.megabytes),
                row("pull, broken once", slow, slow / fast, given.megabytes),
            ],
        )
    )
    print(f"went on at: {', '.join(again)}")


if __name__ == "__main__":
    main()
