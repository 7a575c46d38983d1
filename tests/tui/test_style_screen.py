"""Your style in a page: opened by key and menu, measured anew when the likes change."""

from __future__ import annotations

from typing import Any

import pytest
from staging import Stage
from textual.command import CommandPalette
from textual.containers import VerticalScroll
from textual.pilot import Pilot
from textual.widgets import Button, Input, Static
from waiting import quiet, settled, unblinking, wait_for

from promptstyle.core.library import Library, NewLike
from promptstyle.tui.app import PromptstyleApp
from promptstyle.tui.changes import Change
from promptstyle.tui.screens.style import StyleScreen
from promptstyle.tui.widgets.topic_field import TopicField

Running = Pilot[Any]
EVIL = "[@click=app.quit]x[/] \u202e"


def shown(pilot: Running) -> str:
    """All the text of the page."""
    return "\n".join(
        str(each.content) for each in pilot.app.screen.query_one("#page").query(Static)
    )


def said(pilot: Running) -> str:
    return "\n".join(each.message for each in pilot.app._notifications)


async def opened(pilot: Running, key: str = "f12") -> StyleScreen:
    # The pictures' tests begin before the first screen is whole.
    await wait_for(pilot, lambda: getattr(pilot.app.screen_stack[0], "furnished", False))
    await pilot.press(key)
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, StyleScreen))
    await settled(pilot)
    await wait_for(pilot, lambda: "Reading your likes" not in shown(pilot))
    screen = pilot.app.screen
    assert isinstance(screen, StyleScreen)
    return screen


def add(stage: Stage, prompts: list[str], profile: str = "default") -> None:
    with Library(stage.home.database) as library:
        library.ensure_profile(profile)
        library.add_likes(profile, [NewLike(f"topic {n}", text) for n, text in enumerate(prompts)])


@pytest.mark.parametrize("key", ["f12", "ctrl+t"])
async def test_a_key_shows_it_and_esc_closes_it(liked: Stage, key: str) -> None:
    async with liked.app().run_test(size=(100, 40)) as pilot:
        # Also from a text field, which has the focus at the start.
        await opened(pilot, key)
        assert "Opens with a command." in shown(pilot)
        assert "make sure (in 61 of 61)" in shown(pilot)
        await pilot.press("escape")
        assert pilot.app.current_mode == "write" and len(pilot.app.screen_stack) == 1


async def test_the_menu_shows_it(liked: Stage) -> None:
    async with liked.app().run_test(size=(100, 40)) as pilot:
        await pilot.press("f8")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, CommandPalette))
        pilot.app.screen.query_one(Input).value = "Your style"
        await wait_for(pilot, lambda: pilot.app.screen.query("CommandList"))
        await pilot.pause(0.3)
        await pilot.press("enter")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, StyleScreen))


async def test_asked_for_at_once_it_comes_when_it_can(
    liked: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = liked.app()
    with monkeypatch.context() as patch:
        patch.setattr(app, "_open", lambda: None)
        async with PromptstyleApp.run_test(app) as pilot:
            await pilot.press("f12")
            assert len(app.screen_stack) == 1
            patch.undo()
            app._open()
            await wait_for(pilot, lambda: isinstance(app.screen, StyleScreen))


async def test_it_is_not_put_on_another_dialog(liked: Stage) -> None:
    async with liked.app().run_test(size=(100, 40)) as pilot:
        await pilot.press("f1")
        await wait_for(pilot, lambda: len(pilot.app.screen_stack) == 2)
        pilot.app.call_later(pilot.app.run_action, "app.style")
        await wait_for(pilot, lambda: "close this first" in said(pilot))
        assert not isinstance(pilot.app.screen, StyleScreen)


async def test_a_new_like_is_measured(liked: Stage) -> None:
    app = liked.app()
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        assert "61 liked prompts" in shown(pilot)
        add(liked, ["Name 3 cats. Show only the names."])
        app.changes.publish(Change.LIKES)
        await wait_for(pilot, lambda: "62 liked prompts" in shown(pilot))


async def test_it_goes_with_the_profile(liked: Stage) -> None:
    add(liked, ["plan; no fish", "list; no nuts", "sum; no intro", "mail; no fuss"], "short")
    app = liked.app()
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        app.session.use_profile("short")
        app.changes.publish(Change.PROFILE)
        await wait_for(pilot, lambda: "4 liked prompts" in shown(pilot))
        assert "all in lower case" in shown(pilot)
        title = pilot.app.screen.query_one(".dialog").border_title
        assert title is not None and "short" in str(title)


@pytest.mark.parametrize("likes", [0, 1, 3])
async def test_too_few_likes_explain_themselves(empty: Stage, likes: int) -> None:
    add(empty, [f"Name {n} cats." for n in range(likes)])
    app = empty.app()
    async with app.run_test(size=(80, 24)) as pilot:
        if not likes:
            await wait_for(pilot, lambda: len(pilot.app.screen_stack) == 2)
            await pilot.press("escape")
        screen = await opened(pilot)
        assert f"{likes} liked prompt" in shown(pilot) and "too few" in shown(pilot)
        assert "import a file" in shown(pilot)
        # There is nothing to copy.
        assert screen.query_one("#copy", Button).disabled
        assert screen.check_action("copy", ()) is False


async def test_the_page_is_copied(liked: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []
    monkeypatch.setattr(PromptstyleApp, "copy_to_clipboard", lambda _, text: copied.append(text))
    async with liked.app().run_test(size=(100, 40)) as pilot:
        screen = await opened(pilot)
        await pilot.press("c")
        await pilot.click("#copy")
        await wait_for(pilot, lambda: len(copied) == 2)
        assert screen.page is not None
        assert copied == [screen.page.text()] * 2


async def test_what_likes_say_is_no_markup(empty: Stage) -> None:
    add(empty, [f"{EVIL} Show the number {n} in red, please." for n in range(6)])
    async with empty.app().run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        assert "[@click=app.quit]" in shown(pilot)
        assert "\u202e" not in shown(pilot) and "<U+202E>" in shown(pilot)


async def test_a_library_that_fails_is_said(liked: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    app = liked.app()

    def fails(*_: object) -> None:
        raise OSError(5, "Input/output error")

    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        monkeypatch.setattr(app.session.background, "likes", fails)
        await opened(pilot)
        assert "Input/output error" in shown(pilot)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 60)])
async def test_all_of_it_can_be_read(liked: Stage, size: tuple[int, int]) -> None:
    async with liked.app().run_test(size=size) as pilot:
        screen = await opened(pilot)
        page = screen.query_one("#page", VerticalScroll)
        assert pilot.app.focused is page
        for static in page.query(Static):
            assert 0 < static.region.width <= page.region.width <= size[0]
        await pilot.press("end")
        await wait_for(pilot, lambda: page.scroll_offset.y == page.max_scroll_y)
        last = list(page.query(Static))[-1]
        assert last.region.bottom <= page.region.bottom
        for button in screen.query(Button):
            assert button.region.bottom <= size[1]


# --- pictures ---


async def still(pilot: Running) -> None:
    """The page, and behind it no cursor that blinks."""
    await wait_for(pilot, lambda: pilot.app.screen.query(TopicField))
    unblinking(pilot.app.screen.query_one(TopicField))
    await opened(pilot)
    await quiet(pilot)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 60)])
def test_picture_of_the_page(snap_compare: Any, liked: Stage, size: tuple[int, int]) -> None:
    assert snap_compare(liked.app(), terminal_size=size, run_before=still)


def test_picture_of_too_few(snap_compare: Any, empty: Stage) -> None:
    add(empty, ["Name 3 cats."])

    assert snap_compare(empty.app(), terminal_size=(80, 24), run_before=still)
