"""The vocabulary as GGUF stores it: one text, score and type for each row of the embedding."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promptstyle.convert import byte_level
from promptstyle.convert.config import LlamaConfig
from promptstyle.convert.errors import ConvertError
from promptstyle.convert.pieces import Kind, Piece, read_pieces

if TYPE_CHECKING:
    from gguf import GGUFWriter

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Vocabulary:
    """Tokens by id, with the ids of the special ones (None: there is none)."""

    tokens: tuple[Piece, ...]
    dummy_prefix: bool
    add_bos: bool
    add_eos: bool
    bos: int | None
    eos: int | None
    end_of_turn: int | None
    unknown: int | None
    pad: int | None
    # Of byte-level BPE alone: the merges in their order, and how text is cut before them.
    merges: tuple[str, ...] = ()
    pre: str = "default"

    @classmethod
    def of_folder(cls, folder: Path, config: LlamaConfig) -> Vocabulary:
        """The vocabulary of a model folder, as long as its embedding has rows.

        `tokenizer.model` (sentencepiece) is read where it is there, else `tokenizer.json`
        (byte-level BPE). config.json's special ids win over the tokenizer's. Rows without a piece
        become the tokens that the folder adds by name, or unused padding.
        """
        if not (folder / "tokenizer.model").is_file() and (folder / byte_level.FILE).is_file():
            return cls._byte_level(folder, config)
        model = read_pieces(folder / "tokenizer.model")
        if len(model.pieces) > config.vocabulary:
            raise ConvertError(
                f"{folder}/tokenizer.model has {len(model.pieces)} pieces, "
                f"the model has {config.vocabulary} rows",
                "take the tokenizer and the weights from the same model",
            )
        settings = _settings(folder / "tokenizer_config.json")
        tokens = list(model.pieces)
        taken = {piece.text for piece in tokens}
        added = _added(folder, settings)
        for id_ in range(len(tokens), config.vocabulary):
            # Control: plain text must never turn into them, as it never does in training.
            text, kind = added.get(id_, ""), Kind.CONTROL
            if not text or text in taken:
                text, kind = _unused(id_, taken), Kind.UNUSED
            taken.add(text)
            tokens.append(Piece(text, 0.0 if kind is Kind.CONTROL else -1e9, kind))
        _check_special(folder, config)
        bos = model.bos if config.bos is None else config.bos
        vocabulary = cls(
            tokens=tuple(tokens),
            dummy_prefix=model.dummy_prefix,
            add_bos=bool(settings.get("add_bos_token", True)) and bos is not None,
            add_eos=bool(settings.get("add_eos_token", False)),
            bos=bos,
            eos=config.eos[0] if config.eos else model.eos,
            end_of_turn=config.eos[1] if len(config.eos) > 1 else None,
            unknown=model.unknown,
            pad=model.pad if config.pad is None else config.pad,
        )
        for text in vocabulary.forgeable():
            log.warning("plain text may turn into the token %s in llama.cpp", text)
        return vocabulary

    @classmethod
    def _byte_level(cls, folder: Path, config: LlamaConfig) -> Vocabulary:
        model = byte_level.read_byte_level(folder / byte_level.FILE)
        if len(model.pieces) > config.vocabulary:
            raise ConvertError(
                f"{folder}/{byte_level.FILE} has {len(model.pieces)} tokens, "
                f"the model has {config.vocabulary} rows",
                "take the tokenizer and the weights from the same model",
            )
        _check_special(folder, config)
        if not config.eos:
            raise ConvertError(
                f"{folder}/config.json names no end token", "add eos_token_id, as the model has it"
            )
        tokens = list(model.pieces)
        taken = {piece.text for piece in tokens}
        for id_ in range(len(tokens), config.vocabulary):
            text = _unused(id_, taken)
            taken.add(text)
            tokens.append(Piece(text, 0.0, Kind.UNUSED))
        return cls(
            tokens=tuple(tokens),
            dummy_prefix=False,
            add_bos=model.begins is not None,
            add_eos=False,
            bos=config.bos if model.begins is None else model.begins,
            eos=config.eos[0],
            end_of_turn=config.eos[1] if len(config.eos) > 1 else None,
            unknown=None,
            pad=config.pad,
            merges=model.merges,
            pre=model.pre,
        )

    def forgeable(self) -> list[str]:
        """Special tokens that llama.cpp could build from plain text.

        It merges neighbours into any token with their joined text, sentencepiece only into
        normal ones. They differ where both halves of a special token's text are pieces.
        """
        normal = {token.text for token in self.tokens if token.kind is Kind.NORMAL}
        return [
            token.text
            for token in self.tokens
            if token.kind is not Kind.NORMAL
            and any(
                token.text[:cut] in normal and token.text[cut:] in normal
                for cut in range(1, len(token.text))
            )
        ]

    def add_to(self, writer: GGUFWriter) -> None:
        """Write the `tokenizer.ggml.*` entries."""
        writer.add_tokenizer_model("gpt2" if self.merges else "llama")
        writer.add_tokenizer_pre(self.pre)
        writer.add_token_list([token.text for token in self.tokens])
        if self.merges:
            writer.add_token_merges(self.merges)
        else:
            writer.add_token_scores([token.score for token in self.tokens])
        writer.add_token_types([int(token.kind) for token in self.tokens])
        if self.bos is not None:
            writer.add_bos_token_id(self.bos)
        if self.eos is not None:
            writer.add_eos_token_id(self.eos)
        if self.end_of_turn is not None:
            writer.add_eot_token_id(self.end_of_turn)
        if self.unknown is not None:
            writer.add_unk_token_id(self.unknown)
        if self.pad is not None:
            writer.add_pad_token_id(self.pad)
        writer.add_add_bos_token(self.add_bos)
        writer.add_add_eos_token(self.add_eos)
        writer.add_add_space_prefix(self.dummy_prefix)


def _check_special(folder: Path, config: LlamaConfig) -> None:
    for special in (config.bos, *config.eos, config.pad):
        if special is not None and special >= config.vocabulary:
            raise ConvertError(
                f"{folder}/config.json names token {special} of {config.vocabulary}",
                "take config.json and the tokenizer from the same model",
            )


def _unused(id_: int, taken: set[str]) -> str:
    text = f"[PAD{id_}]"
    # llama.cpp ends the process when two tokens have the same text.
    while text in taken:
        text += "_"
    return text


def _settings(path: Path) -> dict[str, Any]:
    """A JSON object, empty if there is no such file."""
    try:
        settings = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (ValueError, OSError) as error:
        raise ConvertError(f"{path} is not JSON: {error}", "download it again") from error
    if not isinstance(settings, dict):
        raise ConvertError(f"{path} is not an object", "download it again")
    return settings


def _added(folder: Path, settings: dict[str, Any]) -> dict[int, str]:
    """Tokens that the folder adds to the sentencepiece ones: id -> text."""
    found: dict[int, str] = {}
    try:
        for text, id_ in _settings(folder / "added_tokens.json").items():
            found[int(id_)] = text
        for id_, token in (settings.get("added_tokens_decoder") or {}).items():
            found[int(id_)] = str(token["content"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ConvertError(
            f"the added tokens of {folder} could not be read", "download the tokenizer again"
        ) from error
    return found
