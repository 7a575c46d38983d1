"""The evaluation job on a real small base: what is tested on what, and the document."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from quick import one_candidate

from promptstyle.core.bases import registry
from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.core.evaluation import old as old_module
from promptstyle.core.evaluation import stored
from promptstyle.core.evaluation import trial as trial_module
from promptstyle.core.evaluation.report import SYSTEMS
from promptstyle.core.evaluation.systems import Decoding
from promptstyle.core.evaluation.trial import Trial, compare
from promptstyle.core.library import Library, NewLike
from promptstyle.core.paths import Home
from promptstyle.core.pipeline_client import start_evaluate

Document = dict[str, Any]
SCORES = ("rouge1", "rouge1_low", "rouge1_high", "rougeL", "rougeL_low", "rougeL_high")


@pytest.fixture(scope="module")
def likes(starter_likes: Path) -> list[NewLike]:
    rows = [json.loads(line) for line in starter_likes.read_text("utf-8").splitlines()]
    return [NewLike(row["input"], row["output"]) for row in rows]


def prepare(home: Home, base: Path, likes: list[NewLike]) -> Home:
    registry.add(home, base, "tiny")
    one_candidate(home)
    with Library(home.database) as library:
        library.ensure_profile("default")
        library.set_base("default", "tiny")
        library.add_likes("default", likes)
    return home


@pytest.fixture(scope="module")
def trained(retrained: Home) -> Home:
    """A home with 22 likes, 4 of them held out, and a trained model."""
    return retrained


@pytest.fixture
def own(trained: Home, tmp_path: Path) -> Iterator[tuple[Home, Library]]:
    """A copy of the home, to be changed."""
    home = Home.under(Path(shutil.copytree(trained.data.parent, tmp_path / "home")))
    with Library(home.database) as library:
        yield home, library


def evaluate(home: Home, **options: Any) -> Document:
    with start_evaluate(home, "default", **options) as job:
        return job.result()


def names(document: Document) -> list[str]:
    return [row["name"] for row in document["systems"]]


def assert_whole(document: Document) -> None:
    """What the contract promises of every document."""
    assert json.loads(json.dumps(document)) == document
    assert {"n", "systems", "examples"} <= set(document)
    assert document["n"] == len(document["examples"]) > 0
    for row in document["systems"]:
        for score in ("rouge1", "rougeL"):
            assert 0 <= row[f"{score}_low"] <= row[score] <= row[f"{score}_high"] <= 1
    for example in document["examples"]:
        assert list(example["outputs"]) == names(document)


def test_the_held_out_likes_are_the_test(trained: Home) -> None:
    with start_evaluate(trained, "default") as job:
        stages = [event for event in job.events() if event["event"] == "stage"]
        document = job.result()
    assert_whole(document)
    assert names(document) == list(SYSTEMS)
    assert (document["method"], document["run"]) == ("held-out likes", "default-1")
    with Library(trained.database) as library:
        held = {like.input: like.output for like in library.likes("default", side="held")}
        learnt = [like.output for like in library.likes("default", side="train")]
        (run,) = library.runs("default")
    assert {row["topic"]: row["gold"] for row in document["examples"]} == held
    for example in document["examples"]:
        assert example["outputs"]["random"] in learnt
        assert example["outputs"]["nearest"] in learnt
    # The same model on the same likes: what the retrain found, to the last digit.
    assert {row["name"]: row for row in document["systems"]} == run.manifest["scores"]["systems"]
    assert {stage["total"] for stage in stages} == {4}
    # Two write side by side, and are told of one after the other.
    assert list(dict.fromkeys(stage["stage"] for stage in stages)) == [
        f"evaluate {name}" for name in ("vanilla", "context", "lora", "both")
    ]


def test_pairs_of_ones_own_are_the_test(trained: Home, likes: list[NewLike]) -> None:
    test = [(like.input, like.output) for like in likes[40:43]]
    document = evaluate(trained, test=test)
    assert_whole(document)
    assert (document["n"], document["method"], document["run"]) == (3, "file", "default-1")
    assert [(row["topic"], row["gold"]) for row in document["examples"]] == test


def test_only_the_systems_asked_for_in_the_order_of_the_report(trained: Home) -> None:
    document = evaluate(trained, systems=["lora", "nearest"])
    assert_whole(document)
    assert names(document) == ["nearest", "lora"]


@pytest.mark.slow
def test_folds_test_every_like_once_on_what_it_was_not_in(trained: Home) -> None:
    document = evaluate(trained, folds=3, systems=["random", "nearest", "context", "lora"])
    assert_whole(document)
    assert (document["n"], document["run"]) == (22, None)
    assert document["method"] == "cross-validation in 3 folds"
    with Library(trained.database) as library:
        everything = {like.input: like.output for like in library.likes("default")}
    assert {row["topic"]: row["gold"] for row in document["examples"]} == everything
    for example in document["examples"]:
        # Two likes of the starter set never share a prompt, so this one was shown to no system.
        assert example["outputs"]["random"] != example["gold"]
        assert example["outputs"]["nearest"] != example["gold"]
    lora = [row["outputs"]["lora"] for row in document["examples"]]
    assert all(lora)
    assert len(set(lora)) > 1


def test_the_plain_evaluation_is_kept_and_no_other(
    own: tuple[Home, Library], likes: list[NewLike]
) -> None:
    home, _ = own
    place = stored.place(home, "default-1")
    place.unlink(missing_ok=True)
    judged = stored.load(home, "default-1")
    assert judged is not None
    evaluate(home, test=[(likes[40].input, likes[40].output)])
    evaluate(home, systems=["random"])
    evaluate(home, folds=2, systems=["random"])
    assert not place.exists()
    document = evaluate(home)
    found = stored.load(home, "default-1")
    assert found == {**document, "created": json.loads(place.read_text())["created"]}
    # The same model on the same likes wrote the same when it was judged.
    assert judged == {**found, "created": judged["created"]}


def test_too_few_likes_for_a_held_out_part_are_cross_validated(
    home: Home, tiny_base: Path, likes: list[NewLike]
) -> None:
    prepare(home, tiny_base, likes[:4])
    document = evaluate(home, systems=["random", "nearest", "vanilla", "context"])
    assert_whole(document)
    assert (document["n"], document["method"]) == (4, "cross-validation in 4 folds")


def test_without_a_model_the_others_are_compared(
    home: Home, tiny_base: Path, likes: list[NewLike]
) -> None:
    prepare(home, tiny_base, likes[:20])
    document = evaluate(home)
    assert_whole(document)
    assert names(document) == ["random", "nearest", "splice", "vanilla", "context"]
    assert document["run"] is None
    with pytest.raises(PromptstyleError, match="lora needs a trained model") as caught:
        evaluate(home, systems=["nearest", "lora"])
    assert caught.value.code == "no_run"
    assert "retrain" in caught.value.hint and "--folds" in caught.value.hint


@pytest.mark.parametrize("systems", [["magic"], ["lora", "Random"], []])
def test_an_unknown_system_is_a_wrong_call(trained: Home, systems: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        evaluate(trained, systems=systems)
    assert "random, nearest, splice, vanilla, context, lora, both" in caught.value.hint


def test_what_cannot_be_evaluated_says_why(own: tuple[Home, Library]) -> None:
    home, library = own
    with pytest.raises(PromptstyleError, match="not one pair"):
        evaluate(home, test=[])
    with pytest.raises(UsageError, match="1 folds"):
        evaluate(home, folds=1)
    with pytest.raises(PromptstyleError, match="50 folds need"):
        evaluate(home, folds=50)
    for name in ("model.gguf", "adapter.gguf"):
        (home.runs / "default-1" / name).unlink()
    with pytest.raises(PromptstyleError, match=r"adapter\.gguf") as caught:
        evaluate(home, systems=["lora"])
    assert "retrain" in caught.value.hint
    for like in library.likes("default")[3:]:
        library.remove_like("default", like.id)
    with pytest.raises(PromptstyleError, match="3 liked prompts") as caught:
        evaluate(home)
    assert caught.value.code == "too_few_likes"


def test_the_old_model_is_not_shown_the_like_that_it_is_tested_on(
    own: tuple[Home, Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In cross-validation the tests are among the likes; showing one would give it away."""
    home, library = own
    (old,) = library.runs("default")
    tests = [like for like in library.likes("default") if like.side == "held"][:2]
    old.manifest["mode"] = "both"
    everything = [(like.input, like.output) for like in library.likes("default")]
    outputs = {"lora": [trial_module.SystemOutput("Write it.", "stop")] * 2}
    asked: list[tuple[list[str], list[str]]] = []
    written = old_module.written

    def spy(engine: Any, systems: Any, liked: Any, topics: Any, *rest: Any) -> Any:
        asked.append((list(topics), [topic for topic, _ in liked]))
        return written(engine, systems, liked, topics, *rest)

    monkeypatch.setattr(old_module, "written", spy)
    trial = Trial(
        log=home.logs / "engine.log",
        decoding=Decoding(pool=1, seed=1),
        progress=lambda system, done, total: None,
        check=lambda: None,
        method="test",
        tests=tests,
        made=outputs,
    )
    verdict = compare(trial, old, home, everything)
    assert [topics for topics, _ in asked] == [[like.input] for like in tests]
    assert all(topics[0] not in shown and len(shown) == 21 for topics, shown in asked)
    assert verdict.scores["old"]["n"] == 2
    assert verdict.scores["old"]["mode"] == "both"
