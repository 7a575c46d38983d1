"""Prompts of other people: none of the user's, no author louder than the others."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from promptstyle.core.library import Library, NewLike
from promptstyle.core.style import others
from promptstyle.core.style.others import halves, other_prompts, shipped_authors, unlike


def some(word: str, n: int) -> list[str]:
    """`n` prompts of which no two are near-duplicates."""
    return [" ".join(f"{word}{part}x{i}" for part in "abcdef") for i in range(n)]


def add(library: Library, profile: str, pairs: list[tuple[str, str]]) -> None:
    library.ensure_profile(profile)
    library.add_likes(profile, [NewLike(topic, prompt) for topic, prompt in pairs])


def likes(path: Path) -> list[tuple[str, str]]:
    return [(row["input"], row["output"]) for row in map(json.loads, path.open(encoding="utf-8"))]


def test_those_of_other_profiles_and_of_the_shipped_files(tmp_path: Path) -> None:
    with Library(tmp_path / "library.db") as library:
        for profile, word in (("mine", "Write"), ("work", "List")):
            add(library, profile, [(f"topic {n}", p) for n, p in enumerate(some(word, 6))])
        found = other_prompts(library, "mine")
        authors = Counter(author for author, _ in found)
        assert authors["profile work"] == 6
        assert authors["starter likes"] == 61
        assert not {prompt for _, prompt in found} & set(some("Write", 6))
        assert sum(n for author, n in authors.items() if author not in shipped_authors()) == 6
        assert found == other_prompts(library, "mine")


def test_the_starter_likes_are_not_others_where_the_profile_holds_them(
    tmp_path: Path, starter_likes: Path
) -> None:
    with Library(tmp_path / "library.db") as library:
        library.ensure_profile("work")
        add(library, "mine", likes(starter_likes)[:10])
        assert "starter likes" not in {author for author, _ in other_prompts(library, "mine")}
        assert "starter likes" in {author for author, _ in other_prompts(library, "work")}
        # What was removed stays the user's own.
        for like in library.likes("mine"):
            library.remove_like("mine", like.id)
        assert "starter likes" not in {author for author, _ in other_prompts(library, "mine")}


def test_near_duplicates_of_the_users_prompts_are_left_out() -> None:
    own = ["List five wild bees that nest in the sand, with a picture of each one, please."]
    copy = own[0].replace("five", "six")
    authors = {"other": [copy, *some("Sort", 11)], "twin": [copy, *some("Draw", 4)]}
    found = unlike(own, authors)
    # One in twelve is a coincidence; one in five is the same person.
    assert Counter(author for author, _ in found) == {"other": 11}
    assert copy not in [prompt for _, prompt in found]


def test_a_text_counts_for_its_first_author_and_a_small_author_not_at_all() -> None:
    authors = {"a": some("Sort", 6), "b": some("Sort", 6), "c": some("Draw", 3), "d": ["", " "] * 4}
    assert {author for author, _ in unlike([], authors)} == {"a"}


def test_the_order_of_an_authors_prompts_does_not_matter() -> None:
    prompts = some("Sort", 200)
    found = unlike([], {"a": prompts})
    assert found == unlike([], {"a": prompts[::-1]})
    assert len(found) == others.MOST_EACH


def test_halves_share_no_text_and_balance_the_authors() -> None:
    found = unlike([], {"a": some("Sort", 60), "b": some("Draw", 13), "c": some("Cut", 4)})
    train, held = halves(found)
    assert not set(train) & set(held)
    for half in (train, held):
        counts = Counter(author for author, _ in half)
        assert counts["a"] == others.SHARE_EACH
        assert counts["b"] in (6, 7)
        assert counts["c"] == 2
    # An added prompt leaves most where they were.
    more = unlike([], {"a": some("Sort", 61), "b": some("Draw", 13), "c": some("Cut", 4)})
    assert len(set(train) & set(halves(more)[0])) >= len(train) - 3
    assert halves([]) == ([], [])
    assert halves([("a", "alone")]) == ([], [])


def test_files_that_are_missing_are_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(others, "starter_likes", lambda: tmp_path / "starter_likes.jsonl")
    assert shipped_authors() == {}
    others._rows.cache_clear()
    (tmp_path / "other_manners.jsonl").write_text(
        '{"author": "plain", "input": "x", "output": "Write."}\n{"input": "y", "output": "Go."}\n'
    )
    assert shipped_authors() == {"plain": ["Write."], "other manners": ["Go."]}
