"""One author or two: asked of real models, one that answers at random and one that knows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from promptstyle.convert import write_gguf
from promptstyle.core.evaluation.attribution import attribution
from promptstyle.core.evaluation.distinction import (
    ANCHORS,
    ModelJudge,
    log_odds,
    pairs_accuracy,
    typical,
)
from promptstyle.core.generation.client import Engine
from promptstyle.core.training.template import ANSWERS, distinction

AUTHORS = Path(__file__).parents[1] / "authors"


def prompts(name: str) -> list[str]:
    lines = (AUTHORS / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["output"] for line in lines]


@pytest.fixture(scope="module")
def engine(base_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("base")
    write_gguf(base_dir, folder / "base.gguf", name="base")
    with Engine.start(folder / "base.gguf", log=folder / "engine.log") as engine:
        yield engine


@pytest.fixture(scope="module")
def own() -> list[str]:
    return prompts("telegraphic")


@pytest.fixture(scope="module")
def others() -> list[str]:
    return prompts("courteous")


def test_the_odds_are_those_of_the_answers_in_the_template(engine: Engine, own: list[str]) -> None:
    asked = distinction(own[0], own[1])
    yes, no = engine.options(asked, [ANSWERS[True], ANSWERS[False]])
    assert log_odds(engine, own[0], own[1]) == yes - no
    # Closed by the end token, as in training, they come to the mean that `score` gives.
    for answer, logprob in ((True, yes), (False, no)):
        tokens = engine.count(distinction(own[0], own[1], answer)) - engine.count(asked)
        assert logprob > engine.score(distinction(own[0], own[1], answer)) * tokens


def test_a_judge_is_fitted_and_judges(engine: Engine, own: list[str], others: list[str]) -> None:
    judge = ModelJudge.fit(engine, own[:12], others[:12], seed=0)
    assert judge is not None and len(judge.anchors) == ANCHORS
    assert set(judge.anchors) <= set(own[:12])
    odds = [log_odds(engine, anchor, own[20]) for anchor in judge.anchors]
    assert judge.score(own[20]) == pytest.approx(sum(odds) / ANCHORS)
    assert judge.attributes(own[20]) is (judge.score(own[20]) > judge.threshold)
    assert not judge.attributes(" ")
    assert ModelJudge.fit(engine, own[:12], others[:12], seed=0) == judge


def test_too_few_texts_are_no_judge(engine: Engine, own: list[str], others: list[str]) -> None:
    assert ModelJudge.fit(engine, own[:ANCHORS], others, seed=0) is None
    assert ModelJudge.fit(engine, own, [], seed=0) is None


def test_texts_too_long_for_the_context_are_compared_by_their_beginnings(
    engine: Engine, own: list[str]
) -> None:
    long = "Write a list of 5 items. " * 320
    assert engine.count(distinction(own[0], long)) > engine.context
    short = long[: len(long) // 2]
    while engine.count(distinction(own[0], short)) >= engine.context:
        short = short[: len(short) // 2]
    assert log_odds(engine, own[0], long) == log_odds(engine, own[0], short)


def test_pairs_of_either_kind_are_as_many(
    engine: Engine, own: list[str], others: list[str]
) -> None:
    verdicts = pairs_accuracy(engine, own[:4], others[:4], seed=0)
    # Four texts make six pairs.
    assert len(verdicts) == 12
    assert verdicts == pairs_accuracy(engine, own[:4], others[:4], seed=0)
    # Whoever always gives one answer is right on half of them.
    turned = pairs_accuracy(engine, own[:4], own[4:8], seed=0)
    assert len(turned) == 12
    assert pairs_accuracy(engine, own[:1], others, seed=0) == ()
    assert pairs_accuracy(engine, own, [], seed=0) == ()


def test_both_judges_stand_in_the_attribution(
    engine: Engine, own: list[str], others: list[str]
) -> None:
    outputs = {"nearest": own[30:33], "vanilla": others[30:33]}
    found = attribution(
        outputs, own[:20], own[20:24], others[:20], others[20:24], engine=engine, seed=0
    )
    assert found.row("nearest")["attributed"] == 1.0
    assert found.row("vanilla")["attributed"] == 0.0
    assert found.row("nearest")["attributed_model"] in (0.0, 0.3333, 0.6667, 1.0)
    document = found.document()
    assert document["model"]["n_own"] == document["model"]["n_others"] == 4
    assert document["model"]["n_pairs"] == 12


def test_the_anchors_are_typical_and_varied() -> None:
    twins = [f"Write a list of {n} items about bees in the garden." for n in range(5)]
    found = typical([*twins, "Explain rain.", "Sort my books by colour."], 3)
    assert len(found) == 3
    assert sum(text in twins for text in found) == 1
    assert typical([], 3) == ()
