"""`export`: the model for other programs, as a file or a folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from promptstyle.core import files
from promptstyle.core.errors import UsageError
from promptstyle.core.export_card import FOLDERS, KINDS, NAMES
from promptstyle.tui.cli import output
from promptstyle.tui.cli.command import command
from promptstyle.tui.cli.follow import follow
from promptstyle.tui.cli.output import Status
from promptstyle.tui.cli.progress import Progress
from promptstyle.tui.cli.state import State
from promptstyle.tui.cli.stdin import STDIN
from promptstyle.tui.cli.text import clip, count, size

_OTHERWISE = "give another path, or --force to overwrite it"
QUANTISATIONS = ("f16", "q8_0", "q4_k_m")


@command(
    "export",
    short_help="Write the model for other programs.",
    example="""
    promptstyle export my-style.gguf --quantize q8_0
    promptstyle export my-style --as ollama
    """,
)
@click.argument("out", metavar="OUT")
@click.option(
    "--as",
    "kind",
    type=click.Choice(KINDS),
    default="gguf",
    show_default=True,
    help="In which form.",
)
@click.option(
    "--quantize",
    type=click.Choice(QUANTISATIONS),
    default="q8_0",
    show_default=True,
    help="How the weights of gguf and ollama are stored.",
)
@click.option("--separate", is_flag=True, help="For ollama: base and adapter as two files.")
@click.option("--no-check", is_flag=True, help="Do not look for liked prompts that come out of it.")
@click.option("--force", is_flag=True, help="Overwrite OUT if it is there.")
def export(
    state: State,
    out: str,
    kind: str,
    quantize: str,
    separate: bool,
    no_check: bool,
    force: bool,
) -> None:
    """Write the active model to OUT, for other programs.

    gguf is a file, merged with its base; adapter is a file with what was learnt alone, for
    llama.cpp beside its base; peft and ollama are folders, of which the size is that of all files
    and the SHA-256 that of the weights (--json names the file). A card (Markdown) goes with each.

    Before that the model is asked for every topic that it learnt from: what it gives away of the
    liked prompts, 12 words in a row or more, is told.
    """
    given = (
        click.get_current_context().get_parameter_source("quantize") is not ParameterSource.DEFAULT
    )
    if given and kind in ("adapter", "peft"):
        raise UsageError(
            f"--quantize has no meaning for {kind}: it is what was learnt, unrounded",
            "leave it out, or choose --as gguf",
        )
    if separate and kind != "ollama":
        raise UsageError("--separate is for --as ollama", "leave it out")
    if out == STDIN:
        raise UsageError("a model does not go to standard output", "name a file or a folder")
    path = _place(out, kind, force=force)
    with state.own_library():
        pass  # says that the profile is missing before a child process is started
    from promptstyle.core import pipeline_client

    with Status() as status:
        job = pipeline_client.start_export(
            state.home,
            state.profile,
            path,
            quantize,
            kind=kind,
            separate=separate,
            overwrite=force,
            check=not no_check,
        )
        made = follow(job, Progress(status).show, interrupted="nothing was written; run it again")
    if state.json:
        output.row(made)
    else:
        of = f" of {made['file']}" if kind in FOLDERS else ""
        output.text(f"{made['path']}  {size(made['bytes'])}  sha256{of} {made['sha256']}")
    for line in told(made):
        output.note(line)


def told(made: Mapping[str, Any]) -> Iterator[str]:
    """What an export gives away, and where its card is."""
    known = made["memorised"]
    if known:
        few = count(len(known), "liked prompt")
        yield f"beware: parts of {few} of {made['checked']} come out of it, 12 words or more each:"
        for topic, _ in known:
            yield f"  {clip(topic, 90)}"
        yield "whoever has it can read those; --json has them whole"
    elif known is not None:
        yield f"none of the {made['checked']} liked prompts comes out of it, 12 words in a row"
    yield f"what it is and how to use it: {made['card']}"


def target(out: str, *, force: bool) -> Path:
    """The file that `out` names, as an absolute path; a link is followed to its file.

    Raises where it cannot be written, before any work is done for it.
    """
    return files.target(Path(out), overwrite=force, otherwise=_OTHERWISE)


def _place(out: str, kind: str, *, force: bool) -> Path:
    """Where an export goes: a folder, or a file with its card beside it."""
    if kind in FOLDERS:
        return files.target_folder(Path(out), NAMES, overwrite=force, otherwise=_OTHERWISE)
    path = target(out, force=force)
    target(f"{path}.md", force=force)
    return path


COMMANDS = {"export": export}
