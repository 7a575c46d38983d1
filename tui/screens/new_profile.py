"""A new profile: its name."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Static

from promptstyle.core.errors import UsageError
from promptstyle.core.library.profiles import check_profile_name
from promptstyle.tui.screens.dialog import Dialog
from promptstyle.tui.untrusted import reveal_line

HINT = (
    "A profile has likes, models and a base of its own. It is in use as soon as it is made; what "
    "was in use before stays as it is."
)


class NewProfileScreen(Dialog[str]):
    """The answer is a name that can be a profile's and is not one yet."""

    CSS_PATH = "new_profile.tcss"
    HELP = f"{HINT} Enter makes it, Esc goes back."

    def __init__(self, taken: Sequence[str]) -> None:
        super().__init__()
        self._taken = {name.casefold(): name for name in taken}

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "New profile"
            yield Static(HINT, classes="hint")
            yield Input(id="name", placeholder="its name, such as work", compact=True)
            yield Static("", id="problem", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Make it", variant="primary", compact=True, id="make")
                yield Button("Back", compact=True, id="back")

    @on(Input.Changed)
    def _typed(self) -> None:
        self.query_one("#problem", Static).update("")

    @on(Input.Submitted)
    @on(Button.Pressed, "#make")
    def _make(self) -> None:
        name = self.query_one(Input).value.strip()
        try:
            check_profile_name(name)
            self._check_free(name)
        except UsageError as error:
            self.query_one("#problem", Static).update(reveal_line(f"{error.message}: {error.hint}"))
        else:
            self.dismiss(name)

    def _check_free(self, name: str) -> None:
        taken = self._taken.get(name.casefold())
        if taken is not None:
            raise UsageError(
                f"there is a profile {taken!r} already", "mark it in the list to switch"
            )

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.action_close()
