"""One kind of command: the options that work everywhere, and a help text with an example."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from promptstyle.tui.cli.state import State

Function = Callable[..., Any]


def shared_options() -> list[click.Option]:
    """`--profile`, `--json`, `--debug` and `--version`, for before and after a command's name."""
    return [
        click.Option(
            ["--profile"],
            metavar="NAME",
            expose_value=False,
            is_eager=True,
            callback=_set_profile,
            shell_complete=_complete_profile,
            help="Whose style.  [default: default]",
        ),
        click.Option(
            ["--json"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_set_json,
            help="Write nothing but JSON to stdout.",
        ),
        click.Option(
            ["--debug"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_set_debug,
            help="Show the traceback of an error.",
        ),
        click.Option(
            ["--version"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_show_version,
            help="Show the version and exit.",
        ),
    ]


def _complete_profile(ctx: click.Context, param: click.Parameter, begun: str) -> list[Any]:
    from promptstyle.tui.cli import completing

    return completing.names(completing.profile_names)(ctx, param, begun)


def _set_profile(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value is not None:
        if not value.strip():
            raise click.BadParameter("the name is empty", ctx, _param)
        state = ctx.ensure_object(State)
        state.profile, state.named = value, True


def _set_json(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(State).json = True


def _set_debug(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(State).debug = True


def _show_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    from importlib.metadata import version

    from promptstyle.tui.cli import output

    state = ctx.ensure_object(State)
    number = version("promptstyle")
    if state.json or "--json" in state.arguments:
        output.row({"version": number})
    else:
        output.text(f"promptstyle {number}")
    ctx.exit()


class Whole(click.IntRange):
    """A whole number between two bounds, which help and errors call `1 to 16`."""

    name = "whole number"

    def _describe_range(self) -> str:
        if self.max is None:
            return f"{self.min} or more"
        return f"{self.min} to {self.max}"


class Share(click.FloatRange):
    """A number between two bounds, which help and errors call `0 to 2`."""

    name = "number"

    def _describe_range(self) -> str:
        return f"{self.min:g} to {self.max:g}"


def write_options(
    ctx: click.Context,
    formatter: click.HelpFormatter,
    title: str,
    options: Sequence[click.Option],
) -> None:
    """Write the help of `options` under `title`; nothing if there is none."""
    records = [r for r in (o.get_help_record(ctx) for o in options) if r is not None]
    if records:
        with formatter.section(title):
            formatter.write_dl(records)


class Command(click.Command):
    """A command whose help lists its own options first, then those that work everywhere."""

    def __init__(self, *args: Any, example: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example
        self.shared = shared_options()
        self.params.extend(self.shared)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            # The parser knows the option but not always whose it is.
            error.ctx = error.ctx or ctx
            raise

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [p for p in self.get_params(ctx) if isinstance(p, click.Option)]
        # --help is made by click, after the others.
        shared = [p for p in options if p in self.shared or "--help" in p.opts]
        write_options(ctx, formatter, "Options", [p for p in options if p not in shared])
        write_options(ctx, formatter, "Everywhere", shared)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.example:
            with formatter.section("Example"):
                for line in self.example.strip().splitlines():
                    formatter.write(" " * formatter.current_indent + line.strip() + "\n")


def command(name: str, *, example: str, **attributes: Any) -> Callable[[Function], Command]:
    """Make a function `(state: State, **options)` the command `name`."""

    def decorate(function: Function) -> Command:
        made = click.command(name, cls=Command, example=example, **attributes)(
            click.pass_obj(function)
        )
        assert isinstance(made, Command)
        return made

    return decorate
