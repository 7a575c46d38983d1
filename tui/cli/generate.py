"""`generate`: prompts for topics, written by the model that runs here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from promptstyle.core.errors import Cancelled, PromptstyleError, UsageError
from promptstyle.core.generation.sampling import SEEDS
from promptstyle.core.modes import AUTO, MODES
from promptstyle.tui.cli import clipboard, output, topics
from promptstyle.tui.cli.command import Whole, command
from promptstyle.tui.cli.live import Live
from promptstyle.tui.cli.output import Status
from promptstyle.tui.cli.state import State
from promptstyle.tui.cli.text import count, duration

if TYPE_CHECKING:
    from promptstyle.core.writing import Writer, Written

MAX_CANDIDATES = 16
RULE = "---"


@command(
    "generate",
    short_help="Write prompts for topics.",
    example="""
    promptstyle generate "Make a prompt that summarizes a podcast episode."
    promptstyle generate "Make a prompt for naming a cat." -n 3 --seed 7
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
@click.option("--from", "file", metavar="FILE", help="Read one topic a line; `-` is stdin.")
@click.option(
    "--mode",
    type=click.Choice((AUTO, *MODES)),
    default=AUTO,
    show_default=True,
    metavar="MODE",
    help="What shapes the prompt: base (nothing), context (likes shown to the base), lora (the "
    "tuned model), both, or auto.",
)
@click.option(
    "--seed",
    type=Whole(0, SEEDS - 1),
    metavar="S",
    help="The same seed gives the same text.",
)
@click.option("--greedy", is_flag=True, help="Always take the likeliest token; no chance in it.")
@click.option("--copy", is_flag=True, help="Put what was written on the clipboard too.")
def generate(
    state: State,
    topics_given: tuple[str, ...],
    n: int,
    file: str | None,
    mode: str,
    seed: int | None,
    greedy: bool,
    copy: bool,
) -> None:
    """Write a prompt for each TOPIC, in the style of the liked prompts.

    Each TOPIC is one topic; `-` reads one a line from standard input and answers each as it
    comes. Blank lines are skipped. The text goes to stdout; the ids (for `like` and
    `dislike`) go to stderr.
    """
    if greedy and n > 1:
        output.note("--greedy writes the same text every time: one candidate is enough")
    wanted = topics.collect(topics_given, file)
    settings: dict[str, Any] = {"n": n, "mode": mode, "seed": seed, "greedy": greedy}
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
        raise Cancelled(hint="what was written is kept; run it again for the rest") from None
    if not asked:
        raise PromptstyleError(
            "there was no topic to read", "put one topic on each line", code="no_topic"
        )
    if copy and texts:
        _copy("\n\n".join(texts))
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

    with state.own_library() as library:
        log = state.home.logs / "engine.log"
        with Writer(state.home, library, state.profile, log=log) as writer:
            for place, topic in enumerate(wanted):
                try:
                    text = topics.check(topic.text, topic.where)
                except UsageError as error:
                    output.note(f"{error.message}; {error.hint}")
                    yield None
                    continue
                if state.json:
                    yield writer.write(text, **settings)
                else:
                    if place:
                        output.text()
                    yield _show(writer, text, settings)


def _show(writer: Writer, topic: str, settings: dict[str, Any]) -> Written:
    """Write for `topic` and show it: as it comes on a terminal, whole elsewhere."""
    streams = output.is_terminal(sys.stdout) and settings["n"] == 1
    live = Live()
    with Status() as status:
        status.update("writing…")

        def on_token(token: Any) -> None:
            if streams:
                status.clear()
                live.feed(token.text)
            else:
                status.update(f"writing candidate {token.candidate + 1} of {settings['n']}…")

        written = writer.write(topic, on_token=on_token, **settings)
    for place, candidate in enumerate(written.candidates):
        if place:
            output.text(f"\n{RULE}\n")
        if streams:
            live.finish(candidate.text)
        else:
            output.text(candidate.text)
    source = written.run or written.base
    ids = ", ".join(c.id for c in written.candidates)
    cut = any(c.finish == "length" for c in written.candidates)
    output.note(
        f"{ids}: {source}, mode {written.mode}, {duration(written.seconds)}"
        + (", cut at the length limit" if cut else "")
    )
    return written


def _copy(text: str) -> None:
    how = clipboard.copy(text)
    if how is None:
        output.note("not copied: no clipboard tool (wl-copy, xclip, xsel, pbcopy) and no terminal")
    else:
        output.note(f"copied ({how})")


COMMANDS = {"generate": generate}
