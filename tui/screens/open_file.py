"""Choosing a file to import."""

from __future__ import annotations

from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Static

from promptstyle.tui.screens.dialog import Dialog
from promptstyle.tui.untrusted import reveal_line
from promptstyle.tui.widgets.file_field import FileField

SUFFIXES = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".txt")
HINT = (
    "JSON Lines {input, output}, alpaca, OpenAI messages, or CSV with a header. Prompts that are "
    "in the library already are skipped."
)


class OpenFileScreen(Dialog[Path]):
    """The answer is a file that there is."""

    CSS_PATH = "file.tcss"
    HELP = f"{HINT} Enter imports the file, Esc goes back."

    def __init__(self, start: Path) -> None:
        super().__init__()
        self._start = start

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Import liked prompts"
            yield Static(HINT, classes="hint", markup=False)
            yield FileField(self._start, suffixes=SUFFIXES)
            yield Static("", id="said", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Import", variant="primary", compact=True, id="choose")
                yield Button("Back", compact=True, id="back")

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    @on(FileField.Moved)
    def _moved(self) -> None:
        self.query_one("#said", Static).update("")

    @on(Button.Pressed, "#choose")
    def _choose(self) -> None:
        self.query_one(FileField).enter()

    @on(FileField.Chosen)
    def _chosen(self, message: FileField.Chosen) -> None:
        try:
            # A pipe could keep the import waiting for ever.
            there = message.path.is_file()
        except (OSError, ValueError):
            there = False
        if there:
            self.dismiss(message.path)
        else:
            said = reveal_line(f"There is no file {message.path}")
            self.query_one("#said", Static).update(said)

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.action_close()
