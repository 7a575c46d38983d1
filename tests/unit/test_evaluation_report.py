"""The evaluate document and its plain-text faces."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.evaluation.attribution import Attribution, Judged
from promptstyle.core.evaluation.display import side_by_side, table
from promptstyle.core.evaluation.measures import SystemOutput
from promptstyle.core.evaluation.report import SYSTEMS, ordered, report

TESTS = [
    ("Make a prompt about bees", "List five bees"),
    ("Make a prompt about rain", "Write about rain"),
]
OUTPUTS = {
    "lora": [SystemOutput("List five bees", "stop"), SystemOutput("Write on snow", "length")],
    "mine": [SystemOutput("x", "stop"), SystemOutput("y", "stop")],
    "random": [SystemOutput("Write about rain"), SystemOutput("List five bees")],
}


def test_the_document_has_the_shape_of_the_contract() -> None:
    document = report(TESTS, OUTPUTS, seed=3, liked=[TESTS[1]])
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["n"] == 2
    assert [system["name"] for system in document["systems"]] == ["random", "lora", "mine"]
    for system in document["systems"]:
        for key in ("rouge1", "rougeL"):
            assert 0 <= system[f"{key}_low"] <= system[key] <= system[f"{key}_high"] <= 1
    assert document["examples"] == [
        {
            "topic": "Make a prompt about bees",
            "gold": "List five bees",
            "outputs": {"random": "Write about rain", "lora": "List five bees", "mine": "x"},
        },
        {
            "topic": "Make a prompt about rain",
            "gold": "Write about rain",
            "outputs": {"random": "List five bees", "lora": "Write on snow", "mine": "y"},
        },
    ]


def test_the_scores_are_those_of_the_texts() -> None:
    systems = {s["name"]: s for s in report(TESTS, OUTPUTS, seed=3, liked=[TESTS[1]])["systems"]}
    assert systems["random"]["rouge1"] == 0.0
    # One equal text, one with 1 word of 3 shared.
    assert systems["lora"]["rouge1"] == pytest.approx((1 + 1 / 3) / 2, abs=1e-4)
    assert systems["lora"]["rougeL"] == pytest.approx((1 + 1 / 3) / 2, abs=1e-4)
    # With two topics a resample is one of them twice, or both.
    assert systems["lora"]["rouge1_low"] == pytest.approx(1 / 3, abs=1e-4)
    assert systems["lora"]["rouge1_high"] == 1.0
    assert systems["lora"]["ended"] == 0.5
    assert systems["random"]["ended"] is None
    assert systems["random"]["copied"] == 0.5
    assert systems["lora"]["covered"] == 0.5
    assert systems["mine"]["words"] == 1.0


def test_the_seed_decides() -> None:
    assert report(TESTS, OUTPUTS, seed=3) == report(TESTS, OUTPUTS, seed=3)


def test_what_cannot_be_reported() -> None:
    with pytest.raises(PromptstyleError) as nothing:
        report([], {}, seed=0)
    assert nothing.value.code == "no_tests"
    with pytest.raises(ValueError, match="lora has 1 outputs for 2 topics"):
        report(TESTS, {"lora": OUTPUTS["lora"][:1]}, seed=0)


def test_the_share_taken_for_the_users_stands_in_every_row() -> None:
    judged = Judged({"lora": (True, False), "random": (True, True)}, (True,), (False, True, False))
    found = report(TESTS, OUTPUTS, seed=3, attribution=Attribution({"characters": judged}))
    rows = {row["name"]: row for row in found["systems"]}
    assert [rows[name]["attributed"] for name in ("random", "lora", "mine")] == [1.0, 0.5, None]
    assert all(row["attributed_model"] is None for row in rows.values())
    assert found["attribution"]["characters"]["ceiling"] == 1.0
    assert found["attribution"]["characters"]["floor"] == pytest.approx(0.3333)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    nobody = report(TESTS, OUTPUTS, seed=3)
    assert nobody["attribution"] == {}
    assert {row["attributed"] for row in nobody["systems"]} == {None}


def test_order_of_systems() -> None:
    assert ordered(["zeta", *reversed(SYSTEMS), "alpha"]) == [*SYSTEMS, "alpha", "zeta"]


def system(name: str, **changes: Any) -> dict[str, Any]:
    values = {
        "name": name,
        "rouge1": 0.3111,
        "rouge1_low": 0.2,
        "rouge1_high": 0.4,
        "rougeL": 0.2,
        "rougeL_low": 0.1,
        "rougeL_high": 0.31,
        "ended": None,
        "repeated": 0.0,
        "covered": 0.25,
        "copied": 1.0,
        "words": 57.3,
    }
    return values | changes


def document(n: int) -> dict[str, Any]:
    systems = [system("random"), system("lora", ended=1.0, covered=0.904, copied=None, words=102)]
    return {"n": n, "systems": systems, "examples": []}


LEGEND = """\
random  a random liked prompt for every topic
lora    the tuned model with nothing shown

on topic: share of the topic's words found in the prompt. repeats: a sentence
twice. ended: by itself. copied: a liked prompt but for small edits. -: does not
apply.
"""


def test_table() -> None:
    assert (
        table(document(61))
        == """\
ROUGE on 61 held-out liked prompts, F-measure with 95% intervals

system  ROUGE-1               ROUGE-L
random  0.311 [0.200, 0.400]  0.200 [0.100, 0.310]
lora    0.311 [0.200, 0.400]  0.200 [0.100, 0.310]

system  on topic  repeats  ended  copied  words
random       25%       0%      -    100%     57
lora         90%       0%   100%       -    102

"""
        + LEGEND
    )


def test_table_with_the_judges_of_style() -> None:
    judged = document(61)
    judged["systems"][0] |= {"attributed": 0.98, "attributed_model": None}
    judged["systems"][1] |= {"attributed": 0.508, "attributed_model": None}
    judged["attribution"] = {
        "characters": {"ceiling": 1.0, "floor": 0.0111, "n_own": 61, "n_others": 240}
    }
    text = table(judged)
    assert (
        """\
system  as yours  on topic  repeats  ended  copied  words
random       98%       25%       0%      -    100%     57
lora         51%       90%       0%   100%       -    102
"""
        in text
    )
    assert text.endswith(
        """\

as yours: taken for yours by a judge of character patterns, topics masked. To
compare: of your 61 held-out prompts 100% (the ceiling), of 240 prompts by
others 1% (the floor).
"""
    )
    assert max(map(len, text.splitlines())) <= 80


def test_one_table_where_it_fits() -> None:
    wide = table(document(61), width=120)
    assert "on topic  repeats  ended  copied  words" in wide.splitlines()[2]
    assert wide.splitlines()[3].startswith("random  0.311 [0.200, 0.400]  0.200 [0.100, 0.310]  ")


def test_few_topics_are_remarked_on() -> None:
    assert "Only" not in table(document(20))
    assert "Only 19 topics: the intervals are wide" in table(document(19))
    one = table(document(1))
    assert "ROUGE on 1 held-out liked prompt," in one
    assert "no width" in one


def test_table_takes_a_document_of_the_bare_contract() -> None:
    bare = document(5)
    for each in bare["systems"]:
        for extra in ("ended", "repeated", "covered", "copied", "words"):
            del each[extra]
    assert "random  0.311 [0.200, 0.400]" in table(bare)


def test_side_by_side() -> None:
    examples = report(TESTS, {"lora": OUTPUTS["lora"]}, seed=0)
    examples["examples"][0]["outputs"]["lora"] = "List five bees\n\nand then their flowers"
    examples["examples"][1]["outputs"]["lora"] = ""
    assert (
        side_by_side(examples, width=28)
        == """\
1. Make a prompt about bees
  liked  List five bees
  lora   List five bees

         and then their
         flowers

2. Make a prompt about rain
  liked  Write about rain
  lora
"""
    )
    assert side_by_side(document(3)) == ""


def test_reading_a_report_loads_nothing_heavy() -> None:
    program = (
        "import sys, promptstyle.core.evaluation.display, promptstyle.core.evaluation.baselines, "
        "promptstyle.core.evaluation.splits, promptstyle.core.evaluation.intervals; "
        "heavy = {'torch', 'transformers', 'peft', 'llama_cpp', 'nltk', 'rouge_score', 'numpy'}; "
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
