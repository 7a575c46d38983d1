"""A field for a file: type its path, or go down the list of what is in the folder.

textual-fspicker has such dialogs, but ends the app (1.0.1, Textual 8.2) where a folder's name has
square brackets, which it takes for markup, where a folder goes away while it is looked at, and
where "a**b" or a very long name is typed.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from textual.content import Content
from textual.message import Message
from textual.widgets.option_list import Option

from promptstyle.tui.cli.text import count, size
from promptstyle.tui.paths import parts
from promptstyle.tui.untrusted import clean, reveal_line
from promptstyle.tui.widgets.path_field import LISTED, PathField, folder_text, note


@dataclass(frozen=True)
class Entry:
    """Something in a folder; `size` is in bytes, None for a folder."""

    path: str
    size: int | None


@dataclass(frozen=True)
class Listing:
    """What a path could go on with: folders first, then files, both by name.

    `more` are those beyond LISTED; `disguised` have hidden characters in their names.
    """

    entries: list[Entry] = field(default_factory=list)
    more: int = 0
    disguised: int = 0


class FileField(PathField):
    """A path, and the folders and files that it could go on with."""

    HELP: ClassVar[str] = (
        "Type the path of a file; ~ is your home. Down goes to the list of what is in the folder: "
        "Enter opens a folder or takes a file, up from the first line goes back to the path."
    )
    PLACEHOLDER = "/path/of/the/file"
    DEFAULT_CSS = "FileField OptionList { height: 30vh; max-height: 12; }"

    @dataclass
    class Chosen(Message):
        """Enter was pressed where the path is not that of a folder."""

        path: Path

    def __init__(self, start: Path, *, suffixes: Collection[str], name: str = "", **kwargs: Any):
        """`start` is a folder; files that end in none of `suffixes` can be typed only."""
        super().__init__(folder_text(start) + name, **kwargs)
        self._suffixes = frozenset(suffixes)

    def look(self, text: str) -> Listing:
        return look(text, self._suffixes)

    def options(self, found: Listing) -> list[Option]:
        options = [Option(_shown(entry), id=entry.path) for entry in found.entries]
        if found.more:
            options.append(note(f"{found.more:,} more: type the first letters"))
        if found.disguised:
            hidden = count(found.disguised, "name")
            options.append(note(f"{hidden} with hidden characters not listed"))
        return options

    def enter(self) -> None:
        """Open the folder that stands here, or say that the file is `Chosen`."""
        path = self.path
        if _is_folder(path):
            self.take(folder_text(path))
        else:
            self.post_message(self.Chosen(path))

    def pick(self, path: Path) -> None:
        if _is_folder(path):
            self.take(folder_text(path))
        else:
            # Not chosen yet: a slip of the mouse is not an import.
            self.take(str(path))
            self.action_to_path()


def look(text: str, suffixes: Collection[str]) -> Listing:
    """The folders and files that `text` could be the beginning of.

    Hidden ones only where a dot was typed. Never raises: a folder that cannot be read has none.
    """
    folder, start = parts(text)
    found: list[tuple[bool, str, int | None]] = []
    disguised = 0
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if not name.casefold().startswith(start.casefold()):
                    continue
                if name.startswith(".") and not start.startswith("."):
                    continue
                is_folder = _is_folder(entry)
                if not is_folder and Path(name).suffix.lower() not in suffixes:
                    continue
                if name != clean(name):
                    # The field is cleaned: this would become another file's name.
                    disguised += 1
                elif is_folder or _is_file(entry):
                    found.append((not is_folder, name, None if is_folder else _size(entry)))
    # ValueError: a path that no file can have.
    except (OSError, ValueError):
        return Listing()
    found.sort(key=lambda item: (item[0], item[1].casefold(), item[1]))
    entries_shown = [Entry(str(folder / name), size) for _, name, size in found[:LISTED]]
    return Listing(entries_shown, len(found) - len(entries_shown), disguised)


def _shown(entry: Entry) -> Content:
    name = reveal_line(Path(entry.path).name)
    if entry.size is None:
        return name + Content(os.sep)
    return name + Content.styled(f"  {size(entry.size)}", "dim")


def _is_folder(entry: os.DirEntry[str] | Path) -> bool:
    try:
        return entry.is_dir()
    except (OSError, ValueError):
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat().st_size
    except OSError:
        return 0
