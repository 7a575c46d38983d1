"""Jobs for the tests of the child process; the worker imports this file by name."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from promptstyle.core.channel import Channel
from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.core.jobs import Job
from promptstyle.core.process import yield_to_others

MEGABYTE = 1024 * 1024


def echo(args: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """Answer every request with itself, until `{"op": "done"}`."""
    channel.send({"event": "ready"})
    while (request := channel.receive()) is not None and request["op"] != "done":
        channel.send({"event": "echo", "request": request})
    return {"args": args}


def chatty(args: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """Write a megabyte to each standard stream, on every level, between two events."""
    line = "x" * 1023 + "\n"
    channel.send({"event": "before"})
    for _ in range(MEGABYTE // len(line) // 2):
        print(line, end="")
        print(line, end="", file=sys.stderr)
        os.write(1, line.encode())
        os.write(2, line.encode())
    subprocess.run([sys.executable, "-c", "print('from a grandchild')"], check=True)
    channel.send({"event": "after"})
    return {"read": sys.stdin.read()}


def junk(args: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """Put lines that are no events on the private channel itself."""
    channel.send({"event": "before"})
    os.write(channel._writer, b"\xff\xfe not json\n[1]\n\n" + b"[" * 100_000 + b"\n")
    channel.send({"event": "after"})
    return {}


def patient(args: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """Wait for a request that never comes."""
    channel.send({"event": "ready"})
    channel.receive()
    return {}


def deaf(args: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """Never look at the channel; have a child that would outlive us."""
    grandchild = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    channel.send({"event": "ready", "grandchild": grandchild.pid})
    while True:
        signal.pause()


def tidy(args: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """Clean up when cancelled."""
    channel.send({"event": "ready"})
    try:
        channel.receive()
    finally:
        Path(args["mark"]).write_text("tidied")
    return {}


def fail(args: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """Raise what `kind` asks for."""
    kind = args["kind"]
    if kind == "known":
        raise PromptstyleError("the disk is full", "make room", code="disk")
    if kind == "usage":
        raise UsageError("no such recipe", "recipes: default")
    if kind == "exit":
        sys.exit(3)
    raise ValueError("seven is not a colour")


def die(args: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """Say a last word and end by a signal."""
    print("the last word", file=sys.stderr, flush=True)
    os.kill(os.getpid(), args["signal"])
    signal.pause()
    return {}


def leave(args: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """Return with a child still running that would keep every file descriptor open."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writer, b"!")
        while True:
            signal.pause()
    os.read(reader, 1)
    channel.send({"event": "ready", "grandchild": pid})
    return {"left": pid}


def detached(args: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """Outlive the parent: write the mark once it is gone."""
    channel.send({"event": "ready"})
    assert channel.receive() is None
    assert channel.receive() is None
    channel.send({"event": "nobody hears this"})
    Path(args["mark"]).write_text("done")
    return {}


def long(args: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """Report without a pause until the parent is gone, with an engine of our own; then the mark."""
    log = Path(args["mark"]).with_name("engine.log")
    with Job.start("worker_jobs:patient", {}, log=log) as engine:
        assert engine.receive() == {"event": "ready"}
        channel.send({"event": "ready", "grandchild": engine.pid})
        while True:
            channel.send({"event": "step"})
            try:
                # None: the parent is gone, and we are detached or we would be gone too.
                assert channel.receive(timeout=0) is None
                break
            except TimeoutError:
                continue
        for _ in range(3):
            channel.send({"event": "nobody hears this"})
        Path(args["mark"]).write_text("engine runs" if engine.running else "engine is gone")
    return {}


def modest(args: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """Give way, and report how far; `engine` does the same with a job that we start then."""
    before = os.nice(0)
    if args.get("yields"):
        yield_to_others()
    found = {"before": before, "after": os.nice(0), "session": autogroup()}
    if args.get("yields"):
        with Job.start("worker_jobs:modest", {}, log=Path(args["log"])) as engine:
            found["engine"] = engine.result()
    return found


def autogroup() -> int | None:
    """The niceness of this process's session, where there is such a thing."""
    try:
        return int(Path("/proc/self/autogroup").read_text().split()[-1])
    except FileNotFoundError:
        return None


def pull_pinned(args: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """`pull`, with files that a test's hub can serve in the place of a pinned base's."""
    from promptstyle.core.bases.pinned import PINNED, Pinned, PinnedFile
    from promptstyle.core.bases.pull import pull_job

    found = args["pinned"]
    files = tuple(PinnedFile(**row) for row in found.pop("files"))
    name = args.get("name", "tinyllama")
    PINNED[name] = Pinned(**found, files=files)
    return pull_job({"home": args.get("home"), "name": name}, channel)
