"""Fetching a base from the Hugging Face hub, with how far it is and how long it will take."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, ProgressBar, Static

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.failures import describe
from promptstyle.tui.cli.text import duration, size
from promptstyle.tui.following import events
from promptstyle.tui.screens.dialog import Dialog
from promptstyle.tui.session import Session
from promptstyle.tui.untrusted import reveal_line


class FetchScreen(Dialog[bool]):
    """Fetches while it is open; closing it stops, and what came is kept. True if it is here."""

    CSS_PATH = "verify.tcss"
    HELP = (
        "The files come from the Hugging Face hub into the hub's own cache, at a fixed commit, and "
        "are compared with their known hashes; smollm2 is then taught what this program is for. "
        "Esc stops it; the next time goes on from there."
    )

    @dataclass
    class Came(Message):
        """So many bytes of all are here; `file` is the one being fetched."""

        file: str
        done: int
        total: int
        left: float | None

    @dataclass
    class Adapted(Message):
        """So many of its tensors have what this program taught it."""

        done: int
        total: int

    @dataclass
    class Ended(Message):
        """All is here, or `error` says why not."""

        error: PromptstyleError | None = None

    def __init__(self, session: Session, base: str) -> None:
        super().__init__()
        self._session, self._base = session, base
        self._leaving = threading.Event()
        self._here = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = Content("Fetch ") + reveal_line(self._base)
            yield Static("Asking the hub…", id="said", markup=False)
            yield ProgressBar(id="bar", show_eta=False)
            yield Static("", id="found", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Close", compact=True, id="back")

    def on_mount(self) -> None:
        self._fetch()

    def on_unmount(self) -> None:
        self._leaving.set()

    @work(thread=True, group="fetch", exit_on_error=False)
    def _fetch(self) -> None:
        ended = self.Ended()
        try:
            with self._session.services.start_pull(self._session.home, self._base) as job:
                for event in events(job, self._leaving):
                    if event.get("stage") == "download":
                        eta = event.get("eta_seconds")
                        self.post_message(
                            self.Came(event["file"], event["done"], event["total"], eta)
                        )
                    elif event.get("stage") == "adapt":
                        self.post_message(self.Adapted(event["done"], event["total"]))
                if self._leaving.is_set():
                    return
                job.result()
        # Whatever it is, the screen says it; a thread has nobody else to tell.
        except Exception as error:
            ended.error = describe(error)
        self.post_message(ended)

    @on(Came)
    def _came(self, message: Came) -> None:
        said = f"Fetching {message.file}: {size(message.done)} of {size(message.total)}"
        if message.left is not None and message.done < message.total:
            said += f", {duration(message.left)} left"
        self.query_one("#said", Static).update(reveal_line(said))
        self.query_one(ProgressBar).update(total=message.total, progress=message.done)

    @on(Adapted)
    def _adapted(self, message: Adapted) -> None:
        self.query_one("#said", Static).update("Teaching it what this program is for…")
        self.query_one(ProgressBar).update(total=message.total, progress=message.done)

    @on(Ended)
    def _ended(self, message: Ended) -> None:
        self.query_one(ProgressBar).display = False
        said, found = self.query_one("#said", Static), self.query_one("#found", Static)
        if message.error is not None:
            said.update(reveal_line(f"It was not fetched: {message.error.message}"))
            found.update(reveal_line(f"What to do: {message.error.hint}"))
            return
        self._here = True
        said.update("All is here, and every byte is as it should be.")
        found.update("Use (U) writes with it from now on.")

    def action_close(self) -> None:
        self.dismiss(self._here)

    @on(Button.Pressed, "#back")
    def _back(self) -> None:
        self.action_close()
