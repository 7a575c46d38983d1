"""The same wish in other words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.style.reframing import Lead, Leads, ordered
from promptstyle.core.style.slots import opener


@pytest.mark.parametrize(
    ("sentence", "order"),
    [
        ("List the risks.", "List the risks."),
        ("Could you please list the risks?", "List the risks."),
        ("Please do not use jargon.", "Do not use jargon."),
        ("Make sure to cite the source.", "Cite the source."),
        ("Please make sure that you cite it.", "Cite it."),
        ("I'd like you to ask me first, one question at a time.",
         "Ask me first, one question at a time."),
        ("I would be grateful if you could explain each step.", "Explain each step."),
        ("then list two", "List two."),
        ("You list the risks.", "List the risks."),
        # No orders: what is so, labels, thanks, other questions, an order with thanks in it.
        ("You know the town.", ""),
        ("Name: the price", ""),
        ("Thank you.", ""),
        ("You list it, don't you?", ""),
        ("What is missing?", ""),
        ("The list is short.", ""),
        ("List it, please.", ""),
        ("Make sure each part is short.", "Make sure each part is short."),
        ("", ""),
        ("Please don't use jargon.", "Do not use jargon."),
        ("Would you be so kind as to list the risks?", "List the risks."),
        ("Then could you list the risks?", "List the risks."),
        ("May I ask you to list the risks?", "List the risks."),
        ("Say what is missing.", "Say what is missing."),
        # What is so, and what may be.
        ("Work is hard.", ""),
        ("Study notes are below.", ""),
        ("You can use tables.", ""),
        ('Say "yes."', ""),
    ],
)  # fmt: skip
def test_what_is_ordered(sentence: str, order: str) -> None:
    assert ordered(sentence) == order


POLITE = ["Please list it.", "Please keep it short.", "Thank you.", "Can you add a table?",
          "Can you mark it?", "Kindly sort it."]  # fmt: skip
CURT = ["List it.", "Keep it short.", "Make sure you sort it.", "Make sure you mark it."]


@pytest.mark.parametrize(
    ("person", "begins", "said"),
    [
        (POLITE, "please", ["Please show the sum."]),
        (POLITE, "can", ["Can you show the sum?"]),
        # Once is no habit, and whoever never orders does not begin to.
        (POLITE, "kindly", []),
        (POLITE, "show", []),
        (CURT, "show", ["Show the sum."]),
        (CURT, "make", ["Make sure you show the sum."]),
        (CURT, "please", []),
        ([], "show", []),
    ],
)
def test_an_order_is_put_as_the_person_puts_theirs(
    person: list[str], begins: str, said: list[str]
) -> None:
    assert Leads(person).put("Show the sum.", begins) == said


def test_who_tells_what_somebody_does_is_no_learner() -> None:
    leads = Leads(["You list it.", "You mark it.", "Can you sort it?", "Can you name it?"])
    assert leads.put("Be strict.", "you") == ["You are strict."]
    assert leads.put("Be strict.", "can") == ["Can you be strict?"]
    assert leads.put("Begin now.", "you") == ["You begin now."]


def test_whoever_is_told_not_to_is_not_asked_whether_they_can() -> None:
    leads = Leads(POLITE)
    assert leads.put("Do not use jargon.", "can") == []
    assert leads.put("Avoid jargon.", "can") == ["Can you avoid jargon?"]
    assert leads.put("Do not use jargon.", "please") == ["Please do not use jargon."]
    assert leads.put("DO NOT guess.", "please") == ["Please DO NOT guess."]
    for lead in ("Make sure to", "You must", "I want you to", "I would be grateful if you could"):
        leads = Leads([f"{lead} list it.", f"{lead} mark it."])
        begins = lead.split()[0].lower()
        assert leads.put("Do not use jargon.", begins) == []
        assert leads.put("Use a table.", begins) == [f"{lead} use a table."]
    leads = Leads(["Make sure you list it.", "Make sure you mark it."])
    assert leads.put("Do not use jargon.", "make") == ["Make sure you do not use jargon."]
    assert leads.put("Do not be rude.", "make") == []


@given(st.lists(st.sampled_from([*POLITE, *CURT, "é?", "you "]), max_size=12), st.text(max_size=40))
def test_what_is_put_begins_as_it_should_and_says_the_same(person: list[str], text: str) -> None:
    leads = Leads(person)
    for order in filter(None, (ordered(text), "Show the sum.")):
        for begins in ("please", "can", "make", "show", "kindly"):
            for said in leads.put(order, begins):
                assert opener(said) == begins
                assert ordered(said).lower() == order.lower()


def test_who_says_you_of_somebody_does_not_order_so() -> None:
    person = [
        "You list it.", "You mark it.", "You are patient.", "You never laugh.", "You know it all.",
        "Ask me first.", "Begin with the end.",
    ]  # fmt: skip
    leads = Leads(person)
    assert leads.put("Show the sum.", "you") == []
    assert leads.mistaken("You show the sum.") and not leads.mistaken("You are quick.")
    assert leads.put("Show the sum.", "show") == ["Show the sum."]
    # Who hardly says anything else does.
    others = Leads(person[:3])
    assert others.put("Show the sum.", "you") == ["You show the sum."]
    assert not others.mistaken("You show the sum.")
    # "Please" this person never says: it could be said, but is not asked for.
    assert not leads.mistaken("Please show the sum.")


def test_who_mostly_orders_begins_with_any_verb() -> None:
    orders = ["Ask me first.", "Begin with the end.", "Name it.", "You are patient."]
    assert Leads(orders).freely("Show the sum.") and not Leads(orders).freely("You show the sum.")
    assert not Leads(orders).freely("The sum is shown.")
    assert not Leads(["Ask me first.", *["You are patient."] * 9]).freely("Show the sum.")
    assert not Leads([]).freely("Show the sum.")


def test_an_order_with_stress_is_the_order() -> None:
    assert ordered("Do keep the terms.") == "Keep the terms."
    assert ordered("Do use two memories.") == "Use two memories."
    assert ordered("Do say which ones.") == "Say which ones."
    assert ordered("Do exercises 3 to 5.") == "Do exercises 3 to 5."
    assert ordered("Could you do the sums?") == "Do the sums."
    assert ordered("Do not keep them.") == "Do not keep them."


def test_orders_in_several_leads_are_none_of_something_else() -> None:
    several = Leads(
        ["Could you list it?", "Could you please show it?", "Could you kindly name it?"]
    )
    assert not several.mistaken("Could you sum it?")
    assert not Leads(["Please list it.", "Please show it!"]).mistaken("Please sum it.")
    # A longer lead speaks for the shorter one that it begins with.
    both = Leads([*["Please list it."] * 2, *["Please make sure you name it."] * 5])
    assert "Please show it." in both.put("Show it.", "please")


def test_the_usual_lead_is_that_of_most_orders() -> None:
    assert Leads(["Can you list it?"] * 3).usual == Lead("Can you ", "?")
    # Who mostly orders plainly does.
    assert Leads([*["List it."] * 9, *["Please name it."] * 2]).usual is None
    # These go with another order.
    assert Leads(["Make sure you list it."] * 3).usual is None
    assert Leads(["Then list it."] * 3).usual is None


def test_a_noun_that_is_a_verb_elsewhere_keeps_its_do() -> None:
    assert ordered("Do study notes for chapter three.") == "Do study notes for chapter three."
