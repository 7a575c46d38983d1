"""Whether a sentence that a small model made up makes sense in a prompt on a topic.

Learnt from what judges said of such sentences (`core/pretraining/sense.py`): how familiar its words
are in such a row, how near it is to the topic, which words it has, how long it is, whether it says
a thing twice.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from promptstyle.core.style.general import SENSE, shipped
from promptstyle.core.style.phrases import Phrases
from promptstyle.core.style.relevance import MOST_STRAYS, Relevance, grams
from promptstyle.core.style.settled import repeats
from promptstyle.core.style.words import terms, topic_terms, words

# More words that come twice count as so many.
MOST_REPEATED = 3


@dataclass(frozen=True)
class Sense:
    """Judges sentences; `own` says of words and pairs how much each speaks for a sentence, and
    `weights` what each of `features` counts, and a constant."""

    phrases: Phrases
    own: Mapping[str, float]
    weights: tuple[float, ...]

    def of(
        self, relevance: Relevance, topic: str, sentences: Sequence[str], strays: Sequence[int]
    ) -> list[float]:
        """The log-odds (natural) that each of `sentences` makes sense in a prompt on `topic`.

        `strays` counts the words in each that have little to do with the topic.
        """
        found = []
        for sentence, strayed in zip(sentences, strays, strict=True):
            told = [
                *features(self.phrases, relevance, topic, sentence, strayed),
                spoken_for(self.own, sentence),
                1.0,
            ]
            found.append(sum(w * x for w, x in zip(self.weights, told, strict=True)))
        return found


def features(
    phrases: Phrases, relevance: Relevance, topic: str, sentence: str, strays: int
) -> list[float]:
    """What is known of a sentence, but for which words it has."""
    about = frozenset(topic_terms(topic))
    said = words(sentence)
    carried = terms(sentence)
    return [
        relevance.nearness(topic, sentence),
        float(min(strays, MOST_STRAYS)),
        float(min(repeats(sentence), MOST_REPEATED)),
        phrases.familiar(sentence),
        math.log(max(len(said), 1)),
        len(said) / 10,
        len(about.intersection(carried)) / max(len(about), 1),
        len(carried) / max(len(said), 1),
    ]


def spoken_for(own: Mapping[str, float], sentence: str) -> float:
    """How much its words and pairs speak for `sentence`, as a bag of length one."""
    held = set(grams(sentence))
    told = math.fsum(own.get(gram, 0.0) for gram in held)
    return told / math.sqrt(max(len(held), 1))


def to_bytes(sense: Sense) -> bytes:
    """Packed."""
    file = io.BytesIO()
    keys = sense.phrases.keys
    np.savez_compressed(
        file,
        # In order, the steps from one to the next are small.
        keys=np.diff(keys.astype(np.int64), prepend=0).astype(np.uint32),
        counts=sense.phrases.counts,
        total=np.array(sense.phrases.total),
        grams=np.frombuffer("\n".join(sense.own).encode(), np.uint8),
        own=np.array(list(sense.own.values()), np.float16),
        weights=np.array(sense.weights, np.float64),
    )
    return file.getvalue()


def from_bytes(packed: bytes) -> Sense:
    """What `to_bytes` made."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as file:
        joined = file["grams"].tobytes().decode()
        names = joined.split("\n") if joined else []
        return Sense(
            Phrases(
                np.cumsum(file["keys"].astype(np.int64)).astype(np.uint32),
                file["counts"],
                int(file["total"]),
            ),
            dict(zip(names, map(float, file["own"]), strict=True)),
            tuple(map(float, file["weights"])),
        )


@lru_cache(maxsize=1)
def sense() -> Sense:
    """The one that ships with the program."""
    return from_bytes(shipped(SENSE).read_bytes())
