"""How the model of a new run is kept: merged into a copy of its base, or apart, on top of it."""

from __future__ import annotations

from typing import Literal

from promptstyle.core.training.recipes import SMALL_BASE

# Merged into a copy of the base, of either type, or never.
MERGES = ("auto", "q8_0", "q4_k_m", "never")


def merge_type(asked: str, parameters: int) -> Literal["q8_0", "q4_k_m"] | None:
    """The type of the merged file that a new run gets, None if what was learnt stays apart.

    `asked` is one of MERGES. `auto` goes by what was measured (docs/models.md): a small model is
    merged at once and then writes faster; of a large one each merged file takes as long to make as
    many prompts to write, and a gigabyte that on top of the base is not needed.
    """
    match asked:
        case "q8_0" | "q4_k_m":
            return asked
        case "auto" if parameters < SMALL_BASE:
            return "q8_0"
    return None
