"""The table of any number of rows: keys, mouse, reloads, what it asks for, what it draws."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual import events
from textual.app import App, ComposeResult
from textual.content import Content
from textual.message import Message
from textual.pilot import Pilot

from promptstyle.tui.widgets.table_columns import GAP, Column, place
from promptstyle.tui.widgets.table_rows import REMEMBERED, Cell, Row, Rows, fit
from promptstyle.tui.widgets.virtual_table import VirtualTable

COLUMNS = (
    Column("topic", "Topic", fraction=2, sort="topic", priority=5, minimum=12),
    Column("prompt", "Prompt", fraction=3, priority=4, minimum=12),
    Column("length", "Length", width=8, sort="length", priority=2, align="right"),
    Column("tags", "Tags", width=10, sort="tags", priority=3),
    Column("created", "Added", width=10, sort="created", priority=1),
)
# 12 lines: the header and eleven rows.
SIZE, SHOWN = (80, 12), 11


def numbered(index: int) -> Row:
    prompt: Cell = f"Say [b]{index}[/b] in no more than {index % 7 + 2} sentences."
    if index % 3 == 0:
        prompt = Content.assemble(
            "ポッドキャスト", (" 👍🏽 ", "bold"), ("in 3 ", "$error"), "lines"
        )
    return (f"row {index}", prompt, str(index % 400), "work, é", "2026-01-02")


class TableApp(App[None]):
    """A table alone on the screen, and all that it says."""

    def __init__(self, total: int, columns: Sequence[Column] = COLUMNS) -> None:
        super().__init__()
        self.asked: list[list[int]] = []
        self.said: list[Message] = []
        self.table = VirtualTable(columns, self.rows, total, empty="Nothing here. Press I.")

    def rows(self, indices: Sequence[int]) -> list[Row]:
        self.asked.append(list(indices))
        return [numbered(index) for index in indices]

    def compose(self) -> ComposeResult:
        yield self.table

    def on_virtual_table_row_highlighted(self, message: VirtualTable.RowHighlighted) -> None:
        self.said.append(message)

    def on_virtual_table_row_activated(self, message: VirtualTable.RowActivated) -> None:
        self.said.append(message)

    def on_virtual_table_header_clicked(self, message: VirtualTable.HeaderClicked) -> None:
        self.said.append(message)

    def on_virtual_table_selection_changed(self, message: VirtualTable.SelectionChanged) -> None:
        self.said.append(message)

    def heard(self) -> list[tuple[str, object]]:
        """What was said since the last time, in short."""
        said, self.said = self.said, []
        return [
            (type(message).__name__, getattr(message, _TELLS[type(message)])) for message in said
        ]


# The field of each message that is not the table.
_TELLS = {
    VirtualTable.RowHighlighted: "index",
    VirtualTable.RowActivated: "index",
    VirtualTable.HeaderClicked: "column",
    VirtualTable.SelectionChanged: "selected",
}


def lines(table: VirtualTable) -> list[str]:
    """The text on the table's part of the screen."""
    return [table.render_line(y).text for y in range(table.size.height)]


def shown(table: VirtualTable) -> list[int]:
    """The numbers of the rows whose text is on the screen."""
    return [int(line[2:].split()[1]) for line in lines(table)[1:] if line[2:].startswith("row ")]


@asynccontextmanager
async def running(
    total: int, size: tuple[int, int] = SIZE
) -> AsyncIterator[tuple[TableApp, VirtualTable, Pilot[None]]]:
    app = TableApp(total)
    async with app.run_test(size=size) as pilot:
        app.table.focus()
        await pilot.pause()
        app.heard()
        yield app, app.table, pilot


@pytest.mark.parametrize(
    ("keys", "cursor", "top"),
    [
        ("down", 1, 0),
        ("down down up", 1, 0),
        ("up", 0, 0),
        ("pagedown", 11, 11),
        ("down down pagedown", 13, 11),
        ("pagedown pagedown pageup", 11, 11),
        ("pageup", 0, 0),
        ("end", 99_999, 99_989),
        ("end down", 99_999, 99_989),
        ("end pagedown", 99_999, 99_989),
        ("end pageup", 99_988, 99_978),
        ("end home", 0, 0),
        (" ".join(["down"] * 11), 11, 1),
        (" ".join(["down"] * 12 + ["up"] * 10), 2, 2),
        ("pagedown up", 10, 10),
    ],
)
async def test_keys_move_the_cursor_and_the_rows(keys: str, cursor: int, top: int) -> None:
    async with running(100_000) as (app, table, pilot):
        await pilot.press(*keys.split())
        assert (table.cursor, table.scroll_offset.y) == (cursor, top)
        assert shown(table) == list(range(top, top + SHOWN)) == list(table.visible_rows)
        marked = [line for line in lines(table) if line.startswith("▌")]
        assert [line[2:].split()[1] for line in marked] == [str(cursor)]
        last = app.heard()[-1:]
        assert last in ([("RowHighlighted", cursor)], [] if cursor == 0 else None)


async def test_enter_opens_the_row() -> None:
    async with running(100) as (app, _, pilot):
        await pilot.press("down", "enter")
        assert app.heard() == [("RowHighlighted", 1), ("RowActivated", 1)]


async def test_space_selects_and_shift_selects_several() -> None:
    async with running(100) as (app, table, pilot):
        await pilot.press("space")
        assert table.selected == {0}
        assert app.heard() == [("SelectionChanged", frozenset({0}))]
        assert [line[:2] for line in lines(table)[1:3]] == ["▌•", "  "]
        await pilot.press("space", "down", "down", "space")
        assert table.selected == {2}
        await pilot.press("down", "down", "shift+down", "shift+down", "shift+down")
        assert table.selected == {2, 4, 5, 6, 7}
        await pilot.press("shift+up", "shift+up")
        assert table.selected == {2, 4, 5}
        await pilot.press(*["shift+up"] * 3)
        assert table.selected == {2, 3, 4}
        # A move ends the stretch: the next one begins where the cursor is.
        await pilot.press("home", "shift+down")
        assert table.selected == {0, 1, 2, 3, 4}
        await pilot.press("end", "shift+down")
        assert table.selected == {0, 1, 2, 3, 4, 99}


async def test_the_mouse_chooses_opens_selects_and_sorts() -> None:
    async with running(100) as (app, table, pilot):
        await pilot.click(table, offset=(20, 4))
        assert app.heard() == [("RowHighlighted", 3)]
        await pilot.double_click(table, offset=(20, 6))
        assert app.heard() == [("RowHighlighted", 5), ("RowActivated", 5)]
        await pilot.click(table, offset=(20, 3), control=True)
        assert table.selected == {2}
        app.heard()
        for column, _, x, width in table.shown_columns:
            await pilot.click(table, offset=(x, 0))
            await pilot.click(table, offset=(x + width - 1, 0))
            assert app.heard() == [("HeaderClicked", column)] * 2
        await pilot.click(table, offset=(0, 0))
        assert (app.heard(), table.cursor) == ([], 2)


async def test_the_wheel_scrolls_and_a_click_then_takes_the_row_in_sight() -> None:
    async with running(100) as (app, table, pilot):
        for _ in range(3):
            await pilot._post_mouse_events([events.MouseScrollDown], table, offset=(5, 5))
        top = table.scroll_offset.y
        assert top > 0 and table.cursor == 0
        assert shown(table) == list(range(top, top + SHOWN))
        await pilot.click(table, offset=(20, 1))
        assert table.cursor == top
        await pilot._post_mouse_events([events.MouseScrollUp], table, offset=(5, 5))
        assert table.scroll_offset.y < top
        # A key brings the cursor back into sight.
        await pilot.press("end", "up")
        assert app.heard()[-1] == ("RowHighlighted", 98)


async def test_a_click_below_the_last_row_does_nothing() -> None:
    async with running(3) as (app, table, pilot):
        await pilot.click(table, offset=(5, 4))
        assert (table.cursor, app.heard()) == (0, [])


async def test_every_binding_has_an_id_and_says_what_it_does() -> None:
    ids = [binding.id for binding in VirtualTable.BINDINGS]  # type: ignore[union-attr]
    assert len(set(ids)) == len(ids) and None not in ids
    assert all(binding.tooltip for binding in VirtualTable.BINDINGS)  # type: ignore[union-attr]


async def test_a_reload_keeps_the_row_on_its_line() -> None:
    async with running(100_000) as (app, table, pilot):
        await pilot.press("pagedown", "pagedown", "down", "down", "space")
        line = table.cursor - table.scroll_offset.y
        app.heard()
        table.reload(50_000, keep=12_345, selected=[12_345, 60_000])
        await pilot.pause()
        assert (table.cursor, table.cursor - table.scroll_offset.y) == (12_345, line)
        assert table.selected == {12_345}
        assert app.heard() == [
            ("SelectionChanged", frozenset({12_345})),
            ("RowHighlighted", 12_345),
        ]
        table.reload(50_001, keep=1)
        await pilot.pause()
        assert (table.cursor, table.scroll_offset.y, table.selected) == (1, 0, frozenset())
        table.reload(3, keep=49_000)
        await pilot.pause()
        assert (table.cursor, shown(table)) == (2, [0, 1, 2])
        table.reload(100)
        await pilot.pause()
        assert (table.cursor, table.scroll_offset.y) == (0, 0)


async def test_a_reload_asks_for_every_row_anew() -> None:
    async with running(5) as (app, table, pilot):
        app.asked.clear()
        table.reload(5, keep=3)
        await pilot.pause()
        assert app.asked == [[0, 1, 2, 3, 4]]


async def test_an_empty_table_says_so_and_no_key_does_harm() -> None:
    async with running(0) as (app, table, pilot):
        assert any("Nothing here. Press I." in line for line in lines(table))
        for binding in VirtualTable.BINDINGS:
            await pilot.press(binding.key)  # type: ignore[union-attr]
        await pilot.click(table, offset=(5, 3))
        assert app.heard() == []
        table.show_empty("No like has these words. [b]")
        await pilot.pause()
        assert any("No like has these words. [b]" in line for line in lines(table))
        table.reload(2)
        await pilot.pause()
        assert shown(table) == [0, 1]
        table.reload(0)
        await pilot.pause()
        assert (shown(table), app.heard()) == ([], [("RowHighlighted", 0)])


async def test_the_sorted_column_is_marked() -> None:
    async with running(5) as (_, table, _):
        table.show_sort("topic")
        assert "Topic ▲" in lines(table)[0]
        table.show_sort("length", descending=True)
        assert "▼ Length" in lines(table)[0] and "▲" not in lines(table)[0]


@pytest.mark.parametrize("width", [1, 2, 3, 10, 27, 36, 50, 80, 200])
async def test_at_any_width_every_line_is_as_wide_as_the_screen(width: int) -> None:
    async with running(200, (width, 12)) as (_, table, pilot):
        await pilot.press("end")
        room = table.scrollable_size.width
        assert {cell_len(line) for line in lines(table)} == {room}
        names = {placed.column.name for placed in table.shown_columns}
        assert names == {
            1: set(),
            2: set(),
            3: set(),
            10: {"topic"},
            27: {"topic"},
            36: {"topic", "prompt"},
            50: {"topic", "prompt", "length", "tags"},
        }.get(width, {column.name for column in COLUMNS})


async def test_a_smaller_window_keeps_the_cursor_in_sight() -> None:
    async with running(100) as (_, table, pilot):
        await pilot.press(*["down"] * 10)
        await pilot.resize_terminal(60, 6)
        await pilot.pause()
        assert table.cursor == 10 and 10 in shown(table)
        assert shown(table) == list(table.visible_rows)


async def test_without_colours_the_cursor_is_in_reverse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with running(5) as (app, table, _):
        assert app.no_color
        cursor, other = (next(iter(table.render_line(y))).style for y in (1, 2))
        assert cursor is not None and cursor.reverse
        assert other is not None and not other.reverse


async def test_rows_that_the_source_lacks_are_blank() -> None:
    async with running(5) as (app, table, pilot):
        app.rows = lambda indices: []  # type: ignore[method-assign]
        table._rows._source = app.rows
        table.reload(5)
        await pilot.pause()
        assert [line.strip(" ▌") for line in lines(table)[1:6]] == [""] * 5


STEP = st.one_of(
    st.tuples(st.just("cursor"), st.integers(-5, 200_000)),
    st.tuples(st.just("scroll"), st.integers(-5, 200_000)),
    st.tuples(st.just("reload"), st.sampled_from([0, 1, 10, 11, 12, 500, 150_000])),
)


@settings(max_examples=25)
@given(
    st.sampled_from([0, 1, 10, 11, 12, 1000, 100_000]), st.lists(STEP, max_size=6), st.booleans()
)
def test_what_is_asked_for_is_what_is_on_the_screen(
    total: int, steps: list[tuple[str, int]], is_fresh: bool
) -> None:
    async def go() -> None:
        async with running(total) as (app, table, pilot):
            before: set[int] = {index for indices in app.asked for index in indices}
            assert sorted(before) == list(range(min(SHOWN, total)))
            for kind, value in steps:
                if is_fresh:
                    table._rows.forget()
                    before = set()
                app.asked.clear()
                if kind == "cursor":
                    table.cursor = value
                elif kind == "scroll":
                    table.scroll_to(y=value, animate=False, force=True)
                else:
                    table.reload(value, keep=value // 2)
                    before = set()
                await pilot.pause()
                await pilot.pause()
                top = table.scroll_offset.y
                on_screen = list(range(top, min(top + SHOWN, table.total)))
                assert shown(table) == on_screen
                asked = [index for indices in app.asked for index in indices]
                assert len(asked) == len(set(asked))
                assert set(asked) == set(on_screen) - before or (is_fresh and not asked)
                before |= set(asked)

    asyncio.run(go())


def test_rows_are_remembered_but_not_for_ever() -> None:
    rows = Rows(lambda indices: [numbered(index) for index in indices])
    for top in range(0, 5 * REMEMBERED, 10):
        assert rows.row(top, range(top, top + 10)) == numbered(top)
    assert rows.asked == 5 * REMEMBERED
    rows.row(5 * REMEMBERED - 5, range(5 * REMEMBERED - 10, 5 * REMEMBERED))
    assert rows.asked == 5 * REMEMBERED
    rows.row(0, range(10))
    assert rows.asked == 5 * REMEMBERED + 10
    # A screen taller than what is remembered.
    tall = range(3 * REMEMBERED)
    for index in tall:
        rows.row(index, tall)
    assert rows.asked <= 8 * REMEMBERED + 10


TEXT = st.text(st.characters() | st.sampled_from("ｱ漢👍🏽\u200d\n\t\x1b[]…é́"), max_size=60)


@settings(max_examples=300)
@given(TEXT, st.integers(1, 40), st.sampled_from(["left", "right"]), st.booleans())
def test_a_cell_has_exactly_its_width_and_no_control(
    text: str, width: int, align: str, styled: bool
) -> None:
    content = fit(Content.assemble((text, "bold")) if styled else text, width, align)
    assert content.cell_length == cell_len(content.plain) == width
    assert not any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in content.plain)


def test_nothing_in_a_text_is_markup() -> None:
    assert fit("[b]x[/b] [red", 20).plain.rstrip() == "[b]x[/b] [red"
    assert not fit("[b]x[/b]", 20).spans
    assert fit("ab\ncd\tef\x1bg", 20).plain.rstrip() == "ab cd ef␛g"
    assert fit("x" * 8_000, 5).plain == "xxxx…"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("👍🏽 ok", "👍 ok"), ("a👩🏽‍💻b", "a👩b"), ("❤️!", "❤!"), ("🇩🇪", "🇩🇪"), ("क्‍ष", "क्‍ष")],
)
def test_emoji_are_as_wide_as_every_terminal_takes_them(text: str, shown: str) -> None:
    for cell in (text, Content.assemble((text, "bold"))):
        assert fit(cell, 12).plain.rstrip() == shown
    spans = fit(Content.assemble("x", (text, "bold")), 20).spans
    bold = {place for span in spans for place in range(span.start, span.end)}
    assert bold == set(range(1, 1 + len(shown)))


COLUMN = st.builds(
    lambda is_fixed, size, priority, minimum: Column(
        "c",
        "C",
        width=size if is_fixed else 0,
        fraction=0 if is_fixed else size,
        priority=priority,
        minimum=minimum,
    ),
    st.booleans(),
    st.integers(1, 20),
    st.integers(0, 3),
    st.integers(1, 20),
)


@given(st.lists(COLUMN, min_size=1, max_size=7), st.integers(0, 3), st.integers(0, 150))
def test_columns_fit_and_the_least_important_go_first(
    columns: list[Column], start: int, width: int
) -> None:
    placed = place(columns, start, width)
    at = start
    for _, number, x, size in placed:
        assert x == at and size > 0
        assert len(placed) == 1 or size >= columns[number].least
        at += size + GAP
    assert not placed or at - GAP <= width
    if any(column.fraction for column, *_ in placed):
        assert at - GAP == width
    kept = {number for _, number, _, _ in placed}
    for gone in set(range(len(columns))) - kept:
        for number in kept:
            assert columns[number].priority >= columns[gone].priority
    assert bool(placed) == (width > start)


def test_a_column_needs_one_kind_of_width() -> None:
    for wrong in ({}, {"width": 3, "fraction": 1}):
        with pytest.raises(ValueError, match="width or a fraction"):
            Column("c", "C", **wrong)


async def _begin(pilot: Pilot[Any]) -> None:
    table = pilot.app.query_one(VirtualTable)
    table.show_sort("length", descending=True)
    table.focus()
    await pilot.press("down", "space", "down", "shift+down", "down")


@pytest.mark.parametrize(("width", "total"), [(80, 100_000), (36, 100_000), (80, 0)])
def test_it_looks_as_it_did(snap_compare: Any, width: int, total: int) -> None:
    assert snap_compare(TableApp(total), terminal_size=(width, 12), run_before=_begin)
