"""Child processes that only replay: the same lines as the real ones, at the test's command."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from promptstyle.core.errors import Cancelled, PromptstyleError
from promptstyle.core.generation.client import Engine

RECORDINGS = Path(__file__).parent / "recordings"


def recorded(name: str) -> list[dict[str, Any]]:
    """The lines of one recording."""
    text = (RECORDINGS / name).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def written(topic: str) -> list[tuple[str, dict[str, Any]]]:
    """What the program gave for a topic, sentences of others and all: the texts and settings."""
    found = json.loads((RECORDINGS / "written.json").read_text("utf-8"))[topic]
    return [(each.pop("text"), each) for each in found]


class ReplayJob:
    """A `core.jobs.Job` that replays events; the last one is its `result` or `failed`.

    With `held` nothing is said until `advance` lets it: the test decides how far a job is.
    """

    def __init__(self, events: Iterable[Mapping[str, Any]], *, held: bool = False) -> None:
        self.log = Path("replayed.log")
        self.pid = 0
        self.sent: list[dict[str, Any]] = []
        self.detached = False
        self.cancelled = False
        self._waiting = [dict(event) for event in events]
        self._said: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._outcome: dict[str, Any] | None = None
        self._lock = threading.Lock()
        self._over = False
        self._ended = threading.Event()
        if not held:
            self.advance()

    # --- what a test does ---

    def advance(self, until: Callable[[dict[str, Any]], bool] | None = None) -> None:
        """Say events up to and including the first one that `until` is true of; else all."""
        with self._lock:
            while self._waiting and not self._ended.is_set():
                event = self._waiting.pop(0)
                if event["event"] in ("result", "failed"):
                    self._outcome = event
                    self._end()
                    return
                self._said.put(event)
                if until is not None and until(event):
                    return

    def advance_to_stage(self, name: str) -> None:
        """Say events up to the beginning of a stage."""
        self.advance(lambda event: event["event"] == "stage" and event["stage"] == name)

    def fail(self, message: str, hint: str, code: str = "failed") -> None:
        """Come to a bad end now."""
        with self._lock:
            self._outcome = {"event": "failed", "message": message, "hint": hint, "code": code}
            self._end()

    # --- what the app does, as with core.jobs.Job ---

    @property
    def running(self) -> bool:
        return not self._ended.is_set()

    def send(self, request: Mapping[str, Any]) -> None:
        self.sent.append(dict(request))

    def receive(self, timeout: float | None = None) -> dict[str, Any] | None:
        if self._over:
            return None
        try:
            event = self._said.get(timeout=timeout)
        except queue.Empty:
            raise TimeoutError(f"no event within {timeout} seconds") from None
        self._over = event is None
        return event

    def events(self) -> Iterable[dict[str, Any]]:
        while (event := self.receive()) is not None:
            yield event

    def result(self) -> dict[str, Any]:
        for _ in self.events():
            pass
        if self._outcome is not None and self._outcome["event"] == "result":
            value: dict[str, Any] = self._outcome["value"]
            return value
        if self.cancelled or self._outcome is None:
            raise Cancelled()
        failed = self._outcome
        raise PromptstyleError(failed["message"], failed["hint"], code=failed["code"])

    def cancel(self, grace: float = 0.0) -> None:
        with self._lock:
            if not self._ended.is_set():
                self.cancelled = True
                self._end()

    kill = cancel

    def detach(self) -> None:
        self.detached = True

    def close(self) -> None:
        if not self.detached:
            self.cancel()

    def __enter__(self) -> ReplayJob:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _end(self) -> None:
        self._ended.set()
        self._said.put(None)


class ReplayEngineJob(ReplayJob):
    """An engine's child that answers every request with the recorded tokens.

    Its context is endless: a request for token ids is answered with none. `texts` stands in for
    the recorded candidates, one token a word. Held, it writes as many tokens as `let` allows.
    """

    def __init__(self, *, texts: list[str] | None = None, held: bool = False) -> None:
        loaded, *answer = recorded("engine.jsonl")
        super().__init__([loaded])
        self.context = loaded
        self._answer = answer if texts is None else told(texts)
        self._open: int | None = None
        self._rest: list[dict[str, Any]] = []
        self._held = held
        self._allowed = 0

    def tokens(self, candidate: int) -> list[str]:
        """The tokens of one candidate."""
        said = [e for e in self._answer if e["event"] == "token" and e["candidate"] == candidate]
        return [event["text"] for event in said]

    def let(self, tokens: int) -> None:
        """Write so many more tokens (and what follows them, up to the next token)."""
        with self._lock:
            self._allowed += tokens
        self._go_on()

    def let_all(self) -> None:
        """Write to the end, now and from now on."""
        with self._lock:
            self._held = False
        self._go_on()

    def send(self, request: Mapping[str, Any]) -> None:
        super().send(request)
        own = request.get("id")
        if request["op"] == "cancel":
            with self._lock:
                if self._open == own:
                    self._open, self._rest = None, []
                    self._said.put({"event": "refused", "code": "cancelled", "id": own})
        elif request["op"] == "generate":
            wanted = int(request["n"])
            events = [e for e in self._answer if e.get("candidate", 0) < wanted]
            with self._lock:
                self._open = int(request["id"])
                self._rest = [{**event, "id": self._open} for event in events]
            self._go_on()
        else:
            self._said.put({"event": "answer", "value": [], "id": own})

    def _go_on(self) -> None:
        with self._lock:
            while self._rest:
                token = self._rest[0]["event"] == "token"
                if token and self._held and self._allowed <= 0:
                    return
                self._allowed -= token
                event = self._rest.pop(0)
                if event["event"] == "answer":
                    self._open = None
                self._said.put(event)


def told(texts: list[str]) -> list[dict[str, Any]]:
    """The events of an engine that writes `texts`, a word a token."""
    events: list[dict[str, Any]] = []
    for candidate, text in enumerate(texts):
        words = text.split(" ")
        for place, word in enumerate(words):
            piece = word if place == 0 else " " + word
            events.append({"event": "token", "candidate": candidate, "text": piece})
        events.append(
            {
                "event": "done",
                "candidate": candidate,
                "text": text,
                "finish": "stop",
                "tokens": len(words) + 1,
                "seconds": 0.1,
                "logprob": -1.0,
            }
        )
    return [*events, {"event": "answer", "value": None}]


class ReplayEngine(Engine):
    """An engine for which any file is a model; `engines` hears of each that is used."""

    def __init__(self, job: ReplayEngineJob, engines: ReplayEngines) -> None:
        super().__init__(job, job.context)  # type: ignore[arg-type]
        self._engines = engines

    def use(self, gguf: Path, adapter: Path | None = None, scale: float = 1.0) -> None:
        self._engines.begin(gguf)


class ReplayEngines:
    """`Services.start_engine` for tests: every engine that was started is in `jobs`.

    `started` are the model files in the order of their use.
    """

    def __init__(self, *, texts: list[str] | None = None, held: bool = False) -> None:
        self.texts, self.held = texts, held
        self.jobs: list[ReplayEngineJob] = []
        self.started: list[Path] = []
        # Raised by the next start, or use of another file, once.
        self.error: PromptstyleError | None = None

    def begin(self, gguf: Path) -> None:
        """A model is to be used."""
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        self.started.append(gguf)

    def __call__(self, gguf: Path, *, log: Path, **_: object) -> Engine:
        self.begin(gguf)
        job = ReplayEngineJob(texts=self.texts, held=self.held)
        self.jobs.append(job)
        return ReplayEngine(job, self)

    @property
    def job(self) -> ReplayEngineJob:
        """The engine that was started last."""
        return self.jobs[-1]
