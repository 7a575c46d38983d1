"""Folds: a partition, balanced, and stable when likes are added."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.core.evaluation.splits import folds

ids_of_likes = st.lists(
    st.text("0123456789abcdef", min_size=8, max_size=8), min_size=2, max_size=60, unique=True
)


def fold_of(ids: list[str], k: int) -> dict[str, int]:
    return {ids[index]: number for number, fold in enumerate(folds(ids, k)) for index in fold}


@given(ids_of_likes, st.data())
def test_a_balanced_partition_whatever_the_order(ids: list[str], data: st.DataObject) -> None:
    k = data.draw(st.integers(2, len(ids)))
    made = folds(ids, k)
    assert len(made) == k
    assert sorted(index for fold in made for index in fold) == list(range(len(ids)))
    sizes = [len(fold) for fold in made]
    assert max(sizes) - min(sizes) <= 1
    shuffled = data.draw(st.permutations(ids))
    assert fold_of(shuffled, k) == fold_of(ids, k)


def test_an_added_like_leaves_most_others_in_place() -> None:
    generator = random.Random(0)
    ids = [f"{generator.getrandbits(32):08x}" for _ in range(80)]
    moved = 0
    for n in range(40, 80):
        before, after = fold_of(ids[:n], 5), fold_of(ids[: n + 1], 5)
        moved += sum(before[like] != after[like] for like in ids[:n])
    # Round robin over sorted hashes would move about two in five.
    assert moved / sum(range(40, 80)) < 0.05


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40), st.integers(2, 4))
def test_a_group_stays_together(topics: list[int], k: int) -> None:
    ids = [f"{index:08x}" for index in range(len(topics))]
    groups = [f"topic {topic}" for topic in topics]
    if len(set(groups)) < k:
        with pytest.raises(PromptstyleError, match="different topics"):
            folds(ids, k, groups=groups)
        return
    made = folds(ids, k, groups=groups)
    assert sorted(index for fold in made for index in fold) == list(range(len(ids)))
    per_fold = [{groups[index] for index in fold} for fold in made]
    assert sum(len(found) for found in per_fold) == len(set(groups))
    assert all(per_fold)


def test_impossible_folds() -> None:
    with pytest.raises(UsageError, match="1 folds") as usage:
        folds(["a", "b"], 1)
    assert usage.value.exit_code == 2
    with pytest.raises(PromptstyleError) as few:
        folds(["a", "b"], 3)
    assert few.value.code == "too_few_likes"
    assert few.value.hint
    with pytest.raises(ValueError, match="1 groups for 2 ids"):
        folds(["a", "b"], 2, groups=["x"])
