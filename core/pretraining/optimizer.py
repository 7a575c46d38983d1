"""Muon for the matrices, AdamW for the token table and the norms.

Muon: K. Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks". Equal
shapes are orthogonalised in one batch, which on small matrices is what counts.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import torch
from torch import Tensor


def orthogonalise(
    matrices: Tensor, steps: int = 5, *, dtype: torch.dtype = torch.bfloat16
) -> Tensor:
    """Push the singular values of each of (n, rows, columns) towards one (Newton-Schulz)."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = matrices.to(dtype)
    flipped = x.shape[1] > x.shape[2]
    if flipped:
        x = x.transpose(1, 2)
    x = x / (x.flatten(1).norm(dim=1)[:, None, None] + 1e-7)
    for _ in range(steps):
        gram = x @ x.transpose(1, 2)
        x = a * x + (b * gram + c * gram @ gram) @ x
    upright: Tensor = x.transpose(1, 2) if flipped else x
    return upright.to(matrices.dtype)


class Muon:
    """Momentum, orthogonalised, on two-dimensional weights; `rate` is per step."""

    def __init__(
        self,
        named: list[tuple[str, Tensor]],
        *,
        momentum: float = 0.95,
        decay: float = 0.1,
        dtype: torch.dtype = torch.bfloat16,
    ) -> None:
        self.momentum, self.decay, self.dtype = momentum, decay, dtype
        self.groups: dict[tuple[int, ...], list[tuple[str, Tensor]]] = defaultdict(list)
        for name, weight in named:
            self.groups[tuple(weight.shape)].append((name, weight))
        self.buffers = {name: torch.zeros_like(weight) for name, weight in named}

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Apply the gradients."""
        for (rows, columns), members in self.groups.items():
            updates = []
            for name, weight in members:
                assert weight.grad is not None
                buffer = self.buffers[name]
                buffer.lerp_(weight.grad, 1 - self.momentum)
                updates.append(weight.grad.lerp(buffer, self.momentum))
            turned = orthogonalise(torch.stack(updates), dtype=self.dtype)
            scale = max(1.0, rows / columns) ** 0.5
            for (_, weight), update in zip(members, turned, strict=True):
                weight.mul_(1 - rate * self.decay).add_(update, alpha=-rate * scale)

    def forget(self, names: list[str]) -> None:
        """Drop the momentum of weights that were set by hand."""
        for name in names:
            if name in self.buffers:
                self.buffers[name].zero_()

    def state_dict(self) -> dict[str, Any]:
        """The momentum."""
        return {"buffers": self.buffers}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take the momentum back."""
        for name, buffer in state["buffers"].items():
            self.buffers[name].copy_(buffer)


def split(
    named: list[tuple[str, Tensor]],
) -> tuple[list[tuple[str, Tensor]], list[tuple[str, Tensor]]]:
    """Those for Muon, those for AdamW."""
    hidden = [(name, w) for name, w in named if w.ndim == 2 and "embed" not in name]
    chosen = {name for name, _ in hidden}
    return hidden, [(name, w) for name, w in named if name not in chosen]


def rate_share(tokens: int, total: int, *, warmup: int, decay_from: int) -> float:
    """Warm up, stay, then go down in a line to zero: the share of the peak rate."""
    if tokens < warmup:
        return (tokens + 1) / warmup
    if tokens < decay_from:
        return 1.0
    return max(0.0, (total - tokens) / max(1, total - decay_from))
