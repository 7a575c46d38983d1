"""The measures beside ROUGE."""

from __future__ import annotations

import pytest

from promptstyle.core.evaluation.measures import (
    SystemOutput,
    covered,
    has_repeated_sentence,
    measure,
)

TOPIC = "Make a prompt that summarizes a podcast episode."


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("Summarize the podcast episode below in 5 points.", 1.0),
        ("Summarizing podcasts: 3 points.", 2 / 3),
        ("Podcast podcast podcast.", 1 / 3),
        ("Plan a trip.", 0.0),
        ("", 0.0),
    ],
)
def test_covered_counts_each_content_word_once(text: str, share: float) -> None:
    assert covered(TOPIC, text) == pytest.approx(share)


def test_a_topic_without_content_words_is_not_counted() -> None:
    assert covered("Make a prompt.", "anything") is None
    found = measure(["Make a prompt.", "bees"], [SystemOutput("x"), SystemOutput("All about bees")])
    assert found.covered == 1.0
    assert measure(["Make a prompt."], [SystemOutput("x")]).covered is None


@pytest.mark.parametrize(
    ("text", "repeated"),
    [
        ("Show only the list. Keep it short. Show only the list.", True),
        ("Show only the list! SHOW ONLY the list", True),
        ("Do not guess.\nDo not guess.", True),
        ("Show only the list. Show only the table.", False),
        ("Yes. Yes.", False),
        ("Use 1.5 cups. Add 2.5 cups.", False),
        ("", False),
    ],
)
def test_repeated_sentences(text: str, repeated: bool) -> None:
    assert has_repeated_sentence(text) is repeated


def test_all_measures_of_a_system() -> None:
    liked = ["List exactly 5 facts about bees and show only the list."]
    outputs = [
        SystemOutput("List exactly 6 facts about bees and show only the list.", "stop"),
        SystemOutput("Go on. Then go on. Go on.", "length"),
        SystemOutput("one two three four", "stop"),
    ]
    found = measure(["bees", "bees", "bees"], outputs, liked)
    assert found.ended == pytest.approx(2 / 3)
    assert found.repeated == pytest.approx(1 / 3)
    assert found.covered == pytest.approx(1 / 3)
    assert found.copied == pytest.approx(1 / 3)
    assert found.words == pytest.approx((11 + 7 + 4) / 3)


def test_what_does_not_apply_is_none() -> None:
    found = measure(["bees"], [SystemOutput("About bees.")])
    assert found.ended is None
    assert found.copied is None


def test_every_topic_needs_an_output() -> None:
    with pytest.raises(ValueError, match="1 outputs for 2 topics"):
        measure(["a", "b"], [SystemOutput("x")])
    with pytest.raises(ValueError, match="0 outputs"):
        measure([], [])
