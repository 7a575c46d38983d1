"""Library: all liked prompts, to be searched, sorted, tagged, changed, taken in and given out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import Like
from promptstyle.core.library.starter import starter_likes
from promptstyle.tui import keys
from promptstyle.tui.changes import Change
from promptstyle.tui.cli.text import count
from promptstyle.tui.keeping import Exported, Failed, Imported, Keeper, Moved
from promptstyle.tui.paths import working_folder
from promptstyle.tui.screens.likes_page import LikesPage
from promptstyle.tui.widgets.likes_table import LikesTable
from promptstyle.tui.widgets.search_field import SearchField
from promptstyle.tui.widgets.virtual_table import VirtualTable


class LibraryScreen(LikesPage):
    """The table, and what can be done with what is in it."""

    NAME = "library"
    CSS_PATH = "library.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("library")]
    AUTO_FOCUS = "LikesTable"
    HELP = (
        "The prompts that you like: models learn from them and are tested on a few of them. What "
        "is changed here counts from the next retrain on. / searches, T lists the tags."
    )

    def __init__(self) -> None:
        super().__init__()
        # Removals that can be undone, the newest last.
        self._removals: list[list[int]] = []
        self._folder = working_folder()

    def on_mount(self) -> None:
        self._keeper = Keeper(self.session.background, self.post_message)

    def changed(self, change: Change) -> None:
        if change is Change.PROFILE:
            self._know_removals([])
        super().changed(change)

    def _know_removals(self, removals: list[list[int]]) -> None:
        self._removals = removals
        self.set_class(bool(removals), "-can-undo")
        self.refresh_bindings()

    # --- one like ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        tables = self.query(LikesTable)
        if not tables:
            return super().check_action(action, parameters)
        removed, some = self._wanted.removed, tables.first().total > 0
        if action in ("edit", "remove", "write", "export_likes", "tags"):
            return some and not removed
        if action in ("copy", "sort", "reverse", "select_all", "details"):
            return some
        if action == "restore":
            return some and removed
        if action == "undo":
            return bool(self._removals)
        if action in ("add", "import_likes"):
            return not removed
        searching = isinstance(self.focused, SearchField)
        if action == "to_table":
            return searching
        if action == "back":
            query = self.query_one(SearchField).value
            return bool(searching or tables.first().selected or query or removed)
        return super().check_action(action, parameters)

    @on(VirtualTable.RowActivated)
    async def _row_opened(self) -> None:
        await self.run_action("screen.details" if self._wanted.removed else "screen.edit")

    def action_edit(self) -> None:
        """Change the prompt under the cursor."""
        like = self.table.like()
        if like is not None:
            from promptstyle.tui.screens.like import LikeScreen

            stores = self._keeper.edits(like)
            self.app.push_screen(LikeScreen(like, stores), self._was_stored)

    def action_add(self) -> None:
        """Add a prompt by hand."""
        from promptstyle.tui.screens.like import LikeScreen

        stores = self._keeper.adds(self.session.profile)
        self.app.push_screen(LikeScreen(None, stores), self._was_stored)

    def _was_stored(self, like: Like | None) -> None:
        if like is None:
            return
        try:
            self._to_key = self.session.library.like_key(like.profile, like.id)
        except PromptstyleError as error:
            self.promptstyle.fail(error)
        self.promptstyle.changes.publish(Change.LIKES)

    def action_copy(self) -> None:
        """Put the prompt under the cursor on the clipboard."""
        like = self.table.like()
        if like is not None:
            self.app.copy_to_clipboard(like.output)

    def action_write(self) -> None:
        """Write for the topic under the cursor."""
        from promptstyle.tui.widgets.topic_field import TopicField

        like = self.table.like()
        if like is None:
            return
        topic = like.input
        self.promptstyle.action_go("write")

        def take() -> None:
            for field in self.app.screen.query(TopicField):
                field.take(topic)
                field.focus()

        self.app.call_later(take)

    # --- removing and bringing back ---

    def action_remove(self) -> None:
        """Remove the selected prompts, or the one under the cursor."""
        self._move(self.session.profile, self.table.chosen, removed=True)

    def action_restore(self) -> None:
        """Bring the selected prompts back, or the one under the cursor."""
        self._move(self.session.profile, self.table.chosen, removed=False)

    def action_undo(self) -> None:
        """Bring back what was removed last."""
        if self._removals:
            *earlier, last = self._removals
            self._know_removals(earlier)
            self._move(self.session.profile, last, removed=False)

    @work(thread=True, group="keep", exit_on_error=False)
    def _move(self, profile: str, keys: Sequence[int], removed: bool) -> None:
        self._keeper.move(profile, keys, removed=removed)

    @on(Moved)
    def _likes_moved(self, message: Moved) -> None:
        what = count(len(message.keys), "prompt")
        if message.profile != self.session.profile:
            return
        if not message.keys and not message.removed:
            # They are back already, from the list of removed ones.
            self.action_undo()
            return
        if message.keys and message.removed:
            self._know_removals([*self._removals, message.keys])
            them = "it" if len(message.keys) == 1 else "them"
            self.promptstyle.say(f"Removed {what}. Undo (U) brings {them} back.")
        elif message.keys:
            self._to_key = message.keys[0]
            self.promptstyle.say(f"Brought {what} back.")
        self.promptstyle.changes.publish(Change.LIKES)

    @on(Failed)
    def _keeping_failed(self, message: Failed) -> None:
        self._tell_busy("")
        if message.kept:
            self._know_removals([*self._removals, message.kept])
        self.promptstyle.fail(message.error)

    # --- files ---

    def action_import_likes(self) -> None:
        """Take in the prompts of a file."""
        from promptstyle.tui.screens.open_file import OpenFileScreen

        def chosen(path: Path | None) -> None:
            if path is not None:
                self._folder = path.parent
                self._begin_import(path)

        self.app.push_screen(OpenFileScreen(self._folder), chosen)

    def action_starter(self) -> None:
        """Take in the prompts that come with the program."""
        self._begin_import(starter_likes())

    def _begin_import(self, path: Path) -> None:
        if self._busy:
            self.promptstyle.say("an import is running already")
            return
        self._tell_busy("importing")
        self._import(self.session.profile, path)

    @work(thread=True, group="keep", exit_on_error=False)
    def _import(self, profile: str, path: Path) -> None:
        self._keeper.take_in(profile, path)

    @on(Imported)
    def _likes_imported(self, message: Imported) -> None:
        self._tell_busy("")
        self.promptstyle.say(message.remark, title="Import")
        self.promptstyle.changes.publish(Change.LIKES)
        if message.rejected:
            from promptstyle.tui.screens.rejected import RejectedScreen

            self.app.push_screen(RejectedScreen(message.remark, message.rejected))

    def action_export_likes(self) -> None:
        """Write what the table shows to a file."""
        from promptstyle.tui.screens.save_file import SaveFileScreen

        profile, keys = self._wanted.profile, sorted(self.table.keys)
        what = count(len(keys), "liked prompt")
        if len(keys) < self._total:
            what = f"The {what} that the search finds, of {self._total:,}"

        def chosen(path: Path | None) -> None:
            if path is not None:
                self._folder = path.parent
                self._export(profile, keys, path)

        self.app.push_screen(SaveFileScreen(self._folder, what), chosen)

    @work(thread=True, group="keep", exit_on_error=False)
    def _export(self, profile: str, keys: Sequence[int], path: Path) -> None:
        self._keeper.give_out(profile, keys, path)

    @on(Exported)
    def _likes_exported(self, message: Exported) -> None:
        self.promptstyle.say(f"Wrote {count(message.likes, 'liked prompt')} to {message.path}")
