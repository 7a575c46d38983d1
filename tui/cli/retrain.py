"""`retrain`: a new model from what is liked now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from promptstyle.tui.cli import failure, output
from promptstyle.tui.cli.command import command
from promptstyle.tui.cli.follow import follow
from promptstyle.tui.cli.output import Status
from promptstyle.tui.cli.progress import stage_line, step_line
from promptstyle.tui.cli.state import State
from promptstyle.tui.cli.text import duration

RECIPES = ("default", "reference")


@command(
    "retrain",
    short_help="Learn from the liked prompts.",
    example="""
    promptstyle retrain
    promptstyle retrain --recipe reference --json
    """,
)
@click.option("--base", metavar="NAME", help="Train on this base model.  [default: the profile's]")
@click.option(
    "--recipe",
    type=click.Choice(RECIPES),
    default="default",
    show_default=True,
    help="How to train: tuned for few likes, or as in the reference project.",
)
@click.option("--keep-old", is_flag=True, help="Make the model, but leave the old one active.")
def retrain(state: State, base: str | None, recipe: str, keep_old: bool) -> None:
    """Train a model on the liked prompts, test it, and let it write from now on.

    The new model becomes active only if its score on held-out likes is not worse than the old
    one's. Ctrl+C stops within a second; run it again to go on where it stopped.
    """
    try:
        done = _run(state, base, recipe, keep_old)
    except BaseException as error:
        if state.json and not isinstance(error, (BrokenPipeError, SystemExit)):
            told = failure.describe(error)
            output.row(
                {"event": "failed", "code": told.code, "message": told.message, "hint": told.hint}
            )
        raise
    if state.json:
        output.row({"event": "done", **done})
    else:
        for line in summary(done):
            output.text(line)


def _run(state: State, base: str | None, recipe: str, keep_old: bool) -> dict[str, Any]:
    with state.own_library():
        pass  # says that the profile is missing before a child process is started
    from promptstyle.core import pipeline_client

    with Status() as status:

        def show(event: Mapping[str, Any]) -> None:
            if state.json:
                output.row(event)
            elif event.get("event") == "step":
                status.update(step_line(event))
            elif line := stage_line(event):
                status.note(line)

        job = pipeline_client.start_retrain(
            state.home, state.profile, base=base, recipe=recipe, keep_old=keep_old
        )
        return follow(
            job,
            show,
            interrupted="the earlier model is untouched; `promptstyle retrain` goes on from here",
        )


def summary(done: Mapping[str, Any]) -> list[str]:
    """What came of it, for a person."""
    return [f"made {done['run']} in {duration(done['seconds'])}"]


COMMANDS = {"retrain": retrain}
