"""Testing the model that writes anew: the child process, from the app's side."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.message import Message
from textual.widget import Widget

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.failures import describe
from promptstyle.tui.following import events

if TYPE_CHECKING:
    from promptstyle.core.jobs import Job
    from promptstyle.tui.session import Session


@dataclass
class EvaluationHappened(Message):
    """The evaluation said something."""

    event: Mapping[str, Any]


@dataclass
class EvaluationEnded(Message):
    """The evaluation of a profile is over; exactly one of the other two is given."""

    profile: str
    document: Mapping[str, Any] | None = None
    error: PromptstyleError | None = None


class Evaluator:
    """One evaluation at a time. A thread reads its events and posts them to a widget."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._job: Job | None = None
        self._leaving = threading.Event()

    @property
    def running(self) -> bool:
        """Whether one is under way."""
        return self._job is not None

    def start(self, session: Session) -> None:
        """Start one for the profile in use. Raises PromptstyleError if the child cannot start."""
        profile = session.profile
        job = session.services.start_evaluate(session.home, profile)
        self._job = job
        self._widget.run_worker(
            lambda: self._read(job, profile), group="evaluate", thread=True, exit_on_error=False
        )

    def cancel(self) -> None:
        """Stop it and wait for its end, up to a second: for threads."""
        if (job := self._job) is not None:
            job.cancel()

    def leave(self) -> None:
        """End the thread and the child; nothing is posted any more."""
        self._leaving.set()
        if (job := self._job) is not None:
            job.close()

    def _read(self, job: Job, profile: str) -> None:
        post = self._widget.post_message
        ended = EvaluationEnded(profile)
        try:
            for event in events(job, self._leaving):
                post(EvaluationHappened(event))
            if self._leaving.is_set():
                return
            ended.document = job.result()
        # Whatever it is, the screen says it; a thread has nobody else to tell.
        except Exception as error:
            ended.error = describe(error)
        finally:
            self._job = None
            job.close()
        post(ended)


def progress(event: Mapping[str, Any]) -> str:
    """How far it is, such as `evaluate vanilla: 3 of 10`; empty if the event does not say."""
    done, total = event.get("done"), event.get("total")
    if not isinstance(done, int) or not isinstance(total, int) or total <= 0:
        return ""
    return f"{event.get('stage') or 'evaluate'}: {done:,} of {total:,}"
