"""Retrain: one test for each thing that a user does there, and a picture of each state."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from staging import Stage, add_run
from textual.pilot import Pilot
from textual.widgets import Button, Static
from waiting import quiet, settled, wait_for

from promptstyle.core import journal
from promptstyle.core.library import Library, NewLike
from promptstyle.core.paths import Home
from promptstyle.core.training.recipes import RECIPES
from promptstyle.tui.changes import Change
from promptstyle.tui.retraining import Phase
from promptstyle.tui.screens.retrain import RetrainScreen
from promptstyle.tui.widgets.choice import Choice
from promptstyle.tui.widgets.loss_plot import LossPlot
from promptstyle.tui.widgets.navigation import Navigation
from promptstyle.tui.widgets.share_bar import ShareBar

Running = Pilot[Any]

OLD = {
    "run": "default-1",
    "mode": "both",
    "n": 10,
    "score": 0.2703,
    "new_score": 0.2961,
    "difference": 0.0258,
    "difference_low": -0.0102,
    "difference_high": 0.0655,
}


def ended(stage: Stage, *, activated: bool = True, reason: str = "", **old: Any) -> None:
    """Have the next retrain end like this, against an old model."""
    result = stage.retrain[-1]["value"]
    result |= {"run": "default-2", "activated": activated, "reason": reason}
    result["scores"]["old"] = {**OLD, **old}


def text(pilot: Running, name: str) -> str:
    return str(pilot.app.screen.query_one(f"#{name}", Static).content)


def said(pilot: Running) -> str:
    """Everything that toasts say now."""
    return "\n".join(each.message for each in pilot.app._notifications)


def buttons(pilot: Running) -> list[str]:
    """The buttons that can be pressed now."""
    found = pilot.app.screen.query("#body Button").results(Button)
    return [str(each.label) for each in found if each.region and not each.disabled]


async def opened(pilot: Running) -> RetrainScreen:
    """Go to the screen, and wait until it has looked at the likes."""
    await wait_for(pilot, lambda: getattr(pilot.app.screen, "furnished", False), "the first screen")
    await pilot.press("f4")
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, RetrainScreen))
    screen = pilot.app.screen
    assert isinstance(screen, RetrainScreen)
    await wait_for(pilot, lambda: screen.furnished, "the screen is whole")
    await looked(pilot, screen)
    return screen


async def looked(pilot: Running, screen: RetrainScreen) -> None:
    await wait_for(pilot, lambda: screen._plan_ticket == screen._ticket, "a plan")


async def started(pilot: Running, stage: Stage, to: str = "train") -> RetrainScreen:
    """Start a retrain, and let it come to a stage."""
    screen = await opened(pilot)
    await pilot.press("s")
    await wait_for(pilot, lambda: stage.jobs and screen.view == "-running")
    stage.job.advance_to_stage(to)
    await wait_for(pilot, lambda: screen.retraining.stage == to, to)
    return screen


async def over(pilot: Running, stage: Stage) -> RetrainScreen:
    """Retrain to the end."""
    screen = await started(pilot, stage)
    stage.job.advance()
    await wait_for(pilot, lambda: screen.view == "-ended", "the end")
    await looked(pilot, screen)
    await settled(pilot)
    return screen


# --- before the start ---


async def test_it_says_what_will_be_learnt_from(liked: Stage) -> None:
    async with liked.app().run_test(size=(100, 30)) as pilot:
        screen = await opened(pilot)
        facts = text(pilot, "facts")
        assert "61: 51 to learn from, 10 held out to test on" in facts
        assert "embedded" in facts and "no model of yours has learnt from them" in facts
        assert "46 training steps at most" in facts
        assert screen.view == "-plan"
        assert buttons(pilot) == ["Start"]
        assert pilot.app.focused is screen.query_one("#start")


async def test_what_is_new_since_the_model_and_how_long_it_took(trained: Stage) -> None:
    with Library(trained.home.database) as library:
        known = library.active_run("default")
        assert known is not None
        ids = sorted(library.like_ids("default"))
        manifest = {**known.manifest, "train_ids": ids[:50], "held_ids": ids[50:], "seconds": 83.0}
        library.add_run("default-2", "default", "embedded", manifest, activate=True)
        library.add_likes("default", [NewLike("a new topic", "Write about it.")])
    async with trained.app().run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        facts = text(pilot, "facts")
        assert "1 like since default-2" in facts
        assert "default-2 took 1 min 23 s" in facts


async def test_likes_that_come_in_meanwhile_are_seen(liked: Stage) -> None:
    async with liked.app().run_test() as pilot:
        screen = await opened(pilot)
        await pilot.press("f2")
        with Library(liked.home.database) as library:
            library.add_likes("default", [NewLike("a new topic", "Write about it.")])
        await pilot.press("f4")
        await looked(pilot, screen)
        assert "62: " in text(pilot, "facts")


async def test_the_recipe_and_what_becomes_of_the_model_are_chosen(liked: Stage) -> None:
    async with liked.app().run_test(size=(100, 30)) as pilot:
        screen = await opened(pilot)
        await pilot.press("r", "r")
        await looked(pilot, screen)
        assert screen.query_one("#recipe", Choice).value == "reference"
        assert "as in the reference project" in text(pilot, "recipe-for")
        assert "46" not in text(pilot, "facts")
        await pilot.press("k", "s")
        await wait_for(pilot, lambda: liked.jobs)
        (asked,) = liked.asked
        assert asked == {
            "job": "retrain",
            "profile": "default",
            "base": None,
            "recipe": "reference",
            "keep_old": True,
        }


async def test_every_recipe_has_a_word_on_what_it_is_for(liked: Stage) -> None:
    async with liked.app().run_test() as pilot:
        screen = await opened(pilot)
        for _ in RECIPES:
            await pilot.press("r")
            await looked(pilot, screen)
            assert text(pilot, "recipe-for")


async def test_a_click_starts_it(liked: Stage) -> None:
    async with liked.app().run_test() as pilot:
        screen = await opened(pilot)
        await pilot.click("#start")
        await wait_for(pilot, lambda: liked.jobs and screen.view == "-running")


async def test_too_few_likes_offer_an_import_and_no_start(empty: Stage) -> None:
    with Library(empty.home.database) as library:
        library.ensure_profile("default")
        library.add_likes("default", [NewLike("a topic", "Write about it.")])
    async with empty.app().run_test() as pilot:
        screen = await opened(pilot)
        assert "4 are the fewest" in text(pilot, "trouble")
        assert buttons(pilot) == ["Import prompts", "Library"]
        await pilot.press("s")
        assert not empty.jobs and screen.view == "-plan"


async def test_a_base_that_is_not_here_leads_to_the_models(liked: Stage) -> None:
    with Library(liked.home.database) as library:
        library.set_base("default", "tinyllama")
    async with liked.app().run_test() as pilot:
        await opened(pilot)
        assert "tinyllama" in text(pilot, "trouble")
        assert buttons(pilot) == ["Models"]


async def test_an_unfinished_one_is_announced(liked: Stage, home: Home) -> None:
    from promptstyle.core import run_folder
    from promptstyle.core.bases import registry
    from promptstyle.core.snapshot import SEED, Snapshot
    from promptstyle.core.training.recipes import recipe_for

    with Library(home.database) as library:
        base = registry.get(home, "embedded")
        recipe = recipe_for("default", base.parameters, base.parts)
        prints = Snapshot.take(library, "default").fingerprint(base.identity, recipe, SEED)
        home.building.mkdir(parents=True, exist_ok=True)
        run_folder.begin(home, library, "default", prints).checkpoint.write_bytes(b"state")
    async with liked.app().run_test() as pilot:
        await opened(pilot)
        assert "goes on where the last one was stopped" in text(pilot, "facts")


async def test_a_library_that_cannot_be_read_is_told(
    liked: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    from promptstyle.tui.screens import retrain

    def broken(*_: object) -> None:
        raise sqlite3.DatabaseError("database disk image is malformed")

    monkeypatch.setattr(retrain, "plan", broken)
    async with liked.app().run_test() as pilot:
        await pilot.press("f4")
        await wait_for(pilot, lambda: "damaged" in said(pilot))
        assert "damaged" in text(pilot, "facts")
        await pilot.press("s")
        assert not liked.jobs


# --- while it runs ---


async def test_the_steps_move_the_bar_and_the_curve(trained: Stage) -> None:
    async with trained.app().run_test(size=(100, 30)) as pilot:
        screen = await started(pilot, trained)
        trained.job.advance(lambda event: event.get("step") == 69)
        await wait_for(pilot, lambda: "step 69/138" in text(pilot, "stages"))
        share = screen.query_one("#bar", ShareBar).share
        assert share == screen.retraining.share == pytest.approx(69 / (138 + 50))
        assert "left" in text(pilot, "times")
        plot = screen.query_one(LossPlot)
        await wait_for(pilot, lambda: len(plot.points) == 69, "the curve")
        assert "default-1" in text(pilot, "which") and "61 likes, 10 held out" in text(
            pilot, "which"
        )
        assert "the old model still does" in text(pilot, "what-else")


async def test_every_stage_has_its_turn(trained: Stage) -> None:
    async with trained.app().run_test(size=(100, 30)) as pilot:
        screen = await started(pilot, trained)
        await wait_for(pilot, lambda: "▶ Train" in text(pilot, "stages"))
        for name in ("merge", "export", "evaluate", "install", "activate"):
            trained.job.advance_to_stage(name)
            await wait_for(pilot, lambda name=name: f"▶ {name.title()}" in text(pilot, "stages"))
        assert text(pilot, "stages").count("✓") == 5
        assert screen.view == "-running"


async def test_the_test_says_which_system_writes(trained: Stage) -> None:
    async with trained.app().run_test(size=(100, 30)) as pilot:
        await started(pilot, trained, "merge")
        trained.job.advance(lambda e: e.get("system") == "lora" and e["done"] == 3)
        await wait_for(pilot, lambda: "▶ Evaluate lora 3/10" in text(pilot, "stages"))


async def test_the_bar_at_the_top_shows_it_on_every_screen(trained: Stage) -> None:
    async with trained.app().run_test(size=(100, 30)) as pilot:
        await started(pilot, trained)
        await pilot.press("f2")
        trained.job.advance(lambda event: event.get("step") == 69)
        bar = pilot.app.screen.query_one(Navigation)
        await wait_for(pilot, lambda: "retraining 37%" in bar.render().plain)


async def test_stop_is_seen_at_once_and_the_next_one_goes_on(trained: Stage) -> None:
    async with trained.app().run_test(size=(100, 30)) as pilot:
        screen = await started(pilot, trained)
        trained.job.advance(lambda event: event.get("step") == 50)
        await wait_for(pilot, lambda: screen.retraining.step == 50)
        await pilot.press("x")
        await wait_for(pilot, lambda: screen.view == "-ended")
        await looked(pilot, screen)
        assert trained.job.cancelled
        assert screen.retraining.phase is Phase.CANCELLED
        assert "Stopped at step 50 of 138" in text(pilot, "verdict")
        assert "the next retrain begins anew" in text(pilot, "why")
        assert "■ Train" in text(pilot, "stages")
        await pilot.press("a")
        assert screen.view == "-plan"
        await pilot.press("s")
        await wait_for(pilot, lambda: len(trained.jobs) == 2 and screen.view == "-running")
        assert screen.retraining.losses == []


async def test_stopping_is_shown_while_it_takes_its_time(
    trained: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    async with trained.app().run_test(size=(100, 30)) as pilot:
        screen = await started(pilot, trained)
        let, cancel = threading.Event(), trained.job.cancel

        def slowly(grace: float = 0.0) -> None:
            assert let.wait(60)
            cancel()

        monkeypatch.setattr(trained.job, "cancel", slowly)
        await pilot.click("#stop")
        await wait_for(pilot, lambda: text(pilot, "what-else") == "stopping…")
        assert screen.query_one("#stop", Button).disabled
        assert screen.check_action("stop", ()) is False
        let.set()
        await wait_for(pilot, lambda: screen.view == "-ended")
        assert not screen.retraining.stopping


async def test_enter_twice_does_not_stop_what_it_started(trained: Stage) -> None:
    async with trained.app().run_test(size=(100, 30)) as pilot:
        screen = await opened(pilot)
        await pilot.press("enter", "enter", "enter")
        await wait_for(pilot, lambda: trained.jobs and screen.view == "-running")
        await pilot.press("enter")
        await settled_but_for_the_retrain(pilot)
        assert screen.view == "-running" and not trained.job.cancelled


async def settled_but_for_the_retrain(pilot: Running) -> None:
    await wait_for(
        pilot, lambda: all(w.is_finished or w.group == "retrain" for w in pilot.app.workers)
    )


async def test_it_can_be_opened_in_the_middle(trained: Stage) -> None:
    async with trained.app().run_test(size=(100, 30)) as pilot:
        app = pilot.app
        await wait_for(pilot, lambda: app.screen.furnished)  # type: ignore[attr-defined]
        assert app.retrain()  # type: ignore[attr-defined]
        trained.job.advance(lambda event: event.get("step") == 30)
        await pilot.press("f4")
        await wait_for(pilot, lambda: isinstance(app.screen, RetrainScreen))
        await wait_for(pilot, lambda: "step 30/138" in text(pilot, "stages"))


@pytest.mark.parametrize("size", [(200, 60), (60, 20), (40, 10)])
async def test_a_resize_in_the_middle_loses_nothing(trained: Stage, size: tuple[int, int]) -> None:
    async with trained.app().run_test(size=(80, 24)) as pilot:
        screen = await started(pilot, trained)
        trained.job.advance(lambda event: event.get("step") == 69)
        await wait_for(pilot, lambda: screen.retraining.step == 69)
        await pilot.resize_terminal(*size)
        await wait_for(pilot, lambda: len(screen.query_one(LossPlot).points) == 69)
        await wait_for(pilot, lambda: "step 69/138" in text(pilot, "stages"))
        rows = text(pilot, "stages").count("\n") + 1
        assert rows == (6 if size[0] >= 120 else 1)


# --- the end ---


async def test_a_first_model_writes_from_now_on(liked: Stage) -> None:
    async with liked.app().run_test(size=(100, 30)) as pilot:
        screen = await over(pilot, liked)
        assert text(pilot, "verdict") == "default-1 writes from now on."
        assert "first model of this profile" in text(pilot, "why")
        scores = text(pilot, "scores")
        assert "yours (both)" in scores and "nearest" in scores and "vanilla" in scores
        assert buttons(pilot) == ["Write with it", "See the results", "Retrain again"]
        assert screen.query_one("#bar", ShareBar).share == 1.0
        await pilot.click("#write")
        assert pilot.app.current_mode == "write"


async def test_the_curve_stays_where_there_is_room_for_it(trained: Stage) -> None:
    async with trained.app().run_test(size=(60, 14)) as pilot:
        screen = await over(pilot, trained)
        plot = screen.query_one(LossPlot)
        assert len(plot.points) == 138 and not plot.roomy and plot.border_title is None
        await pilot.resize_terminal(120, 50)
        await wait_for(pilot, lambda: plot.roomy and plot.border_title)


async def test_better_by_how_much_and_how_sure(trained: Stage) -> None:
    ended(trained, reason="not worse than default-1 on 10 likes")
    async with trained.app().run_test(size=(100, 30)) as pilot:
        await over(pilot, trained)
        assert text(pilot, "verdict") == (
            "default-2 writes from now on: better by 0.026 than default-1."
        )
        assert "95% interval -0.010 to +0.066 on 10 likes: that may be chance." in text(
            pilot, "why"
        )


async def test_the_old_one_was_kept_and_can_be_overruled(trained: Stage) -> None:
    values = {"difference": -0.05, "difference_low": -0.08, "difference_high": -0.02}
    ended(trained, activated=False, reason="worse than default-1 on 10 likes", **values)
    async with trained.app().run_test(size=(100, 30)) as pilot:
        screen = await over(pilot, trained)
        add_run(trained.home, "default-2", activate=False)
        assert text(pilot, "verdict") == "default-1 was kept: default-2 is worse by 0.050."
        assert "Worse than default-1 on 10 likes." in text(pilot, "why")
        assert "that may be chance" not in text(pilot, "why")
        assert "default-2 is kept beside it" in text(pilot, "why")
        assert "✓ Record" in text(pilot, "stages")
        assert "Use it all the same" in buttons(pilot)
        await pilot.press("u")
        await wait_for(pilot, lambda: screen.retraining.result["activated"])
        await settled(pilot)
        assert "default-2 writes from now on" in text(pilot, "verdict")
        assert "Use it all the same" not in buttons(pilot)
        with Library(trained.home.database) as library:
            assert library.profile("default").active_run == "default-2"


async def test_a_run_that_is_gone_cannot_be_used_and_says_so(trained: Stage) -> None:
    ended(trained, activated=False, reason="worse", difference=-0.05)
    async with trained.app().run_test(size=(100, 30)) as pilot:
        screen = await over(pilot, trained)
        await pilot.press("u")
        await wait_for(pilot, lambda: "there is no run" in said(pilot))
        assert screen.view == "-ended" and not screen.retraining.result["activated"]


async def test_a_failure_says_what_to_do_and_where_the_log_is(trained: Stage) -> None:
    async with trained.app().run_test(size=(100, 30)) as pilot:
        screen = await started(pilot, trained)
        trained.job.fail("there is not enough [b]memory[/b]", "close other programs")
        await wait_for(pilot, lambda: screen.view == "-ended")
        await settled(pilot)
        assert "failed" in text(pilot, "verdict")
        why = text(pilot, "why")
        assert "there is not enough [b]memory[/b]\nclose other programs" in why
        assert str(trained.home.logs / "retrain.log") in why
        assert "✗ Train" in text(pilot, "stages")
        assert buttons(pilot) == ["Back to the start"]
        await pilot.click("#again")
        assert screen.view == "-plan"


async def test_damaged_scores_end_in_words_and_no_table(trained: Stage) -> None:
    trained.retrain[-1]["value"]["scores"] = {"systems": [], "old": 3, "mode": None}
    async with trained.app().run_test(size=(100, 30)) as pilot:
        await over(pilot, trained)
        assert text(pilot, "verdict") == "default-1 writes from now on."
        assert not pilot.app.screen.query_one("#scores").display


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 60)])
@pytest.mark.parametrize("activated", [True, False])
async def test_what_can_be_done_next_is_in_sight(
    trained: Stage, size: tuple[int, int], activated: bool
) -> None:
    reason = "on 10 likes that neither has learnt from: mean of ROUGE-1 and ROUGE-L 0.3 against 0.2"
    ended(trained, activated=activated, reason=reason)
    async with trained.app().run_test(size=size) as pilot:
        screen = await over(pilot, trained)
        await pilot.pause()
        offered = [each for each in screen.query("#next Button").results(Button) if each.display]
        assert len(offered) == 3
        for button in offered:
            assert screen.find_widget(button).visible_region == button.region, button.label
        assert pilot.app.focused is offered[0]


# --- an end that has been read ---


def made(stage: Stage, *, activate: bool = True) -> None:
    """Store the run that a retrain made from all likes that there are."""
    with Library(stage.home.database) as library:
        ids = sorted(library.like_ids("default"))
    add_run(stage.home, "default-2", activate=activate, train_ids=ids[:50], held_ids=ids[50:])


def like_one_more(stage: Stage) -> None:
    with Library(stage.home.database) as library:
        library.add_likes("default", [NewLike("a new topic", "Write about it.")])


async def away_and_back(pilot: Running, screen: RetrainScreen) -> None:
    await pilot.press("f2")
    await wait_for(pilot, lambda: pilot.app.screen is not screen)
    await pilot.press("f4")
    await wait_for(pilot, lambda: pilot.app.screen is screen)
    await settled(pilot)
    await looked(pilot, screen)


async def test_with_new_likes_an_end_that_was_read_gives_way_to_the_next_start(
    trained: Stage,
) -> None:
    ended(trained)
    async with trained.app().run_test(size=(100, 30)) as pilot:
        screen = await over(pilot, trained)
        made(trained)
        await away_and_back(pilot, screen)
        # Nothing new: it stays.
        assert screen.view == "-ended"
        like_one_more(trained)
        # A dialog that was open over it changes nothing.
        await pilot.press("f1")
        await wait_for(pilot, lambda: pilot.app.screen is not screen)
        await pilot.press("escape")
        await wait_for(pilot, lambda: pilot.app.screen is screen)
        await settled(pilot)
        assert screen.view == "-ended"
        await away_and_back(pilot, screen)
        assert screen.view == "-plan" and "1 like since default-2" in text(pilot, "facts")
        assert pilot.app.focused is screen.query_one("#start")
        assert buttons(pilot) == ["Start"]


async def test_an_end_that_nobody_saw_is_shown_once(trained: Stage) -> None:
    ended(trained)
    async with trained.app().run_test(size=(100, 30)) as pilot:
        screen = await started(pilot, trained)
        await pilot.press("f2")
        await wait_for(pilot, lambda: pilot.app.screen is not screen)
        made(trained)
        like_one_more(trained)
        trained.job.advance()
        await wait_for(pilot, lambda: not screen.retraining.running)
        await settled(pilot)
        await pilot.press("f4")
        await wait_for(pilot, lambda: pilot.app.screen is screen)
        await settled(pilot)
        await looked(pilot, screen)
        assert screen.view == "-ended" and "default-2 writes" in text(pilot, "verdict")
        await away_and_back(pilot, screen)
        assert screen.view == "-plan"


async def test_a_model_that_does_not_write_has_learnt_too(trained: Stage) -> None:
    ended(trained, activated=False, reason="not better")
    async with trained.app().run_test(size=(100, 30)) as pilot:
        screen = await over(pilot, trained)
        # The active one knows none of these likes.
        with Library(trained.home.database) as library:
            library.activate("default-1")
        made(trained, activate=False)
        await away_and_back(pilot, screen)
        assert screen.view == "-ended" and "Use it all the same" in buttons(pilot)


# --- one in the background ---


class Silent:
    """A channel to nobody."""

    def send(self, event: dict[str, Any]) -> None: ...
    def check(self) -> None: ...


@contextmanager
def elsewhere(stage: Stage) -> Iterator[journal.Tee]:
    """A journal as of a retrain in another process: this one, as far as the app can tell."""
    stage.home.building.mkdir(parents=True, exist_ok=True)
    tee = journal.Tee(stage.home, "default", Silent())
    try:
        yield tee
    finally:
        tee.close()


async def test_one_in_the_background_is_followed_to_its_end(trained: Stage) -> None:
    events = trained.retrain[:-1]
    with elsewhere(trained) as tee:
        for event in events[:40]:
            tee.note(event)
        async with trained.app().run_test(size=(100, 30)) as pilot:
            screen = await opened(pilot)
            await wait_for(pilot, lambda: f"step {events[39]['step']}/" in text(pilot, "stages"))
            assert "in the background" in text(pilot, "which")
            for event in events[40:]:
                tee.note(event)
            tee.note({"event": "done", **trained.retrain[-1]["value"]})
            await wait_for(pilot, lambda: screen.view == "-ended")
            assert "writes from now on" in text(pilot, "verdict")
            assert not trained.jobs


async def test_one_that_the_command_line_began_takes_the_screen_over(trained: Stage) -> None:
    async with trained.app().run_test(size=(100, 30)) as pilot:
        screen = await opened(pilot)
        await pilot.press("f2")
        with elsewhere(trained) as tee:
            tee.note(trained.retrain[0])
            await pilot.press("f4")
            await wait_for(pilot, lambda: screen.view == "-running")
            assert screen.retraining.background
            tee.note({"event": "failed", "code": "x", "message": "no room", "hint": "make room"})
            await wait_for(pilot, lambda: screen.view == "-ended")
            assert "no room\nmake room" in text(pilot, "why")


async def test_a_start_beside_another_one_says_so(trained: Stage) -> None:
    async with trained.app().run_test(size=(100, 30)) as pilot:
        screen = await opened(pilot)
        await pilot.press("s")
        await wait_for(pilot, lambda: trained.jobs)
        trained.job.fail("a retrain of 'default' is running already", "wait for it", "busy")
        await wait_for(pilot, lambda: screen.view == "-ended")
        assert "is running already" in text(pilot, "why")
        assert "is running already" in said(pilot)


async def test_one_of_another_profile_is_named_as_such(trained: Stage) -> None:
    async with trained.app().run_test(size=(100, 30)) as pilot:
        screen = await started(pilot, trained)
        screen.retraining.profile = "work"
        screen._arrange()
        assert "for the profile work" in text(pilot, "which")
        trained.job.advance()
        await wait_for(pilot, lambda: screen.view == "-ended")
        assert "writes for the profile work from now on" in text(pilot, "verdict")
        assert buttons(pilot) == ["Retrain again"]


# --- pictures ---

SIZES = pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 60)], ids=str)


def still(pilot: Running, seconds: float) -> None:
    """Stop the clock of the retrain: a picture must not depend on the machine's speed."""
    state = pilot.app.retraining  # type: ignore[attr-defined]
    state.began = 0.0
    state.clock = lambda: seconds
    if state.ended is not None:
        state.ended = seconds
    screen = pilot.app.screen
    assert isinstance(screen, RetrainScreen)
    screen._timer.pause()
    # Steps are told a few times a second: the bar at the top may be some behind.
    pilot.app.changes.publish(Change.RETRAIN)  # type: ignore[attr-defined]
    screen._arrange()


@pytest.fixture(autouse=True)
def _colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)


@SIZES
def test_picture_of_the_plan(trained: Stage, snap_compare: Any, size: tuple[int, int]) -> None:
    async def before(pilot: Running) -> None:
        await opened(pilot)
        await settled(pilot)

    assert snap_compare(trained.app(), terminal_size=size, run_before=before)


def test_picture_of_too_few_likes(empty: Stage, snap_compare: Any) -> None:
    with Library(empty.home.database) as library:
        library.ensure_profile("default")
        library.add_likes("default", [NewLike("a topic", "Write about it.")])

    async def before(pilot: Running) -> None:
        await opened(pilot)
        await settled(pilot)

    assert snap_compare(empty.app(), terminal_size=(80, 24), run_before=before)


@SIZES
@pytest.mark.parametrize("colours", [True, False], ids=["colours", "no_colours"])
def test_picture_of_the_training(
    trained: Stage,
    snap_compare: Any,
    size: tuple[int, int],
    colours: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not colours:
        monkeypatch.setenv("NO_COLOR", "1")

    async def before(pilot: Running) -> None:
        screen = await started(pilot, trained)
        trained.job.advance(lambda event: event.get("step") == 90)
        await wait_for(pilot, lambda: screen.retraining.step == 90)
        await settled_but_for_the_retrain(pilot)
        screen.retraining.eta_seconds = 8.0
        still(pilot, 21.0)
        await pilot.pause()

    assert snap_compare(trained.app(), terminal_size=size, run_before=before)


def test_picture_of_the_test(trained: Stage, snap_compare: Any) -> None:
    async def before(pilot: Running) -> None:
        screen = await started(pilot, trained)
        trained.job.advance(lambda e: e.get("system") == "lora" and e["done"] == 3)
        await wait_for(pilot, lambda: screen.retraining.part and screen.retraining.part.done == 3)
        await settled_but_for_the_retrain(pilot)
        still(pilot, 31.0)
        await pilot.pause()

    assert snap_compare(trained.app(), terminal_size=(80, 24), run_before=before)


@SIZES
@pytest.mark.parametrize("end", ["better", "kept", "failed", "stopped"])
def test_picture_of_the_end(
    trained: Stage, snap_compare: Any, size: tuple[int, int], end: str
) -> None:
    if end == "kept":
        values = {"difference": -0.05, "difference_low": -0.08, "difference_high": -0.02}
        reason = "worse than default-1 on 10 likes that neither has learnt from"
        ended(trained, activated=False, reason=reason, **values)
    else:
        ended(trained, reason="not worse than default-1 on 10 likes that neither has learnt from")

    async def before(pilot: Running) -> None:
        if end in ("better", "kept"):
            screen = await over(pilot, trained)
        else:
            screen = await started(pilot, trained)
            trained.job.advance(lambda event: event.get("step") == 90)
            await wait_for(pilot, lambda: screen.retraining.step == 90)
            if end == "failed":
                trained.job.fail("there is not enough memory for this", "close other programs")
            else:
                await pilot.press("x")
            await wait_for(pilot, lambda: screen.view == "-ended")
            await looked(pilot, screen)
            await settled(pilot)
        # The log's path is another one in each test.
        home = str(trained.home.logs)
        why = screen.query_one("#why", Static)
        why.update(str(why.content).replace(home, f"{os.sep}home{os.sep}logs"))
        await quiet(pilot)
        still_but_for_the_outcome(pilot)
        await pilot.pause()

    assert snap_compare(trained.app(), terminal_size=size, run_before=before)


def still_but_for_the_outcome(pilot: Running) -> None:
    screen = pilot.app.screen
    assert isinstance(screen, RetrainScreen)
    state = screen.retraining
    state.began, state.ended = 0.0, 31.0
    screen._draw_progress(now=True)
