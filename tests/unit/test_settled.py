"""What a sentence settles, and what it takes for granted."""

from __future__ import annotations

import pytest

from promptstyle.core.style.settled import contradicts, delivered, limits, repeats, spares
from promptstyle.core.style.words import stem


@pytest.mark.parametrize(
    ("sentence", "verb", "spared"),
    [
        ("Do not change the code.", "refactor", True),
        ("Keep the code as it is.", "simplify", True),
        ("Don't rewrite the code", "improve", True),
        ("The code stays unchanged.", "translate", True),
        ("Do not rewrite it.", "refactor", True),
        # What is to be looked at is, and something else than the thing may stay.
        ("Do not change the code.", "review", False),
        ("Do not change the tests.", "refactor", False),
        ("Explain the code.", "refactor", False),
    ],
)
def test_what_is_to_be_changed_is_not_to_be_left(sentence: str, verb: str, spared: bool) -> None:
    assert spares(sentence, verb, frozenset({stem("code"), "java"})) is spared


def test_limits_and_repeats() -> None:
    assert limits("at most 80 words, in ten lines") == {"length", "line"}
    assert limits("exactly 1 page") == limits("under 500 characters") == {"length"}
    assert limits("max 20 min") == limits("twenty minutes long") == {"min"}
    assert limits("5 questions") == limits("ask three questions") == {"question"}
    assert limits("twelve lines, fifteen minutes, 2 hours") == {"line", "min", "hour"}
    assert limits("a quality line and a safety point") == frozenset()
    assert limits("words of eighty-year-olds") == frozenset()
    for text in ("Make it a table.", "Put it in a short table.", "Show only the numbered list."):
        assert limits(text) == {"form"}
    assert limits("Then a list of open questions.") == limits("Keep the list.") == frozenset()
    assert repeats("the sister of my sister, 3 of 3") == 1
    assert repeats("Show only the text.") == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Use plain words, 200 at most.", "Keep it under 80 words."),
        ("I want plain words and no more than one hundred and fifty.", "Keep it to 200 words."),
        ("Use plain words and no more than 180 of them.", "in no more than 300 words"),
        ("Do not use more than three hashtags.", "Avoid more than one hashtag."),
        ("Kindly keep the weight under ten kilograms.", "Please do not go over twelve kilograms."),
        ("Give me a budget of 300 dollars at most.", "Do not go over 400 euros."),
        ("everything under $20", "no more than 30€"),
        ("Act like a coach.", "You are now a coach."),
        ("No tables.", "Show it in a table."),
        ("Don't use jargon.", "No jargon."),
        ("You are a study coach.", "You're the examiner at exam level."),
        ("Show it in a table.", "Use short paragraphs and no lists."),
        ("no superlatives and no health claims", "no superlatives, short paragraphs"),
        ("Make sure you do not blame the customer.", "Do not blame anybody."),
        ("Do not change the names.", "Don't change names or figures."),
    ],
)
def test_what_would_be_settled_twice(one: str, other: str) -> None:
    assert limits(one) & limits(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Use plain words and 3 examples.", "Keep it under 80 words."),
        ("No more than three hashtags.", "At most two emojis."),
        ("You are to be brief.", "You are a coach."),
        ("Say what it costs.", "under 300 dollars"),
        ("Do not change the names.", "Do not change the order."),
        ("Do not flatter.", "Do not exaggerate."),
        ("Do not use jargon.", "Don\u2019t use emojis."),
        ("Do not make up facts.", "Do not make it long."),
        ("Use no more than 3 examples.", "No more than two emojis."),
        ("Answer yes or no for each.", "Say yes or no for all."),
        ("under one hundred dollars", "Keep it under one hundred words."),
        ("over five years of experience", "five years old"),
        ("Use plain words and plenty.", "Use new words and variety."),
        ("Keep it under 5 pounds.", "Stay under 300 euros."),
    ],
)
def test_what_can_stand_together(one: str, other: str) -> None:
    assert limits(one).isdisjoint(limits(other))


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("Show only the numbered list.", {"number", "list"}),
        ("Show the table and nothing else.", {"tabl"}),
        ("only the explanation", {"explanation"}),
        ("Give me the plan alone.", {"plan"}),
        ("Show only the 2 versions.", {"2", "version"}),
        ("Only show the table.", {"tabl"}),
        ("Reply with the table only.", {"tabl"}),
        ("Show two versions only.", {"version"}),
        ("Show my letter and nothing else.", {"letter"}),
        # What is done, and what every answer is.
        ("Ask just one question at a time.", set()),
        ("Make sure only one answer is right.", set()),
        ("Use only the ingredients I have.", set()),
        ("Show only the final version.", set()),
        ("Give me just the answer.", set()),
        ("Show the text and nothing else.", set()),
        ("Write only in plain words.", set()),
        ("Show the table.", set()),
        ("", set()),
    ],
)
def test_what_alone_is_to_be_shown(sentence: str, shown: set[str]) -> None:
    assert delivered(sentence) == shown


@pytest.mark.parametrize(
    ("sentence", "topic", "against"),
    [
        ("Plan it for 10-year-olds.", "a museum visit with a class of twelve year olds", True),
        ("Write it for 12 year olds.", "a museum visit with a class of twelve year olds", False),
        ("Show the two laptops in a table.", "compare three laptops", True),
        ("Give me 5 reasons.", "compare three laptops", False),
        ("no crime and no romance", "titles for a crime novel", True),
        ("Do not mention the deadline.", "a mail about a missed deadline", True),
        ("Leave out the introduction.", "proofread my thesis introduction", True),
        ("Don't mention the deadline.", "a mail about a missed deadline", True),
        ("Don\u2019t mention deadlines.", "a mail about a missed deadline", True),
        ("Use no nuts.", "a week of lunches with no nuts", False),
        ("Use no gluten.", "gluten-free bread", False),
        ("Use no riddle that depends on wordplay.", "a riddle about farm animals", False),
        ("Compare it with and without the outliers.", "outlier policy", False),
        ("Ask me one question at a time.", "quiz me with ten questions", False),
        ("Plan two days at a time.", "a trip of 9 days", False),
        ("Add 22 guests.", "a party of twenty-two guests", False),
        ("Write 1,000 words.", "a story of 1000 words", False),
        ("Do not change the novel.", "titles for a crime novel", False),
        ("", "", False),
    ],
)
def test_what_is_against_the_topic(sentence: str, topic: str, against: bool) -> None:
    assert contradicts(sentence, topic) is against
