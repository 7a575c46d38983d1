"""Sentences of others in what the embedded base writes: the real model, likes and collection."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from promptstyle.core import settings
from promptstyle.core.collection_store import collection_for
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.generation.client import Done, Engine
from promptstyle.core.generation.improving import borrows
from promptstyle.core.generation.picker import Picker
from promptstyle.core.generation.picking import Picked
from promptstyle.core.generation.revision import Revision
from promptstyle.core.library import Library, NewLike
from promptstyle.core.modes import MODES
from promptstyle.core.paths import Home
from promptstyle.core.style.general import General, general_sentences, manner_sentences
from promptstyle.core.style.manner import Manner
from promptstyle.core.style.reframing import ordered
from promptstyle.core.style.slots import slots
from promptstyle.core.style.swapping import swapped
from promptstyle.core.training.recipes import SMALL_BASE
from promptstyle.core.training.template import Segment
from promptstyle.core.writing import Writer
from promptstyle.core.written import Interrupted, Written
from promptstyle.tui.origins import PLANNED, origin

TOPIC = "Make a prompt that plans a weekly menu for a family."


def fitting() -> tuple[General, ...]:
    """What fits any topic."""
    return (*general_sentences(), *manner_sentences())


@pytest.fixture(scope="module")
def likes(starter_likes: Path) -> list[NewLike]:
    rows = [json.loads(line) for line in starter_likes.read_text("utf-8").splitlines()]
    return [NewLike(row["input"], row["output"]) for row in rows]


@pytest.fixture(scope="module")
def liked(
    tmp_path_factory: pytest.TempPathFactory, likes: list[NewLike]
) -> Iterator[tuple[Home, Library, Writer]]:
    """The starter likes on the embedded base, and no run."""
    home = Home.under(tmp_path_factory.mktemp("liked")).ensure()
    with (
        Library(home.database) as library,
        Writer(home, library, "default", log=home.logs / "engine.log") as writer,
    ):
        library.ensure_profile("default")
        library.add_likes("default", likes)
        yield home, library, writer


@pytest.fixture(scope="module")
def written(liked: tuple[Home, Library, Writer]) -> Written:
    _, _, writer = liked
    return writer.write(TOPIC, seed=3, n=2)


def test_what_is_given_says_which_sentences_others_wrote(
    liked: tuple[Home, Library, Writer], written: Written, likes: list[NewLike]
) -> None:
    home, library, _ = liked
    manner = Manner([(like.input, like.output) for like in likes])
    collection = collection_for(home)
    assert collection is not None
    every = {
        manner.adapted(slot.text.replace("**", "").strip())
        for near in collection.near(TOPIC, 300)
        for slot in slots(near.prompt, fragments=near.prompt.count("; ") >= 2)
    }
    every |= {manner.adapted(each.text) for each in fitting()}
    # What others order may be put as this person puts orders.
    orders = {ordered(each) for each in every} - {""}
    assert written.borrowed
    for candidate in written.candidates:
        found = written.borrowed.get(candidate.id, ())
        assert candidate.settings["borrowed"] == list(found)
        assert all(sentence in candidate.text for sentence in found)
        assert all(each in every or ordered(each) in orders for each in found)
        # What the model said itself was not said by others, and stands there too.
        assert candidate.tokens > 0 and candidate.settings["scores"]["likelihood"] < 0
        assert library.candidate(candidate.id).text == candidate.text
    rows = written.document()["candidates"]
    assert [row["borrowed"] for row in rows] == [
        list(written.borrowed.get(candidate.id, ())) for candidate in written.candidates
    ]


def test_the_same_seed_borrows_the_same(
    liked: tuple[Home, Library, Writer], written: Written
) -> None:
    _, _, writer = liked
    # Another topic in between leaves nothing behind.
    writer.write("packing list for a week at sea", seed=1)
    again = writer.write(TOPIC, seed=3, n=2)
    assert [each.text for each in again.candidates] == [each.text for each in written.candidates]


def test_without_borrowing_the_model_speaks_alone(
    liked: tuple[Home, Library, Writer], written: Written
) -> None:
    home, _, writer = liked
    settings.change(home, borrow=False)
    try:
        alone = writer.write(TOPIC, seed=3, n=2)
    finally:
        settings.change(home, borrow=True)
    assert alone.borrowed == {}
    assert all(candidate.settings["borrowed"] == [] for candidate in alone.candidates)
    assert {each.text for each in alone.candidates} != {each.text for each in written.candidates}
    # In the same order: what was picked is what was improved.
    assert [each.seed for each in alone.candidates] == [each.seed for each in written.candidates]


def test_where_nothing_is_picked_nothing_is_borrowed(liked: tuple[Home, Library, Writer]) -> None:
    _, _, writer = liked
    assert writer.write(TOPIC, seed=3, pool=1).borrowed == {}
    assert writer.write(TOPIC, greedy=True).borrowed == {}
    assert writer.write(TOPIC, mode="base", seed=3).borrowed == {}


def test_who_borrows() -> None:
    assert borrows(MODES["both"], 6, 7_000_000) and borrows(MODES["context"], 2, 7_000_000)
    assert not borrows(MODES["base"], 6, 7_000_000)
    assert not borrows(MODES["both"], 1, 7_000_000)
    # A large base makes sense by itself; of an unknown one it is not known.
    assert not borrows(MODES["both"], 6, SMALL_BASE) and not borrows(MODES["both"], 6, 0)


def test_on_a_topic_that_nobody_wrote_on_what_fits_any_topic_helps(
    liked: tuple[Home, Library, Writer], likes: list[NewLike]
) -> None:
    home, _, writer = liked
    collection = collection_for(home)
    assert collection is not None and collection.near("zyxomorphic qwblets", 9) == []
    written = writer.write("zyxomorphic qwblets", seed=3)
    manner = Manner([(like.input, like.output) for like in likes])
    general = {manner.adapted(each.text) for each in fitting()}
    (sentences,) = written.borrowed.values()
    assert sentences and general.issuperset(sentences)
    assert "zyxomorphic qwblets" in written.candidates[0].text


def test_a_topic_in_other_letters_is_not_pushed_aside(
    liked: tuple[Home, Library, Writer],
) -> None:
    _, _, writer = liked
    for topic in ("\u5199\u4e00\u9996\u8bd7", "Make a prompt for \u5199\u4e00\u9996\u8bd7"):
        assert writer.write(topic, seed=1).borrowed == {}


def test_a_like_with_the_topic_swapped_in_is_made_better_too(
    liked: tuple[Home, Library, Writer], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, writer = liked

    def only_swapped(
        self: Picker, done: Sequence[Done], topic: str, notes: Iterable[str] = ()
    ) -> list[Picked]:
        return sorted(real(self, done, topic, notes), key=lambda each: not each.done.swapped)

    real = Picker.pick
    monkeypatch.setattr(Picker, "pick", only_swapped)
    written = writer.write(TOPIC, seed=3)
    (candidate,) = written.candidates
    assert candidate.settings["swapped"] and candidate.id in written.copied
    assert candidate.settings["borrowed"] == list(written.borrowed.get(candidate.id, ()))
    (like,) = written.copied.values()
    assert candidate.text != swapped(TOPIC, (like.input, like.output))
    assert candidate.tokens > 0 and candidate.finish == "stop"
    assert origin(candidate) == PLANNED


def test_what_would_be_the_same_again_is_said_in_other_sentences(
    liked: tuple[Home, Library, Writer], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, writer = liked

    def the_best_twice(
        self: Picker, done: Sequence[Done], topic: str, notes: Iterable[str] = ()
    ) -> list[Picked]:
        found = real(self, done, topic, notes)
        if picked:
            return found
        picked.append(found[0])
        return [found[0], replace(found[0], done=replace(found[0].done))]

    real = Picker.pick
    picked: list[Picked] = []
    monkeypatch.setattr(Picker, "pick", the_best_twice)
    written = writer.write(TOPIC, seed=3, n=2)
    first, second = written.candidates
    assert first.settings["borrowed"] and second.settings["borrowed"]
    assert not any(sentence in second.text for sentence in first.settings["borrowed"])
    # What asks for it is the same.
    assert first.text.split(". ")[0] == second.text.split(". ")[0]


def test_a_few_likes_say_no_manner(home: Home, likes: list[NewLike]) -> None:
    with (
        Library(home.database) as library,
        Writer(home, library, "default", log=home.logs / "engine.log") as writer,
    ):
        library.ensure_profile("default")
        library.add_likes("default", likes[:5])
        assert writer.write(TOPIC, seed=3).borrowed == {}


@pytest.mark.parametrize("stop", [KeyboardInterrupt, "cancel"])
def test_stopped_while_borrowing_what_was_written_is_kept(
    liked: tuple[Home, Library, Writer], monkeypatch: pytest.MonkeyPatch, stop: object
) -> None:
    _, library, writer = liked
    real = Engine.following

    def stopped(
        self: Engine, segments: Sequence[Segment], said: str, options: Sequence[str]
    ) -> list[float]:
        if stop == "cancel":
            writer.cancel()
        else:
            signal.raise_signal(signal.SIGINT)
        return real(self, segments, said, options)

    monkeypatch.setattr(Engine, "following", stopped)
    with pytest.raises(Interrupted) as caught:
        writer.write(TOPIC, seed=3, n=2)
    kept = caught.value.written
    assert len(kept.candidates) == 2 and kept.borrowed == {}
    assert all(each.finish == "stop" for each in kept.candidates)
    assert library.candidate(kept.candidates[0].id).text == kept.candidates[0].text
    monkeypatch.undo()
    # The engine goes on.
    assert writer.write(TOPIC, seed=3).candidates


def test_what_went_wrong_is_told_and_nothing_is_lost(
    liked: tuple[Home, Library, Writer], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, library, writer = liked

    def broken(*_: object) -> None:
        raise PromptstyleError("the engine is gone", "start again", code="crashed")

    monkeypatch.setattr(Engine, "following", broken)
    written = writer.write(TOPIC, seed=3)
    assert written.trouble == "the engine is gone" and written.borrowed == {}
    (kept,) = written.candidates
    assert library.candidate(kept.id).text == kept.text


def test_a_cache_that_cannot_be_written_is_told_before_anything_is_lost(
    home: Home, likes: list[NewLike], monkeypatch: pytest.MonkeyPatch
) -> None:
    from promptstyle.core import writing

    def full(_: Home) -> None:
        raise PromptstyleError("the disk is full", "make room", code="no_collection")

    with (
        Library(home.database) as library,
        Writer(home, library, "default", log=home.logs / "engine.log") as writer,
    ):
        library.ensure_profile("default")
        library.add_likes("default", likes)
        monkeypatch.setattr(writing, "collection_for", full)
        with pytest.raises(PromptstyleError, match="disk is full"):
            writer.write(TOPIC, seed=3)
        settings.change(home, borrow=False)
        assert writer.write(TOPIC, seed=3).candidates


def test_what_was_struck_out_does_not_come_again_on_the_topic(
    home: Home, likes: list[NewLike]
) -> None:
    with (
        Library(home.database) as library,
        Writer(home, library, "default", log=home.logs / "engine.log") as writer,
    ):
        library.add_likes("default", likes)
        first = writer.write(TOPIC, seed=3).candidates[0]
        borrowed = first.settings["borrowed"]
        revision = Revision.of(first)
        at = next(n for n in range(1, len(revision)) if revision.said(n) in borrowed)
        # The others of real text make sense, and there are some.
        assert revision.position(at)[1] > 1
        gone = revision.said(at)
        revision.drop(at)
        opinion = library.add_opinion(first.id, "like", text=revision.text())
        assert opinion.like_id is not None
        # The edit is heeded, be the like it became there or not.
        library.remove_like("default", opinion.like_id)
        again = writer.write(TOPIC, seed=3).candidates[0]
        assert gone not in again.text
        assert again.settings["borrowed"]
