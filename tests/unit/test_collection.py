"""Prompts for near topics: what is found, in which order, and the index that is made once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core import atomic, collection_store
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.paths import Home
from promptstyle.core.pretraining.handwritten import Barred, load
from promptstyle.core.settings import Settings
from promptstyle.core.style.collection import LOOKED_AT, Collection, _held_of, read
from promptstyle.core.style.meanings import Meanings
from promptstyle.core.style.topic_search import text_stems, topic_stems

ROOT = Path(__file__).parents[2]
SAID = [
    ("packing list for a hike", "Pack for a hike, under ten kilos."),
    ("list for the plumber", "What to ask a plumber before a hike in prices."),
    ("soup recipe", "A soup from leeks and potatoes, ready in half an hour."),
    ("Make a prompt that analyses a poem.", "Metre, rhyme, and what it says."),
]
SMALL = Collection.memory(SAID)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """What ships with the program, by the way that the program takes."""
    home = Home.under(tmp_path_factory.mktemp("collection-home")).ensure()
    found = collection_store.collection_for(home)
    assert found is not None
    return found


def test_near_topics_come_first(shipped: Collection) -> None:
    found = shipped.near("explain fractions to a ten-year-old", 20)
    assert len(found) == 20
    for near in found[:4]:
        assert "fractions" in near.topic and "ten" in near.topic, near.topic
    assert all("fraction" in near.topic or "ten" in near.topic for near in found)
    assert all("\n" in near.prompt or len(near.prompt.split()) >= 4 for near in found)


@pytest.mark.parametrize(
    "topic",
    ["summarize the minutes of a meeting", "plan a trip to Rome", "Make a prompt on cat names."],
)
def test_similarity_falls_and_least_holds(shipped: Collection, topic: str) -> None:
    everything = shipped.near(topic, 2 * LOOKED_AT + 1)
    assert LOOKED_AT <= len(everything) <= 2 * LOOKED_AT
    values = [near.similarity for near in everything]
    assert values == sorted(values, reverse=True)
    assert values[-1] > 0
    middle = values[40]
    assert shipped.near(topic, 1000, least=middle) == [
        near for near in everything if near.similarity >= middle
    ]
    assert shipped.near(topic, 3) == everything[:3]


def test_topics_in_other_words_are_near(shipped: Collection) -> None:
    topic = "a difficult conversation with my boss"
    found = {each.topic for each in shipped.near(topic, 60)}
    assert any("supervisor" in each or "manager" in each for each in found)
    # Without their meaning there are those that have a word of it, and no others.
    bare = Collection(shipped._connection).near(topic, 1000)
    assert all(
        topic_stems(topic) & (topic_stems(each.topic) | text_stems(each.prompt)) for each in bare
    )
    assert len(bare) < len(shipped.near(topic, 1000))


def test_the_same_topic_is_wholly_similar_however_it_asks(shipped: Collection) -> None:
    (one,) = shipped.near("Write a prompt that explains fractions.", 1)
    assert one.similarity == pytest.approx(1)


def test_what_only_the_prompt_says_counts_half() -> None:
    hike, plumber = SMALL.near("list for a hike", 2)
    assert (hike.topic, plumber.topic) == (SAID[0][0], SAID[1][0])
    bare = Collection.memory([SAID[0], (SAID[1][0], "What to ask."), *SAID[2:]])
    assert bare.near("list for a hike", 2)[1].similarity < plumber.similarity < hike.similarity


def test_british_and_american_spellings_meet() -> None:
    (found,) = SMALL.near("analyze some poems", 1)
    assert found.prompt.startswith("Metre")


@pytest.mark.parametrize(
    "topic", ["", "make a prompt", "the of and", '"', "quixotic zeppelins", "' OR near MATCH *"]
)
def test_a_topic_without_terms_or_like_no_other_finds_nothing(topic: str) -> None:
    assert SMALL.near(topic, 4) == []


def test_none_wanted_none_found() -> None:
    assert SMALL.near("soup", 0) == []
    assert Collection.memory([]).near("soup", 4) == []


@pytest.mark.parametrize(
    "topic", ['soup AND "x* NEAR(', 'soup" OR topic:"hike', "soup NOT soup", "{topic}: ^soup + *"]
)
def test_signs_and_operators_of_the_search_are_words_at_most(topic: str) -> None:
    assert SMALL.near(topic, 4)[0].topic == "soup recipe"


@given(st.text(max_size=300))
def test_any_topic_can_be_searched_for(topic: str) -> None:
    assert len(SMALL.near(topic, 3)) <= 3


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_topic_is_found_by_itself(topic: str, prompt: str) -> None:
    found = Collection.memory([(topic, prompt), *SAID]).near(topic, 5)
    assert all(near.similarity >= 0 for near in found)
    assert not found or topic in {near.topic for near in found if near.similarity > 0.999}


@given(
    st.text(alphabet="aeglnoty disz", max_size=40), st.sets(st.sampled_from("abcyz"), max_size=3)
)
def test_a_prompt_that_is_not_stemmed_has_none_of_the_terms(prompt: str, more: set[str]) -> None:
    wanted = text_stems(prompt) | more
    assert _held_of(wanted, prompt) == wanted & text_stems(prompt)


def test_the_words_of_real_prompts_start_like_their_stems() -> None:
    for _, prompt in islice(read(collection_store.prompts_file()), 300):
        for term in text_stems(prompt):
            assert _held_of(frozenset({term}), prompt) == {term}, prompt


def test_threads_share_a_collection(shipped: Collection) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: tuple(shipped.near("a soup", 3)), range(16)))
    assert len(set(found)) == 1


def test_none_of_it_is_a_prompt_of_a_test() -> None:
    """test_pretraining_handwritten.py looks at what is learnt from: here is what it leaves out."""
    files = [*(ROOT / "tests" / "authors").glob("*.jsonl"), ROOT / "assets" / "starter_likes.jsonl"]
    barred = Barred(chain.from_iterable(map(read, files)))
    assert len(barred.prompts) > 250
    written = load()
    learnt = {*chain.from_iterable((*written.authors.values(), *written.held.values()))}
    held = set(read(collection_store.prompts_file()))
    assert len(held & learnt) > 60_000
    assert [pair for pair in held - learnt if barred.holds(pair)] == []


@pytest.fixture
def prompts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "plain.jsonl"
    rows = ({"author": "w1", "input": topic, "output": prompt} for topic, prompt in SAID)
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    monkeypatch.setattr(collection_store, "prompts_file", lambda: path)
    collection_store._opened.cache_clear()
    return path


def opened(home: Home) -> Collection:
    found = collection_store.collection_for(home)
    assert found is not None
    return found


def test_the_index_is_made_once_and_again_when_the_prompts_change(
    tmp_path: Path, prompts: Path
) -> None:
    home = Home.under(tmp_path / "home").ensure()
    beside = home.cache / "ideas-1-2.db"
    beside.touch()
    first = opened(home)
    assert opened(home) is first
    (made,) = home.cache.glob("collection-*")
    before = made.stat()
    collection_store._opened.cache_clear()
    assert opened(home).near("leek soup", 1) == first.near("leek soup", 1)
    assert made.stat().st_mtime_ns == before.st_mtime_ns
    with prompts.open("a") as more:
        more.write('{"author": "w2", "input": "bread", "output": "No yeast."}\n')
    collection_store._opened.cache_clear()
    assert [near.prompt for near in opened(home).near("bread", 1)] == ["No yeast."]
    assert not made.exists()
    assert beside.exists()
    assert len(list(home.cache.iterdir())) == 2


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 100, None])
def test_a_damaged_index_is_made_anew(tmp_path: Path, prompts: Path, damage: bytes | None) -> None:
    home = Home.under(tmp_path / "home").ensure()
    path = collection_store.index_file(home.cache)
    if damage is None:
        opened(home)
        damage = path.read_bytes()[:-4096]
        collection_store._opened.cache_clear()
    path.write_bytes(damage)
    assert opened(home).near("soup", 1)[0].prompt == SAID[2][1]


def test_what_a_killed_process_left_is_not_in_the_way(tmp_path: Path, prompts: Path) -> None:
    home = Home.under(tmp_path / "home").ensure()
    path = collection_store.index_file(home.cache)
    with atomic.replacing(path) as half:
        half.touch()
    path.rename(half)
    half.write_bytes(b"half of one")
    assert opened(home).near("soup", 1) != []
    assert not half.exists()


def test_two_threads_make_it_once(
    tmp_path: Path, prompts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home.under(tmp_path / "home").ensure()
    made: list[int] = []
    fill, together = collection_store.fill, Barrier(2)

    def counted(
        connection: sqlite3.Connection, rows: Iterable[tuple[str, str]], known: Meanings
    ) -> None:
        made.append(1)
        fill(connection, rows, known)

    def both(_: int) -> str:
        together.wait()
        return opened(home).near("soup", 1)[0].prompt

    monkeypatch.setattr(collection_store, "fill", counted)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(both, range(2))) == [SAID[2][1]] * 2
    assert made == [1]


def test_a_cache_that_cannot_be_written_is_an_error_with_a_way_out(
    tmp_path: Path, prompts: Path
) -> None:
    home = Home.under(tmp_path / "home").ensure()
    home.cache.rmdir()
    home.cache.write_text("a file where the folder should be")
    with pytest.raises(PromptstyleError) as caught:
        collection_store.collection_for(home)
    assert caught.value.code == "no_collection"
    assert str(home.cache) in caught.value.message
    assert '"borrow": false' in caught.value.hint
    assert hasattr(Settings(), "borrow")


def test_without_full_text_search_there_is_none(
    tmp_path: Path, prompts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(*_: object) -> None:
        raise sqlite3.OperationalError("no such module: fts5")

    monkeypatch.setattr(collection_store, "fill", lacking)
    home = Home.under(tmp_path / "home").ensure()
    assert collection_store.collection_for(home) is None
    assert list(home.cache.iterdir()) == []
