"""Which tensors a Llama model has, and what GGUF calls and expects of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from promptstyle.convert.config import LlamaConfig
from promptstyle.convert.errors import ConvertError
from promptstyle.convert.weights import Weights

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Tensor:
    """A tensor's names in the checkpoint (`source`) and in GGUF, and its shape, rows first.

    `heads` is the number of heads whose rows must be reordered, 0 for none.
    """

    source: str
    name: str
    shape: tuple[int, ...]
    heads: int = 0


def tensors(config: LlamaConfig) -> list[Tensor]:
    """Every tensor of the model in file order. A tied head is left out: llama.cpp takes the
    embedding for it when `output.weight` is absent."""
    c = config
    found = [
        Tensor("model.embed_tokens.weight", "token_embd.weight", (c.vocabulary, c.hidden)),
        *(tensor for layer in range(c.layers) for tensor in _block(c, layer)),
        Tensor("model.norm.weight", "output_norm.weight", (c.hidden,)),
    ]
    if not c.tied:
        found.append(Tensor("lm_head.weight", "output.weight", (c.vocabulary, c.hidden)))
    return found


def _block(c: LlamaConfig, layer: int) -> Iterator[Tensor]:
    queries, keys = c.heads * c.head_dim, c.kv_heads * c.head_dim
    source, name = f"model.layers.{layer}", f"blk.{layer}"
    yield Tensor(f"{source}.input_layernorm.weight", f"{name}.attn_norm.weight", (c.hidden,))
    linear = [
        ("self_attn.q_proj", "attn_q", queries, c.hidden, c.heads, c.attention_bias),
        ("self_attn.k_proj", "attn_k", keys, c.hidden, c.kv_heads, c.attention_bias),
        ("self_attn.v_proj", "attn_v", keys, c.hidden, 0, c.attention_bias),
        ("self_attn.o_proj", "attn_output", c.hidden, queries, 0, c.attention_bias),
        ("mlp.gate_proj", "ffn_gate", c.feed_forward, c.hidden, 0, c.mlp_bias),
        ("mlp.up_proj", "ffn_up", c.feed_forward, c.hidden, 0, c.mlp_bias),
        ("mlp.down_proj", "ffn_down", c.hidden, c.feed_forward, 0, c.mlp_bias),
    ]
    for module, short, rows, columns, heads, bias in linear:
        yield Tensor(f"{source}.{module}.weight", f"{name}.{short}.weight", (rows, columns), heads)
        if bias:
            yield Tensor(f"{source}.{module}.bias", f"{name}.{short}.bias", (rows,), heads)
    yield Tensor(
        f"{source}.post_attention_layernorm.weight", f"{name}.ffn_norm.weight", (c.hidden,)
    )


def interleave(rows: Array, heads: int) -> Array:
    """Reorder the rows of a query or key projection for llama.cpp.

    transformers rotates the first half of a head's dimensions against the second half;
    llama.cpp's llama graph rotates neighbours. So row i of the first half goes to 2i and row i
    of the second half to 2i + 1, in each head. Works on weights, biases and LoRA's B.
    """
    if not heads:
        return rows
    half = rows.shape[0] // heads // 2
    return rows.reshape(heads, 2, half, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


def require(weights: Weights, config: LlamaConfig) -> list[Tensor]:
    """The model's tensors, after checking that `weights` holds exactly these.

    Raises ConvertError for a missing tensor, another shape, or a tensor of unknown use (which
    would mean a model that is not quite a Llama).
    """
    plan = tensors(config)
    for tensor in plan:
        if tensor.source not in weights:
            raise ConvertError(
                f"the weights lack {tensor.source}", "download the model again, all its files"
            )
        if weights.shape(tensor.source) != tensor.shape:
            raise ConvertError(
                f"{tensor.source} has the shape {weights.shape(tensor.source)}, "
                f"config.json says {tensor.shape}",
                "take config.json and the weights from the same model",
            )
    known = {tensor.source for tensor in plan}
    if config.tied:
        known.add("lm_head.weight")  # a copy of the embedding that some programs save
    for name in weights:
        # Older checkpoints carry the rotary frequencies, which are computed anyway.
        if name not in known and not name.endswith("rotary_emb.inv_freq"):
            raise ConvertError(
                f"the weights hold {name}, which a Llama model does not have",
                "use a model of the Llama family, without changes to its layers",
            )
    return plan
