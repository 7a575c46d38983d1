"""Fetching a base from a hub: whole, broken off, refused, and with the wrong bytes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from local_hub import NAMES, LocalHub, serving

from promptstyle.core.bases import files, pull, registry
from promptstyle.core.bases.pinned import PINNED, Pinned
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.jobs import Job
from promptstyle.core.paths import Home

WEIGHTS = NAMES[0]
REPO, REVISION = "TinyLlama/TinyLlama-1.1B-Chat-v1.0", "c" * 40


@pytest.fixture
def hub(tmp_path: Path, base_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalHub]:
    """A hub that has the embedded base where TinyLlama should be, and an empty cache."""
    from huggingface_hub import constants

    folder = tmp_path / "served"
    folder.mkdir()
    for name in NAMES:
        shutil.copy(base_dir / name, folder / name)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    with serving(folder, REPO, REVISION) as found:
        monkeypatch.setitem(PINNED, "tinyllama", found.pinned(NAMES))
        yield found


def fetch(home: Home, hub: LocalHub, tmp_path: Path, pinned: Pinned) -> list[dict[str, Any]]:
    """Pull in a child process, as the program does; the events, the result last."""
    with Job.start(
        "worker_jobs:pull_pinned",
        {"pinned": asdict(pinned)},
        log=home.logs / "pull.log",
        env=hub.environment(tmp_path / "hub"),
    ) as job:
        events = [dict(event) for event in job.events()]
        return [*events, job.result()]


def refused(home: Home, hub: LocalHub, tmp_path: Path, pinned: Pinned) -> PromptstyleError:
    with pytest.raises(PromptstyleError) as caught:
        fetch(home, hub, tmp_path, pinned)
    return caught.value


def cut(hub: LocalHub, name: str, share: float) -> int:
    return int((hub.folder / name).stat().st_size * share)


def test_a_base_is_fetched_verified_and_ready(home: Home, hub: LocalHub, tmp_path: Path) -> None:
    pinned = PINNED["tinyllama"]
    assert registry.get(home, "tinyllama").state == "missing"
    events = fetch(home, hub, tmp_path, pinned)
    base = registry.get(home, "tinyllama")
    assert (base.state, str(base.path)) == ("ready", events[-1]["path"])
    assert {path.name for path in base.folder.iterdir()} == set(NAMES)
    found = registry.verify(home, "tinyllama")
    assert found["ok"] and {row["detail"] for row in found["files"]} == {"as recorded"}
    steps = [event for event in events if event.get("stage") == "download"]
    done = [step["done"] for step in steps]
    assert done == sorted(done) and done[-1] == steps[-1]["total"] == pinned.size
    assert len(done) > len(NAMES) and any(step["eta_seconds"] is not None for step in steps)
    assert set(hub.tokens) == {"Bearer hf_of_this_test"}
    hub.requests.clear()
    fetch(home, hub, tmp_path, pinned)
    assert hub.requests == []


def test_a_short_break_is_bridged(home: Home, hub: LocalHub, tmp_path: Path) -> None:
    hub.break_after.append(cut(hub, WEIGHTS, 0.6))
    fetch(home, hub, tmp_path, PINNED["tinyllama"])
    ranges = [asked for asked in hub.asked("GET", WEIGHTS) if asked]
    assert ranges and all(int(asked[6:].split("-")[0]) >= pull.CHUNK for asked in ranges)
    assert registry.verify(home, "tinyllama")["ok"]


def test_a_long_break_keeps_what_came_and_the_next_call_goes_on(
    home: Home, hub: LocalHub, tmp_path: Path
) -> None:
    # Two thirds, and then nothing but tries that bring less than what is written at a time.
    hub.break_after += [cut(hub, WEIGHTS, 0.7)] + [1000] * 8
    error = refused(home, hub, tmp_path, PINNED["tinyllama"])
    assert error.code == "no_connection"
    assert "are kept" in error.message and "promptstyle pull tinyllama` again" in error.hint
    assert registry.get(home, "tinyllama").state == "missing"
    hub.break_after.clear()
    hub.requests.clear()
    fetch(home, hub, tmp_path, PINNED["tinyllama"])
    first = hub.asked("GET", WEIGHTS)[0]
    assert int(first[6:].split("-")[0]) > cut(hub, WEIGHTS, 0.5)
    assert registry.verify(home, "tinyllama")["ok"]


def test_a_hub_that_knows_no_ranges_sends_all_again(
    home: Home, hub: LocalHub, tmp_path: Path
) -> None:
    hub.no_ranges = True
    hub.break_after.append(cut(hub, WEIGHTS, 0.6))
    fetch(home, hub, tmp_path, PINNED["tinyllama"])
    assert registry.verify(home, "tinyllama")["ok"]


@pytest.mark.parametrize("name", [WEIGHTS, "config.json"])
def test_other_bytes_are_set_aside_and_never_used(
    home: Home, hub: LocalHub, tmp_path: Path, name: str
) -> None:
    pinned = PINNED["tinyllama"]
    good = (hub.folder / name).read_bytes()
    (hub.folder / name).write_bytes(bytes([good[0] ^ 1]) + good[1:])
    error = refused(home, hub, tmp_path, pinned)
    assert error.code == "mismatch" and "set aside" in error.message
    assert registry.get(home, "tinyllama").state == "missing"
    aside = list((tmp_path / "hub").rglob(f"{name}*.mismatch"))
    assert len(aside) == 1
    (hub.folder / name).write_bytes(good)
    fetch(home, hub, tmp_path, pinned)
    assert registry.verify(home, "tinyllama")["ok"]


def test_another_size_is_refused_before_a_byte(home: Home, hub: LocalHub, tmp_path: Path) -> None:
    pinned = PINNED["tinyllama"]
    with (hub.folder / WEIGHTS).open("ab") as stream:
        stream.write(b"more")
    error = refused(home, hub, tmp_path, pinned)
    assert error.code == "mismatch" and f"{pinned.files[0].size:,}" in error.message
    assert hub.asked("GET", WEIGHTS) == []


@pytest.mark.parametrize(("status", "hint"), [(401, "HF_TOKEN"), (404, "later"), (503, "later")])
def test_a_refusal_says_its_status(
    home: Home, hub: LocalHub, tmp_path: Path, status: int, hint: str
) -> None:
    hub.refuse = status
    error = refused(home, hub, tmp_path, PINNED["tinyllama"])
    assert error.code == "hub" and str(status) in error.message and hint in error.hint


def test_a_file_that_went_bad_in_the_cache_is_fetched_again(
    home: Home, hub: LocalHub, tmp_path: Path
) -> None:
    fetch(home, hub, tmp_path, PINNED["tinyllama"])
    path = registry.get(home, "tinyllama").folder / WEIGHTS
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.resolve().write_bytes(data)
    assert not registry.verify(home, "tinyllama")["ok"]
    fetch(home, hub, tmp_path, PINNED["tinyllama"])
    assert registry.verify(home, "tinyllama")["ok"]
    assert [found.name for found in (tmp_path / "hub").rglob("*.mismatch")] == [
        f"{WEIGHTS}.mismatch"
    ]


def test_a_blob_of_another_commit_is_linked_and_not_fetched_again(
    home: Home, hub: LocalHub, tmp_path: Path
) -> None:
    fetch(home, hub, tmp_path, PINNED["tinyllama"])
    shutil.rmtree(registry.get(home, "tinyllama").folder)
    hub.requests.clear()
    fetch(home, hub, tmp_path, PINNED["tinyllama"])
    assert registry.verify(home, "tinyllama")["ok"]
    assert [hub.asked("GET", name) for name in NAMES] == [[]] * len(NAMES)


def test_too_little_space_is_said_before_anything_is_fetched(
    hub: LocalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**12, 10**12, 10**6)
    )
    with pytest.raises(PromptstyleError) as caught:
        pull.pull("tinyllama")
    assert caught.value.code == "no_space" and "HF_HOME" in caught.value.hint
    assert hub.requests == []


def test_two_at_a_time_are_one_too_many(hub: LocalHub) -> None:
    from filelock import FileLock

    blobs = pull.snapshot(PINNED["tinyllama"]).parents[1] / "blobs"
    blobs.mkdir(parents=True)
    with FileLock(blobs / "promptstyle.lock"), pytest.raises(PromptstyleError) as caught:
        pull.pull("tinyllama")
    assert caught.value.code == "busy"


# --- the command, with the real pinned values ---


def command(*words: str, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "promptstyle.tui.cli.main", *words],
        env={**os.environ, **changes},
        capture_output=True,
        text=True,
        timeout=120,
    )


def two_lines(done: subprocess.CompletedProcess[str]) -> tuple[str, str]:
    """The error and the hint of a call that could not be done."""
    assert done.returncode == 1 and done.stdout == ""
    error, hint = done.stderr.splitlines()
    assert error.startswith("error: ") and hint.startswith("hint: ")
    return error, hint


def test_offline_says_the_way_out(tmp_path: Path) -> None:
    error, hint = two_lines(command("pull", "tinyllama", HF_HUB_OFFLINE="1", HF_HOME=str(tmp_path)))
    assert "HF_HUB_OFFLINE" in error and "add-model FOLDER --name tinyllama" in hint


def test_no_network_says_the_way_out(tmp_path: Path) -> None:
    error, hint = two_lines(
        command(
            "pull", "tinyllama",
            HF_HUB_OFFLINE="0", HF_HOME=str(tmp_path), HF_ENDPOINT="http://127.0.0.1:9",
        )
    )  # fmt: skip
    assert "connection" in error and "add-model" in hint


def test_a_hub_with_another_model_under_that_name_is_refused(
    tmp_path: Path, base_dir: Path
) -> None:
    pinned = PINNED["tinyllama"]
    with serving(base_dir, pinned.repo, pinned.revision) as hub:
        done = command(
            "pull", "tinyllama", "--json",
            HF_HUB_OFFLINE="0", HF_HOME=str(tmp_path), HF_ENDPOINT=hub.endpoint,
        )  # fmt: skip
    assert "2,200,119,864" in two_lines(done)[0]


def test_what_needs_no_fetching_is_there_at_once() -> None:
    done = command("pull", "embedded")
    assert done.returncode == 0 and done.stdout.startswith("embedded: ready")
    error, hint = two_lines(command("pull", "nosuch"))
    assert "nosuch" in error and "tinyllama" in hint


def test_the_pinned_tokenizer_is_the_one_that_the_tests_use() -> None:
    path = Path(__file__).resolve().parents[3] / "shared" / "data" / "llama2-tokenizer.model"
    if not path.is_file():
        pytest.skip("the machine's ../shared/data is not here")
    pinned = {file.name: file for file in PINNED["tinyllama"].files}["tokenizer.model"]
    assert (path.stat().st_size, files.sha256(path)) == (pinned.size, pinned.sha256)
