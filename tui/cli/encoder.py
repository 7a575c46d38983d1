"""`encoder`: whether likes are also found by what they mean, and with which sentence encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from promptstyle.core.errors import UsageError
from promptstyle.tui.cli import output
from promptstyle.tui.cli.command import command
from promptstyle.tui.cli.output import Status
from promptstyle.tui.cli.state import State
from promptstyle.tui.cli.text import duration, one_line

if TYPE_CHECKING:
    from pathlib import Path


@command(
    "encoder",
    short_help="Find likes by meaning, with an encoder.",
    example="""
    promptstyle encoder ~/models/all-MiniLM-L6-v2
    promptstyle encoder --off
    """,
)
@click.argument("path", metavar="[PATH]", required=False)
@click.option("--off", is_flag=True, help="Find likes by their words alone, as at first.")
def encoder(state: State, path: str | None, off: bool) -> None:
    """Use the sentence encoder in the folder PATH; without PATH, say which one is used.

    The folder holds config.json, model.safetensors and tokenizer.json, as a checkout of
    sentence-transformers does. It is tried before it is taken, stays where it is, and no code in
    it is run. The program works without one.
    """
    from pathlib import Path

    from promptstyle.core import settings

    if off and path is not None:
        raise UsageError("PATH and --off contradict each other", "give one of the two")
    if off:
        settings.change(state.home, encoder="")
    elif path is not None:
        folder = Path(path).expanduser().absolute()
        found = _tried(state, folder)
        settings.change(state.home, encoder=str(folder))
        if state.json:
            output.row({"encoder": str(folder), **found})
        else:
            output.text(
                f"{one_line(str(folder))}: {found['dimensions']} dimensions, texts up to "
                f"{found['length']} tokens, loaded in {duration(found['seconds'])}"
            )
        return
    used, problems = settings.load(state.home)
    for problem in problems:
        output.note(problem)
    if state.json:
        output.row({"encoder": used.encoder or None})
    else:
        output.text(one_line(used.encoder) or "none: likes are found by their words")


def _tried(state: State, folder: Path) -> dict[str, Any]:
    """Load the encoder once; what it said of itself."""
    from promptstyle.core.style.encoder_client import Encoder

    with Status() as status:
        status.update("loading the encoder…")
        with Encoder.start(folder, log=state.home.logs / "encoder.log") as started:
            return {
                "dimensions": started.dimensions,
                "length": started.length,
                "seconds": round(started.load_seconds, 3),
            }


COMMANDS = {"encoder": encoder}
