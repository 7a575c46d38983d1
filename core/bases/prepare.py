"""A base as GGUF, made from its safetensors at first use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from promptstyle.convert.check import check_gguf
from promptstyle.convert.errors import ConvertError
from promptstyle.core.bases import registry
from promptstyle.core.bases.registry import Base
from promptstyle.core.channel import Channel
from promptstyle.core.paths import Home
from promptstyle.core.training.template import INSTRUCTION

# Half the memory of 16 bits and faster; on the embedded base the loss is the same to six digits.
QUANTIZE: Final = "q8_0"


def gguf_path(home: Home, base: Base) -> Path:
    """Where the GGUF of `base` lies once it is made."""
    return home.gguf_cache / f"{base.identity[:12]}.{QUANTIZE}.gguf"


def cached_gguf(home: Home, base: Base) -> Path | None:
    """The GGUF of `base` if it is there and whole."""
    path = gguf_path(home, base)
    try:
        check_gguf(path)
    except ConvertError:
        return None
    return path


def make_gguf(home: Home, base: Base, progress: Callable[[int, int], None] | None = None) -> Path:
    """The GGUF of `base`, made now if it is not there or broken. Raises ConvertError."""
    found = cached_gguf(home, base)
    if found is not None:
        return found
    # Loads NumPy and gguf: whoever only asks for the path does not pay for it.
    from promptstyle.convert import write_gguf

    path = gguf_path(home, base)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_gguf(
        base.folder,
        path,
        quantize=QUANTIZE,
        name=base.name,
        template=INSTRUCTION,
        progress=progress,
    )
    return path


def prepare_job(args: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """The job `prepare_base`: `{"home", "base"}` to `{"gguf"}`, with `stage` events."""

    def progress(done: int, total: int) -> None:
        channel.check()
        channel.send({"event": "stage", "stage": "prepare", "done": done, "total": total})

    home = Home.of(args["home"])
    return {"gguf": str(make_gguf(home, registry.get(home, args["base"]), progress))}
