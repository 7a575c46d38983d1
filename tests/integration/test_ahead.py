"""Testing while training: the same texts as afterwards, and an end when it is to end."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest

from promptstyle.core.bases import registry
from promptstyle.core.bases.prepare import make_gguf
from promptstyle.core.errors import Cancelled
from promptstyle.core.evaluation.ahead import Ahead
from promptstyle.core.evaluation.systems import Decoding
from promptstyle.core.evaluation.telling import Progress
from promptstyle.core.evaluation.trial import Trial
from promptstyle.core.library import Library, Like, NewLike, RunRecord
from promptstyle.core.model_files import ModelFiles, of_run
from promptstyle.core.paths import Home
from promptstyle.core.style.others import Others


@pytest.fixture
def likes(home: Home, tiny_base: Path, starter_likes: Path) -> list[Like]:
    registry.add(home, tiny_base, "tiny")
    rows = [json.loads(line) for line in starter_likes.read_text("utf-8").splitlines()]
    with Library(home.database) as library:
        library.ensure_profile("default")
        library.add_likes("default", [NewLike(row["input"], row["output"]) for row in rows[:14]])
        return library.likes("default")


def old_run(home: Home, gguf: Path, likes: list[Like]) -> RunRecord:
    """A model that has learnt from all but two of the likes."""
    folder = home.runs / "default-1"
    folder.mkdir(parents=True)
    shutil.copyfile(gguf, folder / "model.gguf")
    manifest = {"train_ids": [like.id for like in likes[2:]], "mode": "lora"}
    with Library(home.database) as library:
        library.add_run("default-1", "default", "tiny", manifest, activate=True)
        found = library.active_run("default", "tiny")
    assert found is not None
    return found


def test_ahead_or_after_the_texts_are_the_same(home: Home, likes: list[Like]) -> None:
    gguf = make_gguf(home, registry.get(home, "tiny"))
    train, held = likes[3:], likes[:3]
    old = old_run(home, gguf, likes)
    others = Others.of(Library(home.database), "default")
    decoding = Decoding(pool=2, seed=3)
    liked = [(like.input, like.output) for like in train]

    def trial() -> Trial:
        return Trial(home.logs / "e.log", decoding, lambda *_: None, lambda: None)

    after, before = trial(), trial()
    after.held(train, held, gguf, ModelFiles(gguf), others)
    with Ahead() as ahead:
        before.begin(ahead, train, held, gguf, old, home)
        # On one core nothing is asked ahead, and the rest holds all the same.
        before.held(train, held, gguf, ModelFiles(gguf), others)
        of_old = before.of_old(old, of_run(home, old), liked)
    assert before.made == after.made and set(after.made) > {"vanilla", "context", "lora", "both"}
    assert of_old == after.of_old(old, of_run(home, old), liked) and len(of_old) == 2


def test_leaving_ends_what_is_under_way_and_forgets_the_rest() -> None:
    told = 0

    def endless(progress: Progress) -> None:
        nonlocal told
        while True:
            progress("vanilla", 0, 1)
            told += 1
            time.sleep(0.01)

    with Ahead() as ahead:
        first, second = ahead.start(endless), ahead.start(endless)
        while not told:
            time.sleep(0.01)
    assert isinstance(first.exception(), Cancelled) and second.cancelled()
