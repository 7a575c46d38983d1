"""The retrain that runs, or the last one that did: what its events say of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from promptstyle.core.errors import Cancelled, PromptstyleError
from promptstyle.core.modes import MODES
from promptstyle.tui.comparison import Comparison, count, mapping, number

# The stages in their order, as the pipeline names them; the last is "record" where the old
# model stays.
STAGES = ("train", "merge", "export", "evaluate", "install", "activate")
# Points of the loss curve that are kept; of a longer one neighbours are averaged.
MOST_POINTS = 1000
# Pieces of work after which the pace says something.
_ENOUGH = 3


class Phase(Enum):
    """Where a retrain is."""

    IDLE = auto()
    RUNNING = auto()
    DONE = auto()
    FAILED = auto()
    CANCELLED = auto()


@dataclass(frozen=True)
class Part:
    """How far a stage is: what is done now, how much of it, of how much."""

    name: str
    done: int
    total: int


@dataclass
class Retraining:
    """The state of one retrain; `losses` are (step, loss in nats a token)."""

    phase: Phase = Phase.IDLE
    profile: str = ""
    # Whether it was started elsewhere and is only watched: it outlives the app.
    background: bool = False
    # Whether it was told to stop and has not ended yet.
    stopping: bool = False
    # Whether its end was in sight on Retrain.
    read: bool = False
    started: dict[str, Any] = field(default_factory=dict)
    losses: list[tuple[int, float]] = field(default_factory=list)
    step: int = 0
    steps: int = 0
    eta_seconds: float | None = None
    stage: str = ""
    # What the test did so far, in its order: a system's texts, the training of a fold.
    parts: list[Part] = field(default_factory=list)
    scores: dict[str, Any] = field(default_factory=dict)
    result: dict[str, Any] = field(default_factory=dict)
    error: PromptstyleError | None = None
    clock: Callable[[], float] = time.monotonic
    # On that clock; one that is watched began before the app did.
    began: float = field(default_factory=time.monotonic)
    ended: float | None = None
    # Training steps that an earlier retrain had made.
    _skipped: int = 0

    @property
    def running(self) -> bool:
        """Whether it is under way."""
        return self.phase is Phase.RUNNING

    @property
    def elapsed(self) -> float:
        """Seconds since it began, up to its end."""
        return max((self.clock() if self.ended is None else self.ended) - self.began, 0.0)

    @property
    def stages_done(self) -> tuple[str, ...]:
        """The stages that are behind it."""
        if self.phase is Phase.DONE:
            return STAGES
        name = "activate" if self.stage == "record" else self.stage
        return STAGES[: STAGES.index(name)] if name in STAGES else ()

    @property
    def part(self) -> Part | None:
        """What the stage does now, where it says."""
        return self.parts[-1] if self.parts and self.stage == "evaluate" else None

    @property
    def share(self) -> float:
        """The share of the work that is done, 0 to 1; a training step and a test text are one."""
        if self.phase is Phase.DONE:
            return 1.0
        done, total = self._work()
        return min(max(done / total, 0.0), 1.0) if total else 0.0

    @property
    def left(self) -> float | None:
        """Seconds to the end, about; None while nothing can be said."""
        done, total = self._work()
        if self.stage == "train":
            if self.eta_seconds is None or self.step - self._skipped < _ENOUGH:
                return None
            # What comes after it goes at the pace of the training.
            pace = self.eta_seconds / max(self.steps - self.step, 1)
            return self.eta_seconds + pace * (total - self.steps)
        made = done - self._skipped
        if made < _ENOUGH or not self.running:
            return None
        return self.elapsed / made * max(total - done, 0)

    def apply(self, event: Mapping[str, Any]) -> None:
        """Take in one event of the contract; what is not known or damaged is passed over."""
        kind = event.get("event")
        if kind == "started":
            self.phase = Phase.RUNNING
            self.started = dict(event)
        elif kind == "step":
            self._step(event)
        elif kind == "stage":
            self._stage(event)
        elif kind == "evaluated":
            self.scores = mapping(event.get("scores"))
        elif kind == "done":
            self.finish({key: value for key, value in event.items() if key != "event"})
        elif kind == "failed":
            code = str(event.get("code", "failed"))
            said = str(event.get("message")), str(event.get("hint"))
            self.fail(
                Cancelled(*said) if code == "cancelled" else PromptstyleError(*said, code=code)
            )

    def finish(self, result: Mapping[str, Any]) -> None:
        """It came to its end with `result`, the fields of `done`."""
        self.phase, self.result, self.stopping = Phase.DONE, dict(result), False
        self.scores = mapping(result.get("scores")) or self.scores
        self.ended = self.clock()

    def fail(self, error: PromptstyleError) -> None:
        """It came to no end; the model before it still writes."""
        self.phase = Phase.CANCELLED if isinstance(error, Cancelled) else Phase.FAILED
        self.error, self.stopping = error, False
        self.ended = self.clock()

    def _step(self, event: Mapping[str, Any]) -> None:
        step, steps = event.get("step"), event.get("steps")
        if not isinstance(step, int) or not isinstance(steps, int):
            return
        if not self.steps:
            self._skipped = max(step - 1, 0)
        self.step, self.steps = step, steps
        self.eta_seconds = number(event.get("eta_seconds"))
        if (loss := number(event.get("loss"))) is not None:
            self.losses.append((step, loss))
        if len(self.losses) > MOST_POINTS:
            self.losses = thinned(self.losses)

    def _stage(self, event: Mapping[str, Any]) -> None:
        self.stage = str(event.get("stage") or "")
        name, done, total = str(event.get("system") or ""), event.get("done"), event.get("total")
        if not isinstance(done, int) or not isinstance(total, int) or total <= 0:
            return
        last = self.parts[-1] if self.parts else None
        part = Part(name, done, total)
        if last is not None and last.name == name and last.done <= done:
            self.parts[-1] = part
        else:
            self.parts.append(part)

    def _work(self) -> tuple[int, int]:
        """Pieces of work that are done, and how many there are, as far as that is known."""
        trained = self.steps if "train" in self.stages_done else min(self.step, self.steps)
        before = sum(part.total for part in self.parts[:-1])
        tested = before + (self.parts[-1].done if self.parts else 0)
        known = before + (self.parts[-1].total if self.parts else 0)
        return trained + tested, self.steps + max(known, self._tests())

    def _tests(self) -> int:
        """How many pieces the test will have, about."""
        from promptstyle.core.snapshot import ENOUGH_TO_HOLD

        likes, held = (count(self.started.get(name)) for name in ("likes", "held"))
        if likes < ENOUGH_TO_HOLD or not held:
            # By folds: a text for each like, and five trainings on four fifths of them.
            return len(MODES) * likes + 4 * self.steps
        # Every way to write, and the old model's.
        return (len(MODES) + 1) * held


def verdict(retraining: Retraining) -> str:
    """How a retrain ended, in a sentence or two for a person."""
    result = retraining.result
    if not result:
        return ""
    run, reason = result.get("run"), result.get("reason")
    if not result.get("activated"):
        return f"The old model stays: {reason}. {run} is kept beside it."
    compared = Comparison.of(retraining.scores)
    word = f", {compared.word}" if compared else ""
    return f"{run} writes from now on{word}: {reason}."


def thinned(points: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Half as many points: each the mean of two neighbours, at the later one's step."""
    pairs = zip(points[::2], points[1::2], strict=False)
    halved = [(later[0], (earlier[1] + later[1]) / 2) for earlier, later in pairs]
    return halved + points[-1:] if len(points) % 2 else halved
