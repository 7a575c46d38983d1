"""Writing likes to files in the formats that others read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from promptstyle.core import atomic
from promptstyle.core.errors import UsageError
from promptstyle.core.library.records import Like

_SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "alpaca", ".csv": "csv"}


def export_likes(likes: Sequence[Like], path: Path, format: str | None = None) -> int:
    """Write `likes` to `path`, all or nothing; returns the number of bytes.

    `format` is one of FORMATS; without it the suffix decides (.jsonl, .json for alpaca, .csv).
    Raises UsageError if neither says, OSError if the file cannot be written.
    """
    text = dump_likes(likes, format or format_of(path))
    try:
        atomic.write_text(path, text)
    except OSError as error:
        # The user knows `path` and not the temporary file beside it.
        error.filename = str(path)
        raise
    return len(text.encode())


def format_of(path: Path) -> str:
    """The format that the suffix of `path` stands for. Raises UsageError if it is none."""
    found = _SUFFIXES.get(path.suffix.lower())
    if found is None:
        raise UsageError(
            f"{path.name!r} does not say which format it should be in",
            "end it in .jsonl, .json or .csv",
        )
    return found


def dump_likes(likes: Sequence[Like], format: str) -> str:
    """`likes` as text. JSON Lines and CSV keep everything; alpaca and OpenAI topic and prompt."""
    if format not in FORMATS:
        raise UsageError(f"there is no format {format!r}", "use one of " + ", ".join(FORMATS))
    return FORMATS[format](likes)


def _jsonl(likes: Sequence[Like]) -> str:
    return _lines(
        {
            "input": like.input,
            "output": like.output,
            "tags": list(like.tags),
            "source": like.source,
            "created": like.created,
            "side": like.side,
        }
        for like in likes
    )


def _openai(likes: Sequence[Like]) -> str:
    return _lines(
        {
            "messages": [
                {"role": "user", "content": like.input},
                {"role": "assistant", "content": like.output},
            ]
        }
        for like in likes
    )


def _alpaca(likes: Sequence[Like]) -> str:
    rows = [{"instruction": like.input, "input": "", "output": like.output} for like in likes]
    return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


def _csv(likes: Sequence[Like]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["input", "output", "tags", "source", "created", "side"])
    for like in likes:
        tags = ", ".join(like.tags)
        writer.writerow([like.input, like.output, tags, like.source, like.created, like.side])
    return out.getvalue()


def _lines(rows: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


FORMATS: dict[str, Callable[[Sequence[Like]], str]] = {
    "jsonl": _jsonl,
    "alpaca": _alpaca,
    "openai": _openai,
    "csv": _csv,
}
