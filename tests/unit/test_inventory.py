"""What a profile can write with, and changing to another base or run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from promptstyle.core import inventory
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import Library
from promptstyle.core.paths import Home


@pytest.fixture
def library(home: Home) -> Iterator[Library]:
    with Library(home.database) as library:
        library.ensure_profile("ann")
        yield library


def made_run(home: Home, library: Library, run: str, base: str = "embedded") -> Path:
    """A recorded run whose model file is there."""
    folder = home.runs / run
    folder.mkdir(parents=True)
    (folder / "model.gguf").write_bytes(b"GGUF")
    library.add_run(run, "ann", base, {}, activate=True)
    return folder / "model.gguf"


def listed(home: Home, name: str, path: Path) -> None:
    """Put a folder on the list of added bases, whatever is in it."""
    row = {name: {"path": str(path), "sha256": {}}}
    (home.models / "bases.json").write_text(json.dumps(row), encoding="utf-8")


def test_bases_stand_with_the_run_that_writes_on_each(
    home: Home, library: Library, base_dir: Path
) -> None:
    made_run(home, library, "ann-1")
    made_run(home, library, "ann-2")
    standing = {each.base.name: each for each in inventory.bases(home, library, "ann")}
    embedded = standing["embedded"]
    assert (embedded.used, embedded.run, embedded.hint) == (True, "ann-2", "")
    assert dict(embedded.files)["config.json"] == (base_dir / "config.json").stat().st_size
    missing = standing["tinyllama"]
    assert (missing.used, missing.run, missing.files) == (False, None, ())
    assert "promptstyle add-model" in missing.hint


def test_a_base_whose_folder_is_gone_says_what_to_do(
    home: Home, library: Library, tmp_path: Path
) -> None:
    listed(home, "mine", tmp_path / "gone")
    (mine,) = (b for b in inventory.bases(home, library, "ann") if b.base.name == "mine")
    assert mine.base.state == "missing"
    assert "put its files back" in mine.hint


def test_runs_are_newest_first_and_know_whether_their_model_is_there(
    home: Home, library: Library
) -> None:
    first = made_run(home, library, "ann-1")
    made_run(home, library, "ann-2")
    first.unlink()
    found = inventory.runs(home, library, "ann")
    assert [(each.run.id, each.whole) for each in found] == [("ann-2", True), ("ann-1", False)]


def test_a_base_that_is_used_brings_its_run_back(
    home: Home, library: Library, base_dir: Path
) -> None:
    made_run(home, library, "ann-1")
    library.set_base("ann", "tinyllama")
    run = inventory.use_base(home, library, "ann", "embedded")
    assert run is not None and run.id == "ann-1"
    assert library.profile("ann").base == "embedded"


def test_a_base_that_is_missing_is_not_used(home: Home, library: Library) -> None:
    with pytest.raises(PromptstyleError) as caught:
        inventory.use_base(home, library, "ann", "tinyllama")
    assert caught.value.code == "base_missing"
    assert library.profile("ann").base == "embedded"


def test_a_run_writes_again_and_takes_its_base_along(home: Home, library: Library) -> None:
    made_run(home, library, "ann-1", base="mine")
    made_run(home, library, "ann-2")
    assert inventory.activate_run(home, library, "ann-1").active
    profile = library.profile("ann")
    assert (profile.base, profile.active_run) == ("mine", "ann-1")


def test_a_run_without_its_model_stays_out(home: Home, library: Library) -> None:
    gone = made_run(home, library, "ann-1")
    made_run(home, library, "ann-2")
    gone.unlink()
    with pytest.raises(PromptstyleError) as caught:
        inventory.activate_run(home, library, "ann-1")
    assert caught.value.code == "run_damaged" and str(gone) in caught.value.message
    assert library.profile("ann").active_run == "ann-2"


def test_a_run_that_never_was_is_said(home: Home, library: Library) -> None:
    with pytest.raises(PromptstyleError) as caught:
        inventory.activate_run(home, library, "../../etc")
    assert caught.value.code == "no_run"


def test_a_damaged_list_of_bases_is_said(home: Home, library: Library) -> None:
    (home.models / "bases.json").write_text("[", encoding="utf-8")
    with pytest.raises(PromptstyleError) as caught:
        inventory.bases(home, library, "ann")
    assert caught.value.code == "bases_damaged"
