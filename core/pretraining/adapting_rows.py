"""What a pretrained base is taught on: an author's prompts, and requests for more of them.

The rows are those of the embedded base's corpus that show and ask (`imitating.py`), in the base's
own tokens. There is no prose, which the base can already write, and there are no rows to copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from promptstyle.core.pretraining import imitating
from promptstyle.core.pretraining.corpus import Corpus
from promptstyle.core.style.parts import Parts
from promptstyle.core.training.template import IGNORED, Encoded, Segment, encode
from promptstyle.core.training.tokenizer import Tokenizer

# So many documents are of real people, whose requests and prompts are of many kinds.
REAL = 0.12
MOST_REAL = 5
# How many prompts are shown before the queries, and how often. None is what a base has to go by
# whose person has not liked anything yet.
SHOWN = {0: 15, 1: 10, 2: 35, 3: 15, 4: 25}
# In the program the likes shown are the nearest ones.
NEAREST = 0.6
# Held out authors of whom the loss is measured, with so many prompts of theirs before the last.
MEASURED, BEFORE = 24, 3
LONGEST_MEASURED = 1024


class Rows:
    """Rows of one length, each a function of the seed, its number and the texts."""

    def __init__(self, corpus: Corpus, tokenizer: Tokenizer, seed: str) -> None:
        self.corpus, self.tokenizer, self.seed = corpus, tokenizer, seed

    def row(self, index: int, length: int) -> tuple[list[int], list[int]]:
        """Ids and labels of row number `index`, filled with documents."""
        rng = Random(f"{self.seed}:{index}")
        ids: list[int] = []
        labels: list[int] = []
        while len(ids) < length:
            found = self.encode(self.document(rng))
            ids += found.ids
            labels += found.labels
        return ids[:length], labels[:length]

    def document(self, rng: Random) -> list[Segment]:
        """Prompts of one author, some of them shown and some asked for."""
        if rng.random() < REAL:
            pairs = self.corpus.real(rng)[:MOST_REAL]
            shape = imitating.Shape(min(rng.choice((0, 1, 2, 3)), len(pairs) - 1))
            return imitating.sequence(pairs, shape)
        author, pairs = self.corpus.one_written(rng)
        count = rng.choices(list(SHOWN), list(SHOWN.values()))[0]
        shape = imitating.Shape(min(count, len(pairs) - 2), Parts(), rng.random() < NEAREST)
        return imitating.inspired(author, pairs, shape, self.corpus.memory, rng)

    def encode(self, segments: Sequence[Segment]) -> Encoded:
        """In the layout that every part of the program uses."""
        tokenizer = self.tokenizer
        return encode(segments, tokenizer.encode, bos=tokenizer.bos, eos=tokenizer.eos)

    def held(self) -> Iterator[Encoded]:
        """Prompts of authors who are held out, the last after others of theirs."""
        rng, held = Random("held"), self.corpus.sources.written.held
        for name in rng.sample(sorted(held), min(MEASURED, len(held))):
            pairs = list(held[name])
            rng.shuffle(pairs)
            yield self.encode(imitating.sequence(pairs[: BEFORE + 1], imitating.Shape(BEFORE)))


def learnt(labels: Sequence[int]) -> int:
    """How many tokens of a row are learnt; the first has nothing before it."""
    return sum(label != IGNORED for label in labels[1:])
