"""`retrain`: a new model from what is liked now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from promptstyle.core.merging import MERGES
from promptstyle.core.training.launched import launched
from promptstyle.core.training.recipes import RECIPES
from promptstyle.tui.cli import failure, output
from promptstyle.tui.cli.command import command
from promptstyle.tui.cli.follow import follow
from promptstyle.tui.cli.output import Status
from promptstyle.tui.cli.progress import Progress
from promptstyle.tui.cli.state import State
from promptstyle.tui.cli.text import count, duration


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
    type=click.Choice(tuple(RECIPES)),
    default="default",
    show_default=True,
    help="How to train: tuned for few likes, the same and telling authors apart, or as in the "
    "reference project.",
)
@click.option(
    "--merge",
    type=click.Choice(MERGES),
    help="Keep the new model merged into a copy of its base, of this type, or never: then it is "
    "put on top of the base, in memory. auto merges into a small base only.  [default: the "
    "setting `merge`, auto]",
)
@click.option("--keep-old", is_flag=True, help="Make the model, but leave the old one active.")
def retrain(state: State, base: str | None, recipe: str, merge: str | None, keep_old: bool) -> None:
    """Train a model on the liked prompts, test it, and let it write from now on.

    The new model becomes active only if its score on held-out likes is not worse than the old
    one's. Ctrl+C stops within a second; run it again to go on where it stopped.
    """
    try:
        done = _run(state, base=base, recipe=recipe, merge=merge, keep_old=keep_old)
    except BaseException as error:
        if state.json and not isinstance(error, (BrokenPipeError, SystemExit)):
            told = failure.describe(error)
            output.row(
                {"event": "failed", "code": told.code, "message": told.message, "hint": told.hint}
            )
        raise
    if not launched().first:
        return
    if state.json:
        output.row({"event": "done", **done})
    else:
        for line in summary(done):
            output.text(line)


def _run(state: State, **asked: Any) -> dict[str, Any]:
    with state.own_library():
        pass  # says that the profile is missing before a child process is started
    from promptstyle.core import pipeline_client

    with Status() as status:
        progress = Progress(status)
        show = output.row if state.json else progress.show
        if not launched().first:
            # Of several processes that train together the first one says how far they are.
            show = _nothing
        job = pipeline_client.start_retrain(state.home, state.profile, **asked)
        return follow(
            job,
            show,
            interrupted="the earlier model is untouched; `promptstyle retrain` goes on from here "
            "while the liked prompts are the same",
        )


def _nothing(event: Mapping[str, Any]) -> None:
    return None


def summary(done: Mapping[str, Any]) -> list[str]:
    """What came of it, for a person."""
    lines = [f"made {done['run']} in {duration(done['seconds'])}"]
    scores = done.get("scores") or {}
    systems = scores.get("systems") or {}
    if systems:
        found = ", ".join(f"{name} {row['rougeL']:.3f}" for name, row in systems.items())
        tests = count(int(scores.get("n") or 0), "topic")
        lines.append(f"ROUGE-L ({scores.get('method')}, {tests}): {found}")
    if done.get("choice"):
        lines.append(f"{done['run']} {done['choice']}")
    reason = done.get("reason")
    if done["activated"]:
        mode = f" in mode {done['mode']}" if done.get("mode") else ""
        lines.append(f"{done['run']} writes from now on{mode} ({reason})")
    else:
        lines.append(f"the old model stays ({reason})")
        lines.append(f"to use the new one all the same: promptstyle activate {done['run']}")
    return lines


COMMANDS = {"retrain": retrain}
