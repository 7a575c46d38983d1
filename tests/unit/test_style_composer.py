"""What stands before a topic, composed from the likes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import promptstyle.assets
from promptstyle.core.style.composer import Composer, Said
from promptstyle.core.style.index import LikeIndex
from promptstyle.core.style.parts import SOURCES, Parts
from promptstyle.core.training.template import Pair, Style, layout

TOPIC = "Make a prompt that explains SQL joins to a manager."
ALL = Parts(lead=True, summary="likes", keywords="likes")


@pytest.fixture(scope="module")
def starter() -> list[Pair]:
    path = Path(promptstyle.assets.__file__).with_name("starter_likes.jsonl")
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [(row["input"], row["output"]) for row in rows]


def test_the_parts_stand_in_the_papers_order(starter: list[Pair]) -> None:
    composer = Composer.of(starter, ALL)
    text = "".join(segment.text for segment in layout(TOPIC, style=composer.style(TOPIC)))
    marks = ["### Topic:", "### Style:", "### Words:", "### Instruction:\n", f"{TOPIC}\n\n### Resp"]
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)
    assert composer.card in text and ", ".join(composer.words) in text


@pytest.mark.parametrize("summary", SOURCES)
@pytest.mark.parametrize("keywords", SOURCES)
def test_each_part_can_be_left_out(starter: list[Pair], summary: str, keywords: str) -> None:
    parts = Parts(summary=summary, keywords=keywords, shown=2)  # type: ignore[arg-type]
    style = Composer.of(starter, parts).style(TOPIC)
    assert bool(style.summary) == (summary != "none")
    assert bool(style.keywords) == (keywords != "none")
    assert len(style.shown) == 2 and not style.lead


def test_the_nearest_like_stands_last(starter: list[Pair]) -> None:
    shown = Composer.of(starter, Parts()).style(TOPIC).shown
    assert "SQL" in shown[-1][0]
    assert len(shown) == len(set(shown)) == Parts().shown


def test_what_is_excluded_is_not_shown(starter: list[Pair]) -> None:
    composer = Composer.of(starter, Parts(shown=8))
    best = composer.retained(TOPIC)[0].key
    shown = composer.style(TOPIC, exclude={best}).shown
    assert starter[best] not in shown and len(shown) == 8


def test_the_characters_are_bounded(starter: list[Pair]) -> None:
    style = Composer.of(starter, Parts(shown=50, characters=700)).style(TOPIC)
    assert 0 < sum(len(prompt) for _, prompt in style.shown) <= 700


def test_new_likes_are_seen_and_what_was_said_is_measured_anew(starter: list[Pair]) -> None:
    composer: Composer[str] = Composer(LikeIndex(), ALL)
    composer.sync({"a": ("One", "Do it.")})
    assert composer.fewest_words == 0
    assert composer.most_words == 0
    before = composer.card
    composer.sync({str(place): pair for place, pair in enumerate(starter)})
    assert composer.card != before
    assert composer.fewest_words > 20
    assert composer.most_words >= composer.fewest_words
    assert composer.style(TOPIC).shown == Composer.of(starter, ALL).style(TOPIC).shown


def test_a_model_keeps_the_words_that_it_was_trained_with(starter: list[Pair]) -> None:
    composer = Composer.of(starter[:30], ALL)
    said = Said.from_json(json.loads(json.dumps(composer.said.to_json())))
    assert said == composer.said and said.card and said.words
    later = Composer.of(starter, ALL)
    later.given = said
    style = later.style(TOPIC)
    assert (style.summary, style.keywords) == (said.card, said.words)
    # Only what the parts use is kept.
    assert Composer.of(starter, Parts()).said == Said()


@given(st.none() | st.text() | st.dictionaries(st.sampled_from(["card", "words"]), st.integers()))
def test_a_damaged_manifest_says_nothing(value: object) -> None:
    assert Said.from_json(value) == Said()


def test_without_likes_there_is_no_style() -> None:
    assert Composer.of([], ALL).style(TOPIC) == Style()


def test_parts_survive_a_manifest() -> None:
    parts = Parts(True, "topic", "likes", 3, "snippets", 900)
    assert Parts.from_json(json.loads(json.dumps({**parts.to_json(), "later": 1}))) == parts
    for damaged in (None, 3, {"shown": -1}, {"summary": "x"}):
        assert Parts.from_json(damaged) == Parts()
