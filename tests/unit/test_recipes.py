"""Recipes: the reference project's numbers, and what a run makes of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.errors import UsageError
from promptstyle.core.style.parts import Parts
from promptstyle.core.training.dataset import shuffled
from promptstyle.core.training.recipes import (
    ALL_LINEAR,
    DEFAULT,
    REFERENCE,
    recipe_for,
    split_validation,
    total_steps,
)


def test_reference_is_the_reference_projects() -> None:
    recipe = recipe_for("reference", 10_000_000)
    assert recipe == REFERENCE == recipe_for("reference", 1_100_000_000)
    assert (recipe.epochs, recipe.batch_size, recipe.accumulation) == (3, 2, 4)
    assert recipe.max_tokens == 256
    assert recipe.shots == (0,)
    assert recipe.validation == 0
    assert set(recipe.targets) == set(ALL_LINEAR)


def test_51_likes_make_21_reference_updates() -> None:
    assert total_steps(REFERENCE, 51) == 3 * 7


def test_a_large_base_learns_every_like_three_times_in_one_pass() -> None:
    recipe = recipe_for("default", 1_100_000_000)
    assert (recipe.epochs, recipe.shots, recipe.learn_shown) == (1, (2,), True)
    assert split_validation(51, recipe, range(51)) == (list(range(51)), [])
    assert total_steps(recipe, 51) == 26


def test_a_recipe_shows_what_the_base_wants() -> None:
    wanted = Parts(ideas=4)
    for parameters in (7_000_000, 1_100_000_000):
        assert recipe_for("default", parameters, wanted).parts == wanted
        assert recipe_for("default", parameters).parts == Parts()
    assert recipe_for("reference", 1, wanted) == REFERENCE


def test_unknown_recipe_names_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        recipe_for("best", 1)
    assert "default" in caught.value.hint


@pytest.mark.parametrize(
    "change", [{"rank": 0}, {"validation": 0.7}, {"shots": (-1,)}, {"distinction": -1}]
)
def test_impossible_settings_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        replace(DEFAULT, **change)  # type: ignore[arg-type]


@given(st.integers(0, 200))
def test_validation_takes_a_part_and_loses_none(count: int) -> None:
    order = shuffled(count, 1)
    train, validation = split_validation(count, replace(DEFAULT, validation=0.12), order)
    assert sorted(train + validation) == list(range(count))
    assert len(validation) == 0 or len(validation) == round(count * 0.12)
    assert count < 16 or train


def test_shuffles_are_the_same_everywhere() -> None:
    assert shuffled(8, 42, "epoch", 0) == [7, 2, 4, 1, 0, 6, 5, 3]
    assert shuffled(50, 1) != shuffled(50, 2)
