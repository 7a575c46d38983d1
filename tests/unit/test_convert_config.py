"""config.json: what is read, and what is refused by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from promptstyle.convert import ConvertError
from promptstyle.convert.config import LlamaConfig
from promptstyle.convert.layers import tensors

TINYLLAMA: dict[str, Any] = {
    "architectures": ["LlamaForCausalLM"],
    "bos_token_id": 1,
    "eos_token_id": 2,
    "hidden_act": "silu",
    "hidden_size": 2048,
    "intermediate_size": 5632,
    "max_position_embeddings": 2048,
    "model_type": "llama",
    "num_attention_heads": 32,
    "num_hidden_layers": 22,
    "num_key_value_heads": 4,
    "rms_norm_eps": 1e-05,
    "rope_scaling": None,
    "rope_theta": 10000.0,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
    "vocab_size": 32000,
}


def read(folder: Path, **changes: Any) -> LlamaConfig:
    raw = {**TINYLLAMA, **changes}
    (folder / "config.json").write_text(
        json.dumps({key: value for key, value in raw.items() if value != "absent"})
    )
    return LlamaConfig.of_folder(folder)


def test_tinyllama_s_configuration_is_read(tmp_path: Path) -> None:
    config = read(tmp_path)
    assert (config.head_dim, config.kv_heads, config.context) == (64, 4, 2048)
    assert (config.bos, config.eos, config.pad, config.tied) == (1, (2,), None, False)
    assert (config.rope_theta, config.rope_factor) == (10000.0, 1.0)
    # 1.1 billion parameters, in 201 tensors, as TinyLlama's card and file say.
    plan = tensors(config)
    assert len(plan) == 201
    counts = [tensor.shape[0] * (tensor.shape[1:] or (1,))[0] for tensor in plan]
    assert sum(counts) == 1_100_048_384


def test_older_and_newer_keys_mean_the_same(tmp_path: Path) -> None:
    new = read(
        tmp_path,
        rope_theta="absent",
        rope_scaling="absent",
        rope_parameters={"rope_theta": 5e5, "rope_type": "default"},
        num_key_value_heads="absent",
        head_dim=80,
        eos_token_id=[2, 7],
        pad_token_id=-1,
    )
    assert (new.rope_theta, new.kv_heads, new.head_dim) == (5e5, 32, 80)
    assert (new.eos, new.pad) == ((2, 7), None)
    old = read(tmp_path, rope_scaling={"type": "linear", "factor": 2.0})
    parameters = {"rope_type": "linear", "factor": 2.0, "rope_theta": 10000.0}
    assert old == read(tmp_path, rope_parameters=parameters)
    assert old.rope_factor == 2.0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"architectures": ["GPT2LMHeadModel"]}, "the architecture GPT2LMHeadModel"),
        (
            {"architectures": ["MistralForCausalLM"], "max_position_embeddings": 32768},
            "a sliding window of 4096",
        ),
        (
            {"architectures": ["MistralForCausalLM"], "num_key_value_heads": "absent"},
            "lacks num_key_value_heads",
        ),
        ({"architectures": ["MistralForCausalLM"], "sliding_window": 64}, "a sliding window of 64"),
        ({"architectures": ["MistralForCausalLM"], "sliding_window": "x"}, "a sliding window of x"),
        ({"architectures": ["MixtralForCausalLM"]}, "the architecture MixtralForCausalLM"),
        ({"architectures": ["Qwen2ForCausalLM"]}, "the architecture Qwen2ForCausalLM"),
        ({"architectures": "absent", "model_type": "qwen2"}, "the architecture qwen2"),
        ({"quantization_config": {"bits": 4}}, "quantised"),
        ({"hidden_act": "gelu"}, "activation gelu"),
        ({"rope_scaling": {"rope_type": "llama3", "factor": 8.0}}, "rope scaling llama3"),
        ({"rope_scaling": {"type": "dynamic", "factor": 2.0}}, "rope scaling dynamic"),
        ({"rope_parameters": [1]}, "rope settings"),
        ({"hidden_size": "absent"}, "lacks hidden_size"),
        ({"vocab_size": "many"}, "vocab_size is 'many'"),
        ({"num_hidden_layers": 0}, "num_hidden_layers is 0"),
        ({"num_hidden_layers": True}, "num_hidden_layers is True"),
        ({"num_key_value_heads": 5}, "32 heads do not divide by 5"),
        ({"head_dim": 63}, "head_dim 63 is odd"),
        ({"rms_norm_eps": "small"}, "could not convert"),
        ({"eos_token_id": "two"}, "eos_token_id is 'two'"),
    ],
)
def test_what_cannot_be_converted_is_named(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConvertError, match=words) as caught:
        read(tmp_path, **changes)
    assert caught.value.hint


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConvertError, match=r"has no config\.json"):
        LlamaConfig.of_folder(tmp_path)
    for text, words in (("{", "is not JSON"), ("[]", "not a model's"), ("\xff", "is not JSON")):
        (tmp_path / "config.json").write_bytes(text.encode("latin-1"))
        with pytest.raises(ConvertError, match=words):
            LlamaConfig.of_folder(tmp_path)
