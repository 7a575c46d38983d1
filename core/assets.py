"""Where what ships with the program is."""

from __future__ import annotations

from pathlib import Path


def asset(name: str) -> Path:
    """The file or folder `name` of `assets`, whether it is there or not."""
    import promptstyle.assets

    # By path, not by importlib.resources: `promptstyle` is a namespace in an editable install.
    return Path(str(promptstyle.assets.__file__)).parent / name
