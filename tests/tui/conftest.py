"""Homes for the tests of the app: a first start, likes, a model."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from staging import Stage, add_run
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

from promptstyle.core import writing
from promptstyle.core.bases import registry
from promptstyle.core.bases.prepare import gguf_path, make_gguf
from promptstyle.core.generation import prompter
from promptstyle.core.idea_store import ideas_for, index_file
from promptstyle.core.library import Library
from promptstyle.core.library.importing import import_likes
from promptstyle.core.paths import Home
from promptstyle.core.style.parts import Parts


@pytest.fixture(scope="session", autouse=True)
def _parsed_once() -> Iterator[None]:
    """The style sheets are parsed once, and not for each app: it is a seventh of these tests."""
    parse = Stylesheet._parse_rules
    known: dict[tuple[object, ...], list[RuleSet]] = {}

    def parsed(sheet: Stylesheet, *given: Any, **named: Any) -> list[RuleSet]:
        key = (given, *sorted(named.items()), *sheet._variables.items())
        if key not in known:
            known[key] = parse(sheet, *given, **named)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parsed)
        yield


@pytest.fixture(scope="session")
def base_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded base as GGUF, made once: no test has to wait for its first use."""
    home = Home.under(tmp_path_factory.mktemp("base-home")).ensure()
    return make_gguf(home, registry.get(home, registry.EMBEDDED))


@pytest.fixture(scope="session")
def notes_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the notes, made once too: it takes a second."""
    home = Home.under(tmp_path_factory.mktemp("notes-home")).ensure()
    assert ideas_for(home, Parts(ideas=1)) is not None
    return index_file(home.cache)


@pytest.fixture
def empty(home: Home, base_gguf: Path, notes_index: Path) -> Iterator[Stage]:
    """Nothing liked, nothing learnt: a first start."""
    target = gguf_path(home, registry.get(home, registry.EMBEDDED))
    target.parent.mkdir(parents=True)
    os.link(base_gguf, target)
    os.link(notes_index, index_file(home.cache))
    stage = Stage(home)
    yield stage
    for session in stage.sessions:
        session.close()


@pytest.fixture
def liked(empty: Stage, starter_likes: Path) -> Stage:
    """The starter likes, and no run."""
    with Library(empty.home.database) as library:
        import_likes(library, "default", starter_likes.read_bytes(), name="starter_likes.jsonl")
    return empty


@pytest.fixture
def trained(liked: Stage) -> Stage:
    """The starter likes and the recorded run, which is active."""
    add_run(liked.home, "default-1")
    # Whoever has it loaded is a replay.
    (liked.home.runs / "default-1" / "model.gguf").write_bytes(b"GGUF")
    return liked


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was recorded is what the model said: nothing says how likely others' sentences are."""
    monkeypatch.setattr(writing, "borrows", lambda *_: False)


@pytest.fixture
def unswapped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what the model writes is weighed, so that a test may say what comes."""
    monkeypatch.setattr(prompter, "weighs_swapped", lambda mode, pool: False)
