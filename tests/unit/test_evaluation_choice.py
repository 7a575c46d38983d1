"""Which mode `auto` stands for, and what is said of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.evaluation.choice import choose

SCORES = st.lists(st.floats(0, 1), min_size=4, max_size=4)


def test_the_best_mode_with_its_margin() -> None:
    choice = choose(
        {
            "random": [1.0] * 4,
            "vanilla": [0.1, 0.2, 0.1, 0.2],
            "context": [0.3, 0.3, 0.3, 0.3],
            "both": [0.5, 0.4, 0.6, 0.5],
        },
        seed=1,
    )
    assert choice.mode.name == "both" and choice.over == "context"
    assert choice.document()["by"] == pytest.approx(0.2)
    assert choice.document()["over"] == "context"
    assert choice.margin is not None and choice.margin.clearly_better
    assert choice.validated == pytest.approx(0.5)
    assert "mode both: 0.500 against 0.300 in mode context, clearly better" in choice.words()


def test_the_choice_is_validated_on_likes_that_it_was_not_made_on() -> None:
    # Each test decides alone: whichever mode is best on three of four loses on the fourth.
    choice = choose({"context": [1.0, 0.0, 1.0, 0.0], "lora": [0.0, 1.0, 0.0, 1.0]}, seed=1)
    assert choice.scores["context"] == choice.scores["lora"] == 0.5
    assert choice.validated == 0.0
    assert "not clearly better" in choice.words()


def test_of_equals_the_simplest() -> None:
    equal = {name: [0.3, 0.2] for name in ("both", "lora", "context", "vanilla")}
    assert choose(equal, seed=0).mode.name == "base"


def test_one_system_alone() -> None:
    choice = choose({"lora": [0.2], "nearest": [0.9]}, seed=0)
    assert choice.mode.name == "lora" and choice.over is None
    assert choice.document()["over"] is None
    assert choice.words() == "writes in mode lora"


@pytest.mark.parametrize("values", [{}, {"nearest": [0.1]}, {"lora": []}])
def test_nothing_to_choose_from(values: dict[str, list[float]]) -> None:
    with pytest.raises(ValueError, match="nothing"):
        choose(values, seed=0)


@given(SCORES, SCORES, SCORES)
def test_validation_never_flatters(one: list[float], two: list[float], three: list[float]) -> None:
    values = {"vanilla": one, "context": two, "lora": three}
    choice = choose(values, seed=3)
    assert choice.scores[choice.mode.system] == max(choice.scores.values())
    assert choice.validated <= max(choice.scores.values()) + 1e-9
