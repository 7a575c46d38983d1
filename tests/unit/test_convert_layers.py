"""Names and order of tensors, and the reordering of heads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from gguf import MODEL_ARCH, get_tensor_name_map
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file

from promptstyle.convert import ConvertError
from promptstyle.convert.config import LlamaConfig
from promptstyle.convert.layers import interleave, require, tensors
from promptstyle.convert.weights import Weights


def config(tied: bool = False, bias: bool = False) -> LlamaConfig:
    return LlamaConfig(
        vocabulary=20, hidden=32, feed_forward=48, layers=2, heads=4, kv_heads=2, head_dim=8,
        context=64, norm_epsilon=1e-5, rope_theta=1e4, rope_factor=1.0, tied=tied,
        attention_bias=bias, mlp_bias=bias, bos=1, eos=(2,), pad=None,
    )  # fmt: skip


def test_names_are_those_of_gguf_s_map() -> None:
    known = get_tensor_name_map(MODEL_ARCH.LLAMA, 2)
    plan = tensors(config(bias=True))
    assert len(plan) == 3 + 2 * (9 + 7)
    for tensor in plan:
        assert known.get_name(tensor.source, try_suffixes=(".weight", ".bias")) == tensor.name


def test_only_queries_and_keys_are_reordered() -> None:
    heads = {t.name.split(".", 2)[-1]: t.heads for t in tensors(config()) if t.heads}
    assert heads == {"attn_q.weight": 4, "attn_k.weight": 2}


@given(
    heads=st.integers(1, 5),
    half=st.integers(1, 6),
    columns=st.integers(0, 3),
    position=st.floats(0, 100),
)
def test_reordered_rows_rotate_as_neighbours(
    heads: int, half: int, columns: int, position: float
) -> None:
    """llama.cpp's rotation of the reordered head is the reordered rotation of transformers."""
    shape = (heads * half * 2, columns) if columns else (heads * half * 2,)
    rows = np.random.default_rng(0).normal(size=shape)
    angles = position * 10000.0 ** (-np.arange(half) / half)
    cos, sin = np.cos(angles), np.sin(angles)
    if columns:
        cos, sin = cos[:, None], sin[:, None]

    split = rows.reshape(heads, 2, half, *shape[1:])
    first, second = split[:, 0], split[:, 1]
    halves = np.stack([first * cos - second * sin, second * cos + first * sin], axis=1)

    pairs = interleave(rows, heads).reshape(heads, half, 2, *shape[1:])
    left, right = pairs[:, :, 0], pairs[:, :, 1]
    neighbours = np.stack([left * cos - right * sin, right * cos + left * sin], axis=2)

    expected = interleave(halves.reshape(shape), heads)
    np.testing.assert_allclose(neighbours.reshape(shape), expected)


def save(folder: Path, shape: LlamaConfig, **changes: torch.Tensor | None) -> Weights:
    values = {t.source: torch.zeros(t.shape) for t in tensors(shape)}
    for name, value in changes.items():
        key = name.replace("__", ".")
        values.pop(key, None)
        if value is not None:
            values[key] = value
    save_file(values, folder / "model.safetensors")
    return Weights.of_model(folder)


def test_a_checkpoint_must_hold_exactly_the_model(tmp_path: Path) -> None:
    assert len(require(save(tmp_path, config()), config())) == 3 + 2 * 9
    with pytest.raises(ConvertError, match=r"lack model\.norm\.weight"):
        require(save(tmp_path, config(), model__norm__weight=None), config())
    with pytest.raises(ConvertError, match=r"has the shape \(3,\), config\.json says \(32,\)"):
        require(save(tmp_path, config(), model__norm__weight=torch.ones(3)), config())
    with pytest.raises(ConvertError, match=r"hold model\.layers\.0\.self_attn\.q_norm\.weight"):
        extra = {"model__layers__0__self_attn__q_norm__weight": torch.ones(8)}
        require(save(tmp_path, config(), **extra), config())


def test_a_tied_head_and_old_rotary_buffers_are_passed_over(tmp_path: Path) -> None:
    extra = {
        "lm_head__weight": torch.ones(20, 32),
        "model__layers__0__self_attn__rotary_emb__inv_freq": torch.ones(4),
    }
    plan = require(save(tmp_path, config(tied=True), **extra), config(tied=True))
    assert "output.weight" not in {tensor.name for tensor in plan}
    with pytest.raises(ConvertError, match=r"lack lm_head\.weight"):
        require(save(tmp_path, config(), lm_head__weight=None), config())
