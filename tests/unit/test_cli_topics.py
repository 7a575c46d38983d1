"""Topics from lines: a bad one costs itself alone, and says what is wrong with it."""

from __future__ import annotations

import io

import pytest

from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.core.topics import MAX_TOPIC
from promptstyle.tui.cli import topics


def lines(data: bytes) -> list[topics.Topic]:
    return list(topics.from_lines(io.BytesIO(data), "topics.txt"))


def test_a_byte_that_is_not_utf8_costs_its_own_line() -> None:
    bad, good = lines(b"caf\xe9 au lait\n\n  caf\xc3\xa9\n")
    assert good == topics.Topic("café", "line 3 of topics.txt")
    with pytest.raises(UsageError) as error:
        topics.check(bad.text, bad.where)
    assert error.value.message == (
        "line 1 of topics.txt: the topic has the byte E9 at character 4, which is not UTF-8"
    )


def test_what_is_no_text_ends_the_reading() -> None:
    reading = topics.from_lines(io.BytesIO(b"one\n\x00\x01\ntwo\n"), "topics.txt")
    assert next(reading).text == "one"
    with pytest.raises(PromptstyleError) as error:
        next(reading)
    assert error.value.message == "topics.txt is not text: line 2 has a zero byte"


@pytest.mark.parametrize("length", [MAX_TOPIC + 1, 24_999])
def test_one_limit_is_said_whatever_the_length(length: int) -> None:
    with pytest.raises(UsageError) as error:
        topics.check("x" * length, "")
    assert f"{MAX_TOPIC:,} are the most" in error.value.message
