"""The card that goes with an exported model: what it is, in numbers, and what to beware of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promptstyle.core.bases.base import EMBEDDED, Base
from promptstyle.core.bases.pinned import PINNED
from promptstyle.core.generation.copying import RUN
from promptstyle.core.training.template import INSTRUCTION

# By the kind of export, in the order in which they are offered.
_USE = {
    "gguf": "Programs on llama.cpp read `{file}`; it has the layout below as its chat template.",
    "adapter": "Give it to llama.cpp beside the base's GGUF: `--lora {file}`.",
    "peft": "`PeftModel.from_pretrained(base, FOLDER)`, with the base named above.",
    "ollama": "`ollama create my-style -f Modelfile`, in this folder; then `ollama run my-style`.",
}

KINDS = tuple(_USE)
# What makes a folder; the others make a file. The names are all that such a folder ever holds.
FOLDERS = ("peft", "ollama")
CARD, MODELFILE, MODEL, ADAPTER = "README.md", "Modelfile", "model.gguf", "adapter.gguf"
PEFT = ("adapter_config.json", "adapter_model.safetensors")
NAMES = frozenset({CARD, MODELFILE, MODEL, ADAPTER, *PEFT})


def licence(base: Base) -> str:
    """Under which licence the base is, as far as the program knows."""
    if base.source == EMBEDDED:
        return "MIT; the attributions of its training text are in promptstyle's assets/base"
    if base.source == "hub":
        pinned = PINNED[base.name]
        ours = "; promptstyle's adapter: MIT, its attributions are in promptstyle's assets/base"
        return f"{pinned.licence} ({pinned.repo})" + (ours if pinned.adapter else "")
    return "that of the model it was added from"


def card(
    kind: str,
    file: str,
    base: Base,
    manifest: Mapping[str, Any],
    checked: int,
    memorised: int | None,
) -> str:
    """Markdown. It has numbers alone: no liked prompt, no topic, no path of this machine.

    `memorised` of `checked` liked prompts come out of the model; None if nobody looked.
    """
    scores = manifest.get("scores") or {}
    rows = [
        ("made by", "promptstyle, on the machine of its user"),
        ("learnt from", f"{manifest.get('train')} prompts that one person likes"),
        ("tested on", f"{manifest.get('held')} others"),
        ("base", _base(base)),
        ("licence of the base", licence(base)),
        ("recipe", f"{manifest.get('recipe')}: LoRA of rank {_rank(manifest)}"),
        ("run", f"{manifest.get('run')}, {manifest.get('created')}"),
        ("layout", f"{manifest.get('template')}, see below"),
    ]
    if scores.get("rouge1") is not None and scores.get("rougeL") is not None:
        rows.append(
            (
                "its own test",
                f"ROUGE-1 {scores['rouge1']:.3f}, ROUGE-L {scores['rougeL']:.3f} "
                f"in mode {scores.get('mode')} ({scores.get('method')})",
            )
        )
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    return _CARD.format(
        table=table,
        use=_USE[kind].format(file=file),
        layout=INSTRUCTION.replace("{input}", "the topic"),
        warning=_warning(checked, memorised),
    )


def _base(base: Base) -> str:
    if base.source == "hub":
        # Another program may have fetched another commit.
        commit = base.path.name if base.path else "unknown"
        if PINNED[base.name].adapter:
            repo, commit = PINNED[base.name].repo, PINNED[base.name].revision
            return (
                f"{repo}, commit {commit}, with promptstyle's adapter merged in "
                f"(`promptstyle pull {base.name}` makes it, in its models folder)"
            )
        return f"{PINNED[base.name].repo}, commit {commit}"
    return "the one that ships with promptstyle" if base.source == EMBEDDED else base.name


def _rank(manifest: Mapping[str, Any]) -> Any:
    settings = manifest.get("settings")
    return settings.get("rank") if isinstance(settings, Mapping) else "?"


def _warning(checked: int, memorised: int | None) -> str:
    if memorised is None:
        return "Whether parts of the liked prompts can be got out of this model was not looked at."
    return (
        f"Asked for the {checked} topics that it learnt from, writing greedily, it gave {RUN} "
        f"words in a row or more of **{memorised}** liked prompts. Other topics and sampling may "
        "bring out more."
    )


_CARD = """# A style of writing prompts

| | |
| --- | --- |
{table}

It writes a prompt for a topic, in the manner of the prompts that it learnt from. It knows no more
of the world than its base.

## How to use it

{use}

It was trained on this layout and on no other, with no system message:

```text
{layout}the prompt
```

In promptstyle itself likes are shown before the topic too, several candidates are weighed and
loops are cut off; a plain run of this model does none of that.

## What it may give away

{warning} Whoever has the model should be somebody who may read those prompts.
"""
