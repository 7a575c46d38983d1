"""Events of a job as lines for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promptstyle.tui.cli.output import Status
from promptstyle.tui.cli.text import count, duration, size

_BAR = 24

# What the pipeline calls its stages, for those who do not know the pipeline.
_STAGES = {
    "download": "fetching",
    "adapt": "teaching it what this program is for",
    "prepare": "preparing the base model",
    "train": "training",
    "merge": "merging what was learnt into the base model",
    "export": "writing the model",
    "memory": "looking for liked prompts that come out of it",
    "evaluate": "testing on prompts that the model has not seen",
    "install": "putting the model in place",
    "activate": "making it the one that writes",
    "record": "recording it",
}


class Progress:
    """Shows the events of a job: one changing line on a terminal, a line a stage elsewhere."""

    def __init__(self, status: Status) -> None:
        self._status = status
        self._last = ""
        self._quarters = 0

    def show(self, event: Mapping[str, Any]) -> None:
        """Show one event, if it is one that says how far the job is."""
        kind = event.get("event")
        if kind == "started":
            self._status.note(started_line(event))
        elif kind == "step":
            self._status.update(step_line(event))
            self._note_quarters(event)
        elif kind == "stage":
            self._status.update(stage_line(event))
            name = stage_name(event)
            if name != self._last and not self._status.live:
                self._status.note(name)
            self._last = name

    def _note_quarters(self, event: Mapping[str, Any]) -> None:
        """A long training leaves a trace in a log, though not one of every step."""
        quarters = 4 * int(event["step"]) // max(int(event["steps"]), 1)
        if quarters != self._quarters and not self._status.live:
            self._status.note(step_line(event, bar=False))
        self._quarters = quarters


def started_line(event: Mapping[str, Any]) -> str:
    """Which run it is, on what base, from how many likes."""
    line = f"{event.get('run')} on {event.get('base')}: {count(event.get('likes') or 0, 'like')}"
    if event.get("held"):
        line += f", {event['held']} of them held out"
    if event.get("resumed"):
        line += "; going on where the last one stopped"
    return line


def step_line(event: Mapping[str, Any], *, bar: bool = True) -> str:
    """A training step: bar, place, loss, time left."""
    step, steps = int(event["step"]), max(int(event["steps"]), 1)
    line = f"training {_drawn(step, steps) if bar else ''}step {step}/{steps}"
    if isinstance(event.get("loss"), (int, float)):
        line += f", loss {event['loss']:.3f}"
    if isinstance(event.get("eta_seconds"), (int, float)) and step < steps:
        line += f", {duration(event['eta_seconds'])} left"
    return line


def _drawn(done: int, total: int) -> str:
    filled = _BAR * min(done, total) // max(total, 1)
    return f"[{'█' * filled}{'·' * (_BAR - filled)}] "


def stage_name(event: Mapping[str, Any]) -> str:
    """What is being done now."""
    name = str(event.get("stage") or "working")
    return _STAGES.get(name, name.replace("_", " "))


def stage_line(event: Mapping[str, Any]) -> str:
    """What is being done now, and how far it is where the event says so."""
    line = stage_name(event)
    if event.get("system"):
        line += f": {event['system']}"
    done, total = event.get("done"), event.get("total")
    if isinstance(done, int) and isinstance(total, int) and event.get("unit") == "bytes":
        line = f"{line} {event.get('file', '')} {_drawn(done, total)}{size(done)} of {size(total)}"
        if isinstance(event.get("eta_seconds"), (int, float)) and done < total:
            line += f", {duration(event['eta_seconds'])} left"
    elif isinstance(done, int) and isinstance(total, int) and total:
        line += f" {done}/{total}"
    return line
