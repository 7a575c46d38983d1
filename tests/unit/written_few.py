"""Some of the hand-written authors: to lay all 7,630 of them out takes longer than the tests."""

from __future__ import annotations

import json
import lzma
from itertools import islice
from pathlib import Path

import pytest

from promptstyle.core.pretraining import handwritten
from promptstyle.core.pretraining.handwritten import Written


def few_are_written(patch: pytest.MonkeyPatch, known: int = 120, held: int = 8) -> None:
    """Let `sources.load` find the first authors only."""
    every = handwritten.load()
    authors = dict(islice(every.authors.items(), known))
    found = Written(
        authors,
        {name: every.weights[name] for name in authors},
        dict(islice(every.held.items(), held)),
    )
    patch.setattr(handwritten, "load", lambda: found)


def few_data(folder: Path) -> Path:
    """A data folder to pretrain on, of a few made-up pairs and a stretch of text; `folder`."""
    prompts = folder / "prompts"
    prompts.mkdir(parents=True)
    rows = [
        {"source": "s", "style_group": f"g{at % 8}", "request": f"a prompt about river {at}",
         "prompt": f"Describe river {at} in plain words."}
        for at in range(48)
    ]  # fmt: skip
    text = {
        "source": "s",
        "text": "A river flows to the sea. Towns grow where it can be crossed. " * 9,
    }
    for name, lines in (("pairs_editor", rows), ("text_tldr", [text])):
        with lzma.open(prompts / f"{name}.jsonl.xz", "wt") as out:
            out.writelines(json.dumps(line) + "\n" for line in lines)
    return folder
