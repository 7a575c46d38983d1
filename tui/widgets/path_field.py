"""A path that is typed, over a list of what it could go on with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option
from textual.worker import get_current_worker

from promptstyle.tui import keys
from promptstyle.tui.paths import as_folder, parts, typed_path
from promptstyle.tui.untrusted import clean

# More than these are not listed: typing the first letters finds the rest.
LISTED = 200


class PathField(Vertical):
    """What file and folder fields share; a subclass gives `look`, `options`, `enter` and `pick`.

    The folder is read in a thread, as a slow disk must not stop the typing. No text of a file
    system is taken for markup.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("folder")]
    PLACEHOLDER: ClassVar[str] = ""
    DEFAULT_CSS = """
    PathField {
        height: auto;
        OptionList { border: none; padding: 0 1; background: transparent; }
        OptionList:focus { border: none; background: $primary 15%; }
    }
    """

    class Moved(Message):
        """The path is another one now."""

    @dataclass
    class Listed(Message):
        """What `text` could go on with, as `look` found it."""

        text: str
        found: Any

    def __init__(self, start: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._start = start

    def compose(self) -> ComposeResult:
        yield Input(self._start, placeholder=self.PLACEHOLDER, compact=True)
        yield OptionList(markup=False)

    def on_mount(self) -> None:
        path = self.query_one(Input)
        path.cursor_position = len(path.value)
        self._list(path.value)

    # --- for subclasses ---

    def look(self, text: str) -> Any:
        """What `text` could be the beginning of; in a thread, and never raises."""
        raise NotImplementedError

    def options(self, found: Any) -> Sequence[Option]:
        """What `look` found as lines of the list, each with its path as id."""
        raise NotImplementedError

    def enter(self) -> None:
        """Enter was pressed in the path."""
        raise NotImplementedError

    def pick(self, path: Path) -> None:
        """A line of the list was chosen."""
        raise NotImplementedError

    def take(self, path: str) -> None:
        """Put another path into the field."""
        field = self.query_one(Input)
        field.value = path
        field.cursor_position = len(path)

    # --- the path and the list ---

    @property
    def path(self) -> Path:
        """What stands here, made absolute."""
        return typed_path(self.query_one(Input).value)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        focused = self.screen.focused
        if action == "to_list":
            return isinstance(focused, Input)
        if action == "to_path":
            return isinstance(focused, OptionList) and not focused.highlighted
        return super().check_action(action, parameters)

    def action_to_list(self) -> None:
        """Go to the list."""
        entries = self.query_one(OptionList)
        # At once: the next key may be there already.
        self.screen.set_focus(entries)
        if entries.highlighted is None:
            _, start = parts(self.query_one(Input).value)
            entries.highlighted = 1 if start and entries.option_count > 1 else 0

    def action_to_path(self) -> None:
        """Go back to the path."""
        self.screen.set_focus(self.query_one(Input))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != clean(event.value):
            event.input.value = clean(event.value)
            return
        self._list(event.value)
        self.post_message(self.Moved())

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.enter()

    @on(OptionList.OptionSelected)
    def _picked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.pick(Path(str(event.option.id)))

    @work(thread=True, exclusive=True, group="paths", exit_on_error=False)
    def _list(self, text: str) -> None:
        found = self.look(text)
        if not get_current_worker().is_cancelled:
            self.post_message(self.Listed(text, found))

    @on(Listed)
    def _listed(self, message: Listed) -> None:
        message.stop()
        if message.text != self.query_one(Input).value:
            return
        folder, _ = parts(message.text)
        entries = self.query_one(OptionList)
        entries.clear_options()
        entries.add_option(Option(Content("..  (up)"), id=str(folder.parent)))
        entries.add_options(self.options(message.found))
        if entries.has_focus:
            entries.highlighted = 0


def note(text: str) -> Option:
    """A line of the list that says something and cannot be chosen."""
    return Option(Content.styled(text, "dim"), disabled=True)


def folder_text(path: Path) -> str:
    """A folder as it stands in the field."""
    return clean(as_folder(path))
