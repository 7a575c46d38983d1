"""What others ask for: what is found, what is not, and the index that is made once."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core import idea_store, settings
from promptstyle.core.bases.base import Base
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.paths import Home
from promptstyle.core.style.composer import Composer
from promptstyle.core.style.ideas import Ideas, Said, read
from promptstyle.core.style.parts import Parts
from promptstyle.core.training.template import layout

SAID = [
    Said("ann", "packing list for a hike", "List what to pack for a hike, under ten kilos."),
    Said("ann", "soup recipe", "A soup from leeks and potatoes, ready in half an hour."),
    Said("bob", "Make a prompt that packs for a hike.", "Pack for a hike: rain, food, first aid."),
    Said("bob", "bedtime story", "Tell a story in which a small owl cannot sleep."),
    Said("cyd", "hiking list", "List what to pack for a hike, under nine kilos."),
]


WANTED = Parts(ideas=1)


def store() -> Ideas:
    return Ideas.memory(SAID)


def test_the_nearest_comes_first_and_nothing_far_off() -> None:
    found = store().find("Write a prompt for a hiking packing list", 4)
    assert found[0].startswith("List what to pack for a hike, under")
    assert "Pack for a hike: rain, food, first aid." in found
    assert not any("soup" in each or "owl" in each for each in found)


def test_of_topics_with_the_same_words_the_one_without_others_is_nearest() -> None:
    said = [
        Said("", "name a lost cat in our street", "Where, when, a photo, the cat's name."),
        Said("", "name our new cat", "Two syllables at most."),
        Said("", "a poem about the sea", "The colours of it."),
    ]
    assert Ideas.memory(said).find("names for a cat", 1) == ["Two syllables at most."]


def test_what_is_nearly_said_already_is_left_out() -> None:
    found = store().find("packing list for a hike", 4)
    assert sum("List what to pack" in each for each in found) == 1


def test_an_author_is_not_told_their_own() -> None:
    assert all("ten kilos" not in each for each in store().find("pack a hike", 4, exclude="ann"))


def test_one_that_shares_too_little_of_the_topic_is_none() -> None:
    assert store().find("soup for pilots, divers, welders, tailors", 4) == []
    assert store().find("a soup", 4) != []


@pytest.mark.parametrize("topic", ["", "make a prompt", "the of and", '"', "' OR near MATCH *"])
def test_a_topic_without_terms_or_with_signs_finds_nothing_and_breaks_nothing(topic: str) -> None:
    assert store().find(topic, 4) == []


@given(st.text(max_size=300))
def test_any_topic_can_be_searched_for(topic: str) -> None:
    assert len(store().find(topic, 3)) <= 3


def test_a_long_text_as_a_topic_is_searched_by_its_beginning() -> None:
    text = "hike pack " + " ".join(f"word{number}" for number in range(5000))
    assert store().find(text, 2) == []
    assert store().find("hike pack list " * 3000, 2) != []


def test_threads_share_a_store() -> None:
    ideas = store()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: tuple(ideas.find("packing for a hike", 3)), range(64)))
    assert len(set(found)) == 1


def test_the_best_idea_stands_next_to_the_query() -> None:
    liked = [("a walk", "Describe a walk."), ("a song", "Describe a song.")]
    composer = Composer.of(liked, Parts(shown=1, ideas=2), ideas=store())
    style = composer.style("packing list for a hike")
    best, second = store().find("packing list for a hike", 2)
    assert style.ideas == (second, best)
    texts = [segment.text for segment in layout("packing list", style=style)]
    assert texts[-2] == f"### Ideas:\n- {second}\n- {best}\n\n"
    assert texts[-1].startswith("### Instruction:\npacking list")


def test_without_a_store_or_a_wish_there_are_none() -> None:
    liked = [("a hike", "Describe a hike.")]
    assert Composer.of(liked, Parts(ideas=2)).style("a hike").ideas == ()
    assert Composer.of(liked, Parts(), ideas=store()).style("a hike").ideas == ()


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "notes.jsonl"
    path.write_text('{"topic": "soup", "note": "from leeks; no cream"}\n')
    monkeypatch.setattr(idea_store, "notes_file", lambda: path)
    idea_store._opened.cache_clear()
    return path


def test_the_index_is_made_once_and_again_when_the_prompts_change(
    tmp_path: Path, notes: Path
) -> None:
    home = Home.under(tmp_path / "home").ensure()
    first = idea_store.ideas_for(home, WANTED)
    assert first is not None
    assert first.find("leek soup", 1) == ["from leeks; no cream"]
    assert idea_store.ideas_for(home, WANTED) is first
    (made,) = home.cache.glob("ideas-*")
    with notes.open("a") as more:
        more.write('{"topic": "bread", "note": "no yeast; one hour"}\n')
    idea_store._opened.cache_clear()
    again = idea_store.ideas_for(home, WANTED)
    assert again is not None
    assert again.find("bread", 1) == ["no yeast; one hour"]
    assert not made.exists()
    assert len(list(home.cache.glob("ideas-*"))) == 1


def test_who_wants_no_ideas_gets_none_and_no_index(tmp_path: Path, notes: Path) -> None:
    home = Home.under(tmp_path / "home").ensure()
    settings.change(home, ideas=False)
    assert idea_store.ideas_for(home, WANTED) is None
    assert list(home.cache.iterdir()) == []


def test_a_base_that_wants_none_gets_none_and_no_index(tmp_path: Path, notes: Path) -> None:
    home = Home.under(tmp_path / "home").ensure()
    assert idea_store.ideas_for(home, Parts()) is None
    assert idea_store.ideas_for(home, None) is None
    assert list(home.cache.iterdir()) == []


def test_a_damaged_index_is_made_anew(tmp_path: Path, notes: Path) -> None:
    home = Home.under(tmp_path / "home").ensure()
    idea_store.index_file(home.cache).write_bytes(b"no database at all" * 100)
    found = idea_store.ideas_for(home, WANTED)
    assert found is not None
    assert found.find("leek soup", 1) == ["from leeks; no cream"]


def test_a_cache_that_cannot_be_written_is_an_error_with_a_way_out(
    tmp_path: Path, notes: Path
) -> None:
    home = Home.under(tmp_path / "home").ensure()
    home.cache.rmdir()
    home.cache.write_text("a file where the folder should be")
    with pytest.raises(PromptstyleError) as caught:
        idea_store.ideas_for(home, WANTED)
    assert '"ideas": false' in caught.value.hint


@pytest.mark.parametrize(
    ("config", "ideas"),
    [
        ({"promptstyle": {"ideas": 2}}, 2),
        ({"promptstyle": {"ideas": 2, "shown": 10**9}}, 2),
        ({"promptstyle": {"ideas": 10**9}}, 0),
        ({"promptstyle": {"ideas": -1}}, 0),
        ({"promptstyle": {"ideas": True}}, 0),
        ({"promptstyle": ["ideas"]}, 0),
        ({}, 0),
        ([], 0),
    ],
)
def test_a_base_says_how_many_it_wants(tmp_path: Path, config: object, ideas: int) -> None:
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert Base("some", "added", tmp_path).parts == Parts(ideas=ideas)


def test_without_full_text_search_there_are_none(
    tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(*_: object) -> None:
        raise sqlite3.OperationalError("no such module: fts5")

    monkeypatch.setattr(idea_store, "fill", lacking)
    home = Home.under(tmp_path / "home").ensure()
    assert idea_store.ideas_for(home, WANTED) is None
    assert list(home.cache.iterdir()) == []


def test_what_ships_answers_everyday_topics() -> None:
    ideas = Ideas.memory(read(idea_store.notes_file()))
    for topic in ("summarize the minutes of a meeting", "explain a poem", "plan a trip to Rome"):
        found = ideas.find(topic, 2)
        assert len(found) == 2, topic
        assert all(line.count(";") >= 3 for line in found)
