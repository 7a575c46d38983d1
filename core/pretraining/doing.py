"""What tells that a sentence goes with what is to be done, learnt from prompts.

`python -m promptstyle.core.pretraining.doing` writes `written/doing.npz`, which ships with the
program and is read by `style/doing.py`.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

import numpy as np
import torch
from torch.nn import functional as F

from promptstyle.core.atomic import replacing
from promptstyle.core.pretraining.general import SHORTEST, sentences
from promptstyle.core.pretraining.handwritten import FOLDER
from promptstyle.core.pretraining.judged import Judged, area, read_judged
from promptstyle.core.pretraining.relevance import batches, known, whole
from promptstyle.core.style.collection import read
from promptstyle.core.style.doing import Doing, to_bytes, verb_of
from promptstyle.core.style.general import DOING
from promptstyle.core.style.relevance import Table, grams
from promptstyle.core.training.template import Pair

SIZE, BATCH, EPOCHS, RATE, SPREAD = 16, 1024, 4, 4e-3, 0.1
# Of a word in fewer sentences, or a verb of fewer, too little is known.
SENTENCES, OF_VERB = 20, 150


def main(argv: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=Path, default=FOLDER / "plain.jsonl")
    parser.add_argument("--judged", type=Path, default=FOLDER / "judged.tsv")
    parser.add_argument("--out", type=Path, default=FOLDER / DOING)
    given = parser.parse_args(argv)
    judged = [each for each in read_judged(given.judged) if each.topic]
    strange = {each.topic for each in judged}
    found = learnt([pair for pair in read(given.prompts) if pair[0] not in strange])
    with replacing(given.out) as file:
        file.write_bytes(to_bytes(found))
    given.out.chmod(0o644)
    print(f"{len(found.verbs)} verbs, {len(found.sentences.places)} words and pairs in {given.out}")
    print(agreement(found, judged))


def learnt(pairs: Iterable[Pair], epochs: int = EPOCHS, least: int = OF_VERB) -> Doing:
    """From `pairs` of a topic and a prompt: which verb a topic has, by a sentence of its prompt.

    Of verbs that have the topics of `least` sentences or more. Raises ValueError where there is
    none.
    """
    found = [
        (verb, grams(each.text))
        for topic, prompt in pairs
        if (verb := verb_of(topic))
        for each in sentences(prompt)[1:]
        if len(each.text.split()) >= SHORTEST
    ]
    counts = Counter(verb for verb, _ in found)
    verbs = {verb: at for at, verb in enumerate(v for v, n in sorted(counts.items()) if n >= least)}
    said = known((told for _, told in found), SENTENCES)
    rows = [
        (verbs[verb], at)
        for verb, told in found
        if verb in verbs and (at := sorted({said[gram] for gram in told if gram in said}))
    ]
    if not rows:
        raise ValueError(f"no verb has {least} sentences or more")
    wanted = Counter(verb for verb, _ in rows)
    shares = torch.tensor([math.log(wanted[at] / len(rows)) for at in range(len(verbs))])
    table, vectors, constants = _fitted(rows, len(said), shares, epochs)
    packed, scale = whole(table)
    shares = torch.log_softmax(constants.detach(), 0)
    return Doing(Table(said, packed), scale, verbs, vectors.detach().numpy(), shares.numpy())


def _fitted(
    rows: list[tuple[int, list[int]]], words: int, shares: torch.Tensor, epochs: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The vectors of `words`, those of verbs, and the verbs' constants."""
    torch.manual_seed(0)
    chance = Random(0)
    table = torch.nn.Parameter(torch.randn(words, SIZE) * SPREAD)
    vectors = torch.nn.Parameter(torch.randn(len(shares), SIZE) * SPREAD)
    constants = torch.nn.Parameter(shares.clone())
    optimizer = torch.optim.Adam([table, vectors, constants], lr=RATE)
    size = min(BATCH, len(rows))
    steps = epochs * (len(rows) // size)
    for step, batch in enumerate(batches(rows, size, epochs, chance)):
        flat = torch.tensor([at for _, row in batch for at in row])
        starts = torch.tensor([0, *(len(row) for _, row in batch[:-1])]).cumsum(0)
        counts = torch.tensor([len(row) ** -0.5 for _, row in batch for _ in row])
        told = F.embedding_bag(flat, table, starts, mode="sum", per_sample_weights=counts)
        scores = told @ vectors.t() + constants
        loss = F.cross_entropy(scores, torch.tensor([verb for verb, _ in batch]))
        for group in optimizer.param_groups:
            group["lr"] = RATE * (1 - step / steps)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return table, vectors, constants


def agreement(doing: Doing, judged: Sequence[Judged]) -> str:
    """How well sentences are told apart by what is to be done alone, in words."""
    rows = [each for each in judged if verb_of(each.topic) in doing.verbs]
    found = np.array([doing.of(each.topic, [each.sentence])[0] for each in rows], np.float32)
    fits = np.array([each.verdict > 0 for each in rows])
    return f"told apart where the verb is known ({len(rows)} of them): {area(found, fits):.3f}"


if __name__ == "__main__":
    main()
