"""The scores of all runs over time, drawn by plotext. Import it when it is first shown."""

from __future__ import annotations

import math
from collections.abc import Sequence

from textual.color import Color
from textual_plotext import PlotextPlot

from promptstyle.core.evaluation.results import MEASURES, Scored
from promptstyle.tui.widgets.score_bars import COLOURS

# What marks a measure in the plot: letters, since some terminals have no colours.
SIGNS = {"rouge1": "1", "rougeL": "L"}
# Columns that a number below the plot wants.
_TICK = 6
# And the frame with the scores beside it.
_FRAME = 6


class RunsPlot(PlotextPlot):
    """Run numbers to the right, scores upwards; the number of the run that writes in brackets."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._runs: list[Scored] = []
        self._active: str | None = None

    def show(self, runs: Sequence[Scored], active: str | None) -> None:
        """Draw these, in their order; `active` is the id of the run that writes."""
        self._runs, self._active = list(runs), active
        self._draw()

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self._draw())

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        plot = self.plt
        plot.clear_figure()
        scored = [run for run in self._runs if run.rouge1 is not None and run.rougeL is not None]
        if not scored:
            self.refresh()
            return
        numbers = [run.number for run in scored]
        writes = {run.number for run in scored if run.run.id == self._active}
        # Columns between two numbers below the plot, in runs.
        apart = _TICK * (numbers[-1] - numbers[0] + 1) / max(self.size.width - _FRAME, 1)
        ticks = spread([*writes, numbers[-1], numbers[0], *numbers], apart)
        signed = [run for run in scored if run.number in ticks]
        theme = self.app.theme_variables
        for key, name in zip(MEASURES, COLOURS, strict=True):
            colour = Color.parse(theme[name]).rgb
            # Not braille: its finer rows would run beside the signs.
            values = [getattr(run, key) for run in scored]
            plot.plot(numbers, values, marker="·", color=colour)
            values = [getattr(run, key) for run in signed]
            plot.scatter([run.number for run in signed], values, marker=SIGNS[key], color=colour)
        self._lines_at([getattr(run, key) for run in scored for key in MEASURES])
        plot.xticks(ticks, [f"[{n}]" if n in writes else str(n) for n in ticks])
        # Air: the first and the last sign must not stand on the frame.
        air = max(apart / 2, 0.5)
        plot.xlim(numbers[0] - air, numbers[-1] + air)
        self.refresh()

    def _lines_at(self, values: Sequence[float]) -> None:
        """Whole tenths as bounds: on a tighter scale every change would look large."""
        low = math.floor(round(min(values) * 10, 6))
        high = max(math.ceil(round(max(values) * 10, 6)), low + 1)
        step = 1 if high - low > 3 else 0.5
        marks = [low + step * place for place in range(round((high - low) / step) + 1)]
        self.plt.ylim(low / 10, high / 10)
        self.plt.yticks([mark / 10 for mark in marks], [f"{mark / 10:.2f}" for mark in marks])


def spread(wanted: Sequence[int], apart: float) -> list[float]:
    """Those of `wanted`, the ones at its front first, that are `apart` from each other; sorted."""
    chosen: list[float] = []
    for number in wanted:
        if all(abs(number - other) >= apart for other in chosen):
            chosen.append(number)
    return sorted(set(chosen))


def legend() -> str:
    """What the signs in the plot mean."""
    names = [f"{SIGNS[key]} {name}" for key, name in MEASURES.items()]
    return f"{'  '.join(names)}  [n] writes now"
