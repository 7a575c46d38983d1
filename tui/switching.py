"""Going over to another profile: what is being written ends, what is being trained goes on."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from textual.worker import Worker, WorkerError

from promptstyle.core.failures import describe
from promptstyle.tui.changes import Change
from promptstyle.tui.retraining import Retraining

if TYPE_CHECKING:
    from promptstyle.tui.app import PromptstyleApp

GROUP = "profile"
# What uses the writer of the profile. An engine that loads cannot be hurried, and a new one must
# not be put into a writer that was closed.
_WRITING = ("write", "warm")
# Seconds; a model that takes longer to load is not waited for.
_PATIENCE = 30.0


def switch(app: PromptstyleApp, name: str) -> None:
    """Work for the profile `name` from now on; it is made if there is none.

    Ends as `Change.PROFILE`, or as an error that is shown. One at a time: while one is under way,
    another is not begun.
    """
    if name == app.session.profile:
        app.say(f"{name} is the profile in use")
    elif not any(worker.group == GROUP and worker.is_running for worker in app.workers):
        app.run_worker(_switch(app, name), group=GROUP, exit_on_error=False)


async def _switch(app: PromptstyleApp, name: str) -> None:
    session = app.session
    session.stop_writing()
    await _quiet(app)
    try:
        await asyncio.to_thread(session.use_profile, name)
    # Whatever it is, the screen says it; a worker has nobody else to tell.
    except Exception as error:
        app.fail(describe(error))
        return
    # The prompt that was to come after a retrain is the other profile's.
    app.after_retrain = None
    if app.retraining.background or not app.retraining.running:
        app.retrainer.unwatch()
        app.retraining = Retraining()
    app.remember(profile=session.profile)
    app.changes.publish(Change.PROFILE)
    app.follow_background()
    app.warm()
    app.say(f"Now in use: {session.profile}")


async def _quiet(app: PromptstyleApp) -> None:
    """Wait until nothing uses the writer."""
    busy = [worker for worker in app.workers if worker.group in _WRITING and worker.is_running]
    if busy:
        await asyncio.wait(
            [asyncio.ensure_future(_end(worker)) for worker in busy], timeout=_PATIENCE
        )


async def _end(worker: Worker[object]) -> None:
    # How it ended is told by whoever started it.
    with contextlib.suppress(WorkerError):
        await worker.wait()
