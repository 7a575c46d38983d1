"""The prompts in other manners keep what assets/OTHER_MANNERS.md says of them."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pytest

import promptstyle.assets
from promptstyle.core.style.words import resemblance, shingles, terms

ASSETS = Path(promptstyle.assets.__file__).parent
FILE = ASSETS / "other_manners.jsonl"
TESTED = Path(__file__).parents[1] / "authors"
AUTHORS = ("plain", "steps", "manager", "scholar", "questions", "tags", "teacher", "simple")
EACH, SHARED = 12, 6
# Prompts on one topic come to 0.15 at most; a copy with small edits is over 0.6.
ALIKE = 0.2
HEDGES = re.compile(
    r"\b(arguably|might|appears?|insofar|presumably|seems?|tend|to the extent|as far as"
    r"|plausibly|possible|probable|virtually|appropriate caution|I believe|may be)\b"
)
Rows = list[dict[str, str]]


def load(path: Path) -> Rows:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def rows() -> Rows:
    return load(FILE)


@pytest.fixture(scope="module")
def elsewhere() -> Rows:
    """The starter likes and the authors that only tests may see."""
    files = [ASSETS / "starter_likes.jsonl", *sorted(TESTED.glob("*.jsonl"))]
    assert len(files) > 1
    return [row for path in files for row in load(path)]


def outputs(rows: Rows, author: str) -> list[str]:
    return [row["output"] for row in rows if row["author"] == author]


def test_twelve_prompts_of_each_of_eight_authors(rows: Rows) -> None:
    assert [row["author"] for row in rows] == [name for name in AUTHORS for _ in range(EACH)]
    page = (ASSETS / "OTHER_MANNERS.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == list(AUTHORS)


def test_ascii_and_one_object_a_line(rows: Rows) -> None:
    raw = FILE.read_bytes()
    assert raw.isascii()
    assert raw.endswith(b"}\n")
    assert b"\r" not in raw and b"\n\n" not in raw
    for row in rows:
        assert list(row) == ["author", "input", "output"]
        assert all(isinstance(text, str) and text == text.strip() != "" for text in row.values())
        assert "\n" not in row["input"]


def test_six_topics_are_shared_and_the_others_belong_to_one(rows: Rows) -> None:
    inputs = [[row["input"] for row in rows if row["author"] == name] for name in AUTHORS]
    assert all(texts[:SHARED] == inputs[0][:SHARED] for texts in inputs)
    topics = inputs[0][:SHARED] + [text for texts in inputs for text in texts[SHARED:]]
    assert len({text.lower() for text in topics}) == SHARED + len(AUTHORS) * (EACH - SHARED)
    assert sum(text.startswith("Make a prompt that ") for text in topics) == len(topics) // 2
    for one, other in itertools.combinations(topics, 2):
        left, right = set(terms(one)), set(terms(other))
        assert len(left & right) / len(left | right) < 0.5, (one, other)


def test_no_prompt_twice(rows: Rows) -> None:
    pairs = [shingles(row["output"]) for row in rows]
    for (one, left), (other, right) in itertools.combinations(zip(rows, pairs, strict=True), 2):
        assert resemblance(left, right) < ALIKE, (one["output"], other["output"])


def test_no_sentence_stands_twice(rows: Rows) -> None:
    for author in set(AUTHORS) - {"tags"}:
        texts = [re.sub(r"^\d\. ", "", text, flags=re.M) for text in outputs(rows, author)]
        found = [s.lower() for text in texts for s in re.split(r"(?<=[.?!])\s+|\n", text)]
        assert len(set(found)) == len(found), author


def test_nothing_is_taken_from_the_likes_or_the_tested_authors(rows: Rows, elsewhere: Rows) -> None:
    assert not {row["input"].lower() for row in rows} & {row["input"].lower() for row in elsewhere}
    known = [(row["output"], shingles(row["output"])) for row in elsewhere]
    for row in rows:
        own = shingles(row["output"])
        for text, others in known:
            assert resemblance(own, others) < ALIKE, (row["output"], text)


def test_plain_is_one_sentence(rows: Rows) -> None:
    assert all(re.fullmatch(r"[A-Z][^.?!\n]+\.", text) for text in outputs(rows, "plain"))


def test_steps_are_numbered_from_first_to_finally(rows: Rows) -> None:
    for text in outputs(rows, "steps"):
        lines = text.split("\n")
        assert 4 <= len(lines) <= 6
        assert all(line.startswith(f"{n}. ") for n, line in enumerate(lines, 1))
        assert lines[0].startswith("1. First, ") and ". Finally, " in lines[-1]


def test_the_manager_gives_the_context_first(rows: Rows) -> None:
    form = r"Context: .+ Ask: .+ Must have: .+ Out of scope: .+"
    assert all(re.fullmatch(form, text) for text in outputs(rows, "manager"))


def test_the_scholar_hedges(rows: Rows) -> None:
    for text in outputs(rows, "scholar"):
        assert HEDGES.search(text), text
        assert not re.search(r"\w'(t|re|ll|ve|d|m)\b|\n|!", text), text


def test_questions_are_only_questions(rows: Rows) -> None:
    assert all(re.fullmatch(r"([^.?!\n]+\? ?){3,5}", text) for text in outputs(rows, "questions"))


def test_tags_are_closed_and_have_placeholders(rows: Rows) -> None:
    for text in outputs(rows, "tags"):
        opened: list[str] = []
        for slash, name in re.findall(r"<(/?)(\w+)[^>]*>", text):
            if not slash:
                opened.append(name)
            else:
                assert opened.pop() == name, text
        assert opened == []
        assert text.startswith("<task>") and re.search(r"\{\{\w+\}\}", text), text


def test_the_teacher_works_together_with_the_reader(rows: Rows) -> None:
    for text in outputs(rows, "teacher"):
        assert text.startswith("Let's ") and "Remember" in text, text


def test_simple_keeps_its_sentences_short(rows: Rows) -> None:
    for text in outputs(rows, "simple"):
        lengths = [len(sentence.split()) for sentence in re.split(r"(?<=[.?!])\s+", text)]
        assert max(lengths) <= 20 and sum(lengths) / len(lengths) <= 12, text
