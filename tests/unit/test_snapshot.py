"""What a retrain starts from, and what makes two retrains the same work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from promptstyle.core import snapshot as snapshot_module
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import Library, NewLike
from promptstyle.core.paths import Home
from promptstyle.core.snapshot import ENOUGH_TO_HOLD, FEWEST, Snapshot, pairs
from promptstyle.core.style.parts import Parts
from promptstyle.core.training.recipes import DEFAULT, REFERENCE


@pytest.fixture
def library(home: Home) -> Iterator[Library]:
    with Library(home.database) as library:
        library.ensure_profile("default")
        yield library


@pytest.fixture(scope="module")
def starter(starter_likes: Path) -> list[NewLike]:
    rows = [json.loads(line) for line in starter_likes.read_text("utf-8").splitlines()]
    return [NewLike(row["input"], row["output"]) for row in rows]


def some(count: int, **more: Any) -> list[NewLike]:
    return [NewLike(f"topic {i}", f"Write {i} lines.", **more) for i in range(count)]


@pytest.mark.parametrize("count", range(FEWEST))
def test_too_few_likes_are_refused_with_their_number(library: Library, count: int) -> None:
    library.add_likes("default", some(count))
    with pytest.raises(PromptstyleError) as caught:
        Snapshot.take(library, "default")
    assert caught.value.code == "too_few_likes"
    assert f"{count} liked prompt{'' if count == 1 else 's'}" in caught.value.message
    assert "promptstyle import FILE" in caught.value.hint


def test_the_fewest_are_enough_and_leave_something_to_learn(library: Library) -> None:
    library.add_likes("default", some(FEWEST))
    taken = Snapshot.take(library, "default")
    assert taken.train
    assert taken.by_folds


def test_removed_likes_do_not_count(library: Library) -> None:
    added = library.add_likes("default", some(FEWEST)).added
    library.remove_like("default", added[0].id)
    with pytest.raises(PromptstyleError, match="3 liked prompts"):
        Snapshot.take(library, "default")


def test_likes_on_one_topic_cannot_be_tested_on(library: Library) -> None:
    same = [NewLike(text, f"Write {i}.") for i, text in enumerate(["A cat", "a cat.", "A  CAT!"])]
    library.add_likes("default", [*same, NewLike("a cat", "Write it.")])
    with pytest.raises(PromptstyleError, match="one topic") as caught:
        Snapshot.take(library, "default")
    assert "topics that it never saw" in caught.value.hint
    library.add_likes("default", [NewLike("a dog", "Write it.")])
    assert Snapshot.take(library, "default").topics == 2


def test_likes_that_are_all_held_teach_nothing(library: Library) -> None:
    library.add_likes("default", some(FEWEST, side="held"))
    with pytest.raises(PromptstyleError, match="kept for testing") as caught:
        Snapshot.take(library, "default")
    assert "to learn from" in caught.value.hint


def test_the_starter_likes_split_51_to_10(library: Library, starter: list[NewLike]) -> None:
    library.add_likes("default", starter)
    taken = Snapshot.take(library, "default")
    assert (len(taken.train), len(taken.held)) == (51, 10)
    assert not taken.by_folds
    assert {x.id for x in taken.train}.isdisjoint(x.id for x in taken.held)
    assert pairs(taken.train) == [(x.input, x.output) for x in taken.train]


@pytest.mark.parametrize(
    ("train", "held", "by_folds"),
    [
        (ENOUGH_TO_HOLD - 1, 0, True),
        (ENOUGH_TO_HOLD - 4, 3, True),
        (ENOUGH_TO_HOLD - 3, 3, False),
        (ENOUGH_TO_HOLD, 0, True),
        (FEWEST - 1, ENOUGH_TO_HOLD, True),
        (FEWEST, ENOUGH_TO_HOLD, False),
    ],
)
def test_when_cross_validation_stands_in(
    library: Library, train: int, held: int, by_folds: bool
) -> None:
    library.add_likes("default", some(train, side="train"))
    library.add_likes(
        "default", [NewLike(f"held topic {i}", f"Draw {i}.", side="held") for i in range(held)]
    )
    taken = Snapshot.take(library, "default")
    assert (len(taken.train), len(taken.held)) == (train, held)
    assert taken.by_folds is by_folds


def test_the_order_of_coming_in_does_not_matter(home: Home, library: Library) -> None:
    library.ensure_profile("other")
    library.add_likes("default", some(30, side="train", created="2026-01-01T00:00:00Z"))
    library.add_likes("other", some(30, side="train", created="2026-01-01T00:00:00Z")[::-1])
    one, two = Snapshot.take(library, "default"), Snapshot.take(library, "other")
    assert pairs(one.likes) == pairs(two.likes)
    assert one.fingerprint("base", DEFAULT, 1) == two.fingerprint("base", DEFAULT, 1)


def changed(value: Any) -> Any:
    """Another value that the same field of a recipe can have."""
    match value:
        case bool():
            return not value
        case int():
            return value + 16
        case float():
            return value + 0.01
        case str():
            return f"{value}x"
        case Parts():
            return replace(value, lead=not value.lead)
    return (*value, value[0])


@pytest.mark.parametrize("name", [field.name for field in fields(DEFAULT)])
def test_every_setting_of_the_recipe_makes_other_work(library: Library, name: str) -> None:
    library.add_likes("default", some(FEWEST))
    taken = Snapshot.take(library, "default")
    other = replace(DEFAULT, **{name: changed(getattr(DEFAULT, name))})
    assert taken.fingerprint("b", DEFAULT, 1) != taken.fingerprint("b", other, 1)


def test_every_other_ingredient_makes_other_work(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add_likes("default", some(8))
    taken = Snapshot.take(library, "default")
    seen = [
        taken.fingerprint("b", DEFAULT, 1),
        taken.fingerprint("c", DEFAULT, 1),
        taken.fingerprint("b", REFERENCE, 1),
        taken.fingerprint("b", DEFAULT, 2),
    ]
    likes = taken.likes
    for like in (
        replace(likes[0], input="another topic"),
        replace(likes[0], output="Another prompt."),
        replace(likes[0], side="held" if likes[0].side == "train" else "train"),
    ):
        seen.append(Snapshot([like, *likes[1:]]).fingerprint("b", DEFAULT, 1))
    seen.append(Snapshot(likes[1:]).fingerprint("b", DEFAULT, 1))
    monkeypatch.setattr(snapshot_module, "TEMPLATE_VERSION", "instruction-3")
    seen.append(taken.fingerprint("b", DEFAULT, 1))
    assert len(set(seen)) == len(seen)


def test_what_a_model_cannot_learn_from_makes_no_difference(library: Library) -> None:
    library.add_likes("default", some(8))
    taken = Snapshot.take(library, "default")
    tagged = [replace(like, tags=("a",), source="elsewhere") for like in taken.likes]
    assert Snapshot(tagged).fingerprint("b", DEFAULT, 1) == taken.fingerprint("b", DEFAULT, 1)
