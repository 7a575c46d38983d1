"""Which device and number format to train with: measured, not assumed."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from peft import PeftModel


@dataclass(frozen=True)
class Precision:
    """Device and number format of the frozen base; the adapter's weights are always float32."""

    device: str
    dtype: torch.dtype

    @property
    def name(self) -> str:
        """For manifests and logs, such as `cpu/bfloat16`."""
        return f"{self.device}/{str(self.dtype).removeprefix('torch.')}"

    @contextmanager
    def adapting(self, model: PeftModel) -> Iterator[None]:
        """Within it the adapter computes in the base's format too (mixed precision training,
        Micikevicius et al. 2018, arXiv 1710.03740).

        peft would take every input to float32 and back for two thin products.
        """
        import torch
        from peft.helpers import disable_input_dtype_casting

        if self.dtype == torch.float32:
            yield
            return
        with (
            disable_input_dtype_casting(model),
            torch.autocast(self.device.partition(":")[0], self.dtype),
        ):
            yield


def available_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _seconds(dtype: torch.dtype, size: int = 512, repeats: int = 4) -> float:
    """The best time of one `size` x `size` matrix product."""
    import torch

    left, right = (torch.ones(size, size, dtype=dtype) for _ in range(2))
    left @ right
    best = float("inf")
    for _ in range(repeats):
        begin = time.perf_counter()
        left @ right
        best = min(best, time.perf_counter() - begin)
    return best


def probe() -> Precision:
    """The fastest format here: bf16 on CUDA and on CPUs whose bf16 products beat float32.

    CPUs without AVX512-BF16 or AMX emulate bf16 and are slower with it than with float32.
    """
    import torch

    if torch.cuda.is_available():
        supported = torch.cuda.is_bf16_supported()
        return Precision("cuda", torch.bfloat16 if supported else torch.float32)
    faster = _seconds(torch.bfloat16) * 1.3 < _seconds(torch.float32)
    return Precision("cpu", torch.bfloat16 if faster else torch.float32)
