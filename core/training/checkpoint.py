"""The state of an unfinished run, so that a killed one resumes where it was."""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from typing import Any

from promptstyle.core.atomic import replacing


def save(path: Path, state: dict[str, Any]) -> None:
    """Write `state` (tensors and plain values) to `path`, all or nothing."""
    import torch

    buffer = io.BytesIO()
    torch.save(state, buffer)
    # Written by Python, not by torch: a full disk is then an OSError that says so.
    with replacing(path) as temporary:
        temporary.write_bytes(buffer.getbuffer())


def load(path: Path, fingerprint: str) -> dict[str, Any] | None:
    """The state in `path`, or None if there is none, it is damaged, or it is of another run.

    `fingerprint` names data, base and settings; a checkpoint of anything else is not used.
    """
    import torch

    if not path.is_file():
        return None
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError):
        return None
    if not isinstance(state, dict) or state.get("fingerprint") != fingerprint:
        return None
    return state
