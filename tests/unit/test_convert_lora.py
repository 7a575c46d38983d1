"""LoRA folders: peft's own numbers, and what is refused by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import LlamaConfig as HfConfig
from transformers import LlamaForCausalLM

from promptstyle.convert import ConvertError
from promptstyle.convert.lora import Adapter

LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def peft_model(**settings: Any) -> Any:
    torch.manual_seed(0)
    config = HfConfig(
        vocab_size=40, hidden_size=16, intermediate_size=24, num_hidden_layers=2,
        num_attention_heads=2,
    )  # fmt: skip
    lora = LoraConfig(**{"r": 4, "lora_alpha": 6, "target_modules": LINEAR, **settings})
    model = get_peft_model(LlamaForCausalLM(config), lora)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.normal_()
    return model


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"use_rslora": True},
        {"target_modules": ["v_proj"], "layers_to_transform": [1]},
        {"rank_pattern": {"q_proj": 2, "mlp.up_proj": 6}, "alpha_pattern": {"o_proj": 1}},
        {"rank_pattern": {r"layers\.1\.mlp\..*": 3}, "alpha_pattern": {"proj": 9, "q_proj": 1}},
        {"rank_pattern": {"v_proj": 2}, "use_rslora": True},
    ],
)
def test_changes_are_peft_s(tmp_path: Path, settings: dict[str, Any]) -> None:
    model = peft_model(**settings)
    model.save_pretrained(tmp_path)
    adapter = Adapter(tmp_path)
    changed = 0
    for name, module in model.base_model.model.named_modules():
        if not hasattr(module, "get_delta_weight"):
            continue
        changed += 1
        expected = module.get_delta_weight("default").detach().numpy()
        np.testing.assert_allclose(adapter.delta(f"{name}.weight"), expected, atol=1e-5)
        assert f"{name}.weight" in adapter
    assert changed >= 1
    assert "lm_head.weight" not in adapter


def saved(folder: Path, **settings: Any) -> Path:
    peft_model().save_pretrained(folder)
    path = folder / "adapter_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **settings}))
    return folder


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"peft_type": "PROMPT_TUNING"}, "not of a LoRA"),
        ({"use_dora": True}, "use_dora = True"),
        ({"bias": "all"}, "bias = 'all'"),
        ({"modules_to_save": ["lm_head"]}, "modules_to_save"),
        ({"fan_in_fan_out": True}, "fan_in_fan_out"),
        ({"init_lora_weights": "pissa"}, "init_lora_weights = 'pissa'"),
        ({"layer_replication": [[0, 2]]}, "layer_replication"),
        ({"r": 0}, "r is 0"),
        ({"r": 8}, "not rank 8"),
        ({"rank_pattern": {"q_proj": 3}}, "not rank 3"),
    ],
)
def test_settings_that_cannot_be_merged_are_named(
    tmp_path: Path, settings: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConvertError, match=words):
        Adapter(saved(tmp_path, **settings))


def test_real_adapters_of_other_kinds_are_refused(tmp_path: Path) -> None:
    for number, settings in enumerate(
        [{"use_dora": True}, {"modules_to_save": ["lm_head"]}, {"target_modules": ["lm_head"]}]
    ):
        peft_model(**settings).save_pretrained(tmp_path / str(number))
        with pytest.raises(ConvertError):
            Adapter(tmp_path / str(number))


def test_missing_and_broken_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConvertError, match=r"has no adapter_config\.json"):
        Adapter(tmp_path)
    saved(tmp_path)
    weights = tmp_path / "adapter_model.safetensors"
    whole = load_file(weights)
    key = next(iter(whole))

    save_file({k: v for k, v in whole.items() if k != key}, weights)
    with pytest.raises(ConvertError, match="half of"):
        Adapter(tmp_path)
    save_file({**whole, key.replace("layers.0", "embed"): torch.ones(1)}, weights)
    with pytest.raises(ConvertError):
        Adapter(tmp_path)
    save_file({**whole, "base_model.model.model.norm.weight": torch.ones(1)}, weights)
    with pytest.raises(ConvertError, match=r"changes model\.norm\.weight"):
        Adapter(tmp_path)
    save_file({}, weights)
    with pytest.raises(ConvertError, match="holds no adapter weights"):
        Adapter(tmp_path)
    weights.write_bytes(weights.read_bytes()[:4])
    with pytest.raises(ConvertError, match="cut off"):
        Adapter(tmp_path)
    weights.unlink()
    with pytest.raises(ConvertError, match=r"has no adapter_model\.safetensors"):
        Adapter(tmp_path)
    (tmp_path / "adapter_config.json").write_text("{")
    with pytest.raises(ConvertError, match="is not JSON"):
        Adapter(tmp_path)
