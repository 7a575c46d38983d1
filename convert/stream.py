"""Writing a GGUF file with one tensor in memory at a time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from promptstyle.convert.atomic import disk_errors, require_space
from promptstyle.convert.encoding import byte_shape, encode
from promptstyle.convert.weights import Float32

if TYPE_CHECKING:
    from gguf import GGMLQuantizationType, GGUFWriter

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Item:
    """A tensor to write; `load` makes its values when its turn comes."""

    name: str
    shape: tuple[int, ...]
    kind: GGMLQuantizationType
    load: Callable[[], Float32]


def stream(writer: GGUFWriter, path: Path, out: Path, items: list[Item], report: Progress) -> None:
    """Write header, metadata and `items` to `path`, telling `report` (done, total) tensors.

    Errors speak of `out`, the name that the file will have.
    """
    total = 0
    for item in items:
        shape = byte_shape(item.shape, item.kind)
        writer.add_tensor_info(
            item.name, shape, np.dtype(np.uint8), prod(shape), raw_dtype=item.kind
        )
        total += prod(shape)
    require_space(out, total)
    try:
        with disk_errors(out):
            writer.write_header_to_file(path)
            writer.write_kv_data_to_file()
            writer.write_ti_data_to_file()
        for done, item in enumerate(items):
            report(done, len(items))
            data = encode(item.load(), item.kind, item.name)
            with disk_errors(out):
                writer.write_tensor_data(data)
        with disk_errors(out):
            writer.close()
        report(len(items), len(items))
    finally:
        # After an error the file is thrown away, whatever closing it says.
        with suppress(OSError):
            writer.close()
