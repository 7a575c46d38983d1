"""Sides of the split: the right share, decided once, one side a topic."""

from __future__ import annotations

import hashlib
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import Library, NewLike, Side
from promptstyle.core.library.split import decide, held_target
from promptstyle.core.library.text import topic_key


def likes(numbers: list[int] | range) -> list[NewLike]:
    return [NewLike(f"topic {n}", f"prompt {n}") for n in numbers]


@given(st.integers(0, 10**6))
def test_the_target_is_ten_of_sixty_one_to_the_nearest(n: int) -> None:
    assert abs(held_target(n) - n * 10 / 61) < 0.5
    assert held_target(n) == round(n * 10 / 61)


@given(st.integers(0, 300), st.randoms(use_true_random=False))
def test_a_batch_of_different_topics_meets_the_target_in_any_order(
    n: int, order: random.Random
) -> None:
    batch = [(f"{i:08x}", f"topic {i}") for i in range(n)]
    sides = decide(batch, {}, present=0, held=0)
    assert sum(side == "held" for side in sides.values()) == round(n * 10 / 61)
    order.shuffle(batch)
    assert decide(batch, {}, present=0, held=0) == sides


def test_the_first_ones_by_the_hash_of_the_id_are_held_out() -> None:
    ids = [f"{n:08x}" for n in range(61)]
    sides = decide([(like_id, f"topic {like_id}") for like_id in ids], {}, present=0, held=0)
    first = sorted(ids, key=lambda like_id: hashlib.sha256(like_id.encode()).hexdigest())[:10]
    assert {topic for topic, side in sides.items() if side == "held"} == {
        f"topic {like_id}" for like_id in first
    }


@given(
    st.lists(
        st.tuples(st.uuids().map(lambda u: u.hex), st.sampled_from("abcdefghij")), max_size=60
    ),
    st.dictionaries(st.sampled_from("abcdefghij"), st.sampled_from(["train", "held"])),
    st.integers(0, 50),
)
def test_known_topics_keep_their_side_and_new_ones_never_overshoot(
    batch: list[tuple[str, str]], known: dict[str, Side], present: int
) -> None:
    held = held_target(present)
    sides = decide(batch, known, present=present, held=held)
    assert set(sides) == {topic for _, topic in batch}
    assert all(sides[topic] == known[topic] for topic in sides if topic in known)
    forced = held + sum(known.get(topic) == "held" for _, topic in batch)
    total = held + sum(sides[topic] == "held" for _, topic in batch)
    assert total <= max(forced, held_target(present + len(batch)))


def test_sixty_one_at_once_are_fifty_one_and_ten(tmp_path: Path) -> None:
    with Library(tmp_path / "p.db") as library:
        library.add_likes("default", likes(range(61)))
        assert len(library.likes("default", side="held")) == 10
        assert len(library.likes("default", side="train")) == 51


def test_every_batch_keeps_the_share(tmp_path: Path) -> None:
    with Library(tmp_path / "p.db") as library:
        total = 0
        for size in (1, 1, 1, 1, 17, 40, 3, 100):
            library.add_likes("default", likes(range(total, total + size)))
            total += size
            assert library.profile("default").held == round(total * 10 / 61)


def test_removed_likes_do_not_count_in_the_share(tmp_path: Path) -> None:
    with Library(tmp_path / "p.db") as library:
        library.add_likes("default", likes(range(61)))
        for like in library.likes("default", side="held"):
            library.remove_like("default", like.id)
        library.add_likes("default", likes(range(61, 122)))
        profile = library.profile("default")
        assert (profile.likes, profile.held) == (112, round(112 * 10 / 61))


def test_the_split_does_not_hang_on_the_order_of_the_file(tmp_path: Path) -> None:
    sides = []
    for name, numbers in (("a", range(61)), ("b", range(60, -1, -1))):
        with Library(tmp_path / f"{name}.db") as library:
            library.add_likes("default", likes(numbers))
            sides.append({like.id: like.side for like in library.likes("default")})
    assert sides[0] == sides[1]


def test_an_export_brings_its_sides_along_but_cannot_move_a_topic(tmp_path: Path) -> None:
    with Library(tmp_path / "p.db") as library:
        library.add_likes("default", [NewLike("old", "x")])
        assert library.likes("default")[0].side == "train"
        added = library.add_likes(
            "default",
            [
                NewLike("Old.", "y", side="held"),
                NewLike("new", "z", side="held"),
                NewLike("q", "q"),
            ],
        ).added
    assert [like.side for like in added] == ["train", "held", "train"]


def test_an_edit_cannot_take_a_topic_to_the_other_side(tmp_path: Path) -> None:
    with Library(tmp_path / "p.db") as library:
        added = library.add_likes("default", likes(range(61))).added
        train = next(like for like in added if like.side == "train")
        held = next(like for like in added if like.side == "held")
        with pytest.raises(PromptstyleError) as refused:
            library.edit_like("default", train.id, input=held.input.upper())
        assert refused.value.code == "other_side"
        assert library.like("default", train.id) == train
        assert library.like_history("default", train.id) == []
        # The other way round, and a topic that was an edited like's earlier one.
        library.edit_like("default", train.id, input="something else")
        with pytest.raises(PromptstyleError):
            library.edit_like("default", held.id, input=train.input)
        again = library.add_likes("default", [NewLike(train.input, "another prompt")]).added[0]
        assert again.side == "train"


class Sides(RuleBasedStateMachine):
    """Whatever the user does, a topic stays on the side where it was first."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.library = Library(Path(self.folder.name) / "p.db")
        self.library.ensure_profile("p")
        self.first: dict[str, Side] = {}

    def teardown(self) -> None:
        if hasattr(self, "library"):
            self.library.close()
            self.folder.cleanup()

    @rule(numbers=st.lists(st.integers(0, 40), max_size=25), variant=st.integers(0, 2))
    def add(self, numbers: list[int], variant: int) -> None:
        case = str.upper if variant == 2 else str
        pairs = [NewLike(case(f"topic {n}"), f"prompt {variant}") for n in numbers]
        result = self.library.add_likes("p", pairs)
        assert len(result.added) + result.duplicates == len(pairs)

    @rule(which=st.integers(0, 1000), number=st.integers(0, 60))
    def edit(self, which: int, number: int) -> None:
        present = self.library.likes("p")
        if present:
            like = present[which % len(present)]
            try:
                edited = self.library.edit_like("p", like.id, input=f"topic {number}")
            except PromptstyleError as error:
                assert error.code in ("other_side", "duplicate")
            else:
                assert (edited.id, edited.side) == (like.id, like.side)

    @rule(which=st.integers(0, 1000))
    def remove(self, which: int) -> None:
        present = self.library.likes("p")
        if present:
            self.library.remove_like("p", present[which % len(present)].id)

    @rule(which=st.integers(0, 1000))
    def restore(self, which: int) -> None:
        removed = self.library.likes("p", removed=True)
        if removed:
            self.library.restore_like("p", removed[which % len(removed)].id)

    @invariant()
    def no_topic_has_changed_sides(self) -> None:
        for like in self.library.likes("p") + self.library.likes("p", removed=True):
            for text in [like.input, *(v.input for v in self.library.like_history("p", like.id))]:
                assert self.first.setdefault(topic_key(text), like.side) == like.side


Sides.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestSides = Sides.TestCase
