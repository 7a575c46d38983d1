"""Writing likes, and that reading them again gives the same ones."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import stat
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.errors import UsageError
from promptstyle.core.library import Like, NewLike
from promptstyle.core.library.exporting import FORMATS, dump_likes, export_likes, format_of
from promptstyle.core.library.importing import read_likes
from promptstyle.core.library.text import problem, tag_problem, tidy

TIME = "2025-01-02T03:04:05Z"
LIKES = [
    Like(
        "0a",
        "p",
        "Tea, or\ncoffee",
        'Say "yes".',
        ("a b", "c"),
        "add",
        "2025-01-02T03:04:05Z",
        "held",
    ),
    Like("0b", "p", "{braces}", "[1, 2]\tend", (), "", "2025-01-02T03:04:06Z", "train"),
]

plain = st.characters(codec="utf-8", exclude_categories=["Cc"])
odd = st.sampled_from("\",;{}[]\\'=#\u2028\ufeff é日")
text = st.text(plain | odd | st.sampled_from("\n\r\t")).map(lambda text: tidy(text) or "é")
text = text.filter(lambda text: problem(text) is None)
tag = st.text(plain | odd, max_size=60).map(lambda tag: re.sub("[,;]", "", tag).strip() or "t")
tag = tag.filter(lambda tag: tag_problem(tag) is None)
likes = st.lists(
    st.builds(
        Like,
        id=st.just("00"),
        profile=st.just("p"),
        input=text,
        output=text,
        tags=st.lists(tag, unique=True, max_size=4).map(tuple),
        source=st.sampled_from(["", "add", "import", "generated"]),
        created=st.just(TIME),
        side=st.sampled_from(["train", "held"]),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize("format", FORMATS)
@given(likes=likes)
def test_a_round_trip_changes_nothing(format: str, likes: list[Like]) -> None:
    result = read_likes(dump_likes(likes, format).encode(), name="x")
    assert result.rejected == []
    if format in ("jsonl", "csv"):
        assert result.pairs == [
            NewLike(
                like.input,
                like.output,
                like.tags,
                like.source or "import",
                like.created,
                like.side,
            )
            for like in likes
        ]
    else:
        assert result.pairs == [NewLike(like.input, like.output, (), "import") for like in likes]


def test_json_lines_have_input_and_output_first() -> None:
    first = dump_likes(LIKES, "jsonl").splitlines()[0]
    assert list(json.loads(first)) == ["input", "output", "tags", "source", "created", "side"]
    assert json.loads(first)["input"] == "Tea, or\ncoffee"


def test_others_formats_are_as_others_read_them() -> None:
    assert json.loads(dump_likes(LIKES, "alpaca"))[1] == {
        "instruction": "{braces}",
        "input": "",
        "output": "[1, 2]\tend",
    }
    assert json.loads(dump_likes(LIKES, "openai").splitlines()[0]) == {
        "messages": [
            {"role": "user", "content": "Tea, or\ncoffee"},
            {"role": "assistant", "content": 'Say "yes".'},
        ]
    }
    rows = list(csv.DictReader(io.StringIO(dump_likes(LIKES, "csv"), newline="")))
    assert rows[0]["input"] == "Tea, or\ncoffee"
    assert rows[0]["tags"] == "a b, c"


@pytest.mark.parametrize("format", FORMATS)
def test_no_likes_make_a_file_without_any(format: str) -> None:
    written = dump_likes([], format)
    assert written == {"jsonl": "", "openai": "", "alpaca": "[]\n"}.get(format, written)
    if format == "csv":
        assert written == "input,output,tags,source,created,side\n"


@pytest.mark.parametrize(
    ("name", "format"),
    [("a.jsonl", "jsonl"), ("a.NDJSON", "jsonl"), ("a.json", "alpaca"), ("a.b.csv", "csv")],
)
def test_the_suffix_says_the_format(tmp_path: Path, name: str, format: str) -> None:
    assert format_of(Path(name)) == format
    size = export_likes(LIKES, tmp_path / name)
    assert (tmp_path / name).read_text(encoding="utf-8") == dump_likes(LIKES, format)
    assert (tmp_path / name).stat().st_size == size
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_format_that_is_named_wins_over_the_suffix(tmp_path: Path) -> None:
    export_likes(LIKES, tmp_path / "a.csv", "openai")
    assert (tmp_path / "a.csv").read_text(encoding="utf-8").startswith('{"messages"')


def test_what_is_no_format_is_a_wrong_call(tmp_path: Path) -> None:
    for call in (
        lambda: export_likes(LIKES, tmp_path / "a"),
        lambda: export_likes(LIKES, tmp_path / "a.xlsx"),
    ):
        with pytest.raises(UsageError) as error:
            call()
        assert error.value.hint == "end it in .jsonl, .json or .csv"
    with pytest.raises(UsageError) as error:
        export_likes(LIKES, tmp_path / "a.csv", "xml")
    assert "jsonl, alpaca, openai, csv" in error.value.hint
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    export_likes(LIKES, path)
    before = path.read_bytes()
    with pytest.raises(UnicodeEncodeError):
        export_likes([replace(LIKES[0], input="\ud800")], path)
    assert path.read_bytes() == before
    with pytest.raises(OSError) as error:
        export_likes(LIKES, tmp_path / "nowhere" / "a.jsonl")
    assert error.value.filename == str(tmp_path / "nowhere" / "a.jsonl")
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_in_the_texts_is_lost_to_normalising() -> None:
    decomposed = replace(LIKES[0], input=unicodedata.normalize("NFD", "Café  au  lait"))
    (read,) = read_likes(dump_likes([decomposed], "jsonl").encode(), name="x").pairs
    assert read.input == decomposed.input
