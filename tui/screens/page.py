"""What the five main screens share: the bar at the top, the keys at the bottom, news of changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen

from promptstyle.tui.changes import Change
from promptstyle.tui.widgets.keys_bar import KeysBar
from promptstyle.tui.widgets.navigation import Navigation

if TYPE_CHECKING:
    from promptstyle.tui.app import PromptstyleApp
    from promptstyle.tui.session import Session


class Page(Screen[None]):
    """One of the main screens. Subclasses give `NAME`, `body` and, where they care, `changed`."""

    NAME: ClassVar[str] = ""
    # Textual's classes for narrow and wide screens, in columns.
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - an instance variable in Textual's class
        (0, "-narrow"),
        (78, "-normal"),
        (120, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012

    @property
    def promptstyle(self) -> PromptstyleApp:
        """The app, by its own type."""
        return cast("PromptstyleApp", self.app)

    @property
    def session(self) -> Session:
        """What the app works on."""
        return self.promptstyle.session

    def __init__(self) -> None:
        super().__init__()
        # Whether everything is mounted.
        self.furnished = False

    def compose(self) -> ComposeResult:
        yield Navigation(self.NAME)
        with Vertical(id="body"):
            yield from self.body()

    def body(self) -> ComposeResult:
        """What stands between the bar and the keys."""
        raise NotImplementedError

    async def furnish(self) -> None:
        """Mount what need not be in the app's first paint; the library is open by now."""

    def on_mount(self) -> None:
        # Textual calls the handler of every class: a subclass must not call this one.
        self.promptstyle.changes.subscribe(self, self._hear)
        if self.promptstyle.opened:
            self.call_later(self.complete)

    async def complete(self) -> None:
        """Mount the rest, once; the app asks for it when the library is open."""
        await self.mount(KeysBar())
        await self.furnish()
        self.furnished = True
        self.whole()
        self.refresh_bindings()

    def whole(self) -> None:
        """Everything is mounted: what had to wait for it can be done."""

    def _hear(self, change: Change) -> None:
        self.query_one(Navigation).refresh_facts()
        self.changed(change)

    def changed(self, change: Change) -> None:
        """Something elsewhere is not as it was: read again what depends on it."""
