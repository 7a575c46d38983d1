"""Write, the welcome, the help and the dialogs, as they look; `--snapshot-update` draws anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from replaying import written
from staging import Stage
from textual.pilot import Pilot
from waiting import quiet, settled, unblinking, wait_for

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import Library
from promptstyle.tui.screens.help import HelpScreen
from promptstyle.tui.screens.welcome import WelcomeScreen
from promptstyle.tui.widgets.candidate_card import CandidateCard
from promptstyle.tui.widgets.choice import Choice
from promptstyle.tui.widgets.topic_field import TopicField

Running = Pilot[Any]
SIZES = [(60, 20), (80, 24), (200, 60)]
TOPIC = "Make a prompt that summarizes a podcast episode."


def shown(pilot: Running) -> list[CandidateCard]:
    return [card for card in pilot.app.screen.query(CandidateCard) if card.display]


async def steady(pilot: Running) -> None:
    """No cursor that blinks, no speed of this machine."""
    field = pilot.app.screen.query_one(TopicField)
    unblinking(field)
    facts = pilot.app.screen.query_one("#facts")
    text = str(facts.content)
    if "tokens/s" in text:
        *first, _, _ = text.split(" · ")
        facts.update(" · ".join([*first, "118 tokens/s", "0.9 s"]))
    await quiet(pilot)


async def write(pilot: Running, count: int = 1) -> None:
    await settled(pilot)
    pilot.app.screen.query_one("#count", Choice).choose(str(count))
    pilot.app.screen.query_one(TopicField).take(TOPIC)
    await pilot.press("enter")


async def done(pilot: Running, count: int) -> None:
    await write(pilot, count)
    await wait_for(pilot, lambda: shown(pilot) and all(card.candidate for card in shown(pilot)))
    await settled(pilot)
    await steady(pilot)
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_an_empty_screen(trained: Stage, snap_compare: Any, size: Any) -> None:
    async def before(pilot: Running) -> None:
        await settled(pilot)
        await steady(pilot)

    assert snap_compare(trained.app(), terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_a_stream(trained: Stage, snap_compare: Any, size: Any) -> None:
    trained.engines.held = True

    async def before(pilot: Running) -> None:
        await write(pilot, 2)
        await wait_for(pilot, lambda: trained.engines.jobs)
        await wait_for(
            pilot, lambda: any(r["op"] == "generate" for r in trained.engines.job.sent), "a request"
        )
        trained.engines.job.let(20)
        await wait_for(pilot, lambda: len(shown(pilot)[0].text.split()) > 10)
        await steady(pilot)
        await pilot.pause()

    assert snap_compare(trained.app(), terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_three_candidates(trained: Stage, snap_compare: Any, size: Any) -> None:
    async def before(pilot: Running) -> None:
        await done(pilot, 3)

    assert snap_compare(trained.app(), terminal_size=size, run_before=before)


def test_picture_of_choosing(trained: Stage, snap_compare: Any) -> None:
    trained.engines.held = True

    async def before(pilot: Running) -> None:
        unblinking(pilot.app.screen.query_one(TopicField))
        await write(pilot, 1)
        await wait_for(pilot, lambda: trained.engines.jobs)
        await wait_for(
            pilot, lambda: any(r["op"] == "generate" for r in trained.engines.job.sent), "a request"
        )
        # All of the first and a part of the next.
        trained.engines.job.let(len(trained.engines.job.tokens(0)) + 3)
        await wait_for(
            pilot, lambda: "1 written" in str(pilot.app.screen.query_one("#facts").content)
        )
        await steady(pilot)
        await pilot.pause()

    assert snap_compare(trained.app(), terminal_size=(80, 24), run_before=before)


@pytest.mark.usefixtures("unswapped")
def test_picture_of_a_copy(trained: Stage, snap_compare: Any) -> None:
    with Library(trained.home.database) as library:
        like = library.likes("default")[0]
    trained.engines.texts = [f"{like.output} Be brief."]

    async def before(pilot: Running) -> None:
        await done(pilot, 1)

    assert snap_compare(trained.app(), terminal_size=(80, 24), run_before=before)


def test_picture_of_a_liked_prompt(trained: Stage, snap_compare: Any) -> None:
    async def before(pilot: Running) -> None:
        await done(pilot, 2)
        for card, (text, settings) in zip(shown(pilot), written(TOPIC), strict=True):
            assert card.candidate is not None
            card.candidate = replace(card.candidate, text=text, settings=settings)
        await pilot.press("l")
        await settled(pilot)
        await wait_for(pilot, lambda: shown(pilot)[0].opinion)
        await steady(pilot)
        await pilot.pause()

    assert snap_compare(trained.app(), terminal_size=(100, 30), run_before=before)


def test_picture_of_an_offer(trained: Stage, snap_compare: Any) -> None:
    app = trained.app()
    app.session.remember(retrain_after=1)

    async def before(pilot: Running) -> None:
        await done(pilot, 1)
        await pilot.press("l")
        await settled(pilot)
        await wait_for(pilot, lambda: pilot.app.screen.query_one("#offer").display)
        await steady(pilot)
        await pilot.pause()

    assert snap_compare(app, terminal_size=(80, 24), run_before=before)


def test_picture_of_a_failure(trained: Stage, snap_compare: Any) -> None:
    app = trained.app()

    async def before(pilot: Running) -> None:
        unblinking(app.screen.query_one(TopicField))
        await settled(pilot)
        trained.engines.job.close()
        trained.engines.error = PromptstyleError(
            "llama.cpp failed on model.gguf: the file ends early",
            "activate another run, or retrain",
        )
        await write(pilot)
        await wait_for(pilot, lambda: "llama.cpp" in str(app.screen.query_one("#facts").content))
        await settled(pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=before)


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
def test_picture_without_colours(
    trained: Stage, snap_compare: Any, monkeypatch: pytest.MonkeyPatch, size: Any
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def before(pilot: Running) -> None:
        await done(pilot, 2)

    assert snap_compare(trained.app(), terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_the_welcome(empty: Stage, snap_compare: Any, size: Any) -> None:
    async def before(pilot: Running) -> None:
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, WelcomeScreen))
        unblinking(pilot.app.screen_stack[0].query_one(TopicField))
        await settled(pilot)

    assert snap_compare(empty.app(), terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", [(60, 20), (100, 40)])
def test_picture_of_the_help(trained: Stage, snap_compare: Any, size: Any) -> None:
    async def before(pilot: Running) -> None:
        await settled(pilot)
        await steady(pilot)
        await pilot.press("f1")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))

    assert snap_compare(trained.app(), terminal_size=size, run_before=before)


@pytest.mark.parametrize(("key", "size"), [("e", (80, 24)), ("d", (60, 20))])
def test_picture_of_a_dialog(trained: Stage, snap_compare: Any, key: str, size: Any) -> None:
    async def before(pilot: Running) -> None:
        await done(pilot, 1)
        await pilot.press(key)
        await wait_for(pilot, lambda: len(pilot.app.screen_stack) > 1)
        for field in pilot.app.screen.query("PlainText, Input"):
            unblinking(field)
        await pilot.pause()

    assert snap_compare(trained.app(), terminal_size=size, run_before=before)
