"""A base's own tokenizer, for training and for counting."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from promptstyle.convert.config import LlamaConfig
from promptstyle.convert.errors import ConvertError
from promptstyle.convert.vocabulary import Vocabulary
from promptstyle.core.errors import PromptstyleError


class _Backend(Protocol):
    """Plain text to ids and back, by one of the two libraries."""

    bos: int | None
    eos: int
    size: int

    def encode(self, text: str) -> list[int]: ...

    def decode(self, ids: list[int]) -> str: ...


class Tokenizer:
    """Plain text to token ids; text that looks like a special token stays text.

    The libraries are used directly, not through transformers: the same file gives what goes into
    the GGUF, so training and llama.cpp cannot drift apart.
    """

    def __init__(self, folder: Path) -> None:
        """Load `folder`'s tokenizer. Raises PromptstyleError if it is not there or broken."""
        self._backend: _Backend
        if (folder / "tokenizer.model").is_file():
            self._backend = _SentencePiece(folder / "tokenizer.model")
        elif (folder / "tokenizer.json").is_file():
            self._backend = _ByteLevel(folder)
        else:
            raise PromptstyleError(
                f"the base in {folder} has no tokenizer.model and no tokenizer.json",
                "use a Llama-family base with its tokenizer",
                code="base_damaged",
            )
        self.bos: int | None = self._backend.bos
        self.eos: int = self._backend.eos

    def __len__(self) -> int:
        return self._backend.size

    def encode(self, text: str) -> list[int]:
        """Token ids of `text`, without beginning or end token."""
        return self._backend.encode(text)

    def decode(self, ids: list[int]) -> str:
        """The text of `ids`."""
        return self._backend.decode(ids)


class _SentencePiece:
    def __init__(self, path: Path) -> None:
        import sentencepiece

        self._processor = sentencepiece.SentencePieceProcessor()
        try:
            self._processor.Load(str(path))
        except (RuntimeError, OSError) as error:
            raise _unreadable(path, error) from error
        bos = self._processor.bos_id()
        self.bos: int | None = bos if bos >= 0 else None
        self.eos: int = self._processor.eos_id()
        self.size = int(self._processor.GetPieceSize())

    def encode(self, text: str) -> list[int]:
        return list(self._processor.EncodeAsIds(text))

    def decode(self, ids: list[int]) -> str:
        return str(self._processor.DecodeIds(ids))


class _ByteLevel:
    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer as Fast

        path = folder / "tokenizer.json"
        try:
            # What begins and ends a sequence is what the GGUF says of it.
            vocabulary = Vocabulary.of_folder(folder, LlamaConfig.of_folder(folder))
            self._fast = Fast.from_file(str(path))
        except ConvertError:
            raise
        except Exception as error:  # the library raises plain Exception
            raise _unreadable(path, error) from error
        self._fast.encode_special_tokens = True
        self.bos = vocabulary.bos if vocabulary.add_bos else None
        assert vocabulary.eos is not None
        self.eos = vocabulary.eos
        self.size = int(self._fast.get_vocab_size())

    def encode(self, text: str) -> list[int]:
        return list(self._fast.encode(text, add_special_tokens=False).ids)

    def decode(self, ids: list[int]) -> str:
        return str(self._fast.decode(ids, skip_special_tokens=True))


def _unreadable(path: Path, error: Exception) -> PromptstyleError:
    return PromptstyleError(
        f"the tokenizer {path} cannot be read ({error})",
        "fetch the base again; `promptstyle verify` tells which file is damaged",
        code="base_damaged",
    )
