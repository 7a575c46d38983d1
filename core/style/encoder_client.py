"""The encoder as its users see it: texts in, unit vectors out, from a child process.

    with Encoder.start(folder, log=home.logs / "encoder.log") as encoder:
        vectors = encoder.encode(["planning cheap lunches for students"])

Use one encoder from one thread at a time; only `cancel` may come from another.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.jobs import Job, error_of
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


class Encoder:
    """A sentence encoder that stays loaded in a child process. Make it with `start`."""

    def __init__(self, job: Job, where: EncoderFolder, loaded: dict[str, Any]) -> None:
        self._job = job
        self._ids = 0
        self._open: int | None = None
        self._lock = threading.Lock()
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
        job = Job.start("encoder", args, log=log, env={**_ENVIRONMENT, **(env or {})})
        try:
            loaded = job.receive()
            if loaded is None:
                job.result()
                raise PromptstyleError("the encoder ended at once", f"its log is {log}")
            return cls(job, where, loaded)
        except PromptstyleError as error:
            job.close()
            if error.code != "crashed":
                raise
            raise unfit(where.folder, error.message) from error
        except BaseException:
            job.close()
            raise

    @property
    def alive(self) -> bool:
        """Whether the child process is there; a dead encoder has to be started anew."""
        return self._job.running

    @property
    def pid(self) -> int:
        """The process id of the child."""
        return self._job.pid

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
            value = self._ask({"op": "encode", "texts": chunk})
            rows = np.frombuffer(base64.b64decode(value["vectors"]), dtype="<f4")
            vectors[start : start + len(chunk)] = rows.reshape(int(value["rows"]), -1)
        return vectors

    def cancel(self) -> None:
        """Stop what is being encoded; `encode` then raises Cancelled. Any thread."""
        with self._lock:
            if self._open is not None:
                self._job.send({"op": "cancel", "id": self._open})

    def close(self) -> None:
        """End the child process."""
        self._job.close()

    def __enter__(self) -> Encoder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The value of the answer to a request."""
        with self._lock:
            self._ids += 1
            own = self._open = self._ids
            self._job.send({**request, "id": own})
        try:
            while True:
                event = self._job.receive()
                if event is None:
                    self._job.result()
                    raise PromptstyleError(
                        "the encoder has ended", "start it again; its log is " + str(self._job.log)
                    )
                # An answer to one that was left, by Ctrl+C, before it came.
                if event.get("id") != own:
                    continue
                if event["event"] == "refused":
                    raise error_of(event)
                value: dict[str, Any] = event["value"]
                return value
        except KeyboardInterrupt:
            self._job.send({"op": "cancel", "id": own})
            raise
        finally:
            with self._lock:
                self._open = None


def encodable(text: str) -> str:
    """`text` with a question mark for each half of a surrogate pair, which UTF-8 cannot hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
