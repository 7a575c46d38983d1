"""One model in llama.cpp: evaluation, drawing, scores. Loads llama_cpp: for workers only."""

from __future__ import annotations

import ctypes
import math
import os
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import llama_cpp
import numpy as np

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.generation import llama_log
from promptstyle.core.generation.llama_vocabulary import Vocabulary
from promptstyle.core.generation.threads import StepThreads, default_threads
from promptstyle.core.training.template import IGNORED, Encoded

# Prompts are evaluated in pieces of this many tokens. It is fixed: another size sums in another
# order, and the same seed would then give another text.
BATCH = 256
LARGEST_CONTEXT = 2048
# Candidates that are drawn side by side where there is room, for a file of at most so many bytes: a
# large model takes nearly twice as long for two as for one (docs/generation.md).
LANES = 6
SMALL_FILE = 100_000_000
# Sequences that the cache can tell apart; they take no memory. With one for what they have in
# common, BATCH tokens then hold 31 short texts of eight tokens side by side.
SCORED = 32

# A token, its position and its sequence, and whether its logits are wanted.
Row = tuple[int, int, int, bool]


class Interrupted(Exception):
    """The evaluation was stopped because `should_stop` said so."""


class Model(Vocabulary):
    """A GGUF file with its context (KV cache), and at most one adapter.

    Candidates that grow side by side after one prompt have a lane each, a sequence of llama.cpp,
    and the prompt's part of the cache in common.
    """

    def __init__(
        self,
        path: Path,
        *,
        context: int | None = None,
        threads: int | None = None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """Load `path`; raises PromptstyleError if llama.cpp cannot.

        `context` is in tokens (default: what the model was trained with, at most 2048);
        `should_stop` is asked while a prompt is evaluated, which may take seconds.
        """
        llama_log.listen()
        llama_cpp.llama_backend_init()
        params = llama_cpp.llama_model_default_params()
        # Compiled by GCC before 13.2.1, llama.cpp sets up the tiles of AMX wrongly and the process
        # ends at the first quantised product (ggml-org/llama.cpp#26954, #20824).
        params.use_extra_bufts = b"AMX_INT8 = 1" not in llama_cpp.llama_print_system_info()
        llama_log.forget()
        self._model = llama_cpp.llama_model_load_from_file(os.fsencode(path), params)
        if not self._model:
            raise PromptstyleError(
                f"llama.cpp cannot load {path.name}" + llama_log.reason(),
                "the file may be damaged or of a kind that is not known; make it again",
                code="model",
            )
        self.trained_context = int(llama_cpp.llama_model_n_ctx_train(self._model))
        super().__init__(self._model)
        self.threads = threads or default_threads(path.stat().st_size)
        # Who names a number wants that one.
        self._step_threads = StepThreads(self.threads, least=threads or 1)
        self.size = path.stat().st_size
        self._lanes = LANES if self.size <= SMALL_FILE else 1
        self._context = self._open_context(context or LARGEST_CONTEXT)
        self.context = int(llama_cpp.llama_n_ctx(self._context))
        self._memory = llama_cpp.llama_get_memory(self._context)
        self._batch = llama_cpp.llama_batch_init(BATCH, 0, 1)
        self._abort = llama_cpp.ggml_abort_callback(lambda _data: should_stop())
        self._never = llama_cpp.ggml_abort_callback()
        self._scratch = np.empty(self.vocab_size, np.float32)
        self._adapters: dict[tuple[str, int, int], Any] = {}
        self._on_top: tuple[Any, float] | None = None
        # The prompt whose all but last token the cache holds.
        self._cached: list[int] | None = None

    def _open_context(self, wanted: int) -> Any:
        params = llama_cpp.llama_context_default_params()
        params.n_ctx = min(wanted, self.trained_context) if self.trained_context else wanted
        params.n_seq_max = max(self._lanes, SCORED)
        # One cache for all: six separate ones took two and a half times as long a token.
        params.kv_unified = True
        params.n_batch = params.n_ubatch = BATCH
        params.n_threads = params.n_threads_batch = self.threads
        params.no_perf = True
        # On a CPU it is slower: 1.1 to 1.8 times a token at 700 tokens of context.
        params.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
        context = llama_cpp.llama_init_from_model(self._model, params)
        if not context:
            raise PromptstyleError(
                f"no room for a context of {params.n_ctx} tokens",
                "close other programs, or ask for a smaller context",
                code="memory",
            )
        return context

    def lanes(self, prompt: int, answer: int) -> int:
        """How many answers of at most so many tokens can grow side by side after such a prompt."""
        room = (self.context - prompt + 1) // max(answer, 1)
        return max(1, min(self._lanes, room))

    def prepare(self, ids: Sequence[int], lanes: int = 1) -> None:
        """Make ready so many `lanes` to go on after the prompt `ids`.

        All but the last token come from an empty cache in pieces of BATCH, or are still there
        from the same prompt; the last one is then evaluated in every lane. So a candidate sees
        the same numbers whatever was generated before, and whatever grows in the other lanes, if
        there are as many of them and it is in the same one: what they add to a sum is 0, but which
        numbers are added first goes by the places in the cache. Raises Interrupted.
        """
        self.hold(ids)
        self.fork(lanes)
        self.advance([ids[-1]] * lanes, len(ids) - 1)

    def hold(self, ids: Sequence[int]) -> None:
        """Have all but the last token of the prompt `ids` in the cache, and nothing after them."""
        if self._cached == list(ids):
            llama_cpp.llama_memory_seq_rm(self._memory, -1, len(ids) - 1, -1)
            return
        self.forget()
        for start in range(0, len(ids) - 1, BATCH):
            self._evaluate(ids[start : min(start + BATCH, len(ids) - 1)], start)
        self._cached = list(ids)

    def fork(self, sequences: int) -> None:
        """Let so many sequences go on after the first one's part of the cache; theirs is lost."""
        llama_cpp.llama_memory_seq_keep(self._memory, 0)
        for sequence in range(1, sequences):
            llama_cpp.llama_memory_seq_cp(self._memory, 0, sequence, -1, -1)

    def advance(self, tokens: Sequence[int], position: int) -> None:
        """Evaluate one token in each of the first lanes, all at `position`; then a sampler can
        draw the next of each, from the row of that lane."""
        # The callback is asked at every step of the graph, so only where there is something to
        # wait for.
        rows = [(token, position, lane, True) for lane, token in enumerate(tokens)]
        self._decode(rows, self._never)

    def sample(
        self, chain: Any, row: int = -1, *, may_end: bool = True, barred: Sequence[int] = ()
    ) -> int:
        """Draw the next token of a lane's `row` with a sampler chain, which remembers it.

        Any but those `barred`, and with `may_end` false none that ends the text.
        """
        never = [*barred, *(() if may_end else self.ends)]
        if not never:
            return int(llama_cpp.llama_sampler_sample(chain, self._context, row))
        # The sampler reads the model's own row. It is put back: it says how likely the token was.
        logits = llama_cpp.llama_get_logits_ith(self._context, row)
        kept = {token: logits[token] for token in never}
        for token in kept:
            logits[token] = -math.inf
        drawn = int(llama_cpp.llama_sampler_sample(chain, self._context, row))
        for token, logit in kept.items():
            logits[token] = logit
        return drawn

    def score(self, encoded: Encoded) -> float:
        """Mean log-probability (natural) of the learnt tokens of a sequence. Raises Interrupted."""
        self.forget()
        ids, targets = encoded.ids, encoded.labels
        total, count = 0.0, 0
        for start in range(0, len(ids) - 1, BATCH):
            piece = ids[start : min(start + BATCH, len(ids) - 1)]
            following = targets[start + 1 : start + 1 + len(piece)]
            self._evaluate(piece, start, wanted=[label != IGNORED for label in following])
            for row, label in enumerate(following):
                if label != IGNORED:
                    total += self.log_probability(label, row)
                    count += 1
        self.forget()
        if not count:
            raise ValueError("no segment is to be learnt, so there is nothing to score")
        return total / count

    def options(self, ids: Sequence[int], options: Sequence[Sequence[int]]) -> list[float]:
        """Log-probability (natural) of each of `options`, token ids that may follow the prompt.

        The sum over the option's tokens, no end token after them. The prompt `ids` is evaluated
        once. Raises Interrupted, ValueError for an option without tokens.
        """
        if not all(options):
            raise ValueError("an option without tokens has no probability")
        self.prepare(ids)
        found = [self.log_probability(option[0]) for option in options]
        for place, option in enumerate(options):
            for position, (token, following) in enumerate(pairwise(option), start=len(ids)):
                self.advance([token], position)
                found[place] += self.log_probability(following)
            # The next option goes on after the prompt, not after this one.
            llama_cpp.llama_memory_seq_rm(self._memory, 0, len(ids), -1)
        return found

    def log_probability(self, token: int, row: int = -1) -> float:
        """The natural log-probability of `token` in one wanted row of the last evaluation.

        The model's own distribution, at temperature 1 and before any sampler.
        """
        logits = self._row(row)
        top = logits.max()
        # In single precision: it is asked for at every token. The sum is not.
        np.subtract(logits, top, out=self._scratch)
        np.exp(self._scratch, out=self._scratch)
        spread = float(self._scratch.sum(dtype=np.float64))
        return float(logits[token]) - float(top) - math.log(spread)

    def logits(self, row: int = -1) -> np.ndarray[Any, np.dtype[np.float64]]:
        """The logits of one wanted row of the last evaluation, shape (vocab_size,)."""
        return self._row(row).astype(np.float64)

    def _row(self, row: int) -> np.ndarray[Any, np.dtype[np.float32]]:
        """llama.cpp's own memory: it changes at the next evaluation."""
        pointer = llama_cpp.llama_get_logits_ith(self._context, row)
        return np.ctypeslib.as_array(pointer, (self.vocab_size,))

    def set_adapter(self, path: Path | None, scale: float = 1.0) -> None:
        """Apply a LoRA (GGUF) at `scale`, or none.

        What the cache holds was computed with the one before, and is forgotten. Raises
        PromptstyleError; the one before then stays.
        """
        wanted = None if path is None else (self._adapter(path), scale)
        if wanted == self._on_top:
            return
        if wanted is None:
            llama_cpp.llama_set_adapters_lora(self._context, None, 0, None)
        else:
            adapters = (llama_cpp.llama_adapter_lora_p_ctypes * 1)(wanted[0])
            scales = (ctypes.c_float * 1)(scale)
            if llama_cpp.llama_set_adapters_lora(self._context, adapters, 1, scales) != 0:
                raise PromptstyleError(
                    f"the adapter {path} cannot be applied",
                    "is it of this base model? retrain makes a new one",
                    code="adapter",
                )
        self._on_top = wanted
        self.forget()

    def _adapter(self, path: Path) -> Any:
        status = path.stat()
        key = (str(path), status.st_mtime_ns, status.st_size)
        if key not in self._adapters:
            # llama.cpp frees an adapter with its model.
            llama_log.forget()
            adapter = llama_cpp.llama_adapter_lora_init(self._model, os.fsencode(path))
            if not adapter:
                raise PromptstyleError(
                    f"llama.cpp cannot load the adapter {path.name}" + llama_log.reason(),
                    "is it of this base model? retrain makes a new one",
                    code="adapter",
                )
            self._adapters[key] = adapter
        return self._adapters[key]

    def close(self) -> None:
        """Free what llama.cpp holds; the model cannot be used any more."""
        if self._model:
            llama_cpp.llama_batch_free(self._batch)
            llama_cpp.llama_free(self._context)
            # Its adapters go with it.
            llama_cpp.llama_model_free(self._model)
            self._model = None

    def forget(self) -> None:
        """Empty the cache."""
        llama_cpp.llama_memory_clear(self._memory, True)
        self._cached = None

    def evaluate(self, rows: Sequence[Row]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Evaluate at most BATCH rows; the logits of those wanted, shape (wanted, vocab_size).

        They are llama.cpp's own memory: it changes at the next evaluation. Raises Interrupted.
        """
        self._decode(rows, self._abort)
        pointer = llama_cpp.llama_get_logits(self._context)
        return np.ctypeslib.as_array(pointer, (sum(row[3] for row in rows), self.vocab_size))

    def _evaluate(
        self, ids: Sequence[int], position: int, wanted: Sequence[bool] | None = None
    ) -> None:
        asked = wanted or [False] * len(ids)
        rows = [(token, position + row, 0, asked[row]) for row, token in enumerate(ids)]
        self._decode(rows, self._abort)

    def _decode(self, rows: Sequence[Row], callback: Any) -> None:
        batch = self._batch
        batch.n_tokens = len(rows)
        for place, (token, position, sequence, wanted) in enumerate(rows):
            batch.token[place] = token
            batch.pos[place] = position
            batch.n_seq_id[place] = 1
            batch.seq_id[place][0] = sequence
            batch.logits[place] = wanted
        llama_cpp.llama_set_abort_callback(self._context, callback, None)
        step = len(rows) == 1
        threads = self._step_threads.number if step else self.threads
        llama_cpp.llama_set_n_threads(self._context, threads, threads)
        begin = time.perf_counter()
        status = llama_cpp.llama_decode(self._context, self._batch)
        if status == 0:
            if step:
                self._step_threads.took(time.perf_counter() - begin)
            return
        self.forget()
        if status == 2:
            raise Interrupted
        raise RuntimeError(f"llama_decode failed with {status} at token {rows[0][1]}")
