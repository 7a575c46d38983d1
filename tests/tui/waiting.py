"""Waiting for a state of the app instead of for a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot
from textual.widgets._toast import Toast

from promptstyle.tui.app import PromptstyleApp
from promptstyle.tui.screens.page import Page

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
    """Let the app work until it has begun and none of its workers does."""
    await wait_for(pilot, lambda: _begun(pilot.app), "a whole screen")
    await wait_for(
        pilot, lambda: all(worker.is_finished for worker in pilot.app.workers), "quiet workers"
    )


def _begun(app: Any) -> bool:
    """Whether the library is open and the screens whole: on a slow machine a test is earlier.

    An app that could not begin, or one of a test's own, has nothing to wait for.
    """
    if not isinstance(app, PromptstyleApp) or app.failure is not None:
        return True
    pages = [screen for screen in app.screen_stack if isinstance(screen, Page)]
    return app.opened and all(page.furnished for page in pages)


def unblinking(field: Any) -> None:
    """Let the cursor of `field` (Input or TextArea) stand still, drawn."""
    field.cursor_blink = False
    # A TextArea takes a line that it drew while the cursor was away for one that has it.
    field.notify_style_update()
    field.refresh()


async def quiet(pilot: Pilot[Any]) -> None:
    """Put away what the app remarks: a remark comes and goes by its own time, pictures may not."""
    # What was just said is still a message; put away before it is read, it would come after.
    await wait_for(pilot, lambda: pilot.app.message_queue_size == 0, "read messages")
    pilot.app.clear_notifications()
    await wait_for(pilot, lambda: not pilot.app.screen.query(Toast), "no remark")
