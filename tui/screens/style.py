"""Your style in a page: what the likes have in common, measured anew whenever they change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Static
from textual.worker import get_current_worker

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.failures import describe
from promptstyle.tui import keys
from promptstyle.tui.changes import Change
from promptstyle.tui.screens.dialog import Dialog
from promptstyle.tui.untrusted import reveal, reveal_line

if TYPE_CHECKING:
    from promptstyle.core.style.page import StylePage
    from promptstyle.tui.app import PromptstyleApp


class StyleScreen(Dialog[None]):
    """The page of the profile in use; with too few likes, what is missing."""

    CSS_PATH = "style.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("style")]
    AUTO_FOCUS = "#page"
    HELP = (
        "What the prompts that you like have in common, counted, not guessed. In short is what a "
        "model is told of you. Others are the prompts that come with the program."
    )

    @dataclass
    class Measured(Message):
        """The likes of `profile` were measured; `error` says why there is no page."""

        profile: str
        page: StylePage | None = None
        error: PromptstyleError | None = None

    def __init__(self) -> None:
        super().__init__()
        # What is shown, to be copied.
        self.page: StylePage | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Your style"
            with VerticalScroll(id="page"):
                yield Static("Reading your likes …", classes="text", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Copy", compact=True, id="copy", disabled=True, action="screen.copy")
                yield Button("Close", variant="primary", compact=True, action="screen.close")

    def on_mount(self) -> None:
        self._promptstyle.changes.subscribe(self, self._hear)
        self._look()

    @property
    def _promptstyle(self) -> PromptstyleApp:
        return cast("PromptstyleApp", self.app)

    def _hear(self, change: Change) -> None:
        if change in (Change.LIKES, Change.PROFILE):
            self._look()

    def _look(self) -> None:
        self._measure(self._promptstyle.session.profile)

    @work(thread=True, exclusive=True, group="style", exit_on_error=False)
    def _measure(self, profile: str) -> None:
        try:
            from promptstyle.core.style.page import style_page

            likes = self._promptstyle.session.background.likes(profile)
            message = self.Measured(profile, style_page([like.output for like in likes]))
        # Whatever it is, the screen says it; a thread has nobody else to tell.
        except Exception as error:
            message = self.Measured(profile, error=describe(error))
        if not get_current_worker().is_cancelled:
            self.post_message(message)

    @on(Measured)
    async def _measured(self, message: Measured) -> None:
        if message.profile != self._promptstyle.session.profile:
            return
        self.page = message.page
        parts: list[Static] = []
        if message.page is not None:
            for section in message.page.sections:
                parts.append(Static(section.heading, classes="heading", markup=False))
                # The words are a prompt's: shown as they are, never as markup.
                text = "\n".join(section.lines)
                parts.append(Static(reveal(text), classes="text", markup=False))
        elif message.error is not None:
            parts.append(Static(reveal_line(message.error.message), classes="text", markup=False))
            parts.append(Static(reveal_line(message.error.hint), classes="hint", markup=False))
        with self.app.batch_update():
            holder = self.query_one("#page", VerticalScroll)
            await holder.remove_children()
            await holder.mount_all(parts)
            self.query_one("#copy", Button).disabled = self.page is None
        title = Content("The style of ") + reveal_line(message.profile)
        self.query_one(".dialog", Vertical).border_title = title
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "copy":
            return self.page is not None
        return super().check_action(action, parameters)

    def action_copy(self) -> None:
        """Put the page on the clipboard."""
        if self.page is not None:
            self.app.copy_to_clipboard(self.page.text())
