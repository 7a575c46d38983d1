"""What tells that a sentence belongs in a prompt on a topic, learnt from prompts and from judges.

`python -m promptstyle.core.pretraining.relevance` writes `written/relevance.npz`, which ships with
the program and is read by `style/relevance.py`. The vectors are learnt from the prompts alone; a
sentence is told from those of other prompts by its topic. The few weights, and how much a
sentence's own words speak for it, are learnt from `written/judged.tsv`.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeVar

import numpy as np
import torch
from torch.nn import functional as F

from promptstyle.core.atomic import replacing
from promptstyle.core.pretraining.general import SHORTEST, sentences
from promptstyle.core.pretraining.handwritten import FOLDER
from promptstyle.core.pretraining.judged import Judged, read_judged
from promptstyle.core.pretraining.weighing import agreement, weighed
from promptstyle.core.style.collection import read
from promptstyle.core.style.general import RELEVANCE
from promptstyle.core.style.relevance import UNIT, Relevance, Table, Weights, grams, to_bytes
from promptstyle.core.style.words import bare_topic
from promptstyle.core.training.template import Pair

SIZE, BATCH, EPOCHS, RATE = 96, 1024, 3, 4e-3
# Of a word, or two neighbours, in fewer topics or sentences too little is known.
TOPICS, SENTENCES = 6, 20
Row = TypeVar("Row")
# How sharply sentences are told apart at first: the softmax is of the cosine times this.
SHARPNESS = 7.4
SPREAD = 0.1
# A component so many standard deviations from zero is the largest that is kept.
LARGEST = 5.0


def main(argv: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=Path, default=FOLDER / "plain.jsonl")
    parser.add_argument("--judged", type=Path, default=FOLDER / "judged.tsv")
    parser.add_argument("--out", type=Path, default=FOLDER / RELEVANCE)
    given = parser.parse_args(argv)
    judged = read_judged(given.judged)
    found = learnt(read(given.prompts), judged)
    with replacing(given.out) as file:
        file.write_bytes(to_bytes(found))
    given.out.chmod(0o644)
    sizes = f"{len(found.topics.places)} and {len(found.sentences.places)} words and pairs"
    print(f"{sizes} in {given.out}: {found.weights}")
    print(agreement(found, judged))


def learnt(pairs: Iterable[Pair], judged: Sequence[Judged], epochs: int = EPOCHS) -> Relevance:
    """Vectors from `pairs` of a topic and a prompt, weights from `judged` sentences.

    Topics of judged sentences are left out of the pairs, so that what the weights are learnt from
    is as strange to the vectors as topics are in use.
    """
    strange = {each.topic for each in judged}
    tables = vectors([pair for pair in pairs if pair[0] not in strange], epochs)
    blank = np.zeros(len(tables[1].places), np.float32)
    return weighed(Relevance(*tables, blank, Weights(0, 0, 0, 0, 0)), judged)


@dataclass(frozen=True)
class _Row:
    """A sentence, the topic of its prompt, and which prompt that is."""

    topic: list[int]
    sentence: list[int]
    prompt: int


def vectors(pairs: Sequence[Pair], epochs: int = EPOCHS) -> tuple[Table, Table]:
    """The tables of topics and of sentences: the topic of a prompt is nearer to its sentences than
    to those of the other prompts in the batch (cross entropy of a softmax)."""
    rows, topics, said = _rows(pairs)
    torch.manual_seed(0)
    chance = Random(0)
    tables = [torch.nn.Parameter(torch.randn(len(each), SIZE) * SPREAD) for each in (topics, said)]
    sharpness = torch.nn.Parameter(torch.tensor(SHARPNESS).log())
    optimizer = torch.optim.Adam([*tables, sharpness], lr=RATE)
    size = min(BATCH, len(rows))
    steps = epochs * (len(rows) // size)
    for step, batch in enumerate(batches(rows, size, epochs, chance)):
        wanted = _directions(tables[0], [each.topic for each in batch])
        found = _directions(tables[1], [each.sentence for each in batch])
        prompts = torch.tensor([each.prompt for each in batch])
        # Another sentence of the same prompt is no example of one that does not belong.
        same = (prompts[:, None] == prompts[None]) & ~torch.eye(size, dtype=torch.bool)
        alike = (wanted @ found.t() * sharpness.exp()).masked_fill(same, float("-inf"))
        loss = F.cross_entropy(alike, torch.arange(size))
        for group in optimizer.param_groups:
            group["lr"] = RATE * (1 - step / steps)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return Table(topics, whole(tables[0])[0]), Table(said, whole(tables[1])[0])


def _rows(pairs: Sequence[Pair]) -> tuple[list[_Row], dict[str, int], dict[str, int]]:
    """A row for each sentence but the first of a prompt, and where the known words stand."""
    asked = [grams(bare_topic(topic)) for topic, _ in pairs]
    made = [
        [grams(each.text) for each in sentences(prompt)[1:] if len(each.text.split()) >= SHORTEST]
        for _, prompt in pairs
    ]
    topics = known(asked, TOPICS)
    said = known((each for prompt in made for each in prompt), SENTENCES)
    rows = []
    for prompt, (topic, found) in enumerate(zip(asked, made, strict=True)):
        about = [topics[gram] for gram in topic if gram in topics]
        for each in found:
            words = [said[gram] for gram in each if gram in said]
            if about and words:
                rows.append(_Row(about, words, prompt))
    return rows, topics, said


def known(texts: Iterable[Sequence[str]], least: int) -> dict[str, int]:
    """What is in `least` of the `texts` or more, and a row for each."""
    counts = Counter(gram for text in texts for gram in set(text))
    return {gram: at for at, gram in enumerate(g for g, n in sorted(counts.items()) if n >= least)}


def batches(rows: list[Row], size: int, epochs: int, chance: Random) -> Iterator[list[Row]]:
    """All of `rows` (which are shuffled) but for a last part, `epochs` times."""
    for _ in range(epochs):
        chance.shuffle(rows)
        for start in range(0, len(rows) - size + 1, size):
            yield rows[start : start + size]


def _directions(table: torch.Tensor, rows: Sequence[Sequence[int]]) -> torch.Tensor:
    """The sums of the vectors in `rows`, of length one."""
    flat = torch.tensor([at for row in rows for at in row])
    starts = torch.tensor([0, *(len(row) for row in rows[:-1])]).cumsum(0)
    return F.normalize(F.embedding_bag(flat, table, starts, mode="sum"), dim=-1)


def whole(table: torch.Tensor) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.int8]], float]:
    """A table in whole numbers, and what one of them is worth."""
    scale = UNIT / (LARGEST * float(table.detach().std()))
    packed = (table.detach() * scale).round().clamp(-UNIT, UNIT).to(torch.int8).numpy()
    return packed, 1 / scale


if __name__ == "__main__":
    main()
