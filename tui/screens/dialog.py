"""What dialogs share: Esc closes them with nothing done, the keys stand at the bottom."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, TypeVar

from textual.binding import BindingType
from textual.screen import ModalScreen

from promptstyle.tui import keys
from promptstyle.tui.widgets.keys_bar import KeysBar

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """A modal screen that is answered, or closed without an answer (None).

    One in which something is typed gives `unsaved`: it is given up only on the second try.
    """

    # In a low terminal what is long gives way, so that the buttons stay in sight.
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (78, "-normal")]  # noqa: RUF012 - as Textual has it
    VERTICAL_BREAKPOINTS = [(0, "-low"), (22, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("dialog")]
    # What is said on the first try; `{key}` is the key that was pressed.
    CHANGES: ClassVar[str] = "There are changes: {key} again gives them up, Ctrl+S keeps them."

    def __init__(self) -> None:
        super().__init__()
        # The key that would have lost something, and what that was, when it was last said.
        self._told_of: tuple[str, object] | None = None

    def on_mount(self) -> None:
        # Textual calls the handler of every class: a subclass must not call this one.
        self.mount(KeysBar())

    @property
    def unsaved(self) -> object:
        """What stands in the fields and would be lost; None if that is nothing."""
        return None

    def gives_up(self, key: str, say: Callable[[str], object]) -> bool:
        """Whether what is unsaved may be lost; the first time `key` is pressed it is only said.

        What was typed since is said anew.
        """
        # One that was opened in this moment has no fields yet.
        unsaved = self.unsaved if self.is_mounted else None
        if unsaved is None or self._told_of == (key, unsaved):
            return True
        self._told_of = key, unsaved
        say(self.CHANGES.format(key=key))
        return False

    def say(self, text: str) -> None:
        """Tell the user something about the dialog."""
        self.notify(text, markup=False)

    def action_close(self) -> None:
        """Close it; nothing was decided. What was typed is given up only on the second try."""
        if self.gives_up("Esc", self.say):
            self.dismiss(None)
