"""Events of a job as lines for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promptstyle.tui.cli.text import duration

_BAR = 24


def step_line(event: Mapping[str, Any]) -> str:
    """A training step: bar, place, loss, time left."""
    step, steps = int(event["step"]), max(int(event["steps"]), 1)
    filled = _BAR * min(step, steps) // steps
    line = f"training [{'█' * filled}{'·' * (_BAR - filled)}] step {step}/{steps}"
    if isinstance(event.get("loss"), (int, float)):
        line += f", loss {event['loss']:.3f}"
    if isinstance(event.get("eta_seconds"), (int, float)):
        line += f", {duration(event['eta_seconds'])} left"
    return line


def stage_line(event: Mapping[str, Any]) -> str:
    """What is being done now, or "" for an event that does not say."""
    name = event.get("stage") or event.get("name")
    if not name:
        return ""
    line = str(name).replace("_", " ")
    done, total = event.get("done"), event.get("total")
    if isinstance(done, int) and isinstance(total, int) and total:
        line += f" {done}/{total}"
    return line
