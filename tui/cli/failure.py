"""Every way a call can go wrong, as two lines on stderr and an exit code."""

from __future__ import annotations

import difflib
import os
import sys
import traceback

import click

from promptstyle.core.errors import Cancelled, PromptstyleError, UsageError
from promptstyle.tui.cli.text import one_line

BROKEN_PIPE_EXIT = 1


def describe(error: BaseException) -> PromptstyleError:
    """What to tell the user about `error`."""
    if isinstance(error, PromptstyleError):
        return error
    if isinstance(error, click.UsageError):
        return _describe_usage(error)
    if isinstance(error, click.ClickException):
        return PromptstyleError(error.format_message(), "see `promptstyle --help`")
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        return Cancelled()
    from promptstyle.core.failures import describe as describe_any

    return describe_any(error)


def _describe_usage(error: click.UsageError) -> UsageError:
    ctx = error.ctx
    path = ctx.command_path if ctx is not None else "promptstyle"
    message = error.format_message().strip().rstrip(".")
    hint = f"see `{path} --help`"
    # click's own suggestions stand in the message; one place is enough, and it is the hint.
    near: list[str] = []
    if isinstance(error, click.NoSuchOption):
        message = f"no such option: {error.option_name}"
        if ctx is not None:
            known = [name for param in ctx.command.params for name in param.opts]
            near = difflib.get_close_matches(error.option_name, known, n=1, cutoff=0.75)
    if near:
        hint = f"did you mean {near[0]}? {hint}"
    if message[:2].istitle() or message[1:2] == " ":
        message = message[0].lower() + message[1:]
    return UsageError(message, hint)


def report(error: BaseException, *, debug: bool = False) -> int:
    """Write `error` to stderr as two lines (after its traceback, with `debug`).

    Returns the exit code.
    """
    if isinstance(error, BrokenPipeError):
        silence()
        return BROKEN_PIPE_EXIT
    told = describe(error)
    lines = f"error: {one_line(told.message)}\nhint: {one_line(told.hint)}\n"
    if debug:
        lines = "".join(traceback.format_exception(error)) + lines
    try:
        sys.stderr.write(lines)
        sys.stderr.flush()
    except OSError:
        silence()
    return told.exit_code


def silence() -> None:
    """Send what is still buffered nowhere: Python would complain about it at its exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            try:
                os.dup2(nowhere, stream.fileno())
            except (OSError, ValueError):
                continue
    os.close(nowhere)
