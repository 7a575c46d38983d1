"""From liked pairs to token sequences and padded batches."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

from promptstyle.core.training.template import IGNORED, Encoded, Pair, encode, layout

if TYPE_CHECKING:
    import torch

    from promptstyle.core.training.tokenizer import Tokenizer


def shuffled(count: int, *key: object) -> list[int]:
    """A permutation of range(count) that depends on `key` alone, on every machine."""
    order = list(range(count))
    # A string seed is hashed with SHA-512, unlike a tuple's hash it never varies by process.
    random.Random(":".join(map(str, key))).shuffle(order)
    return order


def leave_one_out(
    index: int, pool: Sequence[int], pairs: Sequence[Pair], count: int, key: str
) -> list[Pair]:
    """`count` of the likes in `pool` to show beside like `index`, drawn by `key`.

    Never the like itself, nor one with the same topic or the same prompt: a model that sees
    its answer learns to copy.
    """
    topic, prompt = pairs[index]
    others = [
        other
        for other in pool
        if other != index and pairs[other][0] != topic and pairs[other][1] != prompt
    ]
    drawn = random.Random(key).sample(others, min(count, len(others)))
    return [pairs[other] for other in drawn]


def example(pair: Pair, shown: Sequence[Pair], tokenizer: Tokenizer, max_tokens: int) -> Encoded:
    """One training sequence; shown likes are dropped, the first ones first, until it fits.

    The query itself is truncated at `max_tokens` like the reference project does.
    """
    shown = list(shown)
    while True:
        sequence = encode(
            layout(pair[0], pair[1], shown),
            tokenizer.encode,
            bos=tokenizer.bos,
            eos=tokenizer.eos,
        )
        if len(sequence.ids) <= max_tokens or not shown:
            return Encoded(sequence.ids[:max_tokens], sequence.labels[:max_tokens])
        shown = shown[1:]


def collate(batch: Sequence[Encoded], pad: int) -> dict[str, torch.Tensor]:
    """`input_ids`, `attention_mask`, `labels`, each (len(batch), longest), padded at the end."""
    import torch

    longest = max(len(item.ids) for item in batch)
    ids = [item.ids + [pad] * (longest - len(item.ids)) for item in batch]
    labels = [item.labels + [IGNORED] * (longest - len(item.labels)) for item in batch]
    mask = [[1] * len(item.ids) + [0] * (longest - len(item.ids)) for item in batch]
    return {
        "input_ids": torch.tensor(ids),
        "attention_mask": torch.tensor(mask),
        "labels": torch.tensor(labels),
    }
