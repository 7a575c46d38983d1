"""Processes by their ids: which one it is, and ending the right one only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from promptstyle.core import process

READY = "import signal; print('ready', flush=True); signal.pause()"
Start = Callable[..., subprocess.Popen[bytes]]
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {READY}"


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []

    def start(code: str, own_group: bool = True) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=own_group
        )
        started.append(child)
        assert child.stdout is not None
        child.stdout.readline()
        return child

    yield start
    for child in started:
        child.kill()
        child.communicate()


@pytest.mark.parametrize("look", [process.birth, process._by_ps])
def test_a_birth_is_of_one_process_for_its_life(
    start: Start, look: Callable[[int], str | None]
) -> None:
    child = start(READY)
    born = look(child.pid)
    assert born and look(child.pid) == born
    os.kill(child.pid, signal.SIGKILL)
    # Ended and not collected, then collected.
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert look(child.pid) is None
    child.wait()
    assert look(child.pid) is None


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere births are to the second")
def test_two_processes_have_two_births(start: Start) -> None:
    child = start(READY)
    assert process.birth(child.pid) != process.birth(os.getpid())


def test_a_name_with_parentheses_is_read(start: Start) -> None:
    if sys.platform != "linux":
        pytest.skip("a process names itself by prctl on Linux only")
    rename = "import ctypes; ctypes.CDLL(None).prctl(15, b'a) Z 1 (b', 0, 0, 0);"
    child = start(rename + READY)
    assert process.birth(child.pid)


@pytest.mark.parametrize(("code", "ended_by"), [(READY, signal.SIGTERM), (DEAF, signal.SIGKILL)])
@pytest.mark.parametrize("own_group", [True, False])
def test_the_deaf_are_killed(start: Start, code: str, ended_by: int, own_group: bool) -> None:
    child = start(code, own_group)
    bystander = start(READY, own_group=False)
    born = process.birth(child.pid)
    assert born is not None
    process.end(child.pid, born, grace=0.2 if ended_by == signal.SIGKILL else 60)
    assert child.wait() == -ended_by
    # Ours, whose group it may have been in, and another of that group.
    assert bystander.poll() is None


def test_another_process_with_the_same_id_is_left_alone(start: Start) -> None:
    child = start(READY)
    process.end(child.pid, "earlier boot/17", grace=0)
    process.end(child.pid, "", grace=0)
    assert child.poll() is None
