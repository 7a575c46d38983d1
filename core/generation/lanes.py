"""One candidate as it grows, token by token. Loads llama_cpp: for worker processes only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from promptstyle.core.generation.llama import Model
from promptstyle.core.generation.samplers import sampler_chain
from promptstyle.core.generation.sampling import Sampling, seed_of
from promptstyle.core.generation.stammering import barred_tokens, is_over, opens_with
from promptstyle.core.generation.stream import TextStream


def waves(seed: int, n: int, lanes: int) -> Iterator[dict[int, tuple[int, int]]]:
    """The (candidate, seed) of each lane, wave after wave, of `n` candidates of a request.

    The seed alone decides on the lane, so that with as many `lanes` (that is, after the same prompt
    and with the same limit) a candidate is the same in any request.
    """
    wave: dict[int, tuple[int, int]] = {}
    for candidate in range(n):
        own = seed_of(seed, candidate)
        if own % lanes in wave:
            yield wave
            wave = {}
        wave[own % lanes] = candidate, own
    if wave:
        yield wave


class Lane:
    """What one candidate has come to. Make it with `open`."""

    def __init__(
        self, model: Model, sampling: Sampling, candidate: int, chain: Any, limit: int
    ) -> None:
        self.candidate, self.over = candidate, False
        # Its share of the time that all of them took.
        self.seconds = 0.0
        # The token that was drawn last.
        self.last = 0
        self._model, self._sampling, self._chain, self._limit = model, sampling, chain, limit
        self._stream = TextStream()
        self._count, self._ended, self._logprob = 0, False, 0.0
        # Greedy decoding stays plain.
        self._minds = sampling.no_stammer and not sampling.greedy

    @classmethod
    @contextmanager
    def open(
        cls, model: Model, sampling: Sampling, candidate: int, seed: int, limit: int
    ) -> Iterator[Lane]:
        """Candidate number `candidate`, drawn with `seed`, of at most `limit` tokens."""
        with sampler_chain(model.vocab, sampling, seed) as chain:
            yield cls(model, sampling, candidate, chain, limit)

    def grow(self, row: int) -> str:
        """Draw the next token from `row` of the last evaluation; the text that may be shown now."""
        model, stream, sampling = self._model, self._stream, self._sampling
        soon = stream.words >= sampling.min_words - sampling.last_words
        closing = soon and self._minds and opens_with(stream.text, sampling.last)
        never: list[int] = []
        if self._minds:
            never = barred_tokens(
                stream.text,
                model.tokens,
                model.first,
                opening=sampling.opening,
                once=sampling.once,
                not_yet=() if soon else sampling.last,
            )
        enough = closing or stream.words >= sampling.min_words
        token = model.sample(self._chain, row, may_end=enough, barred=never)
        if closing and is_over(stream.text) and model.piece(token)[:1].isspace():
            # Another sentence would begin, and the person's last one is said.
            self._ended = self.over = True
            return ""
        self.last = token
        self._count += 1
        self._logprob += model.log_probability(token, row)
        self._ended = model.is_end(token)
        shown = "" if self._ended else stream.feed(model.piece(token))
        self.over = self._ended or stream.stopped or self._count >= self._limit
        return shown

    def finish(self) -> tuple[str, dict[str, Any]]:
        """What is still to be shown, and what the event `done` says."""
        finished = self._ended or self._stream.stopped
        late, text = self._stream.finish(cut_short=not finished)
        return late, {
            "candidate": self.candidate,
            "text": text,
            "finish": "stop" if finished else "length",
            "tokens": self._count,
            "logprob": self._logprob / self._count,
            "seconds": self.seconds,
        }
