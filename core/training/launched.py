"""Whether this process is one of several that `accelerate launch` (or torchrun) started."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Launched:
    """`rank` counts from 0, of `world` processes, `local` of them on this machine."""

    rank: int = 0
    world: int = 1
    local: int = 1

    @property
    def first(self) -> bool:
        """Whether this is the process that writes and says what there is to say."""
        return self.rank == 0


def launched(environ: Mapping[str, str] = os.environ) -> Launched:
    """What the launcher's variables say; one process by itself where there are none.

    They are those of torch.distributed's `env://` (RANK, WORLD_SIZE, LOCAL_WORLD_SIZE). Torch is
    not loaded.
    """
    try:
        rank, world = int(environ.get("RANK", 0)), int(environ.get("WORLD_SIZE", 1))
        local = int(environ.get("LOCAL_WORLD_SIZE", world))
    except ValueError:
        return Launched()
    # RANK alone is set by other programs too.
    return Launched(rank, world, max(1, local)) if 0 <= rank < world and world > 1 else Launched()
