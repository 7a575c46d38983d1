"""Starting, watching, stopping and letting go of a retrain, from the app's side."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from textual.message import Message

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.failures import describe
from promptstyle.tui.following import events
from promptstyle.tui.retraining import Phase, Retraining

if TYPE_CHECKING:
    from promptstyle.core.jobs import Job
    from promptstyle.tui.app import PromptstyleApp


@dataclass
class RetrainHappened(Message):
    """The retrain that `state` is about said something."""

    state: Retraining
    event: Mapping[str, Any]


@dataclass
class RetrainEnded(Message):
    """The retrain that `state` is about is over; one of result and error is given."""

    state: Retraining
    result: Mapping[str, Any] | None = None
    error: PromptstyleError | None = None


class Retrainer:
    """One retrain at a time: our own child process, or one in the background that is watched.

    A thread reads the events and posts them to the app; it touches nothing else.
    """

    def __init__(self, app: PromptstyleApp) -> None:
        self._app = app
        self._job: Job | None = None
        self._leaving = threading.Event()
        # Ends the watching of one retrain; another may be watched after it.
        self._watching: threading.Event | None = None

    def start(self, *, base: str | None, recipe: str, keep_old: bool) -> Retraining:
        """Start one for the profile in use. Raises PromptstyleError if the child cannot start."""
        session = self._app.session
        self._leaving.clear()
        job = session.services.start_retrain(
            session.home, session.profile, base=base, recipe=recipe, keep_old=keep_old
        )
        self._job = job
        state = Retraining(phase=Phase.RUNNING, profile=session.profile)
        self._app.run_worker(
            lambda: self._read(job, state), group="retrain", thread=True, exit_on_error=False
        )
        return state

    def watch(self) -> Retraining | None:
        """Watch the one that runs in the background for the profile in use, if there is one."""
        from promptstyle.core import journal

        session = self._app.session
        found = None if self._job else journal.Journal.read(session.home, session.profile)
        if found is None or not found.running:
            return None
        self.unwatch()
        state = Retraining(
            phase=Phase.RUNNING,
            profile=session.profile,
            background=True,
            began=time.monotonic() - _age(found.time),
        )
        self._watching = enough = threading.Event()
        self._app.run_worker(
            lambda: self._follow(state, enough), group="retrain", thread=True, exit_on_error=False
        )
        return state

    def unwatch(self) -> None:
        """Look no longer at the one in the background, which goes on."""
        if self._watching is not None:
            self._watching.set()
            self._watching = None

    def cancel(self) -> None:
        """Stop it; what it has learnt so far is kept for the next one. Takes up to a second.

        For a thread. Raises PromptstyleError if it is one that this user may not stop.
        """
        from promptstyle.core import journal

        job, state = self._job, self._app.retraining
        state.stopping = True
        try:
            if job is not None:
                job.cancel()
            else:
                journal.stop(self._app.session.home, state.profile)
        except BaseException:
            state.stopping = False
            raise

    def detach(self) -> None:
        """Let it go on without the app."""
        if self._job is not None:
            self._job.detach()

    def leave(self) -> None:
        """End the watching thread and, unless it was let go, the retrain."""
        self._leaving.set()
        self.unwatch()
        if self._job is not None:
            self._job.close()

    def _read(self, job: Job, state: Retraining) -> None:
        post = self._app.post_message
        end = RetrainEnded(state)
        try:
            for event in events(job, self._leaving):
                post(RetrainHappened(state, event))
            if self._leaving.is_set():
                return
            end.result = job.result()
        # Whatever it is, the screen says it; a thread has nobody else to tell.
        except Exception as error:
            end.error = describe(error)
        finally:
            job.close()
        # Before the end is told: the next one may begin right after.
        self._job = None
        post(end)

    def _follow(self, state: Retraining, enough: threading.Event) -> None:
        from promptstyle.core import journal

        post = self._app.post_message
        try:
            for event in journal.follow(self._app.session.home, state.profile, enough.is_set):
                if event.get("event") == "done":
                    result = {key: value for key, value in event.items() if key != "event"}
                    post(RetrainEnded(state, result=result))
                elif event.get("event") == "failed":
                    failed = Retraining()
                    failed.apply(event)
                    post(RetrainEnded(state, error=failed.error))
                else:
                    post(RetrainHappened(state, event))
        except Exception as error:
            post(RetrainEnded(state, error=describe(error)))


def _age(moment: str) -> float:
    """Seconds since a time in a journal; 0 for one that cannot be."""
    try:
        began = datetime.fromisoformat(moment.replace("Z", "+00:00"))
        return max((datetime.now(timezone.utc) - began).total_seconds(), 0.0)
    # A journal may be damaged; a time without a zone cannot be compared.
    except (ValueError, TypeError):
        return 0.0
