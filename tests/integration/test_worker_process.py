"""Real child processes: what they print, how they end, how they are stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from promptstyle.core.errors import Cancelled, PromptstyleError, UsageError
from promptstyle.core.jobs import Job, WorkerTraceback
from promptstyle.core.process import NICENESS

HERE = Path(__file__).parent
ENV = {"PYTHONPATH": str(HERE)}


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., Job]:
    def start(name: str, **args: Any) -> Job:
        return Job.start(f"worker_jobs:{name}", args, log=tmp_path / "logs" / "job.log", env=ENV)

    return start


def gone(pid: int) -> bool:
    """Whether the process has ended (a zombie that init has not collected counts as ended)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


def wait_until(condition: Callable[[], bool]) -> None:
    """Poll; a condition that never comes true runs into the suite's timeout."""
    while not condition():
        time.sleep(0.01)


def test_requests_events_and_a_result(start: Callable[..., Job]) -> None:
    with start("echo", words=["é", "\ud800", "\n"], path=HERE) as job:
        assert job.receive() == {"event": "ready"}
        job.send({"op": "say", "text": "zwölf\u2028\x00"})
        assert job.receive() == {
            "event": "echo",
            "request": {"op": "say", "text": "zwölf\u2028\x00"},
        }
        job.send({"op": "done"})
        assert list(job.events()) == []
        assert job.result() == {"args": {"words": ["é", "\ud800", "\n"], "path": str(HERE)}}
        assert not job.running


def test_a_megabyte_of_stray_output_neither_hangs_nor_corrupts(start: Callable[..., Job]) -> None:
    with start("chatty") as job:
        assert [event["event"] for event in job.events()] == ["before", "after"]
        assert job.result() == {"read": ""}
        assert job.log.stat().st_size >= 2 * 1024 * 1024
        assert b"from a grandchild" in job.log.read_bytes()


def test_unreadable_lines_are_logged_and_skipped_both_ways(start: Callable[..., Job]) -> None:
    with start("junk") as job:
        assert [event["event"] for event in job.events()] == ["before", "after"]
        assert job.result() == {}
        assert "not json" in job.log.read_text()
    with start("echo") as job:
        assert job.receive() == {"event": "ready"}
        job._write(b"\xff{broken\n[]\n")
        job.send({"op": "say"})
        assert job.receive() == {"event": "echo", "request": {"op": "say"}}
        assert "broken" in job.log.read_text()


def test_cancel_reaches_a_job_that_waits(start: Callable[..., Job], tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    with start("tidy", mark=mark) as job:
        assert job.receive() == {"event": "ready"}
        job.cancel(grace=60)
        assert mark.read_text() == "tidied"
        with pytest.raises(Cancelled):
            job.result()


def test_cancel_kills_a_job_that_ignores_it_and_its_children(start: Callable[..., Job]) -> None:
    with start("deaf") as job:
        ready = job.receive()
        assert ready is not None
        job.cancel()
        assert not job.running
        wait_until(lambda: gone(ready["grandchild"]))
        with pytest.raises(Cancelled):
            job.result()


def test_leaving_the_block_ends_the_job(start: Callable[..., Job]) -> None:
    with pytest.raises(KeyboardInterrupt), start("patient") as job:
        assert job.receive() == {"event": "ready"}
        raise KeyboardInterrupt
    assert not job.running
    assert gone(job.pid)


def test_a_cancelled_job_that_had_finished_keeps_its_result(start: Callable[..., Job]) -> None:
    with start("echo", n=1) as job:
        job.send({"op": "done"})
        list(job.events())
        job.cancel()
        assert job.result() == {"args": {"n": 1}}


@pytest.mark.parametrize(
    ("kind", "type_", "message", "code"),
    [
        ("known", PromptstyleError, "the disk is full", "disk"),
        ("usage", UsageError, "no such recipe", "usage"),
    ],
)
def test_errors_cross_the_border(
    start: Callable[..., Job], kind: str, type_: type, message: str, code: str
) -> None:
    with start("fail", kind=kind) as job, pytest.raises(PromptstyleError) as caught:
        job.result()
    assert type(caught.value) is type_
    assert (caught.value.message, caught.value.code) == (message, code)
    assert isinstance(caught.value.__cause__, WorkerTraceback)
    assert "worker_jobs.py" in str(caught.value.__cause__)


@pytest.mark.parametrize("kind", ["exit", "unknown"])
def test_unforeseen_errors_fail_with_a_log(start: Callable[..., Job], kind: str) -> None:
    with start("fail", kind=kind) as job, pytest.raises(PromptstyleError) as caught:
        job.result()
    assert caught.value.message and caught.value.hint
    assert "Traceback" in job.log.read_text()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_a_dead_child_leaves_its_last_word(start: Callable[..., Job], number: int) -> None:
    with start("die", signal=int(number)) as job, pytest.raises(PromptstyleError) as caught:
        job.result()
    assert caught.value.code == "crashed"
    assert signal.Signals(number).name in caught.value.message
    # One that was killed from outside has said nothing of it.
    assert ("the last word" in caught.value.message) is (number != signal.SIGKILL)
    assert str(job.log) in caught.value.hint


def test_unknown_jobs_are_named(start: Callable[..., Job], tmp_path: Path) -> None:
    with (
        Job.start("dance", {}, log=tmp_path / "job.log") as job,
        pytest.raises(PromptstyleError, match="dance") as caught,
    ):
        job.result()
    assert "engine" in caught.value.hint


def test_what_a_job_leaves_behind_ends_with_it(start: Callable[..., Job]) -> None:
    with start("leave") as job:
        value = job.result()
        wait_until(lambda: gone(value["left"]))


def test_a_module_in_the_current_folder_is_not_imported(
    start: Callable[..., Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong json')")
    monkeypatch.chdir(tmp_path)
    with start("echo") as job:
        job.send({"op": "done"})
        assert job.result() == {"args": {}}


PARENT = """
import contextlib, signal, sys
from pathlib import Path
from promptstyle.core.jobs import Job

name, how, log, mark = sys.argv[1:]
args = {"mark": mark} | ({"detach": True} if how == "from the start" else {})
job = Job.start(f"worker_jobs:{name}", args, log=Path(log))
ready = job.receive()
if how.startswith("detach"):
    job.detach()
if how == "detach, close":
    job.close()
with job if how != "detach, exit" else contextlib.nullcontext():
    print(job.pid, ready.get("grandchild", job.pid), flush=True)
    if how == "detach, exit":
        sys.exit()
    while job.running:
        signal.pause()
"""


def parent(name: str, tmp_path: Path, how: str = "hold") -> tuple[subprocess.Popen[str], int, int]:
    arguments = [name, how, str(tmp_path / "job.log"), str(tmp_path / "mark")]
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT, *arguments],
        env={**os.environ, **ENV},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    with process.stdout:
        child, grandchild = map(int, process.stdout.readline().split())
    return process, child, grandchild


def test_a_killed_parent_leaves_no_orphans(tmp_path: Path) -> None:
    process, child, grandchild = parent("deaf", tmp_path)
    assert not gone(child) and not gone(grandchild)
    process.kill()
    process.wait()
    wait_until(lambda: gone(child) and gone(grandchild))


def test_an_interrupted_parent_takes_the_child_along(tmp_path: Path) -> None:
    process, child, grandchild = parent("deaf", tmp_path)
    process.send_signal(signal.SIGINT)
    assert process.wait() != 0
    assert gone(child)
    wait_until(lambda: gone(grandchild))


def test_a_detached_job_outlives_its_parent(tmp_path: Path) -> None:
    process, child, _ = parent("detached", tmp_path, "from the start")
    process.kill()
    process.wait()
    wait_until(lambda: gone(child))
    assert (tmp_path / "mark").read_text() == "done"


@pytest.mark.parametrize("how", ["detach, hold", "detach, close", "detach, exit"])
def test_a_job_that_is_let_go_ends_its_work_with_its_engine(tmp_path: Path, how: str) -> None:
    process, child, engine = parent("long", tmp_path, how)
    if how != "detach, exit":
        process.kill()
    process.wait()
    # It reports all the time: lines that nobody hears must not end it.
    wait_until(lambda: gone(child))
    assert (tmp_path / "mark").read_text() == "engine runs"
    wait_until(lambda: gone(engine))


def test_a_job_that_was_not_let_go_takes_its_engine_along(tmp_path: Path) -> None:
    process, child, engine = parent("long", tmp_path)
    assert not gone(child) and not gone(engine)
    process.kill()
    process.wait()
    wait_until(lambda: gone(child) and gone(engine))
    assert not (tmp_path / "mark").exists()


def test_a_job_that_was_let_go_can_still_be_stopped(start: Callable[..., Job]) -> None:
    with start("deaf") as job:
        ready = job.receive()
        assert ready is not None
        job.detach()
        assert job.detached
        job.cancel()
        assert not job.running
        wait_until(lambda: gone(ready["grandchild"]))
        with pytest.raises(Cancelled):
            job.result()


def test_a_job_that_is_let_go_still_reports_while_we_listen(start: Callable[..., Job]) -> None:
    with start("echo") as job:
        job.detach()
        assert job.receive() == {"event": "ready"}
        job.send({"op": "done"})
        assert job.result() == {"args": {}}


def test_a_long_job_gives_way_and_so_does_its_engine(
    start: Callable[..., Job], tmp_path: Path
) -> None:
    here = os.nice(0)
    wanted = min(here + NICENESS, 19)
    with start("modest", yields=True, log=tmp_path / "engine.log") as job:
        found = job.result()
    engine = found["engine"]
    assert (found["before"], found["after"]) == (here, wanted)
    assert (engine["before"], engine["after"]) == (wanted, wanted)
    # Each leads a session of its own, which would hide the niceness from all others.
    assert {found["session"], engine["session"]} in ({wanted}, {None})
