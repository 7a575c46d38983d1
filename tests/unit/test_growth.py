"""How many likes there are that the model does not know, and when that is enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core import snapshot
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import Library, NewLike
from promptstyle.core.library.growth import ENOUGH_NEW, FEWEST, Growth, due, growth


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "p.db") as library:
        library.ensure_profile("default", "embedded")
        yield library


def add(library: Library, *numbers: int, profile: str = "default") -> list[str]:
    pairs = [NewLike(f"topic {n}", f"Write {n} lines.") for n in numbers]
    return [like.id for like in library.add_likes(profile, pairs).added]


def train(library: Library, run: str, ids: Sequence[str], base: str = "embedded") -> None:
    """A run that learnt from all of `ids` but the last, and was tested on that."""
    manifest = {"train_ids": list(ids[:-1]), "held_ids": list(ids[-1:])}
    library.add_run(run, "default", base, manifest, activate=True)


def test_without_a_model_every_like_is_new(library: Library) -> None:
    assert growth(library, "default") == Growth(0, 0, None)
    add(library, *range(7))
    add(library, 1, 2, profile="other")
    assert growth(library, "default") == Growth(7, 7, None)


def test_a_model_knows_what_it_learnt_from_and_was_tested_on(library: Library) -> None:
    ids = add(library, *range(6))
    train(library, "default-1", ids)
    assert growth(library, "default") == Growth(6, 0, "default-1")
    add(library, 6, 7, 8)
    assert growth(library, "default") == Growth(9, 3, "default-1")
    # What is gone does not count, neither a known nor a new one.
    library.remove_like("default", ids[0])
    library.remove_like("default", library.likes("default")[-1].id)
    assert growth(library, "default") == Growth(7, 2, "default-1")
    # An edit is no new like.
    library.edit_like("default", ids[1], output="Write 20 lines.")
    assert growth(library, "default") == Growth(7, 2, "default-1")


def test_the_model_is_the_active_one_of_the_profiles_base(library: Library) -> None:
    ids = add(library, *range(6))
    train(library, "default-1", ids)
    train(library, "default-2", ids[:4])
    assert growth(library, "default") == Growth(6, 2, "default-2")
    library.activate("default-1")
    assert growth(library, "default") == Growth(6, 0, "default-1")
    library.set_base("default", "tinyllama")
    assert growth(library, "default") == Growth(6, 6, None)


def test_a_manifest_without_ids_knows_nothing(library: Library) -> None:
    add(library, *range(3))
    library.add_run("default-1", "default", "embedded", {}, activate=True)
    assert growth(library, "default") == Growth(3, 3, "default-1")


def test_a_profile_that_is_not_there_is_an_error(library: Library) -> None:
    with pytest.raises(PromptstyleError) as caught:
        growth(library, "nobody")
    assert caught.value.code == "no_profile"


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 40))
def test_when_a_retrain_is_due(old: int, new: int, every: int) -> None:
    assert due(Growth(old + new, new, "default-1"), every) == (new >= every)
    assert due(Growth(new, new, None), every) == (new >= FEWEST)


def test_the_limits_are_those_of_the_retrain() -> None:
    assert snapshot.FEWEST == FEWEST
    assert due(Growth(30, ENOUGH_NEW, "default-1"))
    assert not due(Growth(30, ENOUGH_NEW - 1, "default-1"))
