"""A person's style in a page, and the command that prints it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

import promptstyle.assets
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.style.habits import Habits
from promptstyle.core.style.page import FEWEST, StylePage, style_page
from promptstyle.tui.cli.root import root

STARTER = Path(promptstyle.assets.__file__).with_name("starter_likes.jsonl")
AUTHORS = Path(__file__).parents[1] / "authors"
DOCS = Path(__file__).parents[2] / "docs" / "style.md"


def load(path: Path) -> list[str]:
    return [json.loads(line)["output"] for line in path.read_text("utf-8").splitlines()]


def lines(page: StylePage, heading: str) -> str:
    (found,) = [section.lines for section in page.sections if section.heading == heading]
    return "\n".join(found)


def call(*arguments: str) -> Result:
    return CliRunner().invoke(root, list(arguments))


def test_the_starter_likes_in_a_page() -> None:
    prompts = load(STARTER)
    page = style_page(prompts)
    assert page.sections[0].lines == (page.habits.card(),)
    assert "50 to 65 words, 60 in the middle" in lines(page, "Length")
    assert '"Write ..." in 13 of 61' in lines(page, "How it opens")
    assert "make sure (in 61 of 61)" in lines(page, "Words and phrases")
    assert "Counts in digits: in 61 of 61 (others: " in lines(page, "What it asks for")
    assert "One paragraph" in lines(page, "Layout")
    assert '"Show only the ..." in 27 of 61' in lines(page, "How it ends")
    # They are no ordinary prompts to themselves.
    assert f"61 liked prompts, beside {157 - 61} ordinary" in lines(page, "Measured from")


def test_layouts_are_told() -> None:
    page = style_page(load(AUTHORS / "sections.jsonl"))
    assert "With headings and bullets" in lines(page, "Layout")
    assert "4 to 5 list items" in lines(page, "Layout")
    page = style_page(load(AUTHORS / "telegraphic.jsonl"))
    assert "All in lower case: in 40 of 40" in lines(page, "Marks and capitals")
    assert '"no ..." in 28 of 40' in lines(page, "How it ends")


@pytest.mark.parametrize("path", [STARTER, *sorted(AUTHORS.glob("*.jsonl"))], ids=lambda p: p.stem)
def test_every_example_stands_in_a_like(path: Path) -> None:
    prompts = load(path)
    page = style_page(prompts)
    quoted = [
        line.split(', as in "', 1)[1][:-1]
        for section in page.sections
        for line in section.lines
        if ', as in "' in line
    ]
    assert len(quoted) >= 3
    assert all(any(example in prompt for prompt in prompts) for example in quoted)


def test_too_few_likes_say_what_to_do() -> None:
    for prompts in ([], ["One."], ["One.", "Two.", "Three."]):
        with pytest.raises(PromptstyleError, match=f"{len(prompts)} liked prompt") as raised:
            style_page(prompts)
        assert "import" in raised.value.hint and raised.value.code == "too_few_likes"


@settings(max_examples=40)
@given(st.lists(st.text(max_size=200).map("say {}".format), min_size=FEWEST, max_size=6))
def test_any_likes_make_a_page(prompts: list[str]) -> None:
    page = style_page(prompts)
    assert all(section.heading and section.lines for section in page.sections)
    assert json.loads(json.dumps(page.to_json()))["likes"] == page.habits.likes


def test_the_command_prints_the_page() -> None:
    assert call("import", str(STARTER)).exit_code == 0
    shown = call("style")
    assert shown.exit_code == 0
    assert shown.stdout == style_page(load(STARTER)).text() + "\n"
    # The documentation has it as the program prints it.
    assert shown.stdout in DOCS.read_text("utf-8")


def test_the_command_as_json() -> None:
    assert call("import", str(STARTER)).exit_code == 0
    (row,) = call("style", "--json").stdout.splitlines()
    document = json.loads(row)
    assert list(document) == ["profile", "likes", "card", "keywords", "sections", "habits"]
    assert (document["profile"], document["likes"]) == ("default", 61)
    assert "make sure" in document["keywords"]
    assert document["sections"][0]["heading"] == "In short"
    assert Habits.from_json(document["habits"]).card() == document["card"]


def test_the_command_with_too_few_likes() -> None:
    call("add", "a cat", "Name a cat.")
    shown = call("style")
    assert shown.exit_code == 1
    assert shown.stdout == ""
    assert "1 liked prompt, too few" in shown.stderr
