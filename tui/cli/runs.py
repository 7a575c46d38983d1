"""`runs`, `activate`, `delete-run`: the models that were made, and going back to one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from promptstyle.tui.cli import output
from promptstyle.tui.cli.command import command
from promptstyle.tui.cli.completing import names, run_names
from promptstyle.tui.cli.documents import run_document
from promptstyle.tui.cli.state import State


@command("runs", short_help="List the models that were made.", example="promptstyle runs --json")
def runs(state: State) -> None:
    """List the models of this profile, oldest first; `*` marks the one that writes."""
    with state.own_library() as library:
        base = library.profile(state.profile).base
        found = [
            # Each base has its active run; the one of the base in use writes.
            {**run_document(run), "active": run.active and run.base == base}
            for run in library.runs(state.profile)
        ]
    for run in found:
        if state.json:
            output.row(run)
        else:
            output.text(_line(run))
    if not found and not state.json:
        output.note("no model was made yet: promptstyle retrain")


@command(
    "activate",
    short_help="Go back (or forward) to a model.",
    example="promptstyle activate default-2",
)
@click.argument("run", metavar="RUN", shell_complete=names(run_names))
def activate(state: State, run: str) -> None:
    """Let the model RUN write from now on, whatever its score.

    The profile's base model changes to the one that RUN was trained on.
    """
    with state.own_library() as library:
        state.check_owner(library.run(run).profile, f"the run {run!r}")
        document = run_document(library.activate(run))
    if state.json:
        output.row(document)
    else:
        output.text(_line(document))


@command(
    "delete-run",
    short_help="Put a model away.",
    example="promptstyle delete-run default-1",
)
@click.argument("run", metavar="RUN", shell_complete=names(run_names))
def delete_run(state: State, run: str) -> None:
    """Take the model RUN off the list and free its disk space. The one that writes is refused.

    What it was trained on, its scores and its adapter (small) stay in its folder.
    """
    from promptstyle.core import run_folder

    with state.own_library() as library:
        state.check_owner(library.run(run).profile, f"the run {run!r}")
        deleted = run_folder.discard(state.home, library, run)
    if state.json:
        output.row({**run_document(deleted), "deleted": deleted.deleted})
    else:
        output.text(f"deleted {run}")


def _line(run: Mapping[str, Any]) -> str:
    mark = "*" if run["active"] else " "
    facts = [str(run["base"]), str(run["recipe"] or ""), run["created"][:16].replace("T", " ")]
    if run["train"] is not None:
        facts.append(f"{run['train']} train + {run['held']} held")
    if run["mode"]:
        facts.append(f"mode {run['mode']}")
    facts.extend(score_words(run["scores"]))
    return f"{mark} {run['id']}  " + ", ".join(fact for fact in facts if fact)


def score_words(scores: Any) -> list[str]:
    """`ROUGE-L 0.412` for people, where `scores` has it."""
    value = scores.get("rougeL") if isinstance(scores, Mapping) else None
    return [f"ROUGE-L {value:.3f}"] if isinstance(value, (int, float)) else []


COMMANDS = {"runs": runs, "activate": activate, "delete-run": delete_run}
