"""Models and profiles: the bases, the runs made on them, and whose style is in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Button, DataTable
from textual.worker import get_current_worker

from promptstyle.core import inventory
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.failures import describe
from promptstyle.core.inventory import BaseStanding, RunStanding
from promptstyle.core.library.records import Profile
from promptstyle.tui import keys
from promptstyle.tui.changes import Change
from promptstyle.tui.screens.page import Page
from promptstyle.tui.switching import switch
from promptstyle.tui.widgets.model_board import BASES, LISTS, PROFILES, RUNS, Known, ModelBoard

# Which list an action is about; the others are about none.
_ABOUT = {"use": BASES, "fetch": BASES, "verify": BASES, "activate": RUNS, "switch": PROFILES}
# What Enter does in each list.
_CHOOSES = {BASES: "use", RUNS: "activate", PROFILES: "switch"}
_BUTTONS = (
    ("use", "Use", BASES),
    ("fetch", "Fetch", BASES),
    ("verify", "Verify", BASES),
    ("add", "Add a folder", BASES),
    ("activate", "Activate", RUNS),
    ("switch", "Switch", PROFILES),
    ("new", "New profile", PROFILES),
)


class ModelsScreen(Page):
    """Three lists, details of what is marked, and what can be done with it."""

    NAME = "models"
    CSS_PATH = "models.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("models")]
    AUTO_FOCUS = f"#{BASES}"
    HELP = (
        "The base models with their state, the runs of the profile in use, and all profiles. Tab "
        "goes from list to list, up and down within one; Enter or a double click chooses."
    )

    @dataclass
    class BasesLooked(Message):
        """The bases were looked at for `profile`; `error` says why they could not be."""

        profile: str
        found: Sequence[BaseStanding] = ()
        error: PromptstyleError | None = None

    @dataclass
    class LibraryRead(Message):
        """The runs of `profile` and all profiles were read."""

        profile: str
        runs: Sequence[RunStanding]
        profiles: Sequence[Profile]

    @dataclass
    class WriterChanged(Message):
        """A base was taken or a run was activated; `text` says which."""

        text: str

    @dataclass
    class Failed(Message):
        """Something could not be done."""

        error: PromptstyleError

    def __init__(self) -> None:
        super().__init__()
        self._known = Known("")

    def body(self) -> ComposeResult:
        yield ModelBoard(self.session.home.runs)
        with Horizontal(id="actions"):
            for name, text, about in _BUTTONS:
                yield Button(
                    text, id=name, compact=True, classes=f"-{about}", action=f"screen.{name}"
                )

    def on_mount(self) -> None:
        self._look()

    def changed(self, change: Change) -> None:
        if change is not Change.RETRAIN:
            self._look()

    # --- reading what there is ---

    def _look(self) -> None:
        """Read everything again, in threads; what is shown of the profile stays until then."""
        profile = self.session.profile
        if self._known.profile != profile:
            self._know(Known(profile, profiles=self._known.profiles))
        self._look_at_bases(profile)
        self._read_library(profile)

    def _know(self, known: Known) -> None:
        self._known = known
        self.query_one(ModelBoard).show(known)
        self.refresh_bindings()

    @work(thread=True, exclusive=True, group="bases", exit_on_error=False)
    def _look_at_bases(self, profile: str) -> None:
        try:
            # Asks the hub's cache, whose library takes a moment to load.
            found = inventory.bases(self.session.home, self.session.background, profile)
            message = self.BasesLooked(profile, found)
        # Whatever it is, the screen says it; a thread has nobody else to tell.
        except Exception as error:
            message = self.BasesLooked(profile, error=describe(error))
        if not get_current_worker().is_cancelled:
            self.post_message(message)

    @work(thread=True, exclusive=True, group="library", exit_on_error=False)
    def _read_library(self, profile: str) -> None:
        library = self.session.background
        message: Message
        try:
            runs = inventory.runs(self.session.home, library, profile)
            message = self.LibraryRead(profile, runs, library.profiles())
        except Exception as error:
            message = self.Failed(describe(error))
        if not get_current_worker().is_cancelled:
            self.post_message(message)

    @on(BasesLooked)
    def _bases_looked(self, message: BasesLooked) -> None:
        if message.profile == self._known.profile:
            self._know(replace(self._known, bases=message.found, problem=message.error))

    @on(LibraryRead)
    def _library_read(self, message: LibraryRead) -> None:
        if message.profile == self._known.profile:
            self._know(replace(self._known, runs=message.runs, profiles=message.profiles))

    @on(Failed)
    def _failed(self, message: Failed) -> None:
        self.promptstyle.fail(message.error)

    # --- which list the keys are about ---

    @on(ModelBoard.Marked)
    def _row_marked(self, message: ModelBoard.Marked) -> None:
        for each in LISTS:
            self.set_class(each == message.section, f"-at-{each}")
        self.refresh_bindings()

    @on(DataTable.RowSelected)
    async def _row_chosen(self, message: DataTable.RowSelected) -> None:
        await self.run_action(_CHOOSES[str(message.data_table.id)])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        about = _ABOUT.get(action)
        if about is None:
            return super().check_action(action, parameters)
        boards = self.query(ModelBoard)
        return bool(boards) and boards.first().section == about and self._marked(about) is not None

    def _marked(self, section: str) -> str | None:
        return self.query_one(ModelBoard).marked(section)

    # --- what writes ---

    def action_use(self) -> None:
        """Write with the marked base from now on."""
        name = self._marked(BASES)
        if name is not None:
            self._use(self.session.profile, name)

    @work(thread=True, group="writer", exit_on_error=False)
    def _use(self, profile: str, name: str) -> None:
        try:
            run = inventory.use_base(self.session.home, self.session.background, profile, name)
        except Exception as error:
            self.post_message(self.Failed(describe(error)))
            return
        writes = f"{run.id} writes again" if run else "nothing is learnt on it yet: retrain"
        self.post_message(self.WriterChanged(f"{profile} now uses {name}: {writes}."))

    def action_activate(self) -> None:
        """Let the marked run write from now on."""
        run = self._marked(RUNS)
        if run is not None:
            self._activate(run)

    @work(thread=True, group="writer", exit_on_error=False)
    def _activate(self, run_id: str) -> None:
        try:
            run = inventory.activate_run(self.session.home, self.session.background, run_id)
        except Exception as error:
            self.post_message(self.Failed(describe(error)))
            return
        self.post_message(self.WriterChanged(f"{run.id} on {run.base} writes from now on."))

    @on(WriterChanged)
    def _writer_changed(self, message: WriterChanged) -> None:
        self.promptstyle.say(message.text)
        self.promptstyle.changes.publish(Change.RUNS)
        self.promptstyle.warm()

    # --- the bases' files ---

    def action_verify(self) -> None:
        """Read every file of the marked base and compare it with its hash."""
        from promptstyle.tui.screens.verify import VerifyScreen

        name = self._marked(BASES)
        if name is not None:
            self.app.push_screen(VerifyScreen(self.session.home, name))

    def action_fetch(self) -> None:
        """Fetch the marked base from the hub, if that is where it comes from."""
        from promptstyle.tui.screens.fetch import FetchScreen

        name = self._marked(BASES)
        base = next((b.base for b in self._known.bases or () if b.base.name == name), None)
        if base is None:
            return
        if base.source != "hub" or base.state == "ready":
            self.promptstyle.say(f"{name} needs no fetching.")
            return
        self.app.push_screen(FetchScreen(self.session, base.name), lambda _: self._look())

    def action_add(self) -> None:
        """Add a base model from a folder."""
        from promptstyle.tui.screens.add_base import AddBaseScreen

        def added(name: str | None) -> None:
            if name is not None:
                self.promptstyle.say(f"{name} is added: Use writes with it.")
                self.query_one(ModelBoard).mark(BASES, name)
            # One that was closed too late was added as well.
            self._look()

        self.app.push_screen(AddBaseScreen(self.session.home), added)

    # --- whose style ---

    def action_switch(self) -> None:
        """Work for the marked profile from now on."""
        name = self._marked(PROFILES)
        if name is not None:
            switch(self.promptstyle, name)

    def action_new(self) -> None:
        """Make a profile, and work for it."""
        from promptstyle.tui.screens.new_profile import NewProfileScreen

        names = [profile.name for profile in self._known.profiles]

        def named(name: str | None) -> None:
            if name is not None:
                switch(self.promptstyle, name)

        self.app.push_screen(NewProfileScreen(names), named)
