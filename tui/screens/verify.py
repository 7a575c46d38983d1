"""Reading every file of a base, and what each of them turned out to be."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, ProgressBar, Static

from promptstyle.core.bases import registry
from promptstyle.core.errors import Cancelled, PromptstyleError
from promptstyle.core.failures import describe
from promptstyle.core.paths import Home
from promptstyle.tui.screens.dialog import Dialog
from promptstyle.tui.untrusted import reveal_line

# Seconds between two words on how far it is.
SAID_EVERY = 0.1


class VerifyScreen(Dialog[None]):
    """Reads while it is open; closing it ends the reading."""

    CSS_PATH = "verify.tcss"
    HELP = (
        "Every byte of the base's files is read and compared with the hash that was recorded when "
        "it was added (or made). Esc stops it; nothing is changed either way."
    )

    @dataclass
    class Came(Message):
        """So many bytes of all are read; `file` is the one being read."""

        file: str
        done: int
        total: int

    @dataclass
    class Verified(Message):
        """All is read; exactly one of the two is given."""

        found: dict[str, Any] | None = None
        error: PromptstyleError | None = None

    def __init__(self, home: Home, base: str) -> None:
        super().__init__()
        self._home, self._base = home, base
        self._stop = threading.Event()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = Content("Verify ") + reveal_line(self._base)
            yield Static("Reading…", id="said", markup=False)
            yield ProgressBar(id="bar", show_eta=False)
            with VerticalScroll(id="files"):
                yield Static("", id="found", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Close", compact=True, id="back")

    def on_mount(self) -> None:
        self._read()

    def on_unmount(self) -> None:
        self._stop.set()

    @work(thread=True, group="verify", exit_on_error=False)
    def _read(self) -> None:
        said = 0.0

        def progress(file: str, done: int, total: int) -> None:
            nonlocal said
            if self._stop.is_set():
                raise Cancelled()
            if time.monotonic() - said >= SAID_EVERY:
                said = time.monotonic()
                self.post_message(self.Came(file, done, total))

        try:
            message = self.Verified(registry.verify(self._home, self._base, progress))
        # Whatever it is, the screen says it; a thread has nobody else to tell.
        except Exception as error:
            message = self.Verified(error=describe(error))
        self.post_message(message)

    @on(Came)
    def _came(self, message: Came) -> None:
        self.query_one("#said", Static).update(reveal_line(f"Reading {message.file}…"))
        self.query_one(ProgressBar).update(total=message.total, progress=message.done)

    @on(Verified)
    def _verified(self, message: Verified) -> None:
        self.query_one(ProgressBar).display = False
        said = self.query_one("#said", Static)
        if message.error is not None:
            said.update(reveal_line(f"It could not be verified: {message.error.message}"))
            self._tell([reveal_line(f"What to do: {message.error.hint}")])
            return
        found = message.found or {}
        rows = found["files"]
        if found["ok"]:
            said.update(f"All is well: {len(rows)} files were read.")
        else:
            what = found["problem"] or "a file is not what was recorded"
            said.update(reveal_line(f"It is damaged: {what}"))
        lines = [
            Content.assemble(
                ("ok  " if row["ok"] else "BAD ", "" if row["ok"] else "bold"),
                reveal_line(f"{row['file']}: {row['detail']}"),
            )
            for row in rows
        ]
        if not found["ok"]:
            lines.append(Content("Put its files back from where they came, then verify again."))
        self._tell(lines)

    def _tell(self, lines: list[Content]) -> None:
        self.query_one("#found", Static).update(Content("\n").join(lines))

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.action_close()
