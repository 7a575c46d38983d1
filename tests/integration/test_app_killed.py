"""The app killed with SIGKILL, in each state: nothing runs on, nothing that was liked is lost."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from quick import one_candidate
from tmux import PATIENCE, Tmux, needs

from promptstyle.core import journal
from promptstyle.core.bases import registry
from promptstyle.core.library import Library
from promptstyle.core.library.importing import import_likes
from promptstyle.core.paths import HOME_VARIABLE, Home

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc"),
]

LIKES = 24


@pytest.fixture(autouse=True)
def _tools() -> None:
    needs("tmux")


@pytest.fixture
def app(tmp_path: Path, tiny_base: Path, starter_likes: Path) -> Iterator[Tmux]:
    """The app on a tiny base with some likes: a retrain takes seconds."""
    home = Home.under(tmp_path).ensure()
    registry.add(home, tiny_base, "tiny")
    one_candidate(home)
    lines = starter_likes.read_text("utf-8").splitlines()[:LIKES]
    with Library(home.database) as library:
        import_likes(library, "default", "\n".join(lines).encode(), name="likes.jsonl")
        library.set_base("default", "tiny")
    with Tmux(tmp_path) as tmux:
        tmux.start()
        tmux.wait("Candidates", "Type a topic")
        yield tmux


def processes(home: Path) -> list[int]:
    """Every process that works for a home, the app among them, but for tmux's own."""
    mark = f"{HOME_VARIABLE}={home}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if not entry.name.isdigit() or mark not in (entry / "environ").read_bytes().split(
                b"\0"
            ):
                continue
            if (entry / "comm").read_text().startswith("tmux"):
                continue
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            found.append(int(entry.name))
    return found


def until(condition: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"never came: {what}"
        time.sleep(0.05)


def likes(home: Path) -> int:
    with Library(Home.under(home).database) as library:
        return len(library.likes("default"))


def stage(home: Path, name: str) -> bool:
    found = journal.Journal.read(Home.under(home), "default")
    return found is not None and any(event.get("stage") == name for event in found.events)


def stepped(home: Path) -> bool:
    found = journal.Journal.read(Home.under(home), "default")
    return found is not None and any(event["event"] == "step" for event in found.events)


def idle(app: Tmux) -> int:
    return 0


def written(app: Tmux) -> int:
    app.type("a toast")
    app.keys("Enter")
    app.wait("tokens/s")
    return 0


def writing(app: Tmux) -> int:
    app.type("a toast")
    app.keys("Enter")
    until(lambda: len(processes(app.home)) > 1, "an engine or what makes it ready")
    return 0


def liked(app: Tmux) -> int:
    written(app)
    app.wait("e Edit, like")
    app.keys("l")
    # The moment it is said, it is so.
    app.wait(f"{LIKES + 1} liked prompts")
    return 1


def editing(app: Tmux) -> int:
    written(app)
    app.wait("e Edit, like")
    app.keys("e")
    app.wait("Edit, then like")
    app.type("more")
    return 0


def training(app: Tmux) -> int:
    app.keys("F4")
    # Before the plan is there, nothing can be started.
    app.wait("Retrain", "Start", "to learn from")
    app.keys("s")
    until(lambda: stepped(app.home), "a training step")
    return 0


def evaluating(app: Tmux) -> int:
    training(app)
    until(lambda: stage(app.home, "evaluate"), "the evaluation")
    return 0


def trained(app: Tmux) -> int:
    training(app)
    app.wait("writes from now on")
    return 0


def liked_while_training(app: Tmux) -> int:
    more = liked(app)
    training(app)
    return more


STATES = [
    idle,
    writing,
    written,
    liked,
    editing,
    training,
    *(pytest.param(each, marks=pytest.mark.slow)
      for each in (evaluating, trained, liked_while_training)),
]  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_killed_it_leaves_no_process_and_loses_no_like(
    app: Tmux, state: Callable[[Tmux], int]
) -> None:
    more = state(app)
    assert app.pid in processes(app.home)
    os.kill(app.pid, signal.SIGKILL)
    until(lambda: not processes(app.home), "the end of all its processes")
    assert likes(app.home) == LIKES + more
    # And it starts again as if nothing had been.
    app.start()
    app.wait("Candidates", "Type a topic")
    app.keys("F3")
    app.wait(f"{LIKES + more} liked prompts")
    with Library(Home.under(app.home).database) as library:
        assert library.check() == []


def test_a_killed_retrain_goes_on_where_it_stopped(app: Tmux) -> None:
    training(app)
    os.kill(app.pid, signal.SIGKILL)
    until(lambda: not processes(app.home), "the end of all its processes")
    app.start()
    app.wait("Candidates", "Type a topic")
    app.keys("F4")
    # As above: before the plan is there, the key starts nothing.
    app.wait("Start", "to learn from")
    app.keys("s")
    app.wait("writes from now on")


@pytest.mark.slow
def test_a_retrain_left_in_the_background_is_followed_by_the_next_app(app: Tmux) -> None:
    training(app)
    app.keys("C-q")
    app.wait("Leave it running")
    app.keys("Enter")
    app.wait_for_end()
    home = Home.under(app.home)
    running = journal.running(home, "default")
    app.start()
    app.wait("Candidates", "Type a topic")
    if running is not None and journal.running(home, "default") is not None:
        app.wait("retraining")
    until(lambda: (home.runs / "default-1" / "manifest.json").is_file(), "the run")
    app.keys("F6")
    app.wait("default-1")
