"""A table of any number of rows that only ever looks at those on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style

from promptstyle.tui import keys
from promptstyle.tui.widgets.table_columns import GAP, Column, Placed, place
from promptstyle.tui.widgets.table_rows import Cell, Row, Rows, Source, fit

# Before the columns: marks that tell the cursor and what is selected without any colour.
_MARKS = 2
_CURSOR, _SELECTED = "▌", "•"
_UP, _DOWN = "▲", "▼"


class VirtualTable(ScrollView, can_focus=True):
    """Rows of one line under a header that stays, with a cursor and a selection.

    The table knows how many rows there are and asks `source` for those that come into sight;
    the source is called while drawing, so it must be quick and must not raise. Rows are numbers
    from 0; what they stand for is known to the owner alone, who calls `reload` when it changes.
    """

    HELP: ClassVar[str] = (
        "Arrows, Page Up, Page Down, Home and End move. Enter or a double click opens a row. "
        "Space selects a row, Shift with an arrow selects several. "
        "A click on a column's title sorts by it."
    )
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("table")]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "virtual-table--header",
        "virtual-table--zebra",
        "virtual-table--selected",
        "virtual-table--cursor",
        "virtual-table--empty",
    }
    DEFAULT_CSS = """
    VirtualTable {
        height: 1fr;
        color: $foreground;
        background: $surface;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        & > .virtual-table--header { background: $panel; text-style: bold; }
        & > .virtual-table--zebra { background: $foreground 4%; }
        & > .virtual-table--selected { background: $secondary 30%; }
        & > .virtual-table--cursor {
            color: $block-cursor-blurred-foreground;
            background: $block-cursor-blurred-background;
            text-style: $block-cursor-blurred-text-style;
        }
        &:focus > .virtual-table--cursor {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: $block-cursor-text-style;
        }
        &:focus:nocolor > .virtual-table--cursor { text-style: reverse; }
        & > .virtual-table--empty { color: $text-muted; }
    }
    """

    cursor: reactive[int] = reactive(0)

    @dataclass
    class Told(Message):
        """Something about a table; `on` finds the table by it."""

        table: VirtualTable

        @property
        def control(self) -> VirtualTable:
            return self.table

    @dataclass
    class RowHighlighted(Told):
        """The cursor is on a row, or the row under it may be another one after a reload."""

        index: int

    @dataclass
    class RowActivated(Told):
        """Enter, or a double click."""

        index: int

    @dataclass
    class HeaderClicked(Told):
        """A click on the title of a column."""

        column: Column

    @dataclass
    class SelectionChanged(Told):
        """Other rows are selected than before."""

        selected: frozenset[int]

    def __init__(
        self,
        columns: Sequence[Column],
        source: Source,
        total: int = 0,
        *,
        empty: Cell = "",
        **kwargs: Any,
    ) -> None:
        """`empty` is shown where there are no rows; `kwargs` are a widget's (`id`, `classes`)."""
        super().__init__(**kwargs)
        self.columns = tuple(columns)
        self.total = total
        self.virtual_size = Size(0, total + 1)
        self._rows = Rows(source)
        self._empty = Content(empty) if isinstance(empty, str) else empty
        self._sorted: tuple[str | None, bool] = (None, False)
        self._selected: frozenset[int] = frozenset()
        # By the width that they were placed for.
        self._placed: tuple[int, list[Placed]] = (-1, [])
        self._shown_height = 0
        # Where a selection with Shift began, and what was selected before.
        self._anchor: tuple[int, frozenset[int]] | None = None

    # --- what the owner does and asks ---

    def reload(self, total: int, *, keep: int = 0, selected: Iterable[int] = ()) -> None:
        """Ask for all rows anew: there are `total` of them, and the cursor is on `keep`.

        To stay on the same row, pass its new number: it stays on its line of the screen if it
        can. `selected` are the new numbers of selected rows. Posts RowHighlighted if there are
        rows, and SelectionChanged if the numbers are others than before.
        """
        line = self.cursor - self.scroll_offset.y
        self._rows.forget()
        self.total = total
        self.virtual_size = Size(0, total + 1)
        self.set_reactive(VirtualTable.cursor, self.validate_cursor(keep))
        self._anchor = None
        self.select(selected)
        if self._height:
            self.scroll_to(y=self.cursor - line, animate=False, force=True)
            self._show_cursor()
        self.refresh()
        if total:
            self.post_message(self.RowHighlighted(self, self.cursor))

    def show_empty(self, text: Cell) -> None:
        """Show another text where there are no rows."""
        self._empty = Content(text) if isinstance(text, str) else text
        self.refresh()

    def show_sort(self, sort: str | None, descending: bool = False) -> None:
        """Mark the column whose `sort` this is as the one that the rows are in order of."""
        self._sorted = (sort, descending)
        self.refresh_line(self.scroll_offset.y)

    @property
    def selected(self) -> frozenset[int]:
        """The numbers of the selected rows."""
        return self._selected

    def select(self, rows: Iterable[int]) -> None:
        """Select these rows and no others."""
        selected = frozenset(index for index in rows if 0 <= index < self.total)
        if selected != self._selected:
            self._selected = selected
            self.refresh()
            self.post_message(self.SelectionChanged(self, selected))

    @property
    def visible_rows(self) -> range:
        """The rows on the screen."""
        top = self.scroll_offset.y
        return range(min(top, self.total), min(top + self._height, self.total))

    @property
    def shown_columns(self) -> list[Placed]:
        """The columns that there is room for, and where they are."""
        width = self.scrollable_size.width
        if self._placed[0] != width:
            self._placed = (width, place(self.columns, _MARKS, width))
        return self._placed[1]

    # --- moving and selecting ---

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, self.total - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        self.refresh_line(old + 1)
        self.refresh_line(new + 1)
        self._show_cursor()
        if self.total:
            self.post_message(self.RowHighlighted(self, new))

    def action_move(self, by: int) -> None:
        """Move the cursor by so many rows."""
        self._anchor = None
        self.cursor += by

    def action_page(self, direction: int) -> None:
        """Move the rows by a screen; the cursor stays on its line while it can."""
        by = direction * max(1, self._height)
        self._show_cursor()
        self.scroll_to(y=self.scroll_offset.y + by, animate=False, force=True)
        self.action_move(by)

    def action_first(self) -> None:
        """Go to the first row."""
        self.action_move(-self.total)

    def action_last(self) -> None:
        """Go to the last row."""
        self.action_move(self.total)

    def action_activate(self) -> None:
        """Say that the row is to be opened."""
        if self.total:
            self._show_cursor()
            self.post_message(self.RowActivated(self, self.cursor))

    def action_select_row(self) -> None:
        """Select the row, or no longer."""
        self._anchor = None
        if self.total:
            self._show_cursor()
            self.select(self._selected ^ {self.cursor})

    def action_extend(self, by: int) -> None:
        """Move the cursor and select all from where this began."""
        if not self.total:
            return
        start, before = self._anchor or (self.cursor, self._selected)
        self._anchor = (start, before)
        self.cursor += by
        low, high = sorted((start, self.cursor))
        self.select(before.union(range(low, high + 1)))

    def _show_cursor(self) -> None:
        top, height = self.scroll_offset.y, self._height
        if height > 0 and not top <= self.cursor < top + height:
            y = self.cursor if self.cursor < top else self.cursor - height + 1
            self.scroll_to(y=y, animate=False, force=True)

    # --- the mouse and the window ---

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y == 0:
            for column, _, x, width in self.shown_columns:
                if x <= offset.x < x + width + GAP:
                    self.post_message(self.HeaderClicked(self, column))
            return
        index = self.scroll_offset.y + offset.y - 1
        if index < self.total:
            self.action_move(index - self.cursor)
            if event.ctrl:
                self.action_select_row()
            elif event.chain == 2:
                self.action_activate()

    def on_resize(self, event: events.Resize) -> None:
        # Only if the height changed: a scroll with the wheel may have left the cursor behind.
        if self._height != self._shown_height:
            self._shown_height = self._height
            self._show_cursor()

    # --- drawing ---

    @property
    def _height(self) -> int:
        """How many rows there is room for."""
        return max(0, self.scrollable_size.height - 1)

    def render_line(self, y: int) -> Strip:
        index = self.scroll_offset.y + y - 1
        if y == 0:
            return self._header()
        if index < self.total:
            return self._row(index)
        if self.total == 0:
            return self._nothing(y)
        return Strip.blank(self.scrollable_size.width, self.visual_style.rich_style)

    def _header(self) -> Strip:
        sort, descending = self._sorted
        cells: list[Cell] = [column.title for column in self.columns]
        for number, column in enumerate(self.columns):
            if sort is not None and column.sort == sort:
                mark = _DOWN if descending else _UP
                cells[number] = (
                    f"{mark} {column.title}"
                    if column.align == "right"
                    else (f"{column.title} {mark}")
                )
        return self._line(cells, " " * _MARKS, self.get_visual_style("virtual-table--header"))

    def _row(self, index: int) -> Strip:
        at_cursor, is_selected = index == self.cursor, index in self._selected
        parts = {"zebra": index % 2 == 1, "selected": is_selected, "cursor": at_cursor}
        style = self.get_visual_style(*(f"virtual-table--{part}" for part in parts if parts[part]))
        if at_cursor and self.get_component_styles("virtual-table--cursor").text_style.reverse:
            # A visual style knows bold and the like from the sheet, but not this.
            style += Style(reverse=True)
        marks = (_CURSOR if at_cursor else " ") + (_SELECTED if is_selected else " ")
        return self._line(self._rows.row(index, self.visible_rows), marks, style)

    def _line(self, row: Row, marks: str, style: Style) -> Strip:
        rich_style = style.rich_style
        segments = [Segment(marks, rich_style)]
        at = _MARKS
        for column, number, x, width in self.shown_columns:
            if x > at:
                segments.append(Segment(" " * (x - at), rich_style))
            cell = fit(row[number] if number < len(row) else "", width, column.align)
            segments += self._segments(cell, style)
            at = x + width
        return Strip(segments, at).adjust_cell_length(self.scrollable_size.width, rich_style)

    def _nothing(self, y: int) -> Strip:
        width = self.scrollable_size.width
        style = self.get_visual_style("virtual-table--empty")
        lines = self._empty.wrap(max(1, width - 2 * _MARKS))
        line = y - max(1, (self._height - len(lines)) // 3)
        if not 0 <= line < len(lines):
            return Strip.blank(width, style.rich_style)
        content = lines[line].pad_left(max(0, (width - lines[line].cell_length) // 2))
        return Strip(self._segments(content, style)).adjust_cell_length(width, style.rich_style)

    def _segments(self, content: Content, style: Style) -> list[Segment]:
        parse = self.app.stylesheet.parse_style
        parts = content.render(style, end="", parse_style=parse)
        return [Segment(text, part.rich_style) for text, part in parts]
