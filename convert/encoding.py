"""How a tensor's numbers are stored: which type each gets, and the rounding to it."""

from __future__ import annotations

from typing import Literal

import numpy as np
from gguf import GGMLQuantizationType, LlamaFileType
from gguf.constants import GGML_QUANT_SIZES, GGML_QUANT_VERSION
from gguf.quants import quantize

from promptstyle.convert.errors import ConvertError
from promptstyle.convert.weights import Array, Float32

# The types that are written without llama.cpp.
Direct = Literal["f32", "f16", "q8_0"]

QUANTIZATION_VERSION = GGML_QUANT_VERSION

_TYPES = {
    "f32": (GGMLQuantizationType.F32, LlamaFileType.ALL_F32),
    "f16": (GGMLQuantizationType.F16, LlamaFileType.MOSTLY_F16),
    "q8_0": (GGMLQuantizationType.Q8_0, LlamaFileType.MOSTLY_Q8_0),
}


def file_type(kind: Direct) -> LlamaFileType:
    """The value of `general.file_type`."""
    return _TYPES[kind][1]


def type_for(kind: Direct, shape: tuple[int, ...]) -> GGMLQuantizationType:
    """The type of a tensor in a file of `kind`, as llama.cpp chooses it.

    Vectors (norms, biases) stay float32. Rows that do not divide into blocks stay float16.
    """
    wanted = _TYPES[kind][0]
    if len(shape) == 1:
        return GGMLQuantizationType.F32
    if shape[-1] % GGML_QUANT_SIZES[wanted][0]:
        return GGMLQuantizationType.F16
    return wanted


def byte_shape(shape: tuple[int, ...], kind: GGMLQuantizationType) -> tuple[int, ...]:
    """The shape in bytes of a tensor of `kind`."""
    elements, size = GGML_QUANT_SIZES[kind]
    return (*shape[:-1], shape[-1] // elements * size)


def encode(values: Float32, kind: GGMLQuantizationType, name: str) -> Array:
    """`values` rounded to `kind`. Raises ConvertError for numbers that it cannot hold."""
    largest = float(np.finfo(np.float16).max) if kind != GGMLQuantizationType.F32 else np.inf
    # One pass each and no temporary: min and max are NaN if anything is.
    low, high = float(values.min()), float(values.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ConvertError(
            f"the weights of {name} are not all numbers", "train again, with a lower learning rate"
        )
    if max(-low, high) > largest:
        raise ConvertError(f"{name} holds {max(-low, high):g}, more than 16 bits can", "choose f32")
    return quantize(values, kind)
