"""A base of the hub that was taught this program's task: fetched, merged, found, refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from local_hub import NAMES, LocalHub, serving
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import LlamaForCausalLM

from promptstyle.convert import ConvertError, write_base
from promptstyle.convert.config import LlamaConfig
from promptstyle.convert.layers import tensors
from promptstyle.convert.lora import Adapter
from promptstyle.convert.weights import Weights
from promptstyle.core import atomic
from promptstyle.core.bases import adapted, files, registry
from promptstyle.core.bases.pinned import PINNED, Pinned
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.jobs import Job
from promptstyle.core.paths import Home
from promptstyle.core.style.parts import Parts

LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


@pytest.fixture(scope="module")
def adapter(tmp_path_factory: pytest.TempPathFactory, tiny_base: Path) -> Path:
    """A LoRA for the small base, changed enough to be seen, with its recorded hashes."""
    folder = tmp_path_factory.mktemp("adapter")
    save_adapter(tiny_base, folder, seed=1)
    return folder


def save_adapter(base: Path, folder: Path, seed: int) -> None:
    torch.manual_seed(seed)
    model = get_peft_model(
        LlamaForCausalLM.from_pretrained(base, dtype=torch.float32),
        LoraConfig(r=2, lora_alpha=2, target_modules=LINEAR),
    )
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.2)
    model.save_pretrained(folder)
    digest = files.sha256(folder / "adapter_model.safetensors")
    (folder / "SHA256SUMS").write_text(f"{digest}  adapter_model.safetensors\n")


def test_merging_is_what_peft_computes_rounded_once(
    tiny_base: Path, adapter: Path, tmp_path: Path
) -> None:
    seen: list[tuple[int, int]] = []
    write_base(
        tiny_base,
        adapter,
        tmp_path / "out",
        settings={"promptstyle": {"ideas": 1}},
        progress=lambda done, total: seen.append((done, total)),
    )
    plain = LlamaForCausalLM.from_pretrained(tiny_base, dtype=torch.float32)
    merged = PeftModel.from_pretrained(plain, adapter).merge_and_unload()
    weights = Weights.of_model(tmp_path / "out")
    for name, tensor in merged.state_dict().items():
        if name in weights:
            assert np.array_equal(weights.read(name), tensor.bfloat16().float().numpy()), name
    ours = LlamaForCausalLM.from_pretrained(tmp_path / "out", dtype=torch.float32)
    ids = torch.arange(3, 40)[None]
    with torch.no_grad():
        assert torch.allclose(ours(ids).logits, merged(ids).logits, atol=0.05)
        assert not torch.allclose(ours(ids).logits, plain_logits(tiny_base, ids), atol=0.05)
    assert seen[0][0] == 0 and seen[-1][0] == seen[-1][1] == len(list(weights))
    config = json.loads((tmp_path / "out" / "config.json").read_text("utf-8"))
    assert config["promptstyle"] == {"ideas": 1}


def plain_logits(base: Path, ids: torch.Tensor) -> torch.Tensor:
    logits: torch.Tensor = LlamaForCausalLM.from_pretrained(base, dtype=torch.float32)(ids).logits
    return logits


def test_an_adapter_of_another_model_is_refused(
    base_dir: Path, adapter: Path, tmp_path: Path
) -> None:
    with pytest.raises(ConvertError) as caught:
        write_base(base_dir, adapter, tmp_path / "out", settings={})
    assert "does not fit" in caught.value.message
    assert not (tmp_path / "out").exists()


# --- by name ---


@pytest.fixture
def hub(
    tmp_path: Path, tiny_base: Path, adapter: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LocalHub]:
    """A hub on loopback that has the small base where SmolLM2 should be."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    names = [name for name in NAMES if (tiny_base / name).is_file()]
    pinned = PINNED["smollm2"]
    with serving(tiny_base, pinned.repo, pinned.revision) as found:
        # An absolute path is where it is, whatever it is joined to.
        monkeypatch.setitem(PINNED, "smollm2", replace(found.pinned(names), adapter=str(adapter)))
        yield found


def fetch(home: Home, hub: LocalHub, tmp_path: Path, pinned: Pinned) -> list[dict[str, Any]]:
    """Pull in a child process, as the program does; the events, the result last."""
    with Job.start(
        "worker_jobs:pull_pinned",
        {"name": "smollm2", "home": home.document(), "pinned": asdict(pinned)},
        log=home.logs / "pull.log",
        env=hub.environment(tmp_path / "hub"),
    ) as job:
        events = [dict(event) for event in job.events()]
        return [*events, job.result()]


def test_it_is_fetched_and_taught(home: Home, hub: LocalHub, tmp_path: Path) -> None:
    assert registry.get(home, "smollm2").state == "missing"
    with pytest.raises(PromptstyleError) as caught:
        _ = registry.get(home, "smollm2").folder
    assert "promptstyle pull smollm2" in caught.value.hint
    events = fetch(home, hub, tmp_path, PINNED["smollm2"])
    assert {event.get("stage") for event in events[:-1]} == {"download", "adapt"}
    base = registry.get(home, "smollm2")
    assert (base.state, base.source, str(base.path)) == ("ready", "hub", events[-1]["path"])
    assert base.parts == Parts(ideas=1)
    found = registry.verify(home, "smollm2")
    assert found["ok"] and {row["detail"] for row in found["files"]} == {"as recorded"}
    # It does not need the hub's files any more, and is not made again.
    before = (base.folder / "model.safetensors").stat().st_mtime_ns
    hub.requests.clear()
    fetch(home, hub, tmp_path, PINNED["smollm2"])
    assert hub.requests == []
    assert (base.folder / "model.safetensors").stat().st_mtime_ns == before
    shutil.rmtree(tmp_path / "hub")
    assert registry.get(home, "smollm2").state == "ready"
    fetch(home, hub, tmp_path, PINNED["smollm2"])
    assert hub.requests == []


def test_an_adapter_that_went_bad_is_not_merged(
    home: Home, hub: LocalHub, adapter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(adapter, tmp_path / "bad")
    weights = tmp_path / "bad" / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    pinned = replace(PINNED["smollm2"], adapter=str(tmp_path / "bad"))
    monkeypatch.setitem(PINNED, "smollm2", pinned)
    with pytest.raises(PromptstyleError) as caught:
        adapted.make(home, "smollm2", hub.folder)
    assert caught.value.code == "installation"
    assert registry.get(home, "smollm2").state == "missing"


def test_what_was_broken_off_is_made_anew(home: Home, hub: LocalHub, tmp_path: Path) -> None:
    def stop(done: int, _total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        adapted.make(home, "smollm2", hub.folder, stop)
    assert registry.get(home, "smollm2").state == "missing"
    made = adapted.make(home, "smollm2", hub.folder)
    assert registry.get(home, "smollm2").path == made
    assert registry.verify(home, "smollm2")["ok"]
    assert sorted(path.name for path in made.parent.iterdir() if path.is_dir()) == [made.name]


@pytest.mark.parametrize("harm", ["cut", "missing", "changed", "unlisted"])
def test_one_that_went_bad_is_made_anew(home: Home, hub: LocalHub, harm: str) -> None:
    made = adapted.make(home, "smollm2", hub.folder)
    weights = made / "model.safetensors"
    whole = weights.read_bytes()
    if harm == "missing":
        weights.unlink()
    elif harm == "unlisted":
        (made / "SHA256SUMS").write_bytes(b"\xff")
    else:
        weights.write_bytes(whole[:-100] if harm == "cut" else whole[:-1] + b"x")
    base = registry.get(home, "smollm2")
    assert base.state == ("ready" if harm in ("changed", "unlisted") else "damaged")
    assert not registry.verify(home, "smollm2")["ok"]
    adapted.make(home, "smollm2", hub.folder)
    assert weights.read_bytes() == whole
    assert registry.verify(home, "smollm2")["ok"]


def test_another_adapter_is_another_base(
    home: Home,
    hub: LocalHub,
    tiny_base: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = adapted.make(home, "smollm2", hub.folder)
    save_adapter(tiny_base, tmp_path / "other", seed=2)
    pinned = replace(PINNED["smollm2"], adapter=str(tmp_path / "other"))
    monkeypatch.setitem(PINNED, "smollm2", pinned)
    assert registry.get(home, "smollm2").state == "missing"
    second = adapted.make(home, "smollm2", hub.folder)
    assert files.identity(first) != files.identity(second)


def test_a_folder_with_the_same_weights_will_do(
    home: Home, hub: LocalHub, base_dir: Path, tmp_path: Path
) -> None:
    with pytest.raises(PromptstyleError) as caught:
        registry.add(home, base_dir, "smollm2")
    assert caught.value.code == "base_other" and "--name" in caught.value.hint
    copy = tmp_path / "from elsewhere"
    shutil.copytree(hub.folder, copy)
    # What had that name before gives way.
    atomic.write_json(home.models / "bases.json", {"smollm2": {"path": "/gone", "sha256": {}}})
    base = registry.add(home, copy, "smollm2")
    assert (base.source, base.state) == ("hub", "ready")
    shutil.rmtree(copy)
    assert registry.get(home, "smollm2").state == "ready"


def test_the_adapter_that_ships_is_for_the_pinned_model(tmp_path: Path) -> None:
    """Its shapes are those of SmolLM2-135M, whose config.json says what stands here."""
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 49152,
        "hidden_size": 576, "intermediate_size": 1536, "num_hidden_layers": 30,
        "num_attention_heads": 9, "num_key_value_heads": 3, "max_position_embeddings": 8192,
        "rms_norm_eps": 1e-05, "rope_theta": 100000, "tie_word_embeddings": True,
        "hidden_act": "silu", "bos_token_id": 1, "eos_token_id": 2,
    }  # fmt: skip
    (tmp_path / "config.json").write_text(json.dumps(config))
    folder = adapted.adapter_folder("smollm2")
    plan = tensors(LlamaConfig.of_folder(tmp_path))
    Adapter(folder).require(plan)
    changed = [tensor for tensor in plan if tensor.source in Adapter(folder)]
    assert len(changed) == 30 * len(LINEAR)
    for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines():
        digest, name = line.split("  ")
        assert files.sha256(folder / name) == digest
