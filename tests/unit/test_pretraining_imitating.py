"""Sequences of one author, in the layouts that the program uses."""

from __future__ import annotations

from random import Random

import pytest

from promptstyle.core.pretraining.imitating import (
    FOUND,
    OWN,
    QUERIES,
    Memory,
    Shape,
    inspired,
    sequence,
    told_apart,
)
from promptstyle.core.pretraining.wishes import notes_for
from promptstyle.core.style.ideas import Ideas, Said
from promptstyle.core.style.parts import Parts
from promptstyle.core.training.template import ANSWERS, Pair, instruction

THINGS = ("tide", "loan", "novel", "engine", "garden", "verb", "moon", "cake", "tax", "choir")
PAIRS: list[Pair] = [
    (f"Make a prompt that explains a {thing}.", f"Kindly explain a {thing} to me, old friend.")
    for thing in THINGS
]


def text(shape: Shape) -> str:
    return "".join(segment.text for segment in sequence(PAIRS, shape))


def test_the_last_pair_is_the_query_and_all_responses_are_learnt() -> None:
    segments = sequence(PAIRS, Shape(count=4))
    assert segments[-2].text == instruction(PAIRS[-1][0])
    assert segments[-1].text == PAIRS[-1][1]
    learnt = [segment.text for segment in segments if segment.learn]
    assert learnt == [prompt for _, prompt in (*PAIRS[:4], PAIRS[-1])]
    assert all(segment.end for segment in segments if segment.learn)


def test_the_nearest_prompt_is_shown_last() -> None:
    pairs = [("explain a loan", "A."), ("bake bread", "B."), ("explain a big loan", "C.")]
    shown = sequence(pairs, Shape(count=2, nearest=True))
    assert [segment.text for segment in shown if segment.learn] == ["B.", "A.", "C."]


def test_the_parts_stand_where_the_program_has_them() -> None:
    both = Parts(summary="likes", keywords="likes", draft=True)
    found = text(Shape(count=2, parts=both, nearest=True))
    assert found.startswith("### Style:\n")
    words = found.index("### Words:\n")
    draft = found.index("### Draft:\n")
    assert 0 < words < found.index("### Instruction:") < draft
    assert "old friend" in found[words:].split("\n")[1]
    assert found[draft:].startswith("### Draft:\nKindly explain a choir to me, old friend.\n\n")


def test_no_prompt_of_the_query_stands_before_it() -> None:
    for seed in range(50):
        segments = sequence(PAIRS, Shape.draw(9, Random(seed)))
        given = [segment.text for segment in segments if not segment.text.startswith("### Draft")]
        assert PAIRS[-1][1] not in given[:-1]


@pytest.mark.parametrize("others", [0, 1, 3, 9])
def test_what_is_drawn_can_be_laid_out(others: int) -> None:
    drawn = [Shape.draw(others, Random(seed)) for seed in range(300)]
    assert max(shape.count for shape in drawn) == min(others, 8)
    for shape in drawn:
        sequence(PAIRS[: others + 1], shape)
    measured = any(shape.parts.keywords == "likes" for shape in drawn)
    assert measured == (others >= 4)
    assert any(shape.parts.draft for shape in drawn) == (others > 0)


def test_authors_are_told_apart_as_often_as_not() -> None:
    others: list[Pair] = [("x", "no way"), ("y", "not me")]
    answers = [told_apart(PAIRS, others, Random(seed))[-1].text for seed in range(300)]
    assert set(answers) == set(ANSWERS.values())
    assert 110 < answers.count("true") < 190
    for seed in range(20):
        asked, answer = told_apart(PAIRS, others, Random(seed))
        strange = any(prompt in asked.text for _, prompt in others)
        assert answer.text == ANSWERS[not strange]


MEMORY = Memory(
    Ideas.memory(
        Said("", f"explain a {thing}", f"what a {thing} weighs; who paints a {thing}")
        for thing in THINGS
    ),
    Ideas.memory(
        [Said("me", topic, prompt) for topic, prompt in PAIRS]
        + [Said("you", topic, f"Show a {topic.split()[-1]} in 3 steps.") for topic, _ in PAIRS]
    ),
)


def test_a_query_comes_after_what_is_found_or_after_its_own_wishes_or_after_nothing() -> None:
    pairs = [(topic, f"{prompt} Use {at} maps.") for at, (topic, prompt) in enumerate(PAIRS)]
    found = own = 0
    for seed in range(60):
        shape = Shape(count=seed % 5, nearest=bool(seed % 2))
        segments = inspired("me", pairs, shape, MEMORY, Random(seed))
        learnt = [segment.text for segment in segments if segment.learn]
        assert len(learnt) == shape.count + min(QUERIES, len(PAIRS) - shape.count)
        assert learnt[-QUERIES:] == [prompt for _, prompt in pairs[-QUERIES:]]
        for one, asked, then in zip(segments, segments[1:], segments[2:], strict=False):
            if not one.text.startswith("### Ideas"):
                continue
            # What is said in every prompt is this person's manner, and no wish.
            assert "old friend" not in one.text
            thing = asked.text.split("explains a ")[1].split(".")[0]
            if f"who paints a {thing}" in one.text:
                found += 1
                assert "maps" not in one.text
            else:
                own += 1
                number = then.text.split()[-2]
                assert f"use {number}" in one.text
    queries = 60 * QUERIES
    assert abs(found / queries - FOUND) < 0.1
    assert abs(own / queries - OWN) < 0.1


def test_what_is_found_is_what_the_program_shows_and_nobody_sees_their_own_prompt() -> None:
    topic = PAIRS[3][0]
    assert MEMORY.found(topic, 1) == ("what a engine weighs; who paints a engine",)
    assert MEMORY.asked("me", topic) == ["show a engine", "in 3 steps"]
    assert MEMORY.asked("you", topic) == ["old friend"]


def test_notes_come_in_one_line_or_two_and_some_have_what_others_want() -> None:
    prompt = "Count 5 cows, name 3 pigs, draw 2 hens, feed 1 cat."
    found = [
        notes_for("a farm", prompt, (), ["sell eggs", "mend fences"], Random(seed))
        for seed in range(60)
    ]
    assert {len(lines) for lines in found} == {1, 2}
    told = [" ".join(lines) for lines in found]
    assert any("sell eggs" in each for each in told)
    assert any("eggs" not in each and "fences" not in each for each in told)
    assert notes_for("a farm", "A farm.", (), ["sell eggs"], Random(1)) == ()
