"""Retrain from likes to an active model, on a real small base, killed wherever it can be."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from quick import one_candidate

from promptstyle.core import journal, process, run_folder
from promptstyle.core.bases import registry
from promptstyle.core.errors import Cancelled, PromptstyleError
from promptstyle.core.evaluation import stored
from promptstyle.core.evaluation.report import SYSTEMS
from promptstyle.core.library import Library, NewLike
from promptstyle.core.paths import Home
from promptstyle.core.pipeline_client import start_retrain
from promptstyle.core.writing import Writer

Event = dict[str, Any]
TOPIC = "Make a prompt that explains a chart to a child."


@pytest.fixture(scope="module")
def likes(starter_likes: Path) -> list[NewLike]:
    rows = [json.loads(line) for line in starter_likes.read_text("utf-8").splitlines()]
    return [NewLike(row["input"], row["output"], source="starter") for row in rows]


def prepare(home: Home, base: Path, likes: list[NewLike]) -> None:
    """A profile with 22 likes on the tiny base."""
    registry.add(home, base, "tiny")
    one_candidate(home)
    with Library(home.database) as library:
        library.ensure_profile("default")
        library.set_base("default", "tiny")
        library.add_likes("default", likes[:22])


@pytest.fixture
def library(home: Home, tiny_base: Path, likes: list[NewLike]) -> Iterator[Library]:
    """A profile that has not been trained yet."""
    prepare(home, tiny_base, likes)
    with Library(home.database) as library:
        yield library


@dataclass
class First:
    """The first retrain of a profile: its home, what it sent, and what its model writes."""

    home: Home
    events: list[Event]
    done: dict[str, Any]
    text: str


@pytest.fixture(scope="module")
def first(retrained: Home) -> First:
    """One for all tests, none of which changes it: a retrain takes ten seconds."""
    home, root = retrained, retrained.data.parent
    events = [json.loads(line) for line in (root / "events.jsonl").read_text("utf-8").splitlines()]
    done = json.loads((root / "done.json").read_text("utf-8"))
    with Library(home.database) as library:
        run, text = write_greedily(home, library)
    assert run == done["run"]
    assert text
    return First(home, events, done, text)


@pytest.fixture
def again(first: First, tmp_path: Path) -> Iterator[tuple[Home, Library]]:
    """A copy of the home after the first retrain, to be changed."""
    home = Home.under(Path(shutil.copytree(first.home.data.parent, tmp_path / "again")))
    with Library(home.database) as library:
        yield home, library


def retrain(home: Home, **options: Any) -> tuple[list[Event], dict[str, Any]]:
    with start_retrain(home, "default", **options) as job:
        events = list(job.events())
        return events, job.result()


def retrain_until(home: Home, last: Callable[[Event], bool]) -> list[Event]:
    """Start a retrain and kill it, children and all, as soon as `last` holds for an event."""
    events = []
    with start_retrain(home, "default") as job:
        for event in job.events():
            events.append(event)
            if last(event):
                os.killpg(job.pid, signal.SIGKILL)
                return events
    raise AssertionError(f"never came: {events[-3:]}")


def write_greedily(home: Home, library: Library) -> tuple[str | None, str]:
    with Writer(home, library, "default", log=home.logs / "engine.log") as writer:
        written = writer.write(TOPIC, mode="lora", greedy=True)
    return written.run, written.candidates[0].text


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a run: what is not changed there writes as before."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def stages(events: list[Event]) -> list[str]:
    found = [event["stage"] for event in events if event["event"] == "stage"]
    return list(dict.fromkeys(found))


def test_from_likes_to_a_model_that_writes(
    first: First, again: tuple[Home, Library], likes: list[NewLike]
) -> None:
    events, done = first.events, first.done
    home, library = again
    assert events[0]["event"] == "started"
    assert (events[0]["likes"], events[0]["train"], events[0]["held"]) == (22, 18, 4)
    steps = [event for event in events if event["event"] == "step"]
    assert [step["step"] for step in steps] == list(range(1, len(steps) + 1))
    assert {"step", "steps", "loss", "eta_seconds"} <= set(steps[0])
    assert stages(events) == ["train", "merge", "export", "evaluate", "install", "activate"]
    assert events[-2]["event"] == "stage"
    assert [event["event"] for event in events].count("evaluated") == 1

    assert done["run"] == "default-1"
    assert done["activated"]
    assert Path(done["gguf"]).is_file()
    assert Path(done["adapter"]).is_file()
    assert set(done["scores"]["systems"]) == {
        "random",
        "nearest",
        "splice",
        "vanilla",
        "context",
        "lora",
        "both",
    }
    folder = home.runs / "default-1"
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "adapter",
        "adapter.gguf",
        "model.gguf",
        "likes.jsonl",
        "evaluation.json",
        "manifest.json",
    }
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["held_ids"] == sorted(x.id for x in library.likes("default", side="held"))
    assert not set(manifest["train_ids"]) & set(manifest["held_ids"])
    assert not list(home.building.glob("default-*"))
    evaluation = stored.load(home, "default-1")
    assert evaluation is not None
    assert (evaluation["n"], evaluation["method"]) == (4, "held-out likes")
    assert {row["name"]: row for row in evaluation["systems"]} == done["scores"]["systems"]
    held = {like.input: like.output for like in library.likes("default", side="held")}
    assert {row["topic"]: row["gold"] for row in evaluation["examples"]} == held
    assert all(set(row["outputs"]) == set(SYSTEMS) for row in evaluation["examples"])
    assert list(journal.follow(home, "default", lambda: False)) == [
        *events,
        {"event": "done", **done},
    ]
    assert write_greedily(home, library) == ("default-1", first.text)

    # A second one, on more likes, is measured against the first on likes new to both.
    library.add_likes("default", likes[22:30])
    events, done = retrain(home)
    assert done["run"] == "default-2"
    old = done["scores"]["old"]
    assert (old["run"], old["n"]) == ("default-1", len(library.likes("default", side="held")))
    assert done["activated"] == (old["difference"] >= 0)
    active = library.active_run("default")
    assert active is not None
    assert active.id == ("default-2" if done["activated"] else "default-1")
    assert old["run"] in done["reason"]


@pytest.mark.slow
def test_keep_old_makes_the_model_and_leaves_the_old_one(
    first: First, again: tuple[Home, Library]
) -> None:
    home, library = again
    events, done = retrain(home, keep_old=True)
    assert stages(events)[-1] == "record"
    assert not done["activated"]
    active = library.active_run("default")
    assert active is not None
    assert active.id == first.done["run"]
    assert [run.id for run in library.runs("default")] == [first.done["run"], done["run"]]
    assert library.activate(done["run"]).active


def stage(name: str, system: str | None = None) -> Callable[[Event], bool]:
    return lambda e: e.get("stage") == name and system in (None, e.get("system"))


def step(number: int) -> Callable[[Event], bool]:
    return lambda e: e.get("step") == number


THIRTEENTH = step(13)
POINTS: tuple[Callable[[Event], bool], ...] = (
    lambda e: e["event"] == "started",
    THIRTEENTH,
    stage("merge"),
    stage("export"),
    stage("evaluate", "both"),
    lambda e: e["event"] == "evaluated",
)


@pytest.mark.parametrize(
    "points",
    [(THIRTEENTH, stage("evaluate", "both")), pytest.param(POINTS, marks=pytest.mark.slow)],
)
def test_a_kill_at_any_point_leaves_the_old_model_working(
    first: First,
    again: tuple[Home, Library],
    likes: list[NewLike],
    points: tuple[Callable[[Event], bool], ...],
) -> None:
    home, library = again
    before = contents(home.runs / "default-1")
    library.add_likes("default", likes[22:30])
    kept = [like.id for like in library.likes("default")]

    resumed = []
    for point in points:
        events = retrain_until(home, point)
        resumed.append(events[0]["resumed"])
        active = library.active_run("default")
        assert active is not None
        assert active.id == "default-1"
        assert contents(home.runs / "default-1") == before
        assert [like.id for like in library.likes("default")] == kept
        # The same work goes on in the same folder; none is left behind.
        assert [path.name for path in home.building.glob("default-[0-9]*")] == ["default-2"]
    assert resumed[0] is False
    # After the first epoch, which step 13 is in, there is a checkpoint.
    assert all(resumed[1 + points.index(THIRTEENTH) :])
    assert write_greedily(home, library) == ("default-1", first.text)

    # Between the rename and the record, the new model may be there, whole, or not yet.
    retrain_until(home, stage("install"))
    active = library.active_run("default")
    assert active is not None
    assert active.id in ("default-1", "default-2")
    assert write_greedily(home, library)[1]

    _, done = retrain(home)
    assert not list(home.building.glob("default-[0-9]*"))
    recorded = {run.id for run in library.runs("default")}
    assert recorded == {path.name for path in home.runs.iterdir()}
    assert done["run"] in recorded


def test_a_run_that_was_never_recorded_is_adopted(again: tuple[Home, Library]) -> None:
    home, library = again
    manifest = json.loads((home.runs / "default-1" / "manifest.json").read_text())
    orphan = run_folder.begin(home, library, "default", "x")
    run_folder.install(home, orphan, {**manifest, "run": orphan.run})
    run_folder.adopt(home, library, "default")
    run_folder.adopt(home, library, "default")
    assert [(run.id, run.active) for run in library.runs("default")] == [
        ("default-1", True),
        ("default-2", False),
    ]


def test_few_likes_are_tested_by_cross_validation(
    home: Home, library: Library, likes: list[NewLike]
) -> None:
    library.ensure_profile("few", base="tiny")
    library.add_likes("few", likes[:7])
    with start_retrain(home, "few", recipe="reference") as job:
        events = list(job.events())
        done = job.result()
    assert done["scores"]["method"] == "cross-validation in 5 folds"
    assert done["scores"]["n"] == 7
    evaluation = stored.load(home, done["run"])
    assert evaluation is not None
    assert (evaluation["n"], evaluation["method"]) == (7, done["scores"]["method"])
    assert done["activated"]
    assert events[0]["recipe"] == "reference"


def test_too_few_likes(home: Home, library: Library, likes: list[NewLike]) -> None:
    library.ensure_profile("few", base="tiny")
    library.add_likes("few", likes[:3])
    with start_retrain(home, "few") as job, pytest.raises(PromptstyleError) as caught:
        job.result()
    assert "3 liked prompts" in caught.value.message
    assert caught.value.code == "too_few_likes"
    assert not home.runs.exists()
    (told,) = journal.follow(home, "few", lambda: False)
    assert told["message"] == caught.value.message


def test_two_retrains_at_once_are_refused(home: Home, library: Library) -> None:
    with start_retrain(home, "default") as job:
        assert next(job.events())["event"] == "started"
        niceness = os.getpriority(os.PRIO_PROCESS, job.pid)
        assert niceness == min(os.nice(0) + process.NICENESS, 19)
        with start_retrain(home, "default") as second, pytest.raises(PromptstyleError) as caught:
            second.result()
        assert caught.value.code == "busy"
        # The refused one has not touched the journal.
        assert journal.running(home, "default") == job.pid
        job.cancel()
        with pytest.raises(Cancelled):
            job.result()
    # A cancelled one frees the lock and is resumed.
    events, done = retrain(home)
    assert done["run"] == events[0]["run"] == "default-1"


@pytest.mark.slow
def test_a_full_disk_ends_in_a_clear_error_and_loses_nothing(
    first: First, again: tuple[Home, Library]
) -> None:
    home, library = again
    before = contents(home.runs / "default-1")
    small = home.building
    if os.system(f"mount -t tmpfs -o size=200k tmpfs {small} 2>/dev/null") != 0:
        pytest.skip("no tmpfs can be mounted here")
    try:
        with start_retrain(home, "default") as job, pytest.raises(PromptstyleError) as caught:
            job.result()
    finally:
        os.system(f"umount {small}")
    assert "space" in f"{caught.value.message} {caught.value.hint}"
    assert contents(home.runs / "default-1") == before
    assert write_greedily(home, library) == ("default-1", first.text)
    _, done = retrain(home)
    assert done["run"] != first.done["run"]


LEAVING = """
import json, signal, sys
from promptstyle.core.paths import Home
from promptstyle.core.pipeline_client import start_retrain

with start_retrain(Home.of(json.loads(sys.argv[1])), "default") as job:
    for event in job.events():
        if event["event"] == "started":
            break
    job.detach()
    print(job.pid, flush=True)
    signal.pause()
"""


def left_running(home: Home) -> int:
    """The process id of a retrain whose parent let go of it and was killed."""
    parent = subprocess.Popen(
        [sys.executable, "-c", LEAVING, json.dumps(home.document())],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    with parent.stdout:
        pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    return pid


def children(pid: int) -> list[tuple[int, str]]:
    """The processes that `pid` has started: id and birth."""
    done = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    found = [(int(child), process.birth(int(child))) for child in done.stdout.split()]
    return [(child, born) for child, born in found if born is not None]


def test_a_retrain_that_was_left_running_makes_its_model(home: Home, library: Library) -> None:
    pid = left_running(home)
    assert journal.running(home, "default") == pid
    events = list(journal.follow(home, "default", lambda: False))
    assert stages(events) == ["train", "merge", "export", "evaluate", "install", "activate"]
    assert (events[0]["event"], events[-1]["event"]) == ("started", "done")
    assert events[-1]["activated"]
    active = library.active_run("default")
    assert active is not None
    assert active.id == events[-1]["run"] == "default-1"
    assert journal.running(home, "default") is None


@pytest.mark.parametrize("where", ["train", pytest.param("evaluate", marks=pytest.mark.slow)])
def test_a_retrain_that_was_left_running_is_stopped_and_resumed(
    home: Home, library: Library, where: str
) -> None:
    pid = left_running(home)
    for event in journal.follow(home, "default", lambda: False):
        # A checkpoint is there after the first epoch.
        if event.get("step") == 10 if where == "train" else event.get("stage") == "evaluate":
            break
    engines: list[tuple[int, str]] = []
    while where == "evaluate" and not engines:
        engines = children(pid)
    assert journal.stop(home, "default")
    assert process.birth(pid) is None
    while any(process.alive(*engine) for engine in engines):
        time.sleep(0.01)
    assert library.active_run("default") is None
    found = journal.Journal.read(home, "default")
    assert found is not None and found.end is not None
    assert found.end["code"] == "cancelled"
    events, done = retrain(home)
    assert events[0]["resumed"]
    assert done["run"] == "default-1" and done["activated"]
