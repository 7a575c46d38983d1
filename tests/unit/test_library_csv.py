"""Reading likes from CSV: delimiters, quoted newlines, lines of bad rows."""

from __future__ import annotations

import csv

import pytest

from promptstyle.core.library.importing import ReadResult, read_likes


def read(text: str | bytes) -> ReadResult:
    return read_likes(text if isinstance(text, bytes) else text.encode(), name="likes.txt")


def texts(result: ReadResult) -> list[tuple[str, str]]:
    return [(like.input, like.output) for like in result.pairs]


def reasons(result: ReadResult) -> list[tuple[int, str]]:
    return [(rejected.line, rejected.reason) for rejected in result.rejected]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_csv_as_spreadsheets_write_it(delimiter: str, newline: str, mark: str) -> None:
    lines = [
        f" Output {delimiter}INPUT",
        f'"Say ""hi"", please;{newline}Show\tonly, that."{delimiter}a',
        "",
        f"b{delimiter}c",
    ]
    result = read(mark + newline.join(lines))
    assert texts(result) == [("a", 'Say "hi", please;\nShow\tonly, that.'), ("c", "b")]
    assert result.rejected == []


def test_csv_in_alpacas_columns() -> None:
    result = read("instruction,input,output\nSum,,one\nSum,text,two\n")
    assert texts(result) == [("Sum", "one"), ("Sum\n\ntext", "two")]


def test_bad_rows_of_csv_are_named_by_the_line_they_begin_on() -> None:
    result = read(
        "input,output\n"
        '"two\nlines",good\n'  # lines 2 and 3
        "a,b,c\n"  # 4
        '"x\n\ny",\n'  # 5 to 7
        "alone\n"  # 8
        '"a"b,c\n'  # 9
        f'{"x" * 200_000},"still\nread"\n'  # 10 and 11
        "fine,row\n"  # 12
        'never,"closed\n'  # 13
        "lost,row\n"
    )
    assert texts(result) == [("two\nlines", "good"), ("fine", "row")]
    assert reasons(result) == [
        (4, "has 3 fields where the header has 2 (quote text with commas)"),
        (5, "output is empty"),
        (8, "has no output"),
        (9, "is not CSV: ',' expected after '\"'"),
        (10, "input has 200,000 characters, more than 8,000"),
        (13, "has a quote that is never closed (lines 13 to 14 were not read)"),
    ]


def test_the_csv_modules_own_limit_is_left_as_it_was() -> None:
    before = csv.field_size_limit(12_345)
    try:
        read("input,output\na,b\n")
        assert csv.field_size_limit() == 12_345
    finally:
        csv.field_size_limit(before)
