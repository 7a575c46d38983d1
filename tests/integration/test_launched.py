"""Several processes that train one adapter, started by `accelerate launch` on loopback."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from quick import set_up
from safetensors.numpy import load_file

from promptstyle.core.library import Library
from promptstyle.core.paths import HOME_VARIABLE, Home
from promptstyle.core.training.launched import Launched, launched

PATIENCE = 180.0
# Enough for a held-out part.
LIKES = 24
RETRAIN = ("-m", "promptstyle.tui.cli.main", "retrain", "--json")

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="finds the processes by /proc"
)


def launch(home: Path, *command: str) -> subprocess.Popen[bytes]:
    """`accelerate launch` with two processes on the CPU; a session of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = "--multi_gpu --num_processes 2 --num_machines 1 --mixed_precision no"
    options = (*words.split(), "--dynamo_backend", "no", "--main_process_port", str(port))
    launcher = (sys.executable, "-m", "accelerate.commands.accelerate_cli", "launch")
    out, said = (home / name for name in ("out.jsonl", "err.txt"))
    with out.open("wb") as stdout, said.open("wb") as stderr:
        return subprocess.Popen(
            [*launcher, *options, *command],
            env={**os.environ, HOME_VARIABLE: str(home), "ACCELERATE_USE_CPU": "true"},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )


def events(home: Path) -> list[dict[str, Any]]:
    """What was said on stdout, as far as its lines are whole."""
    lines = (home / "out.jsonl").read_text("utf-8").split("\n")[:-1]
    return [json.loads(line) for line in lines]


def losses(rows: list[dict[str, Any]]) -> list[float]:
    return [row["loss"] for row in rows if row["event"] == "step"]


def wait_for(condition: Callable[[], Any]) -> Any:
    """What `condition` gives, once that is something."""
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, "never came"
        time.sleep(0.05)
    return found


def worker_of(home: Path, rank: int) -> int:
    """The process id of the child that trains for the process `rank` of the launch in `home`."""

    def look() -> int | None:
        marks = {f"{HOME_VARIABLE}={home}", f"RANK={rank}"}
        for entry in Path("/proc").iterdir():
            try:
                if not entry.name.isdigit():
                    continue
                words = (entry / "cmdline").read_bytes().decode().split("\0")
                known = set((entry / "environ").read_bytes().decode().split("\0"))
            except OSError:
                continue
            if "promptstyle.core.worker" in words and marks <= known:
                return int(entry.name)
        return None

    return int(wait_for(look))


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory, tiny_base: Path, starter_likes: Path) -> Path:
    """The home of a retrain by one process; no test changes it."""
    root = tmp_path_factory.mktemp("one")
    set_up(Home.under(root), tiny_base, starter_likes, LIKES)
    done = subprocess.run(
        [sys.executable, *RETRAIN],
        env={**os.environ, HOME_VARIABLE: str(root)},
        stdout=subprocess.PIPE,
        check=True,
    )
    (root / "out.jsonl").write_bytes(done.stdout)
    return root


def test_two_processes_learn_what_one_does_and_one_of_them_writes(
    apart: Path, tmp_path: Path, tiny_base: Path, starter_likes: Path
) -> None:
    set_up(Home.under(tmp_path), tiny_base, starter_likes, LIKES)
    assert launch(tmp_path, *RETRAIN).wait(PATIENCE) == 0
    one, two = events(apart), events(tmp_path)
    assert len(losses(one)) >= 10
    assert losses(two) == pytest.approx(losses(one), rel=2e-3)
    runs = [root / "models" / "runs" / "default-1" for root in (apart, tmp_path)]
    trained = [json.loads((run / "manifest.json").read_text())["training"] for run in runs]
    assert trained[1]["validation_losses"] == pytest.approx(
        trained[0]["validation_losses"], rel=2e-3
    )
    adapters = [load_file(run / "adapter" / "adapter_model.safetensors") for run in runs]
    for name, tensor in adapters[0].items():
        assert abs(adapters[1][name] - tensor).mean() < 0.05 * abs(tensor).mean()
    # The first process said everything, the second one nothing, and left nothing.
    assert [row["event"] for row in two if row["event"] in ("started", "done")] == [
        "started",
        "done",
    ]
    kept = [path.name for path in (tmp_path / "models" / "building").iterdir()]
    assert sorted(kept) == ["default.events.jsonl", "default.lock"]


@pytest.mark.slow
@pytest.mark.parametrize("rank", [0, 1])
def test_a_process_that_dies_ends_the_training_and_the_next_one_goes_on(
    tmp_path: Path, base_dir: Path, starter_likes: Path, rank: int
) -> None:
    # The embedded base: on a smaller one the training is over before it can be killed.
    set_up(Home.under(tmp_path), None, starter_likes, LIKES)
    launcher = launch(tmp_path, *RETRAIN)
    building = tmp_path / "models" / "building" / "default-1"
    try:
        worker = worker_of(tmp_path, rank)
        wait_for((building / "checkpoint.pt").is_file)
        os.kill(worker, signal.SIGKILL)
        assert launcher.wait(60) != 0
    finally:
        if launcher.poll() is None:
            os.killpg(launcher.pid, signal.SIGKILL)
    told = [row for row in events(tmp_path) if row["event"] == "failed"]
    assert told and all(row["code"] in ("crashed", "process_lost") for row in told)
    said = (tmp_path / "err.txt").read_text("utf-8")
    assert "ended without a result (SIGKILL)" in said or "processes of this training" in said
    # No half of a model became one.
    with Library(Home.under(tmp_path).database) as library:
        assert library.active_run("default") is None
    assert not (tmp_path / "models" / "runs" / "default-1").exists()
    if rank:
        # Whoever died, the next one goes on from the same checkpoint.
        assert (building / "checkpoint.pt").is_file()
        return
    assert launch(tmp_path, *RETRAIN).wait(PATIENCE) == 0
    started, *_, done = events(tmp_path)
    assert started["resumed"] and done["activated"]
    steps = [row["step"] for row in events(tmp_path) if row["event"] == "step"]
    assert steps and steps[0] > 1


@pytest.mark.slow
def test_processes_that_see_other_likes_do_not_train_together(
    tmp_path: Path, tiny_base: Path, starter_likes: Path
) -> None:
    for rank, count in ((0, LIKES), (1, LIKES - 1)):
        set_up(Home.under(tmp_path / str(rank)), tiny_base, starter_likes, count)
    call = " ".join((sys.executable, *RETRAIN))
    script = tmp_path / "each.sh"
    script.write_text(f'#!/bin/sh\n{HOME_VARIABLE}="{tmp_path}/$RANK" exec {call}\n', "utf-8")
    script.chmod(0o700)
    assert launch(tmp_path, "--no_python", str(script)).wait(PATIENCE) != 0
    told = [row for row in events(tmp_path) if row["event"] == "failed"]
    assert told and {row["code"] for row in told} <= {"processes_differ", "process_lost"}
    assert "do not see the same likes" in (tmp_path / "err.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({}, Launched()),
        ({"RANK": "1", "WORLD_SIZE": "2"}, Launched(1, 2, 2)),
        ({"RANK": "3", "WORLD_SIZE": "4", "LOCAL_WORLD_SIZE": "2"}, Launched(3, 4, 2)),
        # Other programs have a rank, too.
        ({"RANK": "7"}, Launched()),
        ({"RANK": "gold", "WORLD_SIZE": "2"}, Launched()),
        ({"RANK": "0", "WORLD_SIZE": "1"}, Launched()),
    ],
)
def test_what_the_launcher_says(environ: dict[str, str], found: Launched) -> None:
    assert launched(environ) == found
