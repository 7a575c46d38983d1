"""Reading what a child process says, in a thread that must end when the app does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from promptstyle.core.jobs import Job

# Seconds between two looks at whether the app is leaving.
_LOOK = 0.2


def events(job: Job, leaving: threading.Event) -> Iterator[dict[str, Any]]:
    """Every event of `job` until it is over, or until `leaving` is set; the caller looks which."""
    while not leaving.is_set():
        try:
            event = job.receive(timeout=_LOOK)
        except TimeoutError:
            continue
        if event is None:
            return
        yield event
