"""Copying: which way is taken and said, what the terminal is sent, what is left in a file."""

from __future__ import annotations

import base64
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.errors import PromptstyleError
from promptstyle.tui import clipboard, osc52
from promptstyle.tui.clipboard import copy, tool

TEXTS = {
    "emoji": "Grüße 猫 👩🏽‍🚀 🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "newlines": "\n\tone\n\n two \r\n three\n",
    "quotes": "\"it's\" `id` $(id) $HOME \\n %s 'x' ; --",
    "options": "-selection primary",
    "one": "x",
    "100 kB": "prompt " * 14_286,
}
linux = pytest.mark.skipif(
    sys.platform != "linux", reason="macOS and Windows have a clipboard of their own"
)


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """The only folder on the PATH of these tests."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def program(tools: Path, name: str, script: str) -> Path:
    """A program in `tools`; the file that it may keep its stdin in."""
    got = tools / f"{name}.got"
    (tools / name).write_text(f'#!/bin/sh\ngot="{got}"\n{script}\n')
    (tools / name).chmod(0o755)
    return got


KEEP = '/bin/cat >"$got"'


@linux
@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({}, None),
        ({"DISPLAY": ":0"}, "xclip"),
        ({"DISPLAY": ""}, None),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "wl-copy"),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0", "WSL_DISTRO_NAME": "x"}, "clip.exe"),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "1.2.3.4 5 6.7.8.9 22"}, None),
        ({"DISPLAY": ":0", "SSH_TTY": "/dev/pts/1"}, None),
        ({"DISPLAY": "unix:0", "SSH_TTY": "/dev/pts/1"}, None),
        ({"WAYLAND_DISPLAY": "wayland-0", "SSH_TTY": "/dev/pts/1"}, None),
        ({"DISPLAY": "localhost:10.0", "SSH_TTY": "/dev/pts/1"}, "xclip"),
    ],
)
def test_which_desktop_can_be_reached(
    tools: Path, env: dict[str, str], expected: str | None
) -> None:
    for name in ("wl-copy", "wl-paste", "xclip", "xsel", "clip.exe"):
        program(tools, name, KEEP)
    assert tool({"PATH": str(tools), **env}) == expected


@linux
def test_a_tool_that_is_not_there_is_not_named(tools: Path) -> None:
    env = {"PATH": str(tools), "DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}
    assert tool(env) is None
    assert tool({**env, "PATH": ""}) is None
    program(tools, "wl-copy", KEEP)
    assert tool(env) is None, "pyperclip wants wl-paste too"
    program(tools, "xsel", KEEP)
    assert tool(env) == "xsel"
    program(tools, "wl-paste", KEEP)
    assert tool(env) == "wl-copy"


@linux
@pytest.mark.parametrize("name", ["wl-copy", "xclip", "xsel"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_tool_of_the_desktop_gets_exactly_the_text(
    tools: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str, text: str
) -> None:
    got = program(tools, name, f"echo noise; echo noise >&2; {KEEP}")
    program(tools, "wl-paste", KEEP)
    display = "WAYLAND_DISPLAY" if name == "wl-copy" else "DISPLAY"
    env = {"PATH": str(tools), display: ":7"}
    done = copy(text, file=tmp_path / "copied.txt", write=None, env=env)
    assert (done.way, done.detail) == ("desktop", f"copied to the clipboard ({name})")
    assert got.read_bytes() == text.encode("utf-8")
    assert not (tmp_path / "copied.txt").exists()
    assert capfd.readouterr() == ("", "")


@linux
def test_a_tool_that_fails_is_not_the_end(tools: Path, tmp_path: Path) -> None:
    program(tools, "xclip", f"{KEEP}; exit 1")
    env = {"PATH": str(tools), "DISPLAY": ":7", "TERM": "xterm"}
    sent: list[str] = []
    assert copy("x", file=tmp_path / "f", write=sent.append, env=env).way == "terminal"
    assert sent == [plain("x")]
    done = copy("x", file=tmp_path / "f", write=None, env=env)
    assert done.detail == (
        f"written to {tmp_path / 'f'}, since xclip failed and there is no terminal"
    )


@linux
def test_nothing_is_imported_from_where_one_stands(
    tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyperclip.py").write_text("def set_clipboard(name): pass\ncopy = set_clipboard\n")
    monkeypatch.chdir(tmp_path)
    got = program(tools, "xclip", KEEP)
    copy("x", file=tmp_path / "f", write=None, env={"PATH": str(tools), "DISPLAY": ":7"})
    assert got.read_text() == "x"


def test_the_library_is_loaded_in_the_child_only() -> None:
    code = (
        "import sys, promptstyle.tui.clipboard as clipboard\n"
        "clipboard.tool()\n"
        "print([name for name in sys.modules if 'pyperclip' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def plain(text: str) -> str:
    return f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\x07"


def bare(sequence: str) -> str:
    return sequence


def out_of_tmux(sequence: str) -> str:
    """What tmux hands on: the inside of the wrapping, its doubled escapes made single."""
    found = re.fullmatch(r"\x1bPtmux;((?:[^\x1b]|\x1b\x1b)*)\x1b\\", sequence, re.S)
    assert found
    return found[1].replace("\x1b\x1b", "\x1b")


def out_of_screen(sequence: str) -> str:
    """What GNU screen hands on: the pieces, which its buffer of 256 must be able to hold."""
    assert re.fullmatch(r"(?:\x1bP.{1,252}?\x1b\\)+", sequence, re.S)
    return "".join(re.findall(r"\x1bP(.{1,252}?)\x1b\\", sequence, re.S))


BETWEEN = [
    ({"TERM": "xterm-256color"}, bare),
    ({}, bare),
    ({"TERM": "screen-256color", "TMUX": "/tmp/tmux-0/default,1,0"}, out_of_tmux),
    ({"TERM": "tmux-256color"}, out_of_tmux),
    ({"TERM": "xterm", "STY": "1.pts"}, out_of_screen),
    ({"TERM": "screen"}, out_of_screen),
]


@pytest.mark.parametrize(("env", "unwrap"), BETWEEN)
@given(text=st.text() | st.sampled_from(list(TEXTS.values())))
def test_the_terminal_is_sent_the_text(
    env: dict[str, str], unwrap: Callable[[str], str], text: str
) -> None:
    received = unwrap(osc52.osc52(text, env))
    found = re.fullmatch(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", received)
    assert found
    assert base64.b64decode(found[1], validate=True) == text.encode("utf-8", "replace")


def test_the_guard_is_on_the_bytes(tmp_path: Path) -> None:
    env = {"PATH": "", "TERM": "xterm"}
    sent: list[str] = []
    longest = "é" * (osc52.MAX_BYTES // 2)
    assert copy(longest, file=tmp_path / "f", write=sent.append, env=env).way == "terminal"
    assert len(sent[0]) == 100_000
    done = copy(longest + "é", file=tmp_path / "f", write=sent.append, env=env)
    assert done.way == "file"
    assert "too long for a terminal's clipboard (74,996 bytes, at most 74,994)" in done.detail
    assert len(sent) == 1
    assert (tmp_path / "f").read_text("utf-8") == longest + "é"


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"TERM": "xterm"}, "sent to the terminal's clipboard (OSC 52)"),
        ({"TERM": "screen"}, "sent to the terminal's clipboard (OSC 52 through screen)"),
        # There is no tmux on the PATH, so that only the sequence can be sent.
        ({"TMUX": "/x,1,0"}, "sent to the terminal's clipboard (OSC 52 through tmux)"),
    ],
)
def test_the_terminal_is_named_with_what_lies_between(
    tmp_path: Path, env: dict[str, str], said: str
) -> None:
    done = copy("x", file=tmp_path / "f", write=lambda _: None, env={"PATH": "", **env})
    assert (done.way, done.detail) == ("terminal", said)


def broken(_: str) -> None:
    raise BrokenPipeError(32, "Broken pipe")


@pytest.mark.parametrize(
    ("term", "write", "reason"),
    [
        ("xterm", None, "there is no terminal"),
        ("linux", print, "this terminal has no clipboard (TERM=linux)"),
        ("dumb", print, "this terminal has no clipboard (TERM=dumb)"),
        ("xterm", broken, "the terminal cannot be written to ([Errno 32] Broken pipe)"),
    ],
)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_file_is_the_last_way(
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    term: str,
    write: Callable[[str], None] | None,
    reason: str,
    text: str,
) -> None:
    file = tmp_path / "cache" / clipboard.FILE_NAME
    done = copy(text, file=file, write=write, env={"PATH": "", "TERM": term})
    assert done.way == "file"
    if len(text) > osc52.MAX_BYTES and "no clipboard" not in reason:
        reason = osc52.problem(text, {"TERM": term}) or ""
    no_tool = "no clipboard tool can be used here"
    assert done.detail == f"written to {file}, since {no_tool} and {reason}"
    assert file.read_bytes() == text.encode("utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 or sys.platform == "win32"
    assert capfd.readouterr() == ("", "")


def test_the_next_text_takes_the_place_of_the_last(tmp_path: Path) -> None:
    for text in ("a longer one", "\ud800 short"):
        copy(text, file=tmp_path / "f", write=None, env={"PATH": ""})
    assert (tmp_path / "f").read_text("utf-8") == "? short"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_when_even_the_file_fails(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    with pytest.raises(PromptstyleError) as caught:
        copy("x", file=tmp_path / "cache" / "f", write=None, env={"PATH": ""})
    assert "no clipboard tool can be used here, there is no terminal" in caught.value.message
    assert str(tmp_path / "cache" / "f") in caught.value.message
    assert caught.value.hint and caught.value.code == "copy"
