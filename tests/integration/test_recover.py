"""The prompt behind a rewrite, on the command line and from the shipped base."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from promptstyle.core.library import Library
from promptstyle.core.paths import Home

SAID = (
    "The old mill stands at the end of the lane.",
    "It has not turned for thirty years.",
    "Children from the village play there in summer.",
)
TEXT = " ".join(SAID)


def call(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "promptstyle.tui.cli.main", "recover", *words],
        env=os.environ,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    before, after = tmp_path / "before.txt", tmp_path / "after.txt"
    before.write_text(TEXT + "\n")
    after.write_text(TEXT.upper() + "\n")
    return before, after


def asked(files: tuple[Path, Path], *more: str) -> subprocess.CompletedProcess[str]:
    return call("--original", str(files[0]), "--rewritten", str(files[1]), *more)


def test_the_answer_has_the_form_of_generate(
    home: Home, base_dir: Path, files: tuple[Path, Path]
) -> None:
    done = asked(files, "--json", "-n", "3", "--seed", "1")
    assert done.returncode == 0, done.stderr
    row = json.loads(done.stdout)
    assert {"topic", "profile", "base", "run", "mode", "seconds", "candidates"} <= set(row)
    assert (row["profile"], row["base"], row["run"], row["mode"]) == (
        "default", "embedded", None, "base",
    )  # fmt: skip
    texts = [candidate["text"] for candidate in row["candidates"]]
    assert 1 <= len(texts) <= 3 and len(set(texts)) == len(texts)
    again = json.loads(asked(files, "--json", "-n", "3", "--seed", "1").stdout)
    assert [candidate["text"] for candidate in again["candidates"]] == texts
    # A guess can be judged as any candidate.
    with Library(home.database) as library:
        stored = library.candidate(row["candidates"][0]["id"])
    assert stored.text == texts[0] and stored.settings["task"] == "recover"
    assert stored.settings["proved"] and texts[0] == "Put the text below in capital letters."
    plain = asked(files, "-n", "1")
    assert plain.stdout.strip() == texts[0] and "makes exactly the rewritten text" in plain.stderr


def test_what_no_rule_makes_is_only_guessed(
    home: Home, base_dir: Path, files: tuple[Path, Path]
) -> None:
    files[1].write_text("A mill at the end of the lane, long still, is where the children play.")
    done = asked(files, "--json", "--seed", "1")
    (candidate,) = json.loads(done.stdout)["candidates"]
    with Library(home.database) as library:
        stored = library.candidate(candidate["id"])
    assert not stored.settings["proved"] and stored.settings["likelihood"] < 0
    assert "exactly" not in asked(files).stderr


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (TEXT, TEXT, "are the same"),
        (TEXT, "  \n", "is empty"),
        ("word " * 1_500, "WORD " * 1_500, "tokens"),
        ("x" * 70_000, TEXT, "longer than 64 KiB"),
    ],
)
def test_what_cannot_be_is_said(
    base_dir: Path, files: tuple[Path, Path], before: str, after: str, words: str
) -> None:
    files[0].write_text(before)
    files[1].write_text(after)
    done = asked(files)
    assert done.returncode in (1, 2) and done.stdout == ""
    error, hint = done.stderr.splitlines()
    assert words in error and hint.startswith("hint: ")
