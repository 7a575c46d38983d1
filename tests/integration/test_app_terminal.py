"""The app as a new user meets it: a real terminal, the real embedded model, nothing replayed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tmux import Tmux, needs

from promptstyle.core.library import Library
from promptstyle.core.paths import Home

pytestmark = pytest.mark.timeout(600)

TOPIC = "Make a prompt that plans a week of simple dinners."


@pytest.fixture(autouse=True)
def _tools() -> None:
    needs("tmux")


def likes(home: Path) -> list[tuple[str, str]]:
    with Library(Home.under(home).database) as library:
        return [(like.input, like.output) for like in library.likes("default")]


def test_from_the_first_start_to_the_second(tmp_path: Path) -> None:
    with Tmux(tmp_path) as tmux:
        # The starter likes: imported, learnt from, and a first prompt, in one go.
        tmux.start()
        tmux.wait("Welcome to promptstyle", "Import my prompts", "Try the starter prompts")
        tmux.keys("Tab", "Enter")
        tmux.wait("loss", gone=("Welcome",))
        # The keys are the prompt's once it is there; what is typed before goes to the topic.
        tmux.wait("tokens/s", "podcast episode", "e Edit, like")
        assert len(likes(tmp_path)) == 61
        runs = tmp_path / "models" / "runs"
        assert (runs / "default-1" / "model.gguf").is_file()

        # A topic of one's own; like it, copy it.
        tmux.keys("t")
        tmux.type(TOPIC)
        tmux.keys("Enter")
        # The keys are the prompt's once it is there.
        tmux.wait(TOPIC, "e Edit, like", gone=("podcast",))
        tmux.keys("l")
        tmux.wait("liked ♥", "62 liked prompts")
        (topic, prompt) = likes(tmp_path)[-1]
        assert topic == TOPIC and prompt
        tmux.keys("c")
        tmux.until(lambda _: tmux.buffer() == prompt, f"the copy {prompt!r} in tmux's buffer")
        tmux.wait("tmux")

        # How good it is.
        tmux.keys("F5")
        tmux.wait("ROUGE-L", "nearest", "vanilla")
        scores = json.loads((runs / "default-1" / "manifest.json").read_text("utf-8"))["scores"]
        rouge = {name: row["rougeL"] for name, row in scores["systems"].items()}
        tmux.wait(f"{rouge['nearest']:.3f}")

        # Quit, start again: all still there.
        tmux.keys("C-q")
        tmux.wait_for_end()
        tmux.start()
        tmux.wait("Type a topic", "Candidates", gone=("Welcome",))
        tmux.keys("Up")
        tmux.wait(TOPIC)
        tmux.keys("F3")
        tmux.wait("62 liked prompts")
        tmux.keys("F5")
        tmux.wait(f"{rouge['nearest']:.3f}", "default-1")
        tmux.keys("F6")
        tmux.wait("embedded", "default-1")
        tmux.keys("C-q")
        tmux.wait_for_end()


def test_the_editor_gets_the_terminal_and_gives_it_back(tmp_path: Path) -> None:
    editor = tmp_path / "editor.sh"
    editor.write_text('#!/bin/sh\nprintf " from the editor" >> "$1"\n', encoding="utf-8")
    editor.chmod(0o755)
    with Tmux(tmp_path / "home", VISUAL=str(editor)) as tmux:
        tmux.start()
        tmux.wait("Welcome to promptstyle")
        tmux.keys("Escape")
        tmux.wait("Candidates", gone=("Welcome to",))
        tmux.type("a topic")
        tmux.keys("C-e")
        tmux.wait("a topic from the editor")
        tmux.type(" and typed on")
        tmux.wait("a topic from the editor and typed on")


def test_an_editor_that_is_not_there_is_an_error_and_loses_nothing(tmp_path: Path) -> None:
    with Tmux(tmp_path, VISUAL="/nowhere/editor") as tmux:
        tmux.start()
        tmux.wait("Welcome to promptstyle")
        tmux.keys("Escape")
        tmux.wait("Candidates", gone=("Welcome to",))
        tmux.type("a topic")
        tmux.keys("C-e")
        tmux.wait("there is no editor", "a topic")


def test_a_resize_while_it_writes_loses_nothing(tmp_path: Path) -> None:
    with Tmux(tmp_path) as tmux:
        tmux.start()
        tmux.wait("Welcome to promptstyle")
        tmux.keys("Escape")
        tmux.wait("Candidates", gone=("Welcome to",))
        tmux.type("a toast")
        tmux.keys("Enter")
        for columns, rows in ((60, 20), (200, 60), (80, 24)):
            tmux.resize(columns, rows)
        tmux.wait("tokens/s", "a toast")
        with Library(Home.under(tmp_path).database) as library:
            (candidate,) = library.candidates("default")
        shown = " ".join(tmux.screen().replace("┃", " ").replace("│", " ").split())
        assert candidate.text.split()[0] in shown


def test_without_a_library_it_ends_with_two_lines(tmp_path: Path) -> None:
    Home.under(tmp_path).ensure().database.write_bytes(b"not a database at all, " * 100)
    with Tmux(tmp_path) as tmux:
        tmux.start()
        shown = tmux.wait_for_end()
    assert "error: " in shown and "hint: " in shown and "damaged" in shown
    assert "Traceback" not in shown


def test_settings_that_make_no_sense_are_said_and_do_no_harm(tmp_path: Path) -> None:
    settings = Home.under(tmp_path).ensure().settings
    settings.write_text('{"theme": "no such theme", "candidates": 99}', encoding="utf-8")
    with Tmux(tmp_path) as tmux:
        tmux.start()
        tmux.wait("no theme", "candidates should be")
    assert json.loads(settings.read_text("utf-8"))["candidates"] == 99
