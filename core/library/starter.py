"""The liked prompts that come with the program, for those who want to see it work."""

from __future__ import annotations

from pathlib import Path


def starter_likes() -> Path:
    """The file of them (JSON Lines)."""
    import promptstyle.assets

    # By path: in an editable installation `promptstyle` is a namespace without resources.
    return Path(str(promptstyle.assets.__file__)).parent / "starter_likes.jsonl"
