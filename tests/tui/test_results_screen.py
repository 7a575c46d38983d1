"""Results: one test for each thing that a user does there, and a picture of each state."""

from __future__ import annotations

import json
from typing import Any

import pytest
from replaying import RECORDINGS, recorded
from staging import Stage, add_run
from textual.pilot import Pilot
from textual.widgets import Button, ContentSwitcher, DataTable, Static
from waiting import settled, wait_for

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import Library
from promptstyle.tui.changes import Change
from promptstyle.tui.screens.delete_run import DeleteRunScreen
from promptstyle.tui.screens.results import ResultsScreen
from promptstyle.tui.widgets.score_bars import ScoreBars
from promptstyle.tui.widgets.text_card import TextCard

Running = Pilot[Any]
EVALUATION = json.loads((RECORDINGS / "evaluation.json").read_text("utf-8"))
EXAMPLES = EVALUATION["examples"]


def text(pilot: Running, name: str) -> str:
    return str(pilot.app.screen.query_one(f"#{name}", Static).content)


def said(pilot: Running) -> str:
    """Everything that toasts say now."""
    return "\n".join(each.message for each in pilot.app._notifications)


def part(pilot: Running) -> str | None:
    return pilot.app.screen.query_one("#parts", ContentSwitcher).current


def card(pilot: Running, name: str) -> TextCard:
    return pilot.app.screen.query_one(f"#text-{name}", TextCard)


def active(stage: Stage) -> str | None:
    with Library(stage.home.database) as library:
        return library.profile("default").active_run


def with_model(stage: Stage, run: str) -> None:
    """A file where the run's model would be."""
    (stage.home.runs / run / "model.gguf").write_bytes(b"x" * 3_000_000)


def scores_only(stage: Stage, run: str) -> None:
    """As a run that was made before evaluations were kept."""
    (stage.home.runs / run / "evaluation.json").unlink()


async def opened(pilot: Running, section: str = "") -> ResultsScreen:
    """Go to Results and wait until it shows something."""
    await wait_for(pilot, lambda: getattr(pilot.app.screen, "furnished", False), "the first screen")
    await pilot.press("f5")
    await wait_for(pilot, lambda: isinstance(pilot.app.screen, ResultsScreen))
    screen = pilot.app.screen
    assert isinstance(screen, ResultsScreen)
    await wait_for(pilot, lambda: screen.furnished, "the screen is whole")
    await wait_for(pilot, lambda: screen._shown.run is not None or part(pilot) == "nothing")
    if section:
        await pilot.press(section)
        await pilot.pause()
    await settled(pilot)
    return screen


@pytest.fixture
def two_runs(trained: Stage) -> Stage:
    """Two runs; the second one, a little better, writes."""
    scores = json.loads((RECORDINGS / "manifest.json").read_text("utf-8"))["scores"]
    add_run(trained.home, "default-2", scores={**scores, "rouge1": 0.33, "rougeL": 0.25})
    with_model(trained, "default-1")
    with_model(trained, "default-2")
    return trained


# --- the scores ---


async def test_the_run_that_writes_stands_with_every_score_and_its_interval(
    trained: Stage,
) -> None:
    async with trained.app().run_test(size=(120, 50)) as pilot:
        await opened(pilot)
        assert part(pilot) == "scores"
        for fact in ("default-1", "● writes", "mode both", "embedded"):
            assert fact in text(pilot, "what")
        lines = text(pilot, "table").splitlines()
        for row, line in zip(EVALUATION["systems"], lines[1:], strict=True):
            assert row["name"] in line
            for key in ("rouge1", "rougeL"):
                low, high = row[f"{key}_low"], row[f"{key}_high"]
                assert f"{row[key]:.3f} [{low:.3f}, {high:.3f}]" in line
        assert [line for line in lines if line.startswith("▶")] == [lines[-1]]
        assert "both" in lines[-1]
        assert "Only 10 topics" in text(pilot, "words")


async def test_the_bars_are_those_of_the_table(trained: Stage) -> None:
    async with trained.app().run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        rows = pilot.app.screen.query_one(ScoreBars).rows
        assert [(row.name, row.scores[0].mean) for row in rows] == [
            (row["name"], row["rouge1"]) for row in EVALUATION["systems"]
        ]
        assert [row.name for row in rows if row.yours] == ["both"]


@pytest.mark.parametrize(("width", "tables"), [(60, 2), (80, 2), (120, 1)])
async def test_a_narrow_screen_has_two_tables_and_no_column_less(
    trained: Stage, width: int, tables: int
) -> None:
    async with trained.app().run_test(size=(width, 24)) as pilot:
        await opened(pilot)
        shown = [n for n in ("table", "others") if pilot.app.screen.query_one(f"#{n}").display]
        assert len(shown) == tables
        headings = " ".join(text(pilot, name).splitlines()[0] for name in shown)
        for column in ("ROUGE-1", "ROUGE-L", "on topic", "repeats", "ended", "copied", "words"):
            assert column in headings
        for name in shown:
            assert max(map(len, text(pilot, name).splitlines())) <= width - 2


async def test_a_run_of_before_has_scores_and_says_how_to_see_texts(trained: Stage) -> None:
    scores_only(trained, "default-1")
    async with trained.app().run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        assert "0.304 [0.226, 0.386]" in text(pilot, "table")
        await pilot.press("2")
        await pilot.pause()
        assert "Evaluate" in text(pilot, "note")
        assert not pilot.app.screen.query_one("#side").display


async def test_a_run_without_any_scores_says_so(liked: Stage) -> None:
    add_run(liked.home, "default-1", scores=None)
    scores_only(liked, "default-1")
    async with liked.app().run_test() as pilot:
        await opened(pilot)
        assert part(pilot) == "none" and "not kept" in text(pilot, "none")
        await pilot.press("3")
        await wait_for(pilot, lambda: part(pilot) == "runs")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"run": "default-1"}', "\x00"])
async def test_a_damaged_evaluation_leaves_the_scores(trained: Stage, content: str) -> None:
    (trained.home.runs / "default-1" / "evaluation.json").write_text(content)
    async with trained.app().run_test() as pilot:
        await opened(pilot)
        assert part(pilot) == "scores"


async def test_a_damaged_manifest_is_told_and_ends_nothing(trained: Stage) -> None:
    with Library(trained.home.database) as library, library._db.writing() as connection:
        connection.execute("UPDATE runs SET manifest = '{'")
    async with trained.app().run_test() as pilot:
        await pilot.press("f5")
        await wait_for(pilot, lambda: any(n.severity == "error" for n in pilot.app._notifications))
        assert pilot.app.is_running


async def test_without_a_run_it_says_so_and_leads_to_retrain(liked: Stage) -> None:
    async with liked.app().run_test() as pilot:
        await opened(pilot)
        assert part(pilot) == "nothing"
        await pilot.click("#to-retrain")
        await wait_for(pilot, lambda: pilot.app.current_mode == "retrain")


# --- the texts ---


async def test_the_texts_stand_in_their_order_gold_first(trained: Stage) -> None:
    async with trained.app().run_test(size=(200, 60)) as pilot:
        await opened(pilot, "2")
        first = EXAMPLES[0]
        shown = [each for each in pilot.app.screen.query(TextCard) if each.display]
        assert [each.text for each in shown] == [
            first["gold"],
            *(first["outputs"][name] for name in ("random", "nearest", "vanilla", "both")),
        ]
        assert text(pilot, "topic") == first["topic"]
        assert "yours: both" in str(card(pilot, "yours").border_title)


@pytest.mark.parametrize(("width", "columns"), [(60, 1), (80, 2), (200, 5)])
async def test_the_texts_stand_side_by_side_where_there_is_room(
    trained: Stage, width: int, columns: int
) -> None:
    async with trained.app().run_test(size=(width, 50)) as pilot:
        await opened(pilot, "2")
        regions = [each.region for each in pilot.app.screen.query(TextCard) if each.display]
        assert len({region.x for region in regions}) == columns
        assert sum(region.y == regions[0].y for region in regions) == columns


@pytest.mark.parametrize("how", ["key", "arrow", "button"])
async def test_next_and_previous_go_through_all_topics(trained: Stage, how: str) -> None:
    async def turn(by: int, to: int) -> None:
        name = "next" if by > 0 else "before"
        if how == "button":
            # A button that was just pressed takes no second click.
            button = pilot.app.screen.query_one(f"#{name}")
            await wait_for(pilot, lambda: not button.has_class("-active"))
            await pilot.click(button)
        else:
            pair = ("n", "p") if how == "key" else ("right", "left")
            await pilot.press(pair[0 if by > 0 else 1])
        await wait_for(pilot, lambda: text(pilot, "topic") == EXAMPLES[to]["topic"])

    async with trained.app().run_test(size=(100, 30)) as pilot:
        await opened(pilot, "2")
        await wait_for(pilot, lambda: isinstance(pilot.app.focused, TextCard))
        for place in [*range(1, len(EXAMPLES)), 0]:
            await turn(1, place)
            assert card(pilot, "yours").text == EXAMPLES[place]["outputs"]["both"]
        await turn(-1, len(EXAMPLES) - 1)
        assert text(pilot, "place") == f"topic {len(EXAMPLES)} of {len(EXAMPLES)}"


async def test_copy_takes_the_text_with_the_focus(
    trained: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with trained.app().run_test(size=(100, 40)) as pilot:
        copied: list[str] = []
        monkeypatch.setattr(pilot.app, "copy_to_clipboard", copied.append)
        await opened(pilot, "2")
        card(pilot, "random").focus()
        await pilot.press("c")
        assert copied == [EXAMPLES[0]["outputs"]["random"]]


async def test_copy_takes_yours_if_none_was_chosen(
    trained: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with trained.app().run_test(size=(100, 40)) as pilot:
        copied: list[str] = []
        monkeypatch.setattr(pilot.app, "copy_to_clipboard", copied.append)
        screen = await opened(pilot)
        screen.query_one("#section").choose("texts")  # type: ignore[attr-defined]
        await pilot.pause()
        await pilot.press("c")
        assert copied == [EXAMPLES[0]["outputs"]["both"]]


async def test_a_run_that_writes_as_the_bare_base_has_its_text_once(trained: Stage) -> None:
    add_run(trained.home, "default-2", mode="base")
    async with trained.app().run_test(size=(200, 50)) as pilot:
        await opened(pilot, "2")
        assert not card(pilot, "yours").display
        assert "vanilla: yours" in str(card(pilot, "vanilla").border_title)


async def test_texts_are_shown_as_they_are(trained: Stage) -> None:
    path = trained.home.runs / "default-1" / "evaluation.json"
    document = json.loads(path.read_text("utf-8"))
    bad = "[@click=app.quit]x[/] \x1b]52;c;eA==\x07 \u202eyob"
    document["examples"][0] |= {"topic": bad, "gold": bad + "\n" + "long " * 20_000}
    path.write_text(json.dumps(document), encoding="utf-8")
    async with trained.app().run_test(size=(100, 30)) as pilot:
        await opened(pilot, "2")
        for shown in (text(pilot, "topic"), str(card(pilot, "gold").query_one(Static).content)):
            assert "[@click=app.quit]x[/]" in shown
            assert "\x1b" not in shown and "␛" in shown and "<U+202E>" in shown
        assert "hidden characters, not copied" in str(card(pilot, "gold").border_subtitle)
        await pilot.click("#topic")
        await pilot.click(card(pilot, "gold"))
        assert pilot.app.is_running


# --- the runs ---


async def test_all_runs_are_listed_the_newest_first_and_drawn(two_runs: Stage) -> None:
    async with two_runs.app().run_test(size=(100, 40)) as pilot:
        screen = await opened(pilot, "3")
        table = screen.query_one(DataTable)
        rows = [[str(cell) for cell in table.get_row_at(n)] for n in range(table.row_count)]
        assert [row[:5] for row in rows] == [
            ["default-2", "● writes", "0.330", "0.250", "61"],
            ["default-1", "kept", "0.304", "0.225", "61"],
        ]
        await wait_for(pilot, lambda: len(screen.query("RunsPlot")) == 1)
        drawn = str(screen.query_one("RunsPlot").render())
        assert "[2]" in drawn and drawn.count("L") == 2


async def test_of_many_runs_the_one_that_writes_is_still_marked(trained: Stage) -> None:
    for number in range(2, 60):
        add_run(trained.home, f"default-{number}", activate=number == 57)
    async with trained.app().run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, "3")
        await wait_for(pilot, lambda: len(screen.query("RunsPlot")) == 1)
        plot = screen.query_one("RunsPlot")
        for size in ((80, 24), (60, 20), (200, 60)):
            await pilot.resize_terminal(*size)
            await wait_for(pilot, lambda: plot.size.width > pilot.app.size.width - 10)
            lines = str(plot.render()).rstrip("\n").splitlines()
            assert "[57]" in lines[-1] and lines[-1].split()[0] == "1"


def test_numbers_below_the_plot_keep_their_distance() -> None:
    from promptstyle.tui.widgets.runs_plot import spread

    assert spread([7, 9, 1, *range(1, 10)], 1) == list(range(1, 10))
    assert spread([7, 9, 1, *range(1, 10)], 3) == [1, 4, 7]


async def test_the_plot_has_the_colours_of_the_theme(two_runs: Stage) -> None:
    def colours() -> set[str]:
        return {str(span.style) for span in plot.render().spans}  # type: ignore[union-attr]

    async with two_runs.app().run_test(size=(100, 40)) as pilot:
        screen = await opened(pilot, "3")
        await wait_for(pilot, lambda: len(screen.query("RunsPlot")) == 1)
        plot = screen.query_one("RunsPlot")
        before = colours()
        pilot.app.theme = "textual-light"
        await wait_for(pilot, lambda: not colours() & before)


@pytest.mark.parametrize("how", ["enter", "button", "double click"])
async def test_another_run_is_shown_when_it_is_chosen(two_runs: Stage, how: str) -> None:
    async with two_runs.app().run_test(size=(100, 40)) as pilot:
        screen = await opened(pilot, "3")
        await wait_for(pilot, lambda: screen.focused is screen.query_one(DataTable))
        if how == "double click":
            await pilot.click(DataTable, offset=(4, 3), times=2)
        else:
            await pilot.press("down")
            await (pilot.press("enter") if how == "enter" else pilot.click("#show"))
        await wait_for(pilot, lambda: "default-1" in text(pilot, "what"))
        assert part(pilot) == "scores" and "kept" in text(pilot, "what")
        await pilot.press("2")
        assert card(pilot, "gold").text == EXAMPLES[0]["gold"]


@pytest.mark.parametrize("how", ["a", "button"])
async def test_an_earlier_run_writes_again(two_runs: Stage, how: str) -> None:
    heard: list[Change] = []
    async with two_runs.app().run_test(size=(100, 40)) as pilot:
        screen = await opened(pilot, "3")
        pilot.app.changes.subscribe(screen.query_one(DataTable), heard.append)
        await wait_for(pilot, lambda: screen.focused is screen.query_one(DataTable))
        await pilot.press("down")
        await (pilot.press("a") if how == "a" else pilot.click("#activate"))
        await wait_for(pilot, lambda: "default-1 · ● writes" in text(pilot, "what"))
        assert active(two_runs) == "default-1"
        assert heard == [Change.RUNS]
        assert "default-1 writes from now on" in said(pilot)
        assert "default-2 is kept and can be activated again" in said(pilot)
        await wait_for(pilot, lambda: screen.check_action("activate", ()) is False)


async def test_the_run_that_writes_can_be_neither_activated_nor_deleted(two_runs: Stage) -> None:
    async with two_runs.app().run_test(size=(100, 40)) as pilot:
        screen = await opened(pilot, "3")
        await wait_for(pilot, lambda: screen.focused is screen.query_one(DataTable))
        assert not screen.check_action("activate", ())
        await pilot.press("d")
        assert isinstance(pilot.app.screen, ResultsScreen)
        await pilot.press("down")
        await wait_for(pilot, lambda: screen.check_action("delete", ()))


async def test_a_run_whose_model_is_gone_stays_where_it_is(two_runs: Stage) -> None:
    (two_runs.home.runs / "default-1" / "model.gguf").unlink()
    async with two_runs.app().run_test(size=(100, 40)) as pilot:
        screen = await opened(pilot, "3")
        await wait_for(pilot, lambda: screen.focused is screen.query_one(DataTable))
        await pilot.press("down", "a")
        await wait_for(pilot, lambda: "is gone" in said(pilot))
        assert active(two_runs) == "default-2"


@pytest.mark.parametrize("sure", [True, False])
async def test_a_run_is_deleted_after_a_question(two_runs: Stage, sure: bool) -> None:
    gguf = two_runs.home.runs / "default-1" / "model.gguf"
    async with two_runs.app().run_test(size=(100, 40)) as pilot:
        screen = await opened(pilot, "3")
        table = screen.query_one(DataTable)
        await wait_for(pilot, lambda: screen.focused is table)
        await pilot.press("down", "d")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, DeleteRunScreen))
        assert "3 MB" in "".join(str(s.content) for s in pilot.app.screen.query(Static))
        await (pilot.click("#delete") if sure else pilot.press("escape"))
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, ResultsScreen))
        await settled(pilot)
        state = "deleted" if sure else "kept"
        await wait_for(pilot, lambda: str(table.get_row_at(1)[1]) == state)
        assert gguf.exists() is not sure
        # Its scores stay to be seen.
        await pilot.press("enter")
        await wait_for(pilot, lambda: f"default-1 · {state}" in text(pilot, "what"))


async def test_a_new_run_is_shown_as_soon_as_it_writes(trained: Stage) -> None:
    async with trained.app().run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        add_run(trained.home, "default-2")
        pilot.app.changes.publish(Change.RUNS)
        await wait_for(pilot, lambda: "default-2 · ● writes" in text(pilot, "what"))


async def test_another_profile_has_its_own_results(trained: Stage) -> None:
    async with trained.app().run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        pilot.app.session.use_profile("work")
        pilot.app.changes.publish(Change.PROFILE)
        await wait_for(pilot, lambda: part(pilot) == "nothing")


# --- evaluating ---


@pytest.mark.parametrize("how", ["e", "button"])
async def test_evaluate_tests_the_run_that_writes_anew(trained: Stage, how: str) -> None:
    scores_only(trained, "default-1")
    async with trained.app().run_test(size=(100, 40)) as pilot:
        screen = await opened(pilot)
        await (pilot.press("e") if how == "e" else pilot.click("#evaluate"))
        assert trained.asked == [{"job": "evaluate", "profile": "default"}]
        assert not screen.query_one("#evaluate", Button).display
        trained.job.advance(lambda event: event["done"] == 3)
        await wait_for(pilot, lambda: "evaluate vanilla: 3 of 10" in text(pilot, "progress"))
        trained.job.advance()
        await wait_for(pilot, lambda: screen.query_one("#evaluate", Button).display)
        result = recorded("evaluate.jsonl")[-1]["value"]
        yours = next(row for row in result["systems"] if row["name"] == "both")
        assert f"default-1 in mode both: ROUGE-1 {yours['rouge1']:.3f}" in said(pilot)
        await pilot.press("2")
        assert card(pilot, "yours").text == result["examples"][0]["outputs"]["both"]


@pytest.mark.parametrize("how", ["escape", "button"])
async def test_an_evaluation_can_be_stopped(trained: Stage, how: str) -> None:
    async with trained.app().run_test(size=(100, 40)) as pilot:
        screen = await opened(pilot)
        await pilot.press("e")
        await (pilot.press("escape") if how == "escape" else pilot.click("#stop"))
        await wait_for(pilot, lambda: "was stopped" in said(pilot))
        assert trained.job.cancelled
        assert screen.query_one("#evaluate", Button).display
        assert part(pilot) == "scores" and "default-1" in text(pilot, "what")


async def test_a_failed_evaluation_says_why_and_leaves_the_results(trained: Stage) -> None:
    async with trained.app().run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        await pilot.press("e")
        trained.job.fail("the disk is full", "make room")
        await wait_for(pilot, lambda: "the disk is full\nmake room" in said(pilot))
        assert "0.304" in text(pilot, "table")


async def test_an_evaluation_that_cannot_start_says_why(
    trained: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise PromptstyleError("cannot write the log", "make room")

    monkeypatch.setattr(trained, "_starts", lambda kind: refuse)
    async with trained.app().run_test() as pilot:
        screen = await opened(pilot)
        await pilot.press("e")
        await wait_for(pilot, lambda: "cannot write the log" in said(pilot))
        assert screen.check_action("evaluate", ())


async def test_a_test_by_folds_is_shown_with_its_method(trained: Stage) -> None:
    *_, last = recorded("evaluate.jsonl")
    last["value"] |= {"run": None, "method": "cross-validation in 5 folds"}
    trained.evaluate, trained.held = [last], False
    async with trained.app().run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await pilot.press("e")
        await wait_for(pilot, lambda: "cross-validation in 5 folds" in text(pilot, "heading"))
        assert "default-1" in text(pilot, "what")


async def test_leaving_the_app_ends_an_evaluation(trained: Stage) -> None:
    async with trained.app().run_test() as pilot:
        await opened(pilot)
        await pilot.press("e", "ctrl+q")
    assert trained.job.cancelled


async def test_another_profile_ends_an_evaluation(trained: Stage) -> None:
    async with trained.app().run_test() as pilot:
        await opened(pilot)
        await pilot.press("e")
        pilot.app.session.use_profile("work")
        pilot.app.changes.publish(Change.PROFILE)
        await wait_for(pilot, lambda: trained.job.cancelled)


# --- pictures ---


def section(key: str = "", *more: str) -> Any:
    async def before(pilot: Running) -> None:
        await opened(pilot, key)
        for each in more:
            await pilot.press(each)
        await settled(pilot)

    return before


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 60)], ids=str)
@pytest.mark.parametrize("key", ["1", "2", "3"])
def test_it_looks_as_it_did(
    two_runs: Stage, snap_compare: Any, key: str, size: tuple[int, int]
) -> None:
    assert snap_compare(two_runs.app(), terminal_size=size, run_before=section(key))


def test_without_a_run_it_looks_as_it_did(liked: Stage, snap_compare: Any) -> None:
    assert snap_compare(liked.app(), terminal_size=(80, 24), run_before=section())


def test_without_colours_it_looks_as_it_did(
    two_runs: Stage, snap_compare: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(two_runs.app(), terminal_size=(80, 24), run_before=section("3"))


def test_while_evaluating_it_looks_as_it_did(trained: Stage, snap_compare: Any) -> None:
    async def before(pilot: Running) -> None:
        await opened(pilot)
        await pilot.press("e")
        trained.job.advance(lambda event: event["done"] == 3)
        await wait_for(pilot, lambda: "3 of 10" in text(pilot, "progress"))

    assert snap_compare(trained.app(), terminal_size=(80, 24), run_before=before)


def test_the_question_before_a_deletion_looks_as_it_did(two_runs: Stage, snap_compare: Any) -> None:
    async def before(pilot: Running) -> None:
        screen = await opened(pilot, "3")
        await wait_for(pilot, lambda: screen.focused is screen.query_one(DataTable))
        await pilot.press("down", "d")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, DeleteRunScreen))

    assert snap_compare(two_runs.app(), terminal_size=(80, 24), run_before=before)
