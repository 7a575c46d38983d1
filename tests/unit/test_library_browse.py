"""The likes as a table: every order, every filter, pages, and a search that is abandoned."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptstyle.core.errors import Cancelled, PromptstyleError
from promptstyle.core.library import Library, Like, NewLike, search
from promptstyle.core.library.browse import Sort, _rows, split_tags, tag_term
from promptstyle.core.library.text import folded

LIKES = [
    NewLike("Podcast episode", "Sum it up in 3 sentences.", ("audio", "work"), "add", "2026-03"),
    NewLike("Café menu", "List every e-mail address.", ("très long",), "import:a", "2026-01"),
    NewLike("C++ header", "Explain it. Show only the code.", (), "add", "2026-02"),
    NewLike("ポッドキャスト", "Sum up: 日本語で。", ("Work", 'a"work'), "import:b", "2026-02"),
    NewLike("a straße", 'Say "NEAR" and OR* (twice).', ("work",), "add", "2025-12"),
    NewLike("B", "Each e is one e-mail.", ("workshop",), "add", "2026-04"),
]
SORTS: tuple[Sort, ...] = get_args(Sort)
ORDER: dict[Sort, Callable[[Like], object]] = {
    "created": lambda like: like.created,
    "topic": lambda like: folded(like.input)[:60],
    "length": lambda like: len(like.output),
    "tags": lambda like: (not like.tags, like.tags),
    "side": lambda like: like.side,
    "source": lambda like: like.source,
}


def fill(path: Path) -> Library:
    library = Library(path)
    library.add_likes("default", LIKES)
    library.add_likes("other", LIKES)
    return library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with fill(tmp_path / "p.db") as library:
        yield library


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library that no test changes."""
    with fill(tmp_path_factory.mktemp("browse") / "p.db") as library:
        yield library


def topics(library: Library, query: str, sort: Sort = "created", **options: bool) -> list[str]:
    keys = library.like_keys("default", query, sort, **options)
    return [like.input for like in library.likes_by_keys("default", keys)]


@pytest.mark.parametrize("sort", SORTS)
def test_every_order_is_that_of_the_values(still: Library, sort: Sort) -> None:
    likes = still.likes_by_keys("default", still.like_keys("default", sort=sort))
    # Python's sort keeps equals in their order: the one that the likes came in.
    assert likes == sorted(still.likes("default"), key=ORDER[sort])  # type: ignore[arg-type]
    backwards = still.like_keys("default", sort=sort, descending=True)
    assert still.likes_by_keys("default", backwards) == likes[::-1]


@pytest.mark.parametrize("column", ["created", "tags", "side", "source"])
def test_an_order_is_read_from_the_narrow_index(still: Library, column: str) -> None:
    with still._db.reading() as connection:
        plan = connection.execute(
            f"EXPLAIN QUERY PLAN SELECT key {_rows(removed=False)} ORDER BY {column}", ("default",)
        ).fetchall()
    assert "COVERING INDEX likes_browsed" in plan[0][-1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("#work", ["a straße", "ポッドキャスト", "Podcast episode"]),
        ("tag:WORK", ["a straße", "ポッドキャスト", "Podcast episode"]),
        ("#work sum", ["ポッドキャスト", "Podcast episode"]),
        ("sum #audio #work", ["Podcast episode"]),
        ("#workshop", ["B"]),
        ("#works", []),
        ('#"Tres Long"', ["Café menu"]),
        ('tag:"très long" menu', ["Café menu"]),
        ('#a"work', ["ポッドキャスト"]),
        ("c++", ["C++ header"]),
        ("e-mail", ["Café menu", "B"]),
        ("#", []),
        ("tag:", []),
    ],
)
def test_tags_and_words_filter(still: Library, query: str, found: list[str]) -> None:
    assert topics(still, query) == found


def test_a_tag_that_is_still_being_quoted_is_one() -> None:
    assert split_tags('sum #"two wor') == ("sum  ", ["two wor"])
    assert split_tags("c# a#b mytag:x") == ("c# a#b mytag:x", [])


@pytest.mark.parametrize("tag", ["work", "très long", 'a"work', "#1", "a:b", "Work", "c++"])
def test_a_tags_term_finds_the_tag_and_no_other(still: Library, tag: str) -> None:
    assert split_tags(f"sum {tag_term(tag)} up") == ("sum   up", [tag])


QUERIES = st.lists(
    st.sampled_from(
        [word for like in LIKES for word in f"{like.input} {like.output}".split()]
        + ["e-", "e", "s", "ß1", "κό", "C+", ".", "3.", "c+", "zebra", "本", "é", "\0", "ß"]
    ),
    max_size=4,
).map(" ".join) | st.text(max_size=12).filter(lambda text: split_tags(text)[1] == [])


@settings(max_examples=300)
@given(QUERIES, st.sampled_from([1, 10**6]), st.sampled_from([1, 10**6]))
def test_the_quick_ways_find_what_the_plain_condition_finds(
    still: Library, query: str, share: int, many: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_SHARE", share)
        patch.setattr(search, "_MANY", many)
        keys = still.like_keys("default", query)
    found = still.likes_by_keys("default", sorted(keys))
    assert found == still.likes("default", query)


def test_the_index_takes_folded_letters_and_digits_as_they_are() -> None:
    """So what it finds for a word of them need not be looked at again."""
    folds = ((code, folded(chr(code))) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    texts = {code: text for code, text in folds if any(c.isalnum() for c in text)}
    assert len(texts) > 100_000
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE found USING fts5(text)")
    connection.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(found, 'instance')")
    connection.executemany("INSERT INTO found (rowid, text) VALUES (?, ?)", texts.items())
    terms: dict[int, list[str]] = {code: [] for code in texts}
    for term, code in connection.execute("SELECT term, doc FROM terms"):
        terms[code].append(term)
        assert term in texts[code]
    # And it cuts no word where we see none.
    assert {code: terms[code] for code, text in texts.items() if search._is_sure(text)} == {
        code: [text] for code, text in texts.items() if search._is_sure(text)
    }


def test_a_page_keeps_the_order_and_leaves_out_what_is_not_there(library: Library) -> None:
    keys = list(library.like_keys("default"))
    mixed = library.likes_by_keys("default", [keys[3], keys[0], 10**9, keys[5]])
    assert [like.input for like in mixed] == ["ポッドキャスト", "a straße", "B"]
    assert library.likes_by_keys("other", keys) == []
    assert (
        library.likes_by_keys("default", keys * 400) == library.likes_by_keys("default", keys) * 400
    )


def test_tags_are_counted(library: Library) -> None:
    assert library.tags("default") == [
        ("work", 2),
        ('a"work', 1),
        ("audio", 1),
        ("très long", 1),
        ("Work", 1),
        ("workshop", 1),
    ]
    library.remove_like("default", library.likes("default", "straße")[0].id)
    assert ("work", 1) in library.tags("default")


def test_removed_likes_have_a_list_of_their_own(library: Library) -> None:
    like = library.likes("default", "menu")[0]
    assert topics(library, "") == [
        *("a straße", "Café menu", "C++ header", "ポッドキャスト", "Podcast episode", "B")
    ]
    library.remove_like("default", like.id)
    assert "Café menu" not in topics(library, "")
    assert topics(library, "", removed=True) == ["Café menu"]
    assert topics(library, '#"tres long"', removed=True) == ["Café menu"]
    assert topics(library, "sum", removed=True) == []


def test_many_are_removed_and_brought_back_in_one_step(library: Library) -> None:
    keys = list(library.like_keys("default"))
    sides = {like.id: like.side for like in library.likes("default")}
    others = list(library.like_keys("other"))
    some = [keys[4], keys[1], keys[4]]
    assert library.set_removed("default", [*some, others[0], 10**9], True) == [keys[4], keys[1]]
    assert sorted(library.like_keys("default", removed=True)) == sorted({*some})
    assert list(library.like_keys("other")) == others
    assert library.set_removed("default", keys[:2], True) == [keys[0]]
    assert library.set_removed("default", keys, False) == [keys[0], keys[1], keys[4]]
    assert list(library.like_keys("default")) == keys
    assert {like.id: like.side for like in library.likes("default")} == sides


def test_removing_many_fails_as_a_whole(library: Library) -> None:
    with pytest.raises(ZeroDivisionError), library.transaction():
        library.set_removed("default", library.like_keys("default"), True)
        raise ZeroDivisionError
    assert len(library.like_keys("default")) == 6


def test_the_key_of_an_id(library: Library) -> None:
    for key in library.like_keys("default"):
        (like,) = library.likes_by_keys("default", [key])
        assert library.like_key("default", like.id) == key
    (other,) = library.likes_by_keys("other", library.like_keys("other")[:1])
    for profile, like_id in (("default", other.id[:-1]), ("default", "")):
        with pytest.raises(PromptstyleError, match="no like"):
            library.like_key(profile, like_id)


def test_changes_show_at_once_whoever_makes_them(tmp_path: Path, library: Library) -> None:
    assert len(library.like_keys("default")) == 6
    with Library(tmp_path / "p.db") as other:
        other.add_likes("default", [NewLike("Another process", "Wrote this.")])
    assert len(library.like_keys("default")) == 7
    library.add_likes("default", [NewLike("This process", "Wrote this too.")])
    assert len(library.like_keys("default")) == 8
    with pytest.raises(ZeroDivisionError), library.transaction():
        library.add_likes("default", [NewLike("Never", "Happened.")])
        assert len(library.like_keys("default")) == 9
        raise ZeroDivisionError
    assert len(library.like_keys("default")) == 8


def test_keys_that_are_given_out_are_the_callers(library: Library) -> None:
    library.like_keys("default").pop()
    assert len(library.like_keys("default")) == 6


def test_an_unknown_profile_is_said(library: Library) -> None:
    for ask in (library.like_keys, library.tags):
        with pytest.raises(PromptstyleError, match="nobody"):
            ask("nobody")
    with pytest.raises(PromptstyleError, match="nobody"):
        library.set_removed("nobody", [1], True)


# Counts to a number that no test waits for.
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def test_a_running_search_is_abandoned_from_another_thread(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def endless(connection: sqlite3.Connection, *_: object) -> set[int]:
        begun.set()
        connection.execute(ENDLESS).fetchall()
        return set()

    raised: list[BaseException] = []

    def searching() -> None:
        try:
            library.like_keys("default", "sum")
        except Cancelled as error:
            raised.append(error)

    monkeypatch.setattr(search, "keys", endless)
    thread = threading.Thread(target=searching)
    thread.start()
    assert begun.wait(20)
    # The statement may begin a moment later; an interruption before it is not lost either.
    while thread.is_alive():
        library.interrupt()
        thread.join(0.01)
    monkeypatch.undo()
    assert len(raised) == 1
    assert len(library.like_keys("default", "sum")) == 2


def test_an_interruption_between_two_statements_counts(library: Library) -> None:
    with pytest.raises(Cancelled), library._db.interruptible() as connection:
        connection.execute("SELECT 1").fetchall()
        library.interrupt()
        connection.execute("SELECT 1").fetchall()


def test_nothing_else_is_interrupted(library: Library) -> None:
    library.interrupt()
    assert len(library.like_keys("default")) == 6
    written = threading.Event()
    with library.transaction():
        library.add_likes("default", [NewLike("While", "Others interrupt.")])
        thread = threading.Thread(target=lambda: (library.interrupt(), written.set()))
        thread.start()
        assert written.wait(20)
        library.add_likes("default", [NewLike("While", "They still do.")])
    thread.join()
    assert len(library.like_keys("default", "while")) == 2
    library.close()
    library.interrupt()
