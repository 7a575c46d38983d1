"""`add`, `likes`, `remove`, `restore`: the library of liked prompts."""

from __future__ import annotations

import click

from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.core.library import Library, Like, NewLike
from promptstyle.tui.cli import output
from promptstyle.tui.cli.command import command
from promptstyle.tui.cli.documents import like_document, removed_document
from promptstyle.tui.cli.state import State
from promptstyle.tui.cli.stdin import STDIN, read_stdin
from promptstyle.tui.cli.text import count, indented, one_line

SOURCE = "add"


@command(
    "add",
    short_help="Add one liked prompt.",
    example="""
    promptstyle add "naming a cat" "Make a prompt that names a cat. Show only 5 names."
    promptstyle add "naming a cat" - --tag pets < prompt.txt
    """,
)
@click.argument("topic", metavar="TOPIC")
@click.argument("prompt", metavar="PROMPT")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="A tag; may be given again.")
def add(state: State, topic: str, prompt: str, tags: tuple[str, ...]) -> None:
    """Add the liked prompt PROMPT about TOPIC; `-` reads PROMPT from standard input."""
    if prompt == STDIN:
        prompt = read_stdin()
    with state.own_library(create=True) as library:
        new = NewLike(topic, prompt, tags=tags, source=SOURCE)
        result = library.add_likes(state.profile, [new])
        added = result.added[0] if result.added else None
        kept = added or library.find_like(state.profile, topic, prompt)
    assert kept is not None  # it is new, or it is a duplicate of one that is there
    if state.json:
        output.row(like_document(kept))
    elif added:
        output.text(f"added {kept.id}")
    if added is None:
        output.note(f"it is there already: {kept.id}")


@command(
    "likes",
    short_help="List or search the liked prompts.",
    example="""
    promptstyle likes
    promptstyle likes "data table" --json
    promptstyle likes --removed
    """,
)
@click.argument("query", metavar="[QUERY]", required=False)
@click.option("--removed", is_flag=True, help="Those that were removed, for `restore`.")
def likes(state: State, query: str | None, removed: bool) -> None:
    """List the liked prompts, or those that have every word of QUERY."""
    with state.own_library() as library:
        found = library.likes(state.profile, query, removed=removed)
    for like in found:
        if state.json:
            output.row(removed_document(like) if removed else like_document(like))
        else:
            tags = f"  [{', '.join(like.tags)}]" if like.tags else ""
            output.text(f"{like.id}  {one_line(like.input)}{tags}\n{indented(like.output)}")
    if not state.json:
        kind = "removed prompt" if removed else "liked prompt"
        if found:
            output.note(count(len(found), kind))
        elif query:
            output.note(f"no {kind} has these words")
        elif removed:
            output.note("no prompt was removed")
        else:
            output.note("no liked prompts yet: promptstyle import FILE")


@command(
    "remove",
    short_help="Remove liked prompts; can be undone.",
    example="promptstyle remove 3fa9c1d2",
)
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
def remove(state: State, ids: tuple[str, ...]) -> None:
    """Remove the liked prompts ID. Nothing is deleted: `restore` brings them back."""
    with state.own_library() as library:
        # All of them are looked up first: one wrong id, and nothing is removed.
        found = [library.like(state.profile, like_id) for like_id in _each_once(ids)]
        gone = [library.remove_like(state.profile, like.id) for like in found]
    for like in gone:
        if state.json:
            output.row(removed_document(like))
        else:
            output.text(f"removed {like.id}  {one_line(like.input)}")
    output.note(f"to undo: promptstyle restore {' '.join(like.id for like in gone)}")


@command(
    "restore",
    short_help="Bring removed prompts back.",
    example="promptstyle restore 3fa9c1d2",
)
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
def restore(state: State, ids: tuple[str, ...]) -> None:
    """Bring the removed liked prompts ID back."""
    with state.own_library() as library:
        found = [_removed(library, state.profile, like_id) for like_id in _each_once(ids)]
        back = [library.restore_like(state.profile, like.id) for like in found]
    for like in back:
        if state.json:
            output.row(removed_document(like))
        else:
            output.text(f"restored {like.id}  {one_line(like.input)}")


def _removed(library: Library, profile: str, like_id: str) -> Like:
    try:
        return library.like(profile, like_id)
    except PromptstyleError as error:
        if error.code == "no_like":
            error.hint = "`promptstyle likes --removed` lists the ids of those that were removed"
        raise


def _each_once(ids: tuple[str, ...]) -> list[str]:
    if any(not like_id.strip() for like_id in ids):
        raise UsageError("an ID is empty", "`promptstyle likes` shows the ids")
    return list(dict.fromkeys(ids))


COMMANDS = {"add": add, "likes": likes, "remove": remove, "restore": restore}
