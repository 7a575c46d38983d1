"""Byte-level BPE bases: the same ids in training and in llama.cpp, and a whole small loop."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import byte_level
import pytest
from test_convert_tokens import LlamaVocabulary, config, generated, write_file

from promptstyle.convert import ConvertError, write_adapter_gguf, write_gguf
from promptstyle.convert.byte_level import read_byte_level
from promptstyle.convert.vocabulary import Vocabulary
from promptstyle.core.bases import registry
from promptstyle.core.generation.client import Engine
from promptstyle.core.generation.sampling import Sampling
from promptstyle.core.paths import Home
from promptstyle.core.training.lora import LoraTrainer
from promptstyle.core.training.recipes import recipe_for
from promptstyle.core.training.template import INSTRUCTION, encode, layout
from promptstyle.core.training.tokenizer import Tokenizer

COUNT = 3000


@pytest.fixture(scope="module")
def lines(starter_likes: Path) -> list[str]:
    rows = [json.loads(line) for line in starter_likes.read_text("utf-8").splitlines()]
    extra = [
        "naïve café — “quoted” … 日本語 пример 👍",
        "12 and 3456 I'm we'LL don't\r\n\r\n  x",
    ] * 20
    return [row["output"] for row in rows] + extra


@pytest.fixture(params=byte_level.KINDS)
def folder(request: pytest.FixtureRequest, tmp_path: Path, lines: list[str]) -> Path:
    """A random Llama of two layers with a tokenizer of one kind."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = byte_level.train(request.param, lines, tmp_path / "tokenizer.json")
    torch.manual_seed(1)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=tokenizer.get_vocab_size() + 3, hidden_size=32, intermediate_size=64,
            num_hidden_layers=2, num_attention_heads=2, max_position_embeddings=1024,
            tie_word_embeddings=True, bos_token_id=1, eos_token_id=0, pad_token_id=None,
        )
    )  # fmt: skip
    model.save_pretrained(tmp_path)
    return tmp_path


def vocabulary_gguf(folder: Path, out: Path) -> Vocabulary:
    size = json.loads((folder / "config.json").read_text())["vocab_size"]
    return write_file(folder, replace(config(size), eos=(0,), bos=1), out)


def test_token_ids_agree_on_generated_strings(folder: Path) -> None:
    vocabulary = vocabulary_gguf(folder, folder / "vocabulary.gguf")
    mine, theirs = LlamaVocabulary(folder / "vocabulary.gguf"), Tokenizer(folder)
    spelled = ["a<tool>b", "<tool>", f"x{byte_level.END}y {byte_level.BEGIN}"]
    wrong = [
        text
        for text in [*spelled, *generated(seed=3, count=COUNT)]
        if mine.encode(text) != theirs.encode(text)
    ]
    special = [vocabulary.bos, vocabulary.eos]
    assert not set(special) & set(mine.encode(" ".join(spelled)))
    mine.close()
    assert not wrong, f"{len(wrong)} of {COUNT}, such as {sorted(wrong, key=len)[:5]!r}"


def test_a_base_with_it_is_added_trained_and_written_with(
    folder: Path, home: Home, lines: list[str]
) -> None:
    base = registry.add(home, folder, "bytes")
    assert base.state == "ready" and registry.verify(home, "bytes")["ok"]
    tokenizer = Tokenizer(base.folder)
    pairs = [(f"topic {at}", line) for at, line in enumerate(lines[:6])]
    recipe = replace(recipe_for("reference", 1), epochs=1)
    LoraTrainer(base.folder).fit(pairs, recipe, folder / "adapter", seed=1)
    gguf, adapter = folder / "base.gguf", folder / "adapter.gguf"
    write_gguf(base.folder, gguf, name="bytes", template=INSTRUCTION)
    write_gguf(base.folder, folder / "merged.gguf", adapter_dir=folder / "adapter", name="m")
    write_adapter_gguf(base.folder, folder / "adapter", adapter)
    segments = layout("a chart, naïve <tool>", "A chart.")
    expected = encode(segments, tokenizer.encode, bos=tokenizer.bos, eos=tokenizer.eos)
    with Engine.start(folder / "merged.gguf", log=home.logs / "engine.log") as engine:
        assert engine.count(segments) == len(expected.ids)
        merged = engine.score(segments)
    with Engine.start(gguf, adapter=adapter, log=home.logs / "engine.log") as engine:
        assert engine.score(segments) == pytest.approx(merged, abs=0.02)
        (done,) = engine.write(layout("a chart"), Sampling(max_tokens=20), seed=1)
        assert done.tokens > 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"normalizer": {"type": "NFC"}}, "normalises"),
        ({"pre_tokenizer": {"type": "Whitespace"}}, "cuts text in a way"),
        ({"pre_tokenizer": None}, "cuts text in a way"),
        ({"model": {"type": "Unigram"}}, "not a BPE model"),
        ({"model.byte_fallback": True}, "falls back to bytes"),
        ({"model.ignore_merges": True}, "whole words"),
        ({"model.end_of_word_suffix": "</w>"}, "ends of words"),
        ({"model.merges": 3}, "that can be read"),
        ({"model": None}, "that can be read"),
    ],
)
def test_what_llama_cpp_would_not_follow_is_refused(
    tmp_path: Path, lines: list[str], changes: dict[str, Any], words: str
) -> None:
    path = tmp_path / "tokenizer.json"
    byte_level.train("smollm", lines, path)
    assert read_byte_level(path).pre == "smollm"
    document = json.loads(path.read_text("utf-8"))
    for name, value in changes.items():
        outer, _, inner = name.partition(".")
        if inner:
            document[outer][inner] = value
        else:
            document[outer] = value
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ConvertError, match=words) as caught:
        read_byte_level(path)
    assert caught.value.hint
