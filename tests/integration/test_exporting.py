"""The active model as a file for other programs, from a real retrain on a small base."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from quick import one_candidate

from promptstyle.core.bases import registry
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.generation.client import Engine
from promptstyle.core.generation.sampling import Sampling
from promptstyle.core.library import Library, NewLike
from promptstyle.core.paths import Home
from promptstyle.core.pipeline_client import start_export, start_retrain
from promptstyle.core.training.template import layout

TOPIC = "Make a prompt that explains a chart to a child."


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, tiny_base: Path, starter_likes: Path) -> Home:
    """A home with a trained model on a base folder of its own; tests leave both as they are."""
    root = tmp_path_factory.mktemp("trained")
    home = Home.under(root / "home").ensure()
    base = Path(shutil.copytree(tiny_base, root / "tinybase"))
    registry.add(home, base, "tiny")
    one_candidate(home)
    rows = [json.loads(line) for line in starter_likes.read_text("utf-8").splitlines()]
    with Library(home.database) as library:
        library.ensure_profile("default")
        library.set_base("default", "tiny")
        library.add_likes("default", [NewLike(row["input"], row["output"]) for row in rows[:21]])
    with start_retrain(home, "default", recipe="reference") as job:
        assert job.result()["activated"]
    return home


@pytest.fixture
def own(trained: Home, tmp_path: Path) -> Iterator[tuple[Home, Path]]:
    """A copy of the home and of its base's folder, to be damaged."""
    home = Home.under(Path(shutil.copytree(trained.data.parent, tmp_path / "home")))
    base = Path(shutil.copytree(trained.data.parent.parent / "tinybase", tmp_path / "tinybase"))
    (home.models / "bases.json").unlink()
    registry.add(home, base, "tiny")
    yield home, base


def export(home: Home, out: Path, quantize: str = "q8_0") -> dict[str, Any]:
    with start_export(home, "default", out, quantize) as job:
        return job.result()


def write(gguf: Path, log: Path) -> str:
    with Engine.start(gguf, log=log) as engine:
        return engine.write(layout(TOPIC), Sampling(greedy=True), seed=0)[0].text


@pytest.mark.parametrize("quantize", ["f16", "q8_0", "q4_k_m"])
def test_every_quantisation_loads_and_writes(trained: Home, tmp_path: Path, quantize: str) -> None:
    out = tmp_path / "out" / "model.gguf"
    out.parent.mkdir()
    done = export(trained, out, quantize)
    data = out.read_bytes()
    assert done == {
        "path": str(out),
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "run": "default-1",
    }
    assert list(out.parent.iterdir()) == [out]
    assert write(out, trained.logs / "exported.log")


def test_f16_is_the_model_that_writes_here(trained: Home, tmp_path: Path) -> None:
    own_gguf = trained.runs / "default-1" / "model.gguf"
    done = export(trained, tmp_path / "same.gguf", "f16")
    assert done["sha256"] == hashlib.sha256(own_gguf.read_bytes()).hexdigest()
    log = trained.logs / "exported.log"
    assert write(tmp_path / "same.gguf", log) == write(own_gguf, log)
    smaller = export(trained, tmp_path / "smaller.gguf", "q8_0")
    assert smaller["bytes"] < done["bytes"]


def test_what_is_there_is_replaced_whole(trained: Home, tmp_path: Path) -> None:
    out = tmp_path / "model.gguf"
    out.write_text("old")
    assert export(trained, out)["bytes"] == out.stat().st_size > 3


def test_a_changed_base_is_not_merged(own: tuple[Home, Path], tmp_path: Path) -> None:
    home, base = own
    out = tmp_path / "model.gguf"
    out.write_text("old")
    weights = bytearray((base / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (base / "model.safetensors").write_bytes(weights)
    with pytest.raises(PromptstyleError, match="not the one that default-1") as caught:
        export(home, out)
    assert caught.value.code == "base_changed"
    assert "retrain" in caught.value.hint
    assert out.read_text() == "old"


def test_a_missing_base_says_where_to_put_it(own: tuple[Home, Path], tmp_path: Path) -> None:
    home, base = own
    base.rename(tmp_path / "moved")
    with pytest.raises(PromptstyleError, match="missing") as caught:
        export(home, tmp_path / "model.gguf")
    assert caught.value.code == "base_missing"
    registry.add(home, tmp_path / "moved", "tiny")
    assert export(home, tmp_path / "model.gguf")["bytes"] > 0


def test_a_damaged_adapter_is_named(own: tuple[Home, Path], tmp_path: Path) -> None:
    home, _ = own
    adapter = home.runs / "default-1" / "adapter" / "adapter_model.safetensors"
    adapter.write_bytes(adapter.read_bytes()[:-100])
    with pytest.raises(PromptstyleError, match="adapter_model") as caught:
        export(home, tmp_path / "model.gguf")
    assert caught.value.hint
    assert not (tmp_path / "model.gguf").exists()


def test_without_a_model_there_is_nothing_to_export(home: Home, tmp_path: Path) -> None:
    with Library(home.database) as library:
        library.ensure_profile("default")
    with pytest.raises(PromptstyleError, match="no trained model") as caught:
        export(home, tmp_path / "model.gguf")
    assert caught.value.code == "no_run"
    assert "promptstyle retrain" in caught.value.hint


@pytest.mark.parametrize("quantize", ["q2_k", "", "F16"])
def test_an_unknown_quantisation_is_answered_with_the_known(
    trained: Home, tmp_path: Path, quantize: str
) -> None:
    with pytest.raises(PromptstyleError, match="no type") as caught:
        export(trained, tmp_path / "model.gguf", quantize)
    assert "q8_0" in caught.value.hint
    assert not list(tmp_path.glob("*.gguf*"))


def test_a_folder_that_is_not_there_is_named(trained: Home, tmp_path: Path) -> None:
    with pytest.raises(PromptstyleError, match="nowhere") as caught:
        export(trained, tmp_path / "nowhere" / "model.gguf")
    assert caught.value.hint
