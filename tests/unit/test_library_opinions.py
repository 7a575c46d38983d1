"""Candidates and what the user thought of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.core.library import Library, NewCandidate, NewLike, opinions


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "p.db") as library:
        yield library


def new(text: str = "Write it in 3 lines.", topic: str = "A poem") -> NewCandidate:
    return NewCandidate(
        topic,
        text,
        "embedded",
        run="default-1",
        mode="lora",
        seed=2**62,
        finish="length",
        tokens=42,
        settings={"temperature": 0.7, "shown": ["ab12"]},
    )


def test_a_candidate_is_kept_as_it_was_written(library: Library) -> None:
    candidate, other = library.add_candidates("default", [new(), new()])
    assert re.fullmatch("[0-9a-f]{8}", candidate.id) and candidate.id != other.id
    assert library.candidate(candidate.id) == candidate
    assert library.candidate(candidate.id[:7].upper()) == candidate
    assert library.candidates("default") == [other, candidate]
    assert library.candidates("default", limit=1) == [other]
    assert (candidate.seed, candidate.finish, candidate.tokens) == (2**62, "length", 42)
    assert candidate.settings == {"temperature": 0.7, "shown": ["ab12"]}


def test_ids_are_never_given_twice(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["00000001", "00000001", "00000001", "00000002"])
    monkeypatch.setattr(opinions.secrets, "token_hex", lambda n: next(drawn))
    library.add_candidates("default", [new()])
    (second,) = library.add_candidates("default", [new("other")])
    assert second.id == "00000002"
    assert library.candidate("00000001").text == "Write it in 3 lines."
    with pytest.raises(PromptstyleError) as error:
        library.candidate("0000")
    assert error.value.code == "ambiguous_id"
    assert "00000001, 00000002" in error.value.message


def test_whatever_a_model_writes_can_be_stored(library: Library) -> None:
    candidate, empty = library.add_candidates("default", [new("\x00\x1b\ud800�"), new("")])
    assert library.candidate(candidate.id) == candidate
    assert candidate.text == "\x00\x1b?�"
    for odd in (candidate, empty):
        with pytest.raises(UsageError):
            library.add_opinion(odd.id, "like")
    assert library.opinions("default") == []


def test_liking_makes_a_like(library: Library) -> None:
    (candidate,) = library.add_candidates("default", [new()])
    opinion = library.add_opinion(candidate.id[:6], "like")
    (like,) = library.likes("default")
    assert opinion.like_id == like.id and opinion.candidate == candidate.id
    assert (like.input, like.output, like.source) == ("A poem", candidate.text, "generated")
    # Liked twice, it is still one like.
    assert library.add_opinion(candidate.id, "like").like_id == like.id
    assert library.likes("default") == [like]
    assert [o.kind for o in library.opinions("default")] == ["like", "like"]


def test_liking_an_edited_text_keeps_both(library: Library) -> None:
    (candidate,) = library.add_candidates("default", [new()])
    opinion = library.add_opinion(candidate.id, "like", text=" Write it in 4 lines. ")
    assert opinion.text == "Write it in 4 lines."
    assert [like.output for like in library.likes("default")] == ["Write it in 4 lines."]
    assert library.candidate(candidate.id).text == "Write it in 3 lines."
    assert library.opinions("default") == [opinion]


def test_liking_brings_a_removed_like_back(library: Library) -> None:
    (like,) = library.add_likes("default", [NewLike("A poem", "Write it in 3 lines.")]).added
    library.remove_like("default", like.id)
    (candidate,) = library.add_candidates("default", [new()])
    assert library.add_opinion(candidate.id, "like").like_id == like.id
    assert library.likes("default") == [like]


def test_a_dislike_has_a_reason_and_makes_no_like(library: Library) -> None:
    (candidate,) = library.add_candidates("work", [new()])
    opinion = library.add_opinion(candidate.id, "dislike", reason=" too long\r\n")
    assert (opinion.kind, opinion.reason, opinion.like_id) == ("dislike", "too long", None)
    assert library.likes("work") == []
    assert library.opinions("work") == [opinion]
    library.ensure_profile("default")
    assert library.opinions("default") == []


def test_an_opinion_that_cannot_be_stored_leaves_nothing(library: Library) -> None:
    (candidate,) = library.add_candidates("default", [new()])
    with pytest.raises(UsageError):
        library.add_opinion(candidate.id, "like", reason="\x07")
    with pytest.raises(UsageError):
        library.add_opinion(candidate.id, "like", text=" ")
    with pytest.raises(PromptstyleError) as error:
        library.add_opinion("ffffffffff", "like")
    assert error.value.code == "no_candidate"
    assert library.likes("default") == [] and library.opinions("default") == []


def test_a_choice_is_between_two_candidates_of_one_topic(library: Library) -> None:
    one, two = library.add_candidates("default", [new("One."), new("Two.")])
    (elsewhere,) = library.add_candidates("default", [new("Three.", topic="An essay")])
    (other,) = library.add_candidates("work", [new("One.")])
    first = library.add_choice(one.id, two.id[:7], reason=" plainer ")
    again = library.add_choice(two.id, one.id)
    assert (first.best, first.worst, first.reason) == (one.id, two.id, "plainer")
    assert library.choices("default") == [first, again] and library.choices("work") == []
    # Nothing is learnt from it as a like is.
    assert library.likes("default") == []
    for pair in ((one.id, one.id), (one.id, elsewhere.id), (one.id, other.id)):
        with pytest.raises(UsageError):
            library.add_choice(*pair)
    with pytest.raises(PromptstyleError):
        library.add_choice(one.id, "0" * 8)
    assert len(library.choices("default")) == 2


def test_edits_are_what_was_changed_before_it_was_liked(library: Library) -> None:
    first, second, other = library.add_candidates("default", [new(), new("Be brief."), new("No.")])
    assert library.edits("default") == []
    library.add_opinion(first.id, "like", text="Write it in 4 lines.")
    library.add_opinion(second.id, "like")
    library.add_opinion(other.id, "dislike", reason="no")
    # An edit that changes nothing is none.
    library.add_opinion(second.id, "like", text="Be brief.")
    library.add_opinion(second.id, "like", text="Be very brief.")
    # Of each the last counts, and what is liked as it was written in the end is no edit.
    library.add_opinion(other.id, "like", text="Yes.")
    library.add_opinion(other.id, "like")
    library.add_opinion(first.id, "like", text="Write it in 5 lines.")
    library.add_opinion(first.id, "like", text="Write it in 4 lines.")
    assert library.edits("default") == [
        ("A poem", "Be brief.", "Be very brief."),
        ("A poem", "Write it in 3 lines.", "Write it in 4 lines."),
    ]
    library.ensure_profile("work")
    assert library.edits("work") == []
    with pytest.raises(PromptstyleError):
        library.edits("nobody")
