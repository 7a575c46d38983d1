"""`like`, `dislike` and `choose`: what the user thought of a candidate."""

from __future__ import annotations

from dataclasses import asdict

import click

from promptstyle.core.errors import UsageError
from promptstyle.tui.cli import output
from promptstyle.tui.cli.command import command
from promptstyle.tui.cli.documents import opinion_document
from promptstyle.tui.cli.sentences import change_options, own_candidate, revise
from promptstyle.tui.cli.state import State
from promptstyle.tui.cli.stdin import STDIN, read_stdin
from promptstyle.tui.cli.text import one_line


@command(
    "like",
    short_help="Keep a candidate as a liked prompt.",
    example="""
    promptstyle like c3f9a1
    promptstyle like c3f9a1 --drop 4 --swap 2=1
    promptstyle like c3f9a1 --text "Make a prompt that ... Show only the table."
    """,
)
@click.argument("candidate", metavar="ID")
@click.option(
    "--text",
    metavar="EDITED",
    help="The prompt as you would have written it; `-` reads it from standard input.",
)
@change_options
def like(
    state: State,
    candidate: str,
    text: str | None,
    drop: tuple[int, ...],
    swap: tuple[tuple[int, int], ...],
) -> None:
    """Keep the candidate ID as a liked prompt, for the next retrain.

    ID is what `generate` showed. With --text the edited prompt is kept in its place; with --drop
    and --swap it is kept without some of its sentences or with others in their places (`sentences`
    shows them). What is left out comes up less often from then on.
    """
    if text == STDIN:
        text = read_stdin()
    if text is not None and (drop or swap):
        raise UsageError("--text says all of the prompt", "leave --drop and --swap out")
    with state.own_library() as library:
        meant = own_candidate(state, library, candidate)
        if drop or swap:
            text = revise(meant, drop, swap).text()
        before = library.find_like(meant.profile, meant.topic, meant.text if text is None else text)
        opinion = library.add_opinion(meant.id, "like", text=text)
    if state.json:
        output.row(opinion_document(opinion))
    else:
        was = "it was already" if before and before.removed is None else "it is now"
        output.text(f"liked: {was} the liked prompt {opinion.like_id}")
        output.note(f"its topic: {one_line(meant.topic)}")


@command(
    "dislike",
    short_help="Say that a candidate is not your style.",
    example="""
    promptstyle dislike c3f9a1 --reason "too long"
    """,
)
@click.argument("candidate", metavar="ID")
@click.option("--reason", metavar="R", help="Why, in your words.")
def dislike(state: State, candidate: str, reason: str | None) -> None:
    """Remember that the candidate ID is not what you like.

    ID is what `generate` showed.
    """
    with state.own_library() as library:
        meant = own_candidate(state, library, candidate)
        opinion = library.add_opinion(meant.id, "dislike", reason=reason or "")
    if state.json:
        output.row(opinion_document(opinion))
    else:
        output.text(f"disliked: noted of {meant.id}")


@command(
    "choose",
    short_help="Say which candidate is better than which.",
    example="""
    promptstyle choose --best c3f9a1 --worst 07be12 --reason "keeps to three steps"
    """,
)
@click.option("--best", metavar="ID", required=True, help="The one that is more like you.")
@click.option("--worst", metavar="ID", required=True, help="The one that is less so.")
@click.option("--reason", metavar="R", help="Why, in your words.")
def choose(state: State, best: str, worst: str, reason: str | None) -> None:
    """Remember that one candidate is better than another for the same topic.

    The IDs are what `generate -n` showed. Nothing is added to the liked prompts: `like` does that.
    """
    with state.own_library() as library:
        own_candidate(state, library, best)
        chosen = library.add_choice(best, worst, reason=reason or "")
    if state.json:
        output.row(asdict(chosen))
    else:
        output.text(f"chosen: {chosen.best} before {chosen.worst}")


COMMANDS = {"like": like, "dislike": dislike, "choose": choose}
