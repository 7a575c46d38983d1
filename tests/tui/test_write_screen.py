"""Write: one test for each thing that a user does there."""

from __future__ import annotations

from typing import Any

import pytest
from replaying import recorded, told
from staging import Stage, add_run
from textual import events
from textual.pilot import Pilot
from textual.widgets import Button, Input, Static
from waiting import settled, wait_for

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import Library, NewLike
from promptstyle.core.topics import MAX_TOPIC
from promptstyle.tui.app import PromptstyleApp
from promptstyle.tui.changes import Change
from promptstyle.tui.screens.edit import EditScreen
from promptstyle.tui.screens.reason import ReasonScreen
from promptstyle.tui.screens.write import WriteScreen
from promptstyle.tui.widgets.candidate_card import CandidateCard
from promptstyle.tui.widgets.choice import Choice
from promptstyle.tui.widgets.navigation import Navigation
from promptstyle.tui.widgets.plain_text import PlainText
from promptstyle.tui.widgets.topic_field import TopicField

Running = Pilot[Any]
TOPIC = "podcasts"
TEXTS = ["Summarize it in 3 sentences.", "List 5 points. Show only the list.", "Be brief."]
ALONE = TEXTS[:1]


def cards(pilot: Running) -> list[CandidateCard]:
    return [card for card in pilot.app.screen.query(CandidateCard) if card.display]


def facts(pilot: Running) -> str:
    return str(pilot.app.screen.query_one("#facts", Static).content)


def said(pilot: Running) -> str:
    """Everything that toasts say now."""
    return "\n".join(each.message for each in pilot.app._notifications)


async def write(pilot: Running, topic: str = TOPIC) -> None:
    """Type a topic, send it and wait for the end."""
    field = pilot.app.screen.query_one(TopicField)
    field.focus()
    field.take(topic)
    await pilot.press("enter")
    await finished(pilot)


async def finished(pilot: Running) -> None:
    await settled(pilot)
    await wait_for(pilot, lambda: cards(pilot) and all(card.candidate for card in cards(pilot)))


def likes(stage: Stage) -> list[tuple[str, str]]:
    with Library(stage.home.database) as library:
        return [(like.input, like.output) for like in library.likes("default")]


# --- writing ---


async def test_a_typed_topic_is_written_for_and_the_keys_go_to_the_prompt(trained: Stage) -> None:
    async with trained.app().run_test(size=(100, 30)) as pilot:
        await pilot.press(*TOPIC, "enter")
        await finished(pilot)
        (card,) = cards(pilot)
        written = [event for event in recorded("engine.jsonl") if event["event"] == "done"]
        assert card.text in [event["text"] for event in written]
        assert card.candidate is not None and card.candidate.topic == TOPIC
        assert pilot.app.focused is card
        for fact in ("default", "embedded", "mode", "tokens/s"):
            assert fact in facts(pilot)


async def test_the_line_below_names_the_run_and_the_mode(trained: Stage) -> None:
    async with trained.app().run_test() as pilot:
        pilot.app.screen.query_one("#mode", Choice).choose("lora")
        await write(pilot)
        assert "default-1" in facts(pilot) and "mode lora" in facts(pilot)
        assert trained.engines.started[-1].name == "model.gguf"


@pytest.mark.usefixtures("unswapped")
async def test_the_text_grows_while_it_is_written(trained: Stage) -> None:
    trained.engines.held = True
    trained.engines.texts = ALONE
    async with trained.app().run_test() as pilot:
        await pilot.press(*TOPIC, "enter")
        await wait_for(pilot, lambda: trained.engines.jobs and cards(pilot))
        (card,) = cards(pilot)
        assert card.has_class("-writing") and card.text == ""
        trained.engines.job.let(2)
        await wait_for(pilot, lambda: card.text)
        assert TEXTS[0].startswith(card.text) and card.candidate is None
        trained.engines.job.let_all()
        await finished(pilot)
        assert card.text == TEXTS[0]
        assert not card.has_class("-writing")


async def test_escape_stops_the_writing_and_keeps_what_there_is(trained: Stage) -> None:
    trained.engines.held = True
    trained.engines.texts = ALONE
    async with trained.app().run_test() as pilot:
        await pilot.press(*TOPIC, "enter")
        await wait_for(pilot, lambda: trained.engines.jobs and cards(pilot))
        trained.engines.job.let(3)
        await wait_for(pilot, lambda: cards(pilot)[0].text)
        await pilot.press("escape")
        await finished(pilot)
        (card,) = cards(pilot)
        assert card.text == "Summarize it in"
        assert "stopped by you" in str(card.border_subtitle)
        await pilot.press("l")
        await settled(pilot)
        assert (TOPIC, "Summarize it in") in likes(trained)


async def test_escape_before_the_first_word_leaves_no_empty_card(trained: Stage) -> None:
    trained.engines.held = True
    async with trained.app().run_test() as pilot:
        await pilot.press(*TOPIC, "enter")
        await wait_for(pilot, lambda: any(e["op"] == "generate" for e in sent(trained)))
        await pilot.press("escape")
        await wait_for(pilot, lambda: facts(pilot) == "stopped")
        assert cards(pilot) == []


def sent(stage: Stage) -> list[dict[str, Any]]:
    return [request for job in stage.engines.jobs for request in job.sent]


@pytest.mark.usefixtures("unswapped")
async def test_a_new_topic_takes_the_place_of_the_one_being_written(trained: Stage) -> None:
    trained.engines.held = True
    trained.engines.texts = ALONE
    async with trained.app().run_test() as pilot:
        await pilot.press(*TOPIC, "enter")
        await wait_for(pilot, lambda: any(e["op"] == "generate" for e in sent(trained)))
        trained.engines.job.let(2)
        await wait_for(pilot, lambda: cards(pilot)[0].text)
        await pilot.press("s", "enter")
        await wait_for(pilot, lambda: sum(e["op"] == "generate" for e in sent(trained)) == 2)
        trained.engines.job.let_all()
        await finished(pilot)
        (card,) = cards(pilot)
        assert card.candidate is not None and card.candidate.topic == TOPIC + "s"
        assert card.text == TEXTS[0]


async def test_again_writes_for_the_same_topic(trained: Stage) -> None:
    async with trained.app().run_test() as pilot:
        await write(pilot)
        first = cards(pilot)[0].candidate
        await pilot.press("r")
        await finished(pilot)
        second = cards(pilot)[0].candidate
        assert first and second and first.id != second.id and second.topic == TOPIC


@pytest.mark.parametrize("key", ["3", "click"])
async def test_how_many_candidates_is_chosen_and_remembered(trained: Stage, key: str) -> None:
    async with trained.app().run_test(size=(130, 30)) as pilot:
        await write(pilot)
        if key == "click":
            await pilot.click("#count", offset=(len("Candidates 123456789"), 0))
        else:
            await pilot.press(key)
        await pilot.press("r")
        await finished(pilot)
        assert len(cards(pilot)) == 3
        texts = [card.text for card in cards(pilot)]
        assert all(texts) and len(set(texts)) == 3
        assert pilot.app.session.settings.candidates == 3  # type: ignore[attr-defined]
    async with trained.app().run_test() as pilot:
        assert pilot.app.screen.query_one("#count", Choice).value == "3"


@pytest.mark.parametrize(("width", "columns"), [(60, 1), (100, 2), (200, 3)])
async def test_candidates_stand_side_by_side_where_there_is_room(
    trained: Stage, width: int, columns: int
) -> None:
    async with trained.app().run_test(size=(width, 40)) as pilot:
        pilot.app.screen.query_one("#count", Choice).choose("3")
        await write(pilot)
        await pilot.pause()
        tops = [card.region.y for card in cards(pilot)]
        assert tops.count(tops[0]) == columns
        await pilot.press("right")
        assert pilot.app.focused is cards(pilot)[1]
        await pilot.press("left", "left")
        assert pilot.app.focused is cards(pilot)[2]


async def test_the_mode_that_is_chosen_writes_and_is_remembered(trained: Stage) -> None:
    async with trained.app().run_test(size=(100, 30)) as pilot:
        await write(pilot)
        for _ in range(2):
            await pilot.press("m")
        await pilot.press("r")
        await finished(pilot)
        candidate = cards(pilot)[0].candidate
        assert candidate is not None and candidate.mode == "context"
        assert pilot.app.session.settings.mode == "context"  # type: ignore[attr-defined]


async def test_an_engine_that_fails_is_told_and_the_next_try_works(trained: Stage) -> None:
    app = trained.app()
    async with app.run_test() as pilot:
        await settled(pilot)
        trained.engines.job.close()
        trained.engines.error = PromptstyleError("llama.cpp failed on x", "make it anew")
        await pilot.press(*TOPIC, "enter")
        await wait_for(pilot, lambda: "llama.cpp failed on x" in said(pilot))
        assert "make it anew" in said(pilot)
        assert cards(pilot) == [] and "llama.cpp failed" in facts(pilot)
        await pilot.press("enter")
        await finished(pilot)
        assert cards(pilot)[0].text


async def test_an_engine_that_dies_while_it_writes_is_told(trained: Stage) -> None:
    trained.engines.held = True
    async with trained.app().run_test() as pilot:
        await pilot.press(*TOPIC, "enter")
        await wait_for(pilot, lambda: any(e["op"] == "generate" for e in sent(trained)))
        trained.engines.job.fail("the engine process ended (SIGKILL)", "its log is engine.log")
        await wait_for(pilot, lambda: "SIGKILL" in said(pilot))
        assert cards(pilot) == []


@pytest.mark.parametrize("topic", ["", "   \n "])
async def test_an_empty_topic_is_not_sent(trained: Stage, topic: str) -> None:
    async with trained.app().run_test() as pilot:
        pilot.app.screen.query_one(TopicField).take(topic)
        await pilot.press("enter")
        await pilot.pause()
        assert "empty" in said(pilot)
        assert cards(pilot) == []


async def test_a_topic_typed_in_one_burst_with_t_goes_to_the_field(trained: Stage) -> None:
    async with trained.app().run_test(size=(100, 30)) as pilot:
        await write(pilot)
        (card,) = cards(pilot)
        assert pilot.app.focused is card
        # All on their way to the card before it has seen the first, as a fast terminal sends them.
        for letter in "tdelete":
            card._forward_event(events.Key(letter, letter))
        field = pilot.app.screen.query_one(TopicField)
        await wait_for(pilot, lambda: field.text == "delete")
        await settled(pilot)
        # None of them disliked, edited or liked anything.
        assert isinstance(pilot.app.screen, WriteScreen)
        assert card.opinion == "" and len(pilot.app.screen_stack) == 1


# --- picking ---

# The topic is about podcasts: the second says so.
POOL_TEXTS = ["Be brief.", "Summarize two podcasts in 3 sentences.", "List 5 points of it.", "No."]


@pytest.mark.usefixtures("unswapped")
async def test_the_best_of_the_pool_takes_the_place_of_the_first(trained: Stage) -> None:
    trained.engines.held = True
    trained.engines.texts = POOL_TEXTS
    app = trained.app()
    app.session.remember(pool=4)
    async with app.run_test() as pilot:
        await pilot.press(*TOPIC, "enter")
        await wait_for(pilot, lambda: any(e["op"] == "generate" for e in sent(trained)))
        trained.engines.job.let(2)
        await wait_for(
            pilot, lambda: facts(pilot) == "choosing the best of 4: 1 written · Esc stops"
        )
        (card,) = cards(pilot)
        assert card.text == POOL_TEXTS[0] and card.candidate is None
        trained.engines.job.let(6)
        await wait_for(pilot, lambda: "2 written" in facts(pilot))
        # What is written to choose from is not shown.
        assert card.text == POOL_TEXTS[0]
        trained.engines.job.let_all()
        await finished(pilot)
        assert card.text == POOL_TEXTS[1]
        assert card.candidate is not None and card.candidate.settings["pool"] == 4
        assert len(app.session.library.candidates("default")) == 1


async def test_escape_while_choosing_keeps_the_best_of_what_is_written(trained: Stage) -> None:
    trained.engines.held = True
    trained.engines.texts = POOL_TEXTS
    app = trained.app()
    app.session.remember(pool=4)
    async with app.run_test() as pilot:
        await pilot.press(*TOPIC, "enter")
        await wait_for(pilot, lambda: any(e["op"] == "generate" for e in sent(trained)))
        # Two whole ones, and one word of the third.
        trained.engines.job.let(2 + 6 + 1)
        await wait_for(pilot, lambda: "2 written" in facts(pilot))
        await pilot.press("escape")
        await finished(pilot)
        (card,) = cards(pilot)
        assert card.text == POOL_TEXTS[1]
        assert "stopped by you" not in str(card.border_subtitle)


@pytest.mark.parametrize(("pool", "asked"), [(0, 6), (1, 1), (9, 9)])
async def test_the_pool_is_as_the_settings_say(trained: Stage, pool: int, asked: int) -> None:
    app = trained.app()
    app.session.remember(pool=pool)
    async with app.run_test() as pilot:
        await write(pilot)
        assert [e["n"] for e in sent(trained) if e["op"] == "generate"] == [asked]


async def test_a_candidate_that_copies_a_like_says_so(trained: Stage) -> None:
    topic, prompt = next(pair for pair in likes(trained) if len(pair[1].split()) > 20)
    trained.engines.texts = [f"{prompt} And no more."]
    app = trained.app()
    app.session.remember(pool=1)
    async with app.run_test(size=(100, 30)) as pilot:
        await write(pilot)
        (card,) = cards(pilot)
        remark = card.query_one(".copied", Static)
        said_of_it = f"12 words or more in a row from a liked prompt of yours: {topic}"
        assert remark.display and str(remark.content) == said_of_it
        trained.engines.job._answer = told(["Something else entirely."])
        await pilot.press("r")
        await finished(pilot)
        assert not remark.display


async def test_a_like_with_the_topic_swapped_in_says_so(trained: Stage) -> None:
    # What fits nobody, so that the like with the words swapped in is the best.
    trained.engines.texts = ["No.", "Nothing.", "None of it.", "Not now.", "Never.", "Nobody."]
    async with trained.app().run_test(size=(100, 30)) as pilot:
        await write(pilot)
        (card,) = cards(pilot)
        remark = card.query_one(".copied", Static)
        said_of_it = "A liked prompt of yours with this topic in place of its own: "
        assert remark.display and str(remark.content).startswith(said_of_it)
        assert str(remark.content).removeprefix(said_of_it) in [each for each, _ in likes(trained)]


# --- the topic field ---


async def test_up_and_down_bring_topics_back_from_the_last_time_too(trained: Stage) -> None:
    async with trained.app().run_test() as pilot:
        await write(pilot, "first")
        await write(pilot, "second")
    async with trained.app().run_test() as pilot:
        field = pilot.app.screen.query_one(TopicField)
        await pilot.press(*"typed", "up")
        assert field.text == "second"
        await pilot.press("up")
        assert field.text == "first"
        await pilot.press("up")
        assert field.text == "first"
        await pilot.press("down", "down")
        assert field.text == "typed"


async def test_lines_and_the_cursor_in_them(trained: Stage) -> None:
    async with trained.app().run_test() as pilot:
        await write(pilot, "older")
        field = pilot.app.screen.query_one(TopicField)
        field.focus()
        field.take("")
        await pilot.press("a", "ctrl+j", "b", "up")
        assert field.text == "a\nb" and field.cursor_location[0] == 0
        await pilot.press("up")
        assert field.text == "older"


async def test_a_paste_is_cleaned(trained: Stage) -> None:
    async with trained.app().run_test() as pilot:
        field = pilot.app.screen.query_one(TopicField)
        await paste(pilot, "a\x1b]52;c;eA==\x07b\u202ec\x00")
        assert field.text == "a]52;c;eA==bc"


async def test_a_paste_that_does_not_fit_is_refused_whole(trained: Stage) -> None:
    async with trained.app().run_test() as pilot:
        field = pilot.app.screen.query_one(TopicField)
        await paste(pilot, "x" * 100_000)
        assert field.text == ""
        assert "100,000" in said(pilot)
        await paste(pilot, "x" * MAX_TOPIC)
        assert len(field.text) == MAX_TOPIC


async def paste(pilot: Running, text: str) -> None:
    from textual.events import Paste

    pilot.app.post_message(Paste(text))
    await pilot.pause()


# --- opinions ---


@pytest.mark.parametrize("how", ["l", "ctrl+l", "button"])
async def test_like_makes_the_library_grow_and_says_so(trained: Stage, how: str) -> None:
    async with trained.app().run_test(size=(100, 30)) as pilot:
        await write(pilot)
        if how == "button":
            await pilot.click("#like")
        else:
            await pilot.press(how)
        await settled(pilot)
        (card,) = cards(pilot)
        assert "liked" in str(card.border_subtitle)
        assert "62 liked prompts" in said(pilot)
        assert (TOPIC, card.text) in likes(trained)
        await pilot.press("l")
        await settled(pilot)
        assert "in the library already" in said(pilot)
        assert len(likes(trained)) == 62


async def test_edit_then_like_keeps_the_edited_text(trained: Stage) -> None:
    async with trained.app().run_test(size=(100, 30)) as pilot:
        await write(pilot)
        await pilot.press("e")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, EditScreen))
        field = pilot.app.screen.query_one(PlainText)
        assert field.text == pilot.app.screen_stack[0].query_one(CandidateCard).text
        field.take("Write it my way.")
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, WriteScreen))
        await settled(pilot)
        assert (TOPIC, "Write it my way.") in likes(trained)


async def test_going_back_from_an_edit_asks_once_and_keeps_nothing(trained: Stage) -> None:
    async with trained.app().run_test(size=(100, 30)) as pilot:
        await write(pilot)
        await pilot.press("e")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, EditScreen))
        await pilot.press("x", "escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, EditScreen) and "Esc again" in said(pilot)
        await pilot.press("escape")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, WriteScreen))
        await settled(pilot)
        assert len(likes(trained)) == 61


async def test_an_empty_edit_is_not_kept(trained: Stage) -> None:
    async with trained.app().run_test(size=(100, 30)) as pilot:
        await write(pilot)
        await pilot.press("e")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, EditScreen))
        pilot.app.screen.query_one(PlainText).take(" ")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(pilot.app.screen, EditScreen) and "is empty" in said(pilot)


@pytest.mark.parametrize("reason", ["", "too long"])
async def test_dislike_takes_a_reason_or_none(trained: Stage, reason: str) -> None:
    app = trained.app()
    async with app.run_test(size=(100, 30)) as pilot:
        await write(pilot)
        await pilot.press("d")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, ReasonScreen))
        assert isinstance(pilot.app.focused, Input)
        await pilot.press(*reason, "enter")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, WriteScreen))
        await settled(pilot)
        (opinion,) = app.session.library.opinions("default")
        assert (opinion.kind, opinion.reason) == ("dislike", reason)
        assert "disliked" in str(cards(pilot)[0].border_subtitle)
        assert len(likes(trained)) == 61


async def test_escape_takes_a_dislike_back(trained: Stage) -> None:
    app = trained.app()
    async with app.run_test(size=(100, 30)) as pilot:
        await write(pilot)
        await pilot.press("d")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, ReasonScreen))
        await pilot.press("escape")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, WriteScreen))
        await settled(pilot)
        assert app.session.library.opinions("default") == []


async def disliked(pilot: Running) -> None:
    """Dislike the prompt that has the keys, without a reason."""
    await pilot.press("d")
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, ReasonScreen))
    pilot.app.clear_notifications()
    await pilot.press("enter")
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, WriteScreen))
    await wait_for(pilot, lambda: "Disliked" in said(pilot))
    await settled(pilot)


@pytest.mark.parametrize("edited", [False, True])
async def test_a_dislike_takes_the_like_out_again_and_another_like_brings_it_back(
    trained: Stage, edited: bool
) -> None:
    app = trained.app()
    heard: list[Change] = []
    async with app.run_test(size=(100, 30)) as pilot:
        app.changes.subscribe(app.screen, heard.append)
        await write(pilot)
        (card,) = cards(pilot)
        if edited:
            await pilot.press("e")
            await wait_for(pilot, lambda: isinstance(pilot.app.screen, EditScreen))
            pilot.app.screen.query_one(PlainText).take("Write it my way.")
            await pilot.press("ctrl+s")
        else:
            await pilot.press("l")
        await wait_for(pilot, lambda: "liked ♥" in card.opinion)
        await settled(pilot)
        liked = (TOPIC, "Write it my way." if edited else card.text)
        # A second like is none, and takes nothing from what the first one made.
        await pilot.press("l")
        await settled(pilot)
        for times in (1, 2):
            assert liked in likes(trained) and len(likes(trained)) == 62
            await disliked(pilot)
            assert "taken out of the liked prompts again (61 liked prompts now)" in said(pilot)
            assert liked not in likes(trained) and len(likes(trained)) == 61
            # The other screens hear of it.
            assert heard.count(Change.LIKES) == 2 * times
            # Told once: it is out already.
            await disliked(pilot)
            assert said(pilot) == "Disliked: noted."
            await pilot.press("l")
            await wait_for(pilot, lambda: "liked ♥" in card.opinion)
            await settled(pilot)


async def test_a_dislike_leaves_a_like_that_was_there_before(trained: Stage) -> None:
    trained.engines.texts = ALONE
    with Library(trained.home.database) as library:
        library.add_likes("default", [NewLike(TOPIC, ALONE[0])])
    async with trained.app().run_test(size=(100, 30)) as pilot:
        pilot.app.session.remember(pool=1)  # type: ignore[attr-defined]
        await write(pilot)
        await pilot.press("l")
        await settled(pilot)
        await disliked(pilot)
        assert said(pilot) == "Disliked: noted."
        assert (TOPIC, ALONE[0]) in likes(trained)


async def test_a_dislike_leaves_what_the_like_was_changed_to_since(trained: Stage) -> None:
    app = trained.app()
    async with app.run_test(size=(100, 30)) as pilot:
        await write(pilot)
        await pilot.press("l")
        await settled(pilot)
        (opinion,) = app.session.library.opinions("default")
        assert opinion.like_id is not None
        app.session.library.edit_like("default", opinion.like_id, output="Write it my way.")
        await disliked(pilot)
        assert said(pilot) == "Disliked: noted."
        assert (TOPIC, "Write it my way.") in likes(trained)


async def test_opinions_are_on_the_card_that_has_the_keys(trained: Stage) -> None:
    trained.engines.texts = TEXTS
    async with trained.app().run_test(size=(130, 30)) as pilot:
        pilot.app.screen.query_one("#count", Choice).choose("3")
        await write(pilot)
        await pilot.press("right", "l")
        await settled(pilot)
        liked = cards(pilot)[1].text
        assert liked in TEXTS and liked != cards(pilot)[0].text
        assert (TOPIC, liked) in likes(trained) and len(likes(trained)) == 62


# --- the offer ---


async def test_enough_new_likes_offer_a_retrain_and_later_puts_it_off(trained: Stage) -> None:
    app = trained.app()
    app.session.remember(retrain_after=2)
    async with app.run_test(size=(100, 30)) as pilot:
        offer = await liked_times(pilot, 1)
        assert not offer.display
        await liked_times(pilot, 1)
        assert offer.display and "2 new liked prompts since default-1" in offer_text(pilot)
        await pilot.click("#offer-no")
        assert not offer.display
        await liked_times(pilot, 1)
        assert not offer.display
        await liked_times(pilot, 1)
        assert offer.display and "4 new liked prompts" in offer_text(pilot)


async def test_the_offer_goes_when_a_dislike_takes_a_like_out(trained: Stage) -> None:
    app = trained.app()
    app.session.remember(retrain_after=1)
    async with app.run_test(size=(100, 30)) as pilot:
        offer = await liked_times(pilot, 1)
        assert offer.display
        await disliked(pilot)
        assert not offer.display


async def test_a_taken_offer_starts_the_retrain(trained: Stage) -> None:
    app = trained.app()
    app.session.remember(retrain_after=1)
    async with app.run_test(size=(100, 30)) as pilot:
        await liked_times(pilot, 1)
        await pilot.click("#offer-yes")
        await wait_for(pilot, lambda: trained.asked)
        await wait_for(pilot, lambda: type(app.screen).__name__ == "RetrainScreen")
        assert trained.asked[0]["job"] == "retrain"


async def liked_times(pilot: Running, times: int) -> Any:
    for _ in range(times):
        place = len(pilot.app.session.library.recent_topics("default"))  # type: ignore[attr-defined]
        await write(pilot, f"topic {place}")
        await pilot.press("l")
        await settled(pilot)
    return pilot.app.screen.query_one("#offer")


def offer_text(pilot: Running) -> str:
    return str(pilot.app.screen.query_one("#offer-text", Static).content)


# --- the rest ---


async def test_copy_says_which_way_it_went(trained: Stage, monkeypatch: Any) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "TMUX", "STY", "SSH_TTY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "dumb")
    async with trained.app().run_test(size=(100, 30)) as pilot:
        await write(pilot)
        await pilot.press("c")
        await settled(pilot)
        path = trained.home.cache / "copied.txt"
        assert path.read_text("utf-8") == cards(pilot)[0].text
        assert str(path) in said(pilot)


@pytest.mark.usefixtures("unswapped")
async def test_hidden_characters_are_shown_and_not_copied(trained: Stage, monkeypatch: Any) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "TMUX", "STY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "dumb")
    trained.engines.texts = ["Pay \u202eyob\u202c [@click=app.quit]x[/]."]
    async with trained.app().run_test(size=(100, 30)) as pilot:
        await write(pilot)
        (card,) = cards(pilot)
        shown = str(card.query_one(Static).content)
        assert "<U+202E>" in shown and "[@click=app.quit]x[/]" in shown
        assert "2 hidden characters" in str(card.border_subtitle)
        await pilot.press("c")
        await settled(pilot)
        copied = (trained.home.cache / "copied.txt").read_text("utf-8")
        assert copied == "Pay yob [@click=app.quit]x[/]."
        await pilot.click(card)
        assert pilot.app.is_running


@pytest.mark.usefixtures("unswapped")
async def test_a_resize_in_the_middle_of_a_stream_loses_nothing(trained: Stage) -> None:
    trained.engines.held = True
    trained.engines.texts = TEXTS
    app = trained.app()
    app.session.remember(pool=2)
    async with app.run_test(size=(120, 30)) as pilot:
        pilot.app.screen.query_one("#count", Choice).choose("2")
        await pilot.press(*TOPIC, "enter")
        await wait_for(pilot, lambda: any(e["op"] == "generate" for e in sent(trained)))
        trained.engines.job.let(7)
        await wait_for(pilot, lambda: len(cards(pilot)) == 2 and cards(pilot)[1].text)
        await pilot.resize_terminal(60, 20)
        trained.engines.job.let(1)
        await pilot.resize_terminal(200, 60)
        trained.engines.job.let_all()
        await finished(pilot)
        assert {card.text for card in cards(pilot)} == set(TEXTS[:2])


async def test_another_profile_starts_with_an_empty_screen(trained: Stage) -> None:
    app: PromptstyleApp = trained.app()
    async with app.run_test(size=(100, 30)) as pilot:
        await write(pilot)
        app.session.use_profile("work")
        from promptstyle.tui.changes import Change

        app.changes.publish(Change.PROFILE)
        await wait_for(pilot, lambda: not cards(pilot))
        assert "work" in str(app.screen.query_one(Navigation).render())


async def test_without_candidates_the_buttons_are_not_there(trained: Stage) -> None:
    async with trained.app().run_test() as pilot:
        assert not any(button.display for button in pilot.app.screen.query("#opinions"))
        assert pilot.app.screen.query_one("#send", Button).display


async def test_a_model_retrained_meanwhile_writes_the_next_prompt(trained: Stage) -> None:
    async with trained.app().run_test() as pilot:
        pilot.app.screen.query_one("#mode", Choice).choose("lora")
        await write(pilot)
        add_run(trained.home, "default-2")
        await pilot.press("r")
        await finished(pilot)
        assert "default-2" in facts(pilot)


async def test_enter_never_overtakes_the_letters_before_it(trained: Stage) -> None:
    """As fast as a terminal hands keys over, with no pause for the app in between."""
    from textual.events import Key

    async with trained.app().run_test() as pilot:
        for letter in TOPIC:
            pilot.app.post_message(Key(letter, letter))
        pilot.app.post_message(Key("enter", "\r"))
        await wait_for(pilot, lambda: cards(pilot) and cards(pilot)[0].candidate)
        candidate = cards(pilot)[0].candidate
        assert candidate is not None and candidate.topic == TOPIC


async def test_a_topic_sent_before_the_screen_is_whole_is_not_lost(
    trained: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = trained.app()
    with monkeypatch.context() as patch:
        patch.setattr(app, "_open", lambda: None)
        async with PromptstyleApp.run_test(app) as pilot:
            await pilot.press(*TOPIC, "enter")
            assert not app.opened and not cards(pilot)
            patch.undo()
            app._open()
            await finished(pilot)
            candidate = cards(pilot)[0].candidate
            assert candidate is not None and candidate.topic == TOPIC
