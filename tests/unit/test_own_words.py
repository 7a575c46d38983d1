"""A person's own words: what they say again and again, how often, and in which form."""

from __future__ import annotations

import pytest

from promptstyle.core.generation.seams import parted, unled, unlisted
from promptstyle.core.style.borrowing import Offers
from promptstyle.core.style.general import General
from promptstyle.core.style.manner import MANY, Manner

THINGS = """
    tides bees taxes chess rain bread maps moss rust iron salt clouds rivers ants owls foxes
    herbs kites drums boats lamps wheels bells glass paper coins stones ropes ladders candles
    tunnels bridges
""".split()  # noqa: SIM905 - a wall of quotes is harder to read
LIKES = [
    (
        f"explain {what}",
        f"Explain {what}. Max {n}0 words. Of the {what} I'd like:\n- the {what} first\n- no {what}",
    )
    for n, what in enumerate(THINGS, start=5)
]


def test_what_is_said_again_and_again_is_offered_with_one_of_its_numbers() -> None:
    manner = Manner(LIKES)
    limits = [each for each in manner.own if each.shape == "max 0 words"]
    assert len(limits) == len(LIKES) and {each.count for each in limits} == {len(LIKES)}
    for topic in ("explain gears", "explain nets"):
        (habit,) = Offers(topic, manner, []).habits
        assert habit.text in {each.text for each in limits}
        # Wherever it stood, and whatever else begins there.
        assert habit.text in [
            e.text for e in Offers(topic, manner, []).later("Use it.", last=False)
        ]


def test_what_fits_any_topic_is_said_in_words_of_the_person() -> None:
    strange = General("Use grumbling walruses.", last=False)
    assert len(LIKES) >= MANY
    assert (
        Offers("explain gears", Manner(LIKES), [], [strange]).general("use", 0.0, last=False) == []
    )
    # Few likes do not show all the words of a person.
    few = Offers("explain gears", Manner(LIKES[:20]), [], [strange])
    assert [each.text for each in few.general("use", 0.0, last=False)] == [strange.text]


def test_a_word_begins_as_many_sentences_as_it_ever_does() -> None:
    manner = Manner(LIKES)
    assert manner.full({"explain": 1, "never": 5}) == {"explain"}
    assert manner.full({}) == frozenset()


def test_items_have_no_capital_and_no_stop_where_the_persons_have_none() -> None:
    manner = Manner(LIKES)
    assert manner.put("Use short words.", listed=True) == "use short words"
    assert manner.put("I need it.", listed=True) == "I need it"
    assert manner.put("use short words.", listed=False) == "Use short words."
    assert manner.leads_to_lists


@pytest.mark.parametrize(
    ("pieces", "made"),
    [
        ([("", "Sort it."), (" 1) ", "Be kind.")], [("", "Sort it."), (" ", "Be kind.")]),
        ([("1. ", "Sort it."), ("\n", "Be kind.")], [("", "Sort it."), ("\n", "Be kind.")]),
        (
            [("", "Rules:"), ("\n- ", "Be kind.")],
            [("", "Rules:"), ("\n- ", "Be kind.")],
        ),
        (
            [("", "Do:"), ("\n- ", "sort"), ("\n- ", "end")],
            [("", "Do:"), ("\n- ", "sort"), ("\n- ", "end")],
        ),
    ],
)
def test_one_item_is_no_list(pieces: list[tuple[str, str]], made: list[tuple[str, str]]) -> None:
    assert unlisted(pieces) == made


def test_what_leads_to_a_list_needs_one() -> None:
    pieces = [("", "Sort it."), ("\n\n", "I'd like:"), ("\n- ", "order"), ("\n- ", "calm")]
    assert unled(pieces, ()) == set()
    assert unled(pieces, {2, 3}) == {1}
    assert unled([("", "Sort it."), ("\n- ", "I'd like:"), ("\n- ", "order")], ()) == {1}


def test_two_sentences_do_not_run_into_each_other() -> None:
    assert parted([("", "keep it short"), (" ", "be kind"), ("\n- ", "end")]) == [
        ("", "keep it short."),
        (" ", "be kind"),
        ("\n- ", "end"),
    ]
    # Telegrams have their own marks between them.
    assert parted([("", "keep it short"), ("; ", "be kind")])[0] == ("", "keep it short")
