"""A retrain that several of the tests begin with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from once import made_once
from quick import set_up

from promptstyle.core.paths import Home
from promptstyle.core.pipeline_client import start_retrain


@pytest.fixture(scope="module")
def retrained(
    tmp_path_factory: pytest.TempPathFactory, tiny_base: Path, starter_likes: Path
) -> Home:
    """A home after a retrain on 22 likes, 4 of them held out, on the tiny base.

    The module's own copy; `events.jsonl` and `done.json` in it are what the retrain sent, its paths
    those of the first.
    """

    def make(root: Path) -> None:
        home = Home.under(root)
        set_up(home, tiny_base, starter_likes, 22)
        with start_retrain(home, "default") as job:
            events = "".join(json.dumps(event) + "\n" for event in job.events())
            done = job.result()
        assert done["activated"]
        (root / "events.jsonl").write_text(events, "utf-8")
        (root / "done.json").write_text(json.dumps(done), "utf-8")

    made = made_once(tmp_path_factory, "retrained", make)
    return Home.under(Path(shutil.copytree(made, tmp_path_factory.mktemp("retrained") / "home")))
