"""Library: one test for each thing that a user does there."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from staging import Stage
from textual.pilot import Pilot
from textual.widgets import Button, Input, Static
from waiting import quiet, settled, unblinking, wait_for

from promptstyle.core.library import Library, NewLike
from promptstyle.core.library.browse import Browsing
from promptstyle.tui.changes import Change
from promptstyle.tui.screens.library import LibraryScreen
from promptstyle.tui.screens.like import LikeScreen
from promptstyle.tui.screens.open_file import OpenFileScreen
from promptstyle.tui.screens.rejected import RejectedScreen
from promptstyle.tui.screens.save_file import SaveFileScreen
from promptstyle.tui.screens.tags import TagsScreen
from promptstyle.tui.screens.welcome import WelcomeScreen
from promptstyle.tui.widgets import file_field
from promptstyle.tui.widgets.file_field import Entry, FileField, Listing
from promptstyle.tui.widgets.like_details import LikeDetails
from promptstyle.tui.widgets.likes_table import LikesTable
from promptstyle.tui.widgets.plain_text import PlainText
from promptstyle.tui.widgets.search_field import SearchField
from promptstyle.tui.widgets.topic_field import TopicField

Running = Pilot[Any]
DAY = "2026-03-{:02}T09:30:00Z"
NEW = [
    NewLike(
        "Naming a cat", "Suggest 5 names. Show only the list.", ("pets",), "add", DAY.format(1)
    ),
    NewLike("A podcast", "Sum it up in 3 sentences.", ("audio", "two words"), "", DAY.format(2)),
    NewLike("Work e-mail", "Answer in 2 lines. Be polite.", ("work",), "generated", DAY.format(3)),
    NewLike(
        "A zoo visit", "Plan 4 hours. Do not mention food at all.", ("pets",), "x", DAY.format(4)
    ),
    NewLike("Bread", "List the steps.", (), "import", DAY.format(5)),
]


@pytest.fixture
def shelf(empty: Stage) -> Stage:
    """Five likes of five days; the newest stands first."""
    with Library(empty.home.database) as library:
        library.add_likes("default", NEW)
    return empty


@asynccontextmanager
async def opened(
    stage: Stage, counted: str = "5 liked prompts", size: tuple[int, int] = (100, 30)
) -> AsyncIterator[Running]:
    """The app with its Library open and read."""
    app = stage.app()
    async with app.run_test(size=size) as pilot:
        app.action_go("library")
        await shows(pilot, counted)
        yield pilot


async def shows(pilot: Running, counted: str) -> None:
    """Wait until the count says so."""
    await wait_for(pilot, lambda: said_count(pilot) == counted, counted)


def screen(pilot: Running) -> LibraryScreen:
    (found,) = [each for each in pilot.app.screen_stack if isinstance(each, LibraryScreen)]
    return found


def said_count(pilot: Running) -> str:
    screens = [each for each in pilot.app.screen_stack if isinstance(each, LibraryScreen)]
    return (
        str(screens[0].query_one("#count", Static).content)
        if screens and screens[0].is_mounted
        else ""
    )


def table(pilot: Running) -> LikesTable:
    return screen(pilot).query_one(LikesTable)


def topics(pilot: Running) -> list[str]:
    """The topics in the order of the table."""
    found = table(pilot)
    likes = found._library.likes_by_keys("default", found.keys)
    return [like.input for like in likes]


def under_cursor(pilot: Running) -> str:
    like = table(pilot).like()
    return "" if like is None else like.input


def details(pilot: Running) -> str:
    parts = screen(pilot).query_one(LikeDetails).query(Static)
    return "\n".join(str(part.content) for part in parts)


def drawn(pilot: Running) -> str:
    """What is on the screen, as text."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def told(pilot: Running) -> str:
    """What the dialog on top says of what was tried."""
    return str(pilot.app.screen.query_one("#said", Static).content)


def toasts(pilot: Running) -> str:
    return "\n".join(each.message for each in pilot.app._notifications)


def stored(stage: Stage, profile: str = "default", removed: bool = False) -> list[tuple[str, str]]:
    with Library(stage.home.database) as library:
        return [(like.input, like.output) for like in library.likes(profile, removed=removed)]


async def opens(pilot: Running, kind: type[Any], *presses: str) -> Any:
    """Press keys and wait for a dialog."""
    await pilot.press(*presses)
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, kind), kind.__name__)
    return pilot.app.screen


async def closes(pilot: Running, *presses: str) -> None:
    """Press keys and wait until the Library is on top again."""
    await pilot.press(*presses)
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, LibraryScreen), "no dialog")


# --- looking ---


async def test_the_newest_like_stands_first_and_is_shown_whole(shelf: Stage) -> None:
    async with opened(shelf) as pilot:
        assert topics(pilot) == ["Bread", "A zoo visit", "Work e-mail", "A podcast", "Naming a cat"]
        assert "2026-03-05" in drawn(pilot) and "Added ▼" in drawn(pilot)
        assert isinstance(pilot.app.focused, LikesTable)
        await wait_for(pilot, lambda: "List the steps." in details(pilot))
        assert "imported" in details(pilot) and "No tags" in details(pilot)
        await pilot.press("down", "down")
        await wait_for(pilot, lambda: "Answer in 2 lines" in details(pilot))
        for fact in ("Tags: work", "2026-03-03 09:30", "written by a model, liked by you"):
            assert fact in details(pilot)


async def test_whether_a_like_is_held_out_is_said_in_words(liked: Stage) -> None:
    with Library(liked.home.database) as library:
        held = library.likes("default", side="held")
    async with opened(liked, "61 liked prompts") as pilot:
        seen = set()
        for row in range(61):
            table(pilot).cursor = row
            like = table(pilot).like()
            assert like is not None
            await wait_for(pilot, lambda text=like.output: text in details(pilot))
            is_held = "Held out: models never learn from it" in details(pilot)
            assert is_held == (like.side == "held")
            assert ("Models learn from it." in details(pilot)) != is_held
            seen.add(is_held)
        assert seen == {True, False} and len(held) == 10


async def test_where_it_is_wide_the_details_stand_beside_the_table(shelf: Stage) -> None:
    for size, beside in (((200, 60), True), ((80, 24), False)):
        async with opened(shelf, size=size) as pilot:
            of_table, of_details = table(pilot).region, screen(pilot).query_one(LikeDetails).region
            assert (of_details.x >= of_table.right) == beside
            assert (of_details.y >= of_table.bottom) != beside


async def test_on_a_small_terminal_the_details_come_with_a_key(shelf: Stage) -> None:
    async with opened(shelf, size=(60, 20)) as pilot:
        assert not screen(pilot).query_one(LikeDetails).display
        await pilot.press("v")
        await wait_for(pilot, lambda: "List the steps." in details(pilot))
        assert screen(pilot).query_one(LikeDetails).region.height > 4
        await pilot.press("v")
        await wait_for(pilot, lambda: not screen(pilot).query_one(LikeDetails).display)


async def test_a_resize_brings_the_details_of_the_row_with_it(shelf: Stage) -> None:
    async with opened(shelf, size=(60, 20)) as pilot:
        await pilot.press("down")
        await pilot.resize_terminal(140, 40)
        await wait_for(pilot, lambda: "Plan 4 hours" in details(pilot))


# --- searching ---


async def test_the_table_follows_what_is_typed(shelf: Stage) -> None:
    async with opened(shelf) as pilot:
        await pilot.press("slash", *"list")
        await shows(pilot, "2 of 5")
        assert topics(pilot) == ["Bread", "Naming a cat"]
        await pilot.press(*" cat")
        await shows(pilot, "1 of 5")
        await pilot.press("x")
        await shows(pilot, "0 of 5")
        assert "No prompt has all of this" in drawn(pilot)
        await pilot.press("escape")
        await shows(pilot, "5 liked prompts")
        assert isinstance(pilot.app.focused, LikesTable)


@pytest.mark.parametrize("key", ["enter", "down"])
async def test_from_the_search_to_what_was_found(shelf: Stage, key: str) -> None:
    async with opened(shelf) as pilot:
        await pilot.press("slash", *"podcast", key)
        await shows(pilot, "1 of 5")
        assert isinstance(pilot.app.focused, LikesTable)
        assert under_cursor(pilot) == "A podcast"
        await pilot.click("#clear")
        await shows(pilot, "5 liked prompts")
        # The cursor stays with its like.
        assert under_cursor(pilot) == "A podcast"


async def test_the_newest_query_wins(shelf: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """An older query that is still looked for is abandoned, and its answer is never shown."""
    import threading

    begun, abandoned = threading.Event(), threading.Event()
    like_keys = Browsing.like_keys

    def slow(self: Browsing, profile: str, query: str = "", *args: Any, **options: Any) -> Any:
        if query != "podcast":
            return like_keys(self, profile, query, *args, **options)
        with self._db.interruptible() as connection:
            begun.set()
            try:
                connection.execute(
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                    " SELECT count(*) FROM n"
                ).fetchall()
            finally:
                abandoned.set()

    monkeypatch.setattr(Browsing, "like_keys", slow)
    async with opened(shelf) as pilot:
        field = screen(pilot).query_one(SearchField)
        field.search_at_once("podcast")
        await wait_for(pilot, begun.is_set)
        # The app goes on while that looks for ever.
        await pilot.press("down")
        assert under_cursor(pilot) == "A zoo visit"
        field.search_at_once("bread")
        await shows(pilot, "1 of 5")
        assert abandoned.is_set() and topics(pilot) == ["Bread"]


async def test_leaving_ends_a_search_that_is_still_going_on(
    shelf: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    begun = threading.Event()

    def endless(self: Browsing, *_: Any, **__: Any) -> Any:
        with self._db.interruptible() as connection:
            begun.set()
            connection.execute(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                " SELECT count(*) FROM n"
            ).fetchall()

    async with opened(shelf) as pilot:
        monkeypatch.setattr(Browsing, "like_keys", endless)
        screen(pilot).query_one(SearchField).search_at_once("podcast")
        await wait_for(pilot, begun.is_set)
        finder = screen(pilot)._finder
    assert finder._closed


async def test_a_tag_in_the_search_filters(shelf: Stage) -> None:
    async with opened(shelf) as pilot:
        await pilot.press("slash", *"#pets")
        await shows(pilot, "2 of 5")
        await pilot.press(*" zoo")
        await shows(pilot, "1 of 5")


async def test_a_tag_is_picked_from_the_list(shelf: Stage) -> None:
    async with opened(shelf) as pilot:
        dialog = await opens(pilot, TagsScreen, "t")
        await wait_for(pilot, lambda: dialog._found)
        assert dialog._found[0] == ("pets", 2)
        await pilot.press(*"TWO")
        await wait_for(pilot, lambda: [tag for tag, _ in dialog._found] == ["two words"])
        await closes(pilot, "enter")
        await shows(pilot, "1 of 5")
        assert screen(pilot).query_one(SearchField).value == '#"two words" '
        await opens(pilot, TagsScreen, "t")
        await wait_for(pilot, lambda: pilot.app.screen._found)  # type: ignore[attr-defined]
        await closes(pilot, "escape")
        await shows(pilot, "1 of 5")


async def test_the_words_of_a_search_stay_when_a_tag_is_picked(shelf: Stage) -> None:
    async with opened(shelf) as pilot:
        await pilot.press("slash", *"plan #pets", "enter")
        await shows(pilot, "1 of 5")
        for _ in range(2):
            dialog = await opens(pilot, TagsScreen, "t")
            await wait_for(pilot, lambda: dialog._found)  # noqa: B023
            await closes(pilot, "enter")
        await settled(pilot)
        # It is there already: not twice.
        assert screen(pilot).query_one(SearchField).value == "plan #pets"


# --- sorting ---


async def test_a_click_on_a_title_sorts_and_another_one_turns_it(shelf: Stage) -> None:
    async with opened(shelf) as pilot:
        await pilot.click(LikesTable, offset=(4, 0))
        await wait_for(pilot, lambda: topics(pilot)[0] == "A podcast")
        assert topics(pilot) == sorted(topics(pilot), key=str.lower)
        assert "Topic ▲" in drawn(pilot)
        assert under_cursor(pilot) == "Bread"
        await pilot.click(LikesTable, offset=(4, 0))
        await wait_for(pilot, lambda: topics(pilot)[0] == "Work e-mail")
        assert "Topic ▼" in drawn(pilot)


async def test_keys_sort_too(shelf: Stage) -> None:
    async with opened(shelf) as pilot:
        await pilot.press("S")
        await wait_for(pilot, lambda: topics(pilot)[0] == "Naming a cat")
        # Added, For, From, Topic: the columns in their order.
        await pilot.press("s", "s", "s")
        await wait_for(pilot, lambda: topics(pilot)[0] == "A podcast")
        await pilot.press("s", "s")
        longest = [new.input for new in sorted(NEW, key=lambda new: -len(new.output))]
        await wait_for(pilot, lambda: topics(pilot) == longest)


# --- changing ---


async def test_an_edit_is_stored_and_shown(shelf: Stage) -> None:
    async with opened(shelf) as pilot:
        await pilot.press("down")
        await opens(pilot, LikeScreen, "e")
        pilot.app.screen.query_one("#prompt", PlainText).take("Plan 3 hours.")
        pilot.app.screen.query_one("#tags", Input).value = "pets, , Sunday trip"
        await closes(pilot, "ctrl+s")
        await wait_for(pilot, lambda: "Plan 3 hours." in details(pilot))
        assert "Tags: pets, Sunday trip" in details(pilot)
        assert ("A zoo visit", "Plan 3 hours.") in stored(shelf)
        assert under_cursor(pilot) == "A zoo visit"


async def test_enter_opens_the_edit_and_escape_leaves_all_as_it_was(shelf: Stage) -> None:
    async with opened(shelf) as pilot:
        dialog = await opens(pilot, LikeScreen, "enter")
        await pilot.press("x")
        await pilot.press("escape")
        await wait_for(pilot, lambda: "There are changes" in told(pilot))
        assert pilot.app.screen is dialog
        await closes(pilot, "escape")
        assert len(stored(shelf)) == 5 and ("Bread", "List the steps.") in stored(shelf)


async def test_an_edit_that_cannot_be_kept_loses_nothing(shelf: Stage) -> None:
    async with opened(shelf) as pilot:
        await opens(pilot, LikeScreen, "e")
        topic = pilot.app.screen.query_one("#topic", PlainText)
        prompt = pilot.app.screen.query_one("#prompt", PlainText)
        topic.take("A podcast")
        prompt.take("Sum it up in 3 sentences.")
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: "that is what the like" in told(pilot))
        assert (topic.text, prompt.text) == ("A podcast", "Sum it up in 3 sentences.")
        prompt.take("")
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: "the prompt is empty" in told(pilot))
        prompt.take("Sum it up in 4 sentences.")
        topic.take("Rolls")
        await closes(pilot, "ctrl+s")
        assert ("Rolls", "Sum it up in 4 sentences.") in stored(shelf)


async def test_hidden_characters_stay_unless_their_field_is_changed(empty: Stage) -> None:
    disguised = "Say \u202ehello\u202c."
    with Library(empty.home.database) as library:
        library.add_likes("default", [NewLike("x\u200by", disguised)])
    async with opened(empty, "1 liked prompt") as pilot:
        await wait_for(pilot, lambda: "<U+202E>hello<U+202C>" in details(pilot))
        assert "Hidden characters in it: 3 (not copied)" in details(pilot)
        await opens(pilot, LikeScreen, "e")
        assert pilot.app.screen.query_one("#prompt", PlainText).text == "Say hello."
        assert "Hidden characters were left out" in told(pilot)
        pilot.app.screen.query_one("#tags", Input).value = "odd"
        pilot.app.screen.query_one("#topic", PlainText).take("x and y")
        await closes(pilot, "ctrl+s")
        assert stored(empty) == [("x and y", disguised)]


async def test_one_is_added_by_hand(shelf: Stage) -> None:
    async with opened(shelf) as pilot:
        await opens(pilot, LikeScreen, "n")
        await pilot.press(*"Tea", "tab", *"Two cups.")
        await pilot.press("tab", *"drinks", "enter")
        await shows(pilot, "6 liked prompts")
        assert under_cursor(pilot) == "Tea"
        with Library(shelf.home.database) as library:
            (like,) = library.likes("default", "tea")
        assert (like.output, like.tags, like.source) == ("Two cups.", ("drinks",), "add")
        await opens(pilot, LikeScreen, "n")
        pilot.app.screen.query_one("#topic", PlainText).take("Tea")
        pilot.app.screen.query_one("#prompt", PlainText).take("Two cups.")
        await pilot.click("#save")
        await wait_for(pilot, lambda: "in the library already" in told(pilot))


async def test_copying_leaves_hidden_characters_out(
    empty: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Library(empty.home.database) as library:
        library.add_likes("default", [NewLike("a", "Be \u202ebrief.")])
    async with opened(empty, "1 liked prompt") as pilot:
        copied: list[str] = []
        monkeypatch.setattr(pilot.app, "_copy", copied.append)
        await pilot.press("c")
        await wait_for(pilot, lambda: copied)
        assert copied == ["Be brief."]


async def test_writing_on_a_topic_goes_to_write_with_it(shelf: Stage) -> None:
    async with opened(shelf) as pilot:
        await pilot.press("down", "w")
        await wait_for(pilot, lambda: isinstance(pilot.app.focused, TopicField))
        assert pilot.app.focused is not None
        assert pilot.app.screen.query_one(TopicField).text == "A zoo visit"


# --- removing and bringing back ---


async def test_removals_are_undone_one_after_another(shelf: Stage) -> None:
    async with opened(shelf) as pilot:
        await pilot.press("down", "d")
        await shows(pilot, "4 liked prompts")
        assert "Removed 1 prompt. Undo (U) brings it back." in toasts(pilot)
        # The cursor stays where it was: on the row that came there.
        assert under_cursor(pilot) == "Work e-mail"
        await pilot.press("delete")
        await shows(pilot, "3 liked prompts")
        assert len(stored(shelf)) == 3
        await pilot.press("u")
        await shows(pilot, "4 liked prompts")
        assert under_cursor(pilot) == "Work e-mail"
        await pilot.click("#do-undo")
        await shows(pilot, "5 liked prompts")
        assert under_cursor(pilot) == "A zoo visit"
        assert sorted(stored(shelf)) == sorted((new.input, new.output) for new in NEW)
        # There is nothing left to undo.
        assert not screen(pilot).query_one("#do-undo").display
        await pilot.press("u")
        await settled(pilot)
        assert len(stored(shelf)) == 5


async def test_an_undo_passes_over_what_is_back_already(shelf: Stage) -> None:
    async with opened(shelf) as pilot:
        await pilot.press("d")
        await shows(pilot, "4 liked prompts")
        await pilot.press("d")
        await shows(pilot, "3 liked prompts")
        await pilot.press("r")
        await shows(pilot, "2 removed prompts")
        assert topics(pilot) == ["Bread", "A zoo visit"]
        await pilot.press("down", "b")
        await shows(pilot, "1 removed prompt")
        await pilot.press("u")
        await shows(pilot, "0 removed prompts")
        assert len(stored(shelf)) == 5


async def test_an_undo_that_fails_can_be_tried_again(shelf: Stage) -> None:
    async with opened(shelf) as pilot:
        app: Any = pilot.app
        await pilot.press("d")
        await shows(pilot, "4 liked prompts")
        with app.session.background._db.reading() as connection:
            connection.execute("PRAGMA query_only = ON")
        await pilot.press("u")
        await wait_for(pilot, lambda: "cannot be opened for writing" in toasts(pilot))
        with app.session.background._db.reading() as connection:
            connection.execute("PRAGMA query_only = OFF")
        await pilot.press("u")
        await shows(pilot, "5 liked prompts")


async def test_what_is_selected_is_removed_together(shelf: Stage) -> None:
    async with opened(shelf) as pilot:
        await pilot.press("space", "shift+down")
        await shows(pilot, "5 liked prompts · 2 selected")
        await pilot.press("d")
        await shows(pilot, "3 liked prompts")
        assert topics(pilot) == ["Work e-mail", "A podcast", "Naming a cat"]
        await pilot.press("u")
        await shows(pilot, "5 liked prompts")


async def test_all_that_a_search_finds_are_selected(shelf: Stage) -> None:
    async with opened(shelf) as pilot:
        await pilot.press("slash", *"#pets", "enter")
        await shows(pilot, "2 of 5")
        await pilot.press("ctrl+a")
        await shows(pilot, "2 of 5 · 2 selected")
        await pilot.press("escape")
        await shows(pilot, "2 of 5")
        await pilot.press("ctrl+a", "d")
        await shows(pilot, "0 of 3")
        await pilot.press("escape")
        await shows(pilot, "3 liked prompts")


async def test_removed_ones_are_listed_and_brought_back(shelf: Stage) -> None:
    with Library(shelf.home.database) as library:
        library.remove_like("default", library.likes("default", "podcast")[0].id)
    async with opened(shelf, "4 liked prompts") as pilot:
        await pilot.press("r")
        await shows(pilot, "1 removed prompt")
        await wait_for(pilot, lambda: "not used for anything" in details(pilot))
        shown = [each.id for each in screen(pilot).query("LikesActions Button") if each.display]
        assert "do-restore" in shown and "do-remove" not in shown and "do-import" not in shown
        await pilot.press("d", "e")
        await settled(pilot)
        assert isinstance(pilot.app.screen, LibraryScreen)
        await pilot.press("b")
        await shows(pilot, "0 removed prompts")
        assert "Nothing was removed" in drawn(pilot)
        await pilot.press("escape")
        await shows(pilot, "5 liked prompts")


# --- files ---


def write_lines(path: Path, rows: Sequence[Any]) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


async def choose(pilot: Running, path: Path) -> None:
    """Put a path into the picker and press Enter."""
    field = pilot.app.screen.query_one(FileField).query_one(Input)
    field.value = str(path)
    field.focus()
    await pilot.pause()
    await pilot.press("enter")


async def test_a_file_is_imported(shelf: Stage, tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "mine.jsonl",
        [{"input": "a", "output": "A."}, {"input": "Bread", "output": "List the steps."}],
    )
    async with opened(shelf) as pilot:
        await opens(pilot, OpenFileScreen, "i")
        await choose(pilot, path)
        await shows(pilot, "6 liked prompts")
        assert "mine.jsonl: 1 prompt added, 1 duplicate skipped." in toasts(pilot)
        assert isinstance(pilot.app.screen, LibraryScreen)


async def test_a_file_is_picked_from_the_list(shelf: Stage, tmp_path: Path) -> None:
    folder = tmp_path / "prompts"
    folder.mkdir()
    write_lines(folder / "one.jsonl", [{"input": "a", "output": "A."}])
    write_lines(folder / "picture.png", ["x"])
    async with opened(shelf) as pilot:
        screen(pilot)._folder = tmp_path
        dialog = await opens(pilot, OpenFileScreen, "i")
        entries = dialog.query_one("OptionList")
        await wait_for(pilot, lambda: entries.option_count == 2)
        await pilot.press("down", "down", "enter")
        await wait_for(pilot, lambda: entries.highlighted == 0)
        await wait_for(pilot, lambda: "one.jsonl" in drawn(pilot))
        assert "picture.png" not in drawn(pilot)
        await pilot.press("down", "enter")
        # It is only taken by another Enter.
        assert isinstance(pilot.app.screen, OpenFileScreen)
        await pilot.press("enter")
        await shows(pilot, "6 liked prompts")


async def test_bad_lines_are_shown_with_their_numbers(shelf: Stage, tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "mixed.jsonl", [{"input": "a", "output": "A."}, "[1]", {"input": "[b]x[/b]"}]
    )
    async with opened(shelf) as pilot:
        await opens(pilot, OpenFileScreen, "i")
        await choose(pilot, path)
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, RejectedScreen))
        await wait_for(pilot, lambda: "2 lines rejected" in drawn(pilot))
        assert "has no output" in drawn(pilot)
        whole = pilot.app.screen.query_one("#whole", Static)
        assert str(whole.content).startswith("Line 2: is a list")
        await pilot.press("down")
        await wait_for(pilot, lambda: str(whole.content) == "Line 3: has no output")
        await closes(pilot, "escape")
        await shows(pilot, "6 liked prompts")


@pytest.mark.parametrize(
    ("content", "message"), [(b"", "is empty"), (b"\x1f\x8b123", "is a gzip file")]
)
async def test_a_file_that_cannot_be_read_is_said(
    shelf: Stage, tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_bytes(content)
    async with opened(shelf) as pilot:
        await opens(pilot, OpenFileScreen, "i")
        await choose(pilot, path)
        await wait_for(pilot, lambda: message in toasts(pilot))
        await shows(pilot, "5 liked prompts")


async def test_a_file_that_is_not_there_is_said_in_the_dialog(shelf: Stage, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    async with opened(shelf) as pilot:
        await opens(pilot, OpenFileScreen, "i")
        for path in (tmp_path / "none", pipe, tmp_path / ("x" * 300)):
            await choose(pilot, path)
            await wait_for(pilot, lambda path=path: str(path) in told(pilot))
        await closes(pilot, "escape")


async def test_the_library_is_exported_and_can_be_read_again(shelf: Stage, tmp_path: Path) -> None:
    async with opened(shelf) as pilot:
        dialog = await opens(pilot, SaveFileScreen, "x")
        assert "5 liked prompts" in drawn(pilot)
        await choose(pilot, tmp_path / "out.txt")
        await wait_for(pilot, lambda: "does not say which format" in told(pilot))
        await choose(pilot, tmp_path / "out.jsonl")
        await wait_for(pilot, lambda: "Wrote 5 liked prompts to" in toasts(pilot))
        assert pilot.app.screen is not dialog
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [(row["input"], row["output"], tuple(row["tags"])) for row in rows] == [
        (new.input, new.output, new.tags) for new in NEW
    ]


async def test_an_export_takes_what_the_search_finds(shelf: Stage, tmp_path: Path) -> None:
    async with opened(shelf) as pilot:
        await pilot.press("slash", *"#pets", "enter")
        await shows(pilot, "2 of 5")
        await opens(pilot, SaveFileScreen, "x")
        assert "The 2 liked prompts that the search finds, of 5" in drawn(pilot)
        await choose(pilot, tmp_path / "pets.csv")
        await wait_for(pilot, lambda: "Wrote 2 liked prompts" in toasts(pilot))
    assert len((tmp_path / "pets.csv").read_text().splitlines()) == 3


async def test_an_export_asks_before_it_overwrites(shelf: Stage, tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text("precious")
    async with opened(shelf) as pilot:
        await opens(pilot, SaveFileScreen, "x")
        await choose(pilot, path)
        await wait_for(pilot, lambda: "is there already" in told(pilot))
        assert str(pilot.app.screen.query_one("#choose", Button).label) == "Overwrite"
        # Another path is no answer to that question.
        await choose(pilot, tmp_path)
        assert path.read_text() == "precious"
        await choose(pilot, path)
        await wait_for(pilot, lambda: "is there already" in told(pilot))
        await pilot.press("enter")
        await wait_for(pilot, lambda: "Wrote 5 liked prompts" in toasts(pilot))
    assert len(json.loads(path.read_text())) == 5


async def test_an_export_that_cannot_be_written_is_said(shelf: Stage, tmp_path: Path) -> None:
    async with opened(shelf) as pilot:
        await opens(pilot, SaveFileScreen, "x")
        for path, message in (
            (tmp_path / "none" / "x.csv", "there is no folder"),
            (Path("/dev/null.csv/x.csv"), "there is no folder"),
        ):
            await choose(pilot, path)
            await wait_for(pilot, lambda message=message: message in told(pilot))


# --- beginning, and what happens elsewhere ---


async def test_an_empty_library_offers_the_starter_likes(empty: Stage) -> None:
    app = empty.app()
    async with app.run_test(size=(100, 30)) as pilot:
        await wait_for(pilot, lambda: isinstance(app.screen, WelcomeScreen))
        await pilot.press("escape")
        app.action_go("library")
        await shows(pilot, "0 liked prompts")
        assert "Nothing is here yet" in drawn(pilot)
        assert pilot.app.focused is screen(pilot).query_one("#begin-import")
        await pilot.press("tab", "enter")
        await shows(pilot, "61 liked prompts")
        assert "Nothing is here yet" not in drawn(pilot)
        await wait_for(pilot, lambda: isinstance(pilot.app.focused, LikesTable))
    assert len(stored(empty)) == 61


async def test_the_welcome_screen_leads_to_the_import(empty: Stage) -> None:
    async with empty.app().run_test(size=(100, 30)) as pilot:
        await pilot.click("#import")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, OpenFileScreen))


async def test_a_like_on_write_grows_the_table(trained: Stage) -> None:
    async with opened(trained, "61 liked prompts") as pilot:
        table(pilot).cursor = 30
        before = under_cursor(pilot)
        pilot.app.action_go("write")  # type: ignore[attr-defined]
        await wait_for(pilot, lambda: isinstance(pilot.app.focused, TopicField))
        await pilot.press(*"podcasts", "enter")
        await wait_for(pilot, lambda: "tokens/s" in drawn(pilot))
        await pilot.press("l")
        await wait_for(pilot, lambda: len(stored(trained)) == 62)
        pilot.app.action_go("library")  # type: ignore[attr-defined]
        await shows(pilot, "62 liked prompts")
        assert topics(pilot)[0] == "podcasts"
        assert under_cursor(pilot) == before and table(pilot).cursor == 31


async def test_news_keep_cursor_scroll_and_selection(liked: Stage) -> None:
    async with opened(liked, "61 liked prompts") as pilot:
        found = table(pilot)
        found.cursor = 40
        found.select([38, 40])
        line, like, chosen = found.cursor - found.scroll_offset.y, found.key, found.selected_keys
        with Library(liked.home.database) as library:
            library.add_likes("default", NEW)
        pilot.app.changes.publish(Change.LIKES)  # type: ignore[attr-defined]
        await shows(pilot, "66 liked prompts · 2 selected")
        assert found.key == like and found.selected_keys == chosen
        assert found.cursor - found.scroll_offset.y == line


async def test_another_profile_has_another_library(shelf: Stage) -> None:
    with Library(shelf.home.database) as library:
        library.add_likes("work", NEW[:1])
    async with opened(shelf) as pilot:
        await pilot.press("d")
        await shows(pilot, "4 liked prompts")
        await pilot.press("slash", *"zoo", "enter")
        await shows(pilot, "1 of 4")
        pilot.app.session.use_profile("work")  # type: ignore[attr-defined]
        pilot.app.changes.publish(Change.PROFILE)  # type: ignore[attr-defined]
        await shows(pilot, "1 liked prompt")
        # What was removed for the other profile is not undone here.
        await pilot.press("u")
        await settled(pilot)
        assert len(stored(shelf)) == 4 and len(stored(shelf, "work")) == 1


async def test_a_damaged_library_is_said(shelf: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3

    async with opened(shelf) as pilot:
        app: Any = pilot.app
        with app.session.library._db.reading() as connection:
            connection.set_authorizer(lambda *_: sqlite3.SQLITE_DENY)
        with app.session.background._db.reading() as connection:
            connection.set_authorizer(lambda *_: sqlite3.SQLITE_DENY)
        app.changes.publish(Change.LIKES)
        await wait_for(pilot, lambda: "could not be used" in toasts(pilot))
        app.clear_notifications()
        await pilot.press("d")
        await wait_for(pilot, lambda: "could not be used" in toasts(pilot))
        for connection_of in (app.session.library, app.session.background):
            with connection_of._db.reading() as connection:
                connection.set_authorizer(None)


async def test_untrusted_text_does_nothing(empty: Stage) -> None:
    evil = "[@click=app.quit]x[/] \x1b]52;c;eA==\x07 \x1b[2J"
    with Library(empty.home.database) as library:
        library.add_likes(
            "default", [NewLike("[/] [red]t\u202e", "a [b] " * 900, ("[/x]", "[@click=app.quit]y"))]
        )
        with library._db.writing() as connection:
            connection.execute("UPDATE likes SET source = ?, created = ?", (evil, evil))
    async with opened(empty, "1 liked prompt", size=(200, 60)) as pilot:
        await wait_for(pilot, lambda: "[@click=app.quit]x[/]" in details(pilot))
        assert "\x1b" not in drawn(pilot) and "\x07" not in drawn(pilot)
        assert "[/] [red]t" in drawn(pilot)
        dialog = await opens(pilot, TagsScreen, "t")
        await wait_for(pilot, lambda: dialog._found)
        assert "[@click=app.quit]y" in drawn(pilot)
        await closes(pilot, "escape")
        assert pilot.app.is_running


# --- many ---


@pytest.mark.parametrize("likes", [300, 5_000, pytest.param(20_000, marks=pytest.mark.slow)])
async def test_only_keys_and_the_rows_on_the_screen_are_asked_for(
    empty: Stage, monkeypatch: pytest.MonkeyPatch, likes: int
) -> None:
    """However many there are: the screen's connection reads the visible rows and nothing else."""
    with Library(empty.home.database) as library:
        library.add_likes(
            "default", [NewLike(f"Topic {i}", f"Say it {i % 97} times.") for i in range(likes)]
        )
    asked: list[int] = []
    by_keys = Browsing.likes_by_keys

    def counting(self: Browsing, profile: str, keys: Sequence[int]) -> Any:
        asked.append(len(keys))
        return by_keys(self, profile, keys)

    statements: list[str] = []
    app = empty.app()
    async with app.run_test(size=(100, 30)) as pilot:
        monkeypatch.setattr(Browsing, "likes_by_keys", counting)
        with app.session.library._db.reading() as connection:
            connection.set_trace_callback(statements.append)
        app.action_go("library")
        await shows(pilot, f"{likes:,} liked prompts")
        await pilot.press("pagedown", "pagedown", "end", "home")
        await wait_for(pilot, lambda: f"Topic {likes - 1}" in drawn(pilot))
        await pilot.press("slash", *"topic 29")
        await wait_for(pilot, lambda: " of " in said_count(pilot))
        await settled(pilot)
        visible = len(table(pilot).visible_rows)
        with app.session.library._db.reading() as connection:
            connection.set_trace_callback(None)
    # A screenful each for opening, four moves and at most eight letters; one like at a time for
    # the details.
    assert max(asked) <= visible
    assert sum(asked) <= 13 * (visible + 1)
    read = [each for each in statements if "FROM likes" in each]
    assert read and all("WHERE key IN (" in each for each in read)


# --- pictures ---


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 60)])
def test_picture_of_the_table(shelf: Stage, snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(shelf.app(), terminal_size=size, run_before=at_the_library)


async def goes(pilot: Running, counted: str) -> None:
    """Open the Library once the app is whole."""
    app: Any = pilot.app
    await wait_for(pilot, lambda: app.opened and app.screen_stack[0].furnished, "the app")
    if isinstance(app.screen, WelcomeScreen):
        await pilot.press("escape")
    app.action_go("library")
    await shows(pilot, counted)


async def at_the_library(pilot: Running) -> None:
    await goes(pilot, "5 liked prompts")
    await pilot.press("down", "space", "down")
    await shows(pilot, "5 liked prompts · 1 selected")
    await settled(pilot)


def test_picture_without_colours(
    shelf: Stage, snap_compare: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(shelf.app(), terminal_size=(80, 24), run_before=at_the_library)


def test_picture_of_the_details_on_a_small_terminal(shelf: Stage, snap_compare: Any) -> None:
    async def before(pilot: Running) -> None:
        await at_the_library(pilot)
        await pilot.press("v")
        await wait_for(pilot, lambda: "Answer in 2 lines" in details(pilot))

    assert snap_compare(shelf.app(), terminal_size=(60, 20), run_before=before)


def test_picture_of_a_search_that_finds_nothing(shelf: Stage, snap_compare: Any) -> None:
    async def before(pilot: Running) -> None:
        await at_the_library(pilot)
        screen(pilot).query_one(SearchField).search_at_once("zebra #pets")
        await shows(pilot, "0 of 5")

    assert snap_compare(shelf.app(), terminal_size=(80, 24), run_before=before)


def test_picture_of_an_empty_library(empty: Stage, snap_compare: Any) -> None:
    async def before(pilot: Running) -> None:
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, WelcomeScreen))
        await goes(pilot, "0 liked prompts")
        await settled(pilot)

    assert snap_compare(empty.app(), terminal_size=(80, 24), run_before=before)


def test_picture_of_the_removed_ones(shelf: Stage, snap_compare: Any) -> None:
    with Library(shelf.home.database) as library:
        keys = library.like_keys("default")
        library.set_removed("default", keys[:2], True)
        with library._db.writing() as connection:
            connection.execute(
                "UPDATE likes SET removed = ? WHERE removed NOTNULL", (DAY.format(9),)
            )

    async def before(pilot: Running) -> None:
        await goes(pilot, "3 liked prompts")
        await pilot.press("r")
        await shows(pilot, "2 removed prompts")
        await settled(pilot)

    assert snap_compare(shelf.app(), terminal_size=(80, 24), run_before=before)


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
def test_picture_of_an_edit_that_cannot_be_kept(
    shelf: Stage, snap_compare: Any, size: tuple[int, int]
) -> None:
    async def before(pilot: Running) -> None:
        await at_the_library(pilot)
        dialog = await opens(pilot, LikeScreen, "e")
        for field in dialog.query(PlainText):
            unblinking(field)
        dialog.query_one("#prompt", PlainText).take("")
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: "the prompt is empty" in told(pilot))

    assert snap_compare(shelf.app(), terminal_size=size, run_before=before)


def test_picture_of_the_tags(shelf: Stage, snap_compare: Any) -> None:
    async def before(pilot: Running) -> None:
        await at_the_library(pilot)
        dialog = await opens(pilot, TagsScreen, "t")
        unblinking(dialog.query_one(Input))
        await wait_for(pilot, lambda: dialog._found)

    assert snap_compare(shelf.app(), terminal_size=(80, 24), run_before=before)


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
def test_picture_of_the_picker(
    shelf: Stage, snap_compare: Any, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    """With a folder that is the same on every machine."""
    entries = [Entry("/home/ann/prompts", None), Entry("/home/ann/[b]x[/b].jsonl", 12_345)]
    monkeypatch.setattr(file_field, "look", lambda *_: Listing(entries, more=7, disguised=1))

    async def before(pilot: Running) -> None:
        await at_the_library(pilot)
        screen(pilot)._folder = Path("/home/ann")
        dialog = await opens(pilot, SaveFileScreen, "x")
        unblinking(dialog.query_one(Input))
        await wait_for(pilot, lambda: dialog.query_one("OptionList").option_count == 5)

    assert snap_compare(shelf.app(), terminal_size=size, run_before=before)


def test_picture_of_bad_lines(shelf: Stage, snap_compare: Any, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "mine.jsonl", [{"input": "a"}, "{", {"input": "b", "output": ""}])

    async def before(pilot: Running) -> None:
        await at_the_library(pilot)
        await opens(pilot, OpenFileScreen, "i")
        await choose(pilot, path)
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, RejectedScreen))
        await wait_for(pilot, lambda: "3 lines rejected" in drawn(pilot))
        await quiet(pilot)
        await settled(pilot)

    assert snap_compare(shelf.app(), terminal_size=(80, 24), run_before=before)
