"""Whose are a system's texts taken for: verdicts that add up, shares, the ceiling and the floor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from promptstyle.core.evaluation.attribution import (
    Attribution,
    Judged,
    attribution,
    share,
)

AUTHORS = Path(__file__).parents[1] / "authors"


def prompts(name: str) -> list[str]:
    lines = (AUTHORS / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["output"] for line in lines]


@pytest.fixture(scope="module")
def own() -> list[str]:
    return prompts("courteous")


@pytest.fixture(scope="module")
def others() -> list[str]:
    return [*prompts("telegraphic"), *prompts("sections")]


def test_systems_between_the_floor_and_the_ceiling(own: list[str], others: list[str]) -> None:
    outputs = {
        "copies": own[:6],
        "strangers": others[1::20],
        "half": [own[0], others[1], own[1], others[3]],
        "silent": ["", " "],
    }
    found = attribution(outputs, own[8:], own[:8], others[::2], others[1::2], seed=0)
    assert found.row("copies") == {"attributed": 1.0, "attributed_model": None}
    assert found.row("strangers")["attributed"] == 0.0
    assert found.row("half")["attributed"] == 0.5
    assert found.row("silent")["attributed"] == 0.0
    assert found.row("unknown") == {"attributed": None, "attributed_model": None}
    assert found.judges["characters"].systems["half"] == (True, False, True, False)
    assert found.document() == {
        "characters": {
            "ceiling": 1.0,
            "floor": 0.0,
            "accuracy": 1.0,
            "n_own": 8,
            "n_others": 40,
            "pairs": None,
            "n_pairs": 0,
        }
    }


def test_the_verdict_on_a_text_does_not_depend_on_what_else_is_judged(
    own: list[str], others: list[str]
) -> None:
    outputs = {"a": [own[0], others[1]]}
    one = attribution(outputs, own[8:], own[:2], others[::2], others[1:3], seed=0)
    more = attribution(
        {**outputs, "b": others}, own[8:], own[:8], others[::2], others[1::2], seed=0
    )
    assert one.judges["characters"].systems["a"] == more.judges["characters"].systems["a"]


def test_too_few_texts_are_no_judge(own: list[str], others: list[str]) -> None:
    for mine, theirs in ((own[:11], others), (own, others[:11])):
        found = attribution({"a": own[:1]}, mine, own[:1], theirs, others[:1], seed=0)
        assert found.document() == {}
        assert set(found.row("a").values()) == {None}


def test_those_of_folds_add_up() -> None:
    one = Attribution(
        {"characters": Judged({"lora": (True, False)}, (True,), (False, False), (True,))}
    )
    two = Attribution(
        {
            "characters": Judged({"lora": (True,), "both": (False,)}, (True, False), (True,)),
            "model": Judged({"lora": (True,)}, (True,)),
        }
    )
    total = one + two
    assert total.judges["characters"] == Judged(
        {"lora": (True, False, True), "both": (False,)},
        (True, True, False),
        (False, False, True),
        (True,),
    )
    assert total.judges["model"] == two.judges["model"]
    assert sum([one, two], Attribution()) == total
    assert total.row("lora") == {"attributed": 0.6667, "attributed_model": 1.0}
    characters = total.document()["characters"]
    assert (characters["n_own"], characters["n_others"]) == (3, 3)
    assert characters["accuracy"] == pytest.approx((2 / 3 + 2 / 3) / 2, abs=1e-3)
    assert total.document()["model"]["floor"] is None
    assert total.document()["model"]["accuracy"] is None


def test_a_share_of_nothing_is_unknown() -> None:
    assert share(()) is None
    assert share((True, False, False)) == 0.3333
