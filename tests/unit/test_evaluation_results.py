"""What is read of a run's results, from whatever lies on the disk."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from promptstyle.core.evaluation import results, stored
from promptstyle.core.library.records import RunRecord
from promptstyle.core.paths import Home

ROW = {
    "rouge1": 0.3,
    "rouge1_low": 0.2,
    "rouge1_high": 0.4,
    "rougeL": 0.2,
    "rougeL_low": 0.1,
    "rougeL_high": 0.3,
    "ended": 1.0,
    "repeated": 0.0,
    "covered": 0.5,
    "copied": None,
    "words": 20.0,
}
EXAMPLE = {"topic": "cats", "gold": "Name a cat.", "outputs": {"lora": "Cat.", "random": "Dog."}}


def row(name: str, **changes: Any) -> dict[str, Any]:
    return {"name": name, **ROW, **changes}


def document(**changes: Any) -> dict[str, Any]:
    return {
        "run": "default-1",
        "n": 1,
        "method": "held-out likes",
        "created": "2026-01-02T00:00:00Z",
        "systems": [row("lora"), row("random")],
        "examples": [EXAMPLE],
        "interval": {"level": 0.9},
        **changes,
    }


def run(**manifest: Any) -> RunRecord:
    return RunRecord("default-1", "default", "embedded", "2026-01-01T00:00:00Z", manifest)


def test_a_document_becomes_results_in_the_order_of_the_report() -> None:
    found = results.of_document(run(mode="lora"), document())
    assert found is not None
    assert [each["name"] for each in found.systems] == ["random", "lora"]
    assert (found.n, found.level, found.yours) == (1, 0.9, "lora")
    assert found.examples[0].outputs["lora"] == "Cat."


@pytest.mark.parametrize(
    ("mode", "system"),
    [("both", "both"), ("base", "vanilla"), ("context", "context"), (None, "lora"), ([], "lora")],
)
def test_yours_is_the_system_of_the_mode_in_which_the_run_writes(mode: Any, system: str) -> None:
    found = results.of_document(run(mode=mode), document())
    assert found is not None and found.yours == system


@pytest.mark.parametrize(
    "bad",
    [
        row("lora", rouge1=None),
        row("lora", rougeL_high="high"),
        row("lora", rouge1_low=float("nan")),
        row("lora", words=True),
        row("lora") | {"name": 3},
        "lora",
    ],
)
def test_a_damaged_row_is_left_out_and_the_others_stay(bad: Any) -> None:
    found = results.of_document(run(), document(systems=[bad, row("random")]))
    assert found is not None and [each["name"] for each in found.systems] == ["random"]


@pytest.mark.parametrize(
    "changes", [{"systems": []}, {"systems": None}, {"systems": ["x"]}, {"n": "many"}]
)
def test_a_document_without_scores_is_no_results(changes: dict[str, Any]) -> None:
    assert results.of_document(run(), document(**changes)) is None


@pytest.mark.parametrize(
    "bad", [None, {}, {**EXAMPLE, "gold": 1}, {**EXAMPLE, "outputs": {"lora": None}}]
)
def test_a_damaged_example_is_left_out(bad: Any) -> None:
    found = results.of_document(run(), document(examples=[bad, EXAMPLE]))
    assert found is not None and [each.topic for each in found.examples] == ["cats"]


def test_judges_of_style_are_kept_and_damaged_ones_left_out() -> None:
    judge = {"ceiling": 1.0, "floor": None, "n_own": 10}
    judges = {"characters": judge, "model": {"ceiling": "high"}, "x": 3}
    found = results.of_document(run(), document(attribution=judges))
    assert found is not None and found.attribution == {"characters": judge}
    for bad in (None, [], "high"):
        none = results.of_document(run(), document(attribution=bad))
        assert none is not None and none.attribution == {}
    damaged = document(systems=[row("lora", attributed="all"), row("random", attributed=0.5)])
    kept = results.of_document(run(), damaged)
    assert kept is not None and [each["name"] for each in kept.systems] == ["random"]


def test_the_stored_evaluation_comes_before_the_scores_of_the_manifest(home: Home) -> None:
    stored.save(home, document())
    scores = {"n": 7, "method": "file", "systems": {"lora": row("lora", rouge1=0.9)}}
    found = results.of_run(home, run(scores=scores))
    assert found is not None and found.n == 1 and found.examples


def test_a_run_of_before_has_the_scores_of_its_manifest_and_no_texts(home: Home) -> None:
    scores = {"n": 7, "method": "held-out likes", "systems": {"lora": row("lora", rouge1=0.9)}}
    found = results.of_run(home, run(scores=scores, created="2025-05-05T00:00:00Z"))
    assert found is not None
    assert (found.n, found.systems[0]["rouge1"], found.examples) == (7, 0.9, ())
    assert found.created == "2025-05-05T00:00:00Z"


@pytest.mark.parametrize("manifest", [{}, {"scores": None}, {"scores": {"systems": [1]}}, []])
def test_a_run_without_scores_has_no_results(home: Home, manifest: Any) -> None:
    assert results.of_run(home, replace(run(), manifest=manifest)) is None


def test_history_has_the_scores_of_each_run_under_its_number() -> None:
    runs = [
        replace(run(scores={"rouge1": 0.25, "rougeL": 0.125}), id="default-3"),
        replace(run(scores={"rouge1": "high"}), id="default-7"),
        replace(run(), id="odd"),
    ]
    found = [(each.number, each.rouge1, each.rougeL) for each in results.history(runs)]
    assert found == [(3, 0.25, 0.125), (7, None, None), (3, None, None)]


def test_likes_of_a_run_are_those_of_training_and_test_together() -> None:
    assert results.likes(run(train=51, held=10)) == 61
    assert results.likes(run(train=51)) is None


def test_a_real_evaluation_is_read_whole() -> None:
    path = Path(__file__).parents[1] / "tui" / "recordings" / "evaluation.json"
    recorded = json.loads(path.read_text("utf-8"))
    found = results.of_document(run(mode="both"), recorded)
    assert found is not None
    assert len(found.systems) == len(recorded["systems"]) == 6
    assert len(found.examples) == found.n == recorded["n"]
