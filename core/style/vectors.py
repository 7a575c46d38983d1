"""The vectors of texts, kept on the disk: a text is encoded once with each encoder."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from promptstyle.core.style.encoder_client import encodable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# SQLite allows 999 places in one statement where it is old.
_PLACES = 500
# Seconds to wait for another process that is writing.
_PATIENCE = 5.0
# Words of errors after which the file may be well again, so that it stays.
_PASSING = ("locked", "unable to open", "readonly", "disk I/O", "disk is full")
# A vector whose length differs from 1 by more was damaged on the disk.
_SLACK = 1e-3

_log = logging.getLogger(__name__)


class Encodes(Protocol):
    """What makes the vectors that are not kept yet."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """The unit vectors of `texts`, (n, dimensions)."""


class Vectors:
    """Unit vectors by text, of one encoder, in a file that may be deleted at any time.

    An SQLite file (mode 0600): each call adds its new vectors in one transaction, so that a kill
    leaves all or none of them, and several processes may share it. A file that is damaged is
    made anew; one that cannot be written costs the encoding every time, and no more. Texts
    are kept as hashes, but a vector tells something of its text.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def of(self, texts: Sequence[str], encoder: Encodes) -> npt.NDArray[np.float32]:
        """The vectors of `texts`, (n, dimensions), in their order; encodes those that are new.

        `encoder` must be the one that this file is for. It is left alone if nothing is new.
        """
        import numpy as np

        keys = [_key(text) for text in texts]
        known = self._read(set(keys))
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if new:
            vectors = np.asarray(encoder.encode(list(new.values())), dtype=np.float32)
            made = dict(zip(new, vectors, strict=True))
            self._write(made)
            if known and len(next(iter(known.values()))) != vectors.shape[1]:
                # Another encoder's file: nothing in it is to be mixed with these.
                self._remove("holds vectors of another length")
                return self.of(texts, encoder)
            known = {**known, **made}
        if not keys:
            return np.empty((0, 0), dtype=np.float32)
        return np.stack([known[key] for key in keys])

    def _read(self, keys: Iterable[bytes]) -> dict[bytes, npt.NDArray[np.float32]]:
        """What is kept for `keys`; nothing from a file that is missing or damaged."""
        import numpy as np

        wanted, found = list(keys), {}
        if not self.path.exists():
            return {}
        try:
            with self._open() as database:
                for start in range(0, len(wanted), _PLACES):
                    some = wanted[start : start + _PLACES]
                    places = ",".join("?" * len(some))
                    for key, vector in database.execute(
                        f"SELECT key, vector FROM vectors WHERE key IN ({places})", some
                    ):
                        found[key] = np.frombuffer(vector, dtype="<f4")
        except (sqlite3.Error, ValueError, TypeError) as error:
            if any(word in str(error) for word in _PASSING):
                _log.warning("%s cannot be read: %s", self.path, error)
            else:
                self._remove(str(error))
            return {}
        whole = {key: v for key, v in found.items() if abs(float(v @ v) - 1) < _SLACK}
        sizes = {len(vector) for vector in whole.values()}
        if len(whole) < len(found) or len(sizes) > 1:
            self._remove("holds vectors that are damaged")
            return {}
        return whole

    def _write(self, made: dict[bytes, npt.NDArray[np.float32]]) -> None:
        rows = [(key, vector.astype("<f4").tobytes()) for key, vector in made.items()]
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self.path.exists():
                self.path.touch(mode=0o600)
            with self._open() as database, database:
                database.execute("BEGIN IMMEDIATE")
                database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
        except (OSError, sqlite3.Error) as error:
            # Slower the next time, and right all the same.
            _log.warning("%s cannot be written: %s", self.path, error)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=_PATIENCE)) as database:
            database.execute(
                # With rowids: WITHOUT them a vector would not fit into its page, and take two.
                "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)"
            )
            yield database

    def _remove(self, why: str) -> None:
        _log.warning("%s %s: it is made anew", self.path, why)
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("%s cannot be removed: %s", self.path, error)


def _key(text: str) -> bytes:
    return hashlib.sha256(encodable(text).encode("utf-8")).digest()
