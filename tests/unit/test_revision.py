"""A prompt put right sentence by sentence, and what could stand in its places."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.generation.passages import (
    OTHERS,
    Passage,
    distinct,
    fitting,
    joined,
    passages_of,
)
from promptstyle.core.generation.revision import Revision
from promptstyle.core.generation.sentences import key
from promptstyle.core.library import Candidate

TOPIC = "plan dinners for a week"
TEXT = "Plan dinners for a week. Use 7 dishes. Keep it under 200 words. Show only the table."
PASSAGES = (
    Passage("", "Plan dinners for a week.", ("Plan a week of dinners.",)),
    Passage(" ", "Use 7 dishes.", ("Use what is in season.", "Use one pan for each.")),
    Passage(" ", "Keep it under 200 words.", ("Keep the tone calm.", "Keep leftovers in mind.")),
    Passage(" ", "Show only the table.", ("Show the plan and nothing else.",)),
)


def revision() -> Revision:
    return Revision(TOPIC, PASSAGES)


def candidate(text: str = TEXT, **settings: object) -> Candidate:
    return Candidate("c1", "p", TOPIC, text, "b", None, "context", 1, "stop", 9, settings, "now")


def test_a_sentence_is_left_out_and_taken_in_again() -> None:
    made = revision()
    assert made.text() == TEXT
    assert made.drop(2)
    assert made.text() == TEXT.replace(" Keep it under 200 words.", "")
    assert made.dropped(2)
    assert made.drop(2)
    assert made.text() == TEXT


def test_the_last_sentence_stays() -> None:
    made = revision()
    assert [made.drop(at) for at in range(4)] == [True, True, True, False]
    assert made.text() == "Show only the table."


def test_others_stand_in_a_place_one_after_another_in_a_ring() -> None:
    made = revision()
    seen = []
    for _ in range(3):
        assert made.other(1)
        seen.append(made.said(1))
    assert seen == ["Use what is in season.", "Use one pan for each.", "Use 7 dishes."]
    assert made.other(1, -1) and made.said(1) == "Use one pan for each."
    assert made.position(1) == (3, 3) and made.replaced(1)
    assert "Use one pan for each." in made.text() and "7 dishes" not in made.text()


def test_what_was_left_out_comes_back_as_another() -> None:
    made = revision()
    made.drop(1)
    made.other(1)
    assert not made.dropped(1) and "Use what is in season." in made.text()


def test_what_does_not_go_with_the_rest_is_not_offered() -> None:
    # A second length, and what stands there already.
    passages = [
        *PASSAGES[:3],
        replace(PASSAGES[3], others=("Use no more than 100 words.", "Use 7 dishes.", "Be kind.")),
    ]
    made = Revision(TOPIC, passages)
    assert made.position(3) == (1, 2)
    made.other(3)
    assert made.said(3) == "Be kind."
    made.undo()
    # Without the first length there is room for another.
    made.drop(2)
    assert made.position(3) == (1, 3)


def test_something_more_is_said() -> None:
    made = revision()
    assert made.add(1)
    assert len(made) == 5 and made.replaced(2)
    assert made.text().startswith(f"Plan dinners for a week. Use 7 dishes. {made.said(2)} Keep")
    # It is one of those that could stand in other places, and there are more.
    pool = {text for each in PASSAGES[1:] for text in each.others}
    assert made.said(2) in pool and made.position(2)[1] > 1
    made.other(2)
    assert made.said(2) in pool
    # Left out again it is gone.
    made.drop(2)
    assert made.text() == TEXT and len(made) == 4


def test_what_was_left_out_is_not_added_in_other_words() -> None:
    more = ("Keep it short, 90 words.", "Keep the tone calm.")
    made = Revision(TOPIC, [*PASSAGES[:3], replace(PASSAGES[3], others=more)])
    made.drop(2)
    assert made.add(1)
    texts = made.passages[2].text, *made.passages[2].others
    assert "Keep the tone calm." in texts and "Keep it short, 90 words." not in texts


def test_nothing_is_added_where_nothing_is_known() -> None:
    made = Revision(TOPIC, [replace(each, others=()) for each in PASSAGES])
    assert not made.add(0) and not made.other(0) and made.text() == TEXT


def test_a_heading_or_a_label_goes_with_the_last_of_what_is_below_it() -> None:
    text = "## Context\nFoo is. Bar was.\n\n## Task\nDo it.\nInclude:\n- a plan\n- a list"
    made = Revision(TOPIC, passages_of(text))
    for at in (1, 2, 6, 7):
        assert made.drop(at)
    assert made.text() == "## Task\nDo it."
    # The last sentence stays; a heading alone is no prompt.
    assert not made.drop(4)


def test_a_part_of_a_telegram_ends_as_the_one_that_stood_there() -> None:
    drafts = ["plan it; table only. ", "plan it; show prices; ask first."]
    made = Revision(TOPIC, passages_of("plan it; three dishes; no intro.", drafts, fragments=True))
    made.other(1)
    made.other(2)
    assert re.fullmatch(r"plan it; [^.;]+; [^.;]+\.", made.text())


def test_what_nobody_changed_is_not_written_anew() -> None:
    for text in ("01. A thing.\n02. B thing.", "\u0661. A.\n\u0662. B.", "", "  "):
        assert Revision(TOPIC, passages_of(text)).text() == text.strip()


def test_every_change_can_be_taken_back() -> None:
    made = revision()
    made.drop(0)
    made.other(1)
    made.add(2)
    made.take(0, 1)
    for _ in range(4):
        assert made.undo()
    assert made.text() == TEXT and not made.undo()


def test_a_number_that_there_is_not() -> None:
    with pytest.raises(IndexError):
        revision().take(0, 2)
    with pytest.raises(IndexError):
        revision().drop(4)


def test_labels_and_rules_are_no_sentences() -> None:
    made = Revision(TOPIC, passages_of("Plan it.\nInput:\n---\nShow it."))
    assert [made.revisable(at) for at in range(len(made))] == [True, False, False, True]


def test_what_was_stored_with_a_candidate_is_there_again() -> None:
    stored = [each.to_json() for each in PASSAGES]
    made = Revision.of(candidate(passages=stored))
    assert made.passages == PASSAGES
    # Edited by hand since: the sentences that still stand there have their others.
    edited = Revision.of(candidate(passages=stored), TEXT.replace("Use 7 dishes.", "Use 5 pans."))
    assert [each.text for each in edited.passages][1] == "Use 5 pans."
    assert [bool(each.others) for each in edited.passages] == [True, False, True, True]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"passages": []},
        {"passages": [["", "Other.", []]]},
        {"passages": [["", "x"]]},
        {"passages": 3},
    ],
)
def test_a_candidate_without_fitting_passages_is_taken_apart(settings: dict[str, object]) -> None:
    made = Revision.of(candidate(**settings))
    assert made.text() == TEXT and len(made) == 4


def test_others_are_from_the_other_drafts() -> None:
    drafts = ["Plan a week. Use what is cheap. Ask me first.", TEXT, "List dinners. Be brief."]
    made = passages_of(TEXT, drafts, TOPIC)
    assert joined(made) == TEXT
    # First ones for the first, what begins alike before others for the rest.
    assert "Use what is cheap." not in made[0].others
    assert made[1].others[0] == "Use what is cheap."
    assert "Ask me first." in made[1].others


def test_others_say_something_else() -> None:
    texts = ["Name a cheap dish.", "Name a cheap dish!", "Name one cheap dish.", "Avoid nuts."]
    assert distinct(texts) == ("Name a cheap dish.", "Avoid nuts.")
    assert distinct(["Do not flatter.", "Make sure you do not flatter."]) == ("Do not flatter.",)
    animals = ["ant", "bee", "cat", "dog", "elk", "fox", "gnu"]
    many = [f"A {each} draws {each}berries" for each in animals]
    assert len(distinct(many)) == OTHERS and len(distinct(many, 2)) == 2


def test_others_that_go_with_all_that_stands_beside_them_come_first() -> None:
    passages = [replace(each, others=("Use 7 dishes.", "At most 90 words.")) for each in PASSAGES]
    made = fitting(TOPIC, passages)
    # A length goes in the place of another length; what goes nowhere now may do so later.
    assert made[2].others == ("At most 90 words.", "Use 7 dishes.")
    assert made[1].others == ("At most 90 words.",)
    revision = Revision(TOPIC, made)
    assert revision.open(2) == [(1, "At most 90 words.")] and revision.open(3) == []
    revision.drop(2)
    assert revision.open(3) == [(2, "At most 90 words.")]
    revision.drop(1)
    assert [text for _, text in revision.open(3)] == ["Use 7 dishes.", "At most 90 words."]
    assert joined(made) == TEXT


WORDS = st.sampled_from(["plan", "dishes", "cheap", "week", "words", "200", "table", "calm", "use"])
SENTENCES = st.lists(WORDS, min_size=2, max_size=6).map(lambda found: " ".join(found) + ".")
SEAMS = st.sampled_from([" ", "\n", "\n\n", "\n- ", "; "])


@st.composite
def any_passages(draw: st.DrawFn) -> list[Passage]:
    count = draw(st.integers(1, 6))
    return [
        Passage(
            draw(SEAMS) if at else "",
            draw(SENTENCES),
            tuple(draw(st.lists(SENTENCES, max_size=4, unique=True))),
        )
        for at in range(count)
    ]


@given(any_passages(), st.randoms())
def test_any_changes_keep_a_prompt_and_can_be_taken_back(
    passages: list[Passage], chance: Random
) -> None:
    made = Revision(TOPIC, passages)
    written = made.text()
    changes = 0
    for _ in range(12):
        at = chance.randrange(len(made))
        before = made.text(), len(made), [made.dropped(n) for n in range(len(made))]
        what = chance.choice(["drop", "other", "add"])
        done = getattr(made, what)(at)
        after = made.text(), len(made), [made.dropped(n) for n in range(len(made))]
        changes += done
        assert done or before == after
        assert made.text().strip() == made.text() != ""
        if done and what != "drop":
            # No other sentence says the same.
            at = at + (what == "add")
            rest = [made.said(n) for n in range(len(made)) if n != at and not made.dropped(n)]
            assert made.position(at)[0] == 1 or key(made.said(at)) not in map(key, rest)
    for _ in range(changes):
        assert made.undo()
    assert made.text() == written and not made.undo()
