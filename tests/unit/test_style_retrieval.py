"""Which likes are found for a topic."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import promptstyle.assets
from promptstyle.core.style.retrieval import Retriever
from promptstyle.core.training.template import Pair

STARTER = Path(promptstyle.assets.__file__).with_name("starter_likes.jsonl")


@pytest.fixture(scope="module")
def starter() -> list[Pair]:
    rows = map(json.loads, STARTER.read_text(encoding="utf-8").splitlines())
    return [(row["input"], row["output"]) for row in rows]


def test_bm25_by_hand() -> None:
    pairs = [("sea", "calm blue water"), ("hill", "calm green grass")]
    retriever = Retriever(pairs)
    # Both likes are 5 terms long (the topic counts twice). "sea" stands in one of two.
    tf = 2 * 2.5 / (2 + 1.5)
    assert retriever.scores("sea") == {0: pytest.approx(math.log(2) * tf)}
    idf_of_both = math.log(1 + 0.5 / 2.5)
    assert retriever.scores("calm") == {
        0: pytest.approx(idf_of_both * 2.5 / 2.5),
        1: pytest.approx(idf_of_both * 2.5 / 2.5),
    }


@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        ("Make a prompt that explains SQL joins", "SQL query to a manager"),
        ("planning cheap lunches for students", "five cheap dinners"),
        ("Write a prompt to summarise a research article for class", "research paper"),
        ("prompt for naming a git commit", "commit message"),
        ("Make a prompt that drills French irregular verbs", "Spanish irregular verbs"),
    ],
)
def test_the_like_on_the_same_subject_comes_first(
    starter: list[Pair], topic: str, expected: str
) -> None:
    assert expected in starter[Retriever(starter).nearest(topic, 3)[0]][0]


def test_request_words_do_not_count() -> None:
    pairs = [
        ("Make a prompt that makes a prompt", "Make a prompt that makes prompts."),
        ("Sailing knots", "List 5 knots for a small boat."),
    ]
    retriever = Retriever(pairs)
    assert retriever.scores("Make a prompt that is good") == {}
    assert retriever.nearest("Make a prompt that explains knots", 1) == [1]


def test_excluded_likes_do_not_come_back(starter: list[Pair]) -> None:
    retriever = Retriever(starter)
    topic = "plan a table of words"
    assert len(retriever.scores(topic)) >= 3
    first, second, third = retriever.nearest(topic, 3)
    assert retriever.nearest(topic, 2, exclude=[first]) == [second, third]
    assert retriever.nearest("a SQL query", 3, exclude=range(len(starter))) == []


def test_of_two_near_identical_likes_one_is_shown() -> None:
    prompt = "List exactly 5 facts about bees. Make sure every fact is short. Show only the list."
    pairs = [
        ("facts about bees", prompt),
        ("facts about bees again", prompt.replace("5", "6")),
        ("honey", "Describe how honey is made in 4 steps."),
    ]
    assert Retriever(pairs).nearest("facts about bees", 3) == [0, 2]
    # Also where no word of the topic matches.
    found = Retriever(pairs).nearest("quantum", 3)
    assert len(found) == 2
    assert 2 in found


def test_without_a_match_the_typical_like_comes_first() -> None:
    pairs = [
        ("zebra", "Sketch zebra stripes."),
        ("apples", "Count red apples in baskets."),
        ("pears", "Count green pears in baskets."),
        ("fruit", "Count apples, pears and baskets."),
    ]
    found = Retriever(pairs).nearest("quantum chromodynamics", 2)
    # The last shares most with all others; then something unlike it, not the next row.
    assert found == [3, 0]


def test_without_a_match_likes_are_varied(starter: list[Pair]) -> None:
    found = Retriever(starter).nearest("xyzzy", 4)
    assert len(set(found)) == 4
    assert found != [0, 1, 2, 3]
    openings = {starter[index][1].split()[0] for index in found}
    assert len(openings) >= 3


def test_matches_first_then_filled_up(starter: list[Pair]) -> None:
    retriever = Retriever(starter)
    matching = retriever.scores("haiku")
    found = retriever.nearest("haiku", len(matching) + 3)
    assert set(found[: len(matching)]) == set(matching)
    assert len(found) == len(matching) + 3


def test_few_likes() -> None:
    assert Retriever([]).nearest("anything", 3) == []
    one = Retriever([("a", "b")])
    assert one.nearest("anything", 3) == [0]
    assert one.nearest("anything", 0) == []
    assert Retriever([("", "")]).nearest("", 1) == [0]


def test_a_huge_topic_is_taken(starter: list[Pair]) -> None:
    topic = "Make a prompt that explains SQL " + "please " * 15_000
    assert "SQL" in starter[Retriever(starter).nearest(topic, 1)[0]][0]


WORDS = ["bees", "honey", "list", "exactly", "5", "facts", "make", "sure", "plan", "sea"]
text = st.text(max_size=40) | st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)


@given(
    pairs=st.lists(st.tuples(text, text), max_size=8),
    topic=text,
    k=st.integers(0, 10),
    exclude=st.sets(st.integers(0, 9), max_size=4),
)
def test_whatever_the_likes_the_answer_is_sound(
    pairs: list[Pair], topic: str, k: int, exclude: set[int]
) -> None:
    retriever = Retriever(pairs)
    found = retriever.nearest(topic, k, exclude)
    assert len(found) == len(set(found)) <= k
    assert set(found) <= set(range(len(pairs))) - exclude
    assert found == Retriever(pairs).nearest(topic, k, exclude)
    # Nothing is held back but near-duplicates and what was excluded.
    different = {
        prompt.casefold() for index, (_, prompt) in enumerate(pairs) if index not in exclude
    }
    assert found or not k or not different
    scores = retriever.scores(topic)
    ranked = [scores.get(index, 0.0) for index in found]
    assert ranked == sorted(ranked, reverse=True)
