"""The app: its screens, what they share, and how it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ClassVar

from textual import events, work
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.screen import Screen
from textual.signal import Signal
from textual.theme import Theme

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.failures import describe
from promptstyle.tui import keys
from promptstyle.tui.changes import Change
from promptstyle.tui.commands import commands
from promptstyle.tui.retrainer import RetrainEnded, Retrainer, RetrainHappened
from promptstyle.tui.retraining import Retraining, verdict
from promptstyle.tui.screens.dialog import Dialog
from promptstyle.tui.screens.page import Page
from promptstyle.tui.session import Session
from promptstyle.tui.untrusted import clean
from promptstyle.tui.widgets.navigation import SCREENS
from promptstyle.tui.widgets.plain_text import PlainText


def _lazily(name: str) -> Callable[[], Screen[Any]]:
    """A screen's class is imported when it is first opened: the first paint waits for one."""

    def make() -> Screen[Any]:
        import importlib

        module = importlib.import_module(f"promptstyle.tui.screens.{name}")
        screen: Screen[Any] = getattr(module, f"{name.capitalize()}Screen")()
        return screen

    return make


# Seconds between two tellings of how far a retrain is.
TOLD_EVERY = 0.2


class PromptstyleApp(App[int]):
    """The terminal app, on an open session. Screens hear of each other through `changes`."""

    TITLE = "promptstyle"
    CSS_PATH = "app.tcss"
    DEFAULT_MODE = "write"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        name: _lazily(name) for name in SCREENS
    }
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("app")]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.changes: Signal[Change] = Signal(self, "changes")
        self.retraining = Retraining()
        self.retrainer = Retrainer(self)
        self._told = 0.0
        # Whether the library is open; screens wait for it with all but their first paint.
        self.opened = False
        # A screen that was asked for before that.
        self._wanted = ""
        # Why the app had to end at once.
        self.failure: PromptstyleError | None = None
        # What to do once the retrain that runs has made a model.
        self.after_retrain: Callable[[], None] | None = None

    # --- starting and ending ---

    def on_mount(self) -> None:
        settings = self.session.settings
        if settings.theme in self.available_themes:
            self.theme = settings.theme
        else:
            self.session.problems.append(f"settings: there is no theme {settings.theme!r:.60}")
        chosen, problems = keys.keymap(settings.keys)
        self.set_keymap(chosen)
        self.session.problems.extend(problems)
        self.theme_changed_signal.subscribe(self, self._remember_theme)
        # Two refreshes on, the first screenful is on the terminal.
        self.call_after_refresh(self.call_after_refresh, self._open)

    def _open(self) -> None:
        """Open the library, and begin."""
        try:
            self.session.open()
        # Whatever it is, it ends as two lines: without the library there is nothing to show.
        except Exception as error:
            self.failure = describe(error)
            self.exit(self.failure.exit_code)
            return
        self.opened = True
        if isinstance(self.screen, Page):
            self.screen.call_later(self.screen.complete)
        for problem in self.session.problems:
            self.say(problem, severity="warning")
        profile = self.session.library.profile(self.session.profile)
        if not profile.likes and profile.active_run is None:
            self.action_welcome()
        elif self._wanted == "style":
            self.action_style()
        elif self._wanted:
            self.action_go(self._wanted)
        self.follow_background()
        self.warm()

    @work(thread=True, group="warm", exit_on_error=False)
    def warm(self) -> None:
        """Load the model while the user still types. If that fails, writing will say why."""
        try:
            self.session.writer.warm(self.session.settings.mode)
        except PromptstyleError as error:
            self.log.warning(error.message)

    def follow_background(self) -> None:
        """Watch a retrain that an earlier app left running for this profile."""
        watched = self.retrainer.watch()
        if watched is not None:
            self.retraining = watched
            self.changes.publish(Change.RETRAIN)

    async def action_quit(self) -> None:
        """Leave; asks first while a retrain runs, warns first of what was typed and not kept."""
        dialogs = [screen for screen in self.screen_stack if isinstance(screen, Dialog)]
        # Told as a remark: another dialog, the help, may lie over the one with the text.
        if not all(dialog.gives_up("Ctrl+Q", self.say) for dialog in dialogs):
            return
        if self.retraining.running and not self.retraining.background:
            from promptstyle.tui.screens.quit import QuitScreen

            if not isinstance(self.screen, QuitScreen):
                self.push_screen(QuitScreen(), self._quit)
        else:
            self._quit("leave")

    def _quit(self, choice: str | None) -> None:
        if choice == "background":
            self.retrainer.detach()
        if choice in ("background", "cancel", "leave"):
            self.session.stop_writing()
            self.exit(0)

    def on_key(self, event: events.Key) -> None:
        """A letter that waited for another widget while a text field took the focus goes there.

        A field takes its letters itself: none of them comes here.
        """
        if event.is_printable and event.character and isinstance(self.focused, PlainText):
            event.prevent_default()
            self.focused.put(event.character)

    def on_unmount(self) -> None:
        self.retrainer.leave()
        self.session.stop_writing()

    # --- going about ---

    def action_go(self, name: str) -> None:
        """Open one of the main screens."""
        if not self.opened:
            # Pressed in the first tenth of a second; it waits for the library.
            self._wanted = name
        elif len(self.screen_stack) > 1:
            self.say("close this first (Esc)")
        elif name != self.current_mode:
            self.switch_mode(name)

    def action_turn(self, by: int) -> None:
        """Open the next or the previous screen."""
        names = list(SCREENS)
        self.action_go(names[(names.index(self.current_mode) + by) % len(names)])

    def action_welcome(self) -> None:
        """Show how to begin."""
        from promptstyle.tui.beginning import begin
        from promptstyle.tui.screens.welcome import WelcomeScreen

        self.push_screen(WelcomeScreen(), lambda way: begin(self, way))

    def action_style(self) -> None:
        """Show what the likes have in common."""
        from promptstyle.tui.screens.style import StyleScreen

        if not self.opened:
            self._wanted = "style"
        elif len(self.screen_stack) > 1:
            self.say("close this first (Esc)")
        else:
            self.push_screen(StyleScreen())

    def action_settings(self) -> None:
        """Show the settings."""
        from promptstyle.tui.screens.settings import SettingsScreen

        if self.opened and len(self.screen_stack) == 1:
            self.push_screen(SettingsScreen())

    def import_likes(self) -> None:
        """Open the file picker of the Library for an import."""
        self.call_next(self.run_action, "screen.import_likes")

    def action_help(self) -> None:
        """Help for what has the focus."""
        from promptstyle.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_cancel_writing(self) -> None:
        """Stop what is being written."""
        self.session.stop_writing()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc stops the writing before anything else, and is free when nothing is written."""
        if action == "cancel_writing":
            return any(worker.group == "write" and worker.is_running for worker in self.workers)
        return super().check_action(action, parameters)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        yield from commands(self, screen)

    # --- telling and remembering ---

    def say(self, text: str, *, title: str = "", severity: Any = "information") -> None:
        """A remark that goes away by itself; nothing in it is markup."""
        self.notify(clean(text), title=title, severity=severity, markup=False, timeout=6)

    def fail(self, error: BaseException) -> None:
        """What happened and what to do, until it is read."""
        told = describe(error)
        self.notify(
            clean(f"{told.message}\n{told.hint}"),
            title="Error",
            severity="error",
            markup=False,
            timeout=15,
        )

    def remember(self, **changes: Any) -> None:
        """Store settings; if that fails, say so and go on."""
        try:
            self.session.remember(**changes)
        except (PromptstyleError, OSError) as error:
            self.fail(error)

    def _remember_theme(self, theme: Theme) -> None:
        self.remember(theme=theme.name)

    # --- the clipboard ---

    def copy_to_clipboard(self, text: str) -> None:
        """Copy, wherever a copy is asked for (also in text fields), and say how it went."""
        text = clean(text)
        self._clipboard = text
        self._copy(text)

    @work(thread=True, group="copy", exit_on_error=False)
    def _copy(self, text: str) -> None:
        from promptstyle.tui import clipboard

        driver = self._driver
        write = None if driver is None else partial(self.call_from_thread, driver.write)
        try:
            copied = clipboard.copy(text, file=self.session.home.cache / "copied.txt", write=write)
        except (PromptstyleError, OSError) as error:
            self.call_from_thread(self.fail, error)
            return
        self.call_from_thread(self.say, copied.detail)

    # --- the retrain ---

    def retrain(
        self, *, base: str | None = None, recipe: str = "default", keep_old: bool = False
    ) -> bool:
        """Start a retrain for the profile in use; False, and the user is told, if it cannot be."""
        if self.retraining.running:
            of = self.retraining.profile
            own = of == self.session.profile
            self.say("a retrain is running already" if own else f"a retrain of {of} is running")
            return False
        try:
            self.retraining = self.retrainer.start(base=base, recipe=recipe, keep_old=keep_old)
        except PromptstyleError as error:
            self.fail(error)
            return False
        self.changes.publish(Change.RETRAIN)
        return True

    @work(thread=True, group="cancel", exit_on_error=False)
    def cancel_retrain(self) -> None:
        """Stop the retrain; its end is then told as any other."""
        try:
            self.retrainer.cancel()
        except PromptstyleError as error:
            self.call_from_thread(self.fail, error)

    def on_retrain_happened(self, message: RetrainHappened) -> None:
        message.state.apply(message.event)
        if message.state is not self.retraining:
            return
        # A small base takes many steps a second; nobody reads so fast.
        now = time.monotonic()
        if message.event.get("event") != "step" or now - self._told >= TOLD_EVERY:
            self._told = now
            self.changes.publish(Change.RETRAIN)

    def on_retrain_ended(self, message: RetrainEnded) -> None:
        state = message.state
        if state is not self.retraining:
            # The user went to another profile and looks no longer at this one.
            return
        then, self.after_retrain = self.after_retrain, None
        own = state.profile == self.session.profile
        title = "Retrain" if own else f"Retrain of {state.profile}"
        if message.error is not None:
            state.fail(message.error)
            self.say(message.error.message, title=title, severity="warning")
        else:
            state.finish(message.result or {})
            self.say(verdict(state), title=title)
            self.changes.publish(Change.RUNS)
        self.changes.publish(Change.RETRAIN)
        if then is not None and message.error is None:
            then()
        if own:
            self.warm()
        else:
            # While ours ran, one of the profile in use could not be watched.
            self.follow_background()
