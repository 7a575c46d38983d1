"""What a tuned model can be made to say of the prompts that it learnt from."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.generation.client import Engine
from promptstyle.core.generation.copying import CopyIndex
from promptstyle.core.generation.sampling import Sampling
from promptstyle.core.model_files import ModelFiles
from promptstyle.core.training.template import Pair, layout

# The longest liked prompts have some 400 words.
MOST_TOKENS = 512


def learnt(likes: Path) -> list[Pair]:
    """The (topic, prompt) pairs that a run learnt from, as its folder keeps them."""
    try:
        rows = [json.loads(line) for line in likes.read_text("utf-8").splitlines()]
        return [(row["input"], row["output"]) for row in rows if row.get("side") != "held"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PromptstyleError(
            f"{likes} cannot be read: {error}",
            "export without the check of what is memorised: --no-check",
            code="run_damaged",
        ) from error


def memorised(
    files: ModelFiles,
    pairs: Sequence[Pair],
    log: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Pair]:
    """The pairs of whose prompts 12 words in a row come out when the model is asked for topics.

    The model writes greedily, alone, for every topic that it learnt from; each of its texts is
    compared with all the prompts (extraction with the training prefix as the prompt: Carlini et
    al. 2023, arXiv:2202.07646, with words in the place of tokens). What other topics or sampling
    would bring out is not known.
    """
    index = CopyIndex(enumerate(prompt for _, prompt in pairs))
    found: set[int] = set()
    with Engine.of(files, log=log) as engine:
        for place, (topic, _) in enumerate(pairs):
            progress(place, len(pairs))
            text = engine.write(
                layout(topic), Sampling(greedy=True, max_tokens=MOST_TOKENS), seed=0
            )[0].text
            # A text may be pieced together of several; one that is found need not be found again.
            while (copied := index.find(text)) is not None:
                found.add(copied)
                index.remove(copied)
    progress(len(pairs), len(pairs))
    return [pairs[place] for place in sorted(found)]
