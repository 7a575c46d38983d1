"""`edit`: changing a liked prompt, in the editor or by options."""

from __future__ import annotations

import sys

import click

from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.core.library import Like
from promptstyle.tui.cli import output
from promptstyle.tui.cli.command import command
from promptstyle.tui.cli.documents import like_document
from promptstyle.tui.cli.output import is_terminal
from promptstyle.tui.cli.state import State
from promptstyle.tui.cli.stdin import STDIN, read_stdin

TOPIC_MARK = "--- topic ---"
PROMPT_MARK = "--- prompt ---"
TAGS_MARK = "--- tags, one a line ---"


@command(
    "edit",
    short_help="Change a liked prompt.",
    example="""
    promptstyle edit 3fa9c1d2
    promptstyle edit 3fa9c1d2 --output "Make a prompt that names a cat. Show only the name."
    """,
)
@click.argument("like_id", metavar="ID")
@click.option("--input", "topic", metavar="TOPIC", help="The new topic.")
@click.option(
    "--output", "prompt", metavar="PROMPT", help="The new prompt; `-` reads it from standard input."
)
@click.option(
    "--tag",
    "tags",
    multiple=True,
    metavar="TAG",
    help='A tag, in place of all there were; may be given again. --tag "" leaves none.',
)
def edit(
    state: State, like_id: str, topic: str | None, prompt: str | None, tags: tuple[str, ...]
) -> None:
    """Change the liked prompt ID. Without options it opens in $EDITOR."""
    if prompt == STDIN:
        prompt = read_stdin()
    new_tags = tuple(tag for tag in tags if tag.strip()) if tags else None
    by_hand = topic is None and prompt is None and new_tags is None
    if by_hand and not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        raise UsageError(
            "nothing to change was given", "use --input, --output or --tag; or a terminal"
        )
    with state.own_library() as library:
        before = library.like(state.profile, like_id)
        if by_hand:
            topic, prompt, new_tags = _in_editor(before)
        edited = library.edit_like(
            state.profile, before.id, input=topic, output=prompt, tags=new_tags
        )
    if state.json:
        output.row(like_document(edited))
    elif edited == before:
        output.text(f"nothing was changed in {edited.id}")
    else:
        output.text(f"edited {edited.id}")
    if edited.removed is not None:
        output.note(f"it is removed; to have it back: promptstyle restore {edited.id}")


def _in_editor(like: Like) -> tuple[str, str, tuple[str, ...]]:
    tags = "\n".join(like.tags)
    before = f"{TOPIC_MARK}\n{like.input}\n{PROMPT_MARK}\n{like.output}\n{TAGS_MARK}\n{tags}\n"
    try:
        after = click.edit(before, extension=".txt", require_save=False)
    except click.ClickException as error:
        raise PromptstyleError(
            f"the editor failed: {error.format_message()}", "set EDITOR to one that works here"
        ) from error
    return parse(before if after is None else after)


def parse(text: str) -> tuple[str, str, tuple[str, ...]]:
    """Topic, prompt and tags of an edited file. Raises PromptstyleError if a mark is missing."""
    lines = [line.rstrip() for line in text.splitlines()]
    try:
        first, second, third = (lines.index(m) for m in (TOPIC_MARK, PROMPT_MARK, TAGS_MARK))
    except ValueError:
        first = second = third = -1
    if not -1 < first < second < third:
        raise PromptstyleError(
            "the lines that mark topic, prompt and tags are not as they were",
            "edit again and leave those three lines alone; nothing was changed",
        )
    tags = tuple(line.strip() for line in lines[third + 1 :] if line.strip())
    return "\n".join(lines[first + 1 : second]), "\n".join(lines[second + 1 : third]), tags


COMMANDS = {"edit": edit}
