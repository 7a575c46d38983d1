"""What makes the tests of the whole loop quick, and nothing else different."""

from __future__ import annotations

from promptstyle.core import settings
from promptstyle.core.paths import Home


def one_candidate(home: Home) -> None:
    """Have one candidate written for a topic instead of a pool: a fifth of the time."""
    settings.change(home, pool=1)


def usual_candidates(home: Home) -> None:
    """As many candidates as usual again."""
    settings.change(home, pool=0)
