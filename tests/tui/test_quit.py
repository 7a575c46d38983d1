"""Leaving while a retrain runs: in the background, stopped, or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from staging import Stage
from textual.pilot import Pilot
from waiting import wait_for

from promptstyle.core import journal
from promptstyle.tui.app import PromptstyleApp
from promptstyle.tui.screens.quit import QuitScreen

Running = Pilot[Any]


async def retraining(pilot: Running, stage: Stage) -> PromptstyleApp:
    """The app with a retrain of its own under way."""
    app = pilot.app
    assert isinstance(app, PromptstyleApp)
    await wait_for(pilot, lambda: getattr(app.screen, "furnished", False), "the first screen")
    assert app.retrain()
    stage.job.advance_to_stage("train")
    await wait_for(pilot, lambda: app.retraining.stage == "train")
    return app


async def asked(pilot: Running, stage: Stage) -> PromptstyleApp:
    """The same after Ctrl+Q."""
    app = await retraining(pilot, stage)
    await pilot.press("ctrl+q")
    await wait_for(pilot, lambda: isinstance(app.screen, QuitScreen))
    return app


async def test_without_a_retrain_it_just_leaves(trained: Stage) -> None:
    async with trained.app().run_test() as pilot:
        await wait_for(pilot, lambda: getattr(pilot.app.screen, "furnished", False))
        await pilot.press("ctrl+q")
    assert pilot.app.return_code == 0
    assert not trained.jobs


async def test_left_running_it_outlives_the_app(trained: Stage) -> None:
    async with trained.app().run_test() as pilot:
        await asked(pilot, trained)
        # The first button has the focus: what is lost by it is nothing.
        await pilot.press("enter")
    assert pilot.app.return_code == 0
    assert trained.job.detached and not trained.job.cancelled
    assert trained.job.running


async def test_stopped_it_ends_with_the_app(trained: Stage) -> None:
    async with trained.app().run_test() as pilot:
        await asked(pilot, trained)
        await pilot.click("#cancel")
    assert pilot.app.return_code == 0
    assert trained.job.cancelled and not trained.job.detached


@pytest.mark.parametrize("way", ["button", "escape"])
async def test_staying_changes_nothing(trained: Stage, way: str) -> None:
    async with trained.app().run_test() as pilot:
        app = await asked(pilot, trained)
        if way == "button":
            await pilot.click("#stay")
        else:
            await pilot.press("escape")
        await wait_for(pilot, lambda: not isinstance(app.screen, QuitScreen))
        assert app.is_running and app.retraining.running
        assert not trained.job.cancelled and not trained.job.detached
        trained.job.advance()
        await wait_for(pilot, lambda: not app.retraining.running)
        assert app.retraining.result["run"] == "default-1"


async def test_an_end_while_the_question_stands_is_no_trouble(trained: Stage) -> None:
    async with trained.app().run_test() as pilot:
        app = await asked(pilot, trained)
        trained.job.advance()
        await wait_for(pilot, lambda: not app.retraining.running)
        await pilot.press("enter")
    assert pilot.app.return_code == 0
    assert not trained.job.cancelled


async def test_one_in_the_background_goes_on_without_a_question(trained: Stage) -> None:
    class Silent:
        def send(self, event: dict[str, Any]) -> None: ...
        def check(self) -> None: ...

    trained.home.building.mkdir(parents=True, exist_ok=True)
    tee = journal.Tee(trained.home, "default", Silent())
    tee.note(trained.retrain[0])
    async with trained.app().run_test() as pilot:
        app = pilot.app
        assert isinstance(app, PromptstyleApp)
        await wait_for(pilot, lambda: app.retraining.background and app.retraining.started)
        await pilot.press("ctrl+q")
    tee.close()
    assert app.return_code == 0
    found = journal.Journal.read(trained.home, "default")
    assert found is not None and found.running


@pytest.mark.parametrize("size", [(60, 20), (80, 24)], ids=str)
def test_picture_of_the_question(
    trained: Stage, snap_compare: Any, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)

    async def before(pilot: Running) -> None:
        await asked(pilot, trained)

    assert snap_compare(trained.app(), terminal_size=size, run_before=before)
