"""Topics in other words: latent semantic analysis of what was prompted for.

"My boss" and "my supervisor" have no word in common. Terms that stand in like prompts have like
vectors, a topic's is the sum of its terms', each as heavy as its idf (Deerwester et al. 1990,
"Indexing by latent semantic analysis"). `core/pretraining/meanings.py` finds the vectors.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from promptstyle.core.style.general import MEANINGS, shipped
from promptstyle.core.style.topic_search import spelt
from promptstyle.core.style.words import topic_terms

# Components are whole numbers up to this.
UNIT = 127
# Of a pasted text as a topic so many terms are summed.
MOST_TERMS = 32
Vectors = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Meanings:
    """The vectors of terms: `places` says which row is whose, `vectors` are of length one and
    `weights`, one a row, how much each term says."""

    places: Mapping[str, int]
    vectors: npt.NDArray[np.float32]
    weights: npt.NDArray[np.float32]

    def of(self, topics: Iterable[str]) -> Vectors:
        """A row for each of `topics`, of length UNIT; zeros for what has no known term."""
        rows = []
        for topic in topics:
            about = spelt(topic_terms(topic))
            known = [self.places[term] for term in about if term in self.places]
            at = known[:MOST_TERMS]
            summed = self.weights[at] @ self.vectors[at]
            rows.append(summed / max(float(np.linalg.norm(summed)), 1e-6))
        found = np.array(rows, np.float32).reshape(len(rows), self.vectors.shape[1])
        return np.rint(found * UNIT).astype(np.int8)

    def unpacked(self, packed: bytes) -> Vectors:
        """The rows that `of` made, from their bytes."""
        return np.frombuffer(packed, np.int8).reshape(-1, self.vectors.shape[1])

    def nearest(
        self, vectors: Vectors, topic: str, count: int, *, least: float
    ) -> dict[int, float]:
        """Up to `count` of the rows of `vectors`, by number, whose cosine to `topic` is `least` or
        more, and that cosine."""
        alike = likeness(vectors, self.of([topic]))
        # Stable: of topics that are the same the first ones.
        nearest = np.argsort(-alike, kind="stable")[:count]
        return {int(at): float(alike[at]) for at in nearest if alike[at] >= least}

    def related(self, term: str, topic: Vectors) -> float | None:
        """The cosine of a stem and of the one row `topic`; None for a term that is not known."""
        at = self.places.get(*spelt([term]))
        if at is None:
            return None
        return float(self.vectors[at] @ topic[0].astype(np.float32)) / UNIT


def likeness(vectors: Vectors, wanted: Vectors) -> npt.NDArray[np.float32]:
    """The cosines of the rows of `vectors` and of the one row `wanted`."""
    found: npt.NDArray[np.float32] = vectors.astype(np.float32) @ wanted[0].astype(np.float32)
    return found / np.float32(UNIT**2)


def to_bytes(meanings: Meanings) -> bytes:
    """Packed, with a component of a vector in one byte."""
    file = io.BytesIO()
    terms = "\n".join(sorted(meanings.places, key=meanings.places.__getitem__))
    np.savez_compressed(
        file,
        terms=np.frombuffer(terms.encode(), np.uint8),
        vectors=np.rint(meanings.vectors * UNIT).astype(np.int8),
        weights=meanings.weights.astype(np.float16),
    )
    return file.getvalue()


def from_bytes(packed: bytes) -> Meanings:
    """What `to_bytes` made."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as file:
        terms = file["terms"].tobytes().decode().split("\n")
        vectors = file["vectors"].astype(np.float32) / UNIT
        weights = file["weights"].astype(np.float32)
    return Meanings({term: at for at, term in enumerate(terms)}, vectors, weights)


@lru_cache(maxsize=1)
def meanings() -> Meanings:
    """Those that ship with the program."""
    return from_bytes(shipped(MEANINGS).read_bytes())
