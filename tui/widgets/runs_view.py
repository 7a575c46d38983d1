"""All runs of a profile: their scores over time as a plot, and the list to choose one from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, DataTable, Static

from promptstyle.core.evaluation import results
from promptstyle.core.evaluation.results import Scored
from promptstyle.core.library import RunRecord
from promptstyle.tui.untrusted import reveal_line
from promptstyle.tui.widgets.rows import Row, Rows

_HEADINGS = ("run", "state", "ROUGE-1", "ROUGE-L", "likes", "made", "base", "mode")
COMPARED = (
    "Each run was tested on the held-out likes of its day: a small change may come from the test."
)


class RunTable(Rows):
    """The runs, the newest first."""

    HELP = (
        "The runs, the newest first; ● marks the one that writes now, ○ one that would with "
        "another base. Enter shows the scores and texts of a run, A lets it write from now on, "
        "D deletes it."
    )


class RunsView(Vertical):
    """A plot, a list, and what can be done with the run under the cursor."""

    HELP = (
        "The scores that each run had when it was made. Go back to an earlier run with Activate: "
        "the one that writes now is kept and can be activated again."
    )
    DEFAULT_CSS = """
    RunsView {
        #plot { height: 1fr; min-height: 6; max-height: 26; }
        #legend, #compared { height: auto; color: $text-muted; }
        RunTable { height: auto; min-height: 4; max-height: 50%; }
        #run-buttons { height: 1; Button { min-width: 10; margin-right: 1; } }
    }
    """

    @dataclass
    class Moved(Message):
        """The cursor is on another run."""

        run: RunRecord | None

    @dataclass
    class Opened(Message):
        """A run is to be shown."""

        run: RunRecord

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._runs: dict[str, RunRecord] = {}
        self._scored: list[Scored] = []
        self._writes: str | None = None

    def compose(self) -> ComposeResult:
        yield Static("", id="legend", markup=False)
        yield Vertical(id="plot")
        yield RunTable("Runs", id="runs-table")
        with Horizontal(id="run-buttons"):
            yield Button("Show", id="show", compact=True)
            yield Button("Activate", id="activate", compact=True, action="screen.activate")
            yield Button("Delete", id="delete", compact=True, action="screen.delete")
        yield Static(COMPARED, id="compared", markup=False)

    @property
    def chosen(self) -> RunRecord | None:
        """The run under the cursor."""
        return self._runs.get(self.query_one(RunTable).marked or "")

    def show(self, runs: Sequence[RunRecord], writes: str | None, shown: str | None) -> None:
        """List these (oldest first, deleted ones too); `writes` and `shown` are ids."""
        self._runs = {run.id: run for run in runs}
        self._scored, self._writes = results.history(runs), writes
        rows = [
            Row(each.run.id, _cells(each, state_of(each.run, writes)))
            for each in reversed(self._scored)
        ]
        self.query_one(RunTable).fill(_HEADINGS, rows, shown)
        self.draw()

    def draw(self) -> None:
        """Draw the plot, which is made when it can be seen for the first time."""
        if not self.is_on_screen or not self._runs:
            return
        from promptstyle.tui.widgets.runs_plot import RunsPlot, legend

        self.query_one("#legend", Static).update(legend())
        holder = self.query_one("#plot", Vertical)
        plots = list(holder.query(RunsPlot))
        plot = plots[0] if plots else RunsPlot()
        plot.show(self._scored, self._writes)
        if not plots:
            holder.mount(plot)

    def on_show(self) -> None:
        self.draw()

    @on(DataTable.RowHighlighted)
    def _moved(self, message: DataTable.RowHighlighted) -> None:
        message.stop()
        self.post_message(self.Moved(self.chosen))

    @on(DataTable.RowSelected)
    @on(Button.Pressed, "#show")
    def _opened(self, message: Message) -> None:
        message.stop()
        if (run := self.chosen) is not None:
            self.post_message(self.Opened(run))


def state_of(run: RunRecord, writes: str | None) -> str:
    """What a run is for now, in a few words."""
    if run.deleted is not None:
        return "deleted"
    if run.id == writes:
        return "● writes"
    # Each base of a profile has a run of its own that would write.
    return "○ its base" if run.active else "kept"


def _cells(scored: Scored, state: str) -> tuple[Content, ...]:
    run, likes = scored.run, results.likes(scored.run)
    mode = run.manifest.get("mode") if isinstance(run.manifest, dict) else None
    scores = (scored.rouge1, scored.rougeL)
    return (
        reveal_line(run.id, 40),
        Content(state),
        *(Content("-" if value is None else f"{value:.3f}") for value in scores),
        Content("-" if likes is None else f"{likes:,}"),
        reveal_line(results.made(run)[:10]),
        reveal_line(run.base, 40),
        reveal_line(str(mode or "-"), 20),
    )


def day(time: str) -> str:
    """`2026-11-20 18:57` of a time in ISO-8601."""
    return time[:16].replace("T", " ")
