"""Adding a base model from a folder on this machine."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, Input, Static

from promptstyle.core.bases import registry
from promptstyle.core.errors import Cancelled, PromptstyleError
from promptstyle.core.failures import describe
from promptstyle.core.paths import Home
from promptstyle.tui.screens.dialog import Dialog
from promptstyle.tui.screens.verify import SAID_EVERY
from promptstyle.tui.untrusted import clean, reveal_line
from promptstyle.tui.widgets.folder_field import FolderField

HINT = "A folder with a Llama model. Its files stay there and are never written to."


class AddBaseScreen(Dialog[str]):
    """The answer is the name of the base, once it is added; closing ends the reading of it."""

    CSS_PATH = "add_base.tcss"
    HELP = (
        "The folder holds config.json, the tokenizer and the weights as safetensors. All of it "
        "is read once, to record what it should be; nothing is copied. Esc goes back."
    )

    @dataclass
    class Came(Message):
        """So many bytes of all are read."""

        done: int
        total: int

    @dataclass
    class Ended(Message):
        """It is added as `name`, or it is not."""

        name: str = ""
        error: PromptstyleError | None = None

    def __init__(self, home: Home, start: Path | None = None) -> None:
        super().__init__()
        self._home = home
        self._start = start or Path.home()
        self._stop = threading.Event()
        self._busy = False
        # The name that came of the folder; one that the user typed is left alone.
        self._suggested = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Add a base model"
            yield Static(HINT, classes="hint")
            yield FolderField(
                self._start, marker="config.json", label="(has config.json)", id="folder"
            )
            with Horizontal(id="naming"):
                yield Static("Name ")
                yield Input(id="name", placeholder="what to call it", compact=True, max_length=60)
            yield Static("", id="said", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Add", variant="primary", compact=True, id="add")
                yield Button("Back", compact=True, id="back")

    def on_unmount(self) -> None:
        self._stop.set()

    @on(FolderField.Moved)
    def _folder_moved(self) -> None:
        folder = self.query_one(FolderField).path
        name = self.query_one("#name", Input)
        if name.value in ("", self._suggested):
            self._suggested = name.value = clean(folder.name)[:60]
        self._say("")

    @on(FolderField.Chosen)
    @on(Input.Submitted, "#name")
    @on(Button.Pressed, "#add")
    def _add(self) -> None:
        if self._busy:
            return
        folder = self.query_one(FolderField).path
        name = self.query_one("#name", Input).value.strip()
        self._busy = True
        self._say("Looking at the model…")
        self._read(folder, name or folder.name)

    @work(thread=True, group="add", exit_on_error=False)
    def _read(self, folder: Path, name: str) -> None:
        said = 0.0

        def progress(_: str, done: int, total: int) -> None:
            nonlocal said
            if self._stop.is_set():
                raise Cancelled()
            if time.monotonic() - said >= SAID_EVERY:
                said = time.monotonic()
                self.post_message(self.Came(done, total))

        try:
            message = self.Ended(registry.add(self._home, folder, name, progress).name)
        # Whatever it is, the screen says it; a thread has nobody else to tell.
        except Exception as error:
            message = self.Ended(error=describe(error))
        self.post_message(message)

    @on(Came)
    def _came(self, message: Came) -> None:
        self._say(f"Reading its files: {round(100 * message.done / max(message.total, 1))} %")

    @on(Ended)
    def _ended(self, message: Ended) -> None:
        self._busy = False
        if message.error is None:
            self.dismiss(message.name)
        else:
            self._say(f"{message.error.message}: {message.error.hint}")

    def _say(self, text: str) -> None:
        self.query_one("#said", Static).update(reveal_line(text))

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.action_close()
