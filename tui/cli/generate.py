"""`generate`: prompts for topics, written by the model that runs here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from promptstyle.core.errors import Cancelled, PromptstyleError, UsageError
from promptstyle.core.generation.sampling import SEEDS
from promptstyle.core.modes import AUTO, MODES, STRONGEST
from promptstyle.core.settings import MAX_POOL
from promptstyle.tui import clipboard
from promptstyle.tui.cli import output, topics
from promptstyle.tui.cli.command import Share, Whole, command
from promptstyle.tui.cli.live import Live
from promptstyle.tui.cli.output import Status
from promptstyle.tui.cli.state import State
from promptstyle.tui.cli.text import count, duration, one_line
from promptstyle.tui.origins import origin

if TYPE_CHECKING:
    from promptstyle.core.writing import Writer
    from promptstyle.core.written import Written

MAX_CANDIDATES = 16
RULE = "---"


# Shared with other commands that write.
mode_option = click.option(
    "--mode",
    type=click.Choice((AUTO, *MODES)),
    default=AUTO,
    show_default=True,
    metavar="MODE",
    help="What shapes the prompt: base (nothing), context (likes shown to the base), lora (the "
    "tuned model), both, or auto.",
)
seed_option = click.option(
    "--seed",
    type=Whole(0, SEEDS - 1),
    metavar="S",
    help="The same seed gives the same text.",
)


@command(
    "generate",
    short_help="Write prompts for topics.",
    example="""
    promptstyle generate "Make a prompt that summarizes a podcast episode."
    promptstyle generate "Make a prompt for naming a cat." -n 3 --seed 7
    promptstyle generate "Make a prompt that plans a week." --pool 12
    promptstyle generate - --json < topics.txt
    """,
)
@click.argument("topics_given", metavar="[TOPIC]...", nargs=-1)
@click.option(
    "-n",
    "n",
    type=Whole(1, MAX_CANDIDATES),
    default=1,
    show_default=True,
    metavar="N",
    help="Candidates for each topic.",
)
@click.option(
    "--pool",
    type=Whole(0, MAX_POOL),
    metavar="N",
    help="How many are written for the best to be chosen; 0 is 6 on a small base, 2 on a large "
    "one, and -n at least. 1 chooses nothing.  [default: the setting `pool`, 0]",
)
@click.option("--from", "file", metavar="FILE", help="Read one topic a line; `-` is stdin.")
@mode_option
@click.option(
    "--strength",
    type=Share(0.0, STRONGEST),
    metavar="SHARE",
    help=f"How much of what was learnt: 0.7 is 70 % you, 0 the base; {STRONGEST:g} at most.  "
    "[default: the setting `strength`, 1]",
)
@seed_option
@click.option(
    "--greedy",
    is_flag=True,
    help="Always take the likeliest token: no chance in it, and no choice.",
)
@click.option("--copy", is_flag=True, help="Put what was written on the clipboard too.")
def generate(
    state: State,
    topics_given: tuple[str, ...],
    n: int,
    pool: int | None,
    file: str | None,
    mode: str,
    strength: float | None,
    seed: int | None,
    greedy: bool,
    copy: bool,
) -> None:
    """Write a prompt for each TOPIC, in the style of the liked prompts.

    Each TOPIC is one topic; `-` reads one a line from standard input and answers each as it
    comes. Blank lines are skipped. Several candidates are written and the best given, best
    first; on a small base with sentences of others where these make more sense (the setting
    `borrow`), and stderr says which. The text goes to stdout; the ids (for `like` and `dislike`)
    go to stderr.
    """
    if greedy and max(n, pool or 0) > 1:
        output.note("--greedy writes the same text every time: one candidate is enough")
    if pool and pool < n and not greedy:
        raise UsageError(
            f"a pool of {pool} is too small for {n} candidates",
            "--pool counts all that are written, of which the best -n are given",
        )
    wanted = topics.collect(topics_given, file)
    settings: dict[str, Any] = {
        "n": n,
        "pool": pool,
        "mode": mode,
        "strength": strength,
        "seed": seed,
        "greedy": greedy,
    }
    texts: list[str] = []
    failed = asked = 0
    try:
        for written in _answers(state, wanted, settings):
            asked += 1
            if written is None:
                failed += 1
                continue
            texts.extend(c.text for c in written.candidates)
            if state.json:
                output.row(written.document())
    except KeyboardInterrupt:
        # Before or after the model wrote.
        raise Cancelled(hint="what was written is kept; run it again for the rest") from None
    if not asked:
        raise PromptstyleError(
            "there was no topic to read", "put one topic on each line", code="no_topic"
        )
    if copy and texts:
        _copy("\n\n".join(texts), state.home.cache / clipboard.FILE_NAME)
    if failed:
        raise PromptstyleError(
            f"{failed} of {count(asked, 'topic')} could not be answered",
            "mend the lines named above; the others were answered",
        )


def _answers(
    state: State, wanted: Iterator[topics.Topic], settings: dict[str, Any]
) -> Iterator[Written | None]:
    """The answer to each topic; None where a line is no topic (stderr says why)."""
    from promptstyle.core.writing import Writer
    from promptstyle.core.written import Interrupted

    shown = False
    with state.own_library() as library:
        log = state.home.logs / "engine.log"
        with Writer(state.home, library, state.profile, log=log) as writer:
            for topic in wanted:
                try:
                    text = topics.check(topic.text, topic.where)
                except UsageError as error:
                    output.note(f"{error.message}; {error.hint}")
                    yield None
                    continue
                if shown and not state.json:
                    output.text()
                shown = True
                try:
                    if state.json:
                        yield writer.write(text, **settings)
                    else:
                        yield _show(writer, text, settings)
                except Interrupted as interrupted:
                    if interrupted.written.candidates:
                        yield interrupted.written
                    raise


def _show(writer: Writer, topic: str, settings: dict[str, Any]) -> Written:
    """Write for `topic` and show it: as it comes on a terminal, whole elsewhere.

    Raises Interrupted after it has shown what there was.
    """
    from promptstyle.core.written import Interrupted

    streams = output.is_terminal(sys.stdout) and settings["n"] == 1
    live = Live()
    with Status() as status:
        status.update("writing…")

        def on_token(token: Any) -> None:
            if streams:
                status.clear()
                live.feed(token.text)
            else:
                status.update(f"writing {count(settings['n'], 'candidate')}…")

        def on_pool(written: int, pool: int) -> None:
            line = f"choosing the best of {pool}: {written} written"
            if streams and live.shown:
                live.remark(line)
            else:
                status.update(line)

        try:
            written = writer.write(topic, on_token=on_token, on_pool=on_pool, **settings)
        except Interrupted as interrupted:
            _print(interrupted.written, live if streams else None)
            raise
    _print(written, live if streams else None)
    return written


def _print(written: Written, live: Live | None) -> None:
    """The texts to stdout, in place of what `live` has drawn; whose they are to stderr."""
    for place, candidate in enumerate(written.candidates):
        if place:
            output.text(f"\n{RULE}\n")
        if live is not None:
            live.finish(candidate.text)
        else:
            output.text(candidate.text)
    if not written.candidates:
        return
    source = written.run or written.base
    ids = ", ".join(c.id for c in written.candidates)
    cut = any(c.finish == "length" for c in written.candidates)
    output.note(
        f"{ids}: {source}"
        + (f" at {written.strength:.0%}" if written.strength != 1.0 else "")
        + f", mode {written.mode}, {duration(written.seconds)}"
        + (f", the best of {written.pool}" if written.pool > len(written.candidates) else "")
        + (", cut at the length limit" if cut else "")
    )
    for candidate in written.candidates:
        like = written.copied.get(candidate.id)
        if like is not None:
            said = f"{origin(candidate)}: {one_line(like.input)} ({like.id})"
            output.note(f"{candidate.id}: {said}")
        if borrowed := written.borrowed.get(candidate.id):
            said = " / ".join(map(one_line, borrowed))
            output.note(f"{candidate.id}: as others put it: {said}")
    if written.trouble:
        output.note(f"as the model wrote it, without sentences of others: {written.trouble}")
    for line in written.notes:
        output.note(f"notes on the topic: {line}")


def _copy(text: str, file: Path) -> None:
    write = _to_terminal if output.is_terminal(sys.stderr) else None
    output.note(clipboard.copy(text, file=file, write=write).detail)


def _to_terminal(sequence: str) -> None:
    sys.stderr.write(sequence)
    sys.stderr.flush()


COMMANDS = {"generate": generate}
