"""The user's files: what is too long, and where nothing may be written."""

from __future__ import annotations

import os
import threading
from io import BytesIO
from pathlib import Path

import pytest

from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.core.files import MAX_BYTES, read_file, read_limited, target


def test_a_file_is_read_up_to_the_limit() -> None:
    assert read_limited(BytesIO(b"12345"), "it", limit=5) == b"12345"
    with pytest.raises(PromptstyleError, match="it is longer than"):
        read_limited(BytesIO(b"123456"), "it", limit=5)


def test_a_file_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    with path.open("wb") as file:
        # Sparse: it takes no room on the disk.
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(PromptstyleError, match="is longer than 256 MiB"):
        read_file(path)


@pytest.mark.skipif(os.name != "posix", reason="named pipes")
def test_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(b"through",))
    writer.start()
    assert read_file(path) == b"through"
    writer.join()


def test_a_missing_file_is_the_systems_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "nothing")


def test_a_target_that_is_free_or_empty(tmp_path: Path) -> None:
    free = tmp_path / "free.jsonl"
    assert target(free, overwrite=False) == free
    free.touch()
    assert target(free, overwrite=False) == free


def test_a_target_that_is_there_is_overwritten_only_if_asked(tmp_path: Path) -> None:
    path = tmp_path / "full.csv"
    path.write_text("x")
    with pytest.raises(PromptstyleError, match="is there already") as raised:
        target(path, overwrite=False, otherwise="say so")
    assert (raised.value.code, raised.value.hint) == ("exists", "say so")
    assert target(path, overwrite=True) == path


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    link, file = tmp_path / "link", tmp_path / "file"
    link.symlink_to(file)
    assert target(link, overwrite=False) == file


def test_what_is_no_file_is_never_a_target(tmp_path: Path) -> None:
    for path in (tmp_path, Path(os.devnull)):
        with pytest.raises(UsageError):
            target(path, overwrite=True)
    with pytest.raises(PromptstyleError, match="no folder"):
        target(tmp_path / "none" / "x.csv", overwrite=True)
