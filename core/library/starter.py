"""The liked prompts that come with the program, for those who want to see it work."""

from __future__ import annotations

from pathlib import Path

from promptstyle.core.assets import asset


def starter_likes() -> Path:
    """The file of them (JSON Lines)."""
    return asset("starter_likes.jsonl")
