"""The baselines copy likes: at random, and from the nearest topic."""

from __future__ import annotations

from collections import Counter

import pytest

from promptstyle.core.evaluation.baselines import nearest_liked, random_liked, splice

LIKED = [
    ("facts about bees", "List 5 facts about bees."),
    ("a plan for Rome", "Plan 3 days in Rome."),
    ("a poem on rain", "Write 8 lines on rain."),
]
PROMPTS = [prompt for _, prompt in LIKED]


def test_random_draws_one_like_for_every_topic() -> None:
    topics = [f"topic {number}" for number in range(300)]
    found = random_liked(LIKED, topics, seed=1)
    counts = Counter(found)
    assert set(counts) == set(PROMPTS)
    assert all(70 <= count <= 130 for count in counts.values())
    assert found == random_liked(LIKED, topics, seed=1)
    assert found != random_liked(LIKED, topics, seed=2)


def test_a_draw_does_not_depend_on_the_other_topics() -> None:
    topics = ["a", "b", "c", "d"]
    assert random_liked(LIKED, topics[2:], 0) == random_liked(LIKED, topics, 0)[2:]


def test_nearest_copies_the_like_of_the_nearest_topic() -> None:
    topics = ["Make a prompt that gives facts on bees", "rainy poems", "planning Rome"]
    assert nearest_liked(LIKED, topics) == [PROMPTS[0], PROMPTS[2], PROMPTS[1]]


def test_nearest_answers_even_where_nothing_matches() -> None:
    assert nearest_liked(LIKED, ["quantum", ""])[0] in PROMPTS


def test_splice_says_the_topic_and_goes_on_like_the_nearest() -> None:
    liked = [
        ("facts about bees", "List 5 facts about bees. Number them. No more than 9 words each."),
        ("a plan for Rome", "## Task\nPlan 3 days in Rome.\n\n## Rules\n- No museums.\n"),
        ("a poem on rain", "Write 8 lines on rain"),
    ]
    topics = [
        "Make a prompt that gives facts on wild bees",
        "I need a prompt for planning Rome by bus.",
        "how about rain?",
    ]
    assert splice(liked, topics) == [
        "Gives facts on wild bees. Number them. No more than 9 words each.",
        "Planning Rome by bus.\nPlan 3 days in Rome.\n\n## Rules\n- No museums.",
        "How about rain?",
    ]


def test_splice_takes_the_request_where_there_is_no_topic() -> None:
    assert splice([("a", "Be brief. Be kind.")], ["make a prompt", " "]) == [
        "Make a prompt. Be kind.",
        " Be kind.",
    ]


def test_a_long_like_is_copied_whole() -> None:
    long = "Count the bees in the hive. " * 200
    assert nearest_liked([("bees", long)], ["bees"]) == [long]


def test_without_likes_there_is_nothing_to_copy() -> None:
    with pytest.raises(ValueError, match="no liked"):
        random_liked([], ["a"], 0)
    with pytest.raises(ValueError, match="no liked"):
        nearest_liked([], ["a"])
    with pytest.raises(ValueError, match="no liked"):
        splice([], ["a"])
