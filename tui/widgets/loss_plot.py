"""The loss curve of a training, drawn by plotext. Import it when it is first shown."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from textual.app import RenderResult
from textual_plotext import PlotextPlot

from promptstyle.tui.retraining import thinned

# Seconds between two drawings: one costs tens of milliseconds in a large terminal.
DRAWN_EVERY = 0.5
# Below this many rows there is no curve to be seen.
FEWEST_ROWS = 6
TITLE = "Loss: nats a token, by step (• a step, line: moving average)"
# The share of a new point in the smoothed curve (exponential moving average).
WEIGHT = 0.25


class LossPlot(PlotextPlot):
    """Steps to the right, loss upwards: a dot for each step, a line for their moving average."""

    DEFAULT_CSS = """
    LossPlot {
        border: round $foreground 40%;
        background: $surface;
        &.-empty { border: blank; background: transparent; }
    }
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._points: list[tuple[int, float]] = []
        self._steps = 0
        self._drawn = 0.0

    @property
    def points(self) -> Sequence[tuple[int, float]]:
        """What is drawn, before it is thinned to the width."""
        return self._points

    def show(self, points: Sequence[tuple[int, float]], steps: int, *, now: bool = False) -> None:
        """Draw these, for a training of so many steps; not too often, unless it has to be `now`."""
        if not now and time.monotonic() - self._drawn < DRAWN_EVERY:
            return
        if (list(points), steps) != (self._points, self._steps):
            self._points, self._steps = list(points), steps
            self._draw()

    @property
    def roomy(self) -> bool:
        """Whether there is something to see and room to see it."""
        return bool(self._points) and self.size.height >= FEWEST_ROWS

    def on_resize(self) -> None:
        self._draw()

    def render(self) -> RenderResult:
        # Of nothing plotext draws a frame.
        return super().render() if self.roomy else ""

    def _draw(self) -> None:
        self._drawn = time.monotonic()
        # Emptied and not hidden: what is hidden does not hear that there is room again.
        self.set_class(not self.roomy, "-empty")
        self.border_title = TITLE if self.roomy else None
        plot = self.plt
        plot.clear_figure()
        if self.roomy:
            curve = smoothed(self._points)
            raw = self._points
            # Two braille dots a column; more points cost time and cannot be told apart.
            while len(curve) > 2 * max(self.size.width, 20):
                curve, raw = thinned(curve), thinned(raw)
            plot.scatter(*_axes(raw), marker="dot", color="gray")
            plot.plot(*_axes(curve), marker="braille", color="cyan")
            plot.xlim(1, max(self._steps, raw[-1][0], 2))
            plot.xticks(_ticks(max(self._steps, raw[-1][0], 2), self.size.width))
            plot.xlabel("step")
            plot.ylabel("loss")
        self.refresh()


def smoothed(points: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """The exponential moving average of the losses.

    Corrected for its beginning as Adam's moments are (arXiv 1412.6980, section 3), so that the
    first points do not hang on the very first one.
    """
    found, mean, left = [], 0.0, 1.0
    for step, loss in points:
        mean += WEIGHT * (loss - mean)
        left *= 1 - WEIGHT
        found.append((step, mean / (1 - left)))
    return found


def _axes(points: Sequence[tuple[int, float]]) -> tuple[list[int], list[float]]:
    return [step for step, _ in points], [loss for _, loss in points]


def _ticks(steps: int, width: int) -> list[float]:
    """Whole steps for the axis, the last one among them."""
    many = min(max(width // 16, 1), 8, steps - 1)
    return [1 + round((steps - 1) * place / many) for place in range(many + 1)]
