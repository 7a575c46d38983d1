"""A field for a folder: type its path, or go down the list of folders under it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from textual.content import Content
from textual.message import Message
from textual.widgets.option_list import Option

from promptstyle.tui.paths import parts
from promptstyle.tui.untrusted import clean, reveal_line
from promptstyle.tui.widgets.path_field import LISTED, PathField, folder_text


class FolderField(PathField):
    """A path and the folders that it could go on with. Enter is `Chosen`, in the list it opens.

    `marker` names a file: a folder that holds one has `label` after its name.
    """

    HELP: ClassVar[str] = (
        "Type the path of a folder; ~ is your home. Down goes to the list of the folders that "
        "there are: Enter opens one, up from the first goes back to the path."
    )
    PLACEHOLDER = "/path/of/the/folder"
    DEFAULT_CSS = "FolderField OptionList { height: 6; }"

    @dataclass
    class Chosen(Message):
        """Enter was pressed in the path."""

    def __init__(self, start: Path, *, marker: str, label: str, **kwargs: Any) -> None:
        super().__init__(folder_text(start), **kwargs)
        self._marker, self._label = marker, label

    def look(self, text: str) -> list[tuple[str, bool]]:
        return matching(text, self._marker)

    def options(self, found: list[tuple[str, bool]]) -> list[Option]:
        options = []
        for path, meant in found:
            name = reveal_line(Path(path).name)
            options.append(Option(name + Content(f"  {self._label}") if meant else name, id=path))
        # The field is cleaned: a name with hidden characters would become another folder's.
        return [each for each in options if each.id == clean(str(each.id))]

    def enter(self) -> None:
        self.post_message(self.Chosen())

    def pick(self, path: Path) -> None:
        self.take(folder_text(path))


def matching(text: str, marker: str) -> list[tuple[str, bool]]:
    """The folders that `text` could be the beginning of, by name, and whether each holds `marker`.

    Hidden ones only where a dot was typed. Never raises: a folder that cannot be read has none.
    """
    parent, start = parts(text)
    try:
        with os.scandir(parent) as entries:
            names = [
                entry.name
                for entry in entries
                if entry.name.casefold().startswith(start.casefold())
                and (start.startswith(".") or not entry.name.startswith("."))
                and _is_folder(entry)
            ]
    # ValueError: a path that no file can have.
    except (OSError, ValueError):
        return []
    paths = [parent / name for name in islice(sorted(names, key=str.casefold), LISTED)]
    return [(str(path), _holds(path, marker)) for path in paths]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _holds(folder: Path, marker: str) -> bool:
    try:
        return (folder / marker).is_file()
    except OSError:
        return False
