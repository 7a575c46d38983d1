"""Whether a sentence goes with what is to be done: explained, written, translated.

"Make three verses and a chorus" is about a song, and goes with writing one, not with explaining it.
A classifier says by the words of a sentence which verb the topic of its prompt had: a sum of their
vectors, and a softmax over verbs of its products with theirs (fastText: Joulin et al. 2016,
arXiv:1607.01759). `core/pretraining/doing.py` learns it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from promptstyle.core.style.general import DOING, shipped
from promptstyle.core.style.relevance import Floats, Table, joined, split
from promptstyle.core.style.request import parse
from promptstyle.core.style.wanted import Wish, wanted

# A question is answered, whatever its verb.
QUESTION = "?"


@dataclass(frozen=True)
class Doing:
    """Judges sentences; `verbs` are the rows of `vectors` (verbs, size), `shares` the logarithms of
    how likely each is after any sentence. Vectors of sentences count `scale` each."""

    sentences: Table
    scale: float
    verbs: Mapping[str, int]
    vectors: Floats
    shares: Floats

    def of(self, topic: str, sentences: Sequence[str]) -> list[float]:
        """How much likelier each of `sentences` is where done is what `topic` wants done than
        anywhere (the natural logarithm of the ratio); 0 where that is not known."""
        at = self.verbs.get(verb_of(topic))
        if at is None:
            return [0.0] * len(sentences)
        found = []
        for sentence in sentences:
            summed, rows = self.sentences.sum_of(sentence)
            told = summed * (self.scale / max(len(rows), 1) ** 0.5)
            scores = self.vectors @ told + self.shares
            scores -= scores.max()
            known = float(scores[at] - np.log(np.exp(scores).sum()))
            found.append(known - float(self.shares[at]) if rows else 0.0)
        return found


@lru_cache(maxsize=64)
def verb_of(topic: str) -> str:
    """What is to be done on `topic`: a verb in its base form, "help learn" where it is done by the
    person, QUESTION; "" for a thing with which nothing is usually done."""
    asked = parse(topic)
    if asked.asks:
        return QUESTION
    wish, ways = wanted(topic, asked)
    if wish is not Wish.TYPED or not ways:
        return ""
    verb, *rest = ways[0].split()
    # "Help me learn".
    return f"help {rest[1]}" if verb == "help" and len(rest) > 1 else verb


def to_bytes(doing: Doing) -> bytes:
    """Packed, with a component of a sentence's vector in one byte."""
    file = io.BytesIO()
    np.savez_compressed(
        file,
        sentences=joined(doing.sentences.places),
        sentence_vectors=doing.sentences.vectors,
        scale=np.float32(doing.scale),
        verbs=joined(doing.verbs),
        vectors=doing.vectors.astype(np.float16),
        shares=doing.shares.astype(np.float32),
    )
    return file.getvalue()


def from_bytes(packed: bytes) -> Doing:
    """What `to_bytes` made."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as file:
        return Doing(
            Table(split(file["sentences"]), file["sentence_vectors"]),
            float(file["scale"]),
            split(file["verbs"]),
            file["vectors"].astype(np.float32),
            file["shares"],
        )


@lru_cache(maxsize=1)
def doing() -> Doing:
    """The one that ships with the program."""
    return from_bytes(shipped(DOING).read_bytes())
