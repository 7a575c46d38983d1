"""Evaluations on disk: the newer of two, and none where a file is damaged."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core import atomic, run_folder
from promptstyle.core.evaluation import stored
from promptstyle.core.evaluation.measures import SystemOutput
from promptstyle.core.evaluation.report import report
from promptstyle.core.library import Library
from promptstyle.core.paths import Home
from promptstyle.core.run_folder import RunFolder

Document = dict[str, Any]


def document(run: str = "default-1", text: str = "Write 3 lines.", **more: Any) -> Document:
    """What `evaluate` says of two systems on one topic."""
    made = {"random": [SystemOutput("Draw it.")], "lora": [SystemOutput(text, "stop")]}
    found = report([("rain", "Write 3 lines on rain.")], made, 1, resamples=50)
    return {**found, "method": "held-out likes", "run": run, **more}


def put(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_json(path, value)


def own(home: Home, run: str = "default-1") -> Path:
    return RunFolder(run, home.runs / run).evaluation


def test_what_was_saved_is_loaded(home: Home) -> None:
    assert stored.load(home, "default-1") is None
    stored.save(home, document())
    found = stored.load(home, "default-1")
    assert found is not None
    assert found == document(created=found["created"])
    path = stored.place(home, "default-1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["default-1.json"]
    assert stored.load(home, "default-2") is None


@pytest.mark.parametrize(
    ("judged", "evaluated", "newest"),
    [
        ("2026-01-02T00:00:00Z", "2026-01-02T00:00:01Z", "evaluated"),
        ("2026-01-02T00:00:00Z", "2026-01-02T00:00:00Z", "evaluated"),
        # Of an earlier run of that name, from a library that is gone.
        ("2026-01-02T00:00:00Z", "2025-12-31T23:59:59Z", "judged"),
    ],
)
def test_the_newer_one_is_shown(home: Home, judged: str, evaluated: str, newest: str) -> None:
    put(own(home), document(text="judged", created=judged))
    put(stored.place(home, "default-1"), document(text="evaluated", created=evaluated))
    found = stored.load(home, "default-1")
    assert found is not None
    assert found["examples"][0]["outputs"]["lora"] == newest


def damaged() -> dict[str, Any]:
    whole = document(created="2026-01-02T00:00:00Z")
    example, row = whole["examples"][0], whole["systems"][0]
    return {
        "another run": {**whole, "run": "default-2"},
        "no time": {key: value for key, value in whole.items() if key != "created"},
        "systems are no list": {**whole, "systems": {}},
        "a row is no object": {**whole, "systems": [1]},
        "a row without a name": {**whole, "systems": [{**row, "name": None}]},
        "a row without a score": {**whole, "systems": [{**row, "rougeL": None}]},
        "an example is no object": {**whole, "examples": ["rain"]},
        "a text is missing": {**whole, "examples": [{**example, "outputs": {"random": "x"}}]},
        "no topic": {**whole, "examples": [{**example, "topic": 3}]},
        "no object": [whole],
    }


@pytest.mark.parametrize("kind", damaged())
def test_a_damaged_one_is_none_and_the_other_stands(home: Home, kind: str) -> None:
    put(stored.place(home, "default-1"), damaged()[kind])
    assert stored.load(home, "default-1") is None
    put(own(home), document(text="whole", created="2020-01-01T00:00:00Z"))
    found = stored.load(home, "default-1")
    assert found is not None
    assert found["examples"][0]["outputs"]["lora"] == "whole"


@given(data=st.binary() | st.just(b"[" * 100_000))
def test_any_bytes_are_no_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    home = Home.under(tmp_path_factory.mktemp("home"))
    path = own(home)
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    assert stored.load(home, "default-1") is None


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.999])
def test_half_a_file_is_none(home: Home, cut: float) -> None:
    put(own(home), document(created="2026-01-02T00:00:00Z"))
    text = own(home).read_text()
    assert stored.load(home, "default-1") == json.loads(text)
    own(home).write_text(text[: int(len(text.rstrip()) * cut)])
    assert stored.load(home, "default-1") is None


@pytest.mark.parametrize("name", ["", "..", "\ud800", "a\0b", "x" * 5000])
def test_a_name_that_no_run_has_is_none(home: Home, name: str) -> None:
    assert stored.load(home, name) is None


def test_a_deleted_run_keeps_its_evaluation(home: Home) -> None:
    put(own(home), document(created="2026-01-02T00:00:00Z"))
    with Library(home.database) as library:
        library.ensure_profile("default")
        library.add_run("default-1", "default", "embedded", {})
        run_folder.discard(home, library, "default-1")
    found = stored.load(home, "default-1")
    assert found is not None
    assert found["examples"][0]["outputs"]["lora"] == "Write 3 lines."


def test_a_disk_that_refuses_does_not_cost_the_evaluation(home: Home) -> None:
    stored.place(home, "x").parent.write_text("a file where the folder should be")
    stored.save(home, document())
    assert stored.load(home, "default-1") is None
