"""Runs: their names, which one is active, deleting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.core.library import Library, NewCandidate


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "p.db") as library:
        library.ensure_profile("default", "embedded")
        yield library


def test_a_name_is_given_out_once(library: Library, tmp_path: Path) -> None:
    assert [library.next_run_id("default") for _ in range(3)] == [
        "default-1",
        "default-2",
        "default-3",
    ]
    library.add_run("default-3", "default", "embedded", {})
    library.delete_run("default-3")
    library.ensure_profile("work-1")
    assert library.next_run_id("work-1") == "work-1-1"
    library.close()
    with Library(tmp_path / "p.db") as again:
        assert again.next_run_id("default") == "default-4"


def test_a_run_is_kept_with_its_manifest(library: Library) -> None:
    manifest = {"recipe": "default", "scores": {"rouge1": 0.41}, "ids": ["ab", "é"], "none": None}
    run = library.add_run("default-1", "default", "embedded", manifest)
    assert (run.id, run.profile, run.base) == ("default-1", "default", "embedded")
    assert (run.manifest, run.active, run.deleted) == (manifest, False, None)
    assert library.run("default-1") == run
    assert library.runs("default") == [run]
    assert library.active_run("default") is None
    with pytest.raises(PromptstyleError) as error:
        library.add_run("default-1", "default", "embedded", {"other": 1})
    assert error.value.code == "run_exists"
    assert library.run("default-1") == run


def test_runs_found_on_disk_take_their_numbers(library: Library) -> None:
    library.ensure_profile("default-7")
    library.add_run("default-5", "default", "embedded", {"half": "\ud800"})
    library.add_run("default-7-9", "default-7", "embedded", {})
    library.add_run("odd", "default", "embedded", {})
    assert library.next_run_id("default") == "default-6"
    assert library.next_run_id("default-7") == "default-7-10"


def test_what_cannot_be_stored_is_an_error_of_the_call(library: Library) -> None:
    candidate = NewCandidate("t", "x", "embedded", seed=2**63)
    for call in (
        lambda: library.add_candidates("default", [candidate]),
        lambda: library.set_base("default", "\ud800"),
    ):
        with pytest.raises(UsageError):
            call()
    assert library.candidates("default") == []


def test_a_transaction_is_all_or_nothing(library: Library) -> None:
    with pytest.raises(PromptstyleError), library.transaction():
        library.set_base("default", "tinyllama")
        library.run("no such run")
    assert library.profile("default").base == "embedded"
    with library.transaction():
        library.set_base("default", "tinyllama")
    assert library.profile("default").base == "tinyllama"


def test_one_run_is_active_for_each_base(library: Library) -> None:
    library.add_run("default-1", "default", "embedded", {}, activate=True)
    library.add_run("default-2", "default", "embedded", {}, activate=True)
    library.add_run("default-3", "default", "tinyllama", {}, activate=True)
    active = {run.id for run in library.runs("default") if run.active}
    assert active == {"default-2", "default-3"}
    # Activating also picks the base.
    assert library.profile("default").base == "tinyllama"
    assert library.profile("default").active_run == "default-3"
    assert library.activate("default-1").active
    assert library.profile("default").base == "embedded"
    found = [library.active_run("default", base) for base in (None, "embedded", "tinyllama", "x")]
    assert [run.id if run else None for run in found] == [
        "default-1",
        "default-1",
        "default-3",
        None,
    ]
    library.set_base("default", "tinyllama")
    active_run = library.active_run("default")
    assert active_run is not None and active_run.id == "default-3"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE runs SET active = 1",
        "UPDATE runs SET deleted = 'now' WHERE active = 1",
        "UPDATE runs SET profile = 'nobody'",
        "INSERT INTO runs SELECT NULL, id, profile, base, created, manifest, 0, NULL FROM runs",
    ],
)
def test_the_database_itself_refuses_what_cannot_be(library: Library, statement: str) -> None:
    library.add_run("default-1", "default", "embedded", {}, activate=True)
    library.add_run("default-2", "default", "embedded", {})
    before = library.runs("default")
    with pytest.raises(PromptstyleError), library._db.writing() as connection:
        connection.execute(statement)
    assert library.runs("default") == before


def test_deleting_keeps_the_record_and_never_the_active_run(library: Library) -> None:
    library.add_run("default-1", "default", "embedded", {"kept": True})
    library.add_run("default-2", "default", "embedded", {}, activate=True)
    with pytest.raises(PromptstyleError) as error:
        library.delete_run("default-2")
    assert error.value.code == "run_active"
    gone = library.delete_run("default-1")
    assert gone.deleted is not None and gone.manifest == {"kept": True}
    assert library.delete_run("default-1") == gone
    assert [run.id for run in library.runs("default")] == ["default-2"]
    assert [run.id for run in library.runs("default", deleted=True)] == ["default-1", "default-2"]
    with pytest.raises(PromptstyleError) as error:
        library.activate("default-1")
    assert error.value.code == "run_deleted"
    active_run = library.active_run("default")
    assert active_run is not None and active_run.id == "default-2"


def test_the_active_run_of_a_base_that_is_not_in_use_can_be_deleted(library: Library) -> None:
    library.add_run("default-1", "default", "tiny", {}, activate=True)
    library.add_run("default-2", "default", "embedded", {}, activate=True)
    assert library.active_run("default", "tiny")
    assert not library.delete_run("default-1").active
    assert library.active_run("default", "tiny") is None
    with pytest.raises(PromptstyleError) as error:
        library.delete_run("default-2")
    assert error.value.code == "run_active"


@pytest.mark.parametrize("name", ["default-9", "", "\ud800"])
def test_a_run_that_is_not_there_is_an_error(library: Library, name: str) -> None:
    for call in (library.run, library.activate, library.delete_run):
        with pytest.raises(PromptstyleError) as error:
            call(name)
        assert error.value.code == "no_run"
        assert error.value.hint == "`promptstyle runs` lists them"
