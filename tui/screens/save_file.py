"""Choosing where an export goes."""

from __future__ import annotations

from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Static

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.failures import describe
from promptstyle.core.files import target
from promptstyle.core.library.exporting import format_of
from promptstyle.tui.screens.dialog import Dialog
from promptstyle.tui.untrusted import reveal_line
from promptstyle.tui.widgets.file_field import FileField

SUFFIXES = (".jsonl", ".ndjson", ".json", ".csv")
NAME = "likes.jsonl"
HINT = (
    ".jsonl and .csv keep everything (tags, dates, what is held out) and can be imported again; "
    ".json is alpaca: topic and prompt."
)


class SaveFileScreen(Dialog[Path]):
    """The answer is a file that may be written."""

    CSS_PATH = "file.tcss"
    HELP = f"{HINT} Enter exports; a file that is there is overwritten only after a second Enter."

    def __init__(self, start: Path, what: str) -> None:
        """`what` says what is exported, such as "61 liked prompts"."""
        super().__init__()
        self._start, self._what = start, what
        # The file that the user was warned of.
        self._warned: Path | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Export"
            yield Static(self._what, classes="title", markup=False)
            yield Static(HINT, classes="hint", markup=False)
            yield FileField(self._start, suffixes=SUFFIXES, name=NAME)
            yield Static("", id="said", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Export", variant="primary", compact=True, id="choose")
                yield Button("Back", compact=True, id="back")

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    @on(FileField.Moved)
    def _moved(self) -> None:
        self._warn(None, "")

    @on(Button.Pressed, "#choose")
    def _choose(self) -> None:
        self.query_one(FileField).enter()

    @on(FileField.Chosen)
    def _chosen(self, message: FileField.Chosen) -> None:
        try:
            format_of(message.path)
            again = self._warned == message.path
            path = target(
                message.path, overwrite=again, otherwise="Enter again overwrites it, Esc goes back"
            )
        except (PromptstyleError, OSError, ValueError) as error:
            told = describe(error)
            warned = message.path if told.code == "exists" else None
            self._warn(warned, f"{told.message}: {told.hint}")
        else:
            self.dismiss(path)

    def _warn(self, path: Path | None, text: str) -> None:
        self._warned = path
        self.query_one("#said", Static).update(reveal_line(text))
        button = self.query_one("#choose", Button)
        button.label = "Export" if path is None else "Overwrite"
        button.variant = "primary" if path is None else "error"

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.action_close()
