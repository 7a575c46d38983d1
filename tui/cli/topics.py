"""Topics from arguments, files and standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.core.library.text import check_text
from promptstyle.tui.cli.stdin import STDIN


@dataclass(frozen=True)
class Topic:
    """One topic, and where it stood; nothing is said of that for an argument."""

    text: str
    where: str


def check(text: str, where: str) -> str:
    """`text` tidied. Raises UsageError, which says `where` it stood, if it is no topic."""
    from promptstyle.core.topics import check_topic

    try:
        # Its length first: a topic may be shorter than what else is kept.
        return check_text(check_topic(text), "the topic")
    except UsageError as error:
        if where:
            error.message = f"{where}: {error.message}"
        raise


def from_lines(stream: BinaryIO, name: str) -> Iterator[Topic]:
    """The topics of `stream`, one a line, each as soon as its line is there.

    Blank lines are skipped; a byte that is not UTF-8 becomes a lone surrogate, which no topic may
    have: it costs its own line. Raises PromptstyleError where the stream is no text at all.
    """
    number = 0
    # readline, not iteration: iterating reads ahead, and a filter answers line by line.
    while line := stream.readline():
        number += 1
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        text = line.decode("utf-8", "surrogateescape")
        if "\0" in text:
            raise PromptstyleError(
                f"{name} is not text: line {number} has a zero byte",
                "give a UTF-8 text file with one topic a line",
                code="not_text",
            )
        if text.strip():
            yield Topic(text.strip(), f"line {number} of {name}")


def collect(arguments: Sequence[str], file: str | None) -> Iterator[Topic]:
    """The topics of a call, in order: its arguments (`-` is stdin), then those of `file`.

    Arguments are checked before the first topic is given out, so that a wrong call does no
    work; lines are left to the caller, who knows whether others follow.
    """
    if not arguments and file is None:
        raise UsageError(
            "no topic was given",
            'give a topic, or `-` to read one a line; such as promptstyle generate "Make a '
            'prompt that summarizes an article."',
        )
    given = [Topic(a if a == STDIN else check(a, ""), "") for a in arguments]
    if [*arguments, file].count(STDIN) > 1:
        raise UsageError("standard input was asked for twice", "give `-` once")
    # Opened now: a wrong path is said before a model is loaded.
    stream = _open(file) if file is not None else None
    return _each(given, stream, file)


def _each(given: Sequence[Topic], stream: BinaryIO | None, file: str | None) -> Iterator[Topic]:
    for topic in given:
        if topic.text == STDIN:
            yield from from_lines(sys.stdin.buffer, "standard input")
        else:
            yield topic
    if stream is not None:
        yield from from_lines(stream, "standard input" if file == STDIN else str(file))


def _open(file: str) -> BinaryIO:
    """The file, or stdin for `-`. Raises OSError, which becomes two lines as any other."""
    if file == STDIN:
        return sys.stdin.buffer
    return Path(file).expanduser().open("rb")
