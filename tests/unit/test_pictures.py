"""The pictures and the table of keys in the documentation, against what they are made from."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from promptstyle.tui.key_reference import table

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
MAKE = runpy.run_path(str(PICTURES / "make.py"))


@pytest.mark.parametrize("name", MAKE["PICTURES"])
def test_a_picture_is_a_stored_snapshot_byte_for_byte(name: str) -> None:
    stored = MAKE["snapshot"](name).read_bytes()
    assert (PICTURES / f"{name}.svg").read_bytes() == stored, "make pictures"


def test_there_is_no_other_picture() -> None:
    assert {path.stem for path in PICTURES.glob("*.svg")} == set(MAKE["PICTURES"])


@pytest.mark.parametrize(("page", "folder"), [("README.md", ROOT), ("docs/app.md", ROOT / "docs")])
def test_a_page_shows_pictures_that_are_there(page: str, folder: Path) -> None:
    shown = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", (ROOT / page).read_text("utf-8"))
    assert shown
    for each in shown:
        assert (folder / each).is_file(), each


def test_the_page_has_the_table_of_keys() -> None:
    page = (ROOT / "docs" / "app.md").read_text("utf-8")
    assert table() in page, "python -m promptstyle.tui.key_reference"
