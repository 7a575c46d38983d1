"""Bootstrap intervals of means and of paired differences."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptstyle.core.evaluation.intervals import bootstrap_mean, paired_difference

values = st.lists(st.floats(0, 1, allow_nan=False), min_size=1, max_size=40)


def drawn(seed: int, n: int) -> list[float]:
    generator = random.Random(seed)
    return [generator.random() for _ in range(n)]


@settings(max_examples=60)
@given(values, st.integers(0, 2**32))
def test_the_mean_lies_inside_and_the_seed_decides(found: list[float], seed: int) -> None:
    interval = bootstrap_mean(found, seed=seed, resamples=200)
    assert min(found) - 1e-12 <= interval.low <= interval.mean <= interval.high
    assert interval.high <= max(found) + 1e-12
    assert interval.mean == pytest.approx(math.fsum(found) / len(found))
    assert interval == bootstrap_mean(found, seed=seed, resamples=200)


def test_another_seed_gives_other_bounds() -> None:
    found = drawn(1, 30)
    assert bootstrap_mean(found, seed=1) != bootstrap_mean(found, seed=2)


def test_one_value_and_equal_values() -> None:
    one = bootstrap_mean([0.3], seed=0)
    assert one.low == one.mean == one.high == 0.3
    same = bootstrap_mean([0.1] * 7, seed=0)
    assert same.low == pytest.approx(0.1)
    assert same.high == pytest.approx(0.1)


def test_no_values() -> None:
    with pytest.raises(ValueError, match="no values"):
        bootstrap_mean([], seed=0)
    with pytest.raises(ValueError, match="level"):
        bootstrap_mean([1.0], seed=0, level=95)


def test_more_topics_make_it_narrower_by_the_square_root() -> None:
    generator = random.Random(3)
    found = [generator.gauss(0.3, 0.05) for _ in range(1600)]
    few, many = bootstrap_mean(found[:100], seed=0), bootstrap_mean(found, seed=0)
    ratio = (few.high - few.low) / (many.high - many.low)
    assert 3.0 < ratio < 5.5  # sqrt(16) = 4


def test_width_agrees_with_the_normal_approximation() -> None:
    generator = random.Random(4)
    found = [generator.gauss(0.3, 0.1) for _ in range(400)]
    interval = bootstrap_mean(found, seed=0, resamples=4000)
    expected = 2 * 1.96 * 0.1 / math.sqrt(400)
    assert interval.high - interval.low == pytest.approx(expected, rel=0.15)


def test_a_lower_level_is_narrower() -> None:
    found = drawn(5, 30)
    half, most = bootstrap_mean(found, seed=0, level=0.5), bootstrap_mean(found, seed=0)
    assert most.low < half.low < half.high < most.high


def test_blocks_do_not_change_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    found = drawn(6, 10)
    whole = bootstrap_mean(found, seed=0)
    monkeypatch.setattr("promptstyle.core.evaluation.intervals._BLOCK", 70)
    assert bootstrap_mean(found, seed=0) == whole


def test_pairing_tells_apart_what_the_intervals_do_not() -> None:
    generator = random.Random(7)
    hard = [generator.random() for _ in range(20)]
    better = [value + 0.02 + generator.gauss(0, 0.005) for value in hard]
    a, b = bootstrap_mean(better, seed=0), bootstrap_mean(hard, seed=0)
    assert a.low < b.high
    difference = paired_difference(better, hard, seed=0)
    assert difference.clearly_better
    assert not difference.clearly_worse
    assert difference.mean == pytest.approx(0.02, abs=0.005)
    assert difference.share_not_worse == 1.0


def test_a_difference_turned_round() -> None:
    generator = random.Random(8)
    a, b = ([generator.random() for _ in range(15)] for _ in range(2))
    one, other = paired_difference(a, b, seed=5), paired_difference(b, a, seed=5)
    assert one.mean == pytest.approx(-other.mean)
    assert one.low == pytest.approx(-other.high)
    assert one.high == pytest.approx(-other.low)
    assert not one.clearly_better and not one.clearly_worse


def test_a_system_is_not_worse_than_itself() -> None:
    same = [0.1, 0.2, 0.7]
    difference = paired_difference(same, same, seed=0)
    assert (difference.mean, difference.low, difference.high) == (0.0, 0.0, 0.0)
    assert difference.share_not_worse == 1.0
    assert not difference.clearly_worse
    assert paired_difference([0.1], [0.2], seed=0).clearly_worse


def test_unpaired_values_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shorter|longer"):
        paired_difference([1.0], [1.0, 2.0], seed=0)


def test_the_interval_of_ten_values_holds_the_mean_about_as_often_as_it_says() -> None:
    generator = random.Random(9)
    found = [
        bootstrap_mean([generator.gauss(0.3, 0.05) for _ in range(10)], seed=seed, resamples=400)
        for seed in range(400)
    ]
    share = sum(each.low <= 0.3 <= each.high for each in found) / len(found)
    # Plain percentiles hold it in 0.915 of these.
    assert 0.92 <= share <= 0.975


def test_two_values_give_their_range() -> None:
    interval = bootstrap_mean([0.2, 0.4], seed=0)
    assert (interval.low, interval.high) == (0.2, 0.4)
