"""Dialogs: the keys at the bottom are theirs, and the buttons stay in sight in a low terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from staging import Stage
from waiting import settled

from promptstyle.core.library import Like
from promptstyle.core.library.importing import Rejected
from promptstyle.tui.app import PromptstyleApp
from promptstyle.tui.screens.add_base import AddBaseScreen
from promptstyle.tui.screens.dialog import Dialog
from promptstyle.tui.screens.edit import EditScreen
from promptstyle.tui.screens.help import HelpScreen
from promptstyle.tui.screens.like import LikeScreen
from promptstyle.tui.screens.new_profile import NewProfileScreen
from promptstyle.tui.screens.open_file import OpenFileScreen
from promptstyle.tui.screens.quit import QuitScreen
from promptstyle.tui.screens.reason import ReasonScreen
from promptstyle.tui.screens.rejected import RejectedScreen
from promptstyle.tui.screens.save_file import SaveFileScreen
from promptstyle.tui.screens.settings import SettingsScreen
from promptstyle.tui.screens.style import StyleScreen
from promptstyle.tui.screens.tags import TagsScreen
from promptstyle.tui.screens.verify import VerifyScreen
from promptstyle.tui.screens.welcome import WelcomeScreen
from promptstyle.tui.widgets.keys_bar import KeysBar

LONG = "Sum it up in 3 sentences. " * 60
LIKE = Like("1", "default", LONG[:300], LONG, ("audio",), "", "", "train")
BAD = [Rejected(line, "it has no output, and what is no output cannot be liked") for line in (1, 2)]
# Each with as much in it as there may be.
DIALOGS: list[Callable[[PromptstyleApp], Dialog[Any]]] = [
    lambda app: EditScreen("podcasts", LONG),
    lambda app: EditScreen(LONG, LONG),
    lambda app: ReasonScreen(),
    lambda app: LikeScreen(LIKE, lambda edit: LIKE),
    lambda app: LikeScreen(None, lambda edit: LIKE),
    lambda app: QuitScreen(),
    lambda app: WelcomeScreen(),
    lambda app: SettingsScreen(),
    lambda app: StyleScreen(),
    lambda app: OpenFileScreen(Path("/")),
    lambda app: SaveFileScreen(Path("/"), "61 liked prompts"),
    lambda app: NewProfileScreen(["default"]),
    lambda app: AddBaseScreen(app.session.home, Path("/")),
    lambda app: TagsScreen(lambda: [(f"tag {place}", 1) for place in range(20)]),
    lambda app: RejectedScreen("2 lines rejected", BAD * 10),
    lambda app: HelpScreen(app.screen),
    lambda app: VerifyScreen(app.session.home, "embedded"),
]


@pytest.mark.parametrize("size", [(60, 18), (80, 24)], ids=str)
async def test_the_keys_are_the_dialogs_and_the_buttons_are_in_sight(
    trained: Stage, size: tuple[int, int]
) -> None:
    app = trained.app()
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        for make in DIALOGS:
            dialog = make(app)
            app.push_screen(dialog)
            await settled(pilot)
            if isinstance(dialog, LikeScreen):
                dialog.say(LONG)
                await pilot.pause()
            name = type(dialog).__name__
            keys = str(dialog.query_one(KeysBar).render())
            assert "esc Back" in keys, name
            assert ("^s Save" in keys) == isinstance(dialog, EditScreen | LikeScreen), name
            # Those of Write, which lies behind it.
            assert "Topic" not in keys and "New line" not in keys, name
            room = dialog.query_one(".dialog").content_region
            assert room.bottom < dialog.query_one(KeysBar).region.y, name
            for button in dialog.query(".buttons Button"):
                assert room.contains_region(button.region), (name, str(button.id))
            dialog.dismiss(None)
            await settled(pilot)
