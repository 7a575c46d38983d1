"""The bases, runs and profiles side by side, and details of what is marked in one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.message import Message
from textual.widgets import DataTable

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.inventory import BaseStanding, RunStanding
from promptstyle.core.library.records import Profile
from promptstyle.core.run_folder import RunFolder
from promptstyle.tui.untrusted import reveal_line
from promptstyle.tui.widgets import model_details
from promptstyle.tui.widgets.model_details import Details
from promptstyle.tui.widgets.model_lists import BaseList, ProfileList, RunList
from promptstyle.tui.widgets.rows import Rows

# The lists by their ids, in the order of Tab.
BASES, RUNS, PROFILES = LISTS = ("bases", "runs", "profiles")


@dataclass
class Known:
    """What is shown: for which profile, and what was read of it so far (None: not yet)."""

    profile: str
    bases: Sequence[BaseStanding] | None = None
    problem: PromptstyleError | None = None
    runs: Sequence[RunStanding] | None = None
    profiles: Sequence[Profile] = ()


class ModelBoard(Container):
    """Three lists; `section` is the one that the keys are about, `marked` its row."""

    @dataclass
    class Marked(Message):
        """Another row is marked, or another list has the keys."""

        section: str

    def __init__(self, folder: Path) -> None:
        """`folder` is where the folders of the runs are."""
        super().__init__(id="lists")
        self._folder = folder
        self._known = Known("")
        self.section = BASES

    def compose(self) -> ComposeResult:
        yield BaseList("Bases", id=BASES)
        yield Details(id="details")
        yield RunList("Runs", id=RUNS)
        yield ProfileList("Profiles", id=PROFILES)

    def show(self, known: Known) -> None:
        """Show this; rows that are marked stay so where they are still there."""
        self._known = known
        narrow, short = self.screen.size.width < 78, self.screen.size.height < 22
        writing = next((p.active_run for p in known.profiles if p.name == known.profile), None)
        bases, runs = self.query_one(BaseList), self.query_one(RunList)
        bases.border_title = "Bases: looking…" if known.bases is None else "Bases"
        none = known.runs is not None and not known.runs
        runs.border_title = f"Runs of {known.profile}" + (": none yet" if none else "")
        bases.show(known.bases or (), narrow=narrow)
        runs.show(known.runs or (), writing, narrow=narrow)
        self.query_one(ProfileList).show(known.profiles, known.profile, narrow=narrow)
        for rows in self.query(Rows):
            rows.show_header = not short
        self._describe()

    def marked(self, section: str) -> str | None:
        """The name of what is marked in a list."""
        return self.query_one(f"#{section}", Rows).marked

    def mark(self, section: str, name: str) -> None:
        """Mark a row of a list as soon as it is there."""
        self.query_one(f"#{section}", Rows).wanted = name

    def on_mount(self) -> None:
        self._describe()

    def on_resize(self) -> None:
        self.show(self._known)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if event.widget.id in LISTS and event.widget.id != self.section:
            self.section = event.widget.id
            self._describe()

    @on(DataTable.RowHighlighted)
    def _row_marked(self, message: DataTable.RowHighlighted) -> None:
        message.stop()
        if message.data_table.id == self.section:
            self._describe()

    def _describe(self) -> None:
        """Say more of what is marked in the list that the keys are about."""
        lines = {BASES: self._of_base, RUNS: self._of_run, PROFILES: self._of_profile}
        self.query_one(Details).show(lines[self.section](self.marked(self.section)))
        self.post_message(self.Marked(self.section))

    def _of_base(self, marked: str | None) -> list[Content]:
        known = self._known
        if known.problem is not None:
            told = known.problem
            return [reveal_line(told.message), reveal_line(f"What to do: {told.hint}")]
        if known.bases is None:
            return [Content("Looking which base models there are…")]
        found = (model_details.of_base(b) for b in known.bases if b.base.name == marked)
        return next(found, [])

    def _of_run(self, marked: str | None) -> list[Content]:
        known = self._known
        if known.runs is None:
            return [Content("Reading…")]
        if not known.runs:
            return [Content("No model was made yet: Retrain (F4) makes one.")]
        for each in known.runs:
            if each.run.id == marked:
                run = RunFolder(each.run.id, self._folder / each.run.id)
                return model_details.of_run(each, run.path)
        return []

    def _of_profile(self, marked: str | None) -> list[Content]:
        found = (model_details.of_profile(p) for p in self._known.profiles if p.name == marked)
        return next(found, [])
