"""How many threads take the next step: found by their times on a machine that is played."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.generation.threads import MOST_REST, REST, TRIED, StepThreads

IDLE = {4: 1.0, 2: 1.4, 1: 2.0}
# A neighbour has one of the cores.
BUSY = {4: 20.0, 2: 1.6, 1: 2.1}


def run(chosen: StepThreads, steps: int, seconds: Callable[[int], float]) -> list[int]:
    """The number that each of so many steps was taken with."""
    numbers = []
    for _ in range(steps):
        numbers.append(chosen.number)
        chosen.took(seconds(chosen.number))
    return numbers


def blocks(numbers: list[int]) -> list[tuple[int, int]]:
    return [(number, len(list(same))) for number, same in groupby(numbers)]


def test_each_number_is_tried_and_the_quickest_stays() -> None:
    numbers = run(StepThreads(4), 3 * TRIED + 40, IDLE.__getitem__)
    assert blocks(numbers) == [(4, TRIED), (2, TRIED), (1, TRIED), (4, 40)]


def test_a_neighbour_is_noticed_at_once_and_so_is_that_he_has_gone() -> None:
    chosen = StepThreads(4)
    run(chosen, 3 * TRIED + 20, IDLE.__getitem__)
    numbers = run(chosen, 100, BUSY.__getitem__)
    # Most of the latest steps have to be slow; then all are compared.
    slow = numbers.index(2)
    assert slow <= TRIED // 2 + 1 + TRIED
    assert set(numbers[slow + 2 * TRIED :][:40]) == {2}
    # Nothing says that it could be quicker again but a look now and then.
    numbers = run(chosen, 4 * REST, IDLE.__getitem__)
    assert numbers[-1] == 4


def test_what_never_pays_is_tried_less_and_less() -> None:
    chosen = StepThreads(2)
    numbers = run(chosen, 20_000, {2: 9.0, 1: 1.0}.__getitem__)
    # The first look included.
    assert numbers.count(2) <= TRIED * 10
    rests = [length for number, length in blocks(numbers) if number == 1]
    assert rests == sorted(rests) or rests[:-1] == sorted(rests[:-1])
    assert max(rests) <= MOST_REST + TRIED


def test_one_slow_step_changes_nothing() -> None:
    chosen = StepThreads(2)
    run(chosen, 2 * TRIED, {2: 1.0, 1: 2.0}.__getitem__)
    assert chosen.number == 2
    chosen.took(50.0)
    assert run(chosen, 20, {2: 1.0, 1: 2.0}.__getitem__) == [2] * 20


def test_who_names_a_number_gets_it() -> None:
    assert set(run(StepThreads(3, least=3), 500, lambda number: 1.0)) == {3}
    assert set(run(StepThreads(1), 500, lambda number: 1.0)) == {1}


@given(st.integers(1, 16), st.lists(st.floats(0, 1e6), max_size=400))
def test_whatever_steps_take_the_number_is_one_that_may_be(most: int, times: list[float]) -> None:
    chosen = StepThreads(most)
    for seconds in times:
        assert 1 <= chosen.number <= most
        chosen.took(seconds)
