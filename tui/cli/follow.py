"""Following a job that runs in a child process, and stopping it with Ctrl+C."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from promptstyle.core.errors import Cancelled

if TYPE_CHECKING:
    from promptstyle.core.jobs import Job


def follow(
    job: Job, on_event: Callable[[Mapping[str, Any]], None], *, interrupted: str
) -> dict[str, Any]:
    """Hand each event of `job` to `on_event`; returns the job's value.

    Ctrl+C stops the job within a second and raises Cancelled with the hint `interrupted`.
    """
    with job:
        try:
            for event in job.events():
                on_event(event)
            return job.result()
        except (KeyboardInterrupt, Cancelled):
            job.cancel()
            raise Cancelled(hint=interrupted) from None
