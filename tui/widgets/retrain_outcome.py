"""How a retrain ended: better by how much, or kept the old one and why, or what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from promptstyle.core.evaluation.intervals import LEVEL
from promptstyle.core.modes import MODES
from promptstyle.core.plan import Plan
from promptstyle.tui.cli.text import count
from promptstyle.tui.comparison import SAME, Comparison, number
from promptstyle.tui.retraining import Phase, Retraining
from promptstyle.tui.untrusted import reveal, reveal_line

# The systems that the new model is set against.
_OTHERS = ("nearest", "random", "vanilla")


class Told(VerticalScroll):
    """What scrolls."""

    HELP = "How it ended, and the scores. Up and down scroll."


class RetrainOutcome(Vertical):
    """The end in a few lines, the scores as a small table, and what to do next."""

    def compose(self) -> ComposeResult:
        yield Static("", id="verdict", markup=False)
        # It scrolls in a low terminal: the buttons stay in sight.
        with Told(id="told"):
            yield Static("", id="why", markup=False)
            yield Static("", id="scores", markup=False)
        with Horizontal(id="next", classes="row"):
            for name, text, action in (
                ("write", "Write with it", "app.go('write')"),
                ("use", "Use it all the same", "screen.use"),
                ("results", "See the results", "app.go('results')"),
                ("again", "Retrain again", "screen.again"),
            ):
                yield Button(text, id=name, compact=True, action=action)

    def show(self, retraining: Retraining, log: Path, plan: Plan | None, *, own: bool) -> None:
        """Draw the end; `plan` says whether the next one goes on from this one."""
        done = retraining.phase is Phase.DONE
        activated = bool(retraining.result.get("activated"))
        self.query_one("#verdict", Static).update(reveal_line(title(retraining, own=own)))
        self.query_one("#why", Static).update(reveal(why(retraining, log, plan)))
        table = scores_table(retraining.scores) if done else []
        scores = self.query_one("#scores", Static)
        scores.display = bool(table)
        scores.update(Content("\n").join(reveal_line(line) for line in table))
        for name, shown in (
            ("write", done and activated and own),
            ("use", done and not activated),
            ("results", done and own),
            ("again", True),
        ):
            self.query_one(f"#{name}", Button).display = shown
        again = "Retrain again" if done else "Back to the start"
        self.query_one("#again", Button).label = again
        self.set_class(retraining.phase is Phase.FAILED, "-failed")
        self.set_class(done and activated, "-new")


def title(retraining: Retraining, *, own: bool) -> str:
    """What came of it, in a line."""
    whose = "" if own else f" for the profile {retraining.profile}"
    run = retraining.result.get("run")
    if retraining.phase is Phase.CANCELLED:
        return f"Stopped{_where(retraining)}{whose}: the model before it still writes."
    if retraining.phase is Phase.FAILED:
        return f"The retrain{whose} failed: the model before it still writes."
    compared = Comparison.of(retraining.scores)
    if not retraining.result.get("activated"):
        old = compared.old if compared else "The old model"
        worse = f": {run} is {compared.word}" if compared and compared.difference < 0 else ""
        return f"{old} was kept{whose}{worse}."
    if compared is None:
        return f"{run} writes{whose} from now on."
    than = "as" if compared.word == SAME else "than"
    return f"{run} writes{whose} from now on: {compared.word} {than} {compared.old}."


def why(retraining: Retraining, log: Path, plan: Plan | None) -> str:
    """The reason, and how sure it is."""
    if retraining.phase is Phase.CANCELLED:
        if plan is None or plan.profile != retraining.profile:
            return ""
        if plan.resumes:
            return "What it has learnt is kept: the next retrain of these likes goes on from there."
        return "It had not yet saved what it has learnt: the next retrain begins anew."
    if retraining.phase is Phase.FAILED:
        error = retraining.error
        said = f"{error.message}\n{error.hint}\n" if error is not None else ""
        return f"{said}Its log: {log}"
    reason = str(retraining.result.get("reason") or "")
    lines = [reason[:1].upper() + reason[1:] + "."] if reason else []
    if (compared := Comparison.of(retraining.scores)) is not None:
        lines.append(sureness(compared))
    if choice := str(retraining.result.get("choice") or ""):
        lines.append(f"{retraining.result.get('run')} {choice}.")
    if not retraining.result.get("activated"):
        lines.append(f"{retraining.result.get('run')} is kept beside it.")
    return "\n".join(lines)


def sureness(compared: Comparison) -> str:
    """The interval of the difference, and what that means."""
    text = (
        f"The difference is {compared.difference:+.3f}, its {round(100 * LEVEL)}% interval "
        f"{compared.low:+.3f} to {compared.high:+.3f} on {count(compared.n, 'like')}"
    )
    # None of both is better where they are the same.
    chance = not compared.certain and compared.word != SAME
    return f"{text}: that may be chance." if chance else f"{text}."


def scores_table(scores: Mapping[str, Any]) -> list[str]:
    """Yours and the baselines, ROUGE-1 and ROUGE-L, 0 to 1; empty if the scores are damaged."""
    systems = scores.get("systems")
    mode = MODES.get(str(scores.get("mode")))
    if not isinstance(systems, Mapping) or mode is None:
        return []
    names = {mode.system: f"yours ({mode.name})", **{name: name for name in _OTHERS}}
    width = max(map(len, names.values()))
    rows = []
    for name, label in names.items():
        row = systems.get(name)
        values = [number(row.get(key)) for key in ("rouge1", "rougeL")] if row else []
        if len(found := [value for value in values if value is not None]) == 2:
            rows.append(f"{label:<{width}}  {found[0]:7.3f}  {found[1]:7.3f}")
    if not rows:
        return []
    n = scores.get("n")
    tested = f"on {count(n, 'topic')}" if type(n) is int else ""
    return [f"{tested:<{width}}  ROUGE-1  ROUGE-L", *rows]


def _where(retraining: Retraining) -> str:
    if retraining.stage == "train" and retraining.steps:
        return f" at step {retraining.step:,} of {retraining.steps:,}"
    return " while testing" if retraining.stage == "evaluate" else ""
