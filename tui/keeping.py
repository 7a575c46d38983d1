"""What changes the library from its screen, in threads: each ends in a message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from textual.message import Message

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.failures import describe
from promptstyle.core.files import read_file
from promptstyle.core.library import Library, Like, NewLike
from promptstyle.core.library.exporting import export_likes
from promptstyle.core.library.importing import Rejected, import_likes
from promptstyle.tui.cli.text import count

# Where a like came from that was typed in, as the command line notes it.
SOURCE = "add"


@dataclass(frozen=True)
class Edit:
    """What is to be stored; None means that it stays as it was."""

    input: str | None
    output: str | None
    tags: tuple[str, ...] | None


@dataclass
class Moved(Message):
    """Likes were taken out of use (`removed`) or brought back."""

    profile: str
    keys: list[int]
    removed: bool


@dataclass
class Imported(Message):
    """A file was imported."""

    name: str
    added: int
    duplicates: int
    rejected: list[Rejected]

    @property
    def remark(self) -> str:
        """What the user is told."""
        parts = [f"{count(self.added, 'prompt')} added"]
        if self.duplicates:
            parts.append(f"{count(self.duplicates, 'duplicate')} skipped")
        if self.rejected:
            parts.append(f"{count(len(self.rejected), 'line')} rejected")
        return f"{self.name}: {', '.join(parts)}."


@dataclass
class Exported(Message):
    """So many likes were written to a file."""

    path: Path
    likes: int


@dataclass
class Failed(Message):
    """Something could not be done; nothing was changed. `kept` are likes not brought back."""

    error: PromptstyleError
    kept: list[int] = field(default_factory=list)


class Keeper:
    """Adds, edits, removes, imports and exports. `post` is called from the thread."""

    def __init__(self, library: Library, post: Callable[[Message], object]) -> None:
        """`library` is the threads' connection: its lock keeps an import and a like in order."""
        self._library, self._post = library, post

    def adds(self, profile: str) -> Callable[[Edit], Like]:
        """Stores a new like. What it returns raises PromptstyleError."""

        def add(edit: Edit) -> Like:
            new = NewLike(edit.input or "", edit.output or "", edit.tags or (), source=SOURCE)
            result = self._library.add_likes(profile, [new])
            if not result.added:
                raise PromptstyleError(
                    "that prompt is in the library already",
                    "change it, or leave things as they are (Esc)",
                    code="duplicate",
                )
            return result.added[0]

        return add

    def edits(self, like: Like) -> Callable[[Edit], Like]:
        """Stores changes of a like. What it returns raises PromptstyleError."""

        def change(edit: Edit) -> Like:
            return self._library.edit_like(
                like.profile, like.id, input=edit.input, output=edit.output, tags=edit.tags
            )

        return change

    def move(self, profile: str, keys: Sequence[int], *, removed: bool) -> None:
        """Take likes out of use or bring them back; ends in Moved or Failed."""
        kept = [] if removed else list(keys)
        self._do(
            lambda: Moved(profile, self._library.set_removed(profile, keys, removed), removed), kept
        )

    def take_in(self, profile: str, path: Path) -> None:
        """Import a file; ends in Imported or Failed."""

        def take() -> Imported:
            result = import_likes(self._library, profile, read_file(path), name=str(path))
            return Imported(path.name, len(result.added), result.duplicates, result.rejected)

        self._do(take)

    def give_out(self, profile: str, keys: Sequence[int], path: Path) -> None:
        """Export likes to a file, which is overwritten; ends in Exported or Failed."""

        def give() -> Exported:
            # A connection of its own: nobody has to wait while 100,000 are read.
            with Library(self._library.path) as library:
                likes = library.likes_by_keys(profile, keys)
            export_likes(likes, path)
            return Exported(path, len(likes))

        self._do(give)

    def _do(self, work: Callable[[], Message], kept: list[int] | None = None) -> None:
        try:
            message = work()
        # Whatever it is, the screen says it; a thread has nobody else to tell.
        except Exception as error:
            message = Failed(describe(error), kept or [])
        self._post(message)
