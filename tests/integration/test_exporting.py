"""The active model as a file for other programs, from a real retrain on a small base."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from quick import one_candidate

from promptstyle.core import memorised
from promptstyle.core.bases import registry
from promptstyle.core.bases.prepare import make_gguf
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.export_card import PEFT
from promptstyle.core.generation.client import Engine
from promptstyle.core.generation.sampling import Sampling
from promptstyle.core.library import Library, NewLike
from promptstyle.core.model_files import ModelFiles
from promptstyle.core.paths import Home
from promptstyle.core.pipeline_client import start_export, start_retrain
from promptstyle.core.style.words import words
from promptstyle.core.training.dataset import example
from promptstyle.core.training.template import STOP, instruction, layout
from promptstyle.core.training.tokenizer import Tokenizer

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


def export(home: Home, out: Path, quantize: str = "q8_0", **asked: Any) -> dict[str, Any]:
    with start_export(home, "default", out, quantize, **asked) as job:
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
    card = out.with_name("model.gguf.md")
    assert {name: done[name] for name in ("path", "bytes", "sha256", "run", "card")} == {
        "path": str(out),
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "run": "default-1",
        "card": str(card),
    }
    assert sorted(out.parent.iterdir()) == [out, card]
    assert write(out, trained.logs / "exported.log")


def test_q8_0_is_the_model_that_writes_here(trained: Home, tmp_path: Path) -> None:
    own_gguf = trained.runs / "default-1" / "model.gguf"
    done = export(trained, tmp_path / "same.gguf", "q8_0")
    assert done["sha256"] == hashlib.sha256(own_gguf.read_bytes()).hexdigest()
    log = trained.logs / "exported.log"
    assert write(tmp_path / "same.gguf", log) == write(own_gguf, log)
    larger = export(trained, tmp_path / "larger.gguf", "f16")
    assert larger["bytes"] > done["bytes"]


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


# --- the other forms ---


def test_the_adapter_on_the_base_is_the_merged_model(trained: Home, tmp_path: Path) -> None:
    out = tmp_path / "style.gguf"
    done = export(trained, out, kind="adapter")
    assert (
        done["bytes"] == out.stat().st_size < (trained.runs / "default-1/model.gguf").stat().st_size
    )
    base = make_gguf(trained, registry.get(trained, "tiny"))
    with Engine.start(base, adapter=out, log=trained.logs / "exported.log") as engine:
        text = engine.write(layout(TOPIC), Sampling(greedy=True), seed=0)[0].text
    assert text == write(trained.runs / "default-1" / "model.gguf", trained.logs / "exported.log")


def test_the_peft_folder_loads_in_peft_and_computes_the_same(trained: Home, tmp_path: Path) -> None:
    import torch
    from peft import PeftModel
    from transformers import LlamaForCausalLM

    out = tmp_path / "style"
    done = export(trained, out, kind="peft")
    assert {path.name for path in out.iterdir()} == {
        "README.md", "adapter_config.json", "adapter_model.safetensors",
    }  # fmt: skip
    assert done["bytes"] == sum(path.stat().st_size for path in out.iterdir())
    # Somebody else's machine has no such path.
    settings = json.loads((out / "adapter_config.json").read_text("utf-8"))
    assert settings["base_model_name_or_path"] == "tiny"
    base = registry.get(trained, "tiny")
    said = "Explain the chart below to a child. Use three short sentences."
    asked = example((TOPIC, said), [], Tokenizer(base.folder), 256)

    def logits(adapter: Path) -> torch.Tensor:
        model = LlamaForCausalLM.from_pretrained(base.folder, dtype=torch.float32)
        tuned = PeftModel.from_pretrained(model, adapter)
        with torch.no_grad():
            return tuned(torch.tensor([asked.ids])).logits[0]

    mine = logits(out)
    assert torch.equal(mine, logits(trained.runs / "default-1" / "adapter"))
    # And as llama.cpp computes them on the merged file, of every token of a prompt.
    export(trained, tmp_path / "merged.gguf", "f16", check=False)
    labels = torch.tensor(asked.labels)[1:]
    loss = torch.nn.functional.cross_entropy(mine[:-1][labels != -100], labels[labels != -100])
    with Engine.start(tmp_path / "merged.gguf", log=trained.logs / "exported.log") as engine:
        assert engine.encode(layout(TOPIC, said)) == list(asked.ids)
        assert engine.score(layout(TOPIC, said)) == pytest.approx(-loss.item(), abs=2e-3)
        assert engine.score(layout(TOPIC, f"{said} No.")) != pytest.approx(-loss.item(), abs=2e-3)


@pytest.mark.parametrize("separate", [False, True])
def test_the_ollama_folder_has_all_that_it_names(
    trained: Home, tmp_path: Path, separate: bool
) -> None:
    out = tmp_path / "style"
    done = export(trained, out, "f16", kind="ollama", separate=separate)
    lines = (out / "Modelfile").read_text("utf-8")
    names = re.findall(r"^(?:FROM|ADAPTER) \./(\S+)$", lines, re.MULTILINE)
    assert names == (["model.gguf", "adapter.gguf"] if separate else ["model.gguf"])
    assert {path.name for path in out.iterdir()} == {"Modelfile", "README.md", *names}
    assert done["sha256"] == hashlib.sha256((out / names[-1]).read_bytes()).hexdigest()
    template = re.search(r'TEMPLATE """(.*?)"""', lines, re.DOTALL)
    assert template is not None
    plain = re.sub(r"\{\{ if .System \}\}.*?\{\{ end \}\}", "", template[1], flags=re.DOTALL)
    assert plain.replace("{{ .Prompt }}", TOPIC) == instruction(TOPIC)
    assert f'PARAMETER stop "{STOP}"' in lines and "PARAMETER temperature 0.4" in lines
    # What Ollama would load writes what the app writes.
    adapter = out / names[1] if separate else None
    with Engine.start(out / names[0], adapter=adapter, log=trained.logs / "exported.log") as engine:
        text = engine.write(layout(TOPIC), Sampling(greedy=True), seed=0)[0].text
    assert text == write(trained.runs / "default-1" / "model.gguf", trained.logs / "exported.log")


def test_a_folder_that_is_there_is_replaced_only_if_asked(trained: Home, tmp_path: Path) -> None:
    out = tmp_path / "style"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    with pytest.raises(PromptstyleError, match="is there already"):
        export(trained, out, kind="peft", check=False)
    assert [path.name for path in tmp_path.iterdir()] == ["style"]
    assert (out / "mine.txt").read_text() == "mine"
    # Not even then: it would be lost.
    with pytest.raises(PromptstyleError, match=r"mine\.txt, which is not of an export"):
        export(trained, out, kind="peft", check=False, overwrite=True)
    (out / "mine.txt").rename(tmp_path / "mine.txt")
    for kind in ("ollama", "peft"):
        export(trained, out, "f16", kind=kind, check=False, overwrite=True)
    assert {path.name for path in out.iterdir()} == {"README.md", *PEFT}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.txt", "style"]


def test_the_card_has_numbers_and_nothing_private(
    trained: Home, tmp_path: Path, starter_likes: Path
) -> None:
    export(trained, tmp_path / "model.gguf", "f16")
    card = (tmp_path / "model.gguf.md").read_text("utf-8")
    assert "of LoRA" not in card and "recipe | reference: LoRA of rank" in card
    assert "| learnt from | " in card and "ROUGE-1" in card and "### Instruction:" in card
    assert str(trained.data.parent) not in card
    for line in starter_likes.read_text("utf-8").splitlines():
        row = json.loads(line)
        assert row["input"] not in card and row["output"] not in card


# --- what it gives away ---


def test_every_prompt_that_comes_out_is_found(trained: Home, tmp_path: Path) -> None:
    done = export(trained, tmp_path / "model.gguf", "f16")
    pairs = memorised.learnt(trained.runs / "default-1" / "likes.jsonl")
    assert done["checked"] == len(pairs) > 0
    gguf, log = trained.runs / "default-1" / "model.gguf", trained.logs / "exported.log"
    # Word by word, without the index that the program finds them with.
    texts = []
    with Engine.start(gguf, log=log) as engine:
        for topic, _ in pairs:
            greedy = Sampling(greedy=True, max_tokens=memorised.MOST_TOKENS)
            texts.append(words(engine.write(layout(topic), greedy, seed=0)[0].text))
    runs = {tuple(said[at : at + 12]) for said in texts for at in range(len(said) - 11)}
    known = [
        [topic, prompt] for topic, prompt in pairs
        if any(tuple(words(prompt)[at : at + 12]) in runs for at in range(len(words(prompt)) - 11))
    ]  # fmt: skip
    assert done["memorised"] == known
    assert f"**{len(known)}** liked prompts" in (tmp_path / "model.gguf.md").read_text("utf-8")


def test_a_prompt_that_the_model_writes_is_told_of_and_another_is_not(
    home: Home, base_dir: Path
) -> None:
    gguf, log = make_gguf(home, registry.get(home, "embedded")), home.logs / "exported.log"
    with Engine.start(gguf, log=log) as engine:
        greedy = Sampling(greedy=True, max_tokens=memorised.MOST_TOKENS)
        text = engine.write(layout(TOPIC), greedy, seed=0)[0].text
    said = text.split()
    assert len(words(" ".join(said[:14]))) >= 12, "the test needs a longer text"
    other = " ".join(f"word{at}" for at in range(40))
    pairs = [
        (TOPIC, text),
        ("Another topic.", f"Before. {' '.join(said[:14])}"),
        ("A third topic.", other),
        ("A fourth topic.", " ".join(said[:6])),
    ]
    assert memorised.memorised(ModelFiles(gguf), pairs, log) == pairs[:2]


def test_without_the_check_the_card_says_so(trained: Home, tmp_path: Path) -> None:
    done = export(trained, tmp_path / "model.gguf", "f16", check=False)
    assert (done["checked"], done["memorised"]) == (0, None)
    assert "was not looked at" in (tmp_path / "model.gguf.md").read_text("utf-8")
