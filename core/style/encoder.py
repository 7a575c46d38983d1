"""The encoder's child process: a sentence encoder that stays loaded and answers requests.

Requests are `{"op": "encode", "id", "texts"}`; each ends in one `answer` or `refused` event with
its id. The answer's `vectors` are rows of float32 of unit length, little-endian, in base64.
`{"op": "cancel", "id"}` takes a request back. The client is `promptstyle.core.style.dense`.
"""

from __future__ import annotations

import base64
import inspect
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promptstyle.core.channel import Channel
from promptstyle.core.errors import Cancelled, PromptstyleError, UsageError
from promptstyle.core.generation.threads import default_threads
from promptstyle.core.resident import serve
from promptstyle.core.style.encoder_folder import EncoderFolder, unfit
from promptstyle.core.worker import describe

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import torch

# Texts that go through the network together.
BATCH = 32
# From this many on a small network gains by a second thread; a topic alone loses.
MANY = 8
# Positions below these are never used: RoBERTa and its kin count from the padding's id on.
_OFFSET = 2
_COUNT_FROM_PADDING = ("camembert", "mpnet", "roberta", "xlm-roberta", "xlm-roberta-xl")


def encoder_job(args: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """Load `args["folder"]` and serve until `close`; see `Encoder.start` for the arguments."""
    return EncoderServer(args, channel).serve()


class SentenceEncoder:
    """Texts in, vectors of unit length out, by the network in a folder."""

    def __init__(self, where: EncoderFolder, threads: int | None = None) -> None:
        """Load it for `threads` (default: one for few texts by a small network, else all cores).

        Raises PromptstyleError (code "encoder") if transformers cannot, or if weights lack.
        """
        import torch

        self.where = where
        self.threads = threads or default_threads(1 << 40)
        self._few = threads or default_threads(where.weights.stat().st_size)
        torch.set_num_threads(self._few)
        try:
            self._load()
            # The first pass is slower than all later ones, and proves that there are vectors.
            self.dimensions = int(self.encode(["a first text"]).shape[1])
        except Exception as error:
            found = describe(error)
            if isinstance(error, PromptstyleError) or found.code != "unexpected":
                raise
            raise unfit(where.folder, _first_line(error)) from error

    def encode(self, texts: list[str], channel: Channel | None = None, request: int = 0) -> Any:
        """The vectors of `texts`, (n, dimensions) float32.

        What else is in a batch changes the last digits at most. Raises Cancelled once `request`
        was taken back.
        """
        import numpy as np

        # Alike lengths together: less padding to work through.
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        found: list[npt.NDArray[np.float32]] = []
        for start in range(0, len(order), BATCH):
            if channel is not None and (channel.cancelled or channel.withdrawn(request)):
                raise Cancelled()
            found.append(self._batch([texts[place] for place in order[start : start + BATCH]]))
        vectors = np.empty((len(texts), found[0].shape[1]), dtype=np.float32)
        vectors[order] = np.concatenate(found)
        return vectors

    def _load(self) -> None:
        import torch
        import transformers

        folder = str(self.where.model)
        self._tokenizer = transformers.AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
        model, loading = transformers.AutoModel.from_pretrained(
            folder,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            dtype=torch.float32,
            output_loading_info=True,
        )
        # transformers makes up what the file lacks. The pooler is not used here.
        lacking = sorted(key for key in loading["missing_keys"] if not key.startswith("pooler."))
        if lacking:
            raise unfit(self.where.folder, f"its weights lack {lacking[0]} ({len(lacking)} in all)")
        self._model = model.eval()
        self._takes = set(inspect.signature(model.forward).parameters)
        self.length = min(
            self.where.length,
            int(min(self._tokenizer.model_max_length, 1 << 30)),
            _positions(model.config),
        )

    def _batch(self, texts: list[str]) -> npt.NDArray[np.float32]:
        import torch

        if self.where.lower:
            texts = [text.lower() for text in texts]
        tokens = self._tokenizer(
            texts, padding=True, truncation=True, max_length=self.length, return_tensors="pt"
        )
        torch.set_num_threads(self.threads if len(texts) >= MANY else self._few)
        with torch.inference_mode():
            given = {name: value for name, value in tokens.items() if name in self._takes}
            states = self._model(**given).last_hidden_state
            vectors = pooled(states, tokens["attention_mask"], self.where.pooling)
            lengths = vectors.norm(dim=1, keepdim=True)
            if not bool((torch.isfinite(lengths) & (lengths > 0)).all()):
                raise unfit(self.where.folder, "its vectors are no numbers, so it is broken")
            found: npt.NDArray[np.float32] = (vectors / lengths).numpy()
        return found


def pooled(states: torch.Tensor, mask: torch.Tensor, pooling: str) -> torch.Tensor:
    """One vector a text from one a token: (n, tokens, d) and (n, tokens) to (n, d).

    As the `Pooling` module of sentence-transformers has it; `mask` is 0 where a text is padded,
    on either side.
    """
    import torch

    rows = torch.arange(len(states))
    weights = mask.unsqueeze(-1).to(states.dtype)
    match pooling:
        case "cls":
            return states[rows, mask.int().argmax(dim=1)]
        case "max":
            return states.masked_fill(weights == 0, float("-inf")).amax(dim=1)
        case "lasttoken":
            return states[rows, mask.shape[1] - 1 - mask.int().flip(1).argmax(dim=1)]
    return (states * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1e-9)


class EncoderServer:
    """One encoder and the request that it works on."""

    def __init__(self, args: dict[str, Any], channel: Channel) -> None:
        began = time.monotonic()
        self._channel = channel
        where = EncoderFolder.of(Path(args["folder"]))
        self._encoder = SentenceEncoder(where, args.get("threads"))
        channel.send(
            {
                "event": "loaded",
                "dimensions": self._encoder.dimensions,
                "length": self._encoder.length,
                "threads": self._encoder.threads,
                "seconds": time.monotonic() - began,
            }
        )

    def serve(self) -> dict[str, Any]:
        """Answer requests one after another until `close` or the end of the line."""
        return serve(self._channel, self._answer)

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        if request["op"] != "encode":
            raise UsageError(
                f"the encoder knows no {request['op']!r}", "this is a fault in the program"
            )
        found = self._encoder.encode(request["texts"], self._channel, request["id"])
        data = found.astype("<f4").tobytes()
        return {"rows": len(found), "vectors": base64.b64encode(data).decode("ascii")}


def _positions(config: Any) -> int:
    """Tokens that the network has positions for."""
    most = getattr(config, "max_position_embeddings", None)
    if not isinstance(most, int) or most < 1:
        return 1 << 30
    return most - (_OFFSET if config.model_type in _COUNT_FROM_PADDING else 0)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{lines[0] if lines else type(error).__name__:.300}"
