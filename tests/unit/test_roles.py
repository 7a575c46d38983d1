"""Who could do it, as others on near topics had it."""

from __future__ import annotations

import pytest

from promptstyle.core.style.collection import Near
from promptstyle.core.style.meanings import meanings
from promptstyle.core.style.roles import OFFERED, role, roles


@pytest.mark.parametrize(
    ("prompt", "who"),
    [
        ("You are an experienced nurse who explains things. Explain it.", "experienced nurse"),
        ("Act as a technical writer, and be brief.", "technical writer"),
        ("Imagine that you are a judge. Decide.", "judge"),
        ("You're a proofreader - a strict one.", "proofreader"),
        ("YOU ARE A TUTOR. ASK ME.", "TUTOR"),
        ("You are a tutor", "tutor"),
        # Adjectives of nobody, what is no person, and what the person is.
        ("You are a clear, patient teacher.", ""),
        ("You are a number.", ""),
        ("You are a toddler.", ""),
        ("Act as a computer.", ""),
        ("You are a beginner who asks.", ""),
        ("As a tutor I want a plan.", ""),
        ("Write as a tutor would.", ""),
        ("You are a kind old very patient village teacher.", ""),
        ("You are a ", ""),
        ("", ""),
    ],
)
def test_the_profession_that_a_prompt_gives(prompt: str, who: str) -> None:
    assert role(prompt) == who


def test_those_of_near_topics_are_offered_and_none_of_another_s_own_topic() -> None:
    near = [
        Near(0.8, "shorten a speech", "You are a speech writer. Shorten it."),
        Near(0.7, "shorten a text", "You are an editor. Shorten it."),
        Near(0.6, "shorten a novel", "You are an editor who cuts. Shorten it."),
        Near(0.5, "shorten a letter", "You are Professor Brandt. Shorten it."),
        Near(0.4, "shorten a law", "You are a French lawyer. Shorten it."),
        Near(0.4, "shorten a list", "Shorten the list below."),
    ]
    assert roles("Make a prompt that shortens my essay.", near) == {"editor": 0.7}
    assert roles("Make a prompt that shortens a speech.", near) == {
        "editor": 0.7,
        "speech writer": 0.8,
    }
    assert roles("", []) == {}


def test_there_are_never_more_than_can_be_weighed() -> None:
    near = [Near(0.5, "sort it", f"You are a {'very ' * n}calm clerk.") for n in range(3)] + [
        Near(0.9, "sort it", f"You are a {letter}{letter}er.") for letter in "bcdfghklmnp"
    ]
    found = roles("sort it", near)
    assert len(found) == OFFERED and "bber" in found
    assert roles("sort it", near[:3]) == {"calm clerk": 0.5, "very calm clerk": 0.5,
                                          "very very calm clerk": 0.5}  # fmt: skip


def test_who_has_little_to_do_with_the_topic_is_none_for_it_unless_it_is_the_same() -> None:
    asked = "summarize a scientific paper for my team"

    def found(who: str, like: float) -> dict[str, float]:
        near = [Near(like, "summarize a text", f"You are a {who}. Summarize it.")]
        return roles(asked, near, meanings())

    assert found("librarian", 0.5) == {} and found("librarian", 0.8) == {"librarian": 0.8}
    assert found("scientist", 0.5) == {"scientist": 0.5}
    # Of whom nothing is known nothing speaks against.
    assert found("xylophonist", 0.5) == {"xylophonist": 0.5}


def test_on_topics_that_are_little_like_this_one_they_have_more_to_do_with_it() -> None:
    asked = "Make a prompt that drills the times tables with a child."

    def found(*near: tuple[str, float]) -> dict[str, float]:
        return roles(
            asked, [Near(like, "drill it", f"You are a {who}. Do it.") for who, like in near],
            meanings(),
        )  # fmt: skip

    # A drill, but of another kind: it has nothing to do with tables.
    assert found(("safety officer", 0.5)) == {}
    assert found(("precise database clerk", 0.4)) == {}
    assert found(("maths teacher", 0.5)) == {"maths teacher": 0.5}
    # Somebody is known of a topic that is nearly the same.
    assert found(("maths teacher", 0.9), ("maths tutor", 0.5)) == {"maths teacher": 0.9}
    assert set(found(("maths teacher", 0.9), ("maths tutor", 0.7))) == {
        "maths teacher",
        "maths tutor",
    }


def test_an_expert_or_an_author_is_no_profession() -> None:
    # What they are experts in belongs to their own topic.
    assert role("Act as a behaviour expert. Be brief.") == role("You are a puzzle author.") == ""
    assert role("You are a puzzle writer.") == "puzzle writer"
