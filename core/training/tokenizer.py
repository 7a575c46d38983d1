"""A base's own sentencepiece tokenizer, for training and for counting."""

from __future__ import annotations

from pathlib import Path

from promptstyle.core.errors import PromptstyleError


class Tokenizer:
    """Plain text to token ids; text that looks like a special token stays text.

    sentencepiece is used directly, not through transformers: the same file gives the scores
    that go into the GGUF, so training and llama.cpp cannot drift apart.
    """

    def __init__(self, folder: Path) -> None:
        """Load `folder`/tokenizer.model. Raises PromptstyleError if it is not there or broken."""
        import sentencepiece

        path = folder / "tokenizer.model"
        if not path.is_file():
            raise PromptstyleError(
                f"the base in {folder} has no tokenizer.model",
                "use a Llama-family base with its sentencepiece tokenizer",
                code="base_damaged",
            )
        self._processor = sentencepiece.SentencePieceProcessor()
        try:
            self._processor.Load(str(path))
        except (RuntimeError, OSError) as error:
            raise PromptstyleError(
                f"the tokenizer {path} cannot be read ({error})",
                "fetch the base again; `promptstyle verify` tells which file is damaged",
                code="base_damaged",
            ) from error
        bos = self._processor.bos_id()
        self.bos: int | None = bos if bos >= 0 else None
        self.eos: int = self._processor.eos_id()

    def __len__(self) -> int:
        return int(self._processor.GetPieceSize())

    def encode(self, text: str) -> list[int]:
        """Token ids of `text`, without beginning or end token."""
        return list(self._processor.EncodeAsIds(text))

    def decode(self, ids: list[int]) -> str:
        """The text of `ids`."""
        return str(self._processor.DecodeIds(ids))
