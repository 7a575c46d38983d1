"""The settings that change how prompts are written and learnt, each with what it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Static

from promptstyle.core.merging import MERGES
from promptstyle.core.settings import Settings
from promptstyle.tui import keys
from promptstyle.tui.screens.dialog import Dialog
from promptstyle.tui.widgets.choice import Choice

if TYPE_CHECKING:
    from promptstyle.tui.app import PromptstyleApp


@dataclass(frozen=True)
class Row:
    """One setting: the values that are offered, as they read and as they are stored."""

    name: str
    label: str
    values: tuple[tuple[str, Any], ...]
    said: str


ROWS = (
    Row(
        "strength",
        "Strength",
        (("50 %", 0.5), ("70 %", 0.7), ("85 %", 0.85), ("100 %", 1.0), ("120 %", 1.2)),
        "How much of what was learnt writes: 70 % is 70 % you. For the modes lora and both.",
    ),
    Row(
        "pool",
        "Best of",
        (("usual", 0), ("1", 1), ("4", 4), ("8", 8), ("16", 16)),
        "So many are written for the best to be chosen. The usual number: 6 on a small base, 2 on "
        "a large one.",
    ),
    Row(
        "ideas",
        "Notes",
        (("on", True), ("off", False)),
        "What people ask for on near topics, looked up and shown to a base that reads such notes.",
    ),
    Row(
        "borrow",
        "Borrow",
        (("on", True), ("off", False)),
        "Sentences that others wrote on near topics, said your way, stand in for those in which a "
        "small model makes no sense.",
    ),
    Row(
        "merge",
        "Merge",
        tuple((each, each) for each in MERGES),
        "How the next model is kept: merged into a copy of its base, or on top of it. auto merges "
        "into small bases.",
    ),
    Row(
        "retrain_after",
        "Offer a retrain",
        (("5", 5), ("10", 10), ("20", 20), ("50", 50)),
        "After so many new likes.",
    ),
)
LABEL_COLUMNS = max(len(row.label) for row in ROWS)


class Rows(VerticalScroll, inherit_bindings=False):
    """Scrolls to what has the focus; the arrows are the screen's."""


class SettingsScreen(Dialog[None]):
    """What is chosen holds at once and is stored."""

    CSS_PATH = "settings.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("settings")]
    AUTO_FOCUS = "Choice"
    HELP = (
        "Up and down go from setting to setting, left and right choose; what is chosen holds at "
        "once. The command line goes by the same settings. The theme is in the menu."
    )

    def __init__(self) -> None:
        super().__init__()
        # By setting, what stands on the screen and what it stands for.
        self._offered: dict[str, dict[str, Any]] = {}

    def compose(self) -> ComposeResult:
        settings = self._promptstyle.session.settings
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Settings"
            with Rows(id="rows", can_focus=False):
                for row in ROWS:
                    value = getattr(settings, row.name)
                    # One that the file has and no list does is offered too.
                    offered = {**dict(row.values), _reads(row, value): value}
                    self._offered[row.name] = offered
                    label = row.label.ljust(LABEL_COLUMNS)
                    yield Choice(label, list(offered), _reads(row, value), id=row.name)
                    yield Static(row.said, classes="hint", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Usual settings", compact=True, action="screen.usual")
                yield Button("Close", variant="primary", compact=True, action="screen.close")

    @property
    def _promptstyle(self) -> PromptstyleApp:
        return cast("PromptstyleApp", self.app)

    def action_turn(self, by: int) -> None:
        """To the setting below (1) or above (-1); the buttons come after the last."""
        self.focus_next() if by > 0 else self.focus_previous()

    def action_usual(self) -> None:
        """All of them as they are at first."""
        for row in ROWS:
            self.query_one(f"#{row.name}", Choice).choose(_reads(row, getattr(Settings, row.name)))

    @on(Choice.Chosen)
    def _chosen(self, message: Choice.Chosen) -> None:
        row = next(each for each in ROWS if each.name == message.choice.id)
        value = self._offered[row.name][message.value]
        self._promptstyle.remember(**{row.name: value})
        # Where it could not be stored, what is shown goes back to what holds.
        message.choice.value = _reads(row, getattr(self._promptstyle.session.settings, row.name))


def _reads(row: Row, value: Any) -> str:
    for reads, stored in row.values:
        if stored == value:
            return reads
    return f"{value:.0%}".replace("%", " %") if row.name == "strength" else str(value)
