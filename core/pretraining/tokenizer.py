"""The base's tokenizer: sentencepiece BPE with byte fallback, set up as Llama's is."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from promptstyle.core.atomic import replacing
from promptstyle.core.pretraining.authors import Author, draw_habits
from promptstyle.core.pretraining.sources import Sources
from promptstyle.core.pretraining.tasks import TaskMaker

if TYPE_CHECKING:
    from sentencepiece import SentencePieceProcessor

UNKNOWN, BEGIN, END = 0, 1, 2
# The first piece after <unk>, <s>, </s> and the 256 bytes.
FIRST_PIECE = 259


def sample(sources: Sources, *, characters: int, seed: int) -> Iterator[str]:
    """Lines to train on: half prose, a fifth real pairs, the rest synthetic."""
    rng = Random(f"tokenizer:{seed}")
    names = list(sources.prose_weights)
    weights = [sources.prose_weights[name] for name in names]
    left = characters * 0.5
    while left > 0:
        text = rng.choice(sources.prose[rng.choices(names, weights)[0]])
        at = rng.randrange(max(1, len(text) - 1500))
        piece = text[at : at + 1500]
        left -= len(piece)
        yield from piece.split("\n")
    pairs = [
        pair for group in (*sources.groups.values(), *sources.loose.values()) for pair in group
    ]
    rng.shuffle(pairs)
    left = characters * 0.2
    for pair in pairs:
        left -= len(pair.prompt) + len(pair.request)
        if left < 0:
            break
        yield from (pair.request, *pair.prompt.split("\n"))
    maker = TaskMaker(sources.subjects, sources.imperatives)
    left = characters * 0.3
    while left > 0:
        author = Author(draw_habits(rng))
        for _ in range(3):
            request, prompt = author.pair(maker, rng)
            left -= len(request) + len(prompt)
            yield from (request, *prompt.split("\n"))


def train(
    sources: Sources, out: Path, *, vocabulary: int = 8192, characters: int = 16_000_000, seed: int
) -> None:
    """Train on a sample of the mix and write the model file, all or nothing."""
    import sentencepiece

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(line for line in sample(sources, characters=characters, seed=seed)
                               if line),
        model_writer=model,
        model_type="bpe",
        vocab_size=vocabulary,
        byte_fallback=True,
        split_digits=True,
        add_dummy_prefix=True,
        remove_extra_whitespaces=False,
        allow_whitespace_only_pieces=True,
        normalization_rule_name="identity",
        character_coverage=0.99995,
        unk_id=UNKNOWN,
        bos_id=BEGIN,
        eos_id=END,
        pad_id=-1,
        num_threads=1,
        max_sentence_length=8192,
        minloglevel=1,
    )  # fmt: skip
    with replacing(out) as temporary:
        temporary.write_bytes(model.getvalue())


def load(path: Path) -> SentencePieceProcessor:
    """The trained model."""
    import sentencepiece

    return sentencepiece.SentencePieceProcessor(model_file=str(path))
