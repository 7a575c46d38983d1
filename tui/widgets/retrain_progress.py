"""A retrain under way: which one, how far, how long still, and its loss curve."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.widgets import Button, Static

from promptstyle.tui.cli.text import count, duration
from promptstyle.tui.retraining import Phase, Retraining
from promptstyle.tui.untrusted import reveal_line
from promptstyle.tui.widgets.loss_plot import LossPlot
from promptstyle.tui.widgets.share_bar import ShareBar
from promptstyle.tui.widgets.stages import Stages

WHAT_ELSE = "Go on writing meanwhile: the old model still does."


class RetrainProgress(Vertical):
    """Shows a `Retraining`; after its end the curve and the stages stay."""

    def compose(self) -> ComposeResult:
        yield Static("", id="which", markup=False)
        with Horizontal(id="far"):
            yield ShareBar(id="bar")
            yield Static("", id="times", markup=False)
        with Horizontal(id="while"):
            yield Button("Stop", id="stop", variant="error", compact=True, action="screen.stop")
            yield Static("", id="what-else", markup=False)
        with Container(id="work"):
            yield Stages(id="stages")
            yield LossPlot(id="loss")

    def show(self, retraining: Retraining, *, own: bool, upright: bool, now: bool = False) -> None:
        """Draw the state; the curve not too often, unless it has to be `now`."""
        running, stopping = retraining.running, retraining.stopping
        which = reveal_line(which_line(retraining, own=own))
        if which != self.query_one("#which", Static).content:
            self.query_one("#which", Static).update(which)
        self.query_one("#bar", ShareBar).share = retraining.share
        self.query_one("#times", Static).update(times_line(retraining), layout=False)
        stop = self.query_one("#stop", Button)
        stop.disabled = stopping or not running
        says = "stopping…" if stopping else WHAT_ELSE
        self.query_one("#what-else", Static).update(says, layout=False)
        self.query_one(Stages).show(retraining, upright=upright)
        curve = self.query_one(LossPlot)
        # One that goes on after its training has no losses to show.
        curve.display = bool(retraining.losses)
        curve.show(retraining.losses, retraining.steps, now=now)


def which_line(retraining: Retraining, *, own: bool) -> str:
    """Whose retrain it is, of what; `own` says whether its profile is the one in use."""
    told = retraining.started
    words = [] if own else [f"for the profile {retraining.profile}"]
    if not told:
        return " · ".join([*words, "starting…" if retraining.running else "did not begin"])
    words += [str(told.get("run")), str(told.get("base")), f"recipe {told.get('recipe')}"]
    likes, held = told.get("likes"), told.get("held")
    if isinstance(likes, int):
        words.append(count(likes, "like") + (f", {held:,} held out" if type(held) is int else ""))
    if told.get("resumed"):
        words.append("goes on where the last one stopped")
    if retraining.background:
        words.append("in the background")
    return " · ".join(words)


def times_line(retraining: Retraining) -> str:
    """How long it has taken and will take still, as far as can be said."""
    spent = _whole(retraining.elapsed)
    if not retraining.running:
        return f"{spent} in all" if retraining.phase is Phase.DONE else f"after {spent}"
    left = retraining.left
    return f"{spent}" + (f", about {_whole(max(left, 1))} left" if left is not None else "")


def _whole(seconds: float) -> str:
    """A duration without tenths, which would flicker."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else duration(whole)
