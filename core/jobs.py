"""The parent's side of a child process: start a job, follow its events, stop it, never lose it.

    with Job.start("retrain", args, log=home.logs / "retrain.log") as job:
        for event in job.events():
            ...
        value = job.result()

The child runs `promptstyle.core.worker` in a session of its own, so that Ctrl+C reaches the
parent alone and stopping the job stops everything that the job has started. A job ends with its
parent, unless `detach` has let go of it.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from promptstyle.core import joblog
from promptstyle.core.channel import decode_line, encode_line
from promptstyle.core.closing import Closing
from promptstyle.core.errors import Cancelled, PromptstyleError, UsageError

# Seconds that a job has to stop by itself; killing it then still ends within the second.
GRACE = 0.6

# They change what a child prints or how it starts, and are meant for the parent alone.
_NOT_INHERITED = (
    "PYTHONINSPECT",
    "PYTHONSTARTUP",
    "PYTHONVERBOSE",
    "PYTHONPROFILEIMPORTTIME",
    "PYTHONDEBUG",
    "PYTHONBREAKPOINT",
    "PYTHONIOENCODING",
    "PYTHONCASEOK",
    "PYTHONEXECUTABLE",
)


class WorkerTraceback(Exception):
    """The child's traceback, as the cause of the error that it led to."""

    def __init__(self, text: str) -> None:
        super().__init__(f"\n{text}")


class Job(Closing):
    """One job in a child process. Make it with `start`; use it as a context manager."""

    def __init__(
        self, name: str, process: subprocess.Popen[bytes], log: BinaryIO, path: Path, detach: bool
    ) -> None:
        self.name = name
        self.log = path
        self._process = process
        self._log = log
        self._detach = detach
        self._events: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._outcome: dict[str, Any] | None = None
        self._last_words = ""
        self._cancelling = False
        self._over = False
        self._writing = threading.Lock()
        self._ended = threading.Event()
        threading.Thread(target=self._reap, name=f"{name}-reaper", daemon=True).start()
        threading.Thread(target=self._read, name=f"{name}-reader", daemon=True).start()

    @classmethod
    def start(
        cls,
        name: str,
        args: Mapping[str, Any],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
    ) -> Job:
        """Start the job `name` of the worker's registry with `args` (values that JSON can hold).

        `log` is the file for all that the child prints, earlier ones are kept as `.1` to `.3`;
        `env` is added to the child's environment (OMP_NUM_THREADS and the like). With `detach`
        among `args` the job outlives this process. Raises PromptstyleError if it cannot start.
        """
        first = encode_line({"job": name, "args": dict(args)})
        try:
            file = joblog.open_log(log)
        except OSError as error:
            raise PromptstyleError(
                f"cannot write the log {log}: {error.strerror or error}",
                "make room on the disk and check who may write to that folder",
                code="log",
            ) from error
        try:
            process = subprocess.Popen(
                _command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                env=_environment(env or {}),
                start_new_session=True,
            )
        except OSError as error:
            file.close()
            raise PromptstyleError(
                f"cannot start {sys.executable}: {error.strerror or error}",
                "is the installation complete? `promptstyle doctor` looks",
                code="start",
            ) from error
        job = cls(name, process, file, log, bool(args.get("detach")))
        job._write(first)
        return job

    @property
    def pid(self) -> int:
        """The process id of the child, which is its group's and session's id too."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the child process is still there."""
        return not self._ended.is_set()

    def send(self, request: Mapping[str, Any]) -> None:
        """Send a request to the job. If the job is dead, `result` or `receive` will say so."""
        self._write(encode_line(dict(request)))

    def receive(self, timeout: float | None = None) -> dict[str, Any] | None:
        """The next event; None once the job is over. Raises TimeoutError after `timeout` s."""
        if self._over:
            return None
        try:
            event = self._events.get(timeout=timeout)
        except queue.Empty:
            raise TimeoutError(f"no event within {timeout} seconds") from None
        self._over = event is None
        return event

    def events(self) -> Iterator[dict[str, Any]]:
        """Every event but `result` and `failed`, until the job is over."""
        while (event := self.receive()) is not None:
            yield event

    def result(self) -> dict[str, Any]:
        """Wait for the end and return the job's value.

        Raises Cancelled if the job was cancelled, else PromptstyleError if it failed or died.
        """
        for _ in self.events():
            pass
        outcome = self._outcome
        if outcome is not None and outcome["event"] == "result":
            value: dict[str, Any] = outcome["value"]
            return value
        if self._cancelling:
            raise Cancelled()
        if outcome is None:
            raise self._died()
        raise error_of(outcome) from WorkerTraceback(str(outcome.get("traceback", "")))

    def cancel(self, grace: float = GRACE) -> None:
        """Ask the job to stop; after `grace` seconds kill it and its children. Waits for the end.

        May be called from any thread and more than once. A job that had already finished keeps
        its result.
        """
        self._cancelling = True
        try:
            self._write(encode_line({"op": "cancel"}))
            self._ended.wait(grace)
        finally:
            # Also when a second Ctrl+C comes while waiting.
            self.kill()

    def detach(self) -> None:
        """Let the job go on when this process ends or `close` is called; it cannot be taken back.

        Holds from the moment it returns: a job that has not read the request yet finds it before
        the end of its input. `cancel` and `kill` still stop the job.
        """
        self._write(encode_line({"op": "detach"}))
        self._detach = True

    @property
    def detached(self) -> bool:
        """Whether the job outlives this process."""
        return self._detach

    def kill(self) -> None:
        """End the child and all that it started, and wait for it."""
        if self.running:
            _kill_group(self._process)
        self._ended.wait()

    def close(self) -> None:
        """Stop the job if it still runs (a detached one goes on) and free the pipes."""
        if self.running and not self._detach:
            self.cancel()
        with contextlib.suppress(OSError), self._writing:
            if self._process.stdin:
                self._process.stdin.close()

    def _write(self, line: bytes) -> None:
        # A dead child (EPIPE) or a closed line (ValueError): the end of events tells the story.
        with self._writing, contextlib.suppress(OSError, ValueError):
            assert self._process.stdin is not None
            self._process.stdin.write(line)
            self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                event = decode_line(line)
                if event is None:
                    self._note(b"[parent] skipped an unreadable line: %r\n" % line[:200])
                elif event.get("event") in ("result", "failed"):
                    self._outcome = event
                else:
                    self._events.put(event)
        self._ended.wait()
        with self._log:
            self._last_words = joblog.last_line(self._log)
        self._events.put(None)

    def _note(self, line: bytes) -> None:
        with contextlib.suppress(OSError):
            self._log.write(line)

    def _reap(self) -> None:
        if hasattr(os, "waitid"):
            # Not reaped yet, so its group's id cannot have gone to someone else.
            os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
            if self._cancelling or not self._detach:
                _kill_group(self._process)
        self._process.wait()
        self._ended.set()

    def _died(self) -> PromptstyleError:
        status = self._process.returncode
        how = f"exit status {status}" if status >= 0 else _signal_name(-status)
        said = self._last_words
        message = f"the {self.name} process ended without a result ({how})"
        hint = f"its log is {self.log}"
        if status == -signal.SIGKILL:
            # What it said last has nothing to do with it.
            said = ""
            hint = f"it was stopped from elsewhere, or for want of memory; {hint}"
        return PromptstyleError(f"{message}: {said}" if said else message, hint, code="crashed")


def error_of(event: dict[str, Any]) -> PromptstyleError:
    """The error that a `failed` or `refused` event tells of."""
    message, hint = str(event.get("message")), str(event.get("hint"))
    code = str(event.get("code", "failed"))
    if code == "cancelled":
        return Cancelled(message, hint)
    if event.get("exit") == UsageError.exit_code:
        return UsageError(message, hint, code=code)
    return PromptstyleError(message, hint, code=code)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _command() -> list[str]:
    if sys.version_info >= (3, 11):
        # -P: a random.py in the current folder must not be imported.
        return [sys.executable, "-P", "-m", "promptstyle.core.worker"]
    start = "import sys; del sys.path[0]; from promptstyle.core.worker import main; main()"
    return [sys.executable, "-c", start]


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    return {**kept, "PYTHONUTF8": "1", **extra}
