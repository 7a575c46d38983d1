"""Every kind of exception gets two lines that a person can act on."""

from __future__ import annotations

import asyncio
import errno
import sqlite3
from pathlib import Path

import pytest

from promptstyle.convert import errors as convert_errors
from promptstyle.core.errors import Cancelled, PromptstyleError, UsageError
from promptstyle.core.failures import describe
from promptstyle.core.paths import Home


def system(number: int, name: str | None = None) -> OSError:
    return OSError(number, "what the system says", name)


CASES: list[tuple[BaseException, str, str]] = [
    (sqlite3.DatabaseError("database disk image is malformed"), "library_corrupt", "damaged"),
    (sqlite3.DatabaseError("file is not a database"), "library_corrupt", "damaged"),
    (sqlite3.OperationalError("database is locked"), "library_locked", "another process"),
    (sqlite3.OperationalError("attempt to write a readonly database"), "no_permission", "writing"),
    (sqlite3.OperationalError("unable to open database file"), "no_permission", "cannot be opened"),
    (sqlite3.OperationalError("database or disk is full"), "disk_full", "full"),
    (sqlite3.OperationalError("no such table: x"), "library", "no such table: x"),
    (system(errno.ENOSPC, "/x/y"), "disk_full", "/x/y"),
    (system(errno.ENOSPC), "disk_full", "the disk is full"),
    (system(errno.EACCES, "/x/y"), "no_permission", "/x/y"),
    (system(errno.EPERM), "no_permission", "a file"),
    (system(errno.EROFS, "/x/y"), "no_permission", "/x/y is on a disk that cannot be written to"),
    (system(errno.ENOENT, "/x/y"), "no_file", "there is no /x/y"),
    (system(errno.EISDIR, "/x/y"), "bad_path", "/x/y is a folder"),
    (system(errno.ENOTDIR, "/x/y"), "bad_path", "/x/y is in the way"),
    (system(errno.ENAMETOOLONG, "x" * 999), "bad_path", "too long"),
    (system(errno.EMFILE), "too_many_files", "too many files"),
    (system(errno.EPIPE), "pipe", "stopped"),
    (system(errno.ENOMEM), "out_of_memory", "not enough memory"),
    (system(errno.EIO, "/x/y"), "system", "what the system says: /x/y"),
    (MemoryError(), "out_of_memory", "not enough memory"),
    (
        RuntimeError("[enforce fail] DefaultCPUAllocator: not enough memory: you tried to…"),
        "out_of_memory",
        "not enough memory",
    ),
    (RuntimeError("CUDA out of memory. Tried to allocate"), "out_of_memory", "not enough memory"),
    (UnicodeDecodeError("utf-8", b"ab\xff", 2, 3, "bad"), "not_text", "not UTF-8 (see its byte 3)"),
    (ModuleNotFoundError("No module named 'llama_cpp'"), "installation", "llama_cpp"),
    (ValueError("two\n  lines"), "unexpected", "unexpected ValueError: two lines"),
    (RuntimeError(), "unexpected", "unexpected RuntimeError"),
    (RecursionError("x" * 5000), "unexpected", "RecursionError"),
    (asyncio.CancelledError(), "unexpected", "CancelledError"),
]


@pytest.mark.parametrize(("exc", "code", "words"), CASES, ids=lambda value: repr(value)[:40])
def test_every_failure_has_a_message_and_a_hint(exc: BaseException, code: str, words: str) -> None:
    error = describe(exc)
    assert type(error) is PromptstyleError
    assert (error.code, error.exit_code) == (code, 1)
    assert words in error.message
    for line in (error.message, error.hint):
        assert line and "\n" not in line and len(line) < 1200 and "Errno" not in line


def test_our_own_errors_are_themselves() -> None:
    for error in (PromptstyleError("m", "h"), UsageError("m", "h"), Cancelled()):
        assert describe(error) is error


def test_ctrl_c_is_an_interruption() -> None:
    error = describe(KeyboardInterrupt())
    assert isinstance(error, Cancelled)
    assert (error.exit_code, error.code) == (130, "cancelled")


def test_the_workshops_error_keeps_its_words() -> None:
    error = describe(convert_errors.ConvertError("the file is cut off", "convert it again"))
    assert type(error) is PromptstyleError
    assert (error.message, error.hint) == ("the file is cut off", "convert it again")


def test_what_torch_really_raises_when_memory_runs_out() -> None:
    torch = pytest.importorskip("torch")
    with pytest.raises(RuntimeError) as raised:
        torch.empty(2**60, dtype=torch.uint8)
    assert describe(raised.value).code == "out_of_memory"


def test_what_the_system_really_raises(tmp_path: object) -> None:
    with pytest.raises(OSError) as raised:
        open(f"{tmp_path}/none/file")  # noqa: PTH123, SIM115
    assert describe(raised.value).message == f"there is no {tmp_path}/none/file"


def test_only_for_files_of_the_home_another_home_is_a_way_out(home: Home) -> None:
    hints = [describe(system(errno.EACCES, name)).hint for name in (f"{home.data}/x", "/x/y")]
    assert ["PROMPTSTYLE_HOME" in hint for hint in hints] == [True, False]


def test_what_is_in_the_way_is_the_file_and_not_what_was_to_be_below_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError) as raised:
        (tmp_path / "file" / "data" / "x").mkdir()
    assert describe(raised.value).message.startswith(f"{tmp_path / 'file'} is in the way")


def test_a_working_folder_that_is_gone_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    with pytest.raises(OSError) as raised:
        Path("x").absolute()
    error = describe(raised.value)
    assert "is gone" in error.message and "cd" in error.hint
