"""The workshop: weights in, GGUF out. Knows nothing of the rest.

    from promptstyle.convert import ConvertError, check_gguf, write_base, write_gguf

Names are loaded when first used, so that importing this package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from promptstyle.convert.check import check_gguf
    from promptstyle.convert.errors import ConvertError
    from promptstyle.convert.merging import write_base
    from promptstyle.convert.writer import GgufInfo, write_adapter_gguf, write_gguf

__all__ = [
    "ConvertError",
    "GgufInfo",
    "check_gguf",
    "write_adapter_gguf",
    "write_base",
    "write_gguf",
]

_HOMES = {
    "ConvertError": "errors",
    "GgufInfo": "writer",
    "check_gguf": "check",
    "write_adapter_gguf": "writer",
    "write_base": "merging",
    "write_gguf": "writer",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
