"""What dialogs share: Esc closes them with nothing done, the keys stand at the bottom."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.binding import BindingType
from textual.screen import ModalScreen

from promptstyle.tui import keys

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """A modal screen that is answered, or closed without an answer (None)."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("dialog")]

    def action_close(self) -> None:
        """Close it; nothing was decided."""
        self.dismiss(None)
