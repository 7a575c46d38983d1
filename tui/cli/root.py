"""The root command: which commands there are, and the one place where errors end."""

from __future__ import annotations

import difflib
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from promptstyle.tui.cli import failure, output
from promptstyle.tui.cli.command import shared_options, write_options
from promptstyle.tui.cli.state import State

# Section -> command -> module. A module is imported when its command runs, or for --help.
SECTIONS: dict[str, dict[str, str]] = {
    "What you like": {
        "import": "exchange",
        "add": "likes",
        "likes": "likes",
        "edit": "edit",
        "remove": "likes",
        "restore": "likes",
        "export-likes": "exchange",
        "style": "style",
    },
    "Writing": {
        "generate": "generate",
        "serve": "serve",
        "sentences": "sentences",
        "like": "opinions",
        "dislike": "opinions",
        "choose": "opinions",
        "recover": "recover",
    },
    "Learning": {
        "retrain": "retrain",
        "evaluate": "evaluate",
        "runs": "runs",
        "activate": "runs",
        "delete-run": "runs",
        "export": "export",
    },
    "Base models": {
        "models": "bases",
        "pull": "bases",
        "add-model": "bases",
        "use": "bases",
        "verify": "bases",
        "encoder": "encoder",
    },
    "This installation": {
        "profiles": "system",
        "doctor": "system",
        "completion": "completing",
    },
}

# The shell sets it when Tab is pressed; `completing` writes the lines that do so.
PROGRAM, VARIABLE = "promptstyle", "_PROMPTSTYLE_COMPLETE"

MODULES = {name: module for section in SECTIONS.values() for name, module in section.items()}


class Root(click.Group):
    """The group; its `main` never lets an exception out."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = MODULES.get(cmd_name)
        if module is None:
            return None
        loaded = importlib.import_module(f"promptstyle.tui.cli.{module}")
        found: click.Command = loaded.COMMANDS[cmd_name]
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in MODULES and not name.startswith("-"):
            near = difflib.get_close_matches(name, MODULES, n=1)
            suggestion = f"; did you mean `{near[0]}`?" if near else ""
            raise click.UsageError(f"there is no command `{name}`{suggestion}", ctx)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        options = [p for p in self.get_params(ctx) if isinstance(p, click.Option)]
        write_options(ctx, formatter, "Everywhere", options)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, MODULES))
        for title, names in SECTIONS.items():
            with formatter.section(title):
                rows = []
                for name in names:
                    found = self.get_command(ctx, name)
                    assert found is not None
                    rows.append((name.ljust(width), found.get_short_help_str(limit=60)))
                formatter.write_dl(rows)

    def main(  # type: ignore[override]
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        **_extra: Any,
    ) -> NoReturn:
        """Run one call and exit with its code: 0 done, 1 not done, 2 a wrong call, 130."""
        if instruction := os.environ.get(VARIABLE):
            # A shell asks what may come next; errors here would be typed into its line.
            from click.shell_completion import shell_complete

            sys.exit(shell_complete(self, {}, PROGRAM, VARIABLE, instruction))
        arguments = list(sys.argv[1:] if args is None else args)
        state = State(arguments=arguments)
        code = 0
        try:
            output.prepare_streams()
            code = self._call(arguments, state)
            sys.stdout.flush()
        except BaseException as error:  # whatever it is, it ends as two lines
            if isinstance(error, SystemExit):
                raise
            code = failure.report(error, debug=state.debug)
        sys.exit(code)

    def _call(self, arguments: list[str], state: State) -> int:
        try:
            with self.make_context("promptstyle", arguments, obj=state) as ctx:
                self.invoke(ctx)
        except click.exceptions.Exit as exit_:
            return exit_.exit_code
        return 0


@click.command(
    cls=Root,
    name="promptstyle",
    invoke_without_command=True,
    params=shared_options(),
    subcommand_metavar="COMMAND [ARGS]...",
)
@click.pass_context
def root(ctx: click.Context) -> None:
    """Learns your way of writing prompts from the ones you like, on your own machine.

    Import prompts that you like, retrain, and generate prompts in your style:

    \b
      promptstyle import likes.jsonl
      promptstyle retrain
      promptstyle generate "Make a prompt that summarizes a podcast episode."

    Every file of the program is under PROMPTSTYLE_HOME, where that is set.
    `promptstyle COMMAND --help` says more about a command.
    """
    if ctx.invoked_subcommand is None:
        state = ctx.ensure_object(State)
        if state.json or ctx.args:
            raise click.UsageError("no command was given", ctx)
        output.text(ctx.get_help())
