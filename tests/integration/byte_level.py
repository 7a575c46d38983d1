"""Small byte-level BPE tokenizers, cut like those of GPT-2, SmolLM and Llama 3."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from tokenizers.processors import TemplateProcessing

from promptstyle.convert.byte_level import LLAMA_3

END, BEGIN = "<|endoftext|>", "<|begin|>"
KINDS = ("gpt-2", "smollm", "llama-bpe")


def train(kind: str, lines: Iterable[str], out: Path, size: int = 600) -> Tokenizer:
    """Train one and write it to `out`; the end token has the id 0, Llama 3's begins with 1."""
    plain = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=kind != "llama-bpe")
    cut = {
        "gpt-2": plain,
        "smollm": pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), plain]),
        "llama-bpe": pre_tokenizers.Sequence(
            [pre_tokenizers.Split(Regex(LLAMA_3), behavior="isolated"), plain]
        ),
    }[kind]
    tokenizer = Tokenizer(models.BPE(ignore_merges=kind == "llama-bpe"))
    tokenizer.pre_tokenizer = cut
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=[END, BEGIN],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(lines, trainer)
    tokenizer.add_tokens([AddedToken("<tool>", special=False, normalized=False)])
    if kind == "llama-bpe":
        tokenizer.post_processor = TemplateProcessing(
            single=f"{BEGIN} $A", special_tokens=[(BEGIN, 1)]
        )
    tokenizer.save(str(out))
    document = json.loads(out.read_text("utf-8"))
    assert document["model"]["type"] == "BPE"
    return tokenizer
