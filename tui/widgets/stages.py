"""The stages of a retrain: what is behind it, what it does now, what is to come."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from promptstyle.tui.retraining import STAGES, Part, Phase, Retraining
from promptstyle.tui.untrusted import reveal_line

# What the pipeline calls its stages, for those who do not know the pipeline.
NAMES = {
    "train": "Train",
    "merge": "Merge",
    "export": "Export",
    "evaluate": "Evaluate",
    "install": "Install",
    "activate": "Activate",
}
DONE, NOW, COMING, STOPPED, FAILED = "✓", "▶", "·", "■", "✗"


class Stages(Static):
    """A mark and a name for each; below one another in a wide terminal, else in a row."""

    DEFAULT_CSS = """
    Stages { height: auto; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__("", id=id, markup=False)
        self._shown: tuple[object, ...] = ()

    def show(self, retraining: Retraining, *, upright: bool) -> None:
        """Draw the state, if it is not what stands there."""
        rows = [_row(retraining, name) for name in STAGES]
        shown = (*rows, upright)
        if shown == self._shown:
            return
        self._shown = shown
        lines = [_line(*row) for row in rows]
        self.update(Content("\n" if upright else "  ").join(lines))


def _row(retraining: Retraining, name: str) -> tuple[str, str, str]:
    """Mark, name, and how far it is."""
    stage = "activate" if retraining.stage == "record" else retraining.stage or STAGES[0]
    says = "Record" if name == "activate" and _is_kept(retraining) else NAMES[name]
    if name in retraining.stages_done:
        return DONE, says, ""
    if name != stage:
        return COMING, says, ""
    marks = {Phase.CANCELLED: STOPPED, Phase.FAILED: FAILED}
    return marks.get(retraining.phase, NOW), says, _far(retraining)


def _is_kept(retraining: Retraining) -> bool:
    """Whether the last stage only records the model, since the old one stays."""
    if retraining.phase is Phase.DONE:
        return not retraining.result.get("activated")
    return retraining.stage == "record"


def _far(retraining: Retraining) -> str:
    if not retraining.stage:
        return "loading" if retraining.running else ""
    if retraining.stage == "train" and retraining.steps:
        return f"step {retraining.step:,}/{retraining.steps:,}"
    part = retraining.part
    return "" if part is None else f"{told(retraining, part)} {part.done}/{part.total}"


def told(retraining: Retraining, part: Part) -> str:
    """What is tested now: a system that comes a second time is the old model's."""
    names = [each.name for each in retraining.parts]
    again = part.name and names.count(part.name) > 1 and retraining.started.get("held")
    return "the old model" if again and not part.name.startswith("fold") else part.name


def _line(mark: str, name: str, far: str) -> Content:
    style = {DONE: "$success", NOW: "bold $primary", COMING: "dim", FAILED: "bold $error"}
    line = Content.assemble((mark, style.get(mark, "bold")), " ", (name, style.get(mark, "bold")))
    return line + Content(" ") + reveal_line(far, 60) if far else line
