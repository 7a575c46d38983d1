"""The likes in a table that is searched and sorted: what Library shows, without what it changes."""

from __future__ import annotations

from dataclasses import replace

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.widgets import Button, Static

from promptstyle.core.library.browse import Sort, split_tags, tag_term
from promptstyle.core.library.text import folded
from promptstyle.tui.changes import Change
from promptstyle.tui.cli.text import count
from promptstyle.tui.finding import Finder, Found, Wanted
from promptstyle.tui.screens.page import Page
from promptstyle.tui.widgets.like_details import LikeDetails
from promptstyle.tui.widgets.likes_actions import EmptyLibrary, LikesActions
from promptstyle.tui.widgets.likes_table import DOWNWARDS, SORTS, LikesTable
from promptstyle.tui.widgets.search_field import SearchField
from promptstyle.tui.widgets.virtual_table import VirtualTable

NOTHING_FOUND = "No prompt has all of this. Esc clears the search."
NOTHING_REMOVED = "Nothing was removed. What you remove can be brought back from here."


class LikesPage(Page):
    """The search, the table, what is known of the row under the cursor."""

    def __init__(self) -> None:
        super().__init__()
        # What was asked for last, and what the table shows.
        self._wanted = self._shown = Wanted("")
        # Of the newest answer: without its query, how many there are.
        self._total = 0
        # Where the cursor is to be once the table is read again.
        self._to_key: int | None = None
        # What goes on for longer, to be said beside the count.
        self._busy = ""

    def body(self) -> ComposeResult:
        with Horizontal(id="searching"):
            yield SearchField(id="search")
            yield Static("", id="count", markup=False)
            yield Button("Clear", id="clear", compact=True, action="screen.back")
        with Container(id="main"):
            yield LikesTable(self.session.library, id="likes")
            yield LikeDetails(id="details")
        yield EmptyLibrary()
        yield LikesActions()

    def on_mount(self) -> None:
        self._finder = Finder(self.session.home.database, self.post_message)
        self._wanted = Wanted(self.session.profile)
        self.table.show_sort(self._wanted.sort, self._wanted.descending)

    def on_unmount(self) -> None:
        self._finder.close()

    def on_screen_resume(self) -> None:
        # Also what other programs changed meanwhile.
        self._ask()

    def changed(self, change: Change) -> None:
        if change is Change.PROFILE:
            self._total = 0
            self.query_one(SearchField).search_at_once("")
            self._ask(replace(self._wanted, profile=self.session.profile, query="", removed=False))
        elif change is Change.LIKES and self in self.app.screen_stack:
            self._ask()

    # --- what the table shows ---

    @property
    def table(self) -> LikesTable:
        """The table of likes."""
        return self.query_one(LikesTable)

    def _ask(self, wanted: Wanted | None = None) -> None:
        """Look for `wanted` from now on, or for the same again."""
        # A copy: each question is told from the one before, also if it asks for the same.
        self._wanted = replace(wanted or self._wanted)
        self._finder.ask(self._wanted)
        self._find(self._wanted)

    @work(thread=True, group="find", exit_on_error=False)
    def _find(self, wanted: Wanted) -> None:
        self._finder.run(wanted)

    @on(Found)
    def _likes_found(self, message: Found) -> None:
        wanted = message.wanted
        if not self._finder.is_newest(wanted):
            return
        if message.error is not None:
            self.promptstyle.fail(message.error)
            return
        self._total = message.total
        table, before = self.table, self._shown
        self._shown = wanted
        table.show_empty(NOTHING_FOUND if wanted.query.strip() else NOTHING_REMOVED)
        table.show_sort(wanted.sort, wanted.descending)
        # Where the cursor's like is gone from the same likes, it was removed: stay beside it.
        same = replace(wanted, sort=before.sort, descending=before.descending) == before
        table.show(wanted.profile, message.keys, lost="here" if same else "first")
        if self._to_key is not None:
            table.go_to(self._to_key)
            self._to_key = None
        self.set_class(not message.keys, "-no-like")
        self.set_class(bool(wanted.query.strip()), "-searched")
        self.set_class(wanted.removed, "-in-removed")
        self._show_empty(not self._total and not wanted.removed)
        self._tell_count()

    def _show_empty(self, empty: bool) -> None:
        """Show the ways to begin in place of the table, or the table again; the keys go there."""
        if empty != self.has_class("-empty"):
            self.set_class(empty, "-empty")
            (self.query_one("#begin-import") if empty else self.table).focus()

    def _tell_count(self) -> None:
        wanted, found = self._wanted, len(self.table.keys)
        kind = "removed prompt" if wanted.removed else "liked prompt"
        text = count(self._total, kind)
        if wanted.query.strip():
            text = f"{found:,} of {self._total:,}"
            text += " removed" if wanted.removed else ""
        if selected := len(self.table.selected):
            text += f" · {selected:,} selected"
        if self._busy:
            text += f" · {self._busy}…"
        self.query_one("#count", Static).update(text)
        self.refresh_bindings()

    def _tell_busy(self, what: str) -> None:
        self._busy = what
        self._tell_count()

    @on(VirtualTable.RowHighlighted)
    def _row_marked(self) -> None:
        self._show_details()

    def _show_details(self) -> None:
        details = self.query_one(LikeDetails)
        if details.display:
            details.show(self.table.like())

    @on(VirtualTable.SelectionChanged)
    def _selection_changed(self) -> None:
        self._tell_count()

    @on(LikesTable.Unreadable)
    def _page_unreadable(self, message: LikesTable.Unreadable) -> None:
        self.promptstyle.fail(message.error)

    def on_resize(self) -> None:
        # The breakpoints' classes, which may show the details, come a moment later.
        self.call_after_refresh(self._show_details)

    # --- searching and sorting ---

    def action_search(self) -> None:
        """Type what to look for."""
        field = self.query_one(SearchField)
        self.set_focus(field)
        field.select_all()

    @on(SearchField.Searched)
    def _searched(self, message: SearchField.Searched) -> None:
        if message.query != self._wanted.query:
            self._ask(replace(self._wanted, query=message.query))

    @on(SearchField.Left)
    def action_to_table(self) -> None:
        """Go to what was found."""
        self._to_table()

    def _to_table(self) -> None:
        # At once: the next key may be there already.
        self.set_focus(self.table)

    def action_back(self) -> None:
        """Undo one step of what narrows the table: the selection, the search, the removed ones."""
        field = self.query_one(SearchField)
        if self.table.selected:
            self.table.select(())
        elif field.value:
            field.search_at_once("")
        elif self._wanted.removed:
            self.action_removed()
        if field.has_focus:
            self._to_table()

    @on(VirtualTable.HeaderClicked)
    def _header_clicked(self, message: VirtualTable.HeaderClicked) -> None:
        sort = next((each for each in SORTS if each == message.column.sort), None)
        if sort is not None:
            self._sort(sort)

    def _sort(self, sort: Sort) -> None:
        again = sort == self._wanted.sort
        descending = not self._wanted.descending if again else sort in DOWNWARDS
        self._ask(replace(self._wanted, sort=sort, descending=descending))

    def action_sort(self) -> None:
        """Sort by the next column."""
        at = SORTS.index(self._wanted.sort)
        self._sort(SORTS[(at + 1) % len(SORTS)])

    def action_reverse(self) -> None:
        """The same order from the other end."""
        self._sort(self._wanted.sort)

    def action_tags(self) -> None:
        """Show the prompts of one tag."""
        from promptstyle.tui.screens.tags import TagsScreen

        profile = self.session.profile

        def picked(tag: str | None) -> None:
            if tag is not None:
                self._search_tag(tag)

        self.app.push_screen(TagsScreen(lambda: self._finder.tags(profile)), picked)

    def _search_tag(self, tag: str) -> None:
        field = self.query_one(SearchField)
        words, tags = split_tags(field.value)
        if folded(tag) not in map(folded, tags):
            terms = [*map(tag_term, tags), tag_term(tag)]
            field.search_at_once(" ".join([*words.split(), *terms]) + " ")
        self._to_table()

    def action_removed(self) -> None:
        """Show the prompts that were removed, or no longer."""
        self.query_one(SearchField).search_at_once("")
        self._ask(replace(self._wanted, removed=not self._wanted.removed, query=""))

    def action_select_all(self) -> None:
        """Select everything that the table shows."""
        self.table.select(range(self.table.total))

    def action_details(self) -> None:
        """Show the prompt under the cursor whole, or no longer."""
        shown = self.query_one(LikeDetails).display
        self.set_class(not shown, "-details")
        self.set_class(shown, "-no-details")
        self.call_after_refresh(self._show_details)
