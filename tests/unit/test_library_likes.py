"""Likes: duplicates, ids, editing with history, removing and bringing back; profiles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.core.library import Library, NewLike, adding
from promptstyle.core.library.text import fingerprint


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "p.db") as library:
        yield library


def test_a_like_is_kept_as_it_was_given(library: Library) -> None:
    result = library.add_likes("default", [NewLike(" Tea\r\ntime ", "Make  tea.\n", ("a",), "add")])
    (like,) = result.added
    assert (like.input, like.output, like.tags) == ("Tea\ntime", "Make  tea.", ("a",))
    assert (like.profile, like.source, like.side, like.removed) == ("default", "add", "train", None)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", like.created)
    assert like.id == fingerprint("Tea\ntime", "Make  tea.")[:8]
    assert library.like("default", like.id) == like
    assert library.likes("default") == [like]
    assert library.find_like("default", "Tea time", "Make tea.") == like
    assert library.find_like("default", "Tea time", "Make coffee.") is None


def test_duplicates_are_told_by_their_words(library: Library) -> None:
    first = library.add_likes("default", [NewLike("Caf\u00e9", "Order a coffee.")])
    again = library.add_likes(
        "default",
        [
            NewLike("Cafe\u0301", "Order  a\ncoffee."),
            NewLike("Café", "Order two coffees."),
            NewLike(" Café", "Order two coffees. "),
        ],
    )
    assert (len(first.added), first.duplicates) == (1, 0)
    assert (len(again.added), again.duplicates) == (1, 2)
    # Another profile is another style.
    assert library.add_likes("work", [NewLike("Café", "Order a coffee.")]).duplicates == 0


def test_a_date_from_an_export_is_kept(library: Library) -> None:
    old = "2024-02-29T12:00:00Z"
    assert library.add_likes("p", [NewLike("a", "b", created=old)]).added[0].created == old


def test_ids_grow_where_they_collide(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "ID_DIGITS", 1)
    pairs = [NewLike(f"t{n}", f"p{n}") for n in range(40)]
    added = library.add_likes("default", pairs[:20]).added
    added += library.add_likes("default", pairs[20:]).added
    assert len({like.id for like in added}) == 40
    assert max(len(like.id) for like in added) in (2, 3, 4)
    # An id that is the beginning of another one still names its own like.
    assert all(library.like("default", like.id) == like for like in added)


def test_the_beginning_of_an_id_is_enough_if_only_one_begins_so(library: Library) -> None:
    added = library.add_likes("default", [NewLike(f"t{n}", "p") for n in range(60)]).added
    wanted = added[7]
    length = next(
        n for n in range(1, 9) if sum(like.id.startswith(wanted.id[:n]) for like in added) == 1
    )
    assert library.like("default", wanted.id[: max(length, 4)].upper() + " ") == wanted
    # Fewer letters are as likely a slip as an id.
    with pytest.raises(PromptstyleError) as error:
        library.like("default", wanted.id[:3])
    assert error.value.code == "ambiguous_id" and wanted.id in error.value.message
    # 60 ids on 16 first digits: some digit begins several.
    crowded = max("0123456789abcdef", key=lambda d: sum(like.id[0] == d for like in added))
    with pytest.raises(PromptstyleError) as error:
        library.like("default", crowded)
    assert error.value.code == "ambiguous_id"
    assert error.value.hint == "type more of the id"


@pytest.mark.parametrize("typed", ["", "zz", "%", "_", "ffffffff0", "' OR 1", "\ud800", "é"])
def test_an_id_that_is_none_is_an_error(library: Library, typed: str) -> None:
    library.add_likes("default", [NewLike("a", "b")])
    for method in (library.like, library.remove_like, library.restore_like, library.like_history):
        with pytest.raises(PromptstyleError) as error:
            method("default", typed)
        assert error.value.code == "no_like"


def test_an_edit_keeps_id_side_and_the_earlier_text(library: Library) -> None:
    (like,) = library.add_likes("default", [NewLike("Tea", "Make tea.", ("a",))]).added
    first = library.edit_like("default", like.id[:6], output="Make green tea.")
    second = library.edit_like("default", like.id, input="Green tea", tags=["b", "c"])
    assert (first.id, first.side, first.created) == (like.id, like.side, like.created)
    assert (second.input, second.output, second.tags) == (
        "Green tea",
        "Make green tea.",
        ("b", "c"),
    )
    history = library.like_history("default", like.id)
    assert [(v.input, v.output, v.tags) for v in history] == [
        ("Tea", "Make tea.", ("a",)),
        ("Tea", "Make green tea.", ("a",)),
    ]
    assert library.edit_like("default", like.id, output=" Make green tea. ") == second
    assert len(library.like_history("default", like.id)) == 2


def test_an_edit_that_makes_a_twin_is_refused(library: Library) -> None:
    one, two = library.add_likes("default", [NewLike("t", "one"), NewLike("t", "two")]).added
    with pytest.raises(PromptstyleError) as error:
        library.edit_like("default", two.id, output="one")
    assert error.value.code == "duplicate"
    library.remove_like("default", one.id)
    with pytest.raises(PromptstyleError) as error:
        library.edit_like("default", two.id, output="one")
    assert f"promptstyle restore {one.id}" in error.value.hint
    assert library.like("default", two.id) == two


@pytest.mark.parametrize("bad", ["", "x" * 8001, "\x1b[2J"])
def test_an_edit_to_unfit_text_changes_nothing(library: Library, bad: str) -> None:
    (like,) = library.add_likes("default", [NewLike("t", "p")]).added
    for change in ({"input": bad}, {"output": bad}, {"tags": [bad]}):
        with pytest.raises(UsageError):
            library.edit_like("default", like.id, **change)
    assert library.like("default", like.id) == like


def test_text_that_was_edited_away_may_come_back_as_a_new_like(library: Library) -> None:
    (like,) = library.add_likes("default", [NewLike("t", "old")]).added
    library.edit_like("default", like.id, output="new")
    (again,) = library.add_likes("default", [NewLike("t", "old")]).added
    assert again.id != like.id and again.id.startswith(like.id)
    assert library.like("default", like.id).output == "new"


def test_removing_can_be_undone(library: Library) -> None:
    keep, go = library.add_likes("default", [NewLike("a", "a"), NewLike("b", "b")]).added
    gone = library.remove_like("default", go.id)
    assert gone.removed is not None
    assert library.remove_like("default", go.id) == gone
    assert library.likes("default") == [keep]
    assert library.likes("default", removed=True) == [gone]
    assert library.profile("default").likes == 1
    assert library.restore_like("default", go.id) == go
    assert library.restore_like("default", go.id) == go
    assert library.likes("default") == [keep, go]


def test_adding_a_removed_like_again_restores_it(library: Library) -> None:
    (like,) = library.add_likes("default", [NewLike("a", "a", ("t",))]).added
    library.remove_like("default", like.id)
    result = library.add_likes("default", [NewLike("a", " a"), NewLike("a", "a")])
    assert result.added == [like]
    assert result.duplicates == 1


def test_likes_come_a_page_at_a_time(library: Library) -> None:
    added = library.add_likes("default", [NewLike(f"t{n}", "p") for n in range(10)]).added
    assert library.likes("default", limit=3) == added[:3]
    assert library.likes("default", limit=3, offset=8) == added[8:]
    held = library.likes("default", side="held")
    assert held == [like for like in added if like.side == "held"] != []


def test_profiles_are_made_when_needed_and_kept_apart(library: Library) -> None:
    assert library.profiles() == []
    library.add_likes("work", [NewLike("a", "b")])
    made = library.ensure_profile("home", base="tinyllama")
    assert (made.base, made.likes, made.held, made.active_run) == ("tinyllama", 0, 0, None)
    assert library.ensure_profile("home") == made
    assert [profile.name for profile in library.profiles()] == ["home", "work"]
    assert library.set_base("work", "tinyllama").base == "tinyllama"
    assert library.likes("home") == []


@pytest.mark.parametrize(
    "name", ["", ".a", "-a", "a b", "a/b", "..", "é", "x" * 41, "a\n", "a\ud800"]
)
def test_names_that_make_no_file_name_are_refused(library: Library, name: str) -> None:
    with pytest.raises(UsageError):
        library.ensure_profile(name)
    with pytest.raises(PromptstyleError) as error:
        library.profile(name)
    assert error.value.code == "no_profile"


def test_names_that_differ_only_in_case_are_refused(library: Library) -> None:
    library.ensure_profile("Work")
    with pytest.raises(UsageError) as error:
        library.add_likes("work", [NewLike("a", "b")])
    assert error.value.hint == "say --profile Work"


def test_a_profile_that_is_not_there_is_an_error_and_not_made(library: Library) -> None:
    for call in (
        lambda: library.likes("x"),
        lambda: library.like("x", "ab"),
        lambda: library.set_base("x", "b"),
        lambda: library.runs("x"),
        lambda: library.active_run("x"),
        lambda: library.next_run_id("x"),
        lambda: library.candidates("x"),
        lambda: library.opinions("x"),
        lambda: library.add_run("x-1", "x", "b", {}),
    ):
        with pytest.raises(PromptstyleError) as error:
            call()
        assert error.value.code == "no_profile"
    assert library.profiles() == []
