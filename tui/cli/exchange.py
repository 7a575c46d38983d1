"""`import` and `export-likes`: liked prompts from and to files."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import click

from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.core.files import read_file, read_limited
from promptstyle.tui.cli import output
from promptstyle.tui.cli.command import command
from promptstyle.tui.cli.export import target
from promptstyle.tui.cli.state import State
from promptstyle.tui.cli.stdin import STDIN
from promptstyle.tui.cli.text import count, one_line

DEFAULT_FORMAT = "jsonl"
FORMATS = (DEFAULT_FORMAT, "alpaca", "openai", "csv")
SHOWN_LINES = 20


@command(
    "import",
    short_help="Add liked prompts from a file.",
    example="""
    promptstyle import likes.jsonl
    promptstyle import --starter
    cat likes.csv | promptstyle import - --json
    """,
)
@click.argument("file", metavar="[FILE]", required=False)
@click.option("--strict", is_flag=True, help="If any line is bad, add nothing.")
@click.option("--starter", is_flag=True, help="Add the 61 prompts that come with the program.")
def import_(state: State, file: str | None, strict: bool, starter: bool) -> None:
    """Add the liked prompts in FILE; `-` reads standard input.

    The format is seen from the content: JSON Lines {"input", "output"}, alpaca, OpenAI
    messages, or CSV whose header names the columns input and output (or topic and
    prompt, in JSON too). Duplicates are skipped. Bad lines are named and the good
    ones added; the exit code is then 1.
    """
    if (file is None) != starter:
        raise UsageError(
            "both a file and --starter were given" if starter else "no file was given",
            "give one FILE (`-` is standard input), or --starter",
        )
    from promptstyle.core.library.importing import import_likes
    from promptstyle.core.library.starter import starter_likes

    name = str(starter_likes()) if file is None else file
    data = read_bytes(name)

    with state.own_library(create=True) as library:
        result = import_likes(library, state.profile, data, name=name, strict=strict)
    if state.json:
        rejected = [{"line": bad.line, "reason": bad.reason} for bad in result.rejected]
        output.row(
            {"added": len(result.added), "duplicates": result.duplicates, "rejected": rejected}
        )
    else:
        output.text(
            f"added {count(len(result.added), 'liked prompt')}; "
            f"{count(result.duplicates, 'duplicate')}, {len(result.rejected)} rejected"
        )
        for bad in result.rejected[:SHOWN_LINES]:
            output.text(f"line {bad.line}: {one_line(bad.reason)}")
        if len(result.rejected) > SHOWN_LINES:
            output.text(f"and {len(result.rejected) - SHOWN_LINES} more; --json names them all")
    if result.rejected:
        them = "it" if len(result.rejected) == 1 else "them"
        raise PromptstyleError(
            f"{count(len(result.rejected), 'line')} could not be imported, "
            f"the first is line {result.rejected[0].line}: {result.rejected[0].reason}",
            f"nothing was added, as --strict asks; mend {them} and import again"
            if strict
            else f"mend {them} and import the file again; what is there already is skipped",
            code="bad_lines",
        )


def read_bytes(name: str) -> bytes:
    """The bytes of a file, or of standard input for `-`. Raises OSError, PromptstyleError."""
    if name == STDIN:
        return read_limited(sys.stdin.buffer, "standard input")
    return read_file(Path(name).expanduser())


@command(
    "export-likes",
    short_help="Write the liked prompts to a file.",
    example="""
    promptstyle export-likes likes.jsonl
    promptstyle export-likes - --as openai > likes.jsonl
    """,
)
@click.argument("file", metavar="FILE")
@click.option(
    "--as",
    "format",
    type=click.Choice(FORMATS),
    help="The format.  [default: by the suffix: .json alpaca, .csv CSV, any other JSON Lines]",
)
@click.option("--force", is_flag=True, help="Overwrite FILE if it is there.")
def export_likes(state: State, file: str, format: str | None, force: bool) -> None:
    """Write the liked prompts to FILE; `-` writes to standard output.

    JSON Lines and CSV keep everything (tags, dates, the held-out split) and can be imported
    again; the other formats keep topic and prompt.
    """
    from promptstyle.core.library import exporting

    if file == STDIN:
        if state.json and format == "csv":
            raise UsageError("--json and --as csv exclude each other", "leave one of them out")
        with state.own_library() as library:
            likes = library.likes(state.profile)
        output.raw(exporting.dump_likes(likes, format or DEFAULT_FORMAT))
        return
    path = target(file, force=force)
    if format is None:
        with suppress(UsageError):
            format = exporting.format_of(path)
    format = format or DEFAULT_FORMAT
    with state.own_library() as library:
        likes = library.likes(state.profile)
    exporting.export_likes(likes, path, format)
    if state.json:
        output.row({"path": str(path), "likes": len(likes), "format": format})
    else:
        output.text(f"wrote {count(len(likes), 'liked prompt')} to {path}")


COMMANDS = {"import": import_, "export-likes": export_likes}
