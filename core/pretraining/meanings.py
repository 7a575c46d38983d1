"""Vectors of terms, by latent semantic analysis of the prompts and their topics.

`python -m promptstyle.core.pretraining.meanings` writes `written/meanings.npz`, which ships with
the program and is read by `style/meanings.py`.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from promptstyle.core.atomic import replacing
from promptstyle.core.pretraining.handwritten import FOLDER
from promptstyle.core.style.collection import read
from promptstyle.core.style.meanings import Meanings, to_bytes
from promptstyle.core.style.topic_search import spelt
from promptstyle.core.style.words import terms, topic_terms
from promptstyle.core.training.template import Pair

# Of a term in fewer prompts too little is known.
PROMPTS = 4
# A word of the topic counts as one that stands in the prompt so often more.
TOPIC = 2
SIZE, MORE, ROUNDS = 96, 32, 4


def main(argv: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=Path, default=FOLDER / "plain.jsonl")
    parser.add_argument("--out", type=Path, default=FOLDER / "meanings.npz")
    given = parser.parse_args(argv)
    found = analysed(read(given.prompts))
    with replacing(given.out) as file:
        file.write_bytes(to_bytes(found))
    print(f"{len(found.places)} terms in {given.out}")


def analysed(pairs: Iterable[Pair], size: int = SIZE) -> Meanings:
    """Vectors of `size` components of the terms in PROMPTS prompts or more.

    The singular vectors of the matrix of terms and prompts, without the first, which all have in
    common, each times the root of its singular value; an entry is 1 + ln(count) times the term's
    idf, a prompt's of length one. A randomised decomposition (Halko et al. 2011, arXiv:0909.4061).
    """
    import torch

    bags = []
    for topic, prompt in pairs:
        bag = Counter(spelt(terms(prompt)))
        for term in set(spelt(topic_terms(topic))):
            bag[term] += TOPIC
        bags.append(bag)
    common = Counter(term for bag in bags for term in bag)
    known = [each for each, count in common.most_common() if count >= PROMPTS and each.isalpha()]
    places = {term: at for at, term in enumerate(known)}
    weights = [math.log(len(bags) / common[term]) for term in known]
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for column, bag in enumerate(bags):
        entries = [
            (places[term], (1 + math.log(count)) * weights[places[term]])
            for term, count in bag.items()
            if term in places
        ]
        length = math.sqrt(sum(value * value for _, value in entries)) or 1.0
        rows += [at for at, _ in entries]
        columns += [column] * len(entries)
        values += [value / length for _, value in entries]
    matrix = torch.sparse_coo_tensor(
        torch.tensor([rows, columns]),
        torch.tensor(values),
        (len(known), len(bags)),
        check_invariants=True,
    ).coalesce()
    torch.manual_seed(0)
    most = min(size + 1 + MORE, len(known), len(bags))
    left, singular, _ = torch.svd_lowrank(matrix, q=most, niter=ROUNDS)
    vectors = (left * singular.sqrt())[:, 1 : size + 1].numpy()
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return Meanings(places, vectors.astype(np.float32), np.array(weights, np.float32))


if __name__ == "__main__":
    main()
