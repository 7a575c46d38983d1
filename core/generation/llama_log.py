"""What llama.cpp says while it works: warnings go to stderr, and what failed is remembered.

Loads llama_cpp: for workers only.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

import llama_cpp

# Of ggml.h; the ones in llama-cpp-python are of an older version.
_WARNING, _ERROR = 3, 4

# The first says why, the later ones that it failed.
_complaints: list[str] = []


def _write(level: int, text: bytes, _data: Any) -> None:
    # By default every detail of every tensor is printed.
    if level not in (_WARNING, _ERROR):
        return
    message = text.decode("utf-8", "replace")
    sys.stderr.write(message)
    sys.stderr.flush()
    if level == _ERROR and message.strip():
        _complaints.append(message.strip())


_LOG = llama_cpp.llama_log_callback(_write)


def listen() -> None:
    """Have llama.cpp say what it has to say here."""
    llama_cpp.llama_log_set(_LOG, ctypes.c_void_p())


def forget() -> None:
    """What it complained of is another matter from now on."""
    _complaints.clear()


def reason() -> str:
    """Why it failed, to stand behind what failed; empty where it did not say."""
    return f": {_complaints[0]}" if _complaints else ""
