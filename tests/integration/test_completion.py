"""Tab in a real bash, and what zsh and fish are told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from promptstyle.core.library import Library
from promptstyle.core.paths import Home

MAIN = [sys.executable, "-m", "promptstyle.tui.cli.main"]
# What bash does when Tab is pressed after the words; the function calls its first argument.
PRESS = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
_promptstyle_completion promptstyle
printf '%s\\n' "${COMPREPLY[@]}"
"""


def script(shell: str) -> str:
    done = subprocess.run([*MAIN, "completion", shell], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def bash(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the script for bash and a `promptstyle` that it can call."""
    folder = tmp_path_factory.mktemp("bash")
    (folder / "completion").write_text(script("bash"))
    program = folder / "promptstyle"
    program.write_text(f'#!/bin/sh\nexec {" ".join(MAIN)} "$@"\n')
    program.chmod(0o700)
    return folder


def offered(bash: Path, *words: str) -> list[str]:
    done = subprocess.run(
        ["bash", "--norc", "-c", PRESS, "bash", str(bash / "completion"), "promptstyle", *words],
        env={**os.environ, "PATH": f"{bash}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_commands_options_and_choices(bash: Path) -> None:
    assert offered(bash, "ret") == ["retrain"]
    assert set(offered(bash, "export")) == {"export", "export-likes"}
    assert offered(bash, "generate", "--str") == ["--strength"]
    assert offered(bash, "export", "x", "--as", "p") == ["peft"]


def test_names_of_this_installation(bash: Path, home: Home) -> None:
    assert offered(bash, "use", "") == ["embedded", "smollm2", "tinyllama"]
    # Nothing is made by asking.
    assert offered(bash, "--profile", "") == [] and not home.database.exists()
    with Library(home.database) as library:
        library.ensure_profile("default")
        library.ensure_profile("work")
        library.add_run("work-1", "work", "embedded", {}, activate=False)
    assert offered(bash, "--profile", "") == ["default", "work"]
    assert offered(bash, "--profile", "w") == ["work"]
    assert offered(bash, "activate", "") == ["work-1"]


def test_a_damaged_installation_offers_nothing_and_says_nothing(bash: Path, home: Home) -> None:
    home.database.write_bytes(b"no database" * 500)
    assert offered(bash, "--profile", "") == []
    (home.models / "bases.json").write_text("[")
    assert offered(bash, "use", "") == []


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_their_own_script(shell: str) -> None:
    said = script(shell)
    assert f"{shell}_complete" in said and "promptstyle" in said
    words = {"COMP_WORDS": "promptstyle ret", "COMP_CWORD": "1" if shell == "zsh" else "ret"}
    done = subprocess.run(
        MAIN,
        env={**os.environ, **words, "_PROMPTSTYLE_COMPLETE": f"{shell}_complete"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "retrain" in done.stdout and done.stderr == ""
