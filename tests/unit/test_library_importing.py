"""Reading likes: every format, and a line number with a reason for every bad row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import Library, NewLike
from promptstyle.core.library.importing import ReadResult, import_likes, read_likes


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "p.db") as library:
        yield library


def read(text: str | bytes) -> ReadResult:
    return read_likes(text if isinstance(text, bytes) else text.encode(), name="likes.txt")


def texts(result: ReadResult) -> list[tuple[str, str]]:
    return [(like.input, like.output) for like in result.pairs]


def reasons(result: ReadResult) -> list[tuple[int, str]]:
    return [(rejected.line, rejected.reason) for rejected in result.rejected]


def test_json_lines() -> None:
    result = read(
        '{"input":"a","output":"b","extra":1}\r\n'
        "\n"
        '{"output":"Make sure.\\r\\nShow only.","input":" c "}'
    )
    assert texts(result) == [("a", "b"), ("c", "Make sure.\nShow only.")]
    assert result.rejected == []
    assert {like.source for like in result.pairs} == {"import"}


def test_every_bad_line_is_named_with_its_reason() -> None:
    result = read(
        '{"input":"a","output":"b"}\n'
        '{"input":1,"output":"b"}\n'
        "\n"
        '{"input":"a"}\n'
        "nonsense\n"
        '{"input":"a","output":" "}\n'
        '{"input":"a","output":"x\\u0007"}\n'
        '{"input":"\\ud83d","output":"x"}\n'
        '["a","b"]\n'
        '{"prompt":"a"}\n'
        '{"input":"a","output":"' + "x" * 8001 + '"}\n'
        '{"input":null,"output":"b"}\n'
        '{"input":"c","output":"d"\n'
        '{"input":"last","output":"one"}'
    )
    assert texts(result) == [("a", "b"), ("last", "one")]
    assert reasons(result) == [
        (2, "input is not text but a number"),
        (4, "has no output"),
        (5, "is not JSON: Expecting value at character 1"),
        (6, "output is empty"),
        (7, "output has a control character (U+0007 at character 2)"),
        (8, "input has U+D83D at character 1, which is no character (is the text UTF-8?)"),
        (9, 'is a list, not an object like {"input": …, "output": …}'),
        (10, "has none of: input and output, instruction and output, messages"),
        (11, "output has 8,001 characters, more than 8,000"),
        (12, "input is not text but null"),
        (13, "is not JSON: Expecting ',' delimiter at character 26"),
    ]


def test_line_separators_inside_json_end_no_line() -> None:
    result = read('{"input":"a\u2028b","output":"b"}\n{"input":"a\x85b","output":"c"}')
    assert texts(result) == [("a\u2028b", "b")]
    assert reasons(result) == [(2, "input has a control character (U+0085 at character 2)")]


def test_a_byte_that_is_not_utf8_costs_its_own_line() -> None:
    result = read(
        b'{"input":"caf\xe9","output":"b"}\n{"input":"caf\xc3\xa9","output":"b"}\n\xff\xfe!'
    )
    assert texts(result) == [("café", "b")]
    assert [line for line, _ in reasons(result)] == [1, 3]
    assert reasons(result)[0][1] == "input has the byte E9 at character 4, which is not UTF-8"


@pytest.mark.parametrize("indent", [None, 2])
def test_alpaca_as_an_array(indent: int | None) -> None:
    rows = [
        {"instruction": "Sum it up.", "input": "", "output": "Write 3 lines."},
        {"instruction": "Sum it up.", "input": " A podcast. ", "output": "Write 4 lines."},
        {"instruction": "No input.", "output": "Write 5 lines."},
    ]
    assert texts(read(json.dumps(rows, indent=indent))) == [
        ("Sum it up.", "Write 3 lines."),
        ("Sum it up.\n\nA podcast.", "Write 4 lines."),
        ("No input.", "Write 5 lines."),
    ]
    assert len(read("\n".join(map(json.dumps, rows))).pairs) == 3


def test_rows_of_an_array_are_named_by_the_line_they_begin_on() -> None:
    result = read(
        "\n[\n"
        '  {"instruction": "a", "output": "b"},\n'
        '  {"instruction": "",\n'
        '   "output": "b"}, {"instruction": "x", "input": 5, "output": "b"},\n'
        "  7\n"
        "  , {\n"
    )
    assert texts(result) == [("a", "b")]
    assert reasons(result) == [
        (4, "item 2 instruction is empty"),
        (5, "item 3 input is not text but a number"),
        (6, 'item 4 is a number, not an object like {"input": …, "output": …}'),
        (
            7,
            "item 5 is not JSON from here on, and not read: "
            "Expecting property name enclosed in double quotes at character 1",
        ),
    ]


@pytest.mark.parametrize(
    ("text", "pairs", "reason"),
    [
        ("[]", 0, None),
        ("[ ] \n", 0, None),
        (
            '[{"input":"a","output":"b"}',
            1,
            "is not followed by a comma or ]; nothing after it was read",
        ),
        ('[{"input":"a","output":"b"} 5]', 1, "is not followed by a comma"),
        ('[{"input":"a","output":"b"},]', 1, "is not JSON from here on"),
        ('[{"input":"a","output":"b"}] more', 1, "is followed by text after the list"),
        ("[" * 100_000, 0, "nested too deeply"),
        ('{"a":' * 100_000, 0, "nested too deeply"),
        ('{"input":1' + "0" * 5000 + ',"output":"b"}', 0, "is not JSON"),
    ],
)
def test_json_that_breaks_off(text: str, pairs: int, reason: str | None) -> None:
    result = read(text)
    assert len(result.pairs) == pairs
    assert len(result.rejected) == (reason is not None)
    assert reason is None or reason in result.rejected[0].reason


def test_one_object_over_several_lines() -> None:
    assert texts(read('\n{\n  "input": "a",\n  "output": "b"\n}\n')) == [("a", "b")]
    assert reasons(read('\n{\n  "input": "a",\n  "output": ""\n}\n')) == [(2, "output is empty")]


def test_what_our_exports_add_is_kept_and_others_fields_are_let_go() -> None:
    ours = {
        "input": "a",
        "output": "b",
        "tags": ["x", " y "],
        "source": "add",
        "created": "2025-01-02T03:04:05Z",
        "side": "held",
    }
    theirs = {"input": "a", "output": "b", "tags": {"k": 1}, "source": 5, "created": 0, "side": []}
    result = read(json.dumps(ours) + "\n" + json.dumps(theirs))
    assert result.pairs == [
        NewLike("a", "b", ("x", "y"), "add", "2025-01-02T03:04:05Z", "held"),
        NewLike("a", "b", (), "import", "", None),
    ]
    long = {"input": "a", "output": "b", "tags": ["x" * 61]}
    assert reasons(read(json.dumps(long))) == [(1, "a tag has 61 characters, more than 60")]


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "empty_file", "likes.txt is empty"),
        (b"\xef\xbb\xbf \n", "empty_file", "likes.txt is empty"),
        (bytes(range(256)), "not_text", "binary data"),
        (b"\x80\x81" * 100, "not_text", "binary data"),
        ('{"input":"a"}'.encode("utf-16"), "not_text", "text in UTF-16"),
        (b"PK\x03\x04rest", "not_text", "a spreadsheet"),
        (b"\x1f\x8brest", "not_text", "a gzip file"),
        (b"GGUF\x03\0\0\0", "not_text", "a GGUF model"),
        (b"topic one\ntopic two\n", "format", "no format that can be imported"),
        (b"question,answer\na,b\n", "format", "no format that can be imported"),
        (b'"just text"', "format", "no format that can be imported"),
    ],
)
def test_what_is_no_file_of_likes_is_an_error(data: bytes, code: str, words: str) -> None:
    with pytest.raises(PromptstyleError) as error:
        read(data)
    assert error.value.code == code
    assert words in error.value.message
    assert "JSON Lines" in error.value.hint


def test_standard_input_is_called_by_its_name() -> None:
    with pytest.raises(PromptstyleError) as error:
        read_likes(b"\0\1\2", name="-")
    assert error.value.message.startswith("standard input is binary data")


def test_a_stray_first_line_does_not_hide_the_format() -> None:
    result = read('likes of mine\n{"input":"a","output":"b"}\n')
    assert texts(result) == [("a", "b")]
    assert [line for line, _ in reasons(result)] == [1]


@given(st.binary(max_size=200) | st.text('{}[]",:\n\r\\ aio').map(str.encode))
def test_no_bytes_whatever_raise_anything_but_our_error(data: bytes) -> None:
    try:
        result = read_likes(data, name="x")
    except PromptstyleError as error:
        assert error.hint
    else:
        lines = max(data.count(b"\n"), data.count(b"\r")) + 1
        assert all(1 <= rejected.line <= lines for rejected in result.rejected)


@given(
    st.sampled_from(
        ["input,output\n", "instruction,output,tags\n", '{"input":"a","output":"b"}\n']
    ),
    st.text('{}[]",;:\n\r\t\\ aio\0\x85\u2028é'),
)
def test_nothing_below_a_good_first_line_raises(first: str, rest: str) -> None:
    read((first + rest).encode())


def test_an_import_adds_the_good_rows(library: Library) -> None:
    data = b'{"input":"a","output":"b"}\n{"input":"a","output":"b"}\nbad\n'
    result = import_likes(library, "default", data, name="f.jsonl")
    assert (len(result.added), result.duplicates, len(result.rejected)) == (1, 1, 1)
    assert library.likes("default") == result.added


def test_a_strict_import_adds_all_or_nothing(library: Library) -> None:
    bad = b'{"input":"a","output":"b"}\nbad\n'
    result = import_likes(library, "default", bad, name="f.jsonl", strict=True)
    assert (result.added, result.duplicates, len(result.rejected)) == ([], 0, 1)
    assert library.profiles() == []
    good = b'{"input":"a","output":"b"}\n'
    assert len(import_likes(library, "default", good, name="f.jsonl", strict=True).added) == 1


def test_the_starter_likes_split_as_the_reference_did(library: Library) -> None:
    from promptstyle import assets

    folder = Path(next(iter(assets.__path__)))
    (starter,) = folder.glob("starter*.jsonl")
    result = import_likes(library, "default", starter.read_bytes(), name=starter.name)
    assert (len(result.added), result.duplicates, result.rejected) == (61, 0, [])
    profile = library.profile("default")
    assert (profile.likes, profile.held) == (61, 10)


def test_a_carriage_return_ends_a_line_where_there_is_no_other_end() -> None:
    result = read('{"input":"a","output":"b"}\r{"input":"c"}\r{"input":"d","output":"e"}')
    assert texts(result) == [("a", "b"), ("d", "e")]
    assert reasons(result) == [(2, "has no output")]


def test_items_of_an_array_on_one_line_are_told_apart() -> None:
    found = reasons(read('[1,"x",null,{"input":"a","output":"b"}]'))
    assert [(line, reason.split(",")[0]) for line, reason in found] == [
        (1, "item 1 is a number"),
        (1, "item 2 is text"),
        (1, "item 3 is null"),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"input":"a\tb","output":"c"}', "is not JSON: Invalid control character at character 12"),
        ('{"input":' + "9" * 5_000 + "}", "is not JSON: a number is too long"),
        ('\ufeff{"input":"a","output":"c"}', "is not JSON: Unexpected UTF-8 BOM at character 1"),
    ],
    ids=["control character", "number", "mark"],
)
def test_reasons_are_for_people(line: str, reason: str) -> None:
    assert reasons(read('{"input":"a","output":"b"}\n' + line)) == [(2, reason)]


def test_topic_and_prompt_are_other_names_for_input_and_output() -> None:
    assert texts(read('Topic,Prompt\nnaming a cat,"Name it, please."\n')) == [
        ("naming a cat", "Name it, please.")
    ]
    assert texts(read('{"topic":"a","prompt":"b"}\n{"topic":"c","prompt":"d","tags":["e"]}')) == [
        ("a", "b"),
        ("c", "d"),
    ]
    # Where both are there, these are something else.
    assert texts(read('{"topic":"a","prompt":"b","input":"c","output":"d"}')) == [("c", "d")]


def test_a_csv_without_known_columns_says_what_they_are_called() -> None:
    with pytest.raises(PromptstyleError) as error:
        read("title;text\na;b\n")
    assert "input,output or topic,prompt" in error.value.hint
