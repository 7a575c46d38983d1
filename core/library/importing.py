"""Reading likes from files: JSON Lines, JSON, CSV; the format is seen from the content."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import csv_in
from promptstyle.core.library.records import Like, NewLike
from promptstyle.core.library.records_in import BadRecord, pairs_of
from promptstyle.core.library.store import Library

# How files begin that people take for text.
_BINARY = {
    b"PK\x03\x04": "a zip file or a spreadsheet",
    b"\x1f\x8b": "a gzip file",
    b"\xfd7zXZ": "an xz file",
    b"BZh": "a bzip2 file",
    b"%PDF": "a PDF",
    b"GGUF": "a GGUF model",
    b"SQLite format 3": "an SQLite database",
}
_FORMATS = (
    'JSON Lines {"input": …, "output": …}, alpaca, OpenAI messages, or CSV whose first line names '
    "the columns: input,output or topic,prompt"
)


@dataclass(frozen=True)
class Rejected:
    """A line (from 1, as an editor counts) that was not taken, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class Item:
    """An element of a JSON array, and the how-manieth it is."""

    number: int
    record: object


@dataclass(frozen=True)
class ReadResult:
    """What a file had: the likes to add, and the lines that are bad."""

    pairs: list[NewLike]
    rejected: list[Rejected]


@dataclass(frozen=True)
class ImportResult:
    """What an import did."""

    added: list[Like]
    duplicates: int
    rejected: list[Rejected]


def import_likes(
    library: Library, profile: str, data: bytes, *, name: str, strict: bool = False
) -> ImportResult:
    """Add the good rows of `data` to `profile` in one transaction; with `strict`, all or none.

    Raises PromptstyleError if the data as a whole cannot be read.
    """
    read = read_likes(data, name=name)
    if not read.pairs or (strict and read.rejected):
        return ImportResult([], 0, read.rejected)
    result = library.add_likes(profile, read.pairs)
    return ImportResult(result.added, result.duplicates, read.rejected)


def read_likes(data: bytes, *, name: str) -> ReadResult:
    """The likes in the bytes of a file; `name` is the file's, or "-" for standard input.

    Rows that cannot be taken are in `rejected`. Raises PromptstyleError if `data` is not text,
    is empty, or is in none of the formats.
    """
    shown = "standard input" if name == "-" else name
    text = _decode(data, shown)
    if not text.strip():
        raise PromptstyleError(
            f"{shown} is empty", f"put likes into it: {_FORMATS}", code="empty_file"
        )
    source = "import"
    rows = _rows(text)
    if rows is None:
        raise _unknown(text, shown)
    pairs: list[NewLike] = []
    rejected: list[Rejected] = []
    for line, record in rows:
        item = ""
        if isinstance(record, Item):
            item, record = f"item {record.number} ", record.record
        try:
            if isinstance(record, BadRecord):
                raise record
            pairs.extend(pairs_of(record, source))
        except BadRecord as error:
            rejected.append(Rejected(line, f"{item}{error}"))
    return ReadResult(pairs, rejected)


def _decode(data: bytes, shown: str) -> str:
    """The text of `data`; bytes that are not UTF-8 become lone surrogates, which no row may have.

    That way a stray byte costs its own row and not the file.
    """
    kind = next((kind for magic, kind in _BINARY.items() if data.startswith(magic)), None)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        kind = "text in UTF-16"
    if kind is not None:
        raise _not_text(kind, shown)
    return data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")


def _unknown(text: str, shown: str) -> PromptstyleError:
    if re.search("[\0\ud800-\udfff]", text):
        return _not_text("binary data", shown)
    return PromptstyleError(
        f"{shown} is in no format that can be imported", f"make it {_FORMATS}", code="format"
    )


def _not_text(kind: str, shown: str) -> PromptstyleError:
    return PromptstyleError(
        f"{shown} is {kind}, not text in UTF-8",
        "export or save it as UTF-8 text: JSON Lines or CSV",
        code="not_text",
    )


def _rows(text: str) -> Iterator[tuple[int, object]] | None:
    """(line, record) of every row, a BadRecord standing for an unreadable one; None: no format."""
    first = text.lstrip()[0]
    if first == "[":
        return _json_array(text)
    if first == "{":
        whole = _one_object(text)
        return iter([whole]) if whole is not None else _json_lines(text)
    if (delimiter := csv_in.delimiter_of(text)) is not None:
        return csv_in.rows(text, delimiter)
    # A stray line at the top does not hide the format of those below it.
    if any(line.lstrip().startswith("{") for line in text.split("\n")):
        return _json_lines(text)
    return None


def _one_object(text: str) -> tuple[int, object] | None:
    """The whole text as one JSON object over several lines, if it is one."""
    if not isinstance(_loads(text.lstrip().split("\n", 1)[0]), BadRecord):
        return None
    record = _loads(text)
    return None if isinstance(record, BadRecord) else (_line_of_first(text), record)


def _json_lines(text: str) -> Iterator[tuple[int, object]]:
    # Not splitlines(): U+2028 and its like may stand inside a JSON string. A carriage return alone
    # ends a line too, where there is no other end.
    end = "\n" if "\n" in text else "\r"
    for number, line in enumerate(text.split(end), start=1):
        if line.strip():
            yield number, _loads(line)


def _json_array(text: str) -> Iterator[tuple[int, object]]:
    """The elements of one JSON array, each with the line that it begins on.

    What is wrong with one says its number too: several may stand on a line.
    """
    decoder = json.JSONDecoder()
    position = text.index("[") + 1
    line, counted, item = 1, 0, 0
    separator = ""
    while True:
        position = _skip_blank(text, position)
        line += text.count("\n", counted, position)
        counted, item = position, item + 1
        if text.startswith("]", position) and separator == "":
            position += 1
            break
        try:
            record, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            reason = f"item {item} is not JSON from here on, and not read: {_said(error)}"
            yield line, BadRecord(reason)
            return
        yield line, Item(item, record)
        position = _skip_blank(text, position)
        separator = text[position : position + 1]
        position += 1
        if separator == "]":
            break
        if separator != ",":
            reason = f"item {item} is not followed by a comma or ]; nothing after it was read"
            yield line, BadRecord(reason)
            return
    if rest := text[position:].strip():
        yield line, BadRecord(f"is followed by text after the list, not read: {rest[:20]!r}")


def _skip_blank(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return position


def _loads(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        return BadRecord(f"is not JSON: {_said(error)}")


def _said(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        # Some of json's messages end in "at", one in advice on Python.
        said = error.msg.partition(" (")[0].removesuffix(" at")
        return f"{said} at character {error.colno}"
    # Of the ValueErrors there is one more: Python reads no number of more than 4,300 digits.
    return "nested too deeply" if isinstance(error, RecursionError) else "a number is too long"


def _line_of_first(text: str) -> int:
    return text[: len(text) - len(text.lstrip())].count("\n") + 1
