"""Finding likes by words, with the index, without it, and with any text as the query."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptstyle.core.library import Library, NewLike, search

LIKES = [
    NewLike("Podcast episode", "Sum it up in 3 sentences.", ("audio",)),
    NewLike("Café menu", "List every e-mail address.", ("work", "très long")),
    NewLike("C++ header", "Explain it. Show only the code.", ("code",)),
    NewLike("ポッドキャストを要約する", "Sum up: 日本語で。", ()),
    NewLike("A straße in Köln", 'Say "NEAR" and OR* (twice).', ()),
]


@pytest.fixture(params=["indexed", "plain"])
def library(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Library]:
    with Library(tmp_path / "p.db") as library:
        library.add_likes("default", LIKES)
        library.add_likes("other", LIKES)
        if request.param == "plain":
            with library._db.writing() as connection:
                for trigger in search._TRIGGERS:
                    connection.execute(f"DROP TRIGGER {trigger}")
        yield library


def found(library: Library, query: str) -> list[int]:
    inputs = [like.input for like in LIKES]
    return [inputs.index(like.input) for like in library.likes("default", query)]


@pytest.mark.parametrize(
    ("query", "which"),
    [
        ("podcast", [0]),
        ("PODCAST", [0]),
        ("sum", [0, 3]),
        ("sentences episode", [0]),
        ("podc sent 3", [0]),
        ("audio", [0]),
        ("cafe", [1]),
        ("CAFÉ MENU", [1]),
        ("e-mail", [1]),
        ("tres long", [1]),
        ("c++", [2]),
        ("要約", [3]),
        ("strasse", [4]),
        ("STRASSE koln", [4]),
        ('"near"', [4]),
        ("or* (twice)", [4]),
        ("podcast menu", []),
        ("zebra", []),
        ("", [0, 1, 2, 3, 4]),
        (" \t\x00 ", [0, 1, 2, 3, 4]),
    ],
)
def test_words_find_likes(library: Library, query: str, which: list[int]) -> None:
    assert found(library, query) == which


def test_the_index_follows_edits_and_removals(library: Library) -> None:
    first = library.likes("default")[0]
    library.edit_like("default", first.id, output="Count the zebras.", tags=[])
    assert found(library, "zebra") == [0]
    assert found(library, "sentences") == []
    assert found(library, "audio") == []
    library.remove_like("default", first.id)
    assert library.likes("default", "zebra") == []
    assert len(library.likes("default", "zebra", removed=True)) == 1
    library.restore_like("default", first.id)
    assert found(library, "zebra") == [0]
    if search._is_built(library._db._connection):
        # FTS5's own check that the index holds what the table does.
        with library._db.writing() as connection:
            connection.execute(
                "INSERT INTO likes_search (likes_search, rank) VALUES ('integrity-check', 1)"
            )


def test_an_index_that_is_missing_is_built_at_the_next_start(tmp_path: Path) -> None:
    with Library(tmp_path / "p.db") as library:
        library.add_likes("default", LIKES)
        with library._db.writing() as connection:
            connection.execute("DROP TRIGGER likes_search_added")
        library.add_likes("default", [NewLike("Zebra", "Count it.")])
    with Library(tmp_path / "p.db") as library:
        assert search._is_built(library._db._connection)
        assert [like.input for like in library.likes("default", "zebra")] == ["Zebra"]


def test_without_fts5_the_index_is_let_go_and_all_still_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Library(tmp_path / "p.db") as library:
        library.add_likes("default", LIKES)
    monkeypatch.setattr(search, "_has_fts5", lambda connection: False)
    with Library(tmp_path / "p.db") as library:
        library.add_likes("default", [NewLike("Zebra", "Count it.")])
        assert [like.input for like in library.likes("default", "ZEB")] == ["Zebra"]
    with Library(tmp_path / "fresh.db") as library:
        library.add_likes("default", LIKES)
        assert found(library, "podcast") == [0]
    monkeypatch.undo()
    with Library(tmp_path / "p.db") as library:
        assert search._is_built(library._db._connection)
        assert [like.input for like in library.likes("default", "zeb")] == ["Zebra"]


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    with Library(tmp_path_factory.mktemp("search") / "p.db") as library:
        library.add_likes("default", LIKES)
        with library._db.reading() as connection:
            yield connection


ODD = st.text(
    st.characters() | st.sampled_from("\"'*()^:-+{}[] \0\ud800%_\\NEAROD要é"), max_size=40
)


@settings(max_examples=300, deadline=None)
@given(ODD)
def test_no_query_trips_sqlite_and_none_finds_too_much(
    connection: sqlite3.Connection, query: str
) -> None:
    condition, parameters = search.condition(connection, "default", query)
    rows = connection.execute(f"SELECT folded FROM likes WHERE {condition}", parameters)
    words = search._words(query)
    for (text,) in rows.fetchall():
        assert all(word in text for word in words)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_every_word_and_beginning_of_a_word_of_a_like_finds_it(
    connection: sqlite3.Connection, data: st.DataObject
) -> None:
    like = data.draw(st.sampled_from(LIKES))
    words = data.draw(
        st.lists(st.sampled_from(f"{like.input} {like.output}".split()), min_size=1, max_size=40)
    )
    cut = [word[: data.draw(st.integers(1, len(word)))] for word in words]
    condition, parameters = search.condition(connection, "default", " ".join(cut))
    rows = connection.execute(f"SELECT input FROM likes WHERE {condition}", parameters).fetchall()
    assert (like.input,) in rows
