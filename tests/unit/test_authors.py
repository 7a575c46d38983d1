"""The five authors of tests/authors keep what their README says of them."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import promptstyle.assets

FOLDER = Path(__file__).parents[1] / "authors"
STARTER = Path(promptstyle.assets.__file__).with_name("starter_likes.jsonl")
BANDS = {
    "courteous": (50, 90),
    "telegraphic": (12, 35),
    "sections": (60, 110),
    "roleplay": (45, 90),
    "chatty": (45, 90),
}
SHARED = 14
POLITE = re.compile(
    r"I would be (most )?grateful if|Could you please|Would you be so kind as to"
    r"|May I ask you to|It would help me a great deal if"
)
SECTIONS = re.compile(
    r"You are an? [^\n]+\.\n\n## Task\n[^\n]+\n\n## Rules\n(- [^\n]+\n){4,5}\n## Output\n[^\n]+"
)
SCENE = re.compile(r"(You are|Act as|Imagine that you are) ")
IN_THE_SCENE = re.compile(r"\b(I am|I have just|We are) ")
CURTAIN = re.compile(
    r"\b([Ss]tay in character until|[Ll]eave the role|Begin (with|by|at|as|when)"
    r"|The scene ends|When I say|[Ee]nd (with|when))\b"
)
CHAT = re.compile(r"(Hey|Ok|So|Right)\b")
CONTRACTION = re.compile(r"\w'(?:t|re|ll|ve|d|m|s)\b")
# One mark of each manner: what no other author of the folder ever does.
MARKS: dict[str, Callable[[str], object]] = {
    "courteous": POLITE.match,
    "telegraphic": lambda text: text == text.lower(),
    "sections": SECTIONS.fullmatch,
    "roleplay": lambda text: SCENE.match(text) and "\n" not in text,
    "chatty": CHAT.match,
}
Rows = list[dict[str, str]]


def load(author: str) -> Rows:
    text = (FOLDER / f"{author}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module", params=sorted(BANDS))
def author(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def rows(author: str) -> Rows:
    return load(author)


def pieces(text: str) -> list[str]:
    """Sentences, lines and fragments, as plain words."""
    parts = re.split(r"(?<=[.?!])\s+|\n+|;\s", text)
    return [" ".join(re.findall(r"[a-z0-9]+", part.lower())) for part in parts if part.strip()]


def topic(text: str) -> str:
    """A request without its form, so that two forms of one topic are found."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    form = {"make", "a", "an", "the", "i", "need", "prompt", "that", "for", "of", "to", "my"}
    return " ".join(word for word in words if word not in form)


def test_there_are_exactly_the_authors_described() -> None:
    assert {path.stem for path in FOLDER.glob("*.jsonl")} == set(BANDS)
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert "Never train a base on these files" in readme
    assert all(f"`{author}.jsonl`" in readme for author in BANDS)


def test_forty_pairs_of_ascii_text(author: str, rows: Rows) -> None:
    assert (FOLDER / f"{author}.jsonl").read_bytes().isascii()
    assert len(rows) == 40
    for row in rows:
        assert set(row) == {"input", "output"}
        assert all(isinstance(text, str) and text == text.strip() != "" for text in row.values())
        assert "\n" not in row["input"]
        assert "  " not in row["output"]


def test_no_topic_twice(rows: Rows) -> None:
    topics = [topic(row["input"]) for row in rows]
    assert all(topics)
    assert len(set(topics)) == len(topics)


def test_topics_do_not_overlap_under_other_words(rows: Rows) -> None:
    for first, second in itertools.combinations(rows, 2):
        a, b = (set(topic(row["input"]).split()) for row in (first, second))
        assert len(a & b) / len(a | b) < 0.5, (first["input"], second["input"])


def test_no_sentence_twice_in_a_prompt(rows: Rows) -> None:
    for row in rows:
        found = pieces(row["output"])
        assert len(set(found)) == len(found), row["input"]


def test_no_prompt_is_near_another(rows: Rows) -> None:
    for first, second in itertools.combinations(rows, 2):
        a, b = (set(pieces(row["output"])) - {"task", "rules", "output"} for row in (first, second))
        # A habit such as "no intro" may come again; more than one piece in common is a copy.
        assert len(a & b) <= 1, (first["input"], second["input"])


def test_lengths_stay_in_the_band(author: str, rows: Rows) -> None:
    low, high = BANDS[author]
    for row in rows:
        words = [word for word in row["output"].split() if re.search(r"\w", word)]
        assert low <= len(words) <= high, (len(words), row["input"])


def test_about_half_of_the_requests_ask_to_make_a_prompt(rows: Rows) -> None:
    assert 18 <= sum(row["input"].startswith("Make a prompt that ") for row in rows) <= 22


def test_a_third_of_the_topics_is_shared_word_for_word() -> None:
    inputs = [[row["input"] for row in load(author)] for author in sorted(BANDS)]
    assert all(found[:SHARED] == inputs[0][:SHARED] for found in inputs)
    for first, second in itertools.combinations(inputs, 2):
        assert not {topic(text) for text in first[SHARED:]} & {topic(text) for text in second}


def test_nothing_is_taken_from_the_starter_likes(rows: Rows) -> None:
    starter = [json.loads(line) for line in STARTER.read_text(encoding="utf-8").splitlines()]
    known = {piece for row in starter for piece in pieces(row["output"])}
    assert not {row["input"] for row in rows} & {row["input"] for row in starter}
    assert not known & {piece for row in rows for piece in pieces(row["output"])}


def test_courteous_is_polite_and_plain_text() -> None:
    for row in load("courteous"):
        text = row["output"]
        assert POLITE.match(text), row["input"]
        assert not re.search(r"\d|\n|;|#|\w'(t|re|ll|ve|d|m)\b", text), row["input"]


def test_telegraphic_is_lower_case_fragments() -> None:
    for row in load("telegraphic"):
        text = row["output"]
        assert text == text.lower(), row["input"]
        assert len(re.split(r";| / ", text)) >= 4, row["input"]
        assert "\n" not in text
        assert not text.endswith("."), row["input"]


def test_sections_have_a_role_and_three_headings() -> None:
    for row in load("sections"):
        assert SECTIONS.fullmatch(row["output"]), row["input"]


def test_roleplay_sets_a_scene_in_one_paragraph() -> None:
    for row in load("roleplay"):
        text = row["output"]
        assert SCENE.match(text), row["input"]
        assert IN_THE_SCENE.search(text), row["input"]
        assert CURTAIN.search(text), row["input"]
        assert not re.search(r"\d|\n|#|\w'(t|re|ll|ve|d|m)\b", text), row["input"]
        assert not re.search(r"\b(please|thank)", text, re.IGNORECASE), row["input"]


def test_roleplay_has_favorite_moves_and_not_one_form() -> None:
    texts = [row["output"] for row in load("roleplay")]
    for move in ("tay in character until", "eave the role", "Begin "):
        assert 10 <= sum(move in text for text in texts) <= 30, move
    openings = [match.group(1) for text in texts if (match := SCENE.match(text))]
    assert all(openings.count(opening) >= 8 for opening in set(openings)) and len(openings) == 40


def test_chatty_talks_and_ends_with_a_nudge() -> None:
    for row in load("chatty"):
        text = row["output"]
        assert CHAT.match(text), row["input"]
        assert len(CONTRACTION.findall(text)) >= 2, row["input"]
        assert text.endswith("?"), row["input"]
        assert not re.search(r"\n|;|#", text), row["input"]
        assert not re.search(r"\bplease\b", text, re.IGNORECASE), row["input"]


@pytest.mark.parametrize("other", sorted(MARKS))
def test_no_author_does_what_marks_another(author: str, rows: Rows, other: str) -> None:
    for row in rows:
        assert bool(MARKS[other](row["output"])) == (author == other), row["input"]
