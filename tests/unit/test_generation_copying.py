"""Words in a row that stand in one like."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.generation.copying import RUN, CopyIndex
from promptstyle.core.style.words import words

LIKE = (
    "Plan a week of dinners for two people. Use no more than eight ingredients for each, "
    "and show the list in a table."
)
OTHER = "Explain the chart below to a child of seven. Use short words and one picture of each part."
LIKES = [("a", LIKE), ("b", OTHER)]


def copied_run(text: str, likes: list[tuple[str, str]], words: int = RUN) -> str | None:
    return CopyIndex(likes, run=words).find(text)


def first(text: str, count: int) -> str:
    return " ".join(words(text)[:count])


def test_twelve_words_in_a_row_are_copied_and_eleven_are_not() -> None:
    assert copied_run(f"Today: {first(LIKE, RUN)}!", LIKES) == "a"
    assert copied_run(f"Today: {first(LIKE, RUN - 1)}!", LIKES) is None
    # Wherever in the like they stand, whatever case and punctuation.
    said = words(LIKE)
    for start in range(len(said) - RUN + 1):
        run = ", ".join(said[start : start + RUN]).upper()
        assert copied_run(f"so so {run} and more", LIKES) == "a"


def test_the_run_must_stand_in_one_like() -> None:
    half = " ".join([first(LIKE, 8), first(OTHER, 8)])
    assert copied_run(half, LIKES) is None
    assert copied_run(half, LIKES, words=8) in ("a", "b")


def test_of_two_the_longest_run_counts() -> None:
    text = f"{first(LIKE, 12)}. Then {first(OTHER, 15)}"
    assert copied_run(text, LIKES) == "b"
    assert copied_run(text, [LIKES[0]]) == "a"


def test_short_texts_copy_nothing() -> None:
    assert copied_run("", LIKES) is None
    assert copied_run("Be brief.", [("a", "Be brief.")]) is None
    with pytest.raises(ValueError, match="a run of 1"):
        CopyIndex(run=1)


def test_an_index_follows_the_likes() -> None:
    index = CopyIndex(LIKES)
    assert index.update(LIKES) is False
    assert index.update([("a", LIKE), ("c", OTHER)]) is True
    assert (len(index), index.find(OTHER)) == (2, "c")
    # An edited like is another one.
    assert index.update([("a", "Something short."), ("c", OTHER)]) is True
    assert index.find(LIKE) is None
    index.add("d", LIKE)
    assert index.find(LIKE) == "d"
    index.remove("d")
    index.remove("d")
    assert index.find(LIKE) is None
    index.update([])
    assert (len(index), index.find(OTHER), dict(index._blocks)) == (0, None, {})


# Few words, so that runs are shared by accident.
TEXT = st.lists(st.sampled_from("abc"), max_size=30).map(" ".join)


@given(TEXT, st.lists(TEXT, max_size=4), st.integers(2, 13))
def test_it_finds_what_a_look_at_every_run_finds(text: str, prompts: list[str], run: int) -> None:
    def runs(of: str) -> set[tuple[str, ...]]:
        said = words(of)
        return {tuple(said[i : i + run]) for i in range(len(said) - run + 1)}

    having = {place for place, prompt in enumerate(prompts) if runs(text) & runs(prompt)}
    found = copied_run(text, list(enumerate(prompts)), words=run)
    assert (found in having) if having else found is None


def test_no_starter_like_copies_another(starter_likes: Path) -> None:
    rows = [json.loads(line) for line in starter_likes.read_text("utf-8").splitlines()]
    index = CopyIndex((place, row["output"]) for place, row in enumerate(rows))
    for place, row in enumerate(rows):
        assert index.find(row["output"]) == place
        index.remove(place)
        assert index.find(row["output"]) is None
        index.add(place, row["output"])
