"""Copying where it has to arrive: a real X server, a real tmux with a terminal around it."""

from __future__ import annotations

import base64
import os
import pty
import re
import select
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from promptstyle.tui.clipboard import copy

TEXTS = {
    "emoji": "Grüße 猫 👩🏽‍🚀 🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "newlines": "\n\tone\n\n two\n",
    "quotes": '"it\'s" `id` $(id) $HOME \\n %s; --',
    "100 kB": "ä prompt " * 10_000,
}
SHORT = {name: text for name, text in TEXTS.items() if name != "100 kB"}
WITHOUT_DESKTOP = ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "TMUX", "TMUX_PANE", "STY")
REMOTE = ("SSH_CONNECTION", "SSH_TTY")


def needs(*programs: str) -> None:
    """Skip without `programs`; CI installs them, so that there it is an error."""
    missing = [name for name in programs if shutil.which(name) is None]
    if missing and os.environ.get("CI"):
        pytest.fail(f"CI must install {', '.join(missing)}")
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")


def environment(**more: str) -> dict[str, str]:
    gone = (*WITHOUT_DESKTOP, *REMOTE)
    kept = {name: value for name, value in os.environ.items() if name not in gone}
    return {**kept, "TERM": "xterm-256color", **more}


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """An X server that nobody sees, on the first display that is free."""
    needs("Xvfb", "xclip")
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "320x200x8", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as pipe:
        # Xvfb writes the number when it listens; the pipe ends if it dies.
        number = pipe.readline().strip()
        assert number, f"Xvfb ended with {server.wait()}"
        yield f":{number}"
        server.terminate()
        server.wait()


def pasted(display: str) -> bytes:
    """What another program gets from the clipboard."""
    done = subprocess.run(
        ["xclip", "-o", "-selection", "clipboard"],
        env=environment(DISPLAY=display),
        capture_output=True,
        check=True,
        timeout=60,
    )
    return done.stdout


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_another_program_gets_the_text(
    display: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str
) -> None:
    sent: list[str] = []
    env = environment(DISPLAY=display)
    done = copy(text, file=tmp_path / "f", write=sent.append, env=env)
    assert (done.way, done.detail) == ("desktop", "copied to the clipboard (xclip)")
    assert pasted(display) == text.encode("utf-8")
    assert sent == [] and not (tmp_path / "f").exists()
    assert capfd.readouterr() == ("", "")


def test_a_display_that_is_gone_is_no_success(display: str, tmp_path: Path) -> None:
    env = environment(DISPLAY=f"{display}99")
    done = copy("x", file=tmp_path / "f", write=None, env=env)
    assert done.way == "file"
    assert "since xclip failed" in done.detail


def test_a_display_of_the_remote_machine_is_left_alone(display: str, tmp_path: Path) -> None:
    copy("before", file=tmp_path / "f", write=None, env=environment(DISPLAY=display))
    env = environment(DISPLAY=display, SSH_CONNECTION="10.0.0.1 1 10.0.0.2 22")
    sent: list[str] = []
    assert copy("after", file=tmp_path / "f", write=sent.append, env=env).way == "terminal"
    assert pasted(display) == b"before"


def gone(pid: int) -> bool:
    """Whether the process has ended (a zombie that init has not collected counts as ended)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
def test_a_tool_that_hangs_is_ended_and_the_terminal_copies(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "xclip").write_text(f'#!/bin/sh\necho $$ >"{tools}/pid"\nexec /bin/sleep 1000\n')
    (tools / "xclip").chmod(0o755)
    sent: list[str] = []
    env = environment(PATH=str(tools), DISPLAY=":7")
    # More than a pipe holds: the writing hangs too.
    done = copy("x" * 70_000, file=tmp_path / "f", write=sent.append, env=env)
    assert done.way == "terminal"
    assert base64.b64decode(sent[0][len("\x1b]52;c;") : -1]) == b"x" * 70_000
    pid = int((tools / "pid").read_text())
    while not gone(pid):
        # Killed, but the kernel may still be at it.
        select.select([], [], [], 0.01)


class Tmux:
    """A tmux server of its own, with one client whose terminal is read here."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "s"
        # Not of the session, but of the person's terminal: it must be able to copy.
        self.env = environment(LC_ALL="C.UTF-8")
        self.call("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "exec sleep 600")
        self.terminal, inner = pty.openpty()
        self.client = subprocess.Popen(
            ["tmux", "-S", str(self.socket), "attach"],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            env=self.env,
            start_new_session=True,
        )
        os.close(inner)
        self.until(rb"\x1b\[\?1049h")
        pane = self.call("display-message", "-p", "#{pid} #{pane_id} #{pane_tty}").decode().split()
        self.tty = Path(pane[2])
        # As a program in the pane has it.
        self.inside = environment(
            TERM="screen-256color", TMUX=f"{self.socket},{pane[0]},0", TMUX_PANE=pane[1]
        )

    def call(self, *arguments: str) -> bytes:
        command = ["tmux", "-S", str(self.socket), *arguments]
        return subprocess.run(
            command, env=self.env, capture_output=True, check=True, timeout=60
        ).stdout

    def until(self, pattern: bytes) -> re.Match[bytes]:
        """Read what the person's terminal is sent until `pattern` is in it."""
        got = b""
        while True:
            if found := re.search(pattern, got):
                return found
            assert select.select([self.terminal], [], [], 60)[0], f"only {got!r}"
            got += os.read(self.terminal, 65_536)

    def write(self, sequence: str) -> None:
        """Print in the pane, as the app does."""
        with self.tty.open("w", encoding="utf-8") as tty:
            tty.write(sequence)

    def close(self) -> None:
        self.call("kill-server")
        os.close(self.terminal)
        self.client.wait()


@pytest.fixture
def tmux() -> Iterator[Tmux]:
    needs("tmux")
    # The name of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="ps", dir="/tmp") as folder:
        server = Tmux(Path(folder))
        yield server
        server.close()


COPIED = rb"\x1b\]52;[a-z]*;([A-Za-z0-9+/=]+)(?:\x07|\x1b\\)"


@pytest.mark.parametrize("text", SHORT.values(), ids=SHORT)
def test_tmux_as_it_is_set_takes_the_text_to_the_terminal(
    tmux: Tmux, tmp_path: Path, text: str
) -> None:
    done = copy(text, file=tmp_path / "f", write=tmux.write, env=tmux.inside)
    assert (done.way, done.detail) == (
        "terminal",
        "sent to the terminal's clipboard (OSC 52 through tmux), and in tmux's own buffer",
    )
    assert tmux.call("show-buffer") == text.encode("utf-8")
    assert base64.b64decode(tmux.until(COPIED)[1]) == text.encode("utf-8")


def test_tmux_copies_for_a_program_whose_output_is_elsewhere(tmux: Tmux, tmp_path: Path) -> None:
    done = copy("Grüße", file=tmp_path / "f", write=None, env=tmux.inside)
    assert (done.way, done.detail) == (
        "terminal",
        "sent to the terminal's clipboard by tmux, and in tmux's own buffer",
    )
    assert base64.b64decode(tmux.until(COPIED)[1]).decode() == "Grüße"


def test_tmux_hands_on_what_is_wrapped_if_it_may(tmux: Tmux, tmp_path: Path) -> None:
    tmux.call("set", "-g", "allow-passthrough", "on")
    # Without a tmux to call, only the sequence in the pane is left.
    env = {**tmux.inside, "PATH": ""}
    done = copy("Grüße 猫", file=tmp_path / "f", write=tmux.write, env=env)
    assert done.detail == "sent to the terminal's clipboard (OSC 52 through tmux)"
    assert base64.b64decode(tmux.until(COPIED)[1]).decode() == "Grüße 猫"


def test_a_tmux_that_is_gone_is_no_success(tmp_path: Path) -> None:
    needs("tmux")
    env = environment(TMUX=f"{tmp_path}/no-such-server,1,0")
    done = copy("x", file=tmp_path / "f", write=None, env=env)
    assert done.way == "file"
