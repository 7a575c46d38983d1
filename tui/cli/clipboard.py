"""Putting text on the clipboard: a tool of the system first, then the terminal (OSC 52)."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys

from promptstyle.tui.cli.output import is_terminal

# xterm drops longer sequences, and others follow it.
MAX_OSC52_BYTES = 74_994
TIMEOUT_SECONDS = 5.0


def tool() -> list[str] | None:
    """The command that takes text on its stdin to the clipboard, if one can work here."""
    candidates: list[tuple[bool, list[str]]] = [
        (sys.platform == "darwin", ["pbcopy"]),
        (bool(os.environ.get("WAYLAND_DISPLAY")), ["wl-copy"]),
        (bool(os.environ.get("DISPLAY")), ["xclip", "-selection", "clipboard"]),
        (bool(os.environ.get("DISPLAY")), ["xsel", "--clipboard", "--input"]),
        (sys.platform == "win32" or "WSL_DISTRO_NAME" in os.environ, ["clip.exe"]),
    ]
    for usable, command in candidates:
        if usable and shutil.which(command[0]):
            return command
    return None


def copy(text: str) -> str | None:
    """Copy `text`; returns how ("xclip", "terminal"), or None where there is no way."""
    command = tool()
    if command is not None and _run(command, text):
        return command[0]
    return "terminal" if _osc52(text) else None


def _run(command: list[str], text: str) -> bool:
    try:
        # xclip and wl-copy stay behind to serve the text: they must not hold our pipes open.
        done = subprocess.run(
            command,
            input=text.encode("utf-8"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _osc52(text: str) -> bool:
    data = text.encode("utf-8")
    if not is_terminal(sys.stderr) or len(data) > MAX_OSC52_BYTES:
        return False
    sequence = f"\x1b]52;c;{base64.b64encode(data).decode('ascii')}\x07"
    if os.environ.get("TMUX"):
        # tmux hands on only what is wrapped, with every escape doubled.
        sequence = "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    sys.stderr.write(sequence)
    sys.stderr.flush()
    return True
