"""A model folder and an adapter in, a model folder out: the adapter becomes part of the base."""

from __future__ import annotations

import json
import shutil
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

from gguf import GGMLQuantizationType

from promptstyle.convert.atomic import disk_errors, replacing, require_space
from promptstyle.convert.config import LlamaConfig
from promptstyle.convert.encoding import encode
from promptstyle.convert.layers import Tensor, require
from promptstyle.convert.lora import Adapter
from promptstyle.convert.stream import Progress
from promptstyle.convert.weights import Weights

WEIGHTS = "model.safetensors"
# bfloat16, as the bases of this size are published.
_BYTES = 2


def write_base(
    base_dir: Path,
    adapter_dir: Path,
    out: Path,
    *,
    settings: dict[str, Any],
    progress: Progress | None = None,
) -> None:
    """Write the Llama model in `base_dir` with the adapter merged in to the folder `out`.

    The weights become one `model.safetensors` of bfloat16: merged in float32, rounded once.
    `settings` are added to its config.json; the tokenizer's files are copied. `progress(done,
    total)` counts tensors; an exception out of it stops the work, and `out` is then half a base.
    Raises ConvertError.
    """
    config = LlamaConfig.of_folder(base_dir)
    weights = Weights.of_model(base_dir)
    plan = require(weights, config)
    adapter = Adapter(adapter_dir)
    adapter.require(plan)
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    header = _header(plan)
    require_space(out / WEIGHTS, len(header) + sum(map(_size, plan)))
    with replacing(out / WEIGHTS) as temporary, temporary.open("wb") as file:
        _write(file, header, out)
        for done, tensor in enumerate(plan):
            if progress:
                progress(done, len(plan))
            values = weights.read(tensor.source)
            if tensor.source in adapter:
                values = values + adapter.delta(tensor.source)
            data = encode(values, GGMLQuantizationType.BF16, tensor.source)
            _write(file, data.tobytes(), out)
        with disk_errors(out / WEIGHTS):
            file.flush()
    for name in ("tokenizer.json", "tokenizer.model", "tokenizer_config.json", "added_tokens.json"):
        if (base_dir / name).is_file():
            _copy(base_dir / name, out / name)
    known = json.loads((base_dir / "config.json").read_text("utf-8"))
    text = json.dumps({**known, "torch_dtype": "bfloat16", **settings}, indent=2) + "\n"
    with replacing(out / "config.json") as temporary, disk_errors(out / "config.json"):
        temporary.write_text(text, "utf-8")
    if progress:
        progress(len(plan), len(plan))


def _header(plan: list[Tensor]) -> bytes:
    """The length and the JSON that a safetensors file begins with, padded to eight bytes."""
    rows: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    at = 0
    for tensor in plan:
        end = at + _size(tensor)
        rows[tensor.source] = {
            "dtype": "BF16", "shape": list(tensor.shape), "data_offsets": [at, end],
        }  # fmt: skip
        at = end
    text = json.dumps(rows, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text


def _size(tensor: Tensor) -> int:
    return _BYTES * prod(tensor.shape)


def _write(file: BinaryIO, data: bytes, out: Path) -> None:
    with disk_errors(out / WEIGHTS):
        file.write(data)


def _copy(source: Path, target: Path) -> None:
    with replacing(target) as temporary, disk_errors(target):
        shutil.copyfile(source, temporary)
