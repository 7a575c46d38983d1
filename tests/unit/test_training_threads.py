"""How many threads torch trains with: a machine that is played, and the figures of this one."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from promptstyle.core.training import threads


class Machine:
    """Four cores; `others` of them are used by somebody else, and updates take what a test says."""

    def __init__(self) -> None:
        self.cores, self.threads, self.others = 4, 0, 0.0
        self.now = self.used = 0.0

    def run(self, pace: threads.Pace, seconds: float, tokens: int = 100) -> int:
        """One update; the threads that it ran with."""
        with pace.update(tokens):
            ran = self.threads
            self.pass_by(seconds)
        return ran

    def pass_by(self, seconds: float) -> None:
        self.now += seconds
        self.used += seconds * self.others


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    found = Machine()
    torch = SimpleNamespace(
        get_num_threads=lambda: found.threads,
        set_num_threads=lambda count: setattr(found, "threads", count),
    )
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setattr(time, "monotonic", lambda: found.now)
    monkeypatch.setattr(threads, "available_cores", lambda: found.cores)
    monkeypatch.setattr(threads, "_look", lambda: (found.now, found.used))
    return found


def test_a_core_that_nobody_uses_is_taken(machine: Machine) -> None:
    pace = threads.Pace()
    assert machine.threads == 3
    # The base is loaded.
    machine.pass_by(2.0)
    assert machine.run(pace, 1.0) == 4


def test_no_core_is_taken_while_somebody_uses_it(machine: Machine) -> None:
    machine.others = 0.9
    pace = threads.Pace()
    machine.pass_by(2.0)
    assert [machine.run(pace, 0.6) for _ in range(5)] == [3] * 5
    # Who was just here may only have paused: a second has to pass.
    machine.others = 0.1
    ran = [machine.run(pace, 0.6) for _ in range(5)]
    assert ran == [3, 3, 3, 4, 4]


def test_a_core_is_given_back_for_good_when_the_updates_get_slow(machine: Machine) -> None:
    pace = threads.Pace()
    machine.pass_by(2.0)
    assert machine.run(pace, 1.0) == 4
    # Longer because there is more to do, or a little slower by chance.
    assert machine.run(pace, 3.0, tokens=300) == 4
    assert machine.run(pace, 2.0) == 4
    assert machine.run(pace, 3.0) == 4
    assert [machine.run(pace, seconds) for seconds in (9.0, 1.0, 1.0, 1.0)] == [3] * 4


def test_processes_share_the_cores(machine: Machine) -> None:
    pace = threads.Pace(processes=2)
    machine.pass_by(2.0)
    assert machine.run(pace, 2.0) == machine.run(pace, 2.0) == threads.usual_threads(2) == 2
    assert threads.usual_threads(8) == 1


def test_the_only_core_is_used(machine: Machine) -> None:
    machine.cores = 1
    pace = threads.Pace()
    machine.pass_by(2.0)
    assert machine.run(pace, 1.0) == 1


def test_where_nobody_tells_what_others_use_a_core_is_left_to_them(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "_look", lambda: None)
    pace = threads.Pace()
    assert [machine.run(pace, 2.0) for _ in range(3)] == [3] * 3


@pytest.mark.skipif(not hasattr(os, "sysconf"), reason="nobody tells there")
def test_what_is_used_by_all(tmp_path: Path) -> None:
    stat, second = tmp_path / "stat", os.sysconf("SC_CLK_TCK")
    stat.write_text(f"cpu  {2 * second} 0 {second} 999 77 0 0 0 0 0\ncpu0 1 2 3\n", "ascii")
    assert threads._used(stat) == 3.0
    for text in ("", "cpu", "cpu a b c d"):
        stat.write_text(text, "ascii")
        assert threads._used(stat) is None
    assert threads._used(tmp_path / "none") is None


def test_our_own_work_is_nobody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    # Nobody but us does anything.
    monkeypatch.setattr(threads, "_used", lambda: 7.0 + time.process_time())
    looks = [threads._look()]
    end = time.process_time() + 0.3
    while time.process_time() < end:
        pass
    looks.append(threads._look())
    for look in looks:
        assert look is not None
        assert look[1] == pytest.approx(7.0, abs=0.05)
    monkeypatch.setattr(threads, "_used", lambda: None)
    assert threads._look() is None


def test_counters_that_stand_still_say_nothing(machine: Machine) -> None:
    machine.others = -1.0  # of the time that is ours
    pace = threads.Pace()
    machine.pass_by(2.0)
    assert [machine.run(pace, 2.0) for _ in range(3)] == [3] * 3
