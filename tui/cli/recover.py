"""`recover`: the prompt behind a rewrite."""

from __future__ import annotations

from pathlib import Path

import click

from promptstyle.core import files
from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.tui.cli import output
from promptstyle.tui.cli.command import Whole, command
from promptstyle.tui.cli.generate import MAX_CANDIDATES, RULE, seed_option
from promptstyle.tui.cli.output import Status
from promptstyle.tui.cli.state import State
from promptstyle.tui.cli.text import duration

# More than any context holds.
MOST_BYTES = 64 * 1024


@command(
    "recover",
    short_help="Guess the prompt behind a rewrite.",
    example="""
    promptstyle recover --original before.txt --rewritten after.txt -n 3
    """,
)
@click.option("--original", metavar="FILE", required=True, help="The text before.")
@click.option("--rewritten", metavar="FILE", required=True, help="The text after.")
@click.option(
    "-n",
    "n",
    type=Whole(1, MAX_CANDIDATES),
    default=1,
    show_default=True,
    metavar="N",
    help="How many different guesses, at most.",
)
@seed_option
def recover(state: State, original: str, rewritten: str, n: int, seed: int | None) -> None:
    """Guess which prompt turned one text into the other, the surest first.

    Simple rules (lists, tables, capitals, spelling, shortening and the like) are tried first: one
    that makes the very same text comes before all guesses, and stderr says so. What the base adds
    is seldom right. Both files are text in UTF-8, of a few paragraphs together.
    """
    texts = [_read(original), _read(rewritten)]
    from promptstyle.core.recovering import recover as ask

    with state.own_library() as library, Status() as status:
        status.update("reading both…")
        log = state.home.logs / "engine.log"
        written = ask(state.home, library, state.profile, *texts, n=n, seed=seed, log=log)
    if state.json:
        output.row(written.document())
        return
    output.text(f"\n\n{RULE}\n\n".join(candidate.text for candidate in written.candidates))
    ids = ", ".join(candidate.id for candidate in written.candidates)
    output.note(f"{ids}: {written.base}, {duration(written.seconds)}")
    proved = [each.id for each in written.candidates if each.settings["proved"]]
    if proved:
        output.note(f"{', '.join(proved)}: makes exactly the rewritten text")


def _read(name: str) -> str:
    path = Path(name).expanduser()
    with path.open("rb") as file:
        data = files.read_limited(file, name, MOST_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PromptstyleError(
            f"{name} is not text in UTF-8 (see its byte {error.start + 1:,})",
            "save it as UTF-8 text",
            code="not_text",
        ) from None
    if not text.strip():
        raise UsageError(f"{name} is empty", "give a text")
    return text


COMMANDS = {"recover": recover}
