"""What a folder says about its encoder; no weights are loaded, so small bytes stand for them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.paths import Home
from promptstyle.core.style.encoder_folder import LENGTH, NEEDED, EncoderFolder

MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {
        "idx": 2,
        "name": "2",
        "path": "2_Normalize",
        "type": "sentence_transformers.models.Normalize",
    },
]
MEAN = {"word_embedding_dimension": 8, "pooling_mode_mean_tokens": True}

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write an encoder's folder; each further argument is a file and its JSON (None: left out)."""

    def write(changes: dict[str, Any] | None = None) -> Path:
        content: dict[str, Any] = {
            "config.json": {"model_type": "bert", "architectures": ["BertModel"]},
            "tokenizer.json": {},
            "modules.json": MODULES,
            "1_Pooling/config.json": MEAN,
            "sentence_bert_config.json": {"max_seq_length": 128, "do_lower_case": False},
            **(changes or {}),
        }
        folder = tmp_path / "encoder"
        for name, value in content.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if value is not None:
                file.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")
        if "model.safetensors" not in content:
            (folder / "model.safetensors").write_bytes(b"weights")
        return folder

    return write


def refused(folder: Path) -> str:
    with pytest.raises(PromptstyleError) as caught:
        EncoderFolder.of(folder)
    assert caught.value.code == "encoder"
    assert str(folder) in caught.value.message
    assert "promptstyle encoder --off" in caught.value.hint
    return caught.value.message


def test_a_checkout_of_sentence_transformers(make: Make) -> None:
    found = EncoderFolder.of(make())
    assert (found.pooling, found.length, found.lower) == ("mean", 128, False)
    assert (found.query_prefix, found.document_prefix) == ("", "")
    assert found.model == found.folder


def test_the_three_files_alone_are_an_encoder_with_the_usual_settings(make: Make) -> None:
    bare = dict.fromkeys(("modules.json", "1_Pooling/config.json", "sentence_bert_config.json"))
    found = EncoderFolder.of(make(bare))
    assert (found.pooling, found.length) == ("mean", LENGTH)


@pytest.mark.parametrize("name", NEEDED)
def test_a_file_that_is_missing_is_named(make: Make, name: str) -> None:
    folder = make()
    (folder / name).unlink()
    assert name in refused(folder)


def test_no_folder(tmp_path: Path) -> None:
    assert "no such folder" in refused(tmp_path / "none")


@pytest.mark.parametrize(
    ("config", "pooling"),
    [
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, "cls"),
        ({"pooling_mode_max_tokens": True}, "max"),
        ({"pooling_mode_mean_sqrt_len_tokens": True}, "mean"),
        ({"pooling_mode_lasttoken": True}, "lasttoken"),
        ({"pooling_mode": "cls", "pooling_mode_mean_tokens": True}, "cls"),
        ({"pooling_mode": ["mean"]}, "mean"),
        ({}, "mean"),
    ],
)
def test_the_pooling_under_its_older_and_newer_names(
    make: Make, config: dict[str, Any], pooling: str
) -> None:
    assert EncoderFolder.of(make({"1_Pooling/config.json": config})).pooling == pooling


@pytest.mark.parametrize(
    "config",
    [
        {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": True},
        {"pooling_mode": "weightedmean"},
        {"pooling_mode": ["mean", "max"]},
    ],
)
def test_a_pooling_that_is_not_done_here_is_refused(make: Make, config: dict[str, Any]) -> None:
    assert "its pooling is" in refused(make({"1_Pooling/config.json": config}))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"config.json": "{"}, "config.json is not JSON"),
        ({"config.json": "[" * 100_000}, "config.json is not JSON"),
        ({"config.json": []}, "config.json is no JSON object"),
        ({"config.json": {}}, "no model_type"),
        ({"config.json": {"model_type": "t5", "is_encoder_decoder": True}}, "decoder"),
        (
            {
                "modules.json": None,
                "config.json": {"model_type": "llama", "architectures": ["LlamaForCausalLM"]},
            },
            "a model that writes (LlamaForCausalLM)",
        ),
        ({"modules.json": {}}, "no transformer"),
        ({"modules.json": 3}, "not a list of modules"),
        ({"modules.json": ["x"]}, "not a list of modules"),
        ({"modules.json": [*MODULES, {"type": "x.Dense", "path": "2_Dense"}]}, "(Dense)"),
        ({"modules.json": [{"type": "x.Transformer", "path": "../other"}]}, "folder outside"),
        ({"modules.json": [{"type": "x.Transformer", "path": "/etc"}]}, "folder outside"),
        ({"adapter_config.json": {}}, "an adapter"),
        ({"sentence_bert_config.json": {"max_seq_length": -1}}, "max_seq_length is -1"),
        ({"sentence_bert_config.json": {"max_seq_length": "x"}}, "max_seq_length is 'x'"),
        ({"tokenizer_config.json": "?"}, "tokenizer_config.json is not JSON"),
    ],
)
def test_what_is_wrong_is_said(make: Make, changes: dict[str, Any], said: str) -> None:
    assert said in refused(make(changes))


def test_a_causal_network_with_modules_is_an_encoder(make: Make) -> None:
    config = {"model_type": "qwen3", "architectures": ["Qwen3ForCausalLM"]}
    changes = {"config.json": config, "1_Pooling/config.json": {"pooling_mode_lasttoken": True}}
    assert EncoderFolder.of(make(changes)).pooling == "lasttoken"


@pytest.mark.parametrize(
    ("prompts", "prefixes"),
    [
        ({"prompts": {"query": "query: ", "passage": "passage: "}}, ("query: ", "passage: ")),
        ({"prompts": {"query": "q: ", "document": ""}}, ("q: ", "")),
        ({"prompts": {"any": "x: "}, "default_prompt_name": "any"}, ("x: ", "x: ")),
        ({"prompts": {"any": "x: "}, "default_prompt_name": None}, ("", "")),
        ({"prompts": None}, ("", "")),
    ],
)
def test_prompts_of_the_encoder(
    make: Make, prompts: dict[str, Any], prefixes: tuple[str, str]
) -> None:
    found = EncoderFolder.of(make({"config_sentence_transformers.json": prompts}))
    assert (found.query_prefix, found.document_prefix) == prefixes


def test_a_transformer_in_a_folder_of_its_own(make: Make) -> None:
    modules = [{**MODULES[0], "path": "0_Transformer"}, *MODULES[1:]]
    folder = make({"modules.json": modules})
    (folder / "0_Transformer").mkdir()
    for name in (*NEEDED, "sentence_bert_config.json"):
        (folder / name).rename(folder / "0_Transformer" / name)
    found = EncoderFolder.of(folder)
    assert found.weights == folder / "0_Transformer" / "model.safetensors"
    assert found.length == 128


def test_the_identity_follows_all_that_decides_a_vector(make: Make, home: Home) -> None:
    folder = make()
    seen = [EncoderFolder.of(folder).identity(home)]
    assert EncoderFolder.of(folder).identity(home) == seen[0]
    for name, content in (
        ("model.safetensors", b"other weights"),
        ("tokenizer.json", b'{"other": 1}'),
        ("1_Pooling/config.json", b'{"pooling_mode": "cls"}'),
        ("sentence_bert_config.json", b'{"max_seq_length": 64}'),
        ("tokenizer_config.json", b'{"do_lower_case": true}'),
    ):
        (folder / name).write_bytes(content)
        seen.append(EncoderFolder.of(folder).identity(home))
    assert len(set(seen)) == len(seen)


def test_the_identity_does_not_depend_on_where_the_folder_is(make: Make, home: Home) -> None:
    folder = make()
    one = EncoderFolder.of(folder).identity(home)
    elsewhere = folder.rename(folder.with_name("moved"))
    assert EncoderFolder.of(elsewhere).identity(home) == one


def test_weights_are_read_again_only_after_a_change(make: Make, home: Home) -> None:
    folder = make()
    weights = folder / "model.safetensors"
    one = EncoderFolder.of(folder).identity(home)
    before = weights.stat()
    weights.write_bytes(b"WEIGHTS")
    os.utime(weights, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert EncoderFolder.of(folder).identity(home) == one, "the same size and time"
    os.utime(weights, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert EncoderFolder.of(folder).identity(home) != one
    (home.cache / "encoders.json").write_text("broken")
    assert EncoderFolder.of(folder).identity(home) != one
