"""The offer to retrain: a line that comes when there is enough new to learn."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Button, Static

from promptstyle.core.library.growth import Growth, due


class Offer(Horizontal):
    """Hidden until `consider` finds a reason; not shown again right after a no."""

    HELP: ClassVar[str] = "Retrain now, or go on; the offer comes back after more new likes."
    DEFAULT_CSS = """
    Offer {
        display: none;
        height: 1;
        background: $primary 20%;
        padding: 0 1;
        &.-on { display: block; }
        #offer-text { width: auto; margin-right: 2; }
        Button { margin-right: 1; min-width: 11; }
    }
    """

    class Taken(Message):
        """The user wants to retrain now."""

    def __init__(self) -> None:
        super().__init__(id="offer")
        self._likes = 0
        # Likes that there were when the user last said "later".
        self._put_off: int | None = None

    def compose(self) -> ComposeResult:
        yield Static("", id="offer-text", markup=False)
        yield Button("Retrain", id="offer-yes", variant="primary", compact=True)
        yield Button("Later", id="offer-no", compact=True)

    def consider(self, growth: Growth, every: int) -> None:
        """Show the offer if a retrain is due, `every` being the new likes that call for one.

        One that is shown goes again where it no longer is: a like was taken out.
        """
        self._likes = growth.likes
        put_off = self._put_off is not None and growth.likes < self._put_off + every
        if put_off or not due(growth, every):
            self.withdraw()
            return
        since = f"since {growth.trained}" if growth.trained else "to learn from"
        what = f"{growth.new:,} new liked prompt{'' if growth.new == 1 else 's'}"
        self.query_one("#offer-text", Static).update(f"{what} {since}.")
        self.add_class("-on")

    def withdraw(self) -> None:
        """Hide it."""
        self.remove_class("-on")

    @on(Button.Pressed, "#offer-yes")
    def _taken(self, event: Button.Pressed) -> None:
        event.stop()
        self.withdraw()
        self.post_message(self.Taken())

    @on(Button.Pressed, "#offer-no")
    def _later(self, event: Button.Pressed) -> None:
        event.stop()
        self.withdraw()
        self._put_off = self._likes
