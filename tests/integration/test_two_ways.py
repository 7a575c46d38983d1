"""A tuned model merged or on top of its base: kept, written with, tested, exported, shared."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from quick import set_up

from promptstyle.convert import write_gguf
from promptstyle.core import inventory, run_folder, settings
from promptstyle.core.bases import prepare, registry
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.generation.client import Engine
from promptstyle.core.generation.sampling import Sampling
from promptstyle.core.library import Library, NewLike
from promptstyle.core.model_files import ModelFiles, of_run
from promptstyle.core.paths import Home
from promptstyle.core.pipeline_client import start_evaluate, start_export, start_retrain
from promptstyle.core.training.template import layout
from promptstyle.core.writing import Writer
from promptstyle.tui.services import Services
from promptstyle.tui.session import Session

TOPIC = "Make a prompt that explains a chart to a child."
GREEDY = Sampling(greedy=True)


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory, tiny_base: Path, starter_likes: Path) -> Home:
    """A home whose run was never merged; no test changes it."""
    home = Home.under(tmp_path_factory.mktemp("apart")).ensure()
    set_up(home, tiny_base, starter_likes, 22)
    done = retrain(home, merge="never")
    assert done["activated"] and not done["merged"]
    assert Path(done["adapter"]).is_file()
    assert Path(done["gguf"]) == prepare.gguf_path(home, registry.get(home, "tiny"))
    return home


@pytest.fixture
def own(apart: Home, tmp_path: Path) -> Iterator[tuple[Home, Library]]:
    """A copy of the home, to be changed."""
    home = Home.under(Path(shutil.copytree(apart.data.parent, tmp_path / "own")))
    with Library(home.database) as library:
        yield home, library


def retrain(home: Home, **asked: Any) -> dict[str, Any]:
    with start_retrain(home, "default", **asked) as job:
        stages = [event.get("stage") for event in job.events()]
        done = job.result()
    assert ("merge" in stages) is done["merged"]
    return done


def texts_of(document: dict[str, Any], system: str) -> list[str]:
    """What one system wrote in an evaluation."""
    return [item["outputs"][system] for item in document["examples"]]


def test_a_run_that_was_never_merged_writes_on_its_base(apart: Home) -> None:
    folder = apart.runs / "default-1"
    assert not (folder / "model.gguf").exists()
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["quantize"] is None and manifest["gguf_sha256"] is None
    base = prepare.gguf_path(apart, registry.get(apart, "tiny"))
    log = apart.logs / "engine.log"
    with Engine.start(base, log=log, adapter=folder / "adapter.gguf") as engine:
        tuned = engine.write(layout(TOPIC), GREEDY, seed=0)[0].text
        engine.set_adapter(None)
        untuned = engine.write(layout(TOPIC), GREEDY, seed=0)[0].text
    with Library(apart.database) as library, Writer(apart, library, "default", log=log) as writer:
        asked = {
            mode: writer.write(TOPIC, mode=mode, greedy=True).candidates[0].text
            for mode in ("lora", "base")
        }
        assert asked == {"lora": tuned, "base": untuned}
        half = writer.write(TOPIC, mode="lora", greedy=True, strength=0.0)
        assert half.candidates[0].text == untuned
    assert tuned != untuned


def test_it_is_tested_exported_and_listed_like_any_other(apart: Home, tmp_path: Path) -> None:
    with start_evaluate(apart, "default", systems=["lora", "vanilla"]) as job:
        for _ in job.events():
            pass
        asked = job.result()
    kept = json.loads((apart.runs / "default-1" / "evaluation.json").read_text("utf-8"))
    assert texts_of(asked, "lora") == texts_of(kept, "lora")
    with start_export(apart, "default", tmp_path / "merged.gguf") as job:
        done = job.result()
    assert done["checked"] and (tmp_path / "merged.gguf").stat().st_size == done["bytes"]
    with Library(apart.database) as library:
        assert [each.whole for each in inventory.runs(apart, library, "default")] == [True]


@pytest.mark.slow
def test_the_next_retrain_is_compared_with_it_and_may_be_merged(own: tuple[Home, Library]) -> None:
    home, library = own
    library.add_likes("default", [NewLike("a new topic", "Write something new, in one line.")])
    settings.change(home, merge="q4_k_m")
    done = retrain(home)
    assert done["merged"] and done["scores"]["old"]["run"] == "default-1"
    manifest = json.loads((home.runs / done["run"] / "manifest.json").read_text("utf-8"))
    assert manifest["quantize"] == "q4_k_m"
    assert of_run(home, library.run(done["run"])) == ModelFiles(Path(done["gguf"]))


def test_without_its_adapter_it_is_gone(own: tuple[Home, Library]) -> None:
    home, library = own
    run = library.run("default-1")
    assert of_run(home, run).there
    (home.runs / "default-1" / "adapter.gguf").unlink()
    assert not of_run(home, run).there
    with Writer(home, library, "default", log=home.logs / "engine.log") as writer:
        with pytest.raises(PromptstyleError, match=r"no file .*adapter\.gguf"):
            writer.write(TOPIC, mode="lora", greedy=True)
        assert writer.write(TOPIC, mode="base", greedy=True).candidates
    with pytest.raises(PromptstyleError, match="gone"):
        inventory.activate_run(home, library, "default-1")


def test_it_does_not_write_on_another_base_of_that_name(
    own: tuple[Home, Library], tmp_path: Path, tiny_base: Path
) -> None:
    home, library = own
    other = Path(shutil.copytree(tiny_base, tmp_path / "other"))
    weights = bytearray((other / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (other / "model.safetensors").write_bytes(weights)
    registry.add(home, other, "tiny")
    run = library.run("default-1")
    with pytest.raises(PromptstyleError, match="not the one that default-1 was trained on"):
        of_run(home, run)
    with Writer(home, library, "default", log=home.logs / "engine.log") as writer:
        with pytest.raises(PromptstyleError, match="not the one that default-1") as caught:
            writer.write(TOPIC, mode="both", greedy=True)
        assert caught.value.code == "base_changed"
        assert "add-model" in caught.value.hint
        # The base itself is what it is.
        assert writer.write(TOPIC, mode="base", greedy=True).candidates
    registry.add(home, tiny_base, "tiny")
    assert of_run(home, run).there


def test_deleting_it_frees_what_it_took(own: tuple[Home, Library]) -> None:
    home, library = own
    retrain(home, merge="q8_0")
    library.activate("default-2")
    run_folder.discard(home, library, "default-1")
    assert not run_folder.RunFolder("default-1", home.runs / "default-1").there


# One engine for all


def test_models_take_turns_in_one_process_and_write_as_if_alone(
    apart: Home, base_dir: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.gguf"
    write_gguf(base_dir, other, quantize="q8_0", name="other")
    base = prepare.gguf_path(apart, registry.get(apart, "tiny"))
    adapter, log = apart.runs / "default-1" / "adapter.gguf", apart.logs / "engine.log"
    wanted = [(base, None), (base, adapter), (other, None)]
    alone = []
    for gguf, on_top in wanted:
        with Engine.start(gguf, log=log, adapter=on_top) as engine:
            alone.append((engine.write(layout(TOPIC), GREEDY, seed=0)[0].text, engine.vocab))
    with Engine.start(base, log=log) as engine:
        pid = engine.pid
        for place in (0, 1, 2, 1, 0, 2, 0):
            engine.use(*wanted[place])
            text = engine.write(layout(TOPIC), GREEDY, seed=0)[0].text
            assert (text, engine.vocab) == alone[place]
        assert engine.pid == pid
    assert len(set(alone)) == 3


def test_a_model_that_cannot_be_used_leaves_the_one_before(apart: Home, tmp_path: Path) -> None:
    base, log = prepare.gguf_path(apart, registry.get(apart, "tiny")), apart.logs / "engine.log"
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(base.read_bytes()[:-100])
    with Engine.start(base, log=log) as engine:
        text = engine.write(layout(TOPIC), GREEDY, seed=0)[0].text
        for gguf in (broken, tmp_path / "none.gguf"):
            with pytest.raises(PromptstyleError, match=gguf.name):
                engine.use(gguf)
        with pytest.raises(PromptstyleError, match=r"none\.gguf"):
            engine.use(base, tmp_path / "none.gguf")
        assert engine.write(layout(TOPIC), GREEDY, seed=0)[0].text == text


def test_profiles_of_one_session_share_the_engine(own: tuple[Home, Library]) -> None:
    """A second profile on the same base, another run: the same process, its own model."""
    home, library = own
    rows = [NewLike(f"topic {n}", f"Say {n} things, and stop at once.") for n in range(22)]
    library.ensure_profile("other")
    library.set_base("other", "tiny")
    library.add_likes("other", rows)
    with start_retrain(home, "other", merge="never") as job:
        assert job.result()["run"] == "other-1"
    session = Session(Services(home), "default")
    session.open()
    try:
        texts, pids = {}, set()
        for name in ("default", "other", "default"):
            session.use_profile(name)
            written = session.writer.write(TOPIC, mode="lora", greedy=True)
            assert (written.profile, written.run) == (name, f"{name}-1")
            assert texts.setdefault(name, written.candidates[0].text) == written.candidates[0].text
            assert session._loaded is not None and session._loaded._engine is not None
            pids.add(session._loaded._engine.pid)
        assert len(pids) == 1 and len(set(texts.values())) == 2
    finally:
        session.close()
