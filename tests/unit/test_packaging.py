"""A wheel that lacks a folder still works from a checkout; these tests look into the wheel."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("assets", "convert", "core", "tui")
# Of the text to train a base on, the file that the program also searches, and what is made of it.
USED = {
    "plain.jsonl",
    "general.tsv",
    "things.tsv",
    "manners.tsv",
    "tails.tsv",
    "doing.npz",
    "meanings.npz",
    "relevance.npz",
    "sense.npz",
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def shipped(pattern: str) -> set[str]:
    """Files of the source folders, named as installed; text only to train a base on is not."""
    return {
        f"promptstyle/{path.relative_to(ROOT).as_posix()}"
        for folder in FOLDERS
        for path in (ROOT / folder).rglob(pattern)
        if path.is_file()
        and "__pycache__" not in path.parts
        and ("written" not in path.parts or path.name in USED)
    }


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy: a stale build/ cannot get in, the checkout stays clean."""
    source = tmp_path_factory.mktemp("source")
    for folder in FOLDERS:
        shutil.copytree(
            ROOT / folder, source / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy2(ROOT / name, source / name)
    out = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(out)]
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = out.glob("*.whl")
    return path


def test_every_package_is_listed() -> None:
    listed = PROJECT["tool"]["setuptools"]["packages"]
    folders = {name.replace("/", ".") for name in shipped("__init__.py")}
    assert sorted(listed) == sorted(name.removesuffix(".__init__.py") for name in folders)


def test_every_folder_with_modules_is_a_package() -> None:
    for name in shipped("*.py"):
        folder = ROOT / Path(name).relative_to("promptstyle").parent
        assert (folder / "__init__.py").is_file(), f"{folder} has modules and no __init__.py"


def test_wheel_has_every_file_of_the_folders(wheel: Path) -> None:
    expected = shipped("*")
    assert "promptstyle/assets/starter_likes.jsonl" in expected
    assert {f"promptstyle/core/pretraining/written/{name}" for name in USED} <= expected
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("promptstyle/")}
    assert packed == expected


def test_wheel_names_the_command_and_the_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name.partition(".dist-info/")[2]: name for name in archive.namelist()}
        scripts = configparser.ConfigParser()
        scripts.read_string(archive.read(names["entry_points.txt"]).decode())
        metadata = archive.read(names["METADATA"]).decode()
        assert "licenses/LICENSE" in names
    assert dict(scripts["console_scripts"]) == PROJECT["project"]["scripts"]
    assert "License-Expression: MIT" in metadata


def test_every_command_of_the_project_exists() -> None:
    for target in PROJECT["project"]["scripts"].values():
        module, _, function = target.partition(":")
        code = f"import {module} as m; assert callable(m.{function})"
        subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT / "tests")
