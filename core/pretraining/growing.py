"""A deeper network out of a shallower one that says the same at first.

Copies of blocks whose output projections are zero, between the old ones: block expansion as in
C. Wu et al. 2024, "LLaMA Pro: Progressive LLaMA with Block Expansion" (arXiv:2401.02415, section
3.2). There the old blocks are frozen; here all of them learn on.
"""

from __future__ import annotations

import re

import torch
from torch import Tensor

_LAYER = re.compile(r"(model\.layers\.)(\d+)(\..+)")
# What writes to the residual stream: at zero a block changes nothing.
SILENT = ("self_attn.o_proj.weight", "mlp.down_proj.weight")


def places(old: int, new: int) -> list[tuple[int, bool]]:
    """For each of `new` blocks the one of `old` that it comes from, and whether it is a copy.

    Copies stand behind what they copy, spread evenly, the last one at the end. Raises ValueError
    if there would be fewer blocks than before, or more than two of a kind.
    """
    more = new - old
    if not 0 <= more <= old:
        raise ValueError(f"{old} blocks cannot grow to {new}: at least as many, at most double")
    copied = {-(-old * (at + 1) // more) - 1 for at in range(more)}
    found = []
    for block in range(old):
        found.append((block, False))
        if block in copied:
            found.append((block, True))
    return found


def grown(weights: dict[str, Tensor], layers: int) -> dict[str, Tensor]:
    """The weights of a network of so many `layers` that computes what `weights` does.

    Names are those of transformers. Raises ValueError as `places` does.
    """
    found = {name: weight for name, weight in weights.items() if not _LAYER.fullmatch(name)}
    blocks: dict[int, dict[str, Tensor]] = {}
    for name, weight in weights.items():
        if match := _LAYER.fullmatch(name):
            blocks.setdefault(int(match[2]), {})[match[3]] = weight
    for at, (block, copy) in enumerate(places(len(blocks), layers)):
        for rest, weight in blocks[block].items():
            silent = copy and rest.endswith(SILENT)
            found[f"model.layers.{at}{rest}"] = (
                torch.zeros_like(weight) if silent else weight.clone()
            )
    return found
