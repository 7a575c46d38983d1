"""The help texts, and the page that is made from them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from promptstyle.tui.cli import reference
from promptstyle.tui.cli.command import Command
from promptstyle.tui.cli.root import MODULES, root

DOCS = Path(__file__).parents[2] / "docs" / "cli.md"


def loaded(name: str) -> Command:
    found = root.get_command(click.Context(root), name)
    assert isinstance(found, Command)
    return found


def test_the_documentation_says_what_the_program_says() -> None:
    written = DOCS.read_text(encoding="utf-8")
    made = reference.page()
    # The words, not the line breaks, which another release of click may set elsewhere.
    assert written.split() == made.split(), "python -m promptstyle.tui.cli.reference docs/cli.md"


@pytest.mark.parametrize("name", MODULES)
def test_every_command_has_a_summary_and_an_example_that_calls_it(name: str) -> None:
    command = loaded(name)
    assert command.name == name
    assert command.short_help and command.short_help.endswith(".")
    assert f"promptstyle {name}" in command.example
    shown = CliRunner().invoke(root, [name, "--help"])
    assert shown.exit_code == 0
    assert "Example:" in shown.stdout
    for option in ("--profile NAME", "--json", "--debug", "--version", "--help"):
        assert option in shown.stdout


@pytest.mark.parametrize("name", MODULES)
def test_every_option_has_help(name: str) -> None:
    for param in loaded(name).params:
        if isinstance(param, click.Option):
            assert param.help, param.opts


def test_the_summary_lists_every_command_once() -> None:
    shown = CliRunner().invoke(root, []).stdout
    listed = [line.split()[0] for line in shown.splitlines() if line.startswith("  ")]
    for name in MODULES:
        assert listed.count(name) == 1


def test_nothing_heavy_is_loaded_for_the_help() -> None:
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from promptstyle.tui.cli.root import root\n"
        "from promptstyle.tui.cli import checks\n"
        "assert CliRunner().invoke(root, ['--help']).exit_code == 0\n"
        "heavy = {'torch', 'transformers', 'peft', 'llama_cpp', 'nltk', 'rouge_score', 'numpy',\n"
        "         'gguf', 'safetensors', 'sentencepiece'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("arguments", ["--version", "likes --version", "like --version"])
def test_version(arguments: str) -> None:
    shown = CliRunner().invoke(root, arguments.split())
    assert shown.exit_code == 0
    assert shown.stdout.startswith("promptstyle 0.")
