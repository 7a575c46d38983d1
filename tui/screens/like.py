"""A liked prompt in fields: its topic, the prompt, its tags."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, Input, Static

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.failures import describe
from promptstyle.core.library import Like
from promptstyle.core.library.text import MAX_CHARACTERS, MAX_TAG_CHARACTERS, MAX_TAGS
from promptstyle.tui import keys
from promptstyle.tui.keeping import Edit
from promptstyle.tui.screens.dialog import Dialog
from promptstyle.tui.untrusted import clean, reveal_line
from promptstyle.tui.widgets.plain_text import PlainText

HINT = "Hidden characters were left out of the fields; saving a field that you changed drops them."


class LikeScreen(Dialog[Like]):
    """Edits a like, or adds one where there is none; the answer is the like as it was stored."""

    CSS_PATH = "like.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("edit")]
    HELP = (
        "The topic, the prompt that you like for it, and tags with commas between them. Tab goes "
        "from field to field, Ctrl+S saves, Ctrl+E opens a text in $EDITOR, Esc goes back."
    )

    @dataclass
    class Stored(Message):
        """It is stored as `like`, or it cannot be."""

        like: Like | None = None
        error: PromptstyleError | None = None

    def __init__(self, like: Like | None, store: Callable[[Edit], Like]) -> None:
        """`store` is called in a thread; what it raises is shown, and nothing typed is lost."""
        super().__init__()
        self._store_it = store
        texts = ("", "", "") if like is None else (like.input, like.output, ", ".join(like.tags))
        self._before = tuple(clean(text) for text in texts)
        self._disguised = self._before != texts
        self._title = "Add a liked prompt" if like is None else "Edit a liked prompt"
        self._new = like is None
        self._busy = False

    def compose(self) -> ComposeResult:
        topic, prompt, tags = self._before
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title
            yield Static("Topic", classes="hint")
            yield PlainText(topic, limit=MAX_CHARACTERS, id="topic", compact=True)
            yield Static("Prompt", classes="hint")
            yield PlainText(prompt, limit=MAX_CHARACTERS, id="prompt", compact=True)
            with Horizontal(id="tagging"):
                yield Static("Tags ", classes="hint")
                yield Input(
                    tags,
                    id="tags",
                    compact=True,
                    placeholder="work, short",
                    max_length=MAX_TAGS * (MAX_TAG_CHARACTERS + 2),
                )
            yield Static(HINT if self._disguised else "", id="said", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("Save", variant="primary", compact=True, id="save")
                yield Button("Editor", compact=True, id="editor")
                yield Button("Back", compact=True, id="back")

    def on_mount(self) -> None:
        field = self.query_one("#topic" if self._new else "#prompt", PlainText)
        field.focus()
        field.move_cursor(field.document.end)

    @property
    def _typed(self) -> tuple[str, str, str]:
        texts = [self.query_one(f"#{name}", PlainText).text for name in ("topic", "prompt")]
        return texts[0], texts[1], clean(self.query_one("#tags", Input).value)

    @property
    def unsaved(self) -> object:
        return None if self._typed == self._before else self._typed

    @on(Input.Submitted)
    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Store it; if that cannot be, say why and go on."""
        if self._busy:
            return
        self._busy = True
        self.say("saving…")
        fresh = [
            None if now == before and not self._new else now
            for now, before in zip(self._typed, self._before, strict=True)
        ]
        topic, prompt, tags = fresh
        names = None if tags is None else [tag.strip() for tag in tags.split(",")]
        self._store(Edit(topic, prompt, None if names is None else tuple(filter(None, names))))

    @work(thread=True, group="store", exit_on_error=False)
    def _store(self, edit: Edit) -> None:
        try:
            message = self.Stored(self._store_it(edit))
        # Whatever it is, the screen says it; a thread has nobody else to tell.
        except Exception as error:
            message = self.Stored(error=describe(error))
        self.post_message(message)

    @on(Stored)
    def _stored(self, message: Stored) -> None:
        self._busy = False
        if message.error is None:
            self.dismiss(message.like)
        else:
            self.say(f"{message.error.message}: {message.error.hint}")

    def say(self, text: str) -> None:
        """Tell it below the fields."""
        self.query_one("#said", Static).update(reveal_line(text))

    @on(Button.Pressed, "#editor")
    def _to_editor(self) -> None:
        self.query_one("#prompt", PlainText).action_editor()

    @on(Button.Pressed, "#back")
    def action_close(self) -> None:
        """Go back, unless it is being saved."""
        if not self._busy:
            super().action_close()
