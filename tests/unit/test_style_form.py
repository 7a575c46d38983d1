"""How a request is made, and what it asks to be done."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.style.form import MANNER, form, likeness


@pytest.mark.parametrize(
    ("topic", "manner", "task"),
    [
        ("Make a prompt that summarizes meeting notes.", "command", "summarize"),
        ("Create a prompt for unit tests of a date parser.", "command", "review"),
        ("please write a poem about autumn", "command", "write"),
        ("I need a prompt for a weekly meal plan", "need", "plan"),
        ("I'd like something that explains taxes", "need", "explain"),
        ("Looking for a haiku on rain", "need", "write"),
        ("How do I ask a model to make a practice exam from my notes?", "question", "make"),
        ("can you get me a prompt for writing SQL from a question?", "question", "write"),
        ("what is a good prompt for learning the Krebs cycle", "question", ""),
        ("prompt for translating a menu from Italian", "phrase", "translate"),
        ("three-day itinerary for Kyoto", "phrase", "plan"),
        ("summary of a novel", "phrase", "summarize"),
        ("Make a prompt that summarises a novel", "command", "summarize"),
        ("plan for a trip", "phrase", "plan"),
        ("plan a trip", "command", "plan"),
        # What it is about does not say what is to be done.
        ("job ad for a kindergarten cook who plans", "phrase", "write"),
        ("villain for a fantasy novel", "phrase", ""),
        # A verb that is not known is still one.
        ("Make a prompt that juggles oranges", "command", "juggl"),
        ("", "phrase", ""),
    ],
)
def test_manner_and_task(topic: str, manner: str, task: str) -> None:
    assert (form(topic).manner, form(topic).task) == (manner, task)


def test_likeness_is_of_manner_and_task() -> None:
    one = "Make a prompt that summarizes a podcast."
    assert likeness(one, "Write a prompt for condensing a long mail.") == 1.0
    assert likeness(one, "recap of a meeting") == 1 - MANNER
    assert likeness(one, "Make a prompt that translates a menu") == MANNER
    assert likeness(one, "villain for a fantasy novel") == 0.0
    # Two of which nothing is known are not alike for that.
    assert likeness("zebra", "villain") == MANNER


@given(one=st.text(max_size=100), other=st.text(max_size=100))
def test_any_topics_are_compared(one: str, other: str) -> None:
    assert 0.0 <= likeness(one, other) == likeness(other, one) <= 1.0
    assert likeness(one, one) >= likeness(one, other)
