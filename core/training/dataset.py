"""From liked pairs to token sequences and padded batches."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from promptstyle.core.training.template import IGNORED, Encoded, Pair, Style, encode, layout

if TYPE_CHECKING:
    import torch

    from promptstyle.core.training.tokenizer import Tokenizer


def shuffled(count: int, *key: object) -> list[int]:
    """A permutation of range(count) that depends on `key` alone, on every machine."""
    order = list(range(count))
    # A string seed is hashed with SHA-512, unlike a tuple's hash it never varies by process.
    random.Random(":".join(map(str, key))).shuffle(order)
    return order


def example(
    pair: Pair, style: Style, tokenizer: Tokenizer, max_tokens: int, *, learn_shown: bool = False
) -> Encoded:
    """One training sequence; shown likes are dropped, the first ones first, until it fits.

    The query itself is truncated at `max_tokens` like the reference project does.
    """
    while True:
        sequence = encode(
            layout(pair[0], pair[1], style=style, learn_shown=learn_shown),
            tokenizer.encode,
            bos=tokenizer.bos,
            eos=tokenizer.eos,
        )
        if len(sequence.ids) <= max_tokens or not style.shown:
            return Encoded(sequence.ids[:max_tokens], sequence.labels[:max_tokens])
        style = replace(style, shown=style.shown[1:])


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
