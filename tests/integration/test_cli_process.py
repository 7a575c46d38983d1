"""The installed command in a process of its own: exit codes, streams, signals, bad input."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from promptstyle.core.library import Library, NewLike
from promptstyle.core.paths import Home

COMMAND = [sys.executable, "-m", "promptstyle.tui.cli.main"]
NOT_TEXT = bytes(range(256))


def call(
    *arguments: str, stdin: bytes = b"", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *arguments],
        input=stdin,
        capture_output=True,
        env={**os.environ, **(env or {})},
        timeout=120,
        check=False,
    )


def assert_two_lines(stderr: bytes) -> None:
    lines = stderr.decode("utf-8").splitlines()
    assert len(lines) == 2, stderr
    assert lines[0].startswith("error: ")
    assert lines[1].startswith("hint: ")


@pytest.fixture
def liked(home: Home) -> Home:
    """A home with two likes, one of them not ASCII."""
    with Library(home.database) as library:
        pairs = [NewLike("naming a cat", "Make a prompt: 猫 und “café”."), NewLike("b", "Second.")]
        library.add_likes("default", pairs)
    return home


def test_the_entry_point_is_the_same_program() -> None:
    beside = Path(sys.executable).with_name("promptstyle")
    if not beside.exists():
        pytest.skip("promptstyle is not installed beside this Python")
    done = subprocess.run([beside, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == call("--version").stdout.decode()


@pytest.mark.parametrize("arguments", [["likes", "--wrong"], ["generate", ""], ["nonsense"]])
def test_a_wrong_call(arguments: list[str]) -> None:
    done = call(*arguments)
    assert done.returncode == 2
    assert_two_lines(done.stderr)
    assert done.stdout == b""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_is_utf8_whatever_the_locale(liked: Home, encoding: str) -> None:
    done = call("likes", "--json", env={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"})
    assert done.returncode == 0
    rows = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert rows[0]["output"] == "Make a prompt: 猫 und “café”."
    assert done.stderr == b""


def test_plain_text_survives_a_narrow_locale(liked: Home) -> None:
    done = call("likes", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert done.returncode == 0
    assert b"\\u732b" in done.stdout


def test_no_escape_sequence_without_a_terminal(liked: Home) -> None:
    done = call("likes", env={"TERM": "xterm-256color"})
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout + done.stderr


def test_a_reader_that_goes_away_is_no_error(home: Home) -> None:
    with Library(home.database) as library:
        pairs = [NewLike(f"topic {i}", "word " * 1000) for i in range(100)]
        library.add_likes("default", pairs)
    with subprocess.Popen(
        [*COMMAND, "likes", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        json.loads(process.stdout.readline())
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("arguments", [["likes", "--json"], ["likes"], ["--help"], ["--version"]])
def test_a_full_disk_under_stdout(liked: Home, arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, timeout=60, check=False
        )
    assert done.returncode == 1
    assert_two_lines(done.stderr)


@pytest.mark.parametrize("closed", ["stdin", "stdout", "stderr"])
def test_a_closed_stream_gives_no_traceback(liked: Home, closed: str) -> None:
    number = {"stdin": 0, "stdout": 1, "stderr": 2}[closed]
    script = f'exec "$@" {number}{"<" if number == 0 else ">"}&-'
    done = subprocess.run(
        ["/bin/sh", "-c", script, "sh", *COMMAND, "likes"], capture_output=True, check=False
    )
    assert b"Traceback" not in done.stderr
    assert done.returncode == (1 if closed == "stdout" else 0)


def test_interrupted() -> None:
    """Ctrl+C while it waits for its input: 130 and two lines."""
    process = subprocess.Popen(
        [*COMMAND, "add", "topic", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    wait_until_it_reads_stdin(process.pid)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert_two_lines(stderr)
    assert stderr.startswith(b"error: interrupted\n")


def wait_until_it_reads_stdin(pid: int) -> None:
    """Wait until the process sleeps in a read; Linux says so in /proc."""
    where = Path(f"/proc/{pid}/syscall")
    if not where.exists():
        pytest.skip("needs /proc")
    while True:
        try:
            words = where.read_text().split()
        except PermissionError:
            pytest.skip("this system does not show what a process waits for")
        # read(0, ...): number 0 on x86-64, 63 on arm64.
        if words[0] in ("0", "63") and words[1:2] == ["0x0"]:
            return


@pytest.mark.parametrize(
    "arguments",
    [["generate", "-"], ["generate", "--from", "-", "--json"], ["add", "topic", "-"]],
    ids=" ".join,
)
def test_binary_on_stdin(arguments: list[str]) -> None:
    done = call(*arguments, stdin=NOT_TEXT)
    assert done.returncode in (1, 2)
    assert_two_lines(done.stderr)
    assert b"text" in done.stderr
    assert done.stdout == b""


def test_nothing_on_stdin() -> None:
    done = call("generate", "-")
    assert done.returncode == 1
    assert_two_lines(done.stderr)


def test_a_database_that_another_process_holds(liked: Home) -> None:
    holder = sqlite3.connect(liked.database, isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    try:
        done = call("add", "a topic", "a prompt", "--json")
    finally:
        holder.close()
    assert done.returncode == 1
    assert_two_lines(done.stderr)
    assert b"another process" in done.stderr
    assert len(call("likes", "--json").stdout.splitlines()) == 2


def test_a_corrupt_database(liked: Home) -> None:
    data = bytearray(liked.database.read_bytes())
    data[: len(data) // 2] = os.urandom(len(data) // 2)
    liked.database.write_bytes(data)
    for arguments in (["likes", "--json"], ["add", "a topic", "a prompt"], ["runs"]):
        done = call(*arguments)
        assert done.returncode == 1
        assert_two_lines(done.stderr)
        assert b"damaged" in done.stderr
        assert done.stdout == b""
    done = call("doctor", "--json")
    assert done.returncode == 1
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert not checks["database"]["ok"]
    assert liked.database.read_bytes() == bytes(data)


@pytest.mark.skipif(os.name != "posix", reason="needs file modes")
def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    # Root may write anywhere, but not below a file.
    blocked.write_text("a file")
    done = call("add", "a topic", "a prompt", env={"PROMPTSTYLE_HOME": str(blocked / "home")})
    assert done.returncode == 1
    assert_two_lines(done.stderr)
    done = call("doctor", "--json", env={"PROMPTSTYLE_HOME": str(blocked / "home")})
    assert done.returncode == 1
    checks = {check["name"]: check["ok"] for check in json.loads(done.stdout)["checks"]}
    assert not checks["home"]


@pytest.mark.skipif(os.name != "posix", reason="needs file modes")
def test_no_permission_for_the_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "data").mkdir(parents=True)
    (home / "data").chmod(0o500)
    prefix = unprivileged(tmp_path) if os.access(home / "data", os.W_OK) else []
    done = subprocess.run(
        [*prefix, *COMMAND, "add", "a topic", "a prompt"],
        capture_output=True,
        env={**os.environ, "PROMPTSTYLE_HOME": str(home)},
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert_two_lines(done.stderr)
    assert b"permission" in done.stderr


def unprivileged(folder: Path) -> list[str]:
    """The start of a command that runs without root's right to write anywhere."""
    tried = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
    try:
        done = subprocess.run(
            [*tried, "sh", "-c", f"! test -w {folder}/home/data"], capture_output=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("runs as root, and there is no setpriv")
    if done.returncode != 0:
        pytest.skip("runs as root, and setpriv cannot take its rights away")
    return tried


def on_a_terminal(*arguments: str, env: dict[str, str]) -> tuple[int, bytes]:
    """The exit code of a call on a terminal, and what was drawn there."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", **env},
        start_new_session=True,
    )
    os.close(theirs)
    drawn = b""
    # Linux says EIO when the last one closes the terminal; others say that it is empty.
    with contextlib.suppress(OSError):
        while data := os.read(ours, 65_536):
            drawn += data
    os.close(ours)
    return process.wait(60), drawn


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("no_color", ["", "1"])
def test_colours_on_a_terminal(liked: Home, no_color: str) -> None:
    code, drawn = on_a_terminal("likes", env={"NO_COLOR": no_color})
    assert code == 0
    assert "猫".encode() in drawn
    assert (b"\x1b[2m2 liked prompts" in drawn) is not bool(no_color)


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_edit_opens_the_editor(liked: Home, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nsed s/naming/renaming/ "$1" >"$1.new" && mv "$1.new" "$1"\n')
    editor.chmod(0o755)
    identifier = json.loads(call("likes", "naming", "--json").stdout)["id"]
    code, drawn = on_a_terminal("edit", identifier, env={"EDITOR": str(editor), "VISUAL": ""})
    assert code == 0, drawn
    assert json.loads(call("likes", "cat", "--json").stdout)["input"] == "renaming a cat"
    code, drawn = on_a_terminal("edit", identifier, env={"EDITOR": "false", "VISUAL": ""})
    assert code == 1
    assert b"error: the editor failed" in drawn


FULL_DISK = """
mount -t tmpfs -o size=600k none "$PROMPTSTYLE_HOME" || exit 77
call() { "$@" >"$OUT/$name.out" 2>"$OUT/$name.err"; echo $? >"$OUT/$name.code"; }
name=first; call "$@" add "a topic" "kept" --json
head -c 10000000 /dev/zero >"$PROMPTSTYLE_HOME/filler" 2>"$OUT/filler.err"
name=import; call "$@" import - --json <"$OUT/likes.jsonl"
name=doctor; call "$@" doctor --json
rm "$PROMPTSTYLE_HOME/filler"
name=likes; call "$@" likes --json
"""


@pytest.mark.skipif(sys.platform != "linux", reason="makes a small disk with Linux's tmpfs")
def test_a_full_disk(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    rows = [{"input": f"topic {i}", "output": "word " * 1_000} for i in range(100)]
    (tmp_path / "likes.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    try:
        done = subprocess.run(
            ["unshare", "-rm", "/bin/sh", "-c", FULL_DISK, "sh", *COMMAND],
            env={
                **os.environ,
                "PROMPTSTYLE_HOME": str(tmp_path / "home"),
                "OUT": str(tmp_path),
            },
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        pytest.skip("there is no unshare")
    if done.returncode == 77 or b"unshare" in done.stderr:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.decode()}")
    assert b"space" in (tmp_path / "filler.err").read_bytes()
    codes = {path.stem: int(path.read_text()) for path in tmp_path.glob("*.code")}
    assert codes == {"first": 0, "import": 1, "doctor": 1, "likes": 0}
    assert (tmp_path / "import.out").read_bytes() == b""
    error = (tmp_path / "import.err").read_bytes()
    assert_two_lines(error)
    assert b"full" in error
    (like,) = (json.loads(line) for line in (tmp_path / "likes.out").read_text().splitlines())
    assert like["output"] == "kept"
    checks = json.loads((tmp_path / "doctor.out").read_text())["checks"]
    assert "disk" in [check["name"] for check in checks if not check["ok"]]
