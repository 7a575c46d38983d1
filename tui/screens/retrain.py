"""Retrain: what will be learnt from, how far it is, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Button

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.failures import describe
from promptstyle.core.library import Library
from promptstyle.core.plan import Plan, plan
from promptstyle.tui import keys
from promptstyle.tui.changes import Change
from promptstyle.tui.retraining import Phase, Retraining
from promptstyle.tui.screens.page import Page
from promptstyle.tui.widgets.choice import Choice
from promptstyle.tui.widgets.retrain_outcome import RetrainOutcome
from promptstyle.tui.widgets.retrain_plan import RetrainPlan
from promptstyle.tui.widgets.retrain_progress import RetrainProgress

# Seconds between two drawings of a retrain that runs.
DRAWN_EVERY = 0.2

# What the screen shows, each also a class of it, and the parts that are in sight then.
VIEWS = {"-plan": {"plan"}, "-running": {"progress"}, "-ended": {"outcome", "progress"}}


class RetrainScreen(Page):
    """Before the start, while it runs, and at the end: one of three views."""

    NAME = "retrain"
    CSS_PATH = "retrain.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("retrain")]
    AUTO_FOCUS = None
    HELP = (
        "A retrain makes a new model from the prompts that you like now, tests it on some that it "
        "has not seen, and lets it write if it is not worse than the old one. Meanwhile the old "
        "one still writes. Stopped, it goes on from there the next time."
    )

    @dataclass
    class Planned(Message):
        """It is known what a retrain would do now."""

        ticket: int
        plan: Plan | None
        error: PromptstyleError | None
        # A retrain whose end is old: it was read, and there are likes that it does not know.
        old: Retraining | None = None

    @dataclass
    class Used(Message):
        """The new model was made the one that writes, against the verdict."""

        retraining: Retraining

    def __init__(self) -> None:
        super().__init__()
        self._ticket = 0
        self._plan: Plan | None = None
        # The look that it comes from; while that is not the last one, it may be out of date.
        self._plan_ticket = -1
        # The retrain whose end the user has put away.
        self._put_away: Retraining | None = None
        self._seen: tuple[Retraining, Phase] | None = None
        # Whether the user came from another screen, and did not just close a dialog.
        self._came = False

    def body(self) -> ComposeResult:
        yield RetrainOutcome(id="outcome")
        yield RetrainProgress(id="progress")
        yield RetrainPlan(id="plan")

    async def furnish(self) -> None:
        self._timer = self.set_interval(DRAWN_EVERY, self._draw_progress)
        # At once: the screen is told that it is in sight right after.
        self.app.mode_change_signal.subscribe(self, self._mode_changed, immediate=True)
        self._look()
        self._arrange()

    def _mode_changed(self, mode: str) -> None:
        self._came = mode == self.NAME

    def on_screen_resume(self) -> None:
        if self.furnished:
            self._timer.resume()
            self._look(self.retraining if self._came and self.retraining.read else None)
            self._came = False
            self._arrange()

    def on_screen_suspend(self) -> None:
        # Another screen is in sight: what nobody sees is not drawn.
        if self.furnished:
            self._timer.pause()

    def on_resize(self) -> None:
        if self.furnished:
            self.call_after_refresh(self._arrange)

    def changed(self, change: Change) -> None:
        retraining = self.retraining
        if not self.furnished:
            return
        if change is not Change.RETRAIN:
            # One that is not in sight looks when it is opened.
            if self.is_current:
                self._look()
        elif self._seen != (retraining, retraining.phase):
            if not retraining.running:
                self._look()
            self._arrange()

    # --- which view ---

    @property
    def retraining(self) -> Retraining:
        """The retrain that runs, or ran last."""
        return self.promptstyle.retraining

    @property
    def view(self) -> str:
        """One of VIEWS."""
        retraining = self.retraining
        if retraining.running:
            return "-running"
        over = retraining.phase is not Phase.IDLE and retraining is not self._put_away
        return "-ended" if over else "-plan"

    @property
    def _own(self) -> bool:
        """Whether the retrain is for the profile in use."""
        return self.retraining.profile == self.session.profile

    def _arrange(self) -> None:
        """Show the view that fits, and all that is in it."""
        retraining, view = self.retraining, self.view
        self._seen = (retraining, retraining.phase)
        for each in VIEWS:
            self.set_class(each == view, each)
        if view == "-ended":
            log = self.session.home.logs / "retrain.log"
            fresh = self._plan if self._plan_ticket == self._ticket else None
            self.query_one(RetrainOutcome).show(retraining, log, fresh, own=self._own)
            retraining.read |= self.is_current
        if self._plan is not None:
            self.query_one(RetrainPlan).show(self._plan)
        self._draw_progress(now=True)
        self.refresh_bindings()
        self.call_after_refresh(self._focus_view)

    def _draw_progress(self, now: bool = False) -> None:
        if self.view == "-plan" or not (now or self.retraining.running):
            return
        self.query_one(RetrainProgress).show(
            self.retraining, own=self._own, upright=self.has_class("-wide"), now=now
        )

    def _focus_view(self) -> None:
        """Give the focus to what is done next; never to Stop, which a second Enter would press."""
        if not self.is_current:
            return
        focused = self.focused
        parts = set() if focused is None else {node.id for node in focused.ancestors}
        # Its region alone says little: in a part that has just gone, it still has one.
        if focused and parts & VIEWS[self.view] and focused.display and focused.region:
            return
        names = {"-plan": "#begin Button", "-ended": "#next Button"}.get(self.view)
        offered = self.query(names or "#nothing").results(Button)
        # What is not displayed still counts as focusable.
        self.set_focus(next((b for b in offered if b.display and b.focusable), None))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("start", "recipe", "keep"):
            ready = self._plan is not None and self._plan.trouble is None
            return self.view == "-plan" and ready
        if action == "import_likes":
            return self.view == "-plan"
        if action == "stop":
            return self.retraining.running and not self.retraining.stopping
        if action == "again":
            return self.view == "-ended"
        if action == "use":
            result = self.retraining.result
            return self.view == "-ended" and bool(result) and not result.get("activated")
        return super().check_action(action, parameters)

    # --- before the start ---

    def _look(self, read: Retraining | None = None) -> None:
        """Find out what a retrain would do, and whether the end of `read` is old."""
        self._ticket += 1
        recipe = self.query_one(RetrainPlan).recipe
        self._make_plan(self._ticket, self.session.profile, recipe, read)

    @work(thread=True, group="plan", exit_on_error=False)
    def _make_plan(self, ticket: int, profile: str, recipe: str, read: Retraining | None) -> None:
        if ticket != self._ticket:
            return
        found: Plan | None = None
        failure: PromptstyleError | None = None
        library = self.session.background
        old = False
        try:
            found = plan(self.session.home, library, profile, recipe)
            old = read is not None and _is_old(read, library, profile)
        # Whatever it is, the screen says it; a thread has nobody else to tell.
        except Exception as error:
            failure = describe(error)
        self.post_message(self.Planned(ticket, found, failure, read if old else None))

    @on(Planned)
    def _plan_made(self, message: Planned) -> None:
        if message.ticket != self._ticket:
            return
        if message.error is not None:
            self.promptstyle.fail(message.error)
            self.query_one(RetrainPlan).fail(message.error)
            return
        self._plan, self._plan_ticket = message.plan, message.ticket
        if message.old is not None:
            self._put_away = message.old
        if message.plan is not None and message.plan.running and not self.retraining.running:
            # The command line has started one: there can be no other, so show that one.
            self.promptstyle.follow_background()
        self._arrange()

    @on(Choice.Chosen, "#recipe")
    def _recipe_chosen(self) -> None:
        self._look()

    def action_recipe(self) -> None:
        """The next recipe."""
        self.query_one("#recipe", Choice).action_step(1)

    def action_keep(self) -> None:
        """Whether the new model is to write if it is not worse."""
        self.query_one("#keep", Choice).action_step(1)

    def action_import_likes(self) -> None:
        """Import prompts from a file, on the Library."""
        self.promptstyle.action_go("library")
        self.app.call_later(self.promptstyle.import_likes)

    def action_start(self) -> None:
        """Retrain now."""
        chosen = self.query_one(RetrainPlan)
        self.promptstyle.retrain(recipe=chosen.recipe, keep_old=chosen.keep_old)

    # --- while it runs, and after ---

    def action_stop(self) -> None:
        """Stop it; what it has learnt so far is kept for the next one."""
        self.retraining.stopping = True
        self.promptstyle.cancel_retrain()
        self._arrange()

    def action_again(self) -> None:
        """Put the end away and show what another retrain would do."""
        self._put_away = self.retraining
        self._look()
        self._arrange()

    @work(thread=True, group="use", exit_on_error=False)
    def action_use(self) -> None:
        """Have the new model write although it was found worse, or was not asked to."""
        retraining = self.retraining
        try:
            self.session.background.activate(str(retraining.result.get("run")))
        except Exception as error:
            self.app.call_from_thread(self.promptstyle.fail, error)
            return
        self.post_message(self.Used(retraining))

    @on(Used)
    def _in_use(self, message: Used) -> None:
        message.retraining.result |= {"activated": True, "reason": "you chose it"}
        self.promptstyle.say(f"{message.retraining.result.get('run')} writes from now on.")
        self.promptstyle.changes.publish(Change.RUNS)
        self.promptstyle.warm()
        self._arrange()


def _is_old(retraining: Retraining, library: Library, profile: str) -> bool:
    """Whether it made a model, and there are likes that this model was not made from."""
    if retraining.phase is not Phase.DONE:
        return False
    try:
        manifest = library.run(str(retraining.result.get("run"))).manifest
    except PromptstyleError:
        # Nobody knows what it learnt.
        return False
    known = {*manifest.get("train_ids", ()), *manifest.get("held_ids", ())}
    return bool(library.like_ids(profile) - known)
