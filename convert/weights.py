"""Tensors of a safetensors file or folder, through a file mapping, as float32.

The format: 8 bytes with the length of a JSON header, the header (name -> dtype, shape, byte
range), then the data. Read here without torch, because numpy has no bfloat16 and torch costs
seconds and hundreds of megabytes. https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from promptstyle.convert.errors import ConvertError

Array = npt.NDArray[Any]
Float32 = npt.NDArray[np.float32]

# Bytes an element. Quantised checkpoints (I8, U8, F8…) are refused: merging into rounded
# weights loses what the adapter learned.
_SIZES = {"F32": 4, "F16": 2, "BF16": 2}
_HEADER_LIMIT = 100_000_000
_AGAIN = "copy or download the file again"


@dataclass(frozen=True)
class _Entry:
    data: Array  # bytes of the file mapping
    dtype: str
    shape: tuple[int, ...]


class Weights:
    """Tensors by name. The files stay mapped for as long as the object lives."""

    def __init__(self, files: list[Path]) -> None:
        self._entries: dict[str, _Entry] = {}
        for file in files:
            for name, entry in _entries(file):
                if name in self._entries:
                    raise ConvertError(f"{file} repeats the tensor {name}", _AGAIN)
                self._entries[name] = entry

    @classmethod
    def of_model(cls, folder: Path) -> Weights:
        """The weights of a model folder: `model.safetensors`, or shards and their index."""
        single = folder / "model.safetensors"
        index = folder / "model.safetensors.index.json"
        if single.is_file():
            return cls([single])
        if index.is_file():
            return cls(_shards(index))
        if any(folder.glob("pytorch_model*.bin")):
            raise ConvertError(
                f"{folder} holds its weights as pytorch_model.bin only",
                "save the model with safe_serialization (model.safetensors), then try again",
            )
        raise ConvertError(
            f"{folder} has no model.safetensors", "give the folder of a Llama model's weights"
        )

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of tensor `name`, rows first as in PyTorch."""
        return self._entries[name].shape

    def read(self, name: str) -> Float32:
        """Tensor `name` as float32. Treat it as read-only: it may lie in the file mapping."""
        entry = self._entries[name]
        if entry.dtype == "F32":
            flat: Float32 = entry.data.view("<f4")
        elif entry.dtype == "F16":
            flat = entry.data.view("<f2").astype(np.float32)
        else:
            # bfloat16 is the upper half of a float32.
            wide = entry.data.view("<u2").astype(np.uint32)
            np.left_shift(wide, 16, out=wide)
            flat = wide.view(np.float32)
        return flat.reshape(entry.shape)


def _shards(index: Path) -> list[Path]:
    """The files that an index names, checked to lie in its folder."""
    try:
        names = sorted(set(json.loads(index.read_text("utf-8"))["weight_map"].values()))
        files = [index.parent / name for name in names if Path(name).name == name]
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise ConvertError(f"{index} is not an index of safetensors files", _AGAIN) from error
    if len(files) != len(names):
        raise ConvertError(f"{index} names files outside its folder", _AGAIN)
    for file in files:
        if not file.is_file():
            raise ConvertError(f"{file} is missing: the index names it", _AGAIN)
    return files


def _entries(path: Path) -> Iterator[tuple[str, _Entry]]:
    """The tensors of one file, each checked to lie inside it."""
    try:
        size = path.stat().st_size
        data: Array = np.memmap(path, np.uint8, "r") if size else np.empty(0, np.uint8)
    except OSError as error:
        raise ConvertError(f"{path} could not be read: {error}", _AGAIN) from error
    start = 8 + (int.from_bytes(data[:8].tobytes(), "little") if size >= 8 else 0)
    if size < 8 or start > size or start > _HEADER_LIMIT:
        raise ConvertError(f"{path} is cut off or not a safetensors file", _AGAIN)
    try:
        header = json.loads(data[8:start].tobytes().decode("utf-8"))
        header.pop("__metadata__", None)
        rows = [_row(str(name), entry) for name, entry in header.items()]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ConvertError(f"{path} is not a safetensors file", _AGAIN) from error
    for name, dtype, shape, begin, end in rows:
        if dtype not in _SIZES:
            raise ConvertError(
                f"{path}: the tensor {name} has the type {dtype}",
                "convert from a model in F32, F16 or BF16, not from a quantised one",
            )
        if start + end > size:
            raise ConvertError(f"{path} is cut off: {size} of {start + end} bytes", _AGAIN)
        if begin < 0 or min(shape, default=1) < 0 or end - begin != prod(shape) * _SIZES[dtype]:
            raise ConvertError(f"{path}: the tensor {name} is inconsistent", _AGAIN)
        yield name, _Entry(data[start + begin : start + end], dtype, shape)


def _row(name: str, entry: dict[str, Any]) -> tuple[str, str, tuple[int, ...], int, int]:
    """Name, type, shape, first and last byte of a header's entry."""
    begin, end = entry["data_offsets"]
    return name, str(entry["dtype"]), tuple(map(int, entry["shape"])), int(begin), int(end)
