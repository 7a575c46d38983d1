"""A like with another topic's words in place of its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.style.inflection import base_form, gerund, third_person
from promptstyle.core.style.request import Request, parse
from promptstyle.core.style.swapping import fits, swapped


@pytest.mark.parametrize(
    ("base", "third", "ing"),
    [
        ("explain", "explains", "explaining"),
        ("summarize", "summarizes", "summarizing"),
        ("fix", "fixes", "fixing"),
        ("plan", "plans", "planning"),
        ("make", "makes", "making"),
        ("edit", "edits", "editing"),
        ("teach", "teaches", "teaching"),
        ("tidy", "tidies", "tidying"),
        ("reduce", "reduces", "reducing"),
        ("turn", "turns", "turning"),
        ("quiz", "quizzes", "quizzing"),
        ("tie", "ties", "tying"),
    ],
)
def test_forms_of_a_verb(base: str, third: str, ing: str) -> None:
    assert (third_person(base), gerund(base)) == (third, ing)
    if base != "tie":
        assert base_form(third) == base_form(ing) == base


@pytest.mark.parametrize(
    ("topic", "request_"),
    [
        ("Make a prompt that explains tides to a child.", Request("explain", "tides to a child")),
        ("I need a prompt for planning a party", Request("plan", "a party")),
        ("summarize a podcast", Request("summarize", "a podcast")),
        ("names for a cat", Request("", "names for a cat")),
        ("Create a prompt for a cover letter.", Request("", "a cover letter")),
        ("plan for a trip", Request("", "plan for a trip")),
        ("how do I ask a model to plan a hike?", Request("plan", "a hike")),
        ("how can I get a science quiz?", Request("", "a science quiz")),
        ("can you get me a prompt for naming a cat?", Request("name", "a cat")),
        ("why is the sky blue?", Request("", "why is the sky blue", asks=True)),
        # A wish in the form of a question asks for a prompt.
        ("Can you write a prompt for resume review?", Request("", "resume review")),
        ("What would be a good prompt for markmap?", Request("", "markmap")),
        ("how do I get a prompt for sorting mail?", Request("sort", "mail")),
        ("fixes grammar, as a prompt", Request("fix", "grammar")),
        ("author persona prompt", Request("", "author persona")),
        # What ends like a verb is one where something does it.
        ("Make a prompt for receipts audit", Request("", "receipts audit")),
        ("Make a prompt that gamifies chores", Request("gamify", "chores")),
        ("", Request("", "")),
    ],
)
def test_a_request_is_a_verb_and_a_thing(topic: str, request_: Request) -> None:
    assert parse(topic) == request_


LIKED = (
    "Make a prompt that summarizes a podcast episode.",
    "Summarize the podcast episode below in 5 lines. Keep the host's words. Do not judge.",
)


def test_the_topic_stands_where_the_likes_own_stood() -> None:
    assert (
        swapped("Make a prompt that explains tides to a child.", LIKED)
        == "Explain tides to a child below in 5 lines. Keep the host's words. Do not judge."
    )


def test_the_verb_keeps_its_form() -> None:
    pair = ("Write a prompt that plans a party.", "I am planning a party: what comes first?")
    assert (
        swapped("Make a prompt that fixes a bike", pair) == "I am fixing a bike: what comes first?"
    )


def test_where_a_prompt_does_not_name_its_topic_the_first_sentence_goes() -> None:
    pair = ("Make a prompt that cures hiccups.", "Hey! What would you do? Be brief.")
    assert swapped("plan a picnic", pair) == "Plan a picnic! What would you do? Be brief."


def test_fragments_keep_what_stands_after_the_first() -> None:
    pair = ("Make a prompt that cures hiccups.", "breath trick; 3 steps; no water")
    assert swapped("Make a prompt that plans a picnic.", pair) == "plan a picnic; 3 steps; no water"


def test_a_question_stays_one() -> None:
    assert swapped("why is the sky blue?", LIKED).startswith("Why is the sky blue? Keep the")


def test_what_is_said_of_the_old_thing_alone_goes_with_it() -> None:
    pair = (
        "Make a prompt that writes a dialogue between a father and a daughter.",
        "Write a dialogue between a father and his daughter who argue. Use 16 lines.",
    )
    assert (
        swapped("Make a prompt that writes a reminder.", pair) == "Write a reminder. Use 16 lines."
    )


def test_a_later_mention_is_renamed() -> None:
    pair = ("summarize a novel", "Summarize the novel. Name the novel first.")
    assert swapped("explain a contract", pair) == "Explain a contract. Name the contract first."


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=200))
def test_any_text_gives_some_text(topic: str, liked: str, prompt: str) -> None:
    assert isinstance(swapped(topic, (liked, prompt)), str)


@given(st.sampled_from(["a\\1", "\\g<0>", "$x", "(.*"]))
def test_no_topic_is_read_as_a_pattern(word: str) -> None:
    text = swapped(
        f"explain the {word} thing", ("explain the novel", "Explain the novel. A novel.")
    )
    assert word in text


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("Make a prompt that writes four limericks.", "Write four limericks in plain words."),
        ("Make a prompt that writes a ballad.", "Write a ballad in plain words."),
        ("Make a prompt that writes limericks.", "Write 3 limericks in plain words."),
    ],
)
def test_one_number_stands_before_the_new_thing(topic: str, said: str) -> None:
    pair = ("Make a prompt that writes haiku.", "Write 3 haiku in plain words.")
    assert swapped(topic, pair) == said


def test_a_thing_does_not_stand_where_somebody_does_something() -> None:
    said = "You are an analyst who two offers compares. Say which is better."
    assert not fits("a late parcel", ("two offers", said))
    assert fits("a late parcel", ("two offers", "You are an analyst for two offers. Be brief."))
    # The word belongs to what was said before.
    listed = "One list, please: films about chess."
    assert fits("a late parcel", ("films about chess", listed))
    assert (
        swapped("a late parcel", ("films about chess", listed))
        == "One list, please: A late parcel."
    )


def test_what_is_only_named_is_not_done_what_the_like_does() -> None:
    like = ("Make a prompt that compares two novels.", "Compare the two novels below. Be brief.")
    assert not fits("limericks about my cat", like)
    assert fits("translates two novels", like)
    written = ("Make a prompt that writes a poem about rain.", "Write a poem about rain. Be brief.")
    assert swapped("limericks about my cat", written) == ("Write limericks about my cat. Be brief.")
    assert swapped("glossary for a translation", written) == (
        "Write a glossary for a translation. Be brief."
    )
