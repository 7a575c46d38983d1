"""The library between processes: at once, killed, held, without permission."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import Library, NewLike
from promptstyle.core.paths import Home

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX")

# What every child does first; it then waits until its standard input says go.
PRELUDE = """
import json, os, sqlite3, sys
from pathlib import Path
from promptstyle.core.errors import PromptstyleError
from promptstyle.core import failures
from promptstyle.core.library import Library, NewLike
path, arguments = Path(sys.argv[1]), sys.argv[2:]
print("ready", flush=True)
sys.stdin.readline()
"""


class Child:
    """A Python process that ran PRELUDE and waits to run `code`."""

    def __init__(self, code: str, path: Path, *arguments: object) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PRELUDE + code, str(path), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.expect("ready")

    def expect(self, line: str) -> None:
        assert self.process.stdout is not None
        found = self.process.stdout.readline().strip()
        assert found == line, found + self.process.communicate()[1]

    def go(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def finish(self) -> str:
        out, err = self.process.communicate(timeout=120)
        assert self.process.returncode == 0, err
        return out

    def run(self) -> Any:
        self.go()
        return json.loads(self.finish())


Start = Callable[..., Child]


@pytest.fixture
def start() -> Iterator[Start]:
    children: list[Child] = []

    def start(code: str, path: Path, *arguments: object) -> Child:
        children.append(Child(code, path, *arguments))
        return children[-1]

    yield start
    for child in children:
        child.process.kill()
        child.process.communicate()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "promptstyle.db"


def test_processes_that_add_at_once_lose_nothing(start: Start, path: Path) -> None:
    code = """
name = arguments[0]
with Library(path) as library:
    library.ensure_profile("default")
    runs = []
    for n in range(25):
        library.add_likes("default", [NewLike(f"topic {name} {n}", "x"), NewLike("shared", str(n))])
        runs.append(library.next_run_id("default"))
print(json.dumps(runs))
"""
    # All of them find no file, and make it and its tables at the same time.
    children = [start(code, path, name) for name in "abc"]
    for child in children:
        child.go()
    runs = [run for child in children for run in json.loads(child.finish())]
    assert len(runs) == len(set(runs)) == 75
    with Library(path) as library:
        likes = library.likes("default")
        assert {like.input for like in likes} == {"shared"} | {
            f"topic {name} {n}" for name in "abc" for n in range(25)
        }
        assert len(likes) == 75 + 25
        assert len({like.side for like in likes if like.input == "shared"}) == 1
        assert library.check() == []


IMPORT = """
from promptstyle.core.library.importing import import_likes
ticks, last = 0, int(arguments[0])
def tick():
    global ticks
    ticks += 1
    if ticks == last:
        os.kill(os.getpid(), 9)
    return 0
rows = [{"input": f"topic {n}", "output": f"prompt {n}"} for n in range(1500)]
data = "\\n".join(map(json.dumps, rows)).encode()
with Library(path) as library:
    library._db._connection.set_progress_handler(tick, 500)
    import_likes(library, "default", data, name="likes.jsonl")
    print(ticks)
"""


@posix
def test_an_import_that_is_killed_is_all_or_nothing(start: Start, path: Path) -> None:
    def fresh(name: str) -> Path:
        there = path.with_name(name)
        with Library(there) as library:
            library.add_likes("default", [NewLike("before", "before")])
        return there

    whole = start(IMPORT, fresh("whole.db"), -1)
    whole.go()
    ticks = int(whole.finish())
    assert ticks > 20
    for part in range(10):
        there = fresh(f"{part}.db")
        child = start(IMPORT, there, 1 + part * (ticks - 1) // 9)
        child.go()
        child.process.communicate(timeout=120)
        assert child.process.returncode == -signal.SIGKILL
        with Library(there) as library:
            assert library.profile("default").likes in (1, 1501)
            assert len(library.likes("default", "before")) == 1
            assert library.check() == []
            # And the next import finds nothing in its way.
            again = library.add_likes("default", [NewLike(f"topic {n}", "y") for n in range(3)])
            assert len(again.added) == 3


@pytest.mark.parametrize("kind", ["writes", "owns"])
def test_a_database_that_another_process_holds(start: Start, path: Path, kind: str) -> None:
    code = """
connection = sqlite3.connect(path, isolation_level=None)
if arguments[0] == "owns":
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE profiles SET base = 'held'")
print("held", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
"""
    with Library(path) as library:
        library.add_likes("default", [NewLike("kept", "kept")])
    child = start(code, path, kind)
    child.go()
    child.expect("held")
    with pytest.raises(PromptstyleError) as error, Library(path, timeout=0.05) as library:
        # Who only reads is not kept waiting by one who writes.
        assert len(library.likes("default")) == 1
        library.add_likes("default", [NewLike("more", "more")])
    assert error.value.code == "library_locked"
    assert str(path) in error.value.message
    assert "close the other promptstyle" in error.value.hint
    child.go()
    child.finish()
    with Library(path) as library:
        assert [like.input for like in library.likes("default")] == ["kept"]
        assert len(library.add_likes("default", [NewLike("more", "more")]).added) == 1


# Root may write everywhere, so the child becomes nobody first.
UNPRIVILEGED = """
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    with Library(path) as library:
        library.add_likes("default", [NewLike("a", "b")])
    print(json.dumps(None))
except PromptstyleError as error:
    print(json.dumps([error.code, error.message, error.hint]))
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that anybody may enter (pytest's own are closed to others)."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(folder)


@posix
def test_no_permission(start: Start, open_folder: Path) -> None:
    path = open_folder / "promptstyle.db"
    with Library(path) as library:
        library.add_likes("default", [NewLike("kept", "kept")])
    foreign = os.geteuid() == 0
    if not foreign:
        path.chmod(0o400)
    before = path.read_bytes()
    for place in (path, open_folder / "data" / "new.db"):
        if not foreign:
            open_folder.chmod(0o555)
        code, message, hint = start(UNPRIVILEGED, place).run()
        assert code == "no_permission"
        assert str(open_folder) in message
        assert "check who owns it" in hint
    assert path.read_bytes() == before


@posix
def test_a_folder_that_cannot_be_written_to(start: Start, open_folder: Path) -> None:
    # The file may be written and its folder may not: SQLite cannot make its -wal beside it.
    path = open_folder / "promptstyle.db"
    with Library(path) as library:
        library.add_likes("default", [NewLike("kept", "kept")])
    if os.geteuid() == 0:
        os.chown(path, 65534, 65534)
    else:
        open_folder.chmod(0o555)
    code, message, hint = start(UNPRIVILEGED, path).run()
    assert code == "no_permission"
    assert str(path) in message
    assert "PROMPTSTYLE_HOME" in hint


def test_a_second_connection_leaves_the_locks_of_the_first_alone(home: Home) -> None:
    """Else another process, on leaving, takes itself for the last and deletes the log."""
    count = (
        "import sys; from pathlib import Path; from promptstyle.core.library import Library\n"
        "with Library(Path(sys.argv[1])) as library:\n"
        "    print(len(library.likes('default')) if library.profiles() else 0)\n"
    )

    def seen_by_another() -> int:
        command = [sys.executable, "-c", count, str(home.database)]
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    with Library(home.database) as first, Library(home.database) as second:
        assert seen_by_another() == 0
        first.add_likes("default", [NewLike("a", "one")])
        assert seen_by_another() == 1
        second.add_likes("default", [NewLike("b", "two")])
        assert seen_by_another() == 2
        assert home.database.with_name("promptstyle.db-wal").exists()
