"""What a Llama model's config.json says, checked, or refused by name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promptstyle.convert.errors import ConvertError

if TYPE_CHECKING:
    from gguf import GGUFWriter

ARCHITECTURE = "LlamaForCausalLM"
# Without its sliding window Mistral computes what Llama does, under the same names.
MISTRAL = ("MistralForCausalLM", "mistral")


@dataclass(frozen=True)
class LlamaConfig:
    """Shape and constants of a Llama model. Sizes count elements, `context` counts tokens."""

    vocabulary: int
    hidden: int
    feed_forward: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    context: int
    norm_epsilon: float
    rope_theta: float
    rope_factor: float  # 1.0: positions as they are; more: divided by it (linear scaling)
    tied: bool
    attention_bias: bool
    mlp_bias: bool
    bos: int | None
    eos: tuple[int, ...]
    pad: int | None

    @classmethod
    def of_folder(cls, folder: Path) -> LlamaConfig:
        """Read `folder`/config.json. Raises ConvertError for anything but a plain Llama."""
        path = folder / "config.json"
        if not path.is_file():
            raise ConvertError(f"{folder} has no config.json", "give the folder of a Llama model")
        try:
            raw = json.loads(path.read_text("utf-8"))
        except (ValueError, OSError) as error:
            raise ConvertError(f"{path} is not JSON: {error}", "download it again") from error
        if not isinstance(raw, dict):
            raise ConvertError(f"{path} is not a model's configuration", "download it again")
        _refuse(raw, path)
        try:
            return cls._from(raw)
        except KeyError as error:
            raise ConvertError(f"{path} lacks {error.args[0]}", "download it again") from error
        except (TypeError, ValueError) as error:
            raise ConvertError(f"{path}: {error}", "download it again") from error

    @classmethod
    def _from(cls, raw: dict[str, Any]) -> LlamaConfig:
        hidden, heads = _count(raw, "hidden_size"), _count(raw, "num_attention_heads")
        theta, factor = _rope(raw)
        config = cls(
            vocabulary=_count(raw, "vocab_size"),
            hidden=hidden,
            feed_forward=_count(raw, "intermediate_size"),
            layers=_count(raw, "num_hidden_layers"),
            heads=heads,
            kv_heads=_count(raw, "num_key_value_heads", heads),
            head_dim=_count(raw, "head_dim", hidden // heads),
            context=_count(raw, "max_position_embeddings"),
            norm_epsilon=float(raw["rms_norm_eps"]),
            rope_theta=theta,
            rope_factor=factor,
            tied=bool(raw.get("tie_word_embeddings", False)),
            attention_bias=bool(raw.get("attention_bias", False)),
            mlp_bias=bool(raw.get("mlp_bias", False)),
            bos=next(iter(_ids(raw, "bos_token_id")), None),
            eos=_ids(raw, "eos_token_id"),
            pad=next(iter(_ids(raw, "pad_token_id")), None),
        )
        if config.heads % config.kv_heads:
            raise ValueError(f"{config.heads} heads do not divide by {config.kv_heads} KV heads")
        if config.head_dim % 2:
            raise ValueError(f"head_dim {config.head_dim} is odd, rotary positions need pairs")
        return config

    def add_to(self, writer: GGUFWriter) -> None:
        """Write the `llama.*` entries."""
        from gguf import RopeScalingType

        writer.add_vocab_size(self.vocabulary)
        writer.add_context_length(self.context)
        writer.add_embedding_length(self.hidden)
        writer.add_block_count(self.layers)
        writer.add_feed_forward_length(self.feed_forward)
        writer.add_head_count(self.heads)
        writer.add_head_count_kv(self.kv_heads)
        writer.add_key_length(self.head_dim)
        writer.add_value_length(self.head_dim)
        writer.add_layer_norm_rms_eps(self.norm_epsilon)
        writer.add_rope_dimension_count(self.head_dim)
        writer.add_rope_freq_base(self.rope_theta)
        if self.rope_factor != 1.0:
            writer.add_rope_scaling_type(RopeScalingType.LINEAR)
            writer.add_rope_scaling_factor(self.rope_factor)


def _refuse(raw: dict[str, Any], path: Path) -> None:
    """Raise ConvertError for what this converter, or llama.cpp's llama graph, does not do."""
    names = raw.get("architectures") or [raw.get("model_type", "unknown")]
    name = str(names[0]) if isinstance(names, list) else str(names)
    if name in MISTRAL:
        _refuse_window(raw, path)
    elif name not in (ARCHITECTURE, "llama"):
        raise ConvertError(
            f"{path}: the architecture {name} is not supported",
            f"use a model of the Llama family ({ARCHITECTURE}, {MISTRAL[0]})",
        )
    if raw.get("quantization_config"):
        raise ConvertError(
            f"{path}: the weights are quantised",
            "use the model's 16-bit or 32-bit weights: adapters are not merged into rounded ones",
        )
    activation = raw.get("hidden_act", "silu")
    if activation not in ("silu", "swish"):
        raise ConvertError(
            f"{path}: the activation {activation} is not supported", "use a model with SiLU"
        )


def _refuse_window(raw: dict[str, Any], path: Path) -> None:
    """Raise ConvertError for a Mistral whose tokens do not see all before them.

    Where the file says nothing, transformers assumes a window of 4,096 and eight KV heads.
    """
    window, context = raw.get("sliding_window", 4096), raw.get("max_position_embeddings")
    if window is not None and not (
        isinstance(window, int) and isinstance(context, int) and window >= context
    ):
        raise ConvertError(
            f"{path}: a sliding window of {window} tokens is not supported",
            "use a Mistral model without one (version 0.2 or later has none)",
        )
    if "num_key_value_heads" not in raw:
        raise ConvertError(f"{path} lacks num_key_value_heads", "download it again")


def _rope(raw: dict[str, Any]) -> tuple[float, float]:
    """(theta, linear factor), from transformers 5's `rope_parameters` or the older keys."""
    parameters = raw.get("rope_parameters") or {}
    scaling = raw.get("rope_scaling") or {}
    if not isinstance(parameters, dict) or not isinstance(scaling, dict):
        raise ValueError("the rope settings are not an object")
    theta = parameters.get("rope_theta", raw.get("rope_theta", 10000.0))
    merged = {**scaling, **parameters}
    kind = merged.get("rope_type", merged.get("type", "default"))
    if kind == "default":
        return float(theta), 1.0
    if kind == "linear":
        return float(theta), float(merged["factor"])
    raise ConvertError(
        f"the rope scaling {kind} is not supported", "use a model with plain or linear positions"
    )


def _count(raw: dict[str, Any], key: str, default: int | None = None) -> int:
    value = raw.get(key)
    if value is None and default is not None:
        return default
    if value is None:
        raise KeyError(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**31:
        raise ValueError(f"{key} is {value!r}")
    return value


def _ids(raw: dict[str, Any], key: str) -> tuple[int, ...]:
    value = raw.get(key)
    ids = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(i, int) and not isinstance(i, bool) for i in ids):
        raise ValueError(f"{key} is {value!r}")
    # Some configurations say -1 for "none".
    return tuple(i for i in ids if i >= 0)
