"""What `doctor` looks at, one function a check. Nothing heavy is imported to look for it."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import Library, Profile, RunRecord
from promptstyle.core.library.schema import MIGRATIONS
from promptstyle.core.paths import Home
from promptstyle.core.run_folder import RunFolder
from promptstyle.tui import clipboard
from promptstyle.tui.cli.output import is_terminal
from promptstyle.tui.cli.text import count, size

# A run takes the size of the base's weights (at most 60 MB for the embedded one), and the
# base's own GGUF as much again: this is room for a few.
ENOUGH_DISK = 500_000_000
# Module -> what it is there for.
PARTS = {
    "torch": "training",
    "transformers": "training",
    "peft": "training",
    "sentencepiece": "training",
    "llama_cpp": "writing",
    "gguf": "conversion",
    "rouge_score": "evaluation",
}


@dataclass(frozen=True)
class Check:
    """One thing looked at; `ok` is False only where something will not work."""

    name: str
    ok: bool
    detail: str

    def document(self) -> dict[str, Any]:
        """The check as JSON."""
        return asdict(self)


def run_all(profile: str) -> list[Check]:
    """Every check, each whatever became of the others."""
    home = Home.locate()
    checks: list[tuple[str, Callable[[], tuple[bool, str]]]] = [
        ("python", _python),
        ("home", lambda: _home(home)),
        ("logs", lambda: _logs(home)),
        ("disk", lambda: _disk(home)),
        ("database", lambda: _database(home)),
        ("base model", lambda: _base(home, profile)),
        ("active model", lambda: _active(home, profile)),
        *((part, lambda part=part: _part(part)) for part in PARTS),
        ("processor", _processor),
        ("clipboard", _clipboard),
        ("terminal", _terminal),
    ]
    return [_guarded(name, check) for name, check in checks]


def _guarded(name: str, check: Callable[[], tuple[bool, str]]) -> Check:
    try:
        return Check(name, *check())
    except PromptstyleError as error:
        return Check(name, False, f"{error.message}; {error.hint}")
    # A check that cannot be made is a failed check, not the end of the others.
    except Exception as error:
        return Check(name, False, f"{type(error).__name__}: {error}")


def _python() -> tuple[bool, str]:
    good = sys.version_info >= (3, 10)
    found = f"{platform.python_version()} at {sys.executable}"
    return good, found if good else f"{found}; Python 3.10 or later is needed"


def _home(home: Home) -> tuple[bool, str]:
    try:
        home.ensure()
        for folder in (home.data, home.models, home.cache, home.logs, home.config):
            with tempfile.TemporaryFile(dir=folder):
                pass
    except OSError as error:
        where = error.filename or home.data
        return False, (
            f"cannot write to {where}: {error.strerror}; make it writable, or set PROMPTSTYLE_HOME"
        )
    return True, str(home.data)


def _logs(home: Home) -> tuple[bool, str]:
    try:
        with tempfile.TemporaryFile(dir=home.logs):
            pass
    except OSError as error:
        return False, f"cannot write to {home.logs}: {error.strerror}"
    return True, str(home.logs)


def _disk(home: Home) -> tuple[bool, str]:
    folder = home.models
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < ENOUGH_DISK:
        return False, f"{size(free)} free at {folder}; a retrain wants {size(ENOUGH_DISK)}"
    return True, f"{size(free)} free"


def _database(home: Home) -> tuple[bool, str]:
    if not home.database.exists():
        return True, "none yet: the first import or add makes it"
    with Library(home.database) as library:
        problems = library.check()
        profiles = len(library.profiles())
    if problems:
        return False, f"{home.database}: {'; '.join(problems)}"
    schema = f"schema {len(MIGRATIONS)} ({MIGRATIONS[-1].__name__})"
    return True, f"sound, {schema}, {count(profiles, 'profile')}"


def _base(home: Home, profile: str) -> tuple[bool, str]:
    from promptstyle.core.bases import registry

    used = _profile(home, profile)
    if used is not None and used.base != registry.EMBEDDED:
        # Not read through: it may have gigabytes. `verify` does that.
        base = registry.get(home, used.base)
        if base.state != "ready":
            return False, (
                f"{base.name}, which {used.name} uses, is {base.state}"
                f"{': ' if base.problem else ''}{base.problem or ''}; "
                f"`promptstyle verify {base.name}` says more, `promptstyle use embedded` does "
                "without it"
            )
    found = registry.verify(home, registry.EMBEDDED)
    if not found["ok"]:
        bad = [file["file"] for file in found["files"] if not file["ok"]]
        return False, f"damaged: {found['problem'] or ', '.join(bad)}; install promptstyle again"
    also = f"; {used.base} is in use" if used and used.base != registry.EMBEDDED else ""
    return True, f"{registry.EMBEDDED}: {count(len(found['files']), 'file')} as recorded{also}"


def _active(home: Home, profile: str) -> tuple[bool, str]:
    run = _active_run(home, profile)
    if run is None:
        return True, f"none yet for {profile}: promptstyle retrain makes one"
    from promptstyle.convert import check_gguf

    folder = RunFolder(run.id, home.runs / run.id)
    gguf = folder.gguf if folder.gguf.is_file() else folder.adapter_gguf
    if not gguf.is_file():
        return False, f"{folder.gguf} is missing; activate another run, or retrain"
    try:
        check_gguf(gguf)
    # Whatever is wrong with the file, the way out is the same.
    except Exception as error:
        return False, f"{run.id}: {error}; activate another run, or retrain"
    return True, f"{run.id}, {size(gguf.stat().st_size)}"


def _active_run(home: Home, profile: str) -> RunRecord | None:
    used = _profile(home, profile)
    if used is None:
        return None
    with Library(home.database) as library:
        return library.active_run(used.name)


def _profile(home: Home, name: str) -> Profile | None:
    if not home.database.exists():
        return None
    with Library(home.database) as library:
        return next((p for p in library.profiles() if p.name == library.spelling(name)), None)


def _part(name: str) -> tuple[bool, str]:
    if importlib.util.find_spec(name) is None:
        return False, f"not installed (needed for {PARTS[name]}); install promptstyle again"
    from importlib.metadata import PackageNotFoundError, version

    distribution = {"llama_cpp": "llama-cpp-python"}.get(name, name.replace("_", "-"))
    try:
        return True, f"{version(distribution)}, for {PARTS[name]}"
    except PackageNotFoundError:
        return True, f"present, for {PARTS[name]}"


def _processor() -> tuple[bool, str]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    flags = _cpu_flags()
    if flags is None:
        return True, f"{cores} cores, {platform.machine()}"
    wanted = ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "bf16")
    known = [flag for flag in wanted if flag in flags]
    bf16 = any("bf16" in flag for flag in known)
    speed = "trains in bf16" if bf16 else "no bf16: trains in fp32, several times slower"
    return True, f"{cores} cores, {' '.join(known) or platform.machine()}; {speed}"


def _cpu_flags() -> set[str] | None:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key.strip() in ("flags", "Features"):
            return set(value.split())
    return None


def _clipboard() -> tuple[bool, str]:
    tool = clipboard.tool()
    if tool is not None:
        return True, tool
    if is_terminal(sys.stderr):
        return True, "no tool; through the terminal (OSC 52), where it allows that"
    return True, f"no tool and no terminal: --copy writes {clipboard.FILE_NAME} and names it"


def _terminal() -> tuple[bool, str]:
    names = {"stdin": sys.stdin, "stdout": sys.stdout, "stderr": sys.stderr}
    found = [name for name, stream in names.items() if stream is not None and stream.isatty()]
    columns = shutil.get_terminal_size().columns
    term = os.environ.get("TERM", "no TERM")
    return True, f"{', '.join(found)}; {term}, {columns} columns" if found else "none"
