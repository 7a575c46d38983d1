"""Run folders: made apart, resumed or cleared, put in place whole; one retrain at a time."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from promptstyle.core import atomic, run_folder
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import Library
from promptstyle.core.paths import Home


@pytest.fixture
def library(home: Home) -> Iterator[Library]:
    home.building.mkdir(parents=True)
    with Library(home.database) as library:
        for name in ("default", "default-1", "other"):
            library.ensure_profile(name)
        yield library


def manifest(profile: str = "default", **more: Any) -> dict[str, Any]:
    return {"run": f"{profile}-1", "profile": profile, "base": "embedded", **more}


def made(home: Home, library: Library, profile: str = "default") -> run_folder.RunFolder:
    """A run in the making, with every file that one has."""
    folder = run_folder.begin(home, library, profile, "f")
    folder.adapter.mkdir()
    for path in (folder.adapter_gguf, folder.gguf, folder.likes, folder.checkpoint):
        path.write_text("x")
    return folder


def building(home: Home) -> list[str]:
    return sorted(path.name for path in home.building.iterdir() if path.is_dir())


# --- begin ---


def test_the_same_work_goes_on_in_the_same_folder(home: Home, library: Library) -> None:
    first = run_folder.begin(home, library, "default", "f")
    first.checkpoint.write_text("half")
    again = run_folder.begin(home, library, "default", "f")
    assert again == first
    assert again.run == "default-1"
    assert again.checkpoint.read_text() == "half"
    # No number was used up.
    assert library.next_run_id("default") == "default-2"


def test_other_work_starts_anew_and_clears_what_was_left(home: Home, library: Library) -> None:
    first = run_folder.begin(home, library, "default", "f")
    first.checkpoint.write_text("half")
    second = run_folder.begin(home, library, "default", "g")
    assert second.run == "default-2"
    assert building(home) == ["default-2"]
    assert not second.checkpoint.exists()


def test_leftovers_of_other_profiles_are_left_alone(home: Home, library: Library) -> None:
    # Its folder is named like a run of "default" to whoever looks only at the beginning.
    like_ours = run_folder.begin(home, library, "default-1", "f")
    other = run_folder.begin(home, library, "other", "f")
    mine = run_folder.begin(home, library, "default", "g")
    run_folder.adopt(home, library, "default")
    assert building(home) == sorted([like_ours.run, other.run, mine.run])
    assert run_folder.begin(home, library, "other", "f") == other


def test_two_leftovers_of_the_same_work_become_one(home: Home, library: Library) -> None:
    first = run_folder.begin(home, library, "default", "f")
    copy = home.building / "default-9"
    copy.mkdir()
    atomic.write_json(copy / run_folder.REQUEST, {"profile": "default", "fingerprint": "f"})
    assert run_folder.begin(home, library, "default", "f") == first
    assert building(home) == ["default-1"]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"fingerprint": "f"}', "\x00"])
def test_a_damaged_request_is_not_resumed(home: Home, library: Library, text: str) -> None:
    first = run_folder.begin(home, library, "default", "f")
    (first.path / run_folder.REQUEST).write_text(text)
    run_folder.adopt(home, library, "default")
    assert run_folder.begin(home, library, "default", "f").run == "default-2"


def test_folders_are_for_their_owner_alone(home: Home, library: Library) -> None:
    folder = run_folder.begin(home, library, "default", "f")
    assert folder.path.stat().st_mode & 0o077 == 0


# --- install and adopt ---


def test_install_moves_the_whole_folder_and_drops_what_only_the_making_needed(
    home: Home, library: Library
) -> None:
    folder = made(home, library)
    installed = run_folder.install(home, folder, manifest(seed=3))
    assert installed.path == home.runs / "default-1"
    assert {path.name for path in installed.path.iterdir()} == {
        "adapter",
        "adapter.gguf",
        "model.gguf",
        "likes.jsonl",
        "manifest.json",
    }
    assert json.loads((installed.path / "manifest.json").read_text())["seed"] == 3
    assert not folder.path.exists()
    # A run never changes: what is there is not written over.
    folder.path.mkdir()
    with pytest.raises(OSError):
        run_folder.install(home, folder, manifest(seed=4))
    assert json.loads((installed.path / "manifest.json").read_text())["seed"] == 3


@pytest.mark.parametrize("stop", ["write_json", "unlink", "rename", "sync_folder"])
def test_a_kill_while_installing_leaves_a_whole_run_or_none(
    home: Home, library: Library, stop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in each of its steps; then the next retrain adopts the run or clears it."""
    folder = made(home, library)

    class Killed(BaseException):
        pass

    def kill(*_: Any, **__: Any) -> None:
        raise Killed

    target: Any = atomic if stop in ("write_json", "sync_folder") else Path
    with monkeypatch.context() as patch:
        patch.setattr(target, stop, kill)
        with pytest.raises(Killed):
            run_folder.install(home, folder, manifest())
    run_folder.adopt(home, library, "default")
    runs = [run.id for run in library.runs("default")]
    if home.runs.is_dir() and list(home.runs.iterdir()):
        assert runs == ["default-1"]
        assert (home.runs / "default-1" / "manifest.json").is_file()
        assert not building(home)
    else:
        assert runs == []
        again = run_folder.begin(home, library, "default", "f")
        assert building(home) == [again.run]


def test_adopt_records_what_was_installed_and_not_recorded_once(
    home: Home, library: Library
) -> None:
    run_folder.install(home, made(home, library), manifest(seed=3))
    run_folder.install(home, made(home, library, "other"), manifest("other"))
    for _ in range(2):
        run_folder.adopt(home, library, "default")
        (run,) = library.runs("default")
        assert (run.id, run.base, run.manifest["seed"], run.active) == (
            "default-1",
            "embedded",
            3,
            False,
        )
    assert library.runs("other") == []


def test_a_copy_under_another_name_is_no_run(home: Home, library: Library) -> None:
    installed = run_folder.install(home, made(home, library), manifest())
    run_folder.adopt(home, library, "default")
    shutil.copytree(installed.path, home.runs / "default-1 (copy)")
    run_folder.adopt(home, library, "default")
    assert [run.id for run in library.runs("default")] == ["default-1"]


def test_adopt_does_not_bring_back_a_deleted_run(home: Home, library: Library) -> None:
    run_folder.install(home, made(home, library), manifest())
    run_folder.adopt(home, library, "default")
    library.delete_run("default-1")
    run_folder.adopt(home, library, "default")
    assert library.runs("default") == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"profile": "default", "run": "default-7"}'])
def test_adopt_passes_over_a_folder_that_is_no_run(home: Home, library: Library, text: str) -> None:
    strange = home.runs / "default-7"
    strange.mkdir(parents=True)
    (strange / "manifest.json").write_text(text)
    (home.runs / "notes.txt").write_text("x")
    run_folder.adopt(home, library, "default")
    assert library.runs("default") == []
    assert strange.is_dir()


# --- only one ---

HOLD = """
import sys
from pathlib import Path
from promptstyle.core import run_folder
from promptstyle.core.paths import Home
with run_folder.only_one(Home.under(Path(sys.argv[1])), sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(home: Home) -> Iterator[subprocess.Popen[str]]:
    """Another process in the middle of a retrain of `default`."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home.data.parent), "default"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_retrain_is_refused(home: Home, holder: subprocess.Popen[str]) -> None:
    with (
        pytest.raises(PromptstyleError, match="running already") as caught,
        run_folder.only_one(home, "default"),
    ):
        raise AssertionError("entered")
    assert caught.value.code == "busy"
    assert "wait" in caught.value.hint
    # Another profile's is not in the way.
    with run_folder.only_one(home, "other"):
        pass


def test_a_killed_holder_frees_the_lock(home: Home, holder: subprocess.Popen[str]) -> None:
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with run_folder.only_one(home, "default"):
        pass


def test_the_lock_is_freed_by_an_error(home: Home) -> None:
    for _ in range(2):
        with pytest.raises(KeyError), run_folder.only_one(home, "default"):
            raise KeyError


def test_a_deleted_run_frees_the_disk_and_keeps_what_made_it(home: Home) -> None:
    with Library(home.database) as library:
        library.ensure_profile("default")
        home.building.mkdir()
        for active in (False, True):
            folder = run_folder.begin(home, library, "default", f"work {active}")
            folder.adapter.mkdir()
            for path in (folder.gguf, folder.adapter_gguf, folder.likes):
                path.write_text("x")
            run_folder.install(home, folder, {"profile": "default", "base": "embedded"})
            library.add_run(folder.run, "default", "embedded", {}, activate=active)
        run_folder.discard(home, library, "default-1")
        left = {path.name for path in (home.runs / "default-1").iterdir()}
        assert left == {"adapter", "likes.jsonl", "manifest.json"}
        with pytest.raises(PromptstyleError):
            run_folder.discard(home, library, "default-2")
        assert (home.runs / "default-2" / "model.gguf").is_file()
