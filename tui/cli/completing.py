"""What a shell offers when Tab is pressed: commands and options, and the names that exist here."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem, get_completion_class

from promptstyle.core.errors import UsageError
from promptstyle.tui.cli import output
from promptstyle.tui.cli.command import command
from promptstyle.tui.cli.state import State

if TYPE_CHECKING:
    from promptstyle.core.paths import Home

SHELLS = ("bash", "zsh", "fish")

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


@command(
    "completion",
    short_help="Set up Tab in your shell.",
    example="""
    promptstyle completion bash >> ~/.bashrc
    promptstyle completion zsh >> ~/.zshrc
    promptstyle completion fish > ~/.config/fish/completions/promptstyle.fish
    """,
)
@click.argument("shell", metavar="SHELL", type=click.Choice(SHELLS))
def completion(state: State, shell: str) -> None:
    """Write the lines that make SHELL (bash, zsh or fish) complete commands, options and names.

    Bash needs version 4.4 or later.
    """
    # Root imports the modules of commands, this one among them, when they are called.
    from promptstyle.tui.cli.root import PROGRAM, VARIABLE, root

    found = get_completion_class(shell)
    if found is None:
        raise UsageError(f"there is no completion for {shell}", f"there is for {', '.join(SHELLS)}")
    # click's own `source` would run bash to ask for its version.
    script = found(root, {}, PROGRAM, VARIABLE)
    text = script.source_template % script.source_vars()
    if state.json:
        output.row({"shell": shell, "script": text})
    else:
        output.text(text)


def names(find: Callable[[Home], Iterable[str]]) -> Complete:
    """A completion of the names that `find` knows; whatever goes wrong, there are none."""

    def complete(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
        from promptstyle.core.paths import Home

        found: list[str] = []
        with contextlib.suppress(Exception):
            found = sorted(find(Home.locate()))
        return [CompletionItem(name) for name in found if name.startswith(begun)]

    return complete


def base_names(home: Home) -> Iterable[str]:
    """Every base, here or not."""
    from promptstyle.core.bases import registry

    return registry.names(home)


def profile_names(home: Home) -> Iterable[str]:
    """Every profile; of a home without a library none, and none is made."""
    return [profile.name for profile in _read(home, lambda library: library.profiles())]


def run_names(home: Home) -> Iterable[str]:
    """The runs of every profile."""
    return [
        run.id
        for profile in profile_names(home)
        for run in _read(home, lambda library, name=profile: library.runs(name))
    ]


def _read(home: Home, ask: Callable[..., Any]) -> Any:
    from promptstyle.core.library import Library

    if not home.database.is_file():
        return []
    with Library(home.database) as library:
        return ask(library)


COMMANDS = {"completion": completion}
