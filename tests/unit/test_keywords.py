"""Key words: what the likes have more often than ordinary prompts, and no matter of topic."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import promptstyle.assets
from promptstyle.core.style import others as module
from promptstyle.core.style.keywords import frequent, runs
from promptstyle.core.style.ordinary import ordinary_prompts

STARTER = Path(promptstyle.assets.__file__).with_name("starter_likes.jsonl")
AUTHORS = Path(__file__).parents[1] / "authors"


def load(path: Path) -> list[str]:
    return [json.loads(line)["output"] for line in path.read_text("utf-8").splitlines()]


def test_a_manner_is_found_and_its_topics_are_not() -> None:
    topics = ["tea", "rain", "bees", "cars", "maps", "ships", "moons", "roads", "hats", "keys"]
    likes = [
        f"Write about {topic}. Make sure it rhymes, in no more than 9 lines" for topic in topics
    ]
    plain = [f"Write about {topic} in a few lines, as you like" for topic in topics]
    found = frequent(likes, plain)
    assert {"make sure it rhymes", "make sure it", "sure it rhymes"} & set(found)
    assert "no more than" in found
    assert not set(topics) & set(found)
    # Said as often by others.
    assert not {"write", "write about", "lines"} & set(found)


@pytest.mark.parametrize(
    ("author", "words"),
    [
        ("courteous", {"I would", "please", "thank you"}),
        ("telegraphic", {"no", "max"}),
        ("sections", {"rules", "task", "output"}),
    ],
)
def test_authors_have_their_own(author: str, words: set[str]) -> None:
    assert words <= set(frequent(load(AUTHORS / f"{author}.jsonl"), load(STARTER)))


def test_no_phrase_stands_in_another() -> None:
    for path in sorted(AUTHORS.glob("*.jsonl")):
        found = frequent(load(path), load(STARTER), 20)
        for one in found:
            assert not any(f" {one} " in f" {other} " for other in found if other != one)


def test_a_rare_word_is_not_a_habit() -> None:
    likes = ["Plan the day"] * 18 + ["Plan it with verve", "Verve, please"]
    assert "verve" not in frequent(likes, ["Say hello"] * 20)
    assert frequent(["Use verve"], ["Say hello"] * 20) == []


def test_without_ordinary_prompts_the_commonest_phrases() -> None:
    likes = ["Show only the map", "Draw. Show only the sea", "Show only the sky", "Be kind"]
    assert frequent(likes, []) == ["show only"]
    assert frequent([], ["Say hello"]) == frequent([], []) == []


def test_runs_break_at_punctuation_and_numbers() -> None:
    assert runs("Don't stop; exactly 6 lines.\nGo") == [
        ["don't", "stop"],
        ["exactly"],
        ["lines"],
        ["go"],
    ]
    assert runs("Don\u2019t")[0] == ["don't"]


@given(st.lists(st.text(max_size=80), max_size=8), st.lists(st.text(max_size=80), max_size=4))
def test_any_text_is_counted(likes: list[str], others: list[str]) -> None:
    found = frequent(likes, others, 5)
    assert len(found) <= 5
    assert len(found) == len(set(found))
    assert all(len(words.split()) <= 3 for words in found)


def test_ordinary_prompts_leave_out_a_profile_s_own() -> None:
    starter = load(STARTER)
    everything = ordinary_prompts([])
    assert set(starter) <= set(everything)
    # A profile that is made of them is not compared with their manner.
    assert not set(starter) & set(ordinary_prompts(starter[:30]))
    # One that took over a few is.
    few = ordinary_prompts(["  ".join(starter[0].split(" ")), "Mine."])
    assert len(few) == len(everything) - 1
    assert starter[0] not in few


def test_missing_files_are_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "starter_likes", lambda: tmp_path / "starter_likes.jsonl")
    assert ordinary_prompts([]) == []
    row = json.dumps({"input": "a", "output": "Say hello."})
    (tmp_path / "other_manners.jsonl").write_text(f"{row}\n", encoding="utf-8")
    module._rows.cache_clear()
    assert ordinary_prompts([]) == ["Say hello."]
