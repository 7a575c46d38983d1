"""Copying: the desktop's clipboard first, then the terminal's (OSC 52), then a file."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from promptstyle.core.atomic import write_text
from promptstyle.core.errors import PromptstyleError
from promptstyle.tui.osc52 import osc52, problem, through

DESKTOP_SECONDS = 3.0
TMUX_SECONDS = 2.0
# Below the home's cache.
FILE_NAME = "copied.txt"

# Tool -> what pyperclip calls it; "" leaves the choice to pyperclip (Windows itself, or WSL).
_PYPERCLIP = {
    "pbcopy": "pbcopy",
    "clip.exe": "",
    "wl-copy": "wl-clipboard",
    "xclip": "xclip",
    "xsel": "xsel",
}

# pyperclip does not look at how its tool ended, and an xclip without a display ends at once.
_CHILD = """
import subprocess, sys
import pyperclip
started, start = [], subprocess.Popen
def noted(*args, **kwargs):
    started.append(start(*args, **kwargs))
    return started[-1]
subprocess.Popen = noted
if sys.argv[1]:
    pyperclip.set_clipboard(sys.argv[1])
pyperclip.copy(sys.stdin.buffer.read().decode("utf-8"))
sys.exit(1 if any(tool.wait() for tool in started) else 0)
"""


@dataclass(frozen=True)
class Copied:
    """Where the text went; `detail` says it to a person, as the end of a sentence.

    `desktop` is sure: the tool took the text. `terminal` is not: no terminal answers. `file` is
    what is left when neither can be tried.
    """

    way: Literal["desktop", "terminal", "file"]
    detail: str


def tool(env: Mapping[str, str] = os.environ) -> str | None:
    """The program through which the desktop's clipboard can be reached here, if there is one.

    Over ssh only a forwarded X display is the desktop of the person; the clipboard of the machine
    that runs this is not.
    """
    remote = bool(env.get("SSH_CONNECTION") or env.get("SSH_TTY"))
    display = env.get("DISPLAY", "")
    x11 = bool(display) and not (remote and display.startswith((":", "unix:", "/")))
    wsl = bool(env.get("WSL_DISTRO_NAME"))
    candidates: list[tuple[bool, tuple[str, ...]]] = [
        (not remote and sys.platform == "darwin", ("pbcopy",)),
        (not remote and (wsl or sys.platform == "win32"), ("clip.exe",)),
        # pyperclip wants both.
        (not remote and bool(env.get("WAYLAND_DISPLAY")), ("wl-copy", "wl-paste")),
        (x11, ("xclip",)),
        (x11, ("xsel",)),
    ]
    path = env.get("PATH", os.defpath)
    for usable, programs in candidates:
        if usable and all(shutil.which(program, path=path) for program in programs):
            return programs[0]
    return None


def copy(
    text: str,
    *,
    file: Path,
    write: Callable[[str], None] | None,
    env: Mapping[str, str] = os.environ,
) -> Copied:
    """Copy `text` by the first way that works, and say which one it was.

    `write` hands an escape sequence to the terminal; None where there is no terminal. `file` is
    replaced, readable by its owner only, if neither clipboard can be had. The text is not changed,
    but for lone surrogates, which no encoding can carry: they become question marks.

    Blocks for up to `DESKTOP_SECONDS` and `TMUX_SECONDS`: call it from a thread in an app. Raises
    PromptstyleError if the file cannot be written either.
    """
    text = text.encode("utf-8", "replace").decode("utf-8")
    name = tool(env)
    if name is None:
        no_desktop = "no clipboard tool can be used here"
    else:
        failed = _desktop(name, text, env)
        if failed is None:
            return Copied("desktop", f"copied to the clipboard ({name})")
        no_desktop = f"{name} {failed}"
    sent, no_terminal = _terminal(text, write, env)
    if sent is not None:
        return Copied("terminal", sent)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_text(file, text)
    except OSError as error:
        raise PromptstyleError(
            f"nothing was copied: {no_desktop}, {no_terminal}, and {file} cannot be written: "
            f"{error.strerror or error}",
            "make room or make the folder writable, or install a clipboard tool such as xclip",
            code="copy",
        ) from error
    return Copied("file", f"written to {file}, since {no_desktop} and {no_terminal}")


def _desktop(name: str, text: str, env: Mapping[str, str]) -> str | None:
    """Copy with pyperclip, in a child: a tool that hangs or prints must not reach the app."""
    if sys.version_info >= (3, 11):
        command = [sys.executable, "-P", "-c", _CHILD]
    else:
        # Without -P the first entry of the path is the working directory.
        command = [sys.executable, "-c", f"import sys; del sys.path[0]\n{_CHILD}"]
    if name == "pbcopy":
        # It reads its input in the encoding of the locale.
        env = {**env, "LC_ALL": "en_US.UTF-8"}
    return _feed([*command, _PYPERCLIP[name]], text, env, DESKTOP_SECONDS)


def _terminal(
    text: str, write: Callable[[str], None] | None, env: Mapping[str, str]
) -> tuple[str | None, str]:
    """What was sent, or None; and why nothing was, as a clause."""
    reason = problem(text, env)
    if reason is not None:
        return None, reason
    # Since 3.3 tmux drops what is wrapped unless allow-passthrough is on. It takes the text to
    # the clipboard itself if it is asked by name; its settings as shipped allow that.
    by_tmux = bool(env.get("TMUX")) and (
        _feed(["tmux", "load-buffer", "-w", "-"], text, env, TMUX_SECONDS) is None
    )
    if write is None:
        if by_tmux:
            return "sent to the terminal's clipboard by tmux, and in tmux's own buffer", ""
        return None, "there is no terminal"
    between = through(env)
    try:
        write(osc52(text, env))
    except (OSError, ValueError) as error:
        return None, f"the terminal cannot be written to ({error})"
    road = "OSC 52" if between is None else f"OSC 52 through {between}"
    also = ", and in tmux's own buffer" if by_tmux else ""
    return f"sent to the terminal's clipboard ({road}){also}", ""


def _feed(command: list[str], text: str, env: Mapping[str, str], seconds: float) -> str | None:
    """Run `command` with `text` on its stdin; None if it went well, else why not, as a predicate.

    xclip and wl-copy leave a process behind that serves the text: it holds no pipe of ours, is in
    a session of its own, and lives on when the app and the terminal are gone.
    """
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=dict(env),
            start_new_session=True,
        )
    except OSError as error:
        return f"could not be started ({error.strerror or error})"
    with process:
        try:
            process.communicate(text.encode("utf-8"), timeout=seconds)
        except subprocess.TimeoutExpired:
            return f"did not answer within {seconds:g} s"
        finally:
            if process.poll() is None:
                _kill(process)
    return None if process.returncode == 0 else "failed"


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the child and the tool that it waits for."""
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
