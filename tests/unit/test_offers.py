"""Sentences of others on near topics, as one person would say them."""

from __future__ import annotations

import pytest
from borrowing import GENERAL, NEAR, TOPIC, manner

from promptstyle.core.style.anywhere import SHARE
from promptstyle.core.style.borrowing import Offers
from promptstyle.core.style.collection import Near
from promptstyle.core.style.general import General
from promptstyle.core.style.settled import given_in


def test_offers_are_in_the_persons_form_and_say_where_they_stood() -> None:
    offers = Offers(TOPIC, manner(), NEAR)
    found = {each.text: each for each in offers.collected}
    assert found["Use 2 pizzas as an example."].place == "within"
    assert found["Do not use formulas."].like == 0.8
    assert found["Show only the explanation."].place == "last"
    assert found["Make sure that nobody needs a calculator."].source == "collection"


def test_what_belongs_to_the_other_topic_or_to_somebody_is_left_out() -> None:
    texts = [each.text for each in Offers(TOPIC, manner(), NEAR).collected]
    # Another topic, a name, a mark that this person never makes.
    assert not any("ecimals" in text or "Maria" in text or "🙂" in text for text in texts)
    assert not any("pupil" in text for text in texts)


def test_who_she_is_depends_on_the_topic() -> None:
    said = "Explain it. Ask her what she knows first. Stop."
    for like, found in ((0.8, True), (0.6, False)):
        offers = Offers(TOPIC, manner(), [Near(like, "fractions for a child", said)])
        assert ("Ask her what she knows first." in [e.text for e in offers.collected]) is found


def test_what_may_stand_where() -> None:
    offers = Offers(TOPIC, manner(), NEAR)
    assert [each.text for each in offers.first()] == []
    said = "Explain fractions to a child well. Be kind."
    fitting = Offers(TOPIC, manner(), [Near(0.9, "fractions for a child", said)])
    assert [each.text for each in fitting.first()] == ["Explain fractions to a child well."]
    # To whom is part of what is wanted.
    half = Offers(TOPIC, manner(), [Near(0.9, "fractions", "Explain fractions well. Be kind.")])
    assert half.first() == []
    later = [each.text for each in offers.later("Make sure it fits.", last=False)]
    assert "Make sure every step is one short sentence." in later
    assert "Show only the explanation." not in later
    last = [each.text for each in offers.later("Show only this.", last=True)]
    # Of the same beginning, the collection's and the person's own.
    assert {"Show only the explanation.", "Show only the text."} <= set(last)
    two = {each.text: each.like for each in offers.later("Show only this.", last=True)}
    assert two["Show only the explanation."] == pytest.approx(0.9)


def test_what_speaks_of_a_text_needs_one() -> None:
    offers = Offers(TOPIC, manner(), [], GENERAL)
    assert "Use the notes below." not in [each.text for each in offers.later("Use it.", last=False)]
    given = given_in(["Explain the notes below.", "Sort the notes, see below.", "Explain it."])
    assert given == {"below", "the notes"}
    taken = [each.text for each in offers.later("Use it.", last=False, given=given)]
    assert "Use the notes below." in taken


def test_under_another_topic_others_come() -> None:
    many = [General(f"Use {n} lines only.", last=False) for n in range(100, 400)]
    some = [
        {each.text for each in Offers(topic, manner(), [], many).later("Use it.", last=False)}
        - {each.text for each in Offers(topic, manner(), []).later("Use it.", last=False)}
        for topic in ("tides", "bees", "tides")
    ]
    assert len(some[0]) == len(many) // SHARE and some[0] == some[2] != some[1]


def test_what_fits_any_topic_stands_where_it_begins_in_the_persons_form() -> None:
    both = [General("Do not name people.", last=False), General("Don't use numbers.", last=False)]
    texts = {
        (name, begins): [
            each.text
            for each in Offers(TOPIC, manner(name), [], both).general(begins, 0.0, last=False)
        ]
        for name in ("starter_likes", "chatty")
        for begins in ("do", "don")
    }
    assert set(texts["starter_likes", "do"]) == {"Do not name people.", "Do not use numbers."}
    assert set(texts["chatty", "don"]) == {"Don't name people.", "Don't use numbers."}
    assert texts["starter_likes", "don"] == texts["chatty", "do"] == []


def test_what_stood_between_two_is_neithers() -> None:
    assert manner("telegraphic").adapted("no lists, please; ") == "no lists, please"


def test_half_a_thought_is_nobodys() -> None:
    said = (
        "Begin. A good one looks like this:\nGive a reason for each of the five. Keep them so. "
        "It should be short. End."
    )
    offers = Offers(TOPIC, manner(), [Near(0.9, "fractions", said)])
    assert [each.text for each in offers.collected if each.place == "within"] == [
        "It should be short."
    ]
