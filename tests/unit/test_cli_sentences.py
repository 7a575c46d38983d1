"""`sentences`, and `like` sentence by sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from promptstyle.core.generation.passages import Passage
from promptstyle.core.library import Library, NewCandidate
from promptstyle.core.paths import Home
from promptstyle.tui.cli.root import root

TEXT = "Name my cat. Give 5 names. Show only the list."
PASSAGES = [
    Passage("", "Name my cat."),
    Passage(" ", "Give 5 names.", ("Give short names.", "Avoid human names.")),
    Passage(" ", "Show only the list.", ("Show the names.",)),
]


def call(*arguments: str) -> Result:
    return CliRunner().invoke(root, list(arguments))


def document(*arguments: str) -> dict[str, Any]:
    result = call(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture
def candidate(home: Home) -> str:
    settings = {"passages": [each.to_json() for each in PASSAGES]}
    with Library(home.database) as library:
        new = NewCandidate("naming a cat", TEXT, "embedded", settings=settings)
        return library.add_candidates("default", [new])[0].id


def liked(home: Home) -> list[str]:
    with Library(home.database) as library:
        return [like.output for like in library.likes("default")]


def test_the_sentences_with_others_for_their_places(candidate: str) -> None:
    result = call("sentences", candidate[:5])
    assert result.stdout.splitlines() == [
        " 1  Name my cat.",
        " 2  Give 5 names.",
        "      2=1  Give short names.",
        "      2=2  Avoid human names.",
        " 3  Show only the list.",
        "      3=1  Show the names.",
    ]
    assert f"promptstyle like {candidate} --drop 2" in result.stderr
    found = document("sentences", candidate)
    assert list(found) == ["id", "topic", "text", "sentences"]
    assert (found["id"], found["topic"], found["text"]) == (candidate, "naming a cat", TEXT)
    assert found["sentences"][1] == {
        "number": 2,
        "text": "Give 5 names.",
        "dropped": False,
        "others": [
            {"number": 1, "text": "Give short names."},
            {"number": 2, "text": "Avoid human names."},
        ],
    }


def test_what_it_is_with_changes_is_shown_and_nothing_stored(home: Home, candidate: str) -> None:
    changes = ("--drop", "1", "--swap", "2=2", "--swap", "3=1")
    result = call("sentences", candidate, *changes)
    assert result.stdout == "Avoid human names. Show the names.\n" and result.stderr == ""
    assert document("sentences", candidate, *changes)["text"] == result.stdout.strip()
    assert liked(home) == []


def test_like_keeps_it_with_the_changes(home: Home, candidate: str) -> None:
    record = document("like", candidate, "--swap", "2=1", "--drop", "3")
    assert record["text"] == "Name my cat. Give short names."
    assert liked(home) == [record["text"]]
    with Library(home.database) as library:
        assert library.edits("default") == [("naming a cat", TEXT, record["text"])]


@pytest.mark.parametrize("command", ["sentences", "like"])
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (["--drop", "4"], "has no sentence 4, but 3"),
        (["--drop", "0"], "has no sentence 0"),
        (["--drop", "-1"], "has no sentence -1"),
        (["--swap", "9=1"], "has no sentence 9"),
        (["--swap", "2=3"], "no other 3, but 2"),
        (["--swap", "1=1"], "no other 1, but 0"),
        (["--swap", "2=0"], "no other 0"),
        (["--swap", "2"], "not N=M"),
        (["--swap", "2=x"], "not N=M"),
        (["--swap", "=1"], "not N=M"),
        (["--drop", "two"], "'two'"),
        (["--drop", "1", "--drop", "2", "--drop", "3"], "without any sentence"),
        (["--drop", "2", "--swap", "2=1"], "sentence 2 is changed in two ways"),
        (["--swap", "2=1", "--swap", "2=2"], "sentence 2 is changed in two ways"),
    ],
)
def test_a_change_that_cannot_be_is_a_wrong_call(
    home: Home, candidate: str, command: str, changes: list[str], said: str
) -> None:
    result = call(command, candidate, *changes)
    assert result.exit_code == 2
    first, second = result.stderr.splitlines()
    assert first.startswith("error: ") and said in first and second.startswith("hint: ")
    assert liked(home) == []


def test_what_does_not_go_with_the_rest_is_refused(home: Home) -> None:
    passages = [
        Passage("", "Name my cat."),
        Passage(" ", "Be kind.", ("Give short names.",)),
        Passage(" ", "Be brief.", ("Give short names.",)),
    ]
    settings = {"passages": [each.to_json() for each in passages]}
    with Library(home.database) as library:
        new = NewCandidate("a cat", "Name my cat. Be kind. Be brief.", "b", settings=settings)
        twice = library.add_candidates("default", [new])[0].id
    result = call("like", twice, "--swap", "2=1", "--swap", "3=1")
    assert result.exit_code == 2 and "does not go with the rest" in result.stderr
    assert liked(home) == []
    assert call("like", twice, "--swap", "2=1").exit_code == 0


def test_a_candidate_that_says_nothing(home: Home) -> None:
    with Library(home.database) as library:
        empty = library.add_candidates("default", [NewCandidate("a cat", "", "b")])[0].id
    for arguments in (["sentences", empty], ["sentences", empty, "--json"]):
        result = call(*arguments)
        assert result.exit_code == 1 and "says nothing" in result.stderr


def test_all_of_it_or_sentence_by_sentence(home: Home, candidate: str) -> None:
    result = call("like", candidate, "--text", "Name it.", "--drop", "2")
    assert result.exit_code == 2 and "--text" in result.stderr
    assert liked(home) == []


def test_a_candidate_of_an_earlier_version_and_one_that_there_is_not(home: Home) -> None:
    with Library(home.database) as library:
        new = NewCandidate("a cat", "Name it.\n\n- Be brief.\n- Be kind.", "embedded")
        old = library.add_candidates("default", [new])[0].id
    assert document("sentences", old, "--drop", "2")["text"] == "Name it.\n\n- Be kind."
    result = call("sentences", "ffff")
    assert result.exit_code == 1 and "candidate" in result.stderr


def test_nothing_reaches_the_terminal_that_it_would_obey(home: Home) -> None:
    with Library(home.database) as library:
        new = NewCandidate("a cat", "Name it. \x1b[2J Be brief.", "embedded")
        odd = library.add_candidates("default", [new])[0].id
    assert "\x1b" not in call("sentences", odd).stdout
    assert "\x1b" not in call("sentences", odd, "--drop", "1").stdout
