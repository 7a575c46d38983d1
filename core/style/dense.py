"""Likes that mean what a topic means, by the vectors of a sentence encoder. Optional.

    with DenseSearch(home, folder, log=home.logs / "encoder.log") as dense:
        dense.attach(index, {like.id: like.output for like in likes})
        vector = dense.query("planning cheap lunches for students")

Without an encoder everything works by words alone. The encoder runs in a child process that is
started when the first text has to be encoded.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from promptstyle.core import settings
from promptstyle.core.closing import Closing
from promptstyle.core.paths import Home
from promptstyle.core.style.encoder_client import Encoder
from promptstyle.core.style.encoder_folder import EncoderFolder
from promptstyle.core.style.vectors import Vectors

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["DenseSearch", "Encoder", "Vectors"]

Key = TypeVar("Key", bound=Hashable)

# Topics whose vectors are remembered.
_TOPICS = 1000


class TakesVectors(Protocol[Key]):
    """What an index must have to be searched by meaning."""

    def attach(self, vectors: Mapping[Key, npt.NDArray[np.float32]]) -> None:
        """Take the unit vector of each key."""


class DenseSearch(Closing):
    """Vectors of likes and topics for one encoder folder. A context manager.

    Safe to use from several threads: one is served at a time. An encoder that died is started
    again at the next text.
    """

    def __init__(self, home: Home, folder: Path, log: Path) -> None:
        """Look at the folder; nothing is loaded yet.

        Reads the weights through once for their hash, where it is not known. Raises
        PromptstyleError (code "encoder") if there is no sentence encoder in it.
        """
        self._where = EncoderFolder.of(folder)
        self._log = log
        self.identity = self._where.identity(home)
        self.vectors = Vectors(home.cache / f"encoder-{self.identity[:16]}.sqlite")
        self._encoder: Encoder | None = None
        self._topics: dict[str, npt.NDArray[np.float32]] = {}
        self._one_at_a_time = threading.RLock()

    @classmethod
    def chosen(cls, home: Home, log: Path) -> DenseSearch | None:
        """The search with the encoder that the settings name; None where they name none.

        Raises PromptstyleError (code "encoder") if that folder is no longer one.
        """
        folder = settings.load(home)[0].encoder
        return cls(home, Path(folder), log) if folder else None

    def warm(self) -> None:
        """Load the encoder now, so that the first topic need not wait for it."""
        with self._one_at_a_time:
            self._started()

    def attach(self, index: TakesVectors[Key], texts: Mapping[Key, str]) -> None:
        """Give `index` the vector of each text; only those never seen before are encoded."""
        with self._one_at_a_time:
            rows = self.vectors.of(list(texts.values()), self)
        index.attach(dict(zip(texts, rows, strict=True)))

    def query(self, topic: str) -> npt.NDArray[np.float32]:
        """The unit vector of a topic, (dimensions,)."""
        with self._one_at_a_time:
            if topic not in self._topics:
                if len(self._topics) >= _TOPICS:
                    self._topics.clear()
                self._topics[topic] = self._started().encode([topic], query=True)[0]
            return self._topics[topic]

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """The unit vectors of texts to be found, (n, dimensions), without the cache."""
        with self._one_at_a_time:
            return self._started().encode(texts)

    def close(self) -> None:
        """End the child process; a later text starts another one."""
        encoder, self._encoder = self._encoder, None
        if encoder is not None:
            encoder.close()

    def _started(self) -> Encoder:
        if self._encoder is not None and not self._encoder.alive:
            self.close()
        if self._encoder is None:
            self._encoder = Encoder.start(self._where.folder, log=self._log)
        return self._encoder
