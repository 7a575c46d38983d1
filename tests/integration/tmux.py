"""A real terminal for tests: tmux, with a server of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import pytest

PATIENCE = 240.0
# COLUMNS and LINES are the runner's (xdist sets them); the app would take them for its window.
_LEFT_OUT = frozenset(
    {"TMUX", "TMUX_PANE", "DISPLAY", "WAYLAND_DISPLAY", "NO_COLOR", "COLUMNS", "LINES"}
)


def needs(*tools: str) -> None:
    """Skip the test where a tool is missing; in CI, which installs them, fail it."""
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing and os.environ.get("CI"):
        pytest.fail(f"CI has to install {', '.join(missing)}")
    if missing:
        pytest.skip(f"without {', '.join(missing)}")


def _unused() -> str:
    """The name of a server that there is not."""
    return f"promptstyle-{uuid.uuid4().hex[:8]}"


class Tmux:
    """One window in which the app runs. A context manager; the server ends with it."""

    def __init__(self, home: Path, *, columns: int = 100, rows: int = 32, **env: str) -> None:
        self.home = home
        self._server = _unused()
        self._size = ["-x", str(columns), "-y", str(rows)]
        kept = {name: value for name, value in os.environ.items() if name not in _LEFT_OUT}
        self._env = {**kept, "LC_ALL": "C.UTF-8", "PROMPTSTYLE_HOME": str(home), **env}

    def start(self, *words: str) -> None:
        """Start the app in a new window, in place of what was there."""
        self._run("kill-server", check=False)
        # A server that is still ending would take the new session down with it.
        self._server = _unused()
        app = [sys.executable, "-m", "promptstyle.tui.main", *words]
        # The pane stays when the app ends, so that what it said can be read.
        self._run(
            *("new-session", "-d", *self._size, *app),
            *(";", "set-option", "remain-on-exit", "on"),
        )

    def keys(self, *keys: str) -> None:
        """Press keys, by tmux's names for them."""
        self._run("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type text, letter by letter."""
        self._run("send-keys", "-l", text)

    def screen(self) -> str:
        """What can be seen."""
        return self._run("capture-pane", "-p")

    def wait(self, *texts: str, gone: tuple[str, ...] = (), patience: float = PATIENCE) -> str:
        """The screen, once it shows all of `texts` and none of `gone`."""

        def there(shown: str) -> bool:
            return all(t in shown for t in texts) and not any(t in shown for t in gone)

        return self.until(there, f"{texts} without {gone}", patience)

    def until(self, there: Callable[[str], bool], what: str, patience: float = PATIENCE) -> str:
        """The screen, once `there` is true of it."""
        end = time.monotonic() + patience
        while not there(shown := self.screen()):
            assert time.monotonic() < end, f"never came: {what}\n{shown}"
            time.sleep(0.05)
        return shown

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        self._run("resize-window", "-x", str(columns), "-y", str(rows))

    def buffer(self) -> str:
        """What tmux's newest paste buffer holds."""
        return self._run("show-buffer", check=False)

    @property
    def pid(self) -> int:
        """The process id of the app."""
        return int(self._run("display-message", "-p", "#{pane_pid}"))

    def wait_for_end(self) -> str:
        """The screen, once the app has ended."""
        end = time.monotonic() + PATIENCE
        while self._run("display-message", "-p", "#{pane_dead}").strip() != "1":
            assert time.monotonic() < end, f"the app never ended\n{self.screen()}"
            time.sleep(0.05)
        return self._run("capture-pane", "-p", "-J", "-S", "-100")

    def _run(self, *words: str, check: bool = True) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._server, "-f", "/dev/null", "-u", *words],
            env=self._env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0 or not check, f"tmux {words}: {done.stderr}"
        return done.stdout

    def __enter__(self) -> Tmux:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run("kill-server", check=False)
