"""The journal of a retrain, written and read by real processes."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core import atomic, journal, process, run_folder
from promptstyle.core.channel import encode_line
from promptstyle.core.errors import Cancelled, PromptstyleError
from promptstyle.core.journal import Journal
from promptstyle.core.library import Library
from promptstyle.core.paths import Home

Event = dict[str, Any]


class Sent:
    """A channel that keeps what it is given."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        # Whether it has been asked to stop.
        self.asked = True

    def send(self, event: Event) -> None:
        self.events.append(event)

    def check(self) -> None:
        if self.asked:
            raise Cancelled()


def never() -> bool:
    return False


@pytest.fixture
def home() -> Home:
    found = Home.locate().ensure()
    found.building.mkdir(mode=0o700)
    return found


# A retrain that does what each line on its stdin says.
RETRAIN = """
import json, os, resource, signal, sys
from pathlib import Path
from promptstyle.core import journal
from promptstyle.core.paths import Home

class Silent:
    def send(self, event): pass
    def check(self): pass

if sys.argv[2] == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with journal.kept(Home.under(Path(sys.argv[1])), "default", Silent()) as tee:
    print("ready", flush=True)
    for line in sys.stdin:
        what = json.loads(line)
        if "limit" in what:
            hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
            resource.setrlimit(resource.RLIMIT_FSIZE, (what["limit"], hard))
        elif "error" in what:
            raise OSError(28, os.strerror(28), "/models/x")
        else:
            tee.send(what)
        print("did", flush=True)
"""


class Retrain:
    """Our end of a process that runs RETRAIN."""

    def __init__(self, home: Home, manner: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", RETRAIN, str(home.data.parent), manner],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.pid = self.process.pid
        self.heard("ready")

    def heard(self, word: str) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline().strip() == word

    def do(self, what: Event) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        if "error" not in what:
            self.heard("did")

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def retrain(home: Home) -> Iterator[Callable[..., Retrain]]:
    started: list[Retrain] = []

    def start(manner: str = "meek") -> Retrain:
        started.append(Retrain(home, manner))
        return started[-1]

    yield start
    for each in started:
        each.kill()


# --- writing ---


def test_what_is_sent_is_written_down(home: Home) -> None:
    channel = Sent()
    with journal.kept(home, "default", channel) as tee:
        tee.send({"event": "started", "run": "default-1"})
        with pytest.raises(Cancelled):
            tee.check()
        tee.send({"event": "step", "step": 1, "loss": 5.1})
        during = Journal.read(home, "default")
        tee.note({"event": "done", "run": "default-1"})
    assert [event["event"] for event in channel.events] == ["started", "step"]
    assert during is not None
    assert (during.pid, during.profile, during.running) == (os.getpid(), "default", True)
    assert list(during.events) == channel.events
    assert not during.killed
    path = journal.path(home, "default")
    head, *rest = [json.loads(line) for line in path.read_text().splitlines()]
    assert (head["event"], head["pid"], head["profile"]) == ("journal", os.getpid(), "default")
    assert head["time"].endswith("Z")
    assert rest == [*channel.events, {"event": "done", "run": "default-1"}]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    after = Journal.read(home, "default")
    assert after is not None
    # This process lives on; its retrain does not.
    assert (after.running, after.killed) == (False, False)
    assert after.end == rest[-1]
    assert list(journal.follow(home, "default", never)) == rest


@pytest.mark.parametrize(
    ("error", "code"),
    [(Cancelled(), "cancelled"), (SystemExit(3), "unexpected"), (MemoryError(), "out_of_memory")],
)
def test_an_error_is_the_end(home: Home, error: BaseException, code: str) -> None:
    channel = Sent()
    channel.asked = False
    with pytest.raises(type(error)), journal.kept(home, "default", channel):
        raise error
    (event,) = journal.follow(home, "default", never)
    assert set(event) == {"event", "code", "message", "hint"}
    assert (event["event"], event["code"]) == ("failed", code)
    assert event["message"] and event["hint"]


def test_what_dies_of_being_stopped_was_stopped(home: Home) -> None:
    """A signal to the group reaches a child that has just been started, too."""
    with pytest.raises(Cancelled) as caught, journal.kept(home, "default", Sent()):
        raise PromptstyleError("llama.cpp failed", "make it again", code="model")
    assert isinstance(caught.value.__cause__, PromptstyleError)
    (event,) = journal.follow(home, "default", never)
    assert (event["event"], event["code"]) == ("failed", "cancelled")


def test_a_disk_that_refuses_does_not_end_a_retrain(home: Home) -> None:
    with journal.kept(home, "default", Sent()) as tee:
        tee.note({"event": "done"})
    home.building.rename(home.models / "gone")
    channel = Sent()
    with journal.kept(home, "default", channel) as tee:
        tee.send({"event": "step"})
    assert channel.events == [{"event": "step"}]
    assert Journal.read(home, "default") is None


def test_an_old_journal_never_passes_for_that_of_a_retrain_without_one(home: Home) -> None:
    with journal.kept(home, "default", Sent()) as tee:
        tee.note({"event": "done"})
    in_the_way = journal.path(home, "default").with_name(f".default.events.jsonl.{os.getpid()}.tmp")
    in_the_way.mkdir()
    with journal.kept(home, "default", Sent()):
        assert Journal.read(home, "default") is None


def test_a_line_that_the_disk_had_no_room_for_spoils_no_other(
    home: Home, retrain: Callable[..., Retrain]
) -> None:
    running = retrain()
    running.do({"event": "before"})
    size = journal.path(home, "default").stat().st_size
    running.do({"limit": size + 10})
    running.do({"event": "half of this is written"})
    running.do({"event": "nothing of this is"})
    running.do({"limit": size + 10_000})
    running.do({"event": "after"})
    found = Journal.read(home, "default")
    assert found is not None
    assert [event["event"] for event in found.events] == ["before", "after"]


@given(st.lists(st.dictionaries(st.text(), st.text() | st.integers()), max_size=5), st.integers(0))
def test_lines_are_read_whole_wherever_the_file_ends(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Event], cut: int
) -> None:
    home = Home.under(tmp_path_factory.mktemp("home"))
    home.building.mkdir(parents=True)
    events = [{**row, "event": "step"} for row in rows]
    with journal.kept(home, "default", Sent()) as tee:
        for event in events:
            tee.send(event)
    path = journal.path(home, "default")
    head, _, body = path.read_bytes().partition(b"\n")
    half = body[: cut % (len(body) + 1)]
    path.write_bytes(head + b"\n" + half)
    found = Journal.read(home, "default")
    assert found is not None
    assert list(found.events) == events[: half.count(b"\n")]


def test_journals_are_no_runs_in_the_making(home: Home) -> None:
    with Library(home.database) as library, journal.kept(home, "default", Sent()):
        library.ensure_profile("default")
        folder = run_folder.begin(home, library, "default", "f")
        run_folder.adopt(home, library, "default")
        assert run_folder.begin(home, library, "default", "f") == folder
        run_folder.begin(home, library, "default", "g")
    assert journal.path(home, "default").is_file()


# --- following ---


def test_following_begins_at_the_beginning_and_ends_with_the_end(
    home: Home, retrain: Callable[..., Retrain]
) -> None:
    running = retrain()
    running.do({"event": "started"})
    assert journal.running(home, "default") == running.pid
    events = journal.follow(home, "default", never, poll=0.01)
    assert next(events) == {"event": "started"}
    for number in range(3):
        running.do({"event": "step", "step": number})
        assert next(events) == {"event": "step", "step": number}
    running.do({"error": True})
    assert next(events)["code"] == "disk_full"
    assert list(events) == []
    assert journal.running(home, "default") is None


def test_following_stops_when_told(home: Home, retrain: Callable[..., Retrain]) -> None:
    running = retrain()
    running.do({"event": "started"})
    seen: list[Event] = []
    for event in journal.follow(home, "default", lambda: bool(seen), poll=0.01):
        seen.append(event)
    assert seen == [{"event": "started"}]


def test_a_killed_retrain_is_told_from_one_that_runs(
    home: Home, retrain: Callable[..., Retrain]
) -> None:
    running = retrain()
    running.do({"event": "started"})
    events = journal.follow(home, "default", never, poll=0.01)
    assert next(events) == {"event": "started"}
    running.kill()
    with pytest.raises(PromptstyleError) as caught:
        next(events)
    assert caught.value.code == "crashed"
    assert "next retrain goes on" in caught.value.hint
    found = Journal.read(home, "default")
    assert found is not None
    assert (found.running, found.killed, found.end) == (False, True, None)
    assert journal.running(home, "default") is None
    assert not journal.stop(home, "default")


def test_who_follows_stays_with_the_retrain_that_was_followed(
    home: Home, retrain: Callable[..., Retrain]
) -> None:
    first = retrain()
    first.do({"event": "started", "run": "default-1"})
    events = journal.follow(home, "default", never, poll=0.01)
    assert next(events)["run"] == "default-1"
    first.do({"event": "step", "step": 1})
    first.kill()
    second = retrain()
    second.do({"event": "started", "run": "default-2"})
    assert next(events) == {"event": "step", "step": 1}
    with pytest.raises(PromptstyleError, match=str(first.pid)):
        next(events)
    assert next(journal.follow(home, "default", never))["run"] == "default-2"
    assert journal.running(home, "default") == second.pid


@pytest.mark.parametrize("profile", ["default", "", "a\0b", "\ud800"])
def test_without_a_journal_there_is_nothing_to_follow(home: Home, profile: str) -> None:
    assert Journal.read(home, profile) is None
    assert journal.running(home, profile) is None
    assert not journal.stop(home, profile)
    with pytest.raises(PromptstyleError) as caught:
        next(journal.follow(home, profile, never))
    assert caught.value.code == "no_retrain"


@pytest.mark.parametrize("text", ["", "x\n", '{"event":"journal"}\n', '{"pid":1}\n', "[]\n\n"])
def test_a_first_line_that_names_no_process_is_no_journal(home: Home, text: str) -> None:
    journal.path(home, "default").write_text(text)
    assert Journal.read(home, "default") is None
    assert not journal.stop(home, "default")


# --- stopping ---


@pytest.mark.parametrize("manner", ["meek", "deaf"])
def test_a_retrain_is_stopped_from_another_process(
    home: Home, retrain: Callable[..., Retrain], manner: str
) -> None:
    running = retrain(manner)
    running.do({"event": "started"})
    events = journal.follow(home, "default", never, poll=0.01)
    assert next(events) == {"event": "started"}
    assert journal.stop(home, "default", grace=0.1 if manner == "deaf" else 60)
    ended_by = signal.SIGKILL if manner == "deaf" else signal.SIGTERM
    assert running.process.wait() == -ended_by
    assert next(events)["code"] == "cancelled"
    assert list(events) == []
    assert not journal.stop(home, "default")


@pytest.mark.parametrize("born", ["an earlier boot/17", None])
def test_another_process_with_its_id_is_never_signalled(
    home: Home, retrain: Callable[..., Retrain], born: str | None
) -> None:
    stranger = retrain("meek")
    head = {"event": "journal", "pid": stranger.pid, "profile": "default", "time": "", "born": born}
    atomic.write_text(journal.path(home, "default"), encode_line(head).decode())
    assert journal.running(home, "default") is None
    assert not journal.stop(home, "default")
    with pytest.raises(PromptstyleError) as caught:
        next(journal.follow(home, "default", never))
    assert caught.value.code == "crashed"
    assert process.birth(stranger.pid) is not None
    stranger.do({"event": "alive and well"})


def test_a_retrain_that_has_ended_is_not_stopped(home: Home) -> None:
    with journal.kept(home, "default", Sent()) as tee:
        tee.note({"event": "done"})
    # It was this very process, which is still there to say so.
    assert not journal.stop(home, "default")
