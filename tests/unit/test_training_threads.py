"""How many threads torch trains with; torch itself is asked in the integration tests."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from promptstyle.core.training import threads
from promptstyle.core.training.recipes import SMALL_BASE


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Four cores and what others use of them, which a test may change."""
    found = SimpleNamespace(cores=4, busy=0.02)
    monkeypatch.setattr(threads, "available_cores", lambda: found.cores)
    monkeypatch.setattr(threads, "_busy", lambda: found.busy)
    return found


def test_a_large_base_gets_an_idle_machine_whole(machine: SimpleNamespace) -> None:
    assert threads.most_threads(SMALL_BASE) == 4
    # A small one leaves a core to its test, and a busy machine one to whoever is busy.
    assert threads.most_threads(SMALL_BASE - 1) == 3
    machine.busy = 0.25
    assert threads.most_threads(SMALL_BASE) == 3
    machine.cores = 1
    assert threads.most_threads(SMALL_BASE) == 1


def test_processes_share_the_cores(machine: SimpleNamespace) -> None:
    assert threads.most_threads(SMALL_BASE, processes=2) == threads.usual_threads(2) == 2
    assert threads.usual_threads(8) == 1


def test_a_thread_is_given_up_when_the_updates_get_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    now, set_to = [0.0], [4]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    torch = SimpleNamespace(
        get_num_threads=lambda: set_to[0],
        set_num_threads=lambda count: set_to.__setitem__(0, count),
    )
    monkeypatch.setitem(sys.modules, "torch", torch)
    pace = threads.Pace(3)

    def update(tokens: int, seconds: float) -> int:
        with pace.update(tokens):
            now[0] += seconds
        return set_to[0]

    assert update(100, 1.0) == 4
    # Longer because there is more to do, or a little slower by chance.
    assert update(300, 3.0) == 4
    assert update(100, 2.0) == 4
    assert update(100, 3.0) == 3
    assert update(100, 9.0) == 3


def test_how_busy_the_machine_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stat = tmp_path / "stat"

    def ticks(user: int, idle: int) -> tuple[int, int] | None:
        stat.write_text(f"cpu  {user} 0 0 {idle} 0 0 0 0 0 0\ncpu0 1 2 3\n", "ascii")
        return threads._times(stat)

    looks = [ticks(100, 300), ticks(120, 380)]
    assert looks == [(300, 400), (380, 500)]
    monkeypatch.setattr(threads, "LOOK", 0.0)
    monkeypatch.setattr(threads, "_times", lambda: looks.pop(0))
    assert threads._busy() == pytest.approx(0.2)
    monkeypatch.setattr(threads, "_times", lambda: None)
    assert threads._busy() == 1.0
    for text in ("", "cpu", "cpu a b c d"):
        stat.write_text(text, "ascii")
        monkeypatch.undo()
        assert threads._times(stat) is None
    assert threads._times(tmp_path / "none") is None
