"""The tokens of a model in llama.cpp. Loads llama_cpp: for workers only."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import llama_cpp

from promptstyle.core.training.template import Encoded, Segment, encode


class Vocabulary:
    """Texts as token ids, and the other way round."""

    def __init__(self, model: Any) -> None:
        """Of a `model` that llama.cpp has loaded, and for as long as it is."""
        self.vocab = llama_cpp.llama_model_get_vocab(model)
        self.vocab_size = int(llama_cpp.llama_vocab_n_tokens(self.vocab))
        self._firsts: dict[str, tuple[int, str]] = {}

    def tokenize(self, text: str) -> list[int]:
        """Token ids of plain text: no special tokens are added, or read out of the text."""
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        ids = (llama_cpp.llama_token * room)()
        count = llama_cpp.llama_tokenize(self.vocab, data, len(data), ids, room, False, False)
        if count < 0:
            raise RuntimeError(f"llama_tokenize needs {-count} tokens for {len(data)} bytes")
        return list(ids[:count])

    def encode(self, segments: Sequence[Segment]) -> Encoded:
        """`segments` as the template lays them out, with this model's special tokens."""
        starts = llama_cpp.llama_vocab_get_add_bos(self.vocab)
        bos = int(llama_cpp.llama_vocab_bos(self.vocab)) if starts else None
        eos = int(llama_cpp.llama_vocab_eos(self.vocab))
        return encode(segments, self.tokenize, bos=bos, eos=eos)

    def piece(self, token: int) -> bytes:
        """The bytes that `token` stands for; none for a special token."""
        buffer = ctypes.create_string_buffer(64)
        size = llama_cpp.llama_token_to_piece(self.vocab, token, buffer, len(buffer), 0, False)
        if size < 0:
            buffer = ctypes.create_string_buffer(-size)
            size = llama_cpp.llama_token_to_piece(self.vocab, token, buffer, -size, 0, False)
        return buffer.raw[:size]

    def is_end(self, token: int) -> bool:
        """Whether `token` ends the text."""
        return bool(llama_cpp.llama_vocab_is_eog(self.vocab, token))

    @cached_property
    def ends(self) -> list[int]:
        """All tokens that end a text, as `is_end` says."""
        return [token for token in range(self.vocab_size) if self.is_end(token)]

    @cached_property
    def tokens(self) -> dict[str, int]:
        """The tokens by the text that they stand for; of two for the same text the first."""
        found: dict[str, int] = {}
        for token in range(self.vocab_size):
            found.setdefault(self.piece(token).decode("utf-8", "replace"), token)
        return found

    def first(self, word: str) -> tuple[int, str]:
        """The first token, and its text, of `word` with the blank before it; of a word without one
        at the beginning of a line."""
        if word not in self._firsts:
            # By itself it would get a blank from the tokenizer, or one more.
            before = "x" if word.startswith(" ") else "x\n"
            tokens = self.tokenize(before + word)[len(self.tokenize(before)) :]
            token = next((t for t in tokens if self.piece(t).strip()), tokens[0])
            self._firsts[word] = token, self.piece(token).decode("utf-8", "replace")
        return self._firsts[word]
