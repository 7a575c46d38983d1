"""Deleting a run: are you sure?"""

from __future__ import annotations

from contextlib import suppress

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from promptstyle.core.run_folder import RunFolder
from promptstyle.tui.screens.dialog import Dialog
from promptstyle.tui.untrusted import reveal_line


class DeleteRunScreen(Dialog[bool]):
    """The answer is whether to delete."""

    HELP = (
        "Deleting frees the disk space of a model. What it was trained on, its scores and its "
        "adapter (small) stay in its folder; it cannot be activated any more."
    )

    def __init__(self, folder: RunFolder) -> None:
        super().__init__()
        self._folder = folder

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Delete a run"
            yield Static(reveal_line(self._folder.run), classes="title", markup=False)
            yield Static(
                f"Its model goes ({_megabytes(self._folder):,.0f} MB) and can never write again. "
                "Its scores and texts stay.",
                markup=False,
            )
            with Horizontal(classes="buttons"):
                yield Button("Keep it", compact=True, id="keep")
                yield Button("Delete", variant="error", compact=True, id="delete")

    @on(Button.Pressed)
    def _answered(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "delete")


def _megabytes(folder: RunFolder) -> float:
    """What a deletion frees."""
    size = 0
    for path in (folder.gguf, folder.adapter_gguf):
        # It may be gone already.
        with suppress(OSError):
            size += path.stat().st_size
    return size / 1e6
