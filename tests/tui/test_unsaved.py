"""What was typed in a dialog and not kept: no key loses it without a word."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from staging import Stage
from textual.pilot import Pilot
from textual.widgets import Input
from waiting import settled, wait_for

from promptstyle.tui.app import PromptstyleApp
from promptstyle.tui.screens.dialog import Dialog
from promptstyle.tui.screens.edit import EditScreen
from promptstyle.tui.screens.help import HelpScreen
from promptstyle.tui.screens.like import LikeScreen
from promptstyle.tui.screens.quit import QuitScreen
from promptstyle.tui.screens.reason import ReasonScreen
from promptstyle.tui.widgets.candidate_card import CandidateCard
from promptstyle.tui.widgets.likes_table import LikesTable
from promptstyle.tui.widgets.plain_text import PlainText
from promptstyle.tui.widgets.topic_field import TopicField

Running = Pilot[Any]
# Where the dialog is, the key that opens it, and what it is.
EDIT = ("write", "e", EditScreen)
DIALOGS = [
    EDIT,
    ("write", "d", ReasonScreen),
    ("library", "e", LikeScreen),
    ("library", "n", LikeScreen),
]


@asynccontextmanager
async def opened(
    stage: Stage, where: str, key: str, kind: type[Dialog[Any]]
) -> AsyncIterator[Running]:
    """The app with a dialog open, the keys in its field."""
    app = stage.app()
    async with app.run_test(size=(100, 30)) as pilot:
        if where == "write":
            app.screen.query_one(TopicField).take("podcasts")
            await pilot.press("enter")
            cards = app.screen.query(CandidateCard)
            await wait_for(pilot, lambda: cards and cards.first().candidate is not None)
        else:
            app.action_go(where)
            await wait_for(pilot, lambda: app.screen.query(LikesTable))
            await wait_for(pilot, lambda: app.screen.query_one(LikesTable).like() is not None)
        await settled(pilot)
        await pilot.press(key)
        await wait_for(pilot, lambda: isinstance(app.screen, kind))
        await wait_for(pilot, lambda: isinstance(app.focused, Input | PlainText), "a field")
        yield pilot


def field(pilot: Running) -> str:
    """What stands in the field with the keys."""
    found = pilot.app.focused
    assert isinstance(found, Input | PlainText)
    return found.value if isinstance(found, Input) else found.text


def said(pilot: Running) -> str:
    return "\n".join(each.message for each in pilot.app._notifications)


@pytest.mark.parametrize(("where", "key", "kind"), DIALOGS)
async def test_ctrl_q_leaves_only_on_the_second_try(
    trained: Stage, where: str, key: str, kind: type[Dialog[Any]]
) -> None:
    async with opened(trained, where, key, kind) as pilot:
        await pilot.press("x")
        typed = field(pilot)
        assert typed
        await pilot.press("ctrl+q")
        await wait_for(pilot, lambda: "Ctrl+Q again gives" in said(pilot))
        assert pilot.app.is_running and isinstance(pilot.app.screen, kind)
        assert field(pilot) == typed
        await pilot.press("ctrl+q")
    assert pilot.app.return_code == 0


@pytest.mark.parametrize(("where", "key", "kind"), DIALOGS)
async def test_where_nothing_was_typed_ctrl_q_leaves_at_once(
    trained: Stage, where: str, key: str, kind: type[Dialog[Any]]
) -> None:
    async with opened(trained, where, key, kind) as pilot:
        await pilot.press("ctrl+q")
    assert pilot.app.return_code == 0


async def test_what_was_typed_after_the_warning_is_warned_of_too(trained: Stage) -> None:
    async with opened(trained, *EDIT) as pilot:
        await pilot.press("x", "ctrl+q")
        await wait_for(pilot, lambda: "Ctrl+Q again" in said(pilot))
        pilot.app.clear_notifications()
        await pilot.press("y", "ctrl+q")
        await wait_for(pilot, lambda: "Ctrl+Q again" in said(pilot))
        assert field(pilot).endswith("xy")
        # Esc was not warned of: it goes back to the prompt, and Ctrl+Q leaves the app.
        await pilot.press("escape")
        await wait_for(pilot, lambda: "Esc again" in said(pilot))
        assert isinstance(pilot.app.screen, EditScreen)


async def test_it_is_said_when_the_help_lies_over_the_text(trained: Stage) -> None:
    async with opened(trained, *EDIT) as pilot:
        await pilot.press("x", "f1")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        await pilot.press("ctrl+q")
        await wait_for(pilot, lambda: "Ctrl+Q again" in said(pilot))
        assert pilot.app.is_running


async def test_escape_gives_a_reason_up_only_on_the_second_try(trained: Stage) -> None:
    async with opened(trained, "write", "d", ReasonScreen) as pilot:
        await pilot.press("x", "escape")
        await wait_for(pilot, lambda: "Esc again gives it up, Enter keeps it" in said(pilot))
        assert isinstance(pilot.app.screen, ReasonScreen) and field(pilot) == "x"
        await pilot.press("escape")
        await wait_for(pilot, lambda: not isinstance(pilot.app.screen, ReasonScreen))


async def test_while_a_retrain_runs_the_text_comes_first_and_then_the_question(
    trained: Stage,
) -> None:
    async with opened(trained, *EDIT) as pilot:
        app = pilot.app
        assert isinstance(app, PromptstyleApp) and app.retrain()
        trained.job.advance_to_stage("train")
        await wait_for(pilot, lambda: app.retraining.stage == "train")
        await pilot.press("x", "ctrl+q")
        await wait_for(pilot, lambda: "Ctrl+Q again" in said(pilot))
        assert isinstance(app.screen, EditScreen)
        await pilot.press("ctrl+q")
        await wait_for(pilot, lambda: isinstance(app.screen, QuitScreen))
        await pilot.press("escape")
        await wait_for(pilot, lambda: isinstance(app.screen, EditScreen))
        assert field(pilot).endswith("x")
