"""LoRA adapters in peft's folder format, as float32 changes to the base's weights.

W' = W + s·B·A with s = alpha / r, or alpha / sqrt(r) for rsLoRA (Hu et al. 2021,
arXiv:2106.09685; Kalajdzievski 2023, arXiv:2312.03732).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np

from promptstyle.convert.errors import ConvertError
from promptstyle.convert.layers import Tensor
from promptstyle.convert.weights import Float32, Weights

_PREFIX = "base_model.model."
_MODULES = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
# Settings that change what the adapter computes and that neither a merge of B·A nor llama.cpp
# reproduces, with the value that means "off".
_OFF: dict[str, tuple[Any, ...]] = {
    "bias": ("none",),
    "use_dora": (False,),
    "use_qalora": (False,),
    "use_bdlora": (None, False),
    "fan_in_fan_out": (False,),
    "lora_bias": (False,),
    "modules_to_save": (None, []),
    "layer_replication": (None, []),
    "target_parameters": (None, []),
    "trainable_token_indices": (None, [], {}),
    "alora_invocation_tokens": (None, []),
    # PiSSA, OLoRA, LoftQ and the like change the base's own weights at the start.
    "init_lora_weights": (True, False, "gaussian", "orthogonal", "eva"),
}


@dataclass(frozen=True)
class Pair:
    """One changed weight: `a` (r, columns), `b` (rows, r), and the factor s of B·A."""

    a: str
    b: str
    scale: float


class Adapter:
    """An adapter folder. `alpha` and `rank` are its general ones."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        settings = _settings(folder)
        self.rank = _positive(settings, "r", folder)
        self.alpha = float(settings.get("lora_alpha", self.rank))
        file = folder / "adapter_model.safetensors"
        if not file.is_file():
            raise ConvertError(
                f"{folder} has no adapter_model.safetensors", "save the adapter with peft again"
            )
        self._weights = Weights([file])
        self._pairs = dict(self._find(settings))
        if not self._pairs:
            raise ConvertError(f"{file} holds no adapter weights", "train the adapter again")

    def _find(self, settings: dict[str, Any]) -> Iterator[tuple[str, Pair]]:
        for key in self._weights:
            found = re.fullmatch(rf"{re.escape(_PREFIX)}(.+)\.lora_(A|B)\.weight", key)
            if not found or found[1].rpartition(".")[2] not in _MODULES:
                raise ConvertError(
                    f"the adapter changes {key.removeprefix(_PREFIX)}, which cannot be converted",
                    f"train LoRA on the linear layers only: {', '.join(_MODULES)}",
                )
            module = found[1]
            a, b = (f"{_PREFIX}{module}.lora_{side}.weight" for side in "AB")
            if a not in self._weights or b not in self._weights:
                raise ConvertError(f"the adapter has half of {module} only", "train it again")
            if found[2] == "A":
                shape_a, shape_b = self._weights.shape(a), self._weights.shape(b)
                rank = int(_for_module(settings, "rank_pattern", module, self.rank))
                if shape_a[0] != rank or shape_b[-1] != rank or len(shape_a + shape_b) != 4:
                    raise ConvertError(
                        f"the adapter's {module} is {shape_a} and {shape_b}, not rank {rank}",
                        "take adapter_config.json and the weights from the same training",
                    )
                alpha = float(_for_module(settings, "alpha_pattern", module, self.alpha))
                root = sqrt(rank) if settings.get("use_rslora") else rank
                yield f"{module}.weight", Pair(a, b, alpha / root)

    def require(self, plan: list[Tensor]) -> None:
        """Raise ConvertError unless every changed weight is in `plan`, with fitting shapes."""
        shapes = {tensor.source: tensor.shape for tensor in plan}
        for source, pair in self._pairs.items():
            mine = (self._weights.shape(pair.b)[0], self._weights.shape(pair.a)[1])
            if shapes.get(source) != mine:
                theirs = shapes.get(source, "none")
                raise ConvertError(
                    f"the adapter in {self._folder} does not fit this base: "
                    f"{source} is {mine} in the adapter and {theirs} in the base",
                    "use the base that the adapter was trained on",
                )

    def __contains__(self, source: str) -> bool:
        return source in self._pairs

    def delta(self, source: str) -> Float32:
        """s·B·A of weight `source`, (rows, columns), in float32."""
        a, b, scale = self.matrices(source)
        change: Float32 = np.matmul(b * np.float32(scale), a)
        return change

    def matrices(self, source: str) -> tuple[Float32, Float32, float]:
        """A (r, columns), B (rows, r) and the factor s of weight `source`."""
        pair = self._pairs[source]
        return self._weights.read(pair.a), self._weights.read(pair.b), pair.scale


def _settings(folder: Path) -> dict[str, Any]:
    path = folder / "adapter_config.json"
    try:
        settings = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ConvertError(
            f"{folder} has no adapter_config.json", "give the folder of a LoRA adapter"
        ) from error
    except (ValueError, OSError) as error:
        raise ConvertError(f"{path} is not JSON: {error}", "train the adapter again") from error
    if not isinstance(settings, dict) or settings.get("peft_type", "LORA") != "LORA":
        raise ConvertError(f"{path} is not of a LoRA adapter", "only LoRA can be converted")
    for key, off in _OFF.items():
        if key in settings and settings[key] not in off:
            raise ConvertError(
                f"{path}: {key} = {settings[key]!r} cannot be converted",
                f"train the adapter with plain LoRA ({key} off)",
            )
    return settings


def _positive(settings: dict[str, Any], key: str, folder: Path) -> int:
    value = settings.get(key)
    if not isinstance(value, int) or value < 1:
        raise ConvertError(f"{folder}: {key} is {value!r}", "train the adapter again")
    return value


def _for_module(settings: dict[str, Any], key: str, module: str, default: float) -> float:
    """peft's rule: the first pattern that matches the end of the module's name wins."""
    patterns: dict[str, float] = settings.get(key) or {}
    for pattern, value in patterns.items():
        if re.match(rf"(.*\.)?({pattern})$", module):
            return value
    return default
