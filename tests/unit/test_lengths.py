"""How long an answer is to be, and what is usual."""

from __future__ import annotations

import pytest

from promptstyle.core.style.borrowing import Offers
from promptstyle.core.style.collection import Near
from promptstyle.core.style.lengths import FEWEST, Usual, limit_of, word_limit
from promptstyle.core.style.manner import Manner


@pytest.mark.parametrize(
    ("sentence", "limit"),
    [
        ("Use no more than 150 words.", 150),
        ("Keep it under one hundred and twenty words", 120),
        ("a hundred words, plain", 100),
        ("Two hundred words at most.", 200),
        ("Write a 300-word story.", 300),
        ("eighty words", 80),
        ("exactly twenty-five words", 25),
        ("Use twelve words.", 12),
        # Of a part.
        ("Use 20 words each.", None),
        ("Write in sentences of 12 words.", None),
        ("Give it a title of 8 words.", None),
        ("Two versions: 30 and 80 words.", None),
        ("After the table write 80 words.", None),
        ("30 words, or 80 words if it must be.", None),
        # Of none.
        ("Use plain words.", None),
        ("Choose three words that fit.", None),
        ("Add 5 words I forgot.", None),
        ("Use 6 word games.", None),
        # Large ones, and what is hardly read.
        ("Write 1,500 words.", 1500),
        ("At most 1.500 words.", 1500),
        ("two hundred fifty words", 250),
        ("Write 1 200 words.", None),
        ("two thousand five hundred words", None),
        ("about 2.5 words", None),
        ("Keep the answer under 200 words.", 200),
        ("Keep it short.", None),
    ],
)
def test_what_a_sentence_wants(sentence: str, limit: int | None) -> None:
    assert word_limit(sentence) == limit


def test_of_a_prompt_the_first_counts() -> None:
    said = ["Write it.", "20 words each.", "At most 90 words.", "Not 100 words."]
    assert limit_of(said) == 90
    assert limit_of(["Write it."]) is None


def test_what_is_much_longer_or_shorter_than_usual_is_odd() -> None:
    usual = Usual([300, 250, 400, None, 300, 200, 500])
    assert usual.allows("About 150 words.") and usual.allows("At most 700 words.")
    assert not usual.allows("Use 30 words.") and not usual.allows("Write 900 words.")
    # Nothing is said of the whole.
    assert usual.allows("Use 30 words each.") and usual.allows("Be kind.")


def test_where_few_say_how_long_nothing_is_odd() -> None:
    assert Usual([300] * (FEWEST - 1)).allows("Use 3 words.")
    assert Usual([]).allows("Use 3 words.")


def test_what_the_topic_itself_says_is_not_odd() -> None:
    near = [Near(0.9, f"a story {at}", f"Write it. Use {300 + at} words.") for at in range(FEWEST)]
    offers = Offers("a 50-word bedtime story", Manner([("a", "Write it.")]), near)
    assert offers.usual.allows("Use 50 words.")


def test_near_prompts_say_what_is_usual() -> None:
    near = [Near(0.9, f"a story {at}", f"Write it. Use {300 + at} words.") for at in range(FEWEST)]
    offers = Offers("a story", Manner([("a", "Write it.")]), near)
    assert offers.usual.allows("Use 200 words.") and not offers.usual.allows("Use 40 words.")
