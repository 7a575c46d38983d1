"""Notes that a prompt could have been written from, and the gathering of notes."""

from __future__ import annotations

import json
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.pretraining.noting import Note, complaint, gathered, parse
from promptstyle.core.pretraining.wishes import LONGEST, SEPARATOR, common_terms, noted, wishes
from promptstyle.core.style.words import STOP_WORDS, terms


def test_what_is_asked_for_without_how_it_is_asked() -> None:
    prompt = (
        "Could you please shorten the memo below to half its length? Make sure you keep dates, "
        "and do not use jargon. I would like the main request first."
    )
    assert wishes("shorten a memo", prompt) == [
        "shorten the memo below to half its length",
        "you keep dates",
        "no jargon",
        "the main request first",
    ]


def test_what_a_person_always_says_is_no_wish() -> None:
    prompts = [f"Draw {n} cows. Show only the drawing, old friend." for n in range(2, 8)]
    common = common_terms(prompts)
    assert "friend" in common
    assert wishes("cows", prompts[0], common) == ["draw 2 cows"]


def test_a_clause_that_repeats_topic_or_clause_is_left_out() -> None:
    assert wishes("a hike", "A hike. Pack light. Pack light!") == ["pack light"]


@given(st.text(max_size=400), st.text(max_size=60))
def test_wishes_are_short_lines_in_the_prompts_words(prompt: str, topic: str) -> None:
    said = set(terms(prompt))
    for wish in wishes(topic, prompt):
        assert "\n" not in wish
        assert 1 <= len(wish.split()) <= LONGEST + 1
        assert set(terms(wish)) <= said | {"no"} | STOP_WORDS


def test_notes_have_most_wishes_and_sometimes_others() -> None:
    own = [f"own{n} wish" for n in range(10)]
    lines = [noted(own, ["strange one"], Random(seed)) for seed in range(100)]
    kept = [sum("own" in wish for wish in line.split(SEPARATOR)) for line in lines]
    assert 7 < sum(kept) / len(kept) < 9
    assert 50 < sum("strange" in line for line in lines) < 90
    assert any(line.split(SEPARATOR) != sorted(line.split(SEPARATOR)) for line in lines)


WRITTEN = """
a heading that is no note
pack for a hike :: under ten kilos; rain things; first aid; what to leave at home
explain tides :: moon and sun; one drawing; no formulas; for a child of ten.
"""


def test_a_writers_lines_become_notes() -> None:
    found = list(parse(WRITTEN))
    assert [note.topic for note in found] == ["pack for a hike", "explain tides"]
    assert found[1].wishes[-1] == "for a child of ten"
    row = json.loads(found[0].line())
    assert row["note"].split(SEPARATOR)[0] == "under ten kilos"


def test_what_looks_wrong_is_left_out_and_said() -> None:
    few = Note("explain tides", ("one", "two"))
    long = Note("explain tides", ("a " * 20, "b", "c", "d"))
    assert "2 wishes" in complaint(few)
    assert "words" in complaint(long)
    found, wrong = gathered([few, long, *parse(WRITTEN), *parse(WRITTEN)], ["Packing for hikes"])
    assert [note.topic for note in found] == ["explain tides"]
    assert len(wrong) == 5
