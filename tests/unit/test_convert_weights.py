"""Reading safetensors without torch: every type, shards, and broken files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from promptstyle.convert import ConvertError
from promptstyle.convert.weights import Weights

SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_values_are_torch_s(tmp_path: Path, dtype: torch.dtype) -> None:
    special = [0.0, -0.0, 1.5, -3.25, 1e-7, 6e4, float("inf"), float("-inf"), float("nan")]
    values = torch.tensor([*special, *torch.linspace(-2, 2, 15)]).to(dtype).reshape(4, 6)
    save_file({"a": values, "odd": values[0, :1].clone(), "b": values * 2}, tmp_path / "f")
    weights = Weights([tmp_path / "f"])
    assert set(weights) == {"a", "odd", "b"}
    assert weights.shape("a") == (4, 6)
    for name, expected in (("a", values), ("b", values * 2)):
        mine = weights.read(name)
        assert mine.dtype == np.float32
        np.testing.assert_array_equal(mine, expected.float().numpy())


def small(folder: Path) -> bytes:
    path = folder / "model.safetensors"
    save_file({"a": torch.ones(3, 4), "b": torch.zeros(5, dtype=torch.bfloat16)}, path)
    return path.read_bytes()


@SHARED
@given(st.data())
def test_every_truncation_is_refused(tmp_path: Path, data: st.DataObject) -> None:
    content = small(tmp_path)
    length = data.draw(st.integers(0, len(content) - 1))
    (tmp_path / "model.safetensors").write_bytes(content[:length])
    with pytest.raises(ConvertError, match=r"cut off|not a safetensors"):
        Weights.of_model(tmp_path)


@SHARED
@given(st.data())
def test_random_damage_never_raises_anything_else(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(small(tmp_path))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / "model.safetensors").write_bytes(content)
    try:
        weights = Weights.of_model(tmp_path)
        for name in weights:
            assert weights.read(name).shape == weights.shape(name)
    except ConvertError as error:
        assert error.hint


def header_file(path: Path, header: object, data: bytes = b"") -> None:
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ([1, 2], "not a safetensors"),
        ({"a": 5}, "not a safetensors"),
        ({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0]}}, "not a safetensors"),
        ({"a": {"dtype": "I8", "shape": [8], "data_offsets": [0, 8]}}, "has the type I8"),
        ({"a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}}, "inconsistent"),
        ({"a": {"dtype": "F32", "shape": [-1, -2], "data_offsets": [0, 8]}}, "inconsistent"),
        ({"a": {"dtype": "F32", "shape": [0], "data_offsets": [-8, -8]}}, "inconsistent"),
        ({"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}, "cut off"),
    ],
)
def test_bad_headers_are_named(tmp_path: Path, header: object, words: str) -> None:
    header_file(tmp_path / "model.safetensors", header, bytes(8))
    with pytest.raises(ConvertError, match=words):
        Weights.of_model(tmp_path)


def test_missing_and_foreign_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConvertError, match=r"has no model\.safetensors"):
        Weights.of_model(tmp_path)
    (tmp_path / "pytorch_model.bin").write_bytes(b"x")
    with pytest.raises(ConvertError, match=r"pytorch_model\.bin only"):
        Weights.of_model(tmp_path)


@pytest.mark.parametrize(
    ("index", "words"),
    [
        ("{", "not an index"),
        ('{"weight_map": []}', "not an index"),
        ('{"weight_map": {"a": 5}}', "not an index"),
        ('{"weight_map": {"a": "../a.safetensors"}}', "outside its folder"),
        ('{"weight_map": {"a": "a.safetensors"}}', "is missing"),
    ],
)
def test_bad_indexes_are_named(tmp_path: Path, index: str, words: str) -> None:
    (tmp_path / "model.safetensors.index.json").write_text(index)
    with pytest.raises(ConvertError, match=words):
        Weights.of_model(tmp_path)


def test_a_tensor_in_two_shards_is_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        save_file({"a": torch.ones(2)}, tmp_path / name)
    index = {"weight_map": {"a": "one", "b": "two"}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(ConvertError, match="repeats the tensor a"):
        Weights.of_model(tmp_path)
