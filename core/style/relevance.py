"""Whether a sentence belongs in a prompt on a topic.

Two tables of vectors, of the words of topics and of sentences, in which what was written on a
topic is near to it: StarSpace (Wu et al. 2018, arXiv:1709.03856), with a softmax over a batch
instead of a margin. A few weights, learnt from judged sentences, make one figure of that, of the
sentence's own words and of words that have strayed into it. `core/pretraining/relevance.py` learns.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from promptstyle.core.style.general import RELEVANCE, shipped
from promptstyle.core.style.words import bare_topic, stem, words

# Components are whole numbers up to this.
UNIT = 127
# More words of a kind than this count as so many.
MOST_STRAYS = 3
# Of a pasted text as a topic, or a sentence without end, so many words count.
MOST_WORDS = 64
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Weights:
    """What a log-odds is the sum of, each times what it stands for, and a constant."""

    near: float
    own: float
    strays: float
    general: float
    constant: float


@dataclass(frozen=True)
class Table:
    """The vectors of words and of pairs of neighbours; `places` says which row is whose."""

    places: Mapping[str, int]
    vectors: npt.NDArray[np.int8]

    def of(self, text: str) -> tuple[Floats, list[int]]:
        """The direction of `text`, of length one or zero, and the rows of what is known in it, each
        once and in order."""
        at = [self.places[gram] for gram in grams(text) if gram in self.places]
        summed = self.vectors[at].sum(axis=0, dtype=np.float32)
        return summed / max(float(np.linalg.norm(summed)), 1e-6), sorted(set(at))

    def sum_of(self, text: str) -> tuple[Floats, list[int]]:
        """The sum of the rows of what is known in `text`, each once, and which those are."""
        at = sorted({self.places[gram] for gram in grams(text) if gram in self.places})
        return self.vectors[at].sum(axis=0, dtype=np.float32), at


@dataclass(frozen=True)
class Relevance:
    """Judges sentences; `own` says for each row of the table of `sentences` how much it speaks for
    a sentence whatever the topic."""

    topics: Table
    sentences: Table
    own: Floats
    weights: Weights

    def nearness(self, topic: str, sentence: str) -> float:
        """The cosine of `sentence` and of what is said on `topic`, -1 to 1; 0 if either has no word
        that is known."""
        return float(self.sentences.of(sentence)[0] @ self.topics.of(bare_topic(topic))[0])

    def of(
        self, topic: str, sentences: Sequence[str], strays: Sequence[int], *, general: bool = False
    ) -> list[float]:
        """The log-odds (natural) that each of `sentences` belongs in a prompt on `topic`.

        `strays` counts the words in each that have little to do with the topic. It is that of a
        sentence said on a topic half as like as the same one, or of one that fits any topic and is
        `general`.
        """
        wanted, _ = self.topics.of(bare_topic(topic))
        told = self.weights
        found = []
        for sentence, strayed in zip(sentences, strays, strict=True):
            direction, at = self.sentences.of(sentence)
            own = float(self.own[at].sum()) / max(len(at), 1) ** 0.5
            found.append(
                told.near * float(direction @ wanted)
                + told.own * own
                + told.strays * min(strayed, MOST_STRAYS)
                + told.general * general
                + told.constant
            )
        return found


def grams(text: str) -> list[str]:
    """The stems of the words of `text`, and those of neighbours joined."""
    said = [stem(word) for word in words(text)[:MOST_WORDS]]
    return said + [f"{one}_{two}" for one, two in pairwise(said)]


def to_bytes(relevance: Relevance) -> bytes:
    """Packed, with a component of a vector in one byte."""
    file = io.BytesIO()
    np.savez_compressed(
        file,
        topics=joined(relevance.topics.places),
        topic_vectors=relevance.topics.vectors,
        sentences=joined(relevance.sentences.places),
        sentence_vectors=relevance.sentences.vectors,
        own=relevance.own.astype(np.float16),
        weights=np.array(astuple(relevance.weights), np.float32),
    )
    return file.getvalue()


def from_bytes(packed: bytes) -> Relevance:
    """What `to_bytes` made."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as file:
        return Relevance(
            Table(split(file["topics"]), file["topic_vectors"]),
            Table(split(file["sentences"]), file["sentence_vectors"]),
            file["own"].astype(np.float32),
            Weights(*map(float, file["weights"])),
        )


def joined(places: Iterable[str]) -> npt.NDArray[np.uint8]:
    """Words as one array."""
    return np.frombuffer("\n".join(places).encode(), np.uint8)


def split(joined: npt.NDArray[np.uint8]) -> dict[str, int]:
    """The words that were `joined`, and their places."""
    return {gram: at for at, gram in enumerate(joined.tobytes().decode().split("\n"))}


@lru_cache(maxsize=1)
def relevance() -> Relevance:
    """The one that ships with the program."""
    return from_bytes(shipped(RELEVANCE).read_bytes())
