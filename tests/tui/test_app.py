"""What all screens share: going about, keys, settings, help, the palette, the first start."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from staging import Stage
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.widgets import Input, Static
from waiting import settled, wait_for

from promptstyle.core.library import Library
from promptstyle.tui import keys
from promptstyle.tui.app import PromptstyleApp
from promptstyle.tui.screens.help import HelpScreen
from promptstyle.tui.screens.welcome import FIRST_TOPIC, WelcomeScreen
from promptstyle.tui.widgets.candidate_card import CandidateCard
from promptstyle.tui.widgets.keys_bar import KeysBar
from promptstyle.tui.widgets.navigation import SCREENS, Navigation
from promptstyle.tui.widgets.topic_field import TopicField

Running = Pilot[Any]


def said(pilot: Running) -> str:
    return "\n".join(each.message for each in pilot.app._notifications)


async def at(pilot: Running, name: str) -> None:
    await wait_for(pilot, lambda: pilot.app.current_mode == name and pilot.app.screen.furnished)


# --- going about ---


@pytest.mark.parametrize("how", ["key", "click", "palette"])
async def test_every_screen_is_reached(trained: Stage, how: str) -> None:
    async with trained.app().run_test(size=(100, 30)) as pilot:
        for name, (key, title) in reversed(SCREENS.items()):
            if how == "key":
                await pilot.press(key.lower())
            elif how == "click":
                bar = str(pilot.app.screen.query_one(Navigation).render())
                await pilot.click(Navigation, offset=(bar.index(title), 0))
            else:
                await run_command(pilot, title)
            await at(pilot, name)
            shown = pilot.app.screen.query_one(Navigation).render()
            assert f" {title} " in str(shown)


async def run_command(pilot: Running, words: str) -> None:
    await pilot.press("ctrl+p")
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, CommandPalette))
    pilot.app.screen.query_one(Input).value = words
    await wait_for(pilot, lambda: pilot.app.screen.query("#--results, CommandList"))
    await pilot.pause(0.3)
    await pilot.press("enter")


async def test_brackets_turn_the_pages_where_nothing_is_typed(trained: Stage) -> None:
    async with trained.app().run_test() as pilot:
        await pilot.press("f4")
        await at(pilot, "retrain")
        await pilot.press("right_square_bracket")
        await at(pilot, "results")
        await pilot.press("left_square_bracket", "left_square_bracket")
        await at(pilot, "library")


async def test_a_bracket_in_the_topic_is_a_bracket(trained: Stage) -> None:
    async with trained.app().run_test() as pilot:
        await pilot.press("right_square_bracket", "question_mark", "l")
        assert pilot.app.current_mode == "write"
        assert pilot.app.screen.query_one(TopicField).text == "]?l"


async def test_the_bar_tells_of_a_running_retrain_on_every_screen(trained: Stage) -> None:
    app = trained.app()
    async with app.run_test(size=(100, 30)) as pilot:
        assert "retraining" not in str(app.screen.query_one(Navigation).render())
        assert app.retrain()
        await wait_for(pilot, lambda: trained.jobs)
        trained.job.advance(lambda event: event.get("step") == 60)
        await wait_for(pilot, lambda: app.retraining.step == 60)
        for key in ("f3", "f5"):
            await pilot.press(key)
            await pilot.pause()
            bar = app.screen.query_one(Navigation)
            await wait_for(pilot, lambda bar=bar: "retraining" in str(bar.render()))


# --- keys ---


def test_every_binding_has_an_id_of_its_own_and_says_what_it_does() -> None:
    ids = [key.id for key in keys.TABLE]
    assert len(set(ids)) == len(ids)
    assert all(key.description and key.keys for key in keys.TABLE)


def test_no_class_of_the_app_has_a_binding_outside_the_table() -> None:
    root = Path(str(keys.__file__)).parent
    for file in root.rglob("*.py"):
        if file.name == "keys.py":
            continue
        text = file.read_text("utf-8")
        assert "Binding(" not in text, f"{file} makes a binding; tui/keys.py is the table"


@pytest.mark.parametrize("where", sorted({key.where for key in keys.TABLE}))
def test_no_key_of_one_place_does_two_things(where: str) -> None:
    owners: dict[str, str] = {}
    for key in keys.TABLE:
        # Esc stops the writing while a model writes, and is free otherwise.
        if key.where in (where, "app") and key.id != "app.cancel":
            for each in key.keys.split(","):
                assert each not in owners, f"{each}: {key.id} and {owners[each]}"
                owners[each] = key.id


async def test_keys_are_given_by_the_settings(trained: Stage) -> None:
    app = trained.app()
    app.session.remember(keys={"write.like": "f9", "app.library": "f10"})
    async with app.run_test() as pilot:
        await pilot.press("f10")
        await at(pilot, "library")
        await pilot.press("f2")
        await at(pilot, "write")
        await pilot.press(*"abc", "enter")
        await wait_for(pilot, lambda: any(c.candidate for c in app.screen.query(CandidateCard)))
        await settled(pilot)
        await pilot.press("l")
        await settled(pilot)
        assert app.session.library.profile("default").likes == 61
        await pilot.press("f9")
        await settled(pilot)
        assert app.session.library.profile("default").likes == 62


async def test_a_binding_that_is_none_is_said(trained: Stage) -> None:
    app = trained.app()
    app.session.remember(keys={"write.lick": "x"})
    async with app.run_test() as pilot:
        assert "no binding 'write.lick'" in said(pilot)


async def test_two_bindings_on_one_key_are_said(trained: Stage) -> None:
    app = trained.app()
    app.session.remember(keys={"write.copy": "x", "write.again": "x"})
    async with app.run_test() as pilot:
        await wait_for(pilot, lambda: "want the same key" in said(pilot))


async def test_a_click_on_a_key_at_the_bottom_presses_it(trained: Stage) -> None:
    async with trained.app().run_test(size=(100, 30)) as pilot:
        bar = str(pilot.app.screen.query_one(KeysBar).render())
        await pilot.click(KeysBar, offset=(bar.index("Help"), 0))
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))


# --- help ---


@pytest.mark.parametrize("key", ["f1", "question_mark"])
async def test_help_is_about_what_has_the_focus(trained: Stage, key: str) -> None:
    async with trained.app().run_test(size=(100, 40)) as pilot:
        if key == "question_mark":
            await pilot.press("tab")
        await pilot.press(key)
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        texts = " ".join(str(s.content) for s in pilot.app.screen.query(Static))
        if key == "f1":
            assert "Say what the prompt should be about" in texts
        assert "Type a topic, press Enter" in texts and "Leave promptstyle" in texts
        await pilot.press(key if key == "f1" else "escape")
        await pilot.press("escape")
        await at(pilot, "write")


# --- settings ---


async def test_the_theme_is_remembered(trained: Stage) -> None:
    async with trained.app().run_test() as pilot:
        pilot.app.theme = "nord"
        await pilot.pause()
    assert json.loads(trained.home.settings.read_text("utf-8"))["theme"] == "nord"
    async with trained.app().run_test() as pilot:
        assert pilot.app.theme == "nord"


async def test_a_damaged_settings_file_is_said_and_left_alone(trained: Stage) -> None:
    trained.home.settings.write_text("{oh", encoding="utf-8")
    async with trained.app().run_test() as pilot:
        assert "is not JSON" in said(pilot)
        pilot.app.theme = "nord"
        await pilot.pause()
        assert "mend it or delete it" in said(pilot)
    assert trained.home.settings.read_text("utf-8") == "{oh"


# --- the first start ---


async def test_a_first_start_explains_itself_once(empty: Stage) -> None:
    async with empty.app().run_test() as pilot:
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, WelcomeScreen))
        await pilot.click("#base")
        await at(pilot, "write")
        assert isinstance(pilot.app.focused, TopicField)


async def test_with_likes_there_is_no_welcome(liked: Stage) -> None:
    async with liked.app().run_test() as pilot:
        await settled(pilot)
        assert pilot.app.current_mode == "write" and len(pilot.app.screen_stack) == 1


async def test_the_starter_likes_in_one_go(empty: Stage) -> None:
    async with empty.app().run_test(size=(100, 30)) as pilot:
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, WelcomeScreen))
        await pilot.click("#starter")
        await wait_for(pilot, lambda: empty.jobs)
        with Library(empty.home.database) as library:
            assert library.profile("default").likes == 61
        assert empty.asked[0]["job"] == "retrain"
        await at(pilot, "retrain")
        empty.job.advance()
        await at(pilot, "write")
        await wait_for(
            pilot, lambda: any(c.candidate for c in pilot.app.screen.query(CandidateCard))
        )
        card = pilot.app.screen.query_one(CandidateCard)
        assert card.candidate is not None and card.candidate.topic == FIRST_TOPIC


async def test_a_first_retrain_that_fails_writes_nothing(empty: Stage) -> None:
    async with empty.app().run_test(size=(100, 30)) as pilot:
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, WelcomeScreen))
        await pilot.click("#starter")
        await wait_for(pilot, lambda: empty.jobs)
        empty.job.fail("the disk is full", "make room")
        await wait_for(pilot, lambda: "the disk is full" in said(pilot))
        assert pilot.app.current_mode == "retrain"
        with Library(empty.home.database) as library:
            assert library.candidates("default") == []


async def test_import_from_the_welcome_opens_the_picker_of_the_library(empty: Stage) -> None:
    async with empty.app().run_test(size=(100, 30)) as pilot:
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, WelcomeScreen))
        await pilot.click("#import")
        await wait_for(pilot, lambda: type(pilot.app.screen).__name__ == "OpenFileScreen")
        assert pilot.app.current_mode == "library"


# --- the library cannot be opened ---


async def test_a_damaged_library_ends_the_app_with_its_error(home: Any, empty: Stage) -> None:
    home.database.write_bytes(b"this is no database, " * 50)
    app = empty.app()
    async with app.run_test():
        pass
    assert app.failure is not None and "damaged" in app.failure.message


async def test_a_screen_that_is_asked_for_at_once_comes_when_it_can(
    trained: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = trained.app()
    with monkeypatch.context() as patch:
        patch.setattr(app, "_open", lambda: None)
        async with PromptstyleApp.run_test(app) as pilot:
            await pilot.press("f4")
            assert app.current_mode == "write"
            patch.undo()
            app._open()
            await at(pilot, "retrain")
