"""Who the model is to be: the ways in which people say it, and what only looks like one."""

from __future__ import annotations

import pytest

from promptstyle.core.style.asking import Asked
from promptstyle.core.style.casting import CAST, asks, gives_role, surely_gives_role
from promptstyle.core.style.manner import Manner
from promptstyle.core.style.roles import role
from promptstyle.core.style.wanted import Wish


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("Can you act as a behaviour expert?", True),
        ("You are an adventure writer.", True),
        ("You\u2019re a very careful editor, so be strict.", True),
        ("You are a bit late.", False),
        ("You are the author of the change.", False),
        ("Say what an editor does.", False),
        ("You are a kind nurse.", True),
        ("You are the one who knows the order.", False),
        ("The headline must act as a hook.", False),
        ("Be my travel guide.", True),
        ("Be a little braver.", False),
        ("", False),
    ],
)
def test_who_the_model_is_to_be_in_any_prompt(sentence: str, who: bool) -> None:
    assert surely_gives_role(sentence) is who


@pytest.mark.parametrize(
    "how",
    [
        "You are",
        "You're now",
        "Act as",
        "Act like",
        "Please act as",
        "Can you please act as",
        "I want you to act as",
        "I'd like you to be",
        "I need you to play the role of",
        "Imagine that you are",
        "Imagine you\u2019re",
        "Pretend to be",
        "Pretend you are",
        "Let's pretend you are",
        "From now on, you are",
        "You will be",
        "You will act as",
        "Take on the role of",
        "Assume the role of",
        "Your role is that of",
        "Behave like",
    ],
)
def test_every_way_of_giving_a_role_is_kept(how: str) -> None:
    likes = [
        ("sort mail", f"{how} a clerk. Sort the mail below."),
        ("sort notes", f"{how} a tutor. Sort the notes below."),
    ]
    end = "?" if how.startswith("Can") else "."
    assert gives_role(likes[0][1]) and surely_gives_role(f"{how} a tutor{end}")
    first = Manner(likes).asking.requests("sort my plans", first=True, roles={"archivist": 0.5})
    assert Asked(f"{how} an archivist{end}", Wish.ROLE, 0.5) in first
    assert role(f"{how} an experienced nurse, patient and exact.") == "experienced nurse"


@pytest.mark.parametrize(
    "sentence", ["Be a little braver.", "You can act as before.", "You are welcome.", "Sort them."]
)
def test_what_gives_no_role(sentence: str) -> None:
    assert not gives_role(sentence)


def test_a_question_stays_one() -> None:
    found = CAST.match("Could you act as my coach?")
    assert found is not None and found["how"] == "Could you act as" and asks(found["how"])
    assert not asks("I want you to act as")
