"""Models and profiles: one test for each thing that a user does there, a picture of each state."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from staging import Stage, add_run
from textual.pilot import Pilot
from textual.widgets import Button, Input, OptionList, Static
from waiting import settled, wait_for

from promptstyle.core import inventory, journal, settings
from promptstyle.core.bases import registry
from promptstyle.core.library import Library
from promptstyle.core.library.records import Profile
from promptstyle.tui import commands, keys
from promptstyle.tui.retraining import Phase
from promptstyle.tui.screens.add_base import AddBaseScreen
from promptstyle.tui.screens.models import ModelsScreen
from promptstyle.tui.screens.new_profile import NewProfileScreen
from promptstyle.tui.screens.verify import VerifyScreen
from promptstyle.tui.screens.write import WriteScreen
from promptstyle.tui.widgets.candidate_card import CandidateCard
from promptstyle.tui.widgets.folder_field import FolderField
from promptstyle.tui.widgets.model_board import ModelBoard
from promptstyle.tui.widgets.model_details import Details
from promptstyle.tui.widgets.navigation import Navigation
from promptstyle.tui.widgets.rows import Rows
from promptstyle.tui.widgets.topic_field import TopicField

Running = Pilot[Any]
EVIL = "[@click=app.quit]x[/]\x1b]52;c;eA==\x07\u202e"
THEN = "2026-03-01T10:00:00Z"


def said(pilot: Running) -> str:
    """Everything that toasts say now."""
    return "\n".join(each.message for each in pilot.app._notifications)


def rows(pilot: Running, name: str) -> list[list[str]]:
    """The cells of a list, as plain text."""
    table = pilot.app.screen.query_one(f"#{name}", Rows)
    return [[cell.plain for cell in table.get_row_at(n)] for n in range(table.row_count)]


def row(pilot: Running, name: str, key: str) -> list[str]:
    """The row of a list that is about `key`."""
    return next(cells for cells in rows(pilot, name) if cells[1] == key)


def details(pilot: Running) -> str:
    return str(pilot.app.screen.query_one(Details).query_one(Static).content)


def bar(pilot: Running) -> str:
    """The words at the right of the bar at the top."""
    _, right = pilot.app.screen.query_one(Navigation)._items()
    return "".join(each.plain for each, _ in right)


def text(pilot: Running, name: str) -> str:
    return str(pilot.app.screen.query_one(f"#{name}", Static).content)


def profile(stage: Stage, name: str = "default") -> Profile:
    with Library(stage.home.database) as library:
        return library.profile(name)


def with_model(stage: Stage, run: str) -> None:
    """A file where the run's model would be."""
    (stage.home.runs / run / "model.gguf").write_bytes(b"GGUF")


def add_to_list(stage: Stage, name: str, path: Path) -> None:
    """An added base, as the list of them has it."""
    listed = stage.home.models / "bases.json"
    known = json.loads(listed.read_text("utf-8")) if listed.is_file() else {}
    listed.write_text(json.dumps({**known, name: {"path": str(path), "sha256": {}}}), "utf-8")


async def opened(pilot: Running, section: str = "bases") -> ModelsScreen:
    """Go to Models and wait until all is read; then to one of the lists."""
    await wait_for(pilot, lambda: getattr(pilot.app.screen, "furnished", False), "the first screen")
    await pilot.press("f6")
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, ModelsScreen))
    screen = pilot.app.screen
    assert isinstance(screen, ModelsScreen)
    await wait_for(pilot, lambda: screen.furnished)
    await settled(pilot)
    assert rows(pilot, "bases")
    screen.query_one(f"#{section}").focus()
    await pilot.pause()
    return screen


async def mark(pilot: Running, name: str, key: str) -> None:
    """Go down a list to a row, as a user would."""
    table = pilot.app.screen.query_one(f"#{name}", Rows)
    table.focus()
    await pilot.press("home")
    for _ in range(table.row_count):
        await pilot.pause()
        if table.marked == key:
            return
        await pilot.press("down")
    raise AssertionError(f"no row {key}")


@pytest.fixture
def copied(tmp_path: Path, base_dir: Path) -> Path:
    """A folder with a base of its own."""
    return Path(shutil.copytree(base_dir, tmp_path / "folders" / "copy"))


@pytest.fixture
def two_runs(trained: Stage) -> Stage:
    """Two runs, the second one writes; and a second profile without likes."""
    add_run(trained.home, "default-2", mode="lora")
    for run in ("default-1", "default-2"):
        with_model(trained, run)
    with Library(trained.home.database) as library:
        library.ensure_profile("work")
    return trained


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Keeps the looking at the bases from its end until it is set."""
    event, real = threading.Event(), inventory.bases

    def bases(*given: Any) -> Any:
        found = real(*given)
        event.wait()
        return found

    monkeypatch.setattr(inventory, "bases", bases)
    yield event
    event.set()


# --- what there is ---


async def test_every_base_stands_with_its_state_and_the_run_on_it(two_runs: Stage) -> None:
    async with two_runs.app().run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        mark, _, state, weights, run, context, source = row(pilot, "bases", "embedded")
        assert (mark, state, run, source) == ("●", "ready", "default-2", "embedded")
        assert weights.endswith("M") and context == "2,048"
        missing = row(pilot, "bases", "tinyllama")
        assert missing == [" ", "tinyllama", "missing", "-", "-", "-", "hub"]
        assert "embedded: ready" in details(pilot) and "default-2 writes on it" in details(pilot)
        assert "model.safetensors" in details(pilot)


async def test_runs_are_newest_first_with_the_one_that_writes_marked(two_runs: Stage) -> None:
    async with two_runs.app().run_test(size=(100, 30)) as pilot:
        await opened(pilot, "runs")
        assert [cells[1] for cells in rows(pilot, "runs")] == ["default-2", "default-1"]
        newest = row(pilot, "runs", "default-2")
        assert (newest[0], newest[2], newest[4], newest[7]) == ("●", "embedded", "lora", "51 + 10")
        scores = json.loads((two_runs.home.runs / "default-2" / "manifest.json").read_text())[
            "scores"
        ]
        assert newest[5:7] == [f"{scores['rougeL']:.3f}", f"{scores['rouge1']:.3f}"]
        assert row(pilot, "runs", "default-1")[0] == " "
        assert "default-2: on embedded" in details(pilot)


async def test_a_run_of_another_base_has_a_mark_of_its_own(two_runs: Stage, copied: Path) -> None:
    add_to_list(two_runs, "copy", copied)
    add_run(two_runs.home, "default-3", base="copy")
    async with two_runs.app().run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        assert [cells[0] for cells in rows(pilot, "runs")] == ["●", "○", " "]
        assert row(pilot, "bases", "copy")[0] == "●"
        assert row(pilot, "bases", "embedded")[4] == "default-2"


async def test_profiles_stand_with_likes_base_and_run(two_runs: Stage) -> None:
    async with two_runs.app().run_test(size=(100, 30)) as pilot:
        await opened(pilot, "profiles")
        assert row(pilot, "profiles", "default")[:6] == [
            "●",
            "default",
            "61",
            "10",
            "embedded",
            "default-2",
        ]
        assert row(pilot, "profiles", "work")[:6] == [" ", "work", "0", "0", "embedded", "-"]
        assert "61 liked prompts, 10 of them held out" in details(pilot)


async def test_it_says_that_it_looks_until_it_has_looked(
    two_runs: Stage, gate: threading.Event
) -> None:
    async with two_runs.app().run_test() as pilot:
        await pilot.press("f6")
        await wait_for(pilot, lambda: rows(pilot, "runs"))
        assert pilot.app.screen.query_one("#bases").border_title == "Bases: looking…"
        assert "Looking" in details(pilot)
        gate.set()
        await wait_for(pilot, lambda: rows(pilot, "bases"))
        assert pilot.app.screen.query_one("#bases").border_title == "Bases"


async def test_a_missing_base_says_what_to_do(two_runs: Stage) -> None:
    async with two_runs.app().run_test() as pilot:
        await opened(pilot)
        await mark(pilot, "bases", "tinyllama")
        assert "not on this machine" in details(pilot)
        assert "promptstyle add-model FOLDER --name tinyllama" in details(pilot)


async def test_a_damaged_list_of_bases_is_told_and_the_rest_works(two_runs: Stage) -> None:
    (two_runs.home.models / "bases.json").write_text("[", "utf-8")
    async with two_runs.app().run_test() as pilot:
        await pilot.press("f6")
        await wait_for(pilot, lambda: "bases.json is damaged" in details(pilot))
        assert "What to do: move it away" in details(pilot)
        assert len(rows(pilot, "runs")) == 2


async def test_a_profile_without_runs_says_so(liked: Stage) -> None:
    async with liked.app().run_test() as pilot:
        screen = await opened(pilot, "runs")
        assert screen.query_one("#runs").border_title == "Runs of default: none yet"
        assert "F4" in details(pilot)
        await pilot.press("enter", "a")
        await settled(pilot)
        assert profile(liked).active_run is None


async def test_what_others_wrote_stays_text(two_runs: Stage, tmp_path: Path) -> None:
    add_to_list(two_runs, EVIL, tmp_path / EVIL)
    async with two_runs.app().run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await mark(pilot, "bases", EVIL)
        shown = " ".join(cells[1] for cells in rows(pilot, "bases")) + details(pilot)
        assert "[@click=app.quit]x[/]␛]52;c;eA==␇<U+202E>" in shown
        assert not set("\x1b\x07\u202e") & set(shown)
        await pilot.press("v")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, VerifyScreen))
        await settled(pilot)
        assert "@click" in text(pilot, "said") and "\x1b" not in text(pilot, "said")
        frame = "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())
        assert "[@click=app.quit]x[/]␛" in frame and "\x1b" not in frame


# --- the keys, the buttons, the mouse ---


async def test_keys_and_buttons_are_about_the_list_that_has_the_focus(two_runs: Stage) -> None:
    async with two_runs.app().run_test(size=(100, 30)) as pilot:
        screen = await opened(pilot)

        def shown() -> list[str]:
            buttons = screen.query_one("#actions").query(Button)
            return [str(button.label) for button in buttons if button.display]

        def possible() -> set[str]:
            names = {key.action for key in keys.TABLE if key.where == "models"}
            return {name for name in names if pilot.app._check_action_state(name, screen)}

        assert shown() == ["Use", "Fetch", "Verify", "Add a folder"]
        assert possible() == {"use", "fetch", "verify", "add", "new"}
        await pilot.press("tab", "tab")
        assert shown() == ["Activate"]
        assert possible() == {"activate", "add", "new"}
        await pilot.press("tab")
        assert shown() == ["Switch", "New profile"]
        palette = {each.title for each in commands.commands(pilot.app, screen)}
        assert {"Switch", "New profile", "Add folder"} <= palette and "Verify" not in palette


async def test_a_click_marks_and_a_double_click_chooses(two_runs: Stage) -> None:
    async with two_runs.app().run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        # Border, header, first row.
        await pilot.click("#runs", offset=(10, 3))
        await pilot.click("#runs", offset=(30, 3))
        await settled(pilot)
        assert pilot.app.screen.query_one("#runs", Rows).marked == "default-1"
        assert profile(two_runs).active_run == "default-2"
        await pilot.click("#runs", offset=(10, 3), times=2)
        await wait_for(pilot, lambda: row(pilot, "runs", "default-1")[0] == "●")
        assert profile(two_runs).active_run == "default-1"


async def test_buttons_do_what_the_keys_do(two_runs: Stage) -> None:
    async with two_runs.app().run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await pilot.click("#verify")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, VerifyScreen))
        await pilot.click("#back")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, ModelsScreen))
        await mark(pilot, "runs", "default-1")
        await pilot.click("#activate")
        await wait_for(pilot, lambda: row(pilot, "runs", "default-1")[0] == "●")


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 60)])
async def test_everything_is_on_the_screen_at_any_size(
    two_runs: Stage, size: tuple[int, int]
) -> None:
    async with two_runs.app().run_test(size=size) as pilot:
        screen = await opened(pilot)
        for name in ("bases", "details", "runs", "profiles"):
            region = screen.query_one(f"#{name}").region
            assert region.height >= 4 and screen.region.contains_region(region)
        for name in ("bases", "runs", "profiles"):
            table = screen.query_one(f"#{name}", Rows)
            assert table.virtual_size.width <= table.scrollable_content_region.width
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        assert len(rows(pilot, "bases")[0]) == 7


# --- bases ---


async def test_another_base_is_used_from_now_on(two_runs: Stage, copied: Path) -> None:
    add_to_list(two_runs, "copy", copied)
    async with two_runs.app().run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await mark(pilot, "bases", "copy")
        await pilot.press("enter")
        await wait_for(pilot, lambda: row(pilot, "bases", "copy")[0] == "●")
        assert profile(two_runs).base == "copy"
        assert "default now uses copy: nothing is learnt on it yet" in said(pilot)
        await mark(pilot, "bases", "embedded")
        await pilot.press("u")
        await wait_for(pilot, lambda: row(pilot, "bases", "embedded")[0] == "●")
        assert "default-2 writes again" in said(pilot)


async def test_a_base_that_is_missing_is_not_used(two_runs: Stage) -> None:
    async with two_runs.app().run_test() as pilot:
        await opened(pilot)
        await mark(pilot, "bases", "tinyllama")
        await pilot.press("u")
        await wait_for(pilot, lambda: "tinyllama' is missing" in said(pilot))
        assert profile(two_runs).base == "embedded"


async def test_verifying_reads_every_file(two_runs: Stage, copied: Path) -> None:
    add_to_list(two_runs, "copy", copied)
    registry.add(two_runs.home, copied, "copy")
    async with two_runs.app().run_test() as pilot:
        await opened(pilot)
        await mark(pilot, "bases", "copy")
        await pilot.press("v")
        await wait_for(pilot, lambda: "All is well" in text(pilot, "said"))
        assert "ok  model.safetensors: as recorded" in text(pilot, "found")
        await pilot.press("escape")
        weights = bytearray((copied / "model.safetensors").read_bytes())
        weights[-1] ^= 1
        (copied / "model.safetensors").write_bytes(weights)
        await pilot.press("v")
        await wait_for(pilot, lambda: "It is damaged" in text(pilot, "said"))
        assert "BAD model.safetensors: differs" in text(pilot, "found")
        assert "ok  config.json" in text(pilot, "found")


async def test_verifying_tells_how_far_it_is_and_ends_with_the_dialog(
    two_runs: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, on = threading.Event(), threading.Event()
    real = registry.verify

    def verify(home: Any, name: str, progress: Any) -> Any:
        def slow(*told: Any) -> None:
            progress(*told)
            on.wait()

        try:
            return real(home, name, slow)
        finally:
            ended.set()

    monkeypatch.setattr(registry, "verify", verify)
    async with two_runs.app().run_test() as pilot:
        await opened(pilot)
        await pilot.press("v")
        await wait_for(pilot, lambda: "Reading config.json" in text(pilot, "said"))
        await pilot.press("escape")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, ModelsScreen))
        on.set()
        await wait_for(pilot, ended.is_set)
        await settled(pilot)
        assert not said(pilot)


async def test_verifying_what_is_missing_says_what_to_do(two_runs: Stage) -> None:
    async with two_runs.app().run_test() as pilot:
        await opened(pilot)
        await mark(pilot, "bases", "tinyllama")
        await pilot.press("v")
        await wait_for(pilot, lambda: "could not be verified" in text(pilot, "said"))
        assert "add-model" in text(pilot, "found")


# --- adding a folder ---


async def adding(pilot: Running, start: str) -> AddBaseScreen:
    """Open the dialog and type a path in place of the one that stands there."""
    await opened(pilot)
    await pilot.press("f")
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, AddBaseScreen))
    screen = pilot.app.screen
    assert isinstance(screen, AddBaseScreen)
    await typed(pilot, screen, start)
    return screen


async def typed(pilot: Running, screen: AddBaseScreen, path: str) -> None:
    """Put a path into the field, and let the dialog take it in."""
    field = screen.query_one(FolderField)
    field.query_one(Input).value = path
    # What was said of the last one goes when the new one has come, and the buttons move up.
    await wait_for(
        pilot,
        lambda: (
            screen.query_one("#name", Input).value == field.path.name
            and not text(pilot, "said")
            and not pilot.app.message_queue_size
        ),
        "the new path",
    )
    await settled(pilot)


async def test_a_folder_is_typed_and_added(two_runs: Stage, copied: Path) -> None:
    async with two_runs.app().run_test(size=(100, 30)) as pilot:
        screen = await adding(pilot, str(copied))
        assert screen.query_one("#name", Input).value == "copy"
        screen.query_one("#name", Input).value = "mine"
        await pilot.press("enter")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, ModelsScreen))
        await settled(pilot)
        assert row(pilot, "bases", "mine")[2] == "ready"
        assert pilot.app.screen.query_one("#bases", Rows).marked == "mine"
        assert registry.get(two_runs.home, "mine").path == copied


async def test_a_folder_is_found_in_the_list(two_runs: Stage, copied: Path) -> None:
    (copied.parent / "another").mkdir()
    (copied.parent / ".hidden").mkdir()
    async with two_runs.app().run_test(size=(100, 30)) as pilot:
        screen = await adding(pilot, f"{copied.parent}{os.sep}")
        folders = screen.query_one(OptionList)
        names = [str(option.prompt) for option in folders.options]
        assert names == ["..  (up)", "another", "copy  (has config.json)"]
        await pilot.press("down", "down", "down", "enter")
        await settled(pilot)
        assert screen.query_one(FolderField).path == copied
        assert screen.query_one("#name", Input).value == "copy"
        assert folders.has_focus
        await pilot.press("up")
        assert screen.query_one(FolderField).query_one(Input).has_focus
        await pilot.press("enter")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, ModelsScreen))
        assert registry.get(two_runs.home, "copy").path == copied


async def test_what_is_no_model_is_refused_where_it_was_typed(
    two_runs: Stage, tmp_path: Path
) -> None:
    async with two_runs.app().run_test() as pilot:
        screen = await adding(pilot, str(tmp_path))
        await pilot.click("#add")
        await wait_for(pilot, lambda: "is no base that can be used" in text(pilot, "said"))
        await typed(pilot, screen, str(tmp_path / "nowhere"))
        # A button takes no other press while it is drawn as pressed.
        await wait_for(pilot, lambda: not screen.query_one("#add").has_class("-active"))
        # By key: the button is drawn elsewhere once what was said has gone.
        screen.query_one("#add").focus()
        await pilot.press("enter")
        await wait_for(pilot, lambda: "there is no folder" in text(pilot, "said"))
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, ModelsScreen)
        names = [base.name for base in registry.bases(two_runs.home)]
        assert names == ["embedded", "smollm2", "tinyllama"]


async def test_strange_paths_do_no_harm(two_runs: Stage, tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31mb").mkdir()
    async with two_runs.app().run_test() as pilot:
        screen = await adding(pilot, f"{tmp_path}/\x1b")
        field = screen.query_one(FolderField).query_one(Input)
        assert field.value == f"{tmp_path}/"
        assert [str(o.prompt) for o in screen.query_one(OptionList).options] == ["..  (up)"]
        for path in ("~nobody-at-all/x", "", "/", "x" * 5_000):
            field.value = path
            await settled(pilot)
            await pilot.press("enter")
            await settled(pilot)
            assert text(pilot, "said")
        assert pilot.app.screen is screen


# --- runs ---


async def test_an_earlier_run_writes_again(two_runs: Stage) -> None:
    async with two_runs.app().run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await mark(pilot, "runs", "default-1")
        await pilot.press("a")
        await wait_for(pilot, lambda: row(pilot, "runs", "default-1")[0] == "●")
        assert row(pilot, "runs", "default-2")[0] == " "
        assert row(pilot, "bases", "embedded")[4] == "default-1"
        assert "default-1 on embedded writes from now on" in said(pilot)
        await settled(pilot)
        # Loaded before the next topic needs it.
        assert two_runs.engines.started[-1] == two_runs.home.runs / "default-1" / "model.gguf"


async def test_a_run_whose_model_is_gone_is_not_activated(two_runs: Stage) -> None:
    (two_runs.home.runs / "default-1" / "model.gguf").unlink()
    async with two_runs.app().run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await mark(pilot, "runs", "default-1")
        assert row(pilot, "runs", "default-1")[4] == "model gone"
        assert "gone from the disk" in details(pilot)
        await pilot.press("enter")
        await wait_for(pilot, lambda: "the model of default-1 is gone" in said(pilot))
        assert profile(two_runs).active_run == "default-2"


# --- profiles ---


async def test_another_profile_is_in_use_everywhere(two_runs: Stage) -> None:
    async with two_runs.app().run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        (engine,) = two_runs.engines.jobs
        await opened(pilot)
        await mark(pilot, "profiles", "work")
        await pilot.press("s")
        await wait_for(pilot, lambda: "Now in use: work" in said(pilot))
        await settled(pilot)
        assert row(pilot, "profiles", "work")[0] == "●"
        screen = pilot.app.screen
        assert screen.query_one("#runs").border_title == "Runs of work: none yet"
        assert " work " in bar(pilot)
        assert settings.load(two_runs.home)[0].profile == "work"
        # The models stay loaded: profiles share them.
        assert engine.running
        await pilot.press("f2")
        field = pilot.app.screen.query_one(TopicField)
        field.focus()
        field.take("podcasts")
        await pilot.press("enter")
        await settled(pilot)
        (card,) = pilot.app.screen.query(CandidateCard)
        assert card.candidate is not None and card.candidate.profile == "work"


async def test_the_profile_in_use_is_not_switched_to(two_runs: Stage) -> None:
    async with two_runs.app().run_test() as pilot:
        await opened(pilot)
        await mark(pilot, "profiles", "default")
        await pilot.press("enter")
        await wait_for(pilot, lambda: "default is the profile in use" in said(pilot))


async def test_a_new_profile_is_made_and_in_use(two_runs: Stage) -> None:
    async with two_runs.app().run_test() as pilot:
        await opened(pilot)
        await pilot.press("n")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, NewProfileScreen))
        await pilot.press(*"poems", "enter")
        await wait_for(pilot, lambda: "Now in use: poems" in said(pilot))
        await settled(pilot)
        assert row(pilot, "profiles", "poems")[0] == "●"
        assert profile(two_runs, "poems").likes == 0


async def test_a_name_that_cannot_be_is_refused_where_it_was_typed(two_runs: Stage) -> None:
    async with two_runs.app().run_test() as pilot:
        await opened(pilot)
        await pilot.press("n")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, NewProfileScreen))
        for name, problem in (("", "cannot be"), ("../x", "cannot be"), ("Work", "already")):
            pilot.app.screen.query_one(Input).value = name
            await pilot.press("enter")
            await wait_for(pilot, lambda problem=problem: problem in text(pilot, "problem"))  # type: ignore[misc]
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, ModelsScreen)
        with Library(two_runs.home.database) as library:
            assert [each.name for each in library.profiles()] == ["default", "work"]


async def test_what_is_being_written_ends_and_is_kept(two_runs: Stage) -> None:
    two_runs.engines.held = True
    async with two_runs.app().run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        field = pilot.app.screen.query_one(TopicField)
        field.take("podcasts")
        await pilot.press("enter")
        await wait_for(pilot, lambda: any(s["op"] == "generate" for s in two_runs.engines.job.sent))
        two_runs.engines.job.let(3)
        (card,) = pilot.app.screen.query(CandidateCard)
        await wait_for(pilot, lambda: card.text)
        await pilot.press("f6")
        await wait_for(pilot, lambda: rows(pilot, "profiles"))
        await mark(pilot, "profiles", "work")
        await pilot.press("s")
        await wait_for(pilot, lambda: "Now in use: work" in said(pilot))
        await settled(pilot)
        with closing(sqlite3.connect(two_runs.home.database)) as connection:
            kept = connection.execute("SELECT profile, finish FROM candidates").fetchall()
        assert kept == [("default", "cancelled")]
        await pilot.press("f2")
        assert isinstance(pilot.app.screen, WriteScreen)
        assert not pilot.app.screen.cards


async def test_a_retrain_goes_on_for_the_profile_that_it_is_of(two_runs: Stage) -> None:
    async with two_runs.app().run_test(size=(110, 30)) as pilot:
        app = pilot.app
        await opened(pilot)
        assert app.retrain()
        two_runs.job.advance_to_stage("merge")
        await wait_for(pilot, lambda: app.retraining.stage == "merge")
        await mark(pilot, "profiles", "work")
        await pilot.press("s")
        await wait_for(pilot, lambda: "Now in use: work" in said(pilot))
        assert two_runs.job.running and app.retraining.profile == "default"
        assert "retraining default" in bar(pilot)
        assert not app.retrain()
        await wait_for(pilot, lambda: "a retrain of default is running" in said(pilot))
        two_runs.job.advance()
        await wait_for(pilot, lambda: app.retraining.phase is Phase.DONE)
        assert any(each.title == "Retrain of default" for each in app._notifications)
        assert app.session.profile == "work"


async def test_a_retrain_in_the_background_is_watched_with_its_profile(two_runs: Stage) -> None:
    """Its journal is this process's own: it runs for as long as the test does."""

    class Silent:
        def send(self, event: dict[str, Any]) -> None: ...

        def check(self) -> None: ...

    two_runs.home.building.mkdir(parents=True, exist_ok=True)
    tee = journal.Tee(two_runs.home, "default", Silent())  # type: ignore[arg-type]
    tee.note({"event": "step", "step": 1, "steps": 4, "loss": 3.0})
    async with two_runs.app().run_test(size=(110, 30)) as pilot:
        app = pilot.app
        await wait_for(pilot, lambda: app.retraining.step == 1)
        await pilot.press("f6")
        await wait_for(pilot, lambda: rows(pilot, "profiles"))
        await mark(pilot, "profiles", "work")
        await pilot.press("s")
        await wait_for(pilot, lambda: "Now in use: work" in said(pilot))
        assert app.retraining.phase is Phase.IDLE
        tee.note({"event": "step", "step": 2, "steps": 4, "loss": 2.0})
        await settled(pilot)
        assert app.retraining.phase is Phase.IDLE and not app.retraining.losses
        await mark(pilot, "profiles", "default")
        await pilot.press("s")
        await wait_for(pilot, lambda: app.retraining.step == 2)
        assert app.retraining.losses == [(1, 3.0), (2, 2.0)]
        tee.note({"event": "failed", "code": "cancelled", "message": "interrupted", "hint": "-"})
        await wait_for(pilot, lambda: app.retraining.phase is Phase.CANCELLED)
    tee.close()


async def test_a_library_that_cannot_be_written_to_is_told(two_runs: Stage) -> None:
    async with two_runs.app().run_test() as pilot:
        await opened(pilot)
        await mark(pilot, "runs", "default-1")
        pilot.app.session.background._db._connection.execute("PRAGMA query_only = ON")
        await pilot.press("a")
        await wait_for(pilot, lambda: any(n.title == "Error" for n in pilot.app._notifications))
        assert isinstance(pilot.app.screen, ModelsScreen)


# --- pictures ---


@pytest.fixture
def dated(two_runs: Stage) -> Stage:
    """The same on every day."""
    with closing(sqlite3.connect(two_runs.home.database)) as connection, connection:
        connection.execute("UPDATE runs SET created = ?", (THEN,))
        connection.execute("UPDATE profiles SET created = ?", (THEN,))
    return two_runs


async def at_the_missing_base(pilot: Running) -> None:
    """Where no path of this machine is shown."""
    await opened(pilot)
    await mark(pilot, "bases", "tinyllama")


async def at_the_runs(pilot: Running) -> None:
    screen = await opened(pilot, "runs")
    screen.query_one(ModelBoard)._folder = Path("/home/ann/models/runs")
    await pilot.press("down")
    await pilot.pause()


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 60)])
def test_picture_of_the_bases(dated: Stage, snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(dated.app(), terminal_size=size, run_before=at_the_missing_base)


def test_picture_without_colours(
    dated: Stage, snap_compare: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(dated.app(), terminal_size=(80, 24), run_before=at_the_missing_base)


def test_picture_of_the_runs(dated: Stage, snap_compare: Any) -> None:
    assert snap_compare(dated.app(), terminal_size=(100, 30), run_before=at_the_runs)


def test_picture_of_looking(
    dated: Stage, snap_compare: Any, gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = dated.app()
    leave = app.exit

    def let_go(*given: Any, **named: Any) -> None:
        # The picture is taken; the thread must not keep the app from its end.
        gate.set()
        leave(*given, **named)

    monkeypatch.setattr(app, "exit", let_go)

    async def before(pilot: Running) -> None:
        await wait_for(pilot, lambda: getattr(pilot.app.screen, "furnished", False))
        await pilot.press("f6")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, ModelsScreen))
        await wait_for(pilot, lambda: rows(pilot, "runs") and pilot.app.screen.furnished)

    assert snap_compare(app, terminal_size=(80, 24), run_before=before)


def test_picture_of_what_was_verified(dated: Stage, snap_compare: Any) -> None:
    async def before(pilot: Running) -> None:
        await at_the_missing_base(pilot)
        await pilot.press("up", "up", "v")
        await wait_for(pilot, lambda: "All is well" in text(pilot, "said"))

    assert snap_compare(dated.app(), terminal_size=(80, 24), run_before=before)


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
def test_picture_of_adding_a_folder(dated: Stage, snap_compare: Any, size: tuple[int, int]) -> None:
    async def before(pilot: Running) -> None:
        await at_the_missing_base(pilot)
        await pilot.press("f")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, AddBaseScreen))
        field = pilot.app.screen.query_one(FolderField)
        field.query_one(Input).value = "/no/such/folder/"
        await settled(pilot)
        await pilot.press("enter")
        await wait_for(pilot, lambda: "there is no folder" in text(pilot, "said"))

    assert snap_compare(dated.app(), terminal_size=size, run_before=before)


def test_picture_of_a_new_profile(dated: Stage, snap_compare: Any) -> None:
    async def before(pilot: Running) -> None:
        await at_the_missing_base(pilot)
        await pilot.press("n")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, NewProfileScreen))
        await pilot.press(*"Work", "enter")

    assert snap_compare(dated.app(), terminal_size=(60, 20), run_before=before)
