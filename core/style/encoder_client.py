"""The encoder as its users see it: texts in, unit vectors out, from a child process.

    with Encoder.start(folder, log=home.logs / "encoder.log") as encoder:
        vectors = encoder.encode(["planning cheap lunches for students"])

Use one encoder from one thread at a time; only `cancel` may come from another.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.jobs import Job
from promptstyle.core.resident import Resident
from promptstyle.core.style.encoder_folder import EncoderFolder, unfit

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# Texts in one request: a line of the protocol stays below a megabyte.
_CHUNK = 256
# Neither threads of the tokenizer's own for a few short texts, nor bars in the log.
_ENVIRONMENT = {
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
}


class Encoder(Resident):
    """A sentence encoder that stays loaded in a child process. Make it with `start`."""

    name = "encoder"

    def __init__(self, job: Job, where: EncoderFolder, loaded: dict[str, Any]) -> None:
        super().__init__(job)
        self.where = where
        self.dimensions = int(loaded["dimensions"])
        # Tokens of a text that count; the rest is cut off.
        self.length = int(loaded["length"])
        self.threads = int(loaded["threads"])
        self.load_seconds = float(loaded["seconds"])

    @classmethod
    def start(
        cls,
        folder: Path,
        *,
        log: Path,
        threads: int | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Encoder:
        """Load the sentence encoder in `folder`, which is only read; no code in it is run.

        `threads` defaults to the physical cores that this process may use, at most 8, and to one
        for few texts with weights below 100 MB. `env` is for the child, see `Job.start`. Raises
        PromptstyleError (code "encoder") for a folder that holds none, or a broken one.
        """
        where = EncoderFolder.of(folder)
        args = {"folder": where.folder, "threads": threads}
        try:
            job, loaded = cls._load("encoder", args, log, {**_ENVIRONMENT, **(env or {})})
        except PromptstyleError as error:
            if error.code != "crashed":
                raise
            raise unfit(where.folder, error.message) from error
        return cls(job, where, loaded)

    def encode(self, texts: Sequence[str], *, query: bool = False) -> npt.NDArray[np.float32]:
        """The unit vectors of `texts`, (n, dimensions); their dot product is the cosine.

        `query` tells what is searched for from what is found, for encoders that want to know.
        Raises PromptstyleError, and Cancelled after `cancel`.
        """
        import numpy as np

        prefix = self.where.query_prefix if query else self.where.document_prefix
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), _CHUNK):
            chunk = [prefix + encodable(text) for text in texts[start : start + _CHUNK]]
            value = self._value({"op": "encode", "texts": chunk})
            rows = np.frombuffer(base64.b64decode(value["vectors"]), dtype="<f4")
            vectors[start : start + len(chunk)] = rows.reshape(int(value["rows"]), -1)
        return vectors


def encodable(text: str) -> str:
    """`text` with a question mark for each half of a surrogate pair, which UTF-8 cannot hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
