"""Topics that tell how things are, or ask, in place of naming what is wanted."""

from __future__ import annotations

import pytest

from promptstyle.core.style.asking import Asked
from promptstyle.core.style.manner import Manner
from promptstyle.core.style.situations import ordered, tells, told
from promptstyle.core.style.wanted import Wish

LIKES = [
    ("recursion", "explain recursion. one example. no jokes."),
    ("inflation", "explain inflation to a teenager. one page. no graphs."),
    ("chili", "write a recipe for chili. grams and minutes. no tofu."),
    ("a toast", "write a toast for my brother who is older than i am. one story. no quotes."),
]


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        (
            "my back hurts from sitting all day what can i do",
            "my back hurts from sitting all day, what can i do?",
        ),
        ("toddler won't sleep", "toddler won't sleep."),
        (
            "im 45 and want to learn to swim where do i start",
            "im 45 and want to learn to swim, where do i start?",
        ),
        (
            "I am moving to a new city and know nobody.",
            "I am moving to a new city and know nobody.",
        ),
        ("tomato plants look sick", "tomato plants look sick."),
        ("our dishwasher is broken", "our dishwasher is broken."),
    ],
)
def test_what_tells_how_things_are_is_said_as_it_is(topic: str, said: str) -> None:
    assert tells(topic) and told(topic) == said
    asked = Manner(LIKES).asking.requests(topic, first=True)
    assert Asked(said, Wish.TYPED) in asked


@pytest.mark.parametrize(
    "topic",
    [
        "my essay on bees",
        "reasons why my cat won't eat",
        "how trees look sick people in the eye",
        "a letter that isn't too long",
        "I need a plan",
        "photosynthesis",
        "plan my week",
    ],
)
def test_what_names_a_thing_tells_nothing(topic: str) -> None:
    assert not tells(topic)


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("how do i fix a leaky tap?", "explain how to fix a leaky tap"),
        ("How can we save money on heating?", "explain how to save money on heating"),
        ("how to prune roses", "explain how to prune roses"),
        ("what is recursion?", "explain what recursion is"),
        ("What are black holes?", "explain what black holes are"),
        ("what does API mean?", "explain what API means"),
        ("what is the difference between a virus and a cold?",
         "explain the difference between a virus and a cold"),
        ("what is eating my plants?", ""),
        ("what is the best way to learn chess?", ""),
        ("why is the sky blue?", ""),
        ("should I lease or buy a car?", ""),
    ],
)  # fmt: skip
def test_a_question_as_an_order_where_that_is_plain_to_do(question: str, order: str) -> None:
    assert ordered(question) == order


def test_who_asks_no_questions_orders_and_who_asks_them_asks() -> None:
    tap = "how do i fix a leaky tap?"
    assert [each.text for each in Manner(LIKES).asking.requests(tap, first=True)] == [
        "explain how to fix a leaky tap."
    ]
    asking = [
        ("tides", "What makes the tides come and go? Tell me in a few words only."),
        ("rain", "Why does it rain so in the north? Tell me in some words only."),
    ] * 2
    (asked, *_) = Manner(asking).asking.requests("how do I fix a tap?", first=True)
    assert asked.text == "How do I fix a tap?"
    # What cannot be said as an order is asked by anybody.
    (asked, *_) = Manner(LIKES).asking.requests("why is the sky blue?", first=True)
    assert asked.text == "why is the sky blue?"


def test_two_things_are_compared_and_a_subject_is_explained_by_who_explains() -> None:
    said = {
        topic: [each.text for each in Manner(LIKES).asking.requests(topic, first=True)]
        for topic in ("kubernetes vs docker swarm", "photosynthesis", "haikus about my cat")
    }
    assert said == {
        "kubernetes vs docker swarm": ["compare kubernetes vs docker swarm."],
        "photosynthesis": ["explain photosynthesis."],
        "haikus about my cat": ["write haikus about my cat."],
    }
    helped = [
        ("chess", "Help me with chess. Be brief."),
        ("tides", "Help me with tides. Be brief."),
    ]
    (asked, *_) = Manner(helped).asking.requests("photosynthesis", first=True)
    assert asked.text == "Help me with photosynthesis."
