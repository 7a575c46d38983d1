"""Atomic output and the words for what the system says."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from promptstyle.convert import ConvertError
from promptstyle.convert.atomic import disk_errors, replacing, require_space, scratch


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "is full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "is full"),
        (OSError("128 requested and 0 written"), "is full"),
        (PermissionError(errno.EACCES, "Permission denied"), "no permission to write"),
        (OSError(errno.EROFS, "Read-only file system"), "no permission to write"),
        (FileNotFoundError(errno.ENOENT, "No such file"), "does not exist"),
        (OSError(errno.EIO, "Input/output error"), "could not be written: .*Input/output"),
    ],
)
def test_system_errors_get_words(tmp_path: Path, error: OSError, words: str) -> None:
    with pytest.raises(ConvertError, match=words) as caught, disk_errors(tmp_path / "m.gguf"):
        raise error
    assert caught.value.__cause__ is error
    assert "\n" not in caught.value.message + caught.value.hint


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    with replacing(path) as temporary:
        assert temporary.stat().st_mode & 0o777 == 0o600
        temporary.write_bytes(b"first")
        assert not path.exists()
    assert path.read_bytes() == b"first"
    with pytest.raises(KeyboardInterrupt), replacing(path) as temporary:
        temporary.write_bytes(b"half")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"first"
    with scratch(path) as temporary:
        temporary.write_bytes(b"thrown away")
    assert [file.name for file in tmp_path.iterdir()] == ["m.gguf"]


def test_a_planted_link_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"untouched")
    (tmp_path / f".m.gguf.{os.getpid()}.tmp").symlink_to(victim)
    with replacing(tmp_path / "m.gguf") as temporary:
        temporary.write_bytes(b"new")
    assert victim.read_bytes() == b"untouched"
    assert (tmp_path / "m.gguf").read_bytes() == b"new"
    assert not (tmp_path / "m.gguf").is_symlink()


def test_too_little_space_is_told_in_numbers(tmp_path: Path) -> None:
    require_space(tmp_path / "m.gguf", 1)
    with pytest.raises(
        ConvertError, match=r"needs 1,000,000,000,000\.0 MB and [\d,.]+ MB are free"
    ):
        require_space(tmp_path / "m.gguf", 10**18)
