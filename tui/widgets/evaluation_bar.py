"""Evaluate and stop, and how far an evaluation is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Button, Static

from promptstyle.tui.evaluator import EvaluationEnded, EvaluationHappened, Evaluator, progress
from promptstyle.tui.session import Session
from promptstyle.tui.untrusted import reveal_line


class EvaluationBar(Horizontal):
    """Runs one evaluation at a time; `EvaluationEnded` tells the screen of its end."""

    DEFAULT_CSS = """
    EvaluationBar {
        width: 1fr;
        height: 1;
        Button { min-width: 6; margin: 0 1; }
        #stop, #progress { display: none; }
        #progress { width: 1fr; color: $warning; }
        &.-running {
            #stop, #progress { display: block; }
            #evaluate { display: none; }
        }
    }
    """

    @dataclass
    class Changed(Message):
        """An evaluation has begun or is over: other keys work now."""

    def __init__(self, session: Session, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._session = session
        self._evaluator = Evaluator(self)

    def compose(self) -> ComposeResult:
        yield Button("Evaluate", id="evaluate", compact=True, action="screen.evaluate")
        yield Button("Stop", id="stop", variant="error", compact=True, action="screen.stop")
        yield Static("", id="progress", markup=False)

    def on_unmount(self) -> None:
        self._evaluator.leave()

    @property
    def running(self) -> bool:
        """Whether an evaluation is under way."""
        return self._evaluator.running

    def start(self) -> None:
        """Start one for the profile in use. Raises PromptstyleError if it cannot be."""
        self._evaluator.start(self._session)
        self._say("evaluate: starting…")
        self._tell()

    def stop(self) -> None:
        """Stop it; its end is then told as any other."""
        if self.running:
            self._say("evaluate: stopping…")
            self._cancel()

    @work(thread=True, group="stop", exit_on_error=False)
    def _cancel(self) -> None:
        self._evaluator.cancel()

    def _say(self, text: str) -> None:
        self.query_one("#progress", Static).update(reveal_line(text))

    def _tell(self) -> None:
        self.set_class(self.running, "-running")
        self.post_message(self.Changed())

    def on_evaluation_happened(self, message: EvaluationHappened) -> None:
        if said := progress(message.event):
            self._say(said)

    def on_evaluation_ended(self, message: EvaluationEnded) -> None:
        # Goes on to the screen by itself.
        self._tell()
