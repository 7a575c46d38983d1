"""The converted model computes what transformers computes: logits and greedy tokens.

Random models of several shapes, each with a random non-zero LoRA on all linear layers. Four
ways must agree: transformers with the adapter, transformers merged, llama.cpp on the merged
file, llama.cpp on the base file with the adapter's file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sentencepiece
from peft import LoraConfig, get_peft_model

import promptstyle.convert.writer as writer
from promptstyle.convert import ConvertError, check_gguf, write_adapter_gguf, write_gguf
from promptstyle.convert.check import read_header

torch = pytest.importorskip("torch")

TOLERANCE = 2e-2
STEPS = 32
LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


@dataclass(frozen=True)
class Shape:
    """A random model: its configuration beyond the common one, and its adapter's."""

    name: str
    config: dict[str, Any] = field(default_factory=dict)
    lora: dict[str, Any] = field(default_factory=dict)
    dtype: str = "float32"
    family: str = "Llama"


SHAPES = [
    Shape("plain"),
    Shape("tied", {"tie_word_embeddings": True}),
    Shape("grouped-heads", {"num_attention_heads": 8, "num_key_value_heads": 2}),
    Shape("one-kv-head", {"num_key_value_heads": 1, "tie_word_embeddings": True}),
    Shape("odd-vocabulary", {"vocab_size": 331}),
    Shape("wide-heads", {"head_dim": 32, "num_key_value_heads": 2}),
    Shape("biases", {"attention_bias": True, "mlp_bias": True}),
    Shape("theta", {"rope_parameters": {"rope_theta": 500000.0, "rope_type": "default"}}),
    Shape(
        "linear-rope",
        {"rope_parameters": {"rope_theta": 1e4, "rope_type": "linear", "factor": 4.0}},
    ),
    Shape("rslora", lora={"use_rslora": True}),
    Shape(
        "patterns",
        lora={"rank_pattern": {"q_proj": 2}, "alpha_pattern": {"layers.1.mlp.up_proj": 3}},
    ),
    Shape("bfloat16-base", {"num_key_value_heads": 2}, dtype="bfloat16"),
    Shape(
        "mistral",
        {"num_key_value_heads": 2, "sliding_window": None, "head_dim": 16},
        family="Mistral",
    ),
]


@dataclass(frozen=True)
class Case:
    """A base folder, its adapter's folder, and both together in transformers."""

    base: Path
    adapter: Path
    model: Any


def make_tokenizer(folder: Path) -> None:
    """A sentencepiece BPE of 300 pieces like Llama's, in `folder`/tokenizer.model."""
    folder.mkdir(exist_ok=True)
    text = folder / "text.txt"
    words = ["prompt", "write", "list", "exactly", "sentences", "topic", "show", "only", "make"]
    text.write_text("\n".join(" ".join(words[i:] + words[:i]) for i in range(9)) * 5, "utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(text),
        model_prefix=str(folder / "tokenizer"),
        vocab_size=300,
        model_type="bpe",
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        minloglevel=2,
    )
    text.unlink()


def make_case(folder: Path, shape: Shape, seed: int) -> Case:
    """A random base and adapter on disk, and the same in transformers."""
    import transformers

    config = getattr(transformers, f"{shape.family}Config")
    family = getattr(transformers, f"{shape.family}ForCausalLM")
    torch.manual_seed(seed)
    settings: dict[str, Any] = {
        "vocab_size": 300,
        "hidden_size": 64,
        "intermediate_size": 112,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "max_position_embeddings": 128,
        **shape.config,
    }
    model = family(config(**settings))
    spread = (64 / settings["hidden_size"]) ** 0.5
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "norm" in name:
                parameter.uniform_(0.5, 1.5)
            elif "q_proj" in name or "k_proj" in name:
                # Attention that looks at some tokens more than at others, so that a wrong
                # rotation shows.
                parameter.normal_(0, 0.15 * spread)
            else:
                parameter.normal_(0, 0.1 * spread)
    model.to(getattr(torch, shape.dtype)).save_pretrained(folder)
    # What is compared is the base as stored, computed in float32.
    model = family.from_pretrained(folder, dtype=torch.float32)
    make_tokenizer(folder)
    lora = LoraConfig(r=4, lora_alpha=6, target_modules=LINEAR, **shape.lora)
    tuned = get_peft_model(model, lora)
    with torch.no_grad():
        for name, parameter in tuned.named_parameters():
            if "lora_" in name:
                parameter.normal_(0, 0.1 * spread**0.5)
    tuned.eval().save_pretrained(folder / "adapter")
    return Case(folder, folder / "adapter", tuned)


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def torch_logits(model: Any, ids: list[int]) -> np.ndarray:
    with torch.no_grad():
        return model(torch.tensor([ids])).logits[0].float().numpy()


def torch_greedy(model: Any, ids: list[int]) -> list[int]:
    ids = list(ids)
    for _ in range(STEPS):
        ids.append(int(torch_logits(model, ids)[-1].argmax()))
    return ids


def decided_prompt(case: Case, tries: int = 512) -> list[int]:
    """Of many random prompts, the one whose greedy path has the least doubt at any step.

    Where two tokens are nearly level, rounding to 16 bits decides, whatever the conversion
    does. The doubt of a step is the distance of its two best logits.
    """
    size = case.model.config.vocab_size
    body = np.random.default_rng(0).integers(3, size, (tries, 23))
    ids = torch.tensor(np.concatenate([np.ones((tries, 1), int), body], axis=1))
    margins = torch.full((tries,), float("inf"))
    past, step = None, ids
    with torch.no_grad():
        for _ in range(STEPS):
            out = case.model(step, past_key_values=past, use_cache=True)
            past = out.past_key_values
            best = out.logits[:, -1].topk(2)
            margins = torch.minimum(margins, best.values[:, 0] - best.values[:, 1])
            step = best.indices[:, :1]
    assert margins.max() > 2 * TOLERANCE
    return ids[margins.argmax()].tolist()


class Llama:
    """llama.cpp on a file, one thread. `exact` keeps the cache in 32 bits."""

    def __init__(self, path: Path, adapter: Path | None = None, exact: bool = False) -> None:
        import llama_cpp

        check_gguf(path)
        self._llama = llama_cpp.Llama(
            str(path),
            n_ctx=256,
            n_threads=1,
            n_threads_batch=1,
            logits_all=True,
            verbose=False,
            lora_path=None if adapter is None else str(adapter),
            type_k=0 if exact else None,
            type_v=0 if exact else None,
        )
        self.metadata = dict(self._llama.metadata)

    def logits(self, ids: list[int]) -> np.ndarray:
        self._llama.reset()
        self._llama.eval(ids)
        return np.array(self._llama.scores[: len(ids)])

    def greedy(self, ids: list[int]) -> list[int]:
        ids = list(ids)
        self._llama.reset()
        self._llama.eval(ids)
        for _ in range(STEPS):
            ids.append(int(self._llama.scores[len(ids) - 1].argmax()))
            self._llama.eval(ids[-1:])
        return ids

    def close(self) -> None:
        self._llama.close()


@pytest.fixture(autouse=True)
def _plain_buffers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep llama.cpp's repacked buffers out: compiled by GCC 12, the AMX ones crash.

    The compiler drops the stores to the tile configuration (ggml-org/llama.cpp#26954), and the
    first batch through quantised weights ends the process on a CPU with AMX.
    """
    import llama_cpp.llama_cpp as low

    original = low.llama_model_default_params

    def without_extra() -> Any:
        parameters = original()
        parameters.use_extra_bufts = False
        return parameters

    monkeypatch.setattr(low, "llama_model_default_params", without_extra)


def largest_difference(mine: np.ndarray, theirs: np.ndarray) -> float:
    return float(np.abs(mine - theirs).max())


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_four_ways_agree(shape: Shape, tmp_path: Path) -> None:
    case = make_case(tmp_path, shape, seed=SHAPES.index(shape))
    ids = decided_prompt(case)
    write_gguf(case.base, tmp_path / "base.gguf", name="base")
    write_gguf(case.base, tmp_path / "merged.gguf", adapter_dir=case.adapter, name="merged")
    write_adapter_gguf(case.base, case.adapter, tmp_path / "adapter.gguf")
    expected, greedy = torch_logits(case.model, ids), torch_greedy(case.model, ids)
    with case.model.disable_adapter():
        without = torch_logits(case.model, ids)
    # The comparison says something only if logits spread and the adapter changes them.
    assert expected.std() > 0.5
    assert largest_difference(without, expected) > 50 * TOLERANCE

    logits, tokens = {}, {}
    for way, file, adapter in (
        ("llama.cpp merged", "merged.gguf", None),
        ("llama.cpp base + adapter", "base.gguf", tmp_path / "adapter.gguf"),
    ):
        llama = Llama(tmp_path / file, adapter)
        logits[way], tokens[way] = llama.logits(ids), llama.greedy(ids)
        llama.close()
    merged = case.model.merge_and_unload()
    logits["transformers merged"] = torch_logits(merged, ids)
    tokens["transformers merged"] = torch_greedy(merged, ids)

    worst = {way: largest_difference(values, expected) for way, values in logits.items()}
    print(shape.name, worst)
    assert max(worst.values()) < TOLERANCE, worst
    assert tokens == dict.fromkeys(tokens, greedy)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_in_32_bits_nothing_but_the_order_of_sums_differs(shape: Shape, tmp_path: Path) -> None:
    case = make_case(tmp_path, shape, seed=100 + SHAPES.index(shape))
    ids = [1, *range(3, 40)]
    out = tmp_path / "merged.gguf"
    write_gguf(case.base, out, adapter_dir=case.adapter, name="merged", quantize="f32")
    llama = Llama(out, exact=True)
    worst = largest_difference(llama.logits(ids), torch_logits(case.model, ids))
    llama.close()
    print(shape.name, {"llama.cpp f32": worst})
    assert worst < 1e-4


def test_without_the_reordering_of_heads_the_test_would_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = make_case(tmp_path, SHAPES[0], seed=0)
    ids = decided_prompt(case)
    monkeypatch.setattr(writer, "interleave", lambda rows, heads: rows)
    write_gguf(case.base, tmp_path / "wrong.gguf", adapter_dir=case.adapter, name="wrong")
    llama = Llama(tmp_path / "wrong.gguf")
    assert largest_difference(llama.logits(ids), torch_logits(case.model, ids)) > 10 * TOLERANCE
    assert llama.greedy(ids) != torch_greedy(case.model, ids)
    llama.close()


def test_an_adapter_whose_b_is_not_reordered_would_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = make_case(tmp_path, SHAPES[0], seed=0)
    ids = decided_prompt(case)
    write_gguf(case.base, tmp_path / "base.gguf", name="base")
    monkeypatch.setattr(writer, "interleave", lambda rows, heads: rows)
    write_adapter_gguf(case.base, case.adapter, tmp_path / "adapter.gguf")
    llama = Llama(tmp_path / "base.gguf", tmp_path / "adapter.gguf")
    assert largest_difference(llama.logits(ids), torch_logits(case.model, ids)) > 5 * TOLERANCE
    llama.close()


BLOCKS = Shape("blocks", {"hidden_size": 256, "intermediate_size": 512, "num_hidden_layers": 2})


@pytest.mark.parametrize(("quantize", "correlation"), [("q8_0", 0.999), ("q4_k_m", 0.9)])
def test_quantised_files_stay_close(
    tmp_path: Path, quantize: writer.Quantize, correlation: float
) -> None:
    case = make_case(tmp_path, BLOCKS, seed=0)
    ids = [1, *range(3, 40)]
    calls: list[tuple[int, int]] = []
    info = write_gguf(
        case.base,
        tmp_path / "merged.gguf",
        adapter_dir=case.adapter,
        name="merged",
        quantize=quantize,
        template="### Instruction:\n{input}\n\n### Response:\n",
        progress=lambda done, total: calls.append((done, total)),
    )
    assert info.bytes == info.path.stat().st_size < 2_500_000 // (2 if quantize == "q4_k_m" else 1)
    assert calls == sorted(calls)
    assert calls[-1][0] == calls[-1][1]
    kinds = {extent.kind for extent in read_header(info.path).tensors.values()}
    assert kinds == ({0, 8} if quantize == "q8_0" else {0, 12, 14})
    llama = Llama(info.path)
    mine, theirs = llama.logits(ids).ravel(), torch_logits(case.model, ids).ravel()
    assert np.corrcoef(mine, theirs)[0, 1] > correlation
    assert llama.metadata["promptstyle.template"].startswith("### Instruction")
    llama.close()
    assert sorted(tmp_path.glob(".*")) == []


def test_rows_that_do_not_divide_into_blocks_stay_16_bit(tmp_path: Path) -> None:
    case = make_case(tmp_path, SHAPES[0], seed=0)
    ids = [1, *range(3, 40)]
    out = tmp_path / "merged.gguf"
    write_gguf(case.base, out, adapter_dir=case.adapter, name="merged", quantize="q8_0")
    tensors = read_header(out).tensors
    assert (tensors["blk.0.ffn_down.weight"].kind, tensors["blk.0.ffn_up.weight"].kind) == (1, 8)
    llama = Llama(out)
    mine, theirs = llama.logits(ids).ravel(), torch_logits(case.model, ids).ravel()
    assert np.corrcoef(mine, theirs)[0, 1] > 0.999
    llama.close()


def test_shards_give_the_same_file(tmp_path: Path) -> None:
    from transformers import LlamaForCausalLM

    case = make_case(tmp_path, SHAPES[0], seed=0)
    shards = tmp_path / "shards"
    LlamaForCausalLM.from_pretrained(case.base).save_pretrained(shards, max_shard_size="100KB")
    assert len(list(shards.glob("*.safetensors"))) > 2
    (case.base / "tokenizer.model").rename(shards / "tokenizer.model")
    one = write_gguf(shards, tmp_path / "shards.gguf", adapter_dir=case.adapter, name="m")
    (shards / "tokenizer.model").rename(case.base / "tokenizer.model")
    two = write_gguf(case.base, tmp_path / "single.gguf", adapter_dir=case.adapter, name="m")
    assert one.sha256 == two.sha256


def test_an_adapter_of_another_base_is_refused(tmp_path: Path) -> None:
    small = make_case(tmp_path / "small", SHAPES[0], seed=0)
    large = make_case(tmp_path / "large", Shape("l", {"hidden_size": 128}), seed=0)
    deep = make_case(tmp_path / "deep", Shape("d", {"num_hidden_layers": 4}), seed=0)
    for base, adapter in ((small, large), (small, deep)):
        with pytest.raises(ConvertError, match="does not fit this base"):
            write_gguf(base.base, tmp_path / "o.gguf", adapter_dir=adapter.adapter, name="m")
        with pytest.raises(ConvertError, match="does not fit this base"):
            write_adapter_gguf(base.base, adapter.adapter, tmp_path / "o.gguf")
    assert list(tmp_path.glob("*.gguf")) == list(tmp_path.glob(".*")) == []
