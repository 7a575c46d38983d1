"""Results: how near each model comes to what you like, topic by topic and run by run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, ContentSwitcher, Static

from promptstyle.core import inventory, run_folder
from promptstyle.core.errors import Cancelled, PromptstyleError
from promptstyle.core.evaluation.results import mode_of
from promptstyle.core.failures import describe
from promptstyle.core.library import RunRecord
from promptstyle.core.run_folder import RunFolder
from promptstyle.tui import keys, shown
from promptstyle.tui.changes import Change
from promptstyle.tui.evaluator import EvaluationEnded
from promptstyle.tui.screens.page import Page
from promptstyle.tui.shown import Shown
from promptstyle.tui.untrusted import reveal_line
from promptstyle.tui.widgets.choice import Choice
from promptstyle.tui.widgets.evaluation_bar import EvaluationBar
from promptstyle.tui.widgets.runs_view import RunsView, day, state_of
from promptstyle.tui.widgets.scores_view import ScoresView
from promptstyle.tui.widgets.texts_view import TextsView, no_texts

SECTIONS = ("scores", "texts", "runs")
NOTHING = (
    "There are no results yet: no model was made for this profile.\n\n"
    "Retrain learns from the prompts that you like and tests the new model on some that it has "
    "not seen. How near it came stands here then, beside copied likes and the bare base model."
)
NO_SCORES = "The scores of this run were not kept, or cannot be read."


class ResultsScreen(Page):
    """Scores, texts and runs, one at a time, of one run: at first the one that writes."""

    NAME = "results"
    CSS_PATH = "results.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("results")]
    AUTO_FOCUS = "#section"
    HELP = (
        "1 shows the scores against the baselines, 2 the texts side by side, 3 all runs. Evaluate "
        "tests the run that writes once more, on the liked prompts that are held out now."
    )

    @dataclass
    class Read(Message):
        """What there is to show was read; exactly one of the other two is given."""

        ticket: int
        shown: Shown | None = None
        error: PromptstyleError | None = None

    @dataclass
    class RunsChanged(Message):
        """A run was activated or deleted; `text` says so."""

        text: str

    def __init__(self) -> None:
        super().__init__()
        self._ticket = 0
        self._shown = Shown()

    def body(self) -> ComposeResult:
        with Horizontal(id="head"):
            yield Choice("Show", SECTIONS, SECTIONS[0], id="section")
            yield EvaluationBar(self.session)
        yield Static("reading…", id="what", markup=False)
        with ContentSwitcher(initial="none", id="parts"):
            yield Static("", id="none", markup=False)
            yield ScoresView(id="scores")
            yield TextsView(id="texts")
            yield RunsView(id="runs")
            with Vertical(id="nothing"):
                yield Static(NOTHING, markup=False)
                yield Button("To Retrain", variant="primary", id="to-retrain")

    def on_mount(self) -> None:
        self._read_again()

    def changed(self, change: Change) -> None:
        if not self.furnished:
            return
        if change is Change.PROFILE:
            self.query_one(EvaluationBar).stop()
        if change in (Change.PROFILE, Change.RUNS):
            self._read_again()

    # --- what is shown ---

    def _read_again(self, run: str | None = None) -> None:
        """Read everything, with the results of `run`, or else of the one that writes."""
        self._ticket += 1
        self._read(self._ticket, self.session.profile, run)

    @work(thread=True, group="read", exit_on_error=False)
    def _read(self, ticket: int, profile: str, run: str | None) -> None:
        try:
            found = shown.read(self.session.home, self.session.background, profile, run)
            self.post_message(self.Read(ticket, found))
        # Whatever it is, the screen says it; a thread has nobody else to tell.
        except Exception as error:
            self.post_message(self.Read(ticket, error=describe(error)))

    @on(Read)
    def _was_read(self, message: Read) -> None:
        if message.ticket != self._ticket:
            return
        if message.shown is not None:
            self._show(message.shown)
        elif message.error is not None:
            self.query_one("#what", Static).update(reveal_line(message.error.message))
            self.promptstyle.fail(message.error)

    def _show(self, now: Shown) -> None:
        self._shown = now
        run, found = now.run, now.found
        self.set_class(run is None, "-nothing")
        if run is not None:
            facts = [run.id, state_of(run, now.writes), f"mode {mode_of(run)}", run.base]
            facts += [] if found is None else [f"tested {day(found.created)}"]
            self.query_one("#what", Static).update(reveal_line(" · ".join(facts)))
            self.query_one(RunsView).show(now.runs, now.writes, run.id)
        if found is not None:
            note = no_texts(writes=found.run.id == now.writes)
            self.query_one(ScoresView).show(found, note)
            self.query_one(TextsView).show(found, note)
        self.query_one("#none", Static).update("" if run is None else NO_SCORES)
        self._to_section()

    @property
    def section(self) -> str:
        """Which of the three is open."""
        return self.query_one("#section", Choice).value

    @on(Choice.Chosen)
    def _to_section(self) -> None:
        section = self.section
        if self._shown.run is None:
            section = "nothing"
        elif self._shown.found is None and section != "runs":
            section = "none"
        self.query_one("#parts", ContentSwitcher).current = section
        self.refresh_bindings()

    def action_section(self, name: str) -> None:
        """Open one of the three, its keys at hand."""
        self.query_one("#section", Choice).choose(name)
        first = {"scores": "#scores", "texts": "TextCard", "runs": "#runs-table"}[name]
        target = self.query(first).first()
        if target.display:
            self.call_after_refresh(target.focus)

    @on(Button.Pressed, "#to-retrain")
    def _to_retrain(self) -> None:
        self.promptstyle.action_go("retrain")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self.query("#section"):
            # Asked before there is anything on the screen.
            return super().check_action(action, parameters)
        run, found = self._target, self._shown.found
        if action == "evaluate":
            return self._shown.writes is not None and not self.query_one(EvaluationBar).running
        if action == "stop":
            return self.query_one(EvaluationBar).running
        if action in ("topic", "copy"):
            return self.section == "texts" and bool(found and found.examples)
        if action == "activate":
            return run is not None and run.deleted is None and run.id != self._shown.writes
        if action == "delete":
            removable = run is not None and run.deleted is None and not run.active
            return removable and self.section == "runs"
        if action == "section":
            return self._shown.run is not None
        return super().check_action(action, parameters)

    # --- texts ---

    def action_topic(self, by: int) -> None:
        """The next topic or the one before."""
        self.query_one(TextsView).turn(by)

    def action_copy(self) -> None:
        """Put the chosen text on the clipboard."""
        card = self.query_one(TextsView).chosen
        if card is not None and card.text:
            self.app.copy_to_clipboard(card.text)

    # --- runs ---

    @property
    def _target(self) -> RunRecord | None:
        """The run that the keys are about: the one under the cursor, or the one that is shown."""
        if self.section == "runs":
            return self.query_one(RunsView).chosen
        return self._shown.run

    @on(RunsView.Moved)
    def _cursor_moved(self) -> None:
        self.refresh_bindings()

    @on(RunsView.Opened)
    def _run_opened(self, message: RunsView.Opened) -> None:
        self.action_section("scores")
        self._read_again(message.run.id)

    def action_activate(self) -> None:
        """Let the run write from now on."""
        run, before = self._target, self._shown.writes
        if run is not None:
            back = f" {before} is kept and can be activated again." if before else ""
            home, library = self.session.home, self.session.background
            self._change(
                partial(inventory.activate_run, home, library, run.id),
                f"{run.id} writes from now on.{back}",
            )

    def action_delete(self) -> None:
        """Delete the run, after a question."""
        run, session = self._target, self.session
        if run is None:
            return
        from promptstyle.tui.screens.delete_run import DeleteRunScreen

        def answered(sure: bool | None) -> None:
            if sure:
                self._change(
                    partial(run_folder.discard, session.home, session.background, run.id),
                    f"{run.id} was deleted; its scores and texts stay.",
                )

        folder = RunFolder(run.id, session.home.runs / run.id)
        self.app.push_screen(DeleteRunScreen(folder), answered)

    @work(thread=True, group="runs", exit_on_error=False)
    def _change(self, change: Callable[[], object], said: str) -> None:
        try:
            change()
        except Exception as error:
            self.app.call_from_thread(self.promptstyle.fail, describe(error))
        else:
            self.post_message(self.RunsChanged(said))

    @on(RunsChanged)
    def _runs_changed(self, message: RunsChanged) -> None:
        self.promptstyle.say(message.text)
        self.promptstyle.changes.publish(Change.RUNS)
        self.promptstyle.warm()

    # --- evaluating ---

    def action_evaluate(self) -> None:
        """Test the run that writes on the likes that are held out now."""
        try:
            self.query_one(EvaluationBar).start()
        except PromptstyleError as error:
            self.promptstyle.fail(error)

    def action_stop(self) -> None:
        """Stop the evaluation; the earlier results stay."""
        self.query_one(EvaluationBar).stop()

    @on(EvaluationBar.Changed)
    def _evaluating(self) -> None:
        self.refresh_bindings()

    def on_evaluation_ended(self, message: EvaluationEnded) -> None:
        if isinstance(message.error, Cancelled):
            self.promptstyle.say("The evaluation was stopped; the results before it stay.")
        elif message.error is not None:
            self.promptstyle.fail(message.error)
        elif message.document is not None and message.profile == self.session.profile:
            now = self._shown.with_evaluation(message.document)
            if now is None or now.found is None:
                self._read_again()
            else:
                self._ticket += 1
                self._show(now)
                self.promptstyle.say(shown.summary(now.found))
