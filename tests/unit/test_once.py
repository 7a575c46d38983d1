"""What a prompt says once, and what it adds to what is to be written."""

from __future__ import annotations

import pytest
from borrowing import NEAR, TOPIC, manner
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.generation.asked import Asked
from promptstyle.core.generation.said import Said
from promptstyle.core.style.borrowing import Offers
from promptstyle.core.style.once import adds, each_of, several
from promptstyle.core.style.settled import changes, limits, unknown
from promptstyle.core.style.wanted import Wish


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Start with the things that cannot be bought.", "Put the three heaviest on top."),
        ("End with a shopping list.", "Add a summary at the end."),
        ("The last line is a joke.", "Please finish with a rhyme."),
        ("Give the hunt a title.", "A title of three words."),
        ("Use plain words.", "no jargon"),
        ("Keep it to 120 words.", "Make sure it's short."),
        ("Use at most 90 words.", "Let's keep it polite and short."),
    ],
)
def test_is_said_once(one: str, other: str) -> None:
    assert limits(one) & limits(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Start with the result.", "End with the price."),
        ("Keep the paragraphs in short lines.", "Use 90 words."),
        ("Put the title in bold.", "Keep the names."),
        ("Use short words.", "Use plain words."),
        ("Keep to the topic.", "Use 90 words."),
    ],
)
def test_goes_together(one: str, other: str) -> None:
    assert not limits(one) & limits(other)


def test_parts_beside_the_thing_itself() -> None:
    assert adds("Then add two alternatives and a summary.") == {"alternativ", "summary"}
    assert adds("Give a reason of 12 words for each.") == {"reason"}
    assert adds("Write 2 tests for it.") == {"test"}
    assert adds("Explain each step in plain words.") == adds("Add an explanation.") != frozenset()
    assert not adds("Use no table.") and not adds("Ask me a question.") and not adds("")


def test_each_is_each_of_something() -> None:
    assert each_of("Keep each under 30 words.") and each_of("Say how sure you are about each.")
    assert not each_of("Name two games and a reason for each.")
    assert not each_of("Give each step a title.") and not each_of("each one")
    assert several("Name two games.") and several("a plan for all meals")
    assert not several("Use 90 words.")


def test_notes_are_notes_that_were_spoken_of() -> None:
    assert unknown("Keep the names from my list.", frozenset())
    assert not unknown("Keep the names from my list.", frozenset({"list"}))
    # Who says what it is says that it is there.
    assert not unknown("Use my notes below.", frozenset())
    assert not unknown("Keep the list of names.", frozenset())
    assert not unknown("Write a table.", frozenset())


@pytest.mark.parametrize(
    ("said", "sentence", "goes"),
    [
        ("Give a reason for each of the 3 steps.", "Show only the explanation.", False),
        ("Show only the explanation.", "Add two tests.", False),
        ("Add an explanation.", "Show only the explanation.", True),
        ("Use 3 pizzas in the explanation.", "Show only the explanation.", True),
        ("Use plain words.", "Keep each under 30 words.", False),
        ("Name three pizzas.", "Keep each under 30 words.", True),
        ("Use plain words.", "Mark what is missing in the notes.", False),
        ("Use my notes below.", "Mark what is missing in the notes.", True),
        ("You are a kind tutor.", "Say what to ask a tutor.", False),
    ],
)
def test_what_goes_with_what_was_said(said: str, sentence: str, goes: bool) -> None:
    asked = Asked(TOPIC, Offers(TOPIC, manner(), NEAR), {})
    before = Said()
    before.add(said)
    assert asked.fits(sentence, before) is goes


@given(st.text(max_size=80))
def test_any_text_is_no_trouble(text: str) -> None:
    assert adds(text) == adds(text.upper()) or not text.isascii()
    assert isinstance(each_of(text), bool) and isinstance(several(text), bool)
    assert isinstance(unknown(text, frozenset()), bool)


def test_what_is_only_to_be_made_is_not_below() -> None:
    sentence = "Explain fractions to the child below."
    for topic, requests, goes in (
        (TOPIC, {"Explain fractions to a child.": Wish.TYPED}, False),
        ("explain my fractions to a child", {"Explain my fractions to a child.": Wish.TYPED}, True),
        (TOPIC, {"Explain the fractions below to a child.": Wish.TYPED}, True),
        (TOPIC, {}, True),
    ):
        asked = Asked(topic, Offers(topic, manner(), NEAR), requests)
        assert asked.grounded(sentence) is goes
        assert asked.grounded("Use the numbers below.")


def test_what_is_explained_is_not_put_in_other_words() -> None:
    topic = frozenset({"contract", "check"})
    assert changes("Can you rewrite it so that all is clear?", "check", topic)
    assert changes("Please shorten the contract.", "check", topic)
    assert not changes("Rewrite it.", "shorten", topic) and not changes("Rewrite it.", "", topic)
    assert not changes("Rewrite three sentences.", "check", topic)


def test_what_asks_for_it_may_be_said_more_closely() -> None:
    said, strict = Said(), Said()
    said.add("Explain it in plain words under a title.", asks=True)
    strict.add("Explain it in plain words under a title.")
    sentence = "Keep to everyday words."
    assert said.new(sentence) and not strict.new(sentence)
    said.add("Keep it to 90 words.", asks=True)
    assert not said.new("Use 120 words.")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Use plain words.", "Explain every technical term."),
        ("Use at most 90 words.", "Keep the sentences short."),
        ('Do not start with "Dear".', "Start with the result."),
        ("Start by reading it all.", "Start with the result."),
        ("Use my job title.", "Give it a title."),
    ],
)
def test_what_only_looks_alike_goes_together(one: str, other: str) -> None:
    assert not limits(one) & limits(other)


def test_what_is_not_wanted_is_no_part() -> None:
    for sentence in (
        "Do not add an explanation.",
        "Never include a warning.",
        "Give no reasons.",
        "Skip the summary.",
        "Don\u2019t give me a summary.",
    ):
        assert not adds(sentence)
    assert adds("Add summaries and one table.") == {"summary"}
    assert not changes("Do not rewrite the contract.", "check", frozenset({"contract"}))
    # Nor is the thing itself.
    said = Said()
    said.add("Write a quiz with ten questions.", asks=True)
    assert not said.parts


def test_plain_words_go_against_proper_ones_and_a_request_is_said_more_closely() -> None:
    said, asked = Said(), Said()
    said.add("Use plain words.")
    asked.add("Explain it in plain words.", asks=True)
    for each in (said, asked):
        assert not each.new("Use the legal terms.")
    assert asked.new("No jargon, please.") and not said.new("No jargon, please.")


@pytest.mark.parametrize(
    "topic",
    [
        "check my essay and shorten it",
        "two children, a bedtime story for each",
        "an email to my tutor",
        "explain a stack trace to a junior developer",
    ],
)
def test_what_the_person_typed_always_fits(topic: str) -> None:
    said = Said()
    said.add("You are a senior developer.", names=False)
    said.add("You are a tutor.", names=False)
    requests = {each.text: each.wish for each in manner().asking.requests(topic, first=True)}
    assert requests
    asked = Asked(topic, Offers(topic, manner(), NEAR), requests)
    assert all(asked.fits(request, said) for request in requests)


def test_what_was_said_elsewhere_is_known_in_any_form() -> None:
    said = Said(["Can you list the risks?", "Keep it light, ok?"])
    for sentence in ("List the risks.", "Please list the risks.", "Keep it light."):
        assert said.again(sentence)
    assert not said.again("Keep it short.")
