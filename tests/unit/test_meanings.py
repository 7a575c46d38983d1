"""Topics in other words."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.collection_store import prompts_file
from promptstyle.core.pretraining.meanings import analysed
from promptstyle.core.style.borrowing import Offers
from promptstyle.core.style.collection import read
from promptstyle.core.style.manner import Manner
from promptstyle.core.style.meanings import UNIT, from_bytes, likeness, meanings, to_bytes
from promptstyle.core.style.topic_search import text_stems, topic_stems

# Two fields; "recipe" and "dish" never stand in one prompt, "roof" and "beam" neither.
ALL = "Say it in plain words, short sentences, steps and a list."
FIELDS = [
    *(("recipe", f"Salt, oven, leeks. {ALL}"), ("a dish", f"Oven, leeks, salt. {ALL}")) * 8,
    *(("a roof", f"Nails, planks, saw. {ALL}"), ("a beam", f"Planks, saw, nails. {ALL}")) * 8,
]


def alike(one: str, other: str) -> float:
    known = meanings()
    return float(likeness(known.of([one]), known.of([other]))[0])


@pytest.mark.parametrize(
    ("topic", "near", "far"),
    [
        ("talk to my boss", "talk to my supervisor", "talk to my dentist"),
        ("improve my resume", "improve my CV", "improve my garden"),
        ("fix a failing Python script", "debug some code", "fix a dripping tap"),
        ("explain the causes of a war", "history of a treaty", "explain a recipe"),
    ],
)
def test_what_means_the_same_is_nearer_than_what_shares_a_word(
    topic: str, near: str, far: str
) -> None:
    assert alike(topic, near) > alike(topic, far)


def test_terms_that_never_meet_are_alike_if_they_keep_the_same_company() -> None:
    found = analysed(FIELDS, size=1)
    recipe, dish, roof, beam = found.of(["recipe", "dish", "roof", "beam"])
    company = likeness(np.stack([dish, roof, beam]), recipe[None])
    assert company[0] > 0.8 > 0.3 > max(company[1:])
    assert found.related("dish", recipe[None]) == pytest.approx(company[0], abs=0.02)


def test_the_same_prompts_give_the_same_vectors() -> None:
    assert to_bytes(analysed(FIELDS, size=1)) == to_bytes(analysed(FIELDS, size=1))


def test_the_meanings_that_ship_are_those_of_the_prompts_that_ship() -> None:
    known = meanings()
    counts: Counter[str] = Counter()
    total = 0
    for topic, prompt in read(prompts_file()):
        counts.update(text_stems(prompt) | topic_stems(topic))
        total += 1
    for term in ("summariz", "supervisor", "python", *list(known.places)[::100]):
        share = counts[term] / total
        assert known.weights[known.places[term]] == pytest.approx(-math.log(share), rel=2e-3)


def test_packed_and_unpacked_they_say_the_same() -> None:
    made = analysed(FIELDS, size=1)
    again = from_bytes(to_bytes(made))
    assert again.places == made.places
    topics = ["recipe", "roof", "dish and beam"]
    assert np.abs(again.of(topics).astype(int) - made.of(topics)).max() <= 2


def test_what_is_not_known_is_like_nothing() -> None:
    known = meanings()
    nothing = known.of(["", "make a prompt", "qwxyz"])
    assert not nothing.any()
    assert not likeness(known.of(["soup"]), nothing[:1]).any()
    assert known.related("qwxyz", known.of(["soup"])) is None
    assert known.of([]).shape == (0, known.vectors.shape[1])


@given(st.lists(st.text(max_size=60), max_size=4))
def test_a_topic_s_vector_has_length_one_or_none(topics: list[str]) -> None:
    found = meanings().of(topics)
    assert found.shape[0] == len(topics)
    lengths = np.linalg.norm(found.astype(float), axis=1) / UNIT
    assert all(length == 0 or length == pytest.approx(1, abs=0.05) for length in lengths)


def test_a_word_of_another_topic_is_a_stray(likes: list[tuple[str, str]]) -> None:
    offers = Offers("compare electric cars", Manner(likes), [], (), meanings())
    assert offers.strays("Compare the battery and the engine.") == 0
    assert offers.strays("Show it to the landlord.") == 1
    assert offers.strays("Keep it under 80 words.") == 0


@pytest.fixture
def likes() -> list[tuple[str, str]]:
    return [(f"topic {n}", f"Compare the {n} below. Keep it short.") for n in range(9)]
