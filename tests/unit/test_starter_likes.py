"""The starter likes keep what assets/STARTER_LIKES.md says of them."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from pathlib import Path

import pytest

import promptstyle.assets

FILE = Path(promptstyle.assets.__file__).with_name("starter_likes.jsonl")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?!])\s+", text.strip())


def content(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text.lower()))


def trigrams(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return set(zip(words, words[1:], words[2:], strict=False))


def overlap(left: set[object], right: set[object]) -> float:
    return len(left & right) / len(left | right)


def test_there_are_61_rows_of_input_and_output(rows: list[dict[str, str]]) -> None:
    assert len(rows) == 61
    for row in rows:
        assert set(row) == {"input", "output"}
        assert all(value and value == " ".join(value.split()) for value in row.values())


def test_ascii_and_one_object_a_line() -> None:
    raw = FILE.read_bytes()
    assert raw.isascii()
    assert raw.endswith(b"}\n")
    assert b"\r" not in raw and b"\n\n" not in raw


def test_topics_are_requests_and_differ(rows: list[dict[str, str]]) -> None:
    topics = [row["input"] for row in rows]
    assert all(re.fullmatch(r"(Make|Create|Write) a prompt (that|for|to) .+\.", t) for t in topics)
    opening = {"make", "create", "write", "a", "prompt", "that", "for", "to", "my", "the", "of"}
    for one, other in itertools.combinations([content(t) - opening for t in topics], 2):
        assert overlap(one, other) < 0.5
    # The demonstration asks for this one, which must not be in what is learnt.
    assert not any("podcast" in topic.lower() for topic in topics)


def test_length_and_manner(rows: list[dict[str, str]]) -> None:
    for row in rows:
        prompt = row["output"]
        assert 49 <= len(prompt.split()) <= 71, row["input"]
        assert prompt.count("Make sure") == 1, row["input"]
        assert re.search(r"\d", prompt), row["input"]
        assert prompt.endswith(".")
        assert 5 <= len(sentences(prompt)) <= 8, row["input"]
        assert all(len(sentence.split()) <= 24 for sentence in sentences(prompt)), row["input"]
    opens = Counter(row["output"].split()[0] for row in rows)
    assert len(opens) >= 30
    assert opens.most_common(1)[0][1] <= 15


def test_no_sentence_stands_twice(rows: list[dict[str, str]]) -> None:
    seen = Counter(s.lower() for row in rows for s in sentences(row["output"]))
    assert [sentence for sentence, count in seen.items() if count > 1] == []


def test_no_two_prompts_are_near_duplicates(rows: list[dict[str, str]]) -> None:
    grams = [trigrams(row["output"]) for row in rows]
    nearest = max(overlap(one, other) for one, other in itertools.combinations(grams, 2))
    assert nearest < 0.1
