"""Guards on generated text: cuts are beginnings, and what is left is clean."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from promptstyle.core.generation.guards import clean, fault, safe_length, strip_junk, whole
from promptstyle.core.generation.loops import loop_start, may_loop
from promptstyle.core.generation.sentences import is_form, key, split

LIKE = (
    "Write a summary of the article. Make sure to use exactly three bullet points. "
    "Make sure to keep every bullet below ten words. Show only the first five rows. "
    "Show only the last five rows. Make sure that the title is in bold."
)


def sentences(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Use 3.5 of it. Go on", ["Use 3.5 of it.", "Go on"]),
        ("Take e.g. a cat. Draw it.", ["Take e.g. a cat.", "Draw it."]),
        ('Say "no." Then go.', ['Say "no."', "Then go."]),
        ("Title\n- one\n- two", ["Title", "- one", "- two"]),
        ("Include: 1. a title. 2. a date.", ["Include: 1. a title.", "2. a date."]),
        ("1. Draw a cat.\n2. Draw a dog.", ["1. Draw a cat.", "2. Draw a dog."]),
        ("Pick a number from 1 to 5. Add it.", ["Pick a number from 1 to 5.", "Add it."]),
        ("写一首诗。再写一首。", ["写一首诗。", "再写一首。"]),
        ("Wait... what?", ["Wait...", "what?"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Make sure to proofread.", "make sure to  proofread!", True),
        ("Make sure to proofread.", "Make sure to proofread again.", True),
        ("1. Draw a cat.", "2) Draw the cat.", True),
        ("**Show** the _rows_.", "Show rows.", True),
        ("Show only the first 5 rows.", "Show only the last 5 rows.", False),
        ("Use 3 bullets.", "Use 4 bullets.", False),
        ("Now.", "Then.", False),
    ],
)
def test_when_two_sentences_say_the_same(one: str, other: str, same: bool) -> None:
    assert (key(one) == key(other)) is same


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Write a poem.\r\n", "Write a poem."),
        ("Write\x00 a\ufffd poem\x1b[31m.", "Write a poem[31m."),
        ("Write a poem. Use rhymes. Write a poem.", "Write a poem. Use rhymes."),
        ("Write a poem. Write a poem", "Write a poem."),
        ("Make sure to proofread. Make sure to proofread again.", "Make sure to proofread."),
        ("List:\n- red\n- blue\n- Red\n- green", "List:\n- red\n- blue"),
        (
            "Write about the cat and the dog and the dog and the dog and",
            "Write about the cat and the dog",
        ),
        ("Draw it. Add very very very very very", "Draw it."),
        (
            "Q: 2\nInput:\n4\nOutput:\n5\nInput:\n6\nOutput:\n7",
            "Q: 2\nInput:\n4\nOutput:\n5\nInput:\n6\nOutput:\n7",
        ),
        (
            "<role>\nA poet.\n</role>\n- [topic]\n[topic]\n**Use**:",
            "<role>\nA poet.\n</role>\n- [topic]\n[topic]\n**Use**:",
        ),
        ("\ufffd\x00 \n", ""),
        ("no no no no", "no"),
        (LIKE, LIKE),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write a poem. Make sure to u", "Write a poem."),
        ("Write a poem.", "Write a poem."),
        ("Write a poem about cats and do", "Write a poem about cats and"),
        ("Write", "Write"),
        ("Include: 1. a title. 2. the auth", "Include: 1. a title."),
        ("Plan:\n- one thing\n- another th", "Plan:\n- one thing"),
        ("Write it. Include:\n- a ti", "Write it."),
        ("Write it.\nInclude:\n1. A name.\n2.", "Write it.\nInclude:\n1. A name."),
        ("A first line without a stop\nand a", "A first line without a stop"),
        ("Title\nand a long line that is cut sho", "Title\nand a long line that is cut"),
        ("Costs 3.5", "Costs"),
    ],
)
def test_a_text_that_ran_out_of_length_ends_whole(text: str, expected: str) -> None:
    assert clean(text, cut_short=True) == expected


@pytest.mark.parametrize(
    "text",
    [
        LIKE,
        "The data is 0, 0, 0, 0, 1, 1, 1, 1.",
        "Had had had is English.",
        "| a | b | c | d |\n|---|---|---|---|\n| 1 | 2 | 3 | 4 |",
        "-" * 100,
        "a list of the names, a list of the dates, a list of the places",
    ],
)
def test_what_is_no_loop(text: str) -> None:
    assert loop_start(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "ha " * 4,
        "and the list " * 3,
        "-" * 120,
        "xy" * 60,
        "one two three four five six. " * 4,
        "0 " * 14,
        "".join(f"Make sure to include a list of {n}. " for n in "abcde"),
    ],
)
def test_what_is_a_loop(text: str) -> None:
    position = loop_start(text)
    assert position is not None and position > 0
    assert loop_start(text[:position]) is None


def test_a_growing_text_is_judged_only_up_to_its_last_end() -> None:
    assert fault("Use 3. Use 3.", growing=True) is None
    assert fault("Use 3. Use 3. Then", growing=True) == len("Use 3. ")
    assert fault("Use 3. Use 3.5", growing=True) is None
    assert fault("Use it\nUse it\n", growing=True) == len("Use it\n")


def test_a_sentence_is_held_while_it_repeats_another() -> None:
    before = "Make sure to rhyme. "
    assert safe_length(before + "Make sure") == len(before)
    assert safe_length(before + "Make sure to rhyme.") == len(before)
    for text in ("Make sure that", "Make sure to rhyme well", "Use"):
        assert safe_length(before + text) == len(before + text)
    for text in ("Make sure to rhyme ag", "2. Make s", "2", "**", "m", "an"):
        assert safe_length(before + text) == len(before)
    assert safe_length("Make sure") == len("Make sure")


words = st.sampled_from(
    ["make", "sure", "to", "use", "a", "list", "of", "the", "cat", "dog", "and", "show", "3", "1."]
)
marks = st.sampled_from(
    [" ", " ", " ", ". ", "! ", ".\n", "\n", "\n- ", ": ", "...", '." ', "\n2. "]
)
prompts = st.lists(st.tuples(words, marks), max_size=60).map(
    lambda pairs: "".join(word + mark for word, mark in pairs)
)
texts = st.one_of(prompts, st.text(), st.text(alphabet="ab. \n-1\ufffd\x00。", max_size=200))


@settings(max_examples=300)
@given(texts, st.booleans())
def test_clean_leaves_a_beginning_and_is_done_after_once(text: str, cut_short: bool) -> None:
    cleaned = clean(text, cut_short=cut_short)
    plain = strip_junk(text).strip()
    assert plain.startswith(cleaned)
    assert clean(cleaned) == cleaned
    assert bool(cleaned) == bool(plain)
    assert cleaned == cleaned.strip()


@settings(max_examples=300)
@given(texts, st.booleans())
def test_no_sentence_stands_twice(text: str, cut_short: bool) -> None:
    cleaned = clean(text, cut_short=cut_short)
    spoken = [
        words
        for sentence in split(cleaned)
        if (words := key(said := cleaned[sentence.start : sentence.end]))
        and (sentence.ended or not is_form(said))
    ]
    assert len(spoken) == len(set(spoken))
    assert loop_start(cleaned) is None


@settings(max_examples=300)
@given(texts)
def test_whole_leaves_a_beginning_that_is_not_empty(text: str) -> None:
    kept = whole(text)
    assert text.startswith(kept)
    assert bool(kept.strip()) == bool(text.strip())


@settings(max_examples=300)
@given(texts)
def test_sentences_cover_all_that_is_not_blank(text: str) -> None:
    found = split(text)
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
    assert all(a.end <= b.start for a, b in pairwise(found))


@settings(max_examples=300)
@given(texts, st.data())
def test_a_fault_of_a_growing_text_stays_one(text: str, data: st.DataObject) -> None:
    start = text[: data.draw(st.integers(0, len(text)))]
    early = fault(start, growing=True)
    if early is not None:
        late = fault(text)
        assert late is not None and late <= early


def test_no_starter_like_is_cut(starter_likes: Path) -> None:
    for line in starter_likes.read_text("utf-8").splitlines():
        output = json.loads(line)["output"].strip()
        assert clean(output) == clean(output, cut_short=True) == output


@given(
    text=st.one_of(
        st.lists(st.sampled_from(["a", "b", "ab", "c", "7", "A"]), max_size=60).map(" ".join),
        st.tuples(
            st.text("xy. ", max_size=20),
            st.text("ab-", min_size=1, max_size=9),
            st.integers(0, 200),
            st.text("-|", max_size=9),
        ).map(lambda drawn: drawn[0] + (drawn[1] * 200)[: drawn[2]] + drawn[3]),
    ),
    pieces=st.one_of(st.just([1] * 240), st.lists(st.integers(1, 4), min_size=120, max_size=120)),
)
@settings(suppress_health_check=[HealthCheck.large_base_example], deadline=None)
@example(text="x" + "-" * 120 + "|", pieces=[120, 2])
def test_a_loop_is_looked_for_where_one_ends(text: str, pieces: list[int]) -> None:
    """The quick question must never miss the first beginning of a text that holds a loop."""
    at = 0
    for piece in pieces:
        at += piece
        if loop_start(text[:at], growing=True) is not None:
            # A token of several words is none that a tokenizer has.
            words = len(re.findall(r"\w+", text[at - piece : at]))
            assert may_loop(text[:at]) or words > 1
            break
