"""The field for a file: what it lists, whatever the names and the folders are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Input, OptionList
from waiting import wait_for

from promptstyle.tui.widgets.file_field import LISTED, FileField, look

SUFFIXES = (".jsonl", ".csv")


class FieldApp(App[None]):
    """A field alone on the screen, and what was chosen in it."""

    def __init__(self, start: Path) -> None:
        super().__init__()
        self.start = start
        self.chosen: list[Path] = []

    def compose(self) -> ComposeResult:
        yield FileField(self.start, suffixes=SUFFIXES)

    def on_file_field_chosen(self, message: FileField.Chosen) -> None:
        self.chosen.append(message.path)


def names(text: str) -> list[str]:
    return [Path(entry.path).name for entry in look(text, SUFFIXES).entries]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.jsonl", "A.CSV", "c.png", ".hidden.csv", "[b] [@click=app.quit]y.csv"):
        (tmp_path / name).write_text("12345")
    (tmp_path / "z[b]").mkdir()
    (tmp_path / ".secret").mkdir()
    return tmp_path


def test_folders_first_then_files_of_the_right_kind(folder: Path) -> None:
    assert names(f"{folder}/") == ["z[b]", "[b] [@click=app.quit]y.csv", "A.CSV", "b.jsonl"]
    sizes = {Path(entry.path).name: entry.size for entry in look(f"{folder}/", SUFFIXES).entries}
    assert sizes["b.jsonl"] == 5 and sizes["z[b]"] is None


def test_what_is_typed_is_the_beginning_of_a_name(folder: Path) -> None:
    assert names(f"{folder}/a") == ["A.CSV"]
    assert names(f"{folder}/.") == [".secret", ".hidden.csv"]
    assert names(f"{folder}/nothing") == []
    assert names(f"{folder}/none/x") == []


def test_names_with_hidden_characters_are_counted_only(folder: Path) -> None:
    (folder / "b\u202elsj.csv").touch()
    (folder / os.fsdecode(b"b\xff.csv")).touch()
    listing = look(f"{folder}/b", SUFFIXES)
    assert [Path(entry.path).name for entry in listing.entries] == ["b.jsonl"]
    assert listing.disguised == 2


def test_a_full_folder_is_listed_in_part(tmp_path: Path) -> None:
    for number in range(LISTED + 3):
        (tmp_path / f"{number}.csv").touch()
    listing = look(f"{tmp_path}/", SUFFIXES)
    assert (len(listing.entries), listing.more) == (LISTED, 3)


def test_devices_and_pipes_are_not_listed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    assert names(f"{tmp_path}/") == []


@given(st.text(max_size=30) | st.sampled_from(["a**b", "~nobody/x", "x" * 300, "\0", "..", "/"]))
def test_whatever_is_typed_it_never_fails(text: str) -> None:
    look(text, SUFFIXES)


async def test_typing_and_the_list(folder: Path) -> None:
    (folder / "z[b]" / "in.csv").touch()
    app = FieldApp(folder)
    async with app.run_test() as pilot:
        path, entries = app.query_one(Input), app.query_one(OptionList)
        await wait_for(pilot, lambda: entries.option_count == 5)
        # The folder with brackets in its name, and into it.
        await pilot.press("down", "down", "enter")
        await wait_for(pilot, lambda: path.value == f"{folder}/z[b]/")
        await wait_for(pilot, lambda: entries.option_count == 2)
        await pilot.press("down", "enter")
        assert path.value == f"{folder}/z[b]/in.csv" and app.focused is path
        assert not app.chosen
        await pilot.press("enter")
        await wait_for(pilot, lambda: app.chosen == [folder / "z[b]" / "in.csv"])


async def test_a_path_that_would_be_markup_is_shown_as_it_is(tmp_path: Path) -> None:
    """textual-fspicker 1.0.1 ends the app here."""
    start = tmp_path / "z[" / "b]"
    start.mkdir(parents=True)
    (start / "in.csv").touch()
    app = FieldApp(start)
    async with app.run_test() as pilot:
        await wait_for(pilot, lambda: app.query_one(OptionList).option_count == 2)
        assert app.query_one(Input).value.endswith("/z[/b]/")


async def test_the_beginning_of_a_name_and_down_is_that_name(folder: Path) -> None:
    app = FieldApp(folder)
    async with app.run_test() as pilot:
        path = app.query_one(Input)
        path.value = f"{folder}/b"
        await wait_for(pilot, lambda: app.query_one(OptionList).option_count == 2)
        await pilot.press("down", "enter")
        assert path.value == f"{folder}/b.jsonl"


async def test_keys_that_come_at_once_find_the_list(folder: Path) -> None:
    """As a terminal sends them: the second before the app has drawn what the first one did."""
    app = FieldApp(folder)
    async with app.run_test() as pilot:
        path = app.query_one(Input)
        await wait_for(pilot, lambda: app.query_one(OptionList).option_count == 5)
        for key in ("down", "down", "enter"):
            app.post_message(events.Key(key, None))
        await wait_for(pilot, lambda: path.value == f"{folder}/z[b]/")


async def test_up_from_the_first_line_goes_back_to_the_path(folder: Path) -> None:
    app = FieldApp(folder)
    async with app.run_test() as pilot:
        entries = app.query_one(OptionList)
        await wait_for(pilot, lambda: entries.option_count == 5)
        await pilot.press("down", "down")
        assert app.focused is entries
        await pilot.press("up", "up")
        assert isinstance(app.focused, Input)


async def test_enter_on_a_folder_opens_it(folder: Path) -> None:
    app = FieldApp(folder)
    async with app.run_test() as pilot:
        path = app.query_one(Input)
        path.value = str(folder / "z[b]")
        await pilot.press("enter")
        await wait_for(pilot, lambda: path.value == f"{folder}/z[b]/")
        assert not app.chosen


@pytest.mark.parametrize("text", ["a**b", "x" * 300, "~nobody/x.csv", "/none/at/all.csv"])
async def test_a_path_of_no_file_is_chosen_as_it_is(folder: Path, text: str) -> None:
    app = FieldApp(folder)
    async with app.run_test() as pilot:
        app.query_one(Input).value = text
        await pilot.press("enter")
        await wait_for(pilot, lambda: app.chosen)


async def test_a_folder_that_goes_away_leaves_an_empty_list(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    app = FieldApp(gone)
    async with app.run_test() as pilot:
        gone.rmdir()
        app.query_one(Input).value = f"{gone}/x"
        await wait_for(pilot, lambda: app.query_one(OptionList).option_count == 1)
        assert app.is_running


async def test_what_is_pasted_loses_its_hidden_characters(folder: Path) -> None:
    app = FieldApp(folder)
    async with app.run_test() as pilot:
        path = app.query_one(Input)
        path.value = "/a\u202eb\x1b[2J"
        await wait_for(pilot, lambda: path.value == "/ab[2J")
