"""llama.cpp's own samplers, put in a chain. Loads llama_cpp: for worker processes only."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import llama_cpp

from promptstyle.core.generation.sampling import BREAKERS, Sampling


@contextmanager
def sampler_chain(vocab: Any, sampling: Sampling, seed: int) -> Iterator[Any]:
    """A chain for one candidate; it remembers the tokens that it drew, and no others."""
    chain = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())
    try:
        for part in _parts(vocab, sampling, seed):
            llama_cpp.llama_sampler_chain_add(chain, part)
        yield chain
    finally:
        # The chain owns its parts.
        llama_cpp.llama_sampler_free(chain)


def _parts(vocab: Any, sampling: Sampling, seed: int) -> Iterator[Any]:
    if sampling.greedy:
        yield llama_cpp.llama_sampler_init_greedy()
        return
    size = llama_cpp.llama_vocab_n_tokens(vocab)
    if sampling.repeat_penalty != 1.0:
        yield llama_cpp.llama_sampler_init_penalties(
            size, sampling.repeat_window, sampling.repeat_penalty, 0.0, 0.0
        )
    if sampling.dry_multiplier > 0:
        breakers = (ctypes.c_char_p * len(BREAKERS))(*(text.encode() for text in BREAKERS))
        yield llama_cpp.llama_sampler_init_dry(
            vocab,
            sampling.dry_multiplier,
            sampling.dry_base,
            sampling.dry_allowed_length,
            sampling.repeat_window,
            breakers,
            len(BREAKERS),
        )
    if sampling.temperature == 0:
        yield llama_cpp.llama_sampler_init_greedy()
        return
    if sampling.top_k > 0:
        yield llama_cpp.llama_sampler_init_top_k(sampling.top_k)
    if sampling.top_p < 1:
        yield llama_cpp.llama_sampler_init_top_p(sampling.top_p, 1)
    if sampling.min_p > 0:
        yield llama_cpp.llama_sampler_init_min_p(sampling.min_p, 1)
    yield llama_cpp.llama_sampler_init_temp(sampling.temperature)
    yield llama_cpp.llama_sampler_init_dist(seed)
