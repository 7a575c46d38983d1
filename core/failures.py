"""What any exception means to a person: the two lines that the user sees."""

from __future__ import annotations

import errno
from pathlib import Path

from promptstyle.core.errors import Cancelled, PromptstyleError
from promptstyle.core.paths import Home

# What torch, NumPy and llama.cpp say when an allocation fails (they raise RuntimeError or such).
_OUT_OF_MEMORY = (
    "not enough memory",
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "unable to allocate",
    "bad_alloc",
    "failed to allocate",
)


def describe(exc: BaseException) -> PromptstyleError:
    """The error for a person behind `exc`; a PromptstyleError is its own."""
    if isinstance(exc, PromptstyleError):
        return exc
    if isinstance(exc, KeyboardInterrupt):
        return Cancelled()
    # Loaded where something went wrong, and not by whoever may have to say so.
    import sqlite3

    if isinstance(exc, sqlite3.Error):
        from promptstyle.core.library.problems import explain

        return explain(exc)
    if _is_out_of_memory(exc):
        return PromptstyleError(
            "there is not enough memory for this",
            "close other programs, or use a smaller base model or a shorter context",
            code="out_of_memory",
        )
    if isinstance(exc, OSError):
        return _of_system(exc)
    if isinstance(exc, UnicodeDecodeError):
        return PromptstyleError(
            f"the text is not {exc.encoding.upper()} (see its byte {exc.start + 1:,})",
            "save it as UTF-8 and try again",
            code="not_text",
        )
    message, hint = getattr(exc, "message", None), getattr(exc, "hint", None)
    if isinstance(message, str) and isinstance(hint, str):
        # promptstyle.convert is a leaf and has an error class of its own.
        code = getattr(exc, "code", None)
        return PromptstyleError(message, hint, code=code if isinstance(code, str) else "failed")
    if isinstance(exc, ImportError):
        return PromptstyleError(
            f"a part of the installation cannot be loaded: {_one_line(exc)}",
            "run `promptstyle doctor`, then install promptstyle again",
            code="installation",
        )
    text = _one_line(exc)
    return PromptstyleError(
        f"unexpected {type(exc).__name__}{': ' + text if text else ''}",
        "run it again with --debug to see where, or look into the newest file in the logs folder",
        code="unexpected",
    )


def _of_system(exc: OSError) -> PromptstyleError:
    name = str(exc.filename) if exc.filename is not None else None
    what = name or "a file"
    if isinstance(exc, BrokenPipeError):
        return PromptstyleError(
            "whoever was reading stopped", "nothing to do, unless you wanted more", code="pipe"
        )
    if exc.errno in (errno.ENOSPC, errno.EDQUOT):
        from promptstyle.core.library.problems import disk_full

        error = disk_full(None)
        error.message += f" (while writing {name})" if name else ""
        return error
    if exc.errno == errno.EROFS:
        return PromptstyleError(
            f"{what} is on a disk that cannot be written to",
            "choose another folder, or set PROMPTSTYLE_HOME to one",
            code="no_permission",
        )
    if exc.errno in (errno.EACCES, errno.EPERM):
        return PromptstyleError(
            f"there is no permission to use {what}",
            "check who owns it and its folder"
            + (", or choose another place (PROMPTSTYLE_HOME)" if _of_home(name) else ""),
            code="no_permission",
        )
    if exc.errno == errno.ENOENT and not _working_folder():
        return PromptstyleError(
            "the folder that you are in is gone", "go to one that is there: cd", code="no_file"
        )
    if exc.errno == errno.ENOENT:
        return PromptstyleError(
            f"there is no {what}" if name else "a file is missing",
            "check the spelling of the path",
            code="no_file",
        )
    if exc.errno == errno.EISDIR:
        return PromptstyleError(f"{what} is a folder", "name a file", code="bad_path")
    if exc.errno in (errno.ENOTDIR, errno.EEXIST):
        return PromptstyleError(
            f"{_in_the_way(name) or what} is in the way: a file where a folder belongs, "
            "or the other way round",
            "move it, or choose another path",
            code="bad_path",
        )
    if exc.errno == errno.ENAMETOOLONG:
        return PromptstyleError("a file name is too long", "choose a shorter path", code="bad_path")
    if exc.errno in (errno.EMFILE, errno.ENFILE):
        return PromptstyleError(
            "too many files are open",
            "close other programs, or raise the limit with `ulimit -n 4096`",
            code="too_many_files",
        )
    text = exc.strerror or _one_line(exc) or type(exc).__name__
    return PromptstyleError(
        f"{text}: {name}" if name else text,
        "run it again with --debug to see where this happened",
        code="system",
    )


def _of_home(name: str | None) -> bool:
    """Whether a file is one of the program's own."""
    home = Home.locate()
    folders = (home.data, home.models, home.cache, home.logs, home.config)
    return name is not None and any(Path(name).is_relative_to(folder) for folder in folders)


def _working_folder() -> bool:
    """Whether the folder that this process is in is still there."""
    try:
        return Path.cwd().is_dir()
    except OSError:
        return False


def _in_the_way(name: str | None) -> str | None:
    """The file on the way to `name` where a folder belongs, if there is one."""
    if name is None:
        return None
    files = (str(parent) for parent in Path(name).parents if parent.is_file())
    return next(files, name)


def _is_out_of_memory(exc: BaseException) -> bool:
    if isinstance(exc, MemoryError) or (isinstance(exc, OSError) and exc.errno == errno.ENOMEM):
        return True
    if type(exc).__name__ == "OutOfMemoryError":
        return True
    text = str(exc).lower()
    return isinstance(exc, RuntimeError) and any(words in text for words in _OUT_OF_MEMORY)


def _one_line(exc: BaseException) -> str:
    """The first 300 characters of what the exception says, without newlines."""
    return " ".join(str(exc).split())[:300]
