"""Hostile text in every place that shows text of a user, a model or a file: it stays text."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from typing import Any

import pytest
from staging import Stage
from textual.pilot import Pilot
from textual.widgets import Input
from waiting import settled, wait_for

from promptstyle.tui.widgets.candidate_card import CandidateCard
from promptstyle.tui.widgets.topic_field import TopicField

Running = Pilot[Any]
ATTACKS = {
    "markup": "before [@click=app.quit]x[/] [bold red]y[/] after",
    "broken markup": "before [/nope] [@click=] [[ after",
    "osc 52": "before \x1b]52;c;ZXZpbA==\x07 after",
    "osc 8": "before \x1b]8;;http://example.invalid\x1b\\x\x1b]8;;\x1b\\ after",
    "cursor": "before \x1b[2J\x1b[1;1H\x1b[31m\r\x08\x9b2J after",
    "nul": "before \x00 after",
    "right to left": "before \u202eretfa\u202c \u2066x\u2069 after",
    "zero width": "before a\u200bb\ufeffc\u2060d after",
    "one long line": "before " + "x" * 100_000 + " after",
    "emoji": "before \U0001f469\u200d\U0001f4bb \U0001f1e9\U0001f1ea after",
}
HIDDEN = {"\u202e", "\u202c", "\u2066", "\u2069", "\u200b", "\ufeff", "\u2060"}


def drawn(pilot: Running) -> str:
    """Every character that goes to the terminal, line by line."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def harmless(pilot: Running) -> str:
    """What is drawn, once no character in it can do anything but be seen."""
    text = drawn(pilot)
    bad = {c for c in text if c != "\n" and (unicodedata.category(c) == "Cc" or c in HIDDEN)}
    assert not bad, [f"U+{ord(c):04X}" for c in bad]
    for strip in pilot.app.screen._compositor.render_strips():
        for segment in strip:
            style = segment.style
            assert style is None or style.link is None
            assert style is None or "app.quit" not in str(style.meta)
    return text


@pytest.fixture(params=ATTACKS, ids=lambda name: name.replace(" ", "_"))
def attack(request: pytest.FixtureRequest) -> str:
    return ATTACKS[request.param]


async def test_from_a_model(trained: Stage, attack: str) -> None:
    trained.engines.texts = [attack]
    async with trained.app().run_test(size=(100, 30)) as pilot:
        await pilot.press(*"topic", "enter")
        await wait_for(
            pilot, lambda: any(c.candidate for c in pilot.app.screen.query(CandidateCard))
        )
        await settled(pilot)
        assert "before" in harmless(pilot)
        await pilot.click(CandidateCard, offset=(12, 1))
        await pilot.press("d")
        await wait_for(pilot, lambda: isinstance(pilot.app.focused, Input))
        await pilot.press("escape")
        await pilot.press("e")
        await wait_for(pilot, lambda: len(pilot.app.screen_stack) > 1)
        await settled(pilot)
        harmless(pilot)
        assert pilot.app.is_running


async def test_as_a_topic(trained: Stage, attack: str) -> None:
    from textual.events import Paste

    async with trained.app().run_test(size=(100, 30)) as pilot:
        pilot.app.post_message(Paste(attack))
        await pilot.pause()
        harmless(pilot)
        if len(attack) < 1_000:
            await pilot.press("enter")
            shown = pilot.app.screen.query(CandidateCard)
            await wait_for(pilot, lambda: any(card.candidate for card in shown))
            harmless(pilot)


async def test_as_an_earlier_topic(trained: Stage, attack: str) -> None:
    app = trained.app()
    put(
        trained,
        "INSERT INTO candidates (id, profile, topic, text, base, run, mode, seed, finish, tokens,"
        " settings, created) VALUES ('abc', 'default', ?, ?, 'embedded', NULL, 'base', 1, 'stop',"
        " 1, '{}', '2026-01-01T00:00:00Z')",
        (attack, attack),
    )
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("up")
        await pilot.pause()
        assert pilot.app.screen.query_one(TopicField).text.startswith("before")
        harmless(pilot)


def put(stage: Stage, statement: str, values: tuple[Any, ...]) -> None:
    """Write into the database past all checks, as another program could."""
    connection = sqlite3.connect(stage.home.database)
    with connection:
        connection.create_function("has_words", 2, lambda *_: True)
        connection.execute(statement, values)
    connection.close()


async def test_in_the_library(trained: Stage, attack: str) -> None:
    put(
        trained,
        "UPDATE likes SET input = ?, output = ?, tags = ?, source = ? WHERE id ="
        " (SELECT id FROM likes ORDER BY created DESC, key LIMIT 1)",
        (attack, attack, json.dumps([attack]), attack),
    )
    put(trained, "UPDATE likes SET input = ?, output = ?, tags = ?", (attack, attack, "[]"))
    async with trained.app().run_test(size=(140, 40)) as pilot:
        await pilot.press("f3")
        await wait_for(pilot, lambda: "before" in drawn(pilot))
        await settled(pilot)
        harmless(pilot)
        await pilot.press("tab", "down", "down")
        await settled(pilot)
        assert harmless(pilot).count("before") > 3
        await pilot.press("e")
        await settled(pilot)
        harmless(pilot)


async def test_in_the_results(trained: Stage, attack: str) -> None:
    file = trained.home.runs / "default-1" / "evaluation.json"
    document = json.loads(file.read_text("utf-8"))
    for example in document["examples"]:
        example["topic"] = example["gold"] = attack
        example["outputs"] = dict.fromkeys(example["outputs"], attack)
    file.write_text(json.dumps(document), encoding="utf-8")
    async with trained.app().run_test(size=(140, 40)) as pilot:
        await pilot.press("f5")
        await wait_for(pilot, lambda: pilot.app.screen.furnished)
        await settled(pilot)
        for key in ("2", "3"):
            await pilot.press(key)
            await settled(pilot)
            text = harmless(pilot)
            if key == "2":
                assert "before" in text


async def test_in_what_a_retrain_says(trained: Stage, attack: str) -> None:
    app = trained.app()
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.press("f4")
        await wait_for(pilot, lambda: app.screen.furnished)
        assert app.retrain()
        await wait_for(pilot, lambda: trained.jobs)
        trained.job.fail(attack, attack)
        await wait_for(pilot, lambda: not app.retraining.running)
        await settled(pilot)
        assert "before" in harmless(pilot)
