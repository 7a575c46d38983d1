"""Which candidates are drawn side by side, and in which lane."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("llama_cpp")

from promptstyle.core.generation.lanes import waves
from promptstyle.core.generation.sampling import SEEDS, seed_of


@given(
    seed=st.one_of(st.integers(0, SEEDS - 1), st.integers(SEEDS - 9, SEEDS - 1)),
    n=st.integers(0, 30),
    lanes=st.integers(1, 8),
)
def test_every_candidate_comes_once_and_its_seed_alone_gives_the_lane(
    seed: int, n: int, lanes: int
) -> None:
    found = list(waves(seed, n, lanes))
    together = [each for wave in found for each in wave.values()]
    assert together == [(at, seed_of(seed, at)) for at in range(n)]
    for wave in found:
        assert all(own % lanes == lane < lanes for lane, (_, own) in wave.items())
    # As few as can be, but for the place where seeds begin anew.
    assert len(found) <= -(-n // lanes) + 2
