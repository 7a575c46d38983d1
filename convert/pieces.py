"""The contents of a sentencepiece tokenizer.model: pieces, scores, types, settings.

The file is one protocol buffer message. The sentencepiece module does not tell all that GGUF
needs (user-defined pieces, the normaliser's settings), and its own schema module needs the
protobuf package, so the few fields are read from the wire format here.
https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto
https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from promptstyle.convert.errors import ConvertError


class Kind(IntEnum):
    """The type of a piece: the numbers are sentencepiece's and GGUF's alike."""

    NORMAL = 1
    UNKNOWN = 2
    CONTROL = 3
    USER_DEFINED = 4
    UNUSED = 5
    BYTE = 6


@dataclass(frozen=True)
class Piece:
    """A token: its text, its merge score (higher merges first) and its type."""

    text: str
    score: float
    kind: Kind


@dataclass(frozen=True)
class Pieces:
    """A tokenizer.model. `bos`, `eos`, `pad`, `unknown` are ids, None where there is none."""

    pieces: tuple[Piece, ...]
    dummy_prefix: bool
    bos: int | None
    eos: int | None
    pad: int | None
    unknown: int | None


_BPE = 2
_Value = int | bytes


def read_pieces(path: Path) -> Pieces:
    """Read a byte-fallback BPE tokenizer.model.

    Raises ConvertError for a broken file, and for settings under which llama.cpp would split
    text otherwise than sentencepiece does.
    """
    try:
        fields = list(_fields(path.read_bytes()))
        trainer = _last(fields, 2)
        normalizer = _last(fields, 3)
        pieces = tuple(_piece(value) for number, value in fields if number == 1)
    except FileNotFoundError as error:
        raise ConvertError(
            f"{path.parent} has no tokenizer.model",
            "take the sentencepiece file of the model too: tokenizer.json is not enough",
        ) from error
    except (ValueError, IndexError, TypeError, struct.error, OSError) as error:
        raise ConvertError(
            f"{path} is not a sentencepiece model ({error})", "download it again"
        ) from error
    if not pieces:
        raise ConvertError(f"{path} holds no pieces", "download it again")
    _refuse(path, trainer, normalizer, pieces)
    named = {45: "<unk>", 46: "<s>", 47: "</s>", 48: "<pad>"}
    ids = {piece.text: id_ for id_, piece in enumerate(pieces) if piece.kind in _RESERVED}

    def special(field: int) -> int | None:
        text = trainer.get(field, named[field].encode())
        return ids.get(text.decode("utf-8", "replace")) if isinstance(text, bytes) else None

    return Pieces(
        pieces=pieces,
        dummy_prefix=bool(normalizer.get(3, 1)),
        bos=special(46),
        eos=special(47),
        pad=special(48),
        unknown=next((i for i, p in enumerate(pieces) if p.kind is Kind.UNKNOWN), None),
    )


_RESERVED = (Kind.CONTROL, Kind.UNKNOWN)


def _refuse(
    path: Path, trainer: dict[int, _Value], normalizer: dict[int, _Value], pieces: tuple[Piece, ...]
) -> None:
    """Raise ConvertError for what llama.cpp's "llama" tokeniser cannot reproduce."""
    kinds = [piece.kind for piece in pieces]
    reasons = {
        "it is not a BPE model": trainer.get(3, 1) != _BPE,
        "it has no byte fallback": kinds.count(Kind.BYTE) != 256,
        "it has no unknown piece": Kind.UNKNOWN not in kinds,
        "it normalises text": bool(normalizer.get(2)),
        "it removes extra spaces": bool(normalizer.get(4, 1)),
        "it does not escape spaces": not normalizer.get(5, 1),
        "it marks spaces at the end of words": bool(trainer.get(24, 0)),
        # llama.cpp starts a new word after each of them, sentencepiece does not.
        "it has user-defined pieces": Kind.USER_DEFINED in kinds,
        "two of its pieces have the same text": len({p.text for p in pieces}) != len(pieces),
    }
    for reason, holds in reasons.items():
        if holds:
            raise ConvertError(
                f"{path} cannot be carried over to GGUF: {reason}",
                "use a model with Llama's kind of tokenizer (sentencepiece BPE, byte fallback)",
            )


def _piece(data: _Value) -> Piece:
    fields = dict(_fields(data))
    text, score, kind = fields.get(1, b""), fields.get(2, bytes(4)), fields.get(3, 1)
    if not (isinstance(text, bytes) and isinstance(score, bytes) and isinstance(kind, int)):
        raise TypeError("a piece of the wrong type")
    return Piece(text.decode("utf-8"), struct.unpack("<f", score)[0], Kind(kind))


def _last(fields: list[tuple[int, _Value]], number: int) -> dict[int, _Value]:
    """The fields of the last embedded message `number`, or none."""
    found = [value for n, value in fields if n == number]
    return dict(_fields(found[-1])) if found else {}


def _fields(data: _Value) -> Iterator[tuple[int, _Value]]:
    """(field number, value) of a message: an int for varints, bytes for all else."""
    if not isinstance(data, bytes):
        raise TypeError("a number where a message should be")
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, at = _varint(data, at)
            yield number, value
            continue
        if wire == 2:
            length, at = _varint(data, at)
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
        else:
            raise ValueError(f"wire type {wire}")
        if at + length > len(data):
            raise ValueError("it is cut off")
        yield number, data[at : at + length]
        at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The base-128 number at `at`, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
        if shift > 63:
            raise ValueError("a number is too long")
