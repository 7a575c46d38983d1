"""`models`, `pull`, `add-model`, `use`, `verify`: the base models that styles are learnt on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from promptstyle.core.errors import PromptstyleError
from promptstyle.tui.cli import output
from promptstyle.tui.cli.command import command
from promptstyle.tui.cli.completing import base_names, names
from promptstyle.tui.cli.follow import follow
from promptstyle.tui.cli.output import Status
from promptstyle.tui.cli.progress import Progress
from promptstyle.tui.cli.state import State
from promptstyle.tui.cli.text import one_line, short

if TYPE_CHECKING:
    from promptstyle.core.bases.registry import Base


@command("models", short_help="List base models.", example="promptstyle models --json")
def models(state: State) -> None:
    """List the base models, and which one this profile uses.

    One that is missing has no files on this machine yet.
    """
    from promptstyle.core.bases import registry

    with state.own_library() as library:
        used = library.profile(state.profile).base
    for base in registry.bases(state.home):
        if state.json:
            output.row({**base.document(), "used": base.name == used})
        else:
            mark = "*" if base.name == used else " "
            output.text(f"{mark} {_line(base)}")


@command(
    "pull",
    short_help="Fetch a base model from the Hugging Face hub.",
    example="""
    promptstyle pull smollm2
    promptstyle pull tinyllama
    HF_ENDPOINT=https://mirror.example promptstyle pull tinyllama
    """,
)
@click.argument("name", metavar="NAME", shell_complete=names(base_names))
def pull(state: State, name: str) -> None:
    """Fetch the base model NAME from the Hugging Face hub into the hub's own cache.

    Only the files that are needed (no pickles, no code), at a fixed commit; each is compared with
    its known size and SHA-256 before it counts. A download that breaks goes on where it stopped
    when you run this again. smollm2 is then taught what this program is for, by an adapter that
    ships with it, which makes a second copy. The hub's environment variables (HF_HOME, HF_ENDPOINT,
    HF_TOKEN, HF_HUB_OFFLINE) hold.
    """
    from promptstyle.core import pipeline_client
    from promptstyle.core.bases import registry

    base = registry.to_pull(state.home, name)
    if base.source == "hub":
        with Status() as status:
            job = pipeline_client.start_pull(state.home, name)
            follow(
                job,
                Progress(status).show,
                interrupted=f"what was fetched is kept: promptstyle pull {name} goes on",
            )
        base = registry.get(state.home, name)
    _ = base.folder  # raises if what was fetched is no base after all
    if state.json:
        output.row(base.document())
    else:
        output.text(_line(base))
        output.note(f"to use it: promptstyle use {base.name}")


@command(
    "add-model",
    short_help="Add a base model from a folder.",
    example="""
    promptstyle add-model ~/models/TinyLlama-1.1B-Chat-v1.0 --name tinyllama
    """,
)
@click.argument("path", metavar="PATH")
@click.option("--name", metavar="NAME", help="What to call it.  [default: the folder's name]")
def add_model(state: State, path: str, name: str | None) -> None:
    """Add the base model in the folder PATH (config.json, tokenizer, safetensors).

    The files stay where they are and are never written to (under the name smollm2 they are read,
    and that base is made of them). The model must be of the Llama family.
    """
    from pathlib import Path

    from promptstyle.core.bases import registry

    with Status() as status:
        status.update("looking at the model…")
        base = registry.add(state.home, Path(path).expanduser().absolute(), name)
    if state.json:
        output.row(base.document())
    else:
        output.text(_line(base))
        output.note(f"to use it: promptstyle use {base.name}")


@command("use", short_help="Choose this profile's base model.", example="promptstyle use tinyllama")
@click.argument("name", metavar="NAME", shell_complete=names(base_names))
def use(state: State, name: str) -> None:
    """Choose the base model NAME for this profile.

    What was learnt on another base stays with it: `use` it again and its model is back.
    """
    from promptstyle.core.bases import registry

    base = registry.get(state.home, name)
    _ = base.folder  # raises, with the way out, if it is missing or damaged
    with state.own_library() as library:
        library.set_base(state.profile, base.name)
        run = library.active_run(state.profile, base.name)
    if state.json:
        output.row({**base.document(), "run": run.id if run else None})
    else:
        output.text(f"{state.profile} now uses {_line(base)}")
        if run is None:
            output.note("nothing is learnt on it yet: promptstyle retrain")


@command(
    "verify",
    short_help="Check the files of a base model.",
    example="promptstyle verify embedded",
)
@click.argument("name", metavar="NAME", shell_complete=names(base_names))
def verify(state: State, name: str) -> None:
    """Read every file of the base model NAME and compare it with its recorded hash."""
    from promptstyle.core.bases import registry

    with Status() as status:
        status.update("reading the model…")
        found = registry.verify(state.home, name)
    if state.json:
        output.row(found)
    else:
        for file in found["files"]:
            mark = "ok " if file["ok"] else "BAD"
            output.text(f"{mark}  {one_line(file['file'])}: {file['detail']}")
    if not found["ok"]:
        bad = [file["file"] for file in found["files"] if not file["ok"]]
        what = found["problem"] or f"{', '.join(bad)} differ from what was recorded"
        raise PromptstyleError(
            f"the base model {name} is damaged: {what}",
            "put its files back from where they came, then verify it again",
            code="base_damaged",
        )


def _line(base: Base) -> str:
    parameters = f"{short(base.parameters)} parameters" if base.parameters else ""
    context = f"context {base.context:,}" if base.context else ""
    facts = [base.state, parameters, context, base.source]
    return f"{base.name}: " + ", ".join(fact for fact in facts if fact)


COMMANDS = {
    "models": models,
    "pull": pull,
    "add-model": add_model,
    "use": use,
    "verify": verify,
}
