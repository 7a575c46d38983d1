"""A prompt put right sentence by sentence, in the app."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from replaying import written as recordings
from staging import Stage
from textual.pilot import Pilot
from textual.widgets import Static
from waiting import quiet, settled, wait_for

from promptstyle.core.library import Library
from promptstyle.tui.screens.edit import EditScreen
from promptstyle.tui.screens.sentences import SentencesScreen
from promptstyle.tui.screens.write import WriteScreen
from promptstyle.tui.widgets.candidate_card import CandidateCard
from promptstyle.tui.widgets.plain_text import PlainText
from promptstyle.tui.widgets.sentence_list import SentenceList, SentenceRow
from promptstyle.tui.widgets.topic_field import TopicField

Running = Pilot[Any]
TOPIC = "podcasts"
SIZE = (100, 30)
# The best of them is the one about podcasts; the others say what could stand in its places.
TEXT = "Summarize two podcasts in 3 sentences. Name every guest. Show only the summary."
TEXTS = [TEXT, "Write it down. Name the year. Ask me one thing first.", "Stop it. Keep it calm."]

pytestmark = pytest.mark.usefixtures("unswapped")


@pytest.fixture
def stage(trained: Stage) -> Stage:
    trained.engines.texts = TEXTS
    return trained


async def written(pilot: Running) -> CandidateCard:
    """A prompt on the screen, the keys on it."""
    await settled(pilot)
    pilot.app.session.remember(pool=3, borrow=False)  # type: ignore[attr-defined]
    pilot.app.screen.query_one(TopicField).take(TOPIC)
    await pilot.press("enter")
    card = pilot.app.screen.query(CandidateCard)
    await wait_for(pilot, lambda: card and card.first().candidate is not None)
    await settled(pilot)
    assert card.first().text == TEXT
    return card.first()


async def opened(pilot: Running) -> CandidateCard:
    card = await written(pilot)
    await pilot.press("s")
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, SentencesScreen))
    await settled(pilot)
    return card


def rows(pilot: Running) -> list[str]:
    """Each row as it reads."""
    shown = [row for row in pilot.app.screen.query(SentenceRow) if row.display]
    return [
        " ".join(" ".join(str(part.content) for part in row.query(Static)).split()) for row in shown
    ]


def said(pilot: Running) -> str:
    return str(pilot.app.screen.query_one("#said", Static).content)


def liked(stage: Stage) -> list[str]:
    with Library(stage.home.database) as library:
        return [like.output for like in library.likes("default")]


async def test_each_sentence_stands_in_a_row(stage: Stage) -> None:
    async with stage.app().run_test(size=SIZE) as pilot:
        await opened(pilot)
        assert isinstance(pilot.app.focused, SentenceList)
        first, second, third = rows(pilot)
        assert first.startswith("> 1 Summarize two podcasts")
        assert second.startswith("2 Name every guest.") and second.endswith("1 of 4")
        assert third.startswith("3 Show only the summary.")
        assert said(pilot) == "13 words, as it was written"


async def test_what_is_left_out_is_gone_from_the_card_and_from_what_is_liked(stage: Stage) -> None:
    async with stage.app().run_test(size=SIZE) as pilot:
        card = await opened(pilot)
        await pilot.press("down", "x")
        assert rows(pilot)[1] == ">x 2 Name every guest. out"
        assert said(pilot) == "10 words, changed"
        await pilot.press("escape")
        left = "Summarize two podcasts in 3 sentences. Show only the summary."
        await wait_for(pilot, lambda: card.text == left)
        assert "changed by you" in str(card.border_subtitle)
        await pilot.press("l")
        await wait_for(pilot, lambda: "liked" in card.opinion)
        assert liked(stage)[-1] == left
        with Library(stage.home.database) as library:
            assert library.edits("default") == [(TOPIC, TEXT, left)]


async def test_another_sentence_in_its_place_and_one_more(stage: Stage) -> None:
    async with stage.app().run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("down", "right")
        assert rows(pilot)[1].startswith("> 2 Name the year.")
        await pilot.press("left", "left")
        assert rows(pilot)[1].endswith("4 of 4")
        await pilot.press("right", "a")
        await wait_for(pilot, lambda: len(rows(pilot)) == 4)
        # The keys are on what was added, and it has others too.
        assert rows(pilot)[2].startswith("> 3 Ask me one thing first.")
        await pilot.press("right")
        assert rows(pilot)[2].startswith("> 3 Keep it calm.")
        await pilot.press("u", "u")
        assert len(rows(pilot)) == 3
        await pilot.press("l")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, WriteScreen))
        await wait_for(pilot, lambda: "liked" in pilot.app.screen.query_one(CandidateCard).opinion)
        assert liked(stage)[-1] == TEXT


async def test_liked_as_it_was_written_it_is_no_edit(stage: Stage) -> None:
    async with stage.app().run_test(size=SIZE) as pilot:
        card = await opened(pilot)
        await pilot.press("x", "u", "enter")
        await wait_for(pilot, lambda: "liked" in card.opinion)
        assert liked(stage)[-1] == TEXT
        with Library(stage.home.database) as library:
            assert library.edits("default") == []


async def test_it_can_be_edited_as_a_whole_from_there(stage: Stage) -> None:
    async with stage.app().run_test(size=SIZE) as pilot:
        card = await opened(pilot)
        await pilot.press("down", "x", "e")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, EditScreen))
        field = pilot.app.screen.query_one(PlainText)
        assert field.text == "Summarize two podcasts in 3 sentences. Show only the summary."
        field.text = "Summarize it. Show only the summary."
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: "liked" in card.opinion)
        # The card shows what was kept, and a copy takes it.
        assert card.text == liked(stage)[-1] == "Summarize it. Show only the summary."
        await pilot.press("s")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, SentencesScreen))
        await settled(pilot)
        first, second = rows(pilot)
        assert first.startswith("> 1 Summarize it.")
        assert second.startswith("2 Show only the summary.")


async def test_what_was_changed_is_still_there_when_it_is_opened_again(stage: Stage) -> None:
    async with stage.app().run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.press("x", "escape", "s")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, SentencesScreen))
        await settled(pilot)
        assert rows(pilot)[0].startswith(">x 1")
        await pilot.press("u")
        assert said(pilot).endswith("as it was written")
        await pilot.press("u")
        assert said(pilot) == "Nothing was changed."


async def test_what_cannot_be_done_is_said(stage: Stage) -> None:
    stage.engines.texts = ["Summarize two podcasts in 3 sentences."]
    async with stage.app().run_test(size=SIZE) as pilot:
        await settled(pilot)
        pilot.app.session.remember(pool=1)  # type: ignore[attr-defined]
        pilot.app.screen.query_one(TopicField).take(TOPIC)
        await pilot.press("enter")
        await wait_for(pilot, lambda: pilot.app.screen.query(CandidateCard))
        card = pilot.app.screen.query_one(CandidateCard)
        await wait_for(pilot, lambda: card.candidate is not None)
        await settled(pilot)
        await pilot.press("s")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, SentencesScreen))
        await settled(pilot)
        for key, why in (("x", "at least one"), ("right", "No other"), ("a", "Nothing more")):
            await pilot.press(key)
            await wait_for(pilot, lambda why=why: why in said(pilot))
        await pilot.press("escape")
        assert card.text == "Summarize two podcasts in 3 sentences."


async def test_a_click_goes_to_a_sentence_and_c_copies(stage: Stage) -> None:
    async with stage.app().run_test(size=SIZE) as pilot:
        await opened(pilot)
        await pilot.click(pilot.app.screen.query(SentenceRow)[2])
        assert rows(pilot)[2].startswith("> 3")
        await pilot.press("x", "c")
        await wait_for(pilot, lambda: pilot.app.clipboard)
        assert pilot.app.clipboard == TEXT.removesuffix(" Show only the summary.")


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 60)])
def test_picture_of_a_prompt_sentence_by_sentence(
    stage: Stage, snap_compare: Any, size: Any
) -> None:
    topic = "a cover letter for a junior nurse"
    ((text, settings),) = recordings(topic)

    async def before(pilot: Running) -> None:
        card = await written(pilot)
        # What the real model and the collection had for a topic.
        assert card.candidate is not None
        card.candidate = replace(card.candidate, topic=topic, text=text, settings=settings)
        pilot.app.screen.query_one(TopicField).take(topic)
        facts = pilot.app.screen.query_one("#facts", Static)
        facts.update("default · embedded · default-1 · mode both · 118 tokens/s · 0.9 s")
        await pilot.press("s")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, SentencesScreen))
        await settled(pilot)
        await pilot.press("down", "x", "down", "right", "down", "right", "right", "down", "a")
        await quiet(pilot)

    assert snap_compare(stage.app(), terminal_size=size, run_before=before)
