"""What is said of who can do it, after the profession."""

from __future__ import annotations

from collections import Counter

import pytest
from borrowing import NEAR, TOPIC, manner
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.generation.borrower import Borrower
from promptstyle.core.generation.said import Said
from promptstyle.core.style.borrowing import Offers
from promptstyle.core.style.tails import WEIGHED, Tails, shipped_tails, who

FIRSTS = [
    "You are a cook who keeps every promise.",
    "You are a doctor, calm and honest in every answer.",
    "You are an old sailor with an anchor on one arm.",
    "You are a tutor.",
]
EVERY = [f"who counts to {n}" for n in range(60)]


def test_what_ships_goes_with_any_profession() -> None:
    tails = shipped_tails()
    assert len(tails) > 300 and len({each.lower() for each in tails}) == len(tails)
    for each in tails:
        assert each.isascii() and each == " ".join(each.split()) and not each.endswith(".")
        assert 3 <= len(each.strip(", ").split()) <= 14
        # Nobody is told to be "your best"; who somebody is stands before it.
        assert not {"your", "yourself", "he", "she", "his", "her"} & set(each.split())
    begun = Counter(each.split()[0] for each in tails)
    assert begun["who"] < len(tails) / 2


def test_more_is_said_by_who_says_more() -> None:
    # What is said of two is said of anybody.
    said = Tails([*FIRSTS, *FIRSTS[:2]]).said_of("You are a vet.", "train a puppy", EVERY)
    assert "You are a vet, calm and honest in every answer." in said
    assert "You are a vet who keeps every promise." in said
    # Anchors are about something.
    assert not any("anchor" in text for text in said)
    others = [text for text in said if "counts" in text]
    assert WEIGHED - 2 <= len(others) <= WEIGHED
    once = [
        text
        for topic in map(str, range(60))
        for text in Tails(FIRSTS).said_of("You are a vet.", topic, EVERY)
        if "every promise" in text
    ]
    assert 5 < len(once) < 50
    assert others != [
        text
        for text in Tails(FIRSTS).said_of("You are a vet.", "a walk", EVERY)
        if "counts" in text
    ]
    assert Tails(FIRSTS[2:]).said_of("You are a vet", "x", EVERY[:1]) == []
    assert "Act as a vet who counts to 0" in Tails(FIRSTS[1:3]).said_of(
        "Act as a vet", "x", EVERY[:1]
    )


@pytest.mark.parametrize(
    "firsts",
    [
        [],
        ["Explain tides.", "Explain bees."],
        ["You are a vet.", "You are a cook.", "You are a poet who drinks tea at dawn."],
        # Part of the profession.
        ["You are a consultant for small firms.", "You are an expert in very old maps."],
    ],
)
def test_who_says_no_more_says_no_more(firsts: list[str]) -> None:
    assert Tails(firsts).said_of("You are a vet.", "train a puppy", EVERY) == []


@given(st.lists(st.text(max_size=60), max_size=5), st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_no_trouble(firsts: list[str], sentence: str, topic: str) -> None:
    for text in Tails([*firsts, *FIRSTS]).said_of(sentence, topic, EVERY):
        assert len(text) > len(sentence)


@pytest.mark.parametrize(
    "sentence", ["Explain tides.", "You are an expert in explaining tides to a child.", ""]
)
def test_only_a_profession_is_told_more_of(sentence: str) -> None:
    assert Tails(FIRSTS).said_of(sentence, "x", EVERY) == []


def test_in_a_prompt_the_likeliest_is_said_and_only_where_a_profession_stands() -> None:
    draft = "You are the fractions of a notes. Explain fractions to a child. Use 4 of them."
    tails = ["who likes tea", "who never hurries", ", fond of \u00a7"]

    def fond(_: str, options: list[str]) -> list[float]:
        return [1.0 if "hurries" in each else 0.0 for each in options]

    offers = Offers(TOPIC, manner("roleplay"), NEAR)
    borrower = Borrower(
        TOPIC, manner("roleplay"), offers, [draft], roles={"tutor": 0.7}, tails=tails
    )
    better = borrower.improve(draft, fond)
    assert "a tutor who never hurries." in better.text.split(". ")[0] + "."
    # The others are there to be chosen, but for a mark that this person has never used.
    others = better.passages[0].others
    assert any("who likes tea" in each for each in others)
    assert not any("\u00a7" in each for each in others)
    plain = Borrower(TOPIC, manner(), Offers(TOPIC, manner(), NEAR), [draft], roles={"tutor": 0.7},
                     tails=tails)  # fmt: skip
    assert "hurries" not in plain.improve(draft, fond).text


def test_who_it_is_is_nobody_else() -> None:
    assert who("You are a calm and kind doctor who keeps every promise.") == "doctor"
    assert who("Explain tides.") == who("") == ""
    said = Said()
    said.add("You are a kind doctor, exact and dry.", names=False)
    assert said.speaks_of_who("End with a question to ask the doctor.")
    assert not said.speaks_of_who("Say what doctoring is.")
    assert not said.speaks_of_who("Think like a doctor.")
    assert not Said().speaks_of_who("Ask the doctor.")
    assert not said.speaks_of_who("Explain it to a young doctor.", frozenset({"doctor"}))
