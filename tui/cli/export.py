"""`export`: the model as a file for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from promptstyle.core import files
from promptstyle.core.errors import PromptstyleError
from promptstyle.tui.cli import output
from promptstyle.tui.cli.command import command
from promptstyle.tui.cli.follow import follow
from promptstyle.tui.cli.output import Status
from promptstyle.tui.cli.progress import Progress
from promptstyle.tui.cli.state import State
from promptstyle.tui.cli.text import size

KINDS = ("gguf", "adapter", "peft", "ollama")
QUANTISATIONS = ("f16", "q8_0", "q4_k_m")


@command(
    "export",
    short_help="Write the model to a file.",
    example="promptstyle export my-style.gguf --quantize q8_0",
)
@click.argument("out", metavar="OUT")
@click.option(
    "--as",
    "kind",
    type=click.Choice(KINDS),
    default="gguf",
    show_default=True,
    help="In which form; so far only gguf.",
)
@click.option(
    "--quantize",
    type=click.Choice(QUANTISATIONS),
    default="q8_0",
    show_default=True,
    help="How the weights are stored.",
)
@click.option("--force", is_flag=True, help="Overwrite OUT if it is there.")
def export(state: State, out: str, kind: str, quantize: str, force: bool) -> None:
    """Write the active model, merged with its base, to the file OUT."""
    if kind != "gguf":
        raise PromptstyleError(
            f"export --as {kind} is not there yet",
            "--as gguf works, and llama.cpp and Ollama read it",
            code="not_yet",
        )
    path = target(out, force=force)
    with state.own_library():
        pass  # says that the profile is missing before a child process is started
    from promptstyle.core import pipeline_client

    with Status() as status:
        job = pipeline_client.start_export(state.home, state.profile, path, quantize)
        made = follow(job, Progress(status).show, interrupted="nothing was written; run it again")
    if state.json:
        output.row(made)
    else:
        output.text(f"{made['path']}  {size(made['bytes'])}  sha256 {made['sha256']}")


def target(out: str, *, force: bool) -> Path:
    """The file that `out` names, as an absolute path; a link is followed to its file.

    Raises where it cannot be written, before any work is done for it.
    """
    hint = "give another path, or --force to overwrite it"
    return files.target(Path(out), overwrite=force, otherwise=hint)


COMMANDS = {"export": export}
