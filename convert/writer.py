"""A model folder (and an adapter) in, a GGUF file out, one tensor at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from promptstyle.convert.atomic import replacing, require_space, scratch
from promptstyle.convert.chat import chat_template
from promptstyle.convert.check import read_header
from promptstyle.convert.config import LlamaConfig
from promptstyle.convert.encoding import QUANTIZATION_VERSION, Direct, file_type, type_for
from promptstyle.convert.errors import ConvertError
from promptstyle.convert.layers import Tensor, interleave, require
from promptstyle.convert.lora import Adapter
from promptstyle.convert.quantizer import quantize_q4_k_m
from promptstyle.convert.stream import Item, Progress, stream
from promptstyle.convert.vocabulary import Vocabulary
from promptstyle.convert.weights import Float32, Weights

Quantize = Literal["f32", "f16", "q8_0", "q4_k_m"]
QUANTIZE: tuple[Quantize, ...] = ("f32", "f16", "q8_0", "q4_k_m")
# The instruction layout, for this project's own engine.
TEMPLATE_KEY = "promptstyle.template"


@dataclass(frozen=True)
class GgufInfo:
    """A written file: its size in bytes, its hash (hex), its type and number of tensors."""

    path: Path
    bytes: int
    sha256: str
    quantize: str
    tensors: int


def write_gguf(
    base_dir: Path,
    out: Path,
    *,
    adapter_dir: Path | None = None,
    quantize: Quantize = "f16",
    name: str,
    template: str | None = None,
    progress: Progress | None = None,
) -> GgufInfo:
    """Write the Llama model in `base_dir`, with the adapter merged in, to `out`.

    The merge is computed in float32 and rounded once, to `quantize` (vectors stay float32).
    `template` is the instruction layout with `{input}`; it is stored as it is and as a chat
    template. `progress(done, total)` counts tensors; an exception out of it stops the work.
    `out` appears whole or not at all. Raises ConvertError.
    """
    if quantize not in QUANTIZE:
        raise ConvertError(f"there is no type {quantize}", f"choose one of {', '.join(QUANTIZE)}")
    report = progress or _silent
    model = _Model(base_dir, adapter_dir)
    entries = _entries(name, template)
    count = len(model.plan)
    with replacing(out) as temporary:
        if quantize != "q4_k_m":
            model.write(temporary, out, quantize, entries, report)
        else:
            # llama.cpp quantises files, so the 16-bit one is made first and thrown away.
            with scratch(out.with_name(f"{out.name}.f16")) as whole:
                model.write(whole, out, "f16", entries, lambda n, _: report(n, 2 * count))
                # About five bits a weight; if it comes to more, llama.cpp's error is caught.
                require_space(out, whole.stat().st_size // 3)
                quantize_q4_k_m(whole, temporary, lambda n, _: report(count + n, 2 * count))
        tensors = len(read_header(temporary).tensors)
        digest = sha256_of(temporary)
    return GgufInfo(out, out.stat().st_size, digest, quantize, tensors)


def write_adapter_gguf(
    base_dir: Path,
    adapter_dir: Path,
    out: Path,
    *,
    name: str = "adapter",
    template: str | None = None,
) -> GgufInfo:
    """Write the adapter alone, in float32, for use over a GGUF of the base in `base_dir`.

    llama.cpp has one alpha for the whole file and divides it by each pair's rank; where a
    weight's own factor is another (rsLoRA, patterns), its B carries the quotient.
    `name` and `template` as in `write_gguf`. Raises ConvertError.
    """
    from gguf import GGUFWriter

    plan = require(Weights.of_model(base_dir), LlamaConfig.of_folder(base_dir))
    adapter = Adapter(adapter_dir)
    adapter.require(plan)
    # llama.cpp takes alpha 0 for "no scaling"; the quotient below is then 0 instead.
    alpha = adapter.alpha or float(adapter.rank)
    writer = GGUFWriter(None, "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", alpha)
    for key, value in _entries(name, template).items():
        writer.add_string(key, value)
    items = [
        item
        for tensor in plan
        if tensor.source in adapter
        for item in _adapter_items(adapter, tensor, alpha)
    ]
    with replacing(out) as temporary:
        stream(writer, temporary, out, items, _silent)
        digest = sha256_of(temporary)
    return GgufInfo(out, out.stat().st_size, digest, "f32", len(items))


class _Model:
    """A model folder and perhaps an adapter, checked and ready to be written."""

    def __init__(self, base_dir: Path, adapter_dir: Path | None) -> None:
        self._config = LlamaConfig.of_folder(base_dir)
        self._weights = Weights.of_model(base_dir)
        self.plan = require(self._weights, self._config)
        self._vocabulary = Vocabulary.of_folder(base_dir, self._config)
        self._adapter = None if adapter_dir is None else Adapter(adapter_dir)
        if self._adapter is not None:
            self._adapter.require(self.plan)

    def write(
        self, path: Path, out: Path, kind: Direct, entries: dict[str, str], report: Progress
    ) -> None:
        """Write everything to `path`; errors speak of `out`."""
        from gguf import GGUFWriter

        writer = GGUFWriter(None, "llama")
        writer.add_type("model")
        for key, value in entries.items():
            writer.add_string(key, value)
        self._config.add_to(writer)
        writer.add_file_type(file_type(kind))
        if kind == "q8_0":
            writer.add_quantization_version(QUANTIZATION_VERSION)
        self._vocabulary.add_to(writer)
        items = [
            Item(tensor.name, tensor.shape, type_for(kind, tensor.shape), self._loader(tensor))
            for tensor in self.plan
        ]
        stream(writer, path, out, items, report)

    def _loader(self, tensor: Tensor) -> Callable[[], Float32]:
        def load() -> Float32:
            values = self._weights.read(tensor.source)
            if self._adapter is not None and tensor.source in self._adapter:
                delta = self._adapter.delta(tensor.source)
                values = np.add(delta, values, out=delta)
            return interleave(values, tensor.heads)

        return load


def _adapter_items(adapter: Adapter, tensor: Tensor, alpha: float) -> list[Item]:
    a, b, scale = adapter.matrices(tensor.source)
    factor = np.float32(scale * len(a) / alpha)
    kinds = (type_for("f32", a.shape), type_for("f32", b.shape))
    return [
        Item(f"{tensor.name}.lora_a", a.shape, kinds[0], lambda: a),
        Item(
            f"{tensor.name}.lora_b", b.shape, kinds[1], lambda: interleave(b * factor, tensor.heads)
        ),
    ]


def _entries(name: str, template: str | None) -> dict[str, str]:
    """Metadata of models and adapters alike. An empty value is left out."""
    entries = {"general.name": name}
    if template is not None:
        entries[TEMPLATE_KEY] = template
        entries["tokenizer.chat_template"] = chat_template(template)
    return entries


def sha256_of(path: Path) -> str:
    """The file's SHA-256, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _silent(_done: int, _total: int) -> None:
    return None
