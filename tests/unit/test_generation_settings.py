"""Sampling settings, seeds, threads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.errors import UsageError
from promptstyle.core.generation import threads
from promptstyle.core.generation.sampling import SEEDS, Sampling, seed_of


def test_settings_survive_json_and_later_names_are_left_out() -> None:
    settings = Sampling(temperature=0.3, max_tokens=7, once=("do", "show"), last=("show",))
    stored = json.loads(json.dumps({**settings.to_json(), "mirostat": 2}))
    assert Sampling.from_json(stored) == settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", -0.1),
        ("temperature", float("nan")),
        ("top_p", 1.5),
        ("max_tokens", 0),
        ("repeat_penalty", 0.0),
    ],
)
def test_settings_out_of_bounds_are_named(name: str, value: float) -> None:
    with pytest.raises(UsageError, match=name) as caught:
        Sampling(**{name: value})
    assert name in caught.value.hint


@given(st.integers(), st.integers(0, 100))
def test_seeds_are_never_the_one_that_means_any(seed: int, candidate: int) -> None:
    assert 0 <= seed_of(seed, candidate) < SEEDS
    assert seed_of(seed, candidate) == seed_of(seed + candidate, 0)


def machine(folder: Path, cores: list[int]) -> Path:
    """A /sys/devices/system/cpu where logical processor i belongs to core `cores[i]`."""
    for number, core in enumerate(cores):
        topology = folder / f"cpu{number}" / "topology"
        topology.mkdir(parents=True)
        (topology / "physical_package_id").write_text("0\n")
        (topology / "core_id").write_text(f"{core}\n")
    return folder


@pytest.mark.parametrize(
    ("cores", "allowed", "quota", "expected"),
    [
        ([0, 1, 0, 1], {0, 1, 2, 3}, "max 100000", 2),
        ([0, 1, 2, 3], {1, 3}, None, 2),
        ([0, 1, 2, 3], {0, 1, 2, 3}, "250000 100000", 2),
        ([0, 1, 2, 3], {0, 1, 2, 3}, "50000 100000", 1),
        (list(range(64)), set(range(64)), None, threads.MOST),
        ([], {0, 1, 2}, None, 3),
    ],
)
def test_threads(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cores: list[int],
    allowed: set[int],
    quota: str | None,
    expected: int,
) -> None:
    monkeypatch.setattr(threads.os, "sched_getaffinity", lambda _pid: allowed, raising=False)
    limit = tmp_path / "cpu.max"
    if quota:
        limit.write_text(quota)
    folder = machine(tmp_path / "cpu", cores)
    assert threads.default_threads(threads.ONE_THREAD + 1, folder, limit) == expected
    assert threads.default_threads(threads.ONE_THREAD, folder, limit) == 1
