"""What makes the tests of the whole loop quick, and nothing else different."""

from __future__ import annotations

import json
from pathlib import Path

from promptstyle.core import settings
from promptstyle.core.bases import registry
from promptstyle.core.library import Library, NewLike
from promptstyle.core.paths import Home


def set_up(home: Home, base: Path | None, likes: Path, count: int) -> None:
    """The first `count` starter likes, on a small base; without one on the embedded base."""
    home.ensure()
    one_candidate(home)
    rows = [json.loads(line) for line in likes.read_text("utf-8").splitlines()]
    with Library(home.database) as library:
        library.ensure_profile("default")
        if base is not None:
            registry.add(home, base, "tiny")
            library.set_base("default", "tiny")
        library.add_likes("default", [NewLike(row["input"], row["output"]) for row in rows[:count]])


def one_candidate(home: Home) -> None:
    """Have one candidate written for a topic instead of a pool: a fifth of the time."""
    settings.change(home, pool=1)


def usual_candidates(home: Home) -> None:
    """As many candidates as usual again."""
    settings.change(home, pool=0)
