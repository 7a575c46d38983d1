"""The file itself: modes, migrations, transactions, and what can be wrong with it."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import Library, NewLike
from promptstyle.core.library.db import Database, _check_ours, applied, migrate
from promptstyle.core.library.schema import MIGRATIONS, m001_first


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "data" / "promptstyle.db"


@pytest.fixture
def library(path: Path) -> Iterator[Library]:
    with Library(path) as library:
        yield library


def m900_notes(connection: sqlite3.Connection) -> None:
    """A later version's migration, for these tests."""
    connection.execute("ALTER TABLE likes ADD COLUMN note TEXT NOT NULL DEFAULT 'none'")


def m901_fails(connection: sqlite3.Connection) -> None:
    """A migration that breaks off half way."""
    connection.execute("CREATE TABLE half (x)")
    connection.execute("INSERT INTO no_such_table VALUES (1)")


def test_a_blank_file_gets_every_migration_once(path: Path) -> None:
    names = [migration.__name__ for migration in MIGRATIONS]
    for _ in range(2):
        with closing(Database(path)) as db, db.reading() as connection:
            assert applied(connection) == names
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert db.path == path


def test_the_first_schema_goes_on_to_the_newest_and_keeps_its_rows(path: Path) -> None:
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as first:
        migrate(first, [m001_first])
        first.execute(
            "INSERT INTO profiles VALUES ('default', 'embedded', '2026-01-01T00:00:00Z', 4)"
        )
        first.execute(
            "INSERT INTO likes VALUES (1, 'default', 'abcdef01', 'A topic', 'A prompt', '[\"t\"]',"
            " 'add', '2026-01-01T00:00:00Z', 'held', NULL, 'f', 'a topic\na prompt\nt')"
        )
        first.commit()
    with Library(path) as library:
        (like,) = library.likes("default", "prompt")
        assert (like.id, like.side, like.tags) == ("abcdef01", "held", ("t",))
        assert library.next_run_id("default") == "default-5"
    later = [*MIGRATIONS, m900_notes]
    with closing(Database(path, migrations=later)) as db, db.reading() as connection:
        rows = connection.execute("SELECT id, note FROM likes").fetchall()
        assert rows == [("abcdef01", "none")]
        assert applied(connection)[-1] == "m900_notes"


def test_a_migration_that_fails_changes_nothing(path: Path, library: Library) -> None:
    library.add_likes("default", [NewLike("a", "b")])
    with pytest.raises(PromptstyleError):
        Database(path, migrations=[*MIGRATIONS, m900_notes, m901_fails])
    with closing(sqlite3.connect(path)) as connection:
        assert applied(connection) == [migration.__name__ for migration in MIGRATIONS]
        columns = [row[1] for row in connection.execute("PRAGMA table_info(likes)")]
        assert "note" not in columns
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchall()


def test_a_newer_database_is_left_alone(path: Path) -> None:
    Database(path, migrations=[*MIGRATIONS, m900_notes]).close()
    before = path.read_bytes()
    with pytest.raises(PromptstyleError) as error:
        Library(path)
    assert error.value.code == "library_newer"
    assert "m900_notes" in error.value.message
    assert path.read_bytes() == before


def test_another_programs_database_is_left_alone(path: Path) -> None:
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (url)")
        other.commit()
    before = path.read_bytes()
    with pytest.raises(PromptstyleError) as error:
        Library(path)
    assert error.value.code == "library_foreign"
    assert path.read_bytes() == before


@pytest.mark.parametrize("moment", [1, 2, 3])
def test_tables_that_appear_while_looking_are_no_other_programs(path: Path, moment: int) -> None:
    path.parent.mkdir(parents=True)
    seen: list[str] = []

    def interfere(statement: str) -> None:
        seen.append(statement)
        if len(seen) == moment:
            Library(path).close()

    with closing(sqlite3.connect(path)) as connection:
        connection.set_trace_callback(interfere)
        _check_ours(connection, path, MIGRATIONS)
    assert seen


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_only_the_owner_can_read_the_files(path: Path) -> None:
    before = os.umask(0)
    try:
        with Library(path) as library:
            library.add_likes("default", [NewLike("a", "b")])
            modes = {name.name: stat.S_IMODE(name.stat().st_mode) for name in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == {
        "promptstyle.db": 0o600,
        "promptstyle.db-wal": 0o600,
        "promptstyle.db-shm": 0o600,
    }
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o644)
    Library(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_names_that_mean_something_to_sqlite_are_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Library(Path(":memory:")) as library:
        library.add_likes("default", [NewLike("a", "b")])
    with Library(tmp_path / ":memory:") as library:
        assert len(library.likes("default")) == 1


def damage(path: Path, how: str) -> None:
    data = path.read_bytes()
    if how == "garbage":
        path.write_bytes(b"no database at all " * 500)
    elif how == "truncated":
        path.write_bytes(data[: len(data) // 2 // 4096 * 4096])
    else:
        # All but the header's page: the schema can be read and the rows cannot.
        path.write_bytes(data[:4096] + b"\xa5" * (len(data) - 4096))


@pytest.mark.parametrize("how", ["garbage", "truncated", "overwritten"])
def test_a_damaged_database_is_named_and_not_touched(path: Path, how: str) -> None:
    with Library(path) as library:
        library.add_likes("default", [NewLike(f"topic {n}", f"prompt {n}") for n in range(500)])
    damage(path, how)
    before = path.read_bytes()
    with pytest.raises(PromptstyleError) as error, Library(path) as library:
        library.likes("default")
        library.likes("default", "topic")
    assert error.value.code == "library_corrupt"
    assert str(path) in error.value.message
    assert error.value.hint == (
        f"move {path}* to another folder, then import your likes again"
        " (no finished run has a copy of them)"
    )
    assert path.read_bytes() == before


@pytest.mark.parametrize("layout", ["models", "data/models"])
def test_the_hint_for_a_damaged_database_brings_the_likes_back(path: Path, layout: str) -> None:
    runs = path.parent.parent / layout / "runs"
    times = {"default-1": 100, "default-2": 200, "work-7": 150}
    for name, time in times.items():
        (runs / name).mkdir(parents=True)
        snapshot = runs / name / "likes.jsonl"
        snapshot.write_text(json.dumps({"input": name, "output": "x"}) + "\n")
        os.utime(snapshot, (time, time))
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x" * 5000)
    with pytest.raises(PromptstyleError) as error:
        Library(path)
    assert error.value.hint == (
        f"move {path}* to another folder, then `promptstyle import {runs}/default-2/likes.jsonl`; "
        f"`promptstyle import {runs}/work-7/likes.jsonl --profile work` "
        "(the likes as of the last run)"
    )


def test_a_database_that_is_a_folder_is_refused(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(PromptstyleError) as error:
        Library(path)
    assert error.value.code == "bad_path"


def test_check_finds_what_is_wrong(path: Path, library: Library) -> None:
    library.add_likes("default", [NewLike("a", "b")])
    assert library.check() == []
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA foreign_keys = OFF")
        other.execute("DELETE FROM profiles")
        other.commit()
    assert "a row of likes refers to a missing row of profiles" in library.check()


def test_a_full_database_keeps_what_it_had(library: Library) -> None:
    library.add_likes("default", [NewLike("kept", "kept")])
    with library._db.reading() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(PromptstyleError) as error:
        library.add_likes("default", [NewLike(f"t{n}", "x" * 8000) for n in range(50)])
    assert error.value.code == "disk_full"
    assert [like.input for like in library.likes("default")] == ["kept"]
    with library._db.reading() as connection:
        connection.execute("PRAGMA max_page_count = 1000000")
    assert len(library.add_likes("default", [NewLike("next", "y")]).added) == 1


def test_an_error_in_the_middle_undoes_the_whole_transaction(library: Library) -> None:
    with pytest.raises(PromptstyleError):
        library.add_likes("default", [NewLike("good", "good"), NewLike("bad", "\x07")])
    assert library.profiles() == []


def test_threads_may_share_a_library(library: Library) -> None:
    library.ensure_profile("default")
    failures: list[BaseException] = []

    def add(first: int) -> None:
        try:
            for n in range(first, first + 20):
                library.add_likes("default", [NewLike(f"t{n}", "x")])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=add, args=(1000 * i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert library.profile("default").likes == 80


def test_a_closed_library_says_so(library: Library) -> None:
    library.close()
    library.close()
    with pytest.raises(PromptstyleError) as error:
        library.profiles()
    assert error.value.code == "library"
