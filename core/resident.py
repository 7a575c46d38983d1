"""A model that stays loaded in a child process: what the engine and the encoder have in common.

The parent asks one thing at a time (`Resident`), the child answers (`serve`). A request has an
`id`; its events end with `answer` (a `value`) or `refused` (an error).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from promptstyle.core.channel import Channel
from promptstyle.core.closing import Closing
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.jobs import Job, error_of

_log = logging.getLogger(__name__)


class Resident(Closing):
    """The parent's side. Use it from one thread at a time; only `cancel` may come from another."""

    name = "model"

    def __init__(self, job: Job) -> None:
        self._job = job
        self._ids = 0
        self._open: int | None = None
        self._lock = threading.Lock()

    @classmethod
    def _load(
        cls, kind: str, args: Mapping[str, Any], log: Path, env: Mapping[str, str]
    ) -> tuple[Job, dict[str, Any]]:
        """Start the job `kind`, and what it said once the model was loaded.

        Raises PromptstyleError; nothing is left running then.
        """
        job = Job.start(kind, args, log=log, env=env)
        try:
            loaded = job.receive()
            if loaded is None:
                job.result()
                raise PromptstyleError(f"the {cls.name} ended at once", f"its log is {log}")
            return job, loaded
        except BaseException:
            job.close()
            raise

    @property
    def alive(self) -> bool:
        """Whether the child process is there; a dead one has to be started anew."""
        return self._job.running

    @property
    def pid(self) -> int:
        """The process id of the child."""
        return self._job.pid

    def cancel(self) -> None:
        """Stop what is being done at once; who asked for it gets Cancelled. From any thread."""
        with self._lock:
            if self._open is not None:
                self._job.send({"op": "cancel", "id": self._open})

    def close(self) -> None:
        """End the child process."""
        self._job.close()

    def _value(self, request: dict[str, Any]) -> Any:
        """The value of the answer to a request."""
        value = None
        for event in self._ask(request):
            value = event.get("value")
        return value

    def _ask(self, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The events of a request up to its answer."""
        # One that was abandoned in the middle of its iteration must not keep this one waiting.
        self.cancel()
        with self._lock:
            self._ids += 1
            own = self._open = self._ids
            self._job.send({**request, "id": own})
        try:
            while True:
                event = self._job.receive()
                if event is None:
                    self._job.result()
                    raise PromptstyleError(
                        f"the {self.name} has ended", f"start it again; its log is {self._job.log}"
                    )
                # One to a request that was left before it was answered.
                if event.get("id") != own:
                    continue
                if event["event"] in ("answer", "refused"):
                    self._close_request(own)
                if event["event"] == "refused":
                    raise error_of(event)
                yield event
                if event["event"] == "answer":
                    return
        finally:
            if self._close_request(own):
                self._job.send({"op": "cancel", "id": own})

    def _close_request(self, own: int) -> bool:
        with self._lock:
            still_open = self._open == own
            if still_open:
                self._open = None
            return still_open


def serve(channel: Channel, answer: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """The child's side: `answer` requests one after another until `close` or the end of the line.

    What `answer` raises is sent as the refusal of that request, and the next one is served.
    """
    while (request := channel.receive()) is not None and request.get("op") != "close":
        own = int(request["id"])
        event: dict[str, Any]
        try:
            event = {"event": "answer", "value": answer(request)}
        except Exception as error:
            channel.check()
            event = _refusal(error, own)
        channel.send({**event, "id": own})
        channel.settle(own)
    return {}


def _refusal(error: Exception, own: int) -> dict[str, Any]:
    # Of the child alone.
    from promptstyle.core.worker import describe

    if not isinstance(error, PromptstyleError):
        _log.exception("request %d failed", own)
    described = describe(error)
    return {
        "event": "refused",
        "code": described.code,
        "message": described.message,
        "hint": described.hint,
        "exit": described.exit_code,
    }
