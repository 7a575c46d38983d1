"""`evaluate`: how near the models come to what the user would have written."""

from __future__ import annotations

import click

from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.tui.cli import output
from promptstyle.tui.cli.command import Whole, command
from promptstyle.tui.cli.exchange import read_bytes
from promptstyle.tui.cli.follow import follow
from promptstyle.tui.cli.output import Status
from promptstyle.tui.cli.progress import Progress
from promptstyle.tui.cli.state import State

SYSTEMS = ("random", "nearest", "splice", "vanilla", "context", "lora", "both")


@command(
    "evaluate",
    short_help="Compare the models by ROUGE.",
    example="""
    promptstyle evaluate
    promptstyle evaluate --folds 5 --systems nearest,lora --json
    """,
)
@click.option("--test", "file", metavar="FILE", help="Test on the pairs of FILE (as for import).")
@click.option(
    "--folds", type=Whole(2, 20), metavar="K", help="Train K times, each tested on the rest."
)
@click.option("--systems", metavar="A,B,...", help=f"Which systems: {', '.join(SYSTEMS)}.")
def evaluate(state: State, file: str | None, folds: int | None, systems: str | None) -> None:
    """Compare what the systems write with held-out liked prompts, by ROUGE-1 and ROUGE-L.

    Without --test or --folds the held-out likes of this profile are the test: no model was
    trained on them. The intervals are 95 % bootstrap intervals of the mean.
    """
    if file is not None and folds is not None:
        raise UsageError("--test and --folds exclude each other", "give one of the two")
    chosen = parse_systems(systems) if systems is not None else None
    test = read_pairs(file) if file is not None else None
    with state.own_library():
        pass  # says that the profile is missing before a child process is started
    from promptstyle.core import pipeline_client

    with Status() as status:
        job = pipeline_client.start_evaluate(
            state.home, state.profile, test=test, folds=folds, systems=chosen
        )
        show = Progress(status).show
        document = follow(job, show, interrupted="nothing was changed; run it again")
    if state.json:
        output.row(document)
        return
    from promptstyle.core.evaluation import display

    output.text(display.table(document).rstrip())
    output.text()
    output.text(display.side_by_side(document).rstrip())


def parse_systems(text: str) -> list[str]:
    """The names in a comma-separated list. Raises UsageError for one that is none."""
    names = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    unknown = [name for name in names if name not in SYSTEMS]
    if unknown or not names:
        raise UsageError(
            f"there is no system {unknown[0]!r}" if unknown else "--systems names none",
            f"the systems are {', '.join(SYSTEMS)}",
        )
    return names


def read_pairs(file: str) -> list[tuple[str, str]]:
    """The (topic, prompt) pairs of a file of likes. Raises PromptstyleError for a bad line."""
    from promptstyle.core.library.importing import read_likes

    found = read_likes(read_bytes(file), name=file)
    if found.rejected:
        bad = found.rejected[0]
        raise PromptstyleError(
            f"{file}, line {bad.line}: {bad.reason}",
            "mend the file: a test on a part of it would not be what you asked for",
            code="bad_lines",
        )
    return [(pair.input, pair.output) for pair in found.pairs]


COMMANDS = {"evaluate": evaluate}
