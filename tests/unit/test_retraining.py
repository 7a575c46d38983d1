"""What the app knows of a retrain from its events."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.errors import Cancelled, PromptstyleError
from promptstyle.core.modes import MODES
from promptstyle.tui.comparison import Comparison
from promptstyle.tui.retraining import (
    MOST_POINTS,
    STAGES,
    Part,
    Phase,
    Retraining,
    thinned,
    verdict,
)
from promptstyle.tui.widgets.retrain_outcome import why

RECORDING = Path(__file__).parent.parent / "tui" / "recordings" / "retrain.jsonl"
OLD = {
    "run": "default-1",
    "mode": "both",
    "n": 10,
    "score": 0.27,
    "new_score": 0.296,
    "difference": 0.026,
    "difference_low": -0.01,
    "difference_high": 0.07,
}


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def recorded() -> list[dict[str, Any]]:
    return [json.loads(line) for line in RECORDING.read_text("utf-8").splitlines()]


def new(**values: Any) -> tuple[Retraining, Clock]:
    clock = Clock()
    return Retraining(phase=Phase.RUNNING, clock=clock, began=clock.now, **values), clock


def step(at: int, steps: int = 138, **values: Any) -> dict[str, Any]:
    return {"event": "step", "step": at, "steps": steps, "loss": 3.0, "eta_seconds": 1.0, **values}


def test_a_recorded_retrain_from_end_to_end() -> None:
    state, clock = new()
    shares, stages = [], []
    for event in recorded():
        if event["event"] == "result":
            clock.now += 30
            state.finish(event["value"])
        else:
            state.apply(event)
        shares.append(state.share)
        stages.append(len(state.stages_done))
    assert state.phase is Phase.DONE
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert stages == sorted(stages) and state.stages_done == STAGES
    assert state.started["likes"] == 61
    assert len(state.losses) == state.step == state.steps
    assert state.losses[-1][1] < state.losses[0][1]
    assert [part.name for part in state.parts] == ["vanilla", "context", "lora", "both"]
    assert state.scores["n"] == 10
    assert state.elapsed == 30
    clock.now += 1000
    assert state.elapsed == 30
    assert "writes from now on: the first model" in verdict(state)


def test_before_anything_is_known() -> None:
    state = Retraining()
    assert (state.running, state.share, state.left, state.part) == (False, 0.0, None, None)
    assert state.stages_done == ()
    assert verdict(state) == ""


def test_the_share_counts_a_step_and_a_test_text_the_same() -> None:
    state, _ = new()
    state.apply({"event": "started", "likes": 61, "train": 51, "held": 10})
    state.apply({"event": "stage", "stage": "train"})
    state.apply(step(50, 100))
    # 100 steps, 10 texts of every way to write and of the old model.
    assert state.share == pytest.approx(50 / 150)
    # One that stops early has made all the steps that there will be.
    state.apply({"event": "stage", "stage": "merge"})
    assert state.share == pytest.approx(100 / 150)
    for place in range(10):
        state.apply(
            {"event": "stage", "stage": "evaluate", "system": "lora", "done": place, "total": 10}
        )
    assert state.share == pytest.approx(109 / 150)
    assert state.part == Part("lora", 9, 10)


def test_a_test_by_folds_is_foreseen_and_never_beyond_the_end() -> None:
    state, _ = new()
    state.apply({"event": "started", "likes": 8, "train": 6, "held": 2})
    state.apply({"event": "stage", "stage": "train"})
    state.apply(step(10, 10))
    assert state.share == pytest.approx(10 / (10 + 8 * len(MODES) + 40))
    state.apply({"event": "stage", "stage": "evaluate"})
    for fold in range(5):
        for name, total in (("vanilla", 20), (f"fold {fold + 1}", 90)):
            for place in range(total):
                state.apply(
                    {
                        "event": "stage",
                        "stage": "evaluate",
                        "system": name,
                        "done": place,
                        "total": total,
                    }
                )
                assert 0 < state.share < 1
    assert len(state.parts) == 10


def test_the_time_left_is_that_of_the_training_and_of_the_test_at_its_pace() -> None:
    state, clock = new()
    state.apply({"event": "started", "likes": 61, "train": 51, "held": 10})
    state.apply({"event": "stage", "stage": "train"})
    state.apply(step(1, 100, eta_seconds=400.0))
    assert state.left is None, "one step says nothing"
    state.apply(step(60, 100, eta_seconds=20.0))
    # Half a second a step, and 50 texts to come.
    assert state.left == pytest.approx(20 + 0.5 * 50)
    state.apply({"event": "stage", "stage": "evaluate"})
    state.apply({"event": "stage", "stage": "evaluate", "system": "x", "done": 5, "total": 10})
    clock.now += 105
    assert state.left == pytest.approx(1.0 * 45)


def test_steps_of_an_earlier_retrain_are_not_in_the_pace() -> None:
    state, clock = new()
    state.apply({"event": "started", "likes": 61, "train": 51, "held": 10, "resumed": True})
    state.apply({"event": "stage", "stage": "train"})
    for at in range(91, 101):
        state.apply(step(at, 100))
    state.apply({"event": "stage", "stage": "evaluate"})
    clock.now += 20
    # 20 seconds for 10 steps.
    assert state.left == pytest.approx(2.0 * 50)


def test_one_that_goes_on_after_its_training_has_no_steps() -> None:
    state, _ = new()
    state.apply({"event": "started", "likes": 61, "train": 51, "held": 10, "resumed": True})
    state.apply({"event": "stage", "stage": "merge"})
    assert state.share == 0
    state.apply({"event": "stage", "stage": "evaluate", "system": "x", "done": 5, "total": 10})
    assert state.share == pytest.approx(5 / 50)


def test_a_long_curve_stays_bounded_and_keeps_its_ends() -> None:
    state, _ = new()
    steps = 7 * MOST_POINTS + 3
    for at in range(1, steps + 1):
        state.apply(step(at, steps, loss=float(at)))
        assert len(state.losses) <= MOST_POINTS
    assert state.losses[-1][0] == steps
    assert [at for at, _ in state.losses] == sorted({at for at, _ in state.losses})
    # A mean of what it stands for.
    assert all(loss <= at for at, loss in state.losses)


@given(st.lists(st.floats(0, 20), max_size=50))
def test_thinning_halves(losses: list[float]) -> None:
    points = list(enumerate(losses, start=1))
    halved = thinned(points)
    assert len(halved) == -(-len(points) // 2)
    assert halved[-1:] == [] or halved[-1][0] == len(points)
    if losses:
        assert min(losses) <= min(loss for _, loss in halved)
        assert max(loss for _, loss in halved) <= max(losses)


@pytest.mark.parametrize("stage", ["record", "activate"])
def test_the_last_stage_has_two_names(stage: str) -> None:
    state, _ = new()
    state.apply({"event": "stage", "stage": stage})
    assert state.stages_done == STAGES[:-1]


def test_how_it_ends() -> None:
    state, _ = new(stopping=True)
    state.apply({"event": "failed", "code": "cancelled", "message": "interrupted", "hint": "again"})
    assert state.phase is Phase.CANCELLED and isinstance(state.error, Cancelled)
    assert not state.stopping and state.ended is not None
    state, _ = new()
    state.apply({"event": "failed", "code": "busy", "message": "m", "hint": "h"})
    assert state.phase is Phase.FAILED and state.error is not None
    assert (state.error.message, state.error.hint, state.error.code) == ("m", "h", "busy")
    state, _ = new()
    state.fail(PromptstyleError("m", "h"))
    assert state.phase is Phase.FAILED
    state, _ = new()
    state.apply({"event": "done", "run": "default-2", "activated": False, "reason": "worse"})
    assert verdict(state) == "The old model stays: worse. default-2 is kept beside it."


def test_the_end_says_which_mode_was_chosen_and_over_which() -> None:
    state, _ = new()
    choice = "writes in mode both: 0.317 against 0.291 in mode lora, not clearly better"
    done = {"event": "done", "run": "default-1", "activated": True, "reason": "the first"}
    state.apply({**done, "choice": choice})
    assert why(state, Path("log"), None).splitlines() == ["The first.", f"default-1 {choice}."]
    # A run of before says nothing of it.
    state, _ = new()
    state.apply(done)
    assert why(state, Path("log"), None) == "The first."


@pytest.mark.parametrize(
    ("difference", "low", "high", "word", "certain"),
    [
        (0.026, -0.01, 0.07, "better by 0.026", False),
        (0.026, 0.01, 0.07, "better by 0.026", True),
        (-0.1, -0.2, -0.05, "worse by 0.100", True),
        (0.0004, 0.0, 0.001, "the same", False),
        (0.0, 0.0, 0.0, "the same", False),
    ],
)
def test_the_comparison(
    difference: float, low: float, high: float, word: str, certain: bool
) -> None:
    changes = {"difference": difference, "difference_low": low, "difference_high": high}
    compared = Comparison.of({"old": {**OLD, **changes}})
    assert compared is not None
    assert (compared.old, compared.n) == ("default-1", 10)
    assert (compared.word, compared.certain) == (word, certain)


@pytest.mark.parametrize("name", ["score", "new_score", "difference", "difference_low"])
@pytest.mark.parametrize("value", [None, "0.1", True, [], float("nan"), float("inf")])
def test_a_damaged_comparison_is_none(name: str, value: object) -> None:
    assert Comparison.of({"old": {**OLD, name: value}}) is None


@pytest.mark.parametrize("old", [None, [], "x", {}, 3])
def test_no_comparison_is_none(old: object) -> None:
    assert Comparison.of({"old": old}) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
EVENT = st.fixed_dictionaries(
    {"event": st.sampled_from(["started", "step", "stage", "evaluated", "done", "failed", "x"])},
    optional=dict.fromkeys(
        (
            *("step", "steps", "loss", "eta_seconds", "stage", "system", "done", "total"),
            *("scores", "likes", "held", "run", "activated", "reason", "code", "message", "hint"),
        ),
        JSON,
    ),
)


@given(st.lists(EVENT, max_size=12))
def test_no_event_of_a_damaged_journal_can_end_the_app(events: list[dict[str, Any]]) -> None:
    state, _ = new()
    for event in events:
        state.apply(event)
        assert 0 <= state.share <= 1
        assert state.left is None or isinstance(state.left, float)
        assert state.stages_done is not None
        verdict(state)
