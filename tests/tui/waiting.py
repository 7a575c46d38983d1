"""Waiting for a state of the app instead of for a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot
from textual.widgets._toast import Toast

# Far more than anything takes here: it only ends a test that would never end.
PATIENCE = 60.0


async def wait_for(pilot: Pilot[Any], condition: Callable[[], object], what: str = "") -> None:
    """Let the app work until `condition()` is true. Fails with `what` if that does not come."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"never came: {what or condition}"
        await pilot.pause(0.01)
    await pilot.pause()


async def settled(pilot: Pilot[Any]) -> None:
    """Let the app work until none of its workers does."""
    await wait_for(
        pilot, lambda: all(worker.is_finished for worker in pilot.app.workers), "quiet workers"
    )


async def quiet(pilot: Pilot[Any]) -> None:
    """Put away what the app remarks: a remark comes and goes by its own time, pictures may not."""
    # What was just said is still a message; put away before it is read, it would come after.
    await wait_for(pilot, lambda: pilot.app.message_queue_size == 0, "read messages")
    pilot.app.clear_notifications()
    await wait_for(pilot, lambda: not pilot.app.screen.query(Toast), "no remark")
