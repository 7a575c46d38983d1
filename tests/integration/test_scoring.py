"""Sentences of others on a base that is slow to score them: the embedded one does it instead."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from promptstyle.core import scoring
from promptstyle.core.bases import registry
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.generation.client import Engine
from promptstyle.core.library import Library, NewLike
from promptstyle.core.loaded import Loaded
from promptstyle.core.model_files import ModelFiles
from promptstyle.core.paths import Home
from promptstyle.core.training.template import layout
from promptstyle.core.writing import Writer
from promptstyle.core.written import Interrupted, Written

TOPIC = "Make a prompt that plans a weekly menu for a family."


class Watched(Loaded):
    """Notes which model is put to use."""

    def __init__(self, home: Home) -> None:
        super().__init__(home, log=home.logs / "engine.log")
        self.used: list[str] = []

    def engine(self, files: ModelFiles) -> Engine:
        self.used.append(files.gguf.name)
        return super().engine(files)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny base counts as slow."""
    monkeypatch.setattr(scoring, "SLOW_BASE", 1)


@pytest.fixture
def writer(home: Home, tiny_base: Path, starter_likes: Path) -> Iterator[tuple[Writer, Watched]]:
    registry.add(home, tiny_base, "tiny")
    rows = [json.loads(line) for line in starter_likes.read_text("utf-8").splitlines()]
    loaded = Watched(home)
    with (
        closing(loaded),
        Library(home.database) as library,
        Writer(home, library, "default", log=home.logs / "w.log", loaded=loaded) as writer,
    ):
        library.ensure_profile("default")
        library.set_base("default", "tiny")
        library.add_likes("default", [NewLike(row["input"], row["output"]) for row in rows])
        yield writer, loaded


def gguf_of(home: Home, name: str) -> str:
    from promptstyle.core.bases.prepare import gguf_path

    return gguf_path(home, registry.get(home, name)).name


def borrowed(written: Written) -> list[str]:
    return [text for found in written.borrowed.values() for text in found]


def test_a_quick_base_scores_by_itself(writer: tuple[Writer, Watched], home: Home) -> None:
    written = writer[0].write(TOPIC, seed=3)
    assert borrowed(written)
    assert set(writer[1].used) == {gguf_of(home, "tiny")}


@pytest.mark.usefixtures("slow")
def test_the_embedded_base_scores_for_a_slow_one(
    writer: tuple[Writer, Watched], home: Home
) -> None:
    written = writer[0].write(TOPIC, seed=3)
    assert written.base == "tiny"
    assert borrowed(written)
    tiny, embedded = gguf_of(home, "tiny"), gguf_of(home, "embedded")
    # One after the other, and back.
    assert writer[1].used == [tiny, embedded, tiny]
    # What is stored is as the model that writes finds it.
    (candidate,) = written.candidates
    assert writer[1].files is not None
    engine = writer[1].engine(writer[1].files)
    text = layout("", candidate.text)[-1:]
    assert candidate.tokens == engine.count(text)
    assert candidate.settings["scores"]["likelihood"] < 0
    again = writer[0].write(TOPIC, seed=3)
    assert again.candidates[0].text == candidate.text


@pytest.mark.usefixtures("slow")
def test_where_that_cannot_be_what_the_model_wrote_is_given(
    writer: tuple[Writer, Watched], home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_embedded(home: Home, name: str) -> registry.Base:
        if name == "embedded":
            raise PromptstyleError("it is damaged", "install promptstyle again")
        return get(home, name)

    get = registry.get
    monkeypatch.setattr(registry, "get", no_embedded)
    written = writer[0].write(TOPIC, seed=3)
    assert "it is damaged" in written.trouble
    assert not borrowed(written)
    assert written.candidates[0].text
    assert writer[1].files is not None
    assert writer[1].files.gguf.name == gguf_of(home, "tiny")


@pytest.mark.usefixtures("slow")
def test_an_engine_that_dies_while_it_scores_loses_nothing(
    writer: tuple[Writer, Watched], home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def die(engine: Engine, *_: object) -> list[float]:
        asked.append(1)
        os.kill(engine.pid, signal.SIGKILL)
        return following(engine, *_)  # type: ignore[arg-type]

    following = Engine.following
    monkeypatch.setattr(Engine, "following", die)
    written = writer[0].write(TOPIC, seed=3)
    assert asked
    assert written.trouble
    assert written.candidates[0].text
    monkeypatch.undo()
    monkeypatch.setattr(scoring, "SLOW_BASE", 1)
    # And the next one is as ever.
    again = writer[0].write(TOPIC, seed=3)
    assert borrowed(again) and not again.trouble


@pytest.mark.usefixtures("slow")
def test_cancelled_while_it_scores_what_was_written_is_given(
    writer: tuple[Writer, Watched], home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(engine: Engine, *_: object) -> list[float]:
        writer[0].cancel()
        return following(engine, *_)  # type: ignore[arg-type]

    following = Engine.following
    monkeypatch.setattr(Engine, "following", stop)
    with pytest.raises(Interrupted) as caught:
        writer[0].write(TOPIC, seed=3)
    written = caught.value.written
    assert written.candidates[0].text and not borrowed(written)
    assert writer[1].files is not None
    assert writer[1].files.gguf.name == gguf_of(home, "tiny")


@pytest.mark.usefixtures("slow")
def test_where_nothing_can_be_borrowed_no_other_model_is_loaded(
    writer: tuple[Writer, Watched], home: Home
) -> None:
    written = writer[0].write("給房東的信", seed=3)
    assert written.candidates and not written.trouble
    assert set(writer[1].used) == {gguf_of(home, "tiny")}
