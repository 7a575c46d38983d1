"""The library on a full disk and on one that cannot be written to (real ones, in memory)."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.failures import describe
from promptstyle.core.library import Library, NewLike
from promptstyle.core.library.exporting import export_likes


def mount(folder: Path, *options: str) -> None:
    command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "none", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"mounting is not permitted here: {done.stderr.strip()}")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 600 kB."""
    if shutil.which("mount") is None:
        pytest.skip("there is no mount command")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount(folder, "size=600k")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path, leave: int = 0) -> None:
    """Write to `folder` until only `leave` bytes are free."""
    free = shutil.disk_usage(folder).free
    with (folder / "filler").open("wb") as filler:
        filler.write(b"\0" * max(0, free - leave))
    assert shutil.disk_usage(folder).free <= leave


@pytest.mark.parametrize("leave", [0, 4096, 65536])
def test_a_full_disk_loses_nothing(small_disk: Path, leave: int) -> None:
    path = small_disk / "promptstyle.db"
    with Library(path) as library:
        library.add_likes("default", [NewLike("kept", "kept")])
    many = [NewLike(f"topic {n}", "x" * 8000) for n in range(100)]
    fill(small_disk, leave)
    with pytest.raises(PromptstyleError) as error, Library(path) as library:
        library.add_likes("default", many)
    assert error.value.code == "disk_full"
    assert "free some space" in error.value.hint
    (small_disk / "filler").unlink()
    with Library(path) as library:
        assert [like.input for like in library.likes("default")] == ["kept"]
        assert library.check() == []
        assert len(library.add_likes("default", many[:3]).added) == 3


def test_a_library_cannot_begin_on_a_full_disk(small_disk: Path) -> None:
    fill(small_disk)
    path = small_disk / "promptstyle.db"
    with pytest.raises(PromptstyleError) as error:
        Library(path)
    assert error.value.code == "disk_full"
    (small_disk / "filler").unlink()
    with Library(path) as library:
        assert len(library.add_likes("default", [NewLike("a", "b")]).added) == 1


def test_an_export_to_a_full_disk_leaves_the_old_file(tmp_path: Path, small_disk: Path) -> None:
    with Library(tmp_path / "promptstyle.db") as library:
        likes = library.add_likes(
            "default", [NewLike(f"topic {n}", "x" * 800) for n in range(100)]
        ).added
    target = small_disk / "likes.jsonl"
    export_likes(likes[:1], target)
    before = target.read_bytes()
    fill(small_disk, 8192)
    with pytest.raises(OSError) as error:
        export_likes(likes, target)
    assert describe(error.value).code == "disk_full"
    assert str(target) in describe(error.value).message
    assert target.read_bytes() == before
    assert not list(small_disk.glob(".*"))


def test_a_disk_that_is_read_only(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount(folder, "size=600k")
    try:
        path = folder / "promptstyle.db"
        with Library(path) as library:
            library.add_likes("default", [NewLike("kept", "kept")])
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        for place in (path, folder / "new.db"):
            with pytest.raises(PromptstyleError) as error:
                Library(place)
            assert error.value.code == "no_permission"
            assert str(place) in error.value.message
    finally:
        subprocess.run(["umount", str(folder)], check=True)
