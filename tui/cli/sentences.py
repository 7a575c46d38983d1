"""`sentences`: a candidate sentence by sentence, and what it is with some of them changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.tui.cli import output
from promptstyle.tui.cli.command import command
from promptstyle.tui.cli.state import State
from promptstyle.tui.cli.text import one_line

if TYPE_CHECKING:
    from promptstyle.core.generation.revision import Revision
    from promptstyle.core.library import Candidate, Library


def own_candidate(state: State, library: Library, typed: str) -> Candidate:
    """The candidate whose id begins as `typed`. Raises where it is of another `--profile`."""
    found = library.candidate(typed)
    state.check_owner(found.profile, f"the candidate {found.id}")
    return found


def _pairs(
    ctx: click.Context, param: click.Parameter, values: Sequence[str]
) -> tuple[tuple[int, int], ...]:
    """`3=2`: in place of sentence 3 the second of its others."""
    found = []
    for value in values:
        at, equals, number = value.partition("=")
        if not (equals and at.isdecimal() and number.isdecimal()):
            raise click.BadParameter(f"{value!r} is not N=M, like 3=2", ctx, param)
        found.append((int(at), int(number)))
    return tuple(found)


def change_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that change a candidate sentence by sentence: `drop` and `swap`."""
    drop = click.option(
        "--drop",
        type=int,
        multiple=True,
        metavar="N",
        help="Leave sentence N out; may be given again.",
    )
    swap = click.option(
        "--swap",
        callback=_pairs,
        multiple=True,
        metavar="N=M",
        help="Put the other M in place of sentence N; may be given again.",
    )
    return drop(swap(function))


def revise(candidate: Candidate, drop: Sequence[int], swap: Sequence[tuple[int, int]]) -> Revision:
    """`candidate` without the sentences `drop` and with others in place of those in `swap`.

    Both count from 1, as `sentences` shows them. Raises UsageError for what there is not.
    """
    from promptstyle.core.generation.revision import Revision

    revision = Revision.of(candidate)
    hint = f"`promptstyle sentences {candidate.id}` shows them with their numbers"
    for at in [*drop, *(at for at, _ in swap)]:
        if not 1 <= at <= len(revision):
            raise UsageError(f"{candidate.id} has no sentence {at}, but {len(revision)}", hint)
    places = [*set(drop), *(at for at, _ in swap)]
    if twice := next((at for at in places if places.count(at) > 1), None):
        raise UsageError(f"sentence {twice} is changed in two ways", "name each of them once")
    for at, number in swap:
        others = len(revision.passages[at - 1].others)
        if not 1 <= number <= others:
            raise UsageError(f"for sentence {at} there is no other {number}, but {others}", hint)
        revision.take(at - 1, number)
    for at in sorted(set(drop)):
        if not revision.drop(at - 1):
            raise UsageError("a prompt without any sentence is none", "leave one of them in")
    for at, _ in swap:
        if not revision.fits(at - 1):
            raise UsageError(
                f"what is to stand in place of sentence {at} does not go with the rest",
                f"{revision.said(at - 1)!r} says again what another one does, or a second limit",
            )
    return revision


@command(
    "sentences",
    short_help="Show a candidate sentence by sentence.",
    example="""
    promptstyle sentences c3f9a1
    promptstyle sentences c3f9a1 --drop 4 --swap 2=1
    """,
)
@click.argument("candidate", metavar="ID")
@change_options
def sentences(
    state: State, candidate: str, drop: tuple[int, ...], swap: tuple[tuple[int, int], ...]
) -> None:
    """Show the sentences of the candidate ID, and others that could stand in their places.

    ID is what `generate` showed. With --drop or --swap: the prompt as it is then, and nothing is
    stored; `like` takes the same options and keeps it.
    """
    with state.own_library() as library:
        found = own_candidate(state, library, candidate)
    if not found.text.strip():
        raise PromptstyleError(
            f"{found.id} says nothing", "write for its topic again", code="empty_candidate"
        )
    revision = revise(found, drop, swap)
    if state.json:
        rows = [
            {
                "number": at + 1,
                "text": revision.said(at),
                "dropped": revision.dropped(at),
                "others": [{"number": n, "text": text} for n, text in revision.open(at)],
            }
            for at in range(len(revision))
        ]
        document = {"id": found.id, "topic": found.topic, "text": revision.text()}
        output.row({**document, "sentences": rows})
    elif drop or swap:
        output.text(revision.text())
    else:
        _list(revision)
        if len(revision) > 1:
            output.note(f"to keep it without sentence 2: promptstyle like {found.id} --drop 2")


def _list(revision: Revision) -> None:
    for at in range(len(revision)):
        output.text(f"{at + 1:>2}  {one_line(revision.said(at))}")
        for number, other in revision.open(at):
            output.text(f"      {at + 1}={number}  {one_line(other)}")


COMMANDS = {"sentences": sentences}
