"""Settings: opened by key and menu, stored at once, never more than the file can hold."""

from __future__ import annotations

from typing import Any

import pytest
from staging import Stage
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Button
from waiting import settled, wait_for

from promptstyle.core import settings
from promptstyle.core.settings import Settings
from promptstyle.tui.screens.settings import ROWS, SettingsScreen
from promptstyle.tui.widgets.choice import Choice
from promptstyle.tui.widgets.topic_field import TopicField

Running = Pilot[Any]


async def opened(pilot: Running) -> SettingsScreen:
    # The pictures' tests begin before the first screen is whole.
    await wait_for(pilot, lambda: getattr(pilot.app.screen_stack[0], "furnished", False))
    await pilot.press("f10")
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))
    await settled(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, SettingsScreen)
    return screen


async def test_the_keys_choose_and_what_is_chosen_is_stored(liked: Stage) -> None:
    app = liked.app()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        assert screen.query_one("#strength", Choice).value == "100 %"
        await pilot.press("left", "left", "down", "right", "down", "right")
        await wait_for(pilot, lambda: not app.session.settings.ideas)
        found, problems = settings.load(liked.home)
        assert (found.strength, found.pool, found.ideas, problems) == (0.7, 1, False, [])
        assert app.session.settings == found
        screen.query_one("Button", Button).press()
        await wait_for(pilot, lambda: app.session.settings.ideas)
        found, _ = settings.load(liked.home)
        usual = Settings()
        assert all(getattr(found, row.name) == getattr(usual, row.name) for row in ROWS)
        await pilot.press("escape")
        assert len(app.screen_stack) == 1


async def test_keys_that_come_at_once_keep_their_order(liked: Stage) -> None:
    app = liked.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        for key in ("left", "down", "right", "down", "right"):
            app.post_message(Key(key, None))
        await wait_for(pilot, lambda: not app.session.settings.ideas)
        found = app.session.settings
        assert (found.strength, found.pool, found.ideas) == (0.85, 1, False)


async def test_a_comma_opens_them_but_not_while_a_topic_is_typed(liked: Stage) -> None:
    app = liked.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("c", "a", "t", "s", "comma")
        assert app.screen.query_one(TopicField).text == "cats,"
        app.screen.query_one("#mode", Choice).focus()
        await pilot.press("comma")
        await wait_for(pilot, lambda: isinstance(app.screen, SettingsScreen))


async def test_a_value_of_the_file_that_no_list_has_is_offered_and_kept(liked: Stage) -> None:
    settings.change(liked.home, strength=0.33, pool=7, retrain_after=3)
    app = liked.app()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        shown = {row.name: screen.query_one(f"#{row.name}", Choice).value for row in ROWS}
        assert (shown["strength"], shown["pool"], shown["retrain_after"]) == ("33 %", "7", "3")
        await pilot.press("right")
        await wait_for(pilot, lambda: app.session.settings.strength == 0.5)
        await pilot.press("left")
        await wait_for(pilot, lambda: app.session.settings.strength == 0.33)
        assert settings.load(liked.home)[0].pool == 7


async def test_a_file_that_cannot_be_written_says_so(liked: Stage) -> None:
    app = liked.app()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        liked.home.settings.write_text("no JSON")
        await pilot.press("left")
        await wait_for(pilot, lambda: len(app._notifications) == 1)
        assert screen.query_one("#strength", Choice).value == "100 %"
        assert liked.home.settings.read_text() == "no JSON"


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
def test_picture_of_the_settings(snap_compare: Any, liked: Stage, size: tuple[int, int]) -> None:
    async def still(pilot: Running) -> None:
        await opened(pilot)

    assert snap_compare(liked.app(), terminal_size=size, run_before=still)
