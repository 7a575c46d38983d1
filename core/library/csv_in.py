"""Reading CSV as spreadsheets write it: quoted newlines, commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from promptstyle.core.library.records_in import BadRecord, known

if TYPE_CHECKING:
    # The csv module names the class of its readers nowhere else.
    from _csv import Reader

_DELIMITERS = ",;\t"


def delimiter_of(text: str) -> str | None:
    """What separates the columns, or None if the first line is no header of ours."""
    for delimiter in _DELIMITERS:
        try:
            header = _header(_reader(text, delimiter))
        except csv.Error:
            continue
        if known(header):
            return delimiter
    return None


def rows(text: str, delimiter: str) -> Iterator[tuple[int, object]]:
    """(line, record) of every row below the header; the line is the one that the row begins on."""
    reader = _reader(text, delimiter)
    with _any_length():
        header = _header(reader)
        while True:
            line = reader.line_num + 1
            try:
                row = next(reader, None)
            except csv.Error as error:
                yield line, BadRecord(_explain(error, line, reader.line_num))
                continue
            if row is None:
                return
            if row and (len(row) > 1 or row[0].strip()):
                yield line, _record(header, row)


def _record(header: list[str], row: list[str]) -> object:
    if len(row) > len(header):
        return BadRecord(
            f"has {len(row)} fields where the header has {len(header)} (quote text with commas)"
        )
    return {name: field for name, field in zip(header, row, strict=False) if name}


def _reader(text: str, delimiter: str) -> Reader:
    # strict: a quote in the wrong place is an error instead of text that nobody wrote.
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _header(reader: Reader) -> list[str]:
    """The names of the columns: the first row that is not blank."""
    row = next((row for row in reader if row), [])
    return [name.strip().lower() for name in row]


def _explain(error: csv.Error, first: int, last: int) -> str:
    where = f" (lines {first} to {last} were not read)" if last > first else ""
    if "unexpected end" in str(error):
        return f"has a quote that is never closed{where}"
    return f"is not CSV: {error}{where}"


@contextmanager
def _any_length() -> Iterator[None]:
    # The limit is the csv module's own and global; our check of the length names the line.
    before = csv.field_size_limit(2**31 - 1)
    try:
        yield
    finally:
        csv.field_size_limit(before)
