"""A cheap look at a GGUF file before llama.cpp sees it.

llama.cpp's loader says of a broken file only that loading failed, and ends the whole process on
some (two tokens with the same text, a number of layers that cannot be). Nothing but the header
is read here, through a file mapping.
https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from promptstyle.convert.errors import ConvertError

# llama.cpp's LLAMA_MAX_LAYERS.
_MOST_LAYERS = 512
_AGAIN = "make it again (retrain, or export), or copy it again"

# GGUF value types: number -> struct code; 8 is a string, 9 an array.
_SCALARS = dict(zip((0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12), "BbHhIif?Qqd", strict=True))
_STRING, _ARRAY = 8, 9
_TOKENS = "tokenizer.ggml.tokens"
# ggml tensor types: number -> (elements, bytes) of a block. gguf has the same table, but
# importing it loads numpy.
BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34),
    9: (32, 40), 10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210),
    15: (256, 292), 16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18),
    21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4),
    27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66),
    39: (32, 17), 40: (64, 36), 41: (128, 18),
}  # fmt: skip


@dataclass(frozen=True)
class Extent:
    """A tensor's shape (fastest dimension first, as in the file), ggml type and bytes.

    `offset` counts from the start of the file.
    """

    shape: tuple[int, ...]
    kind: int
    offset: int
    size: int


@dataclass(frozen=True)
class Header:
    """What stands before the weights. An array in `metadata` is kept as its length."""

    metadata: dict[str, Any]
    tensors: dict[str, Extent]


def check_gguf(path: Path) -> None:
    """Raise ConvertError unless `path` is a whole GGUF file of a model or an adapter.

    Every tensor must lie within the file. The weights themselves are not read.
    """
    header = read_header(path)
    lengths = {
        header.metadata[key]
        for part in ("tokens", "scores", "token_type")
        if (key := f"tokenizer.ggml.{part}") in header.metadata
    }
    if len(lengths) > 1:
        raise ConvertError(f"{path}: the parts of its vocabulary differ in length", _AGAIN)
    metadata = header.metadata
    layers = metadata.get(f"{metadata['general.architecture']}.block_count", 1)
    if type(layers) is not int or not 1 <= layers <= _MOST_LAYERS:
        raise ConvertError(f"{path} says that it has {layers} layers", _AGAIN)


def read_header(path: Path) -> Header:
    """Parse and check the header. Raises ConvertError (see `check_gguf`)."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
            if not start:
                raise ConvertError(f"{path} is empty", _AGAIN)
            if start != b"GGUF":
                raise ConvertError(f"{path} is not a GGUF file", _AGAIN)
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _Cursor(data, path).header()
    except FileNotFoundError as error:
        raise ConvertError(f"{path} does not exist", "give the path of a .gguf file") from error
    except OSError as error:
        raise ConvertError(f"{path} cannot be read: {error}", "check the path") from error


class _Cursor:
    """Reads forward through a header; every step checks that it stays inside the file."""

    def __init__(self, data: mmap.mmap, path: Path) -> None:
        self._data, self._path, self._size, self._at = data, path, len(data), 4

    def header(self) -> Header:
        version = self._number("I")
        if version not in (2, 3):
            raise self._broken(f"GGUF version {version}")
        tensor_count, entry_count = self._number("Q"), self._number("Q")
        metadata: dict[str, Any] = {}
        for _ in range(entry_count):
            key = self._text()
            if key in metadata:
                raise self._broken(f"the key {key[:60]!r} stands twice")
            metadata[key] = self._value(self._number("I"), distinct=key == _TOKENS)
        architecture = metadata.get("general.architecture")
        if not isinstance(architecture, str) or not architecture:
            raise self._broken("it names no architecture")
        alignment = metadata.get("general.alignment", 32)
        if type(alignment) is not int or alignment < 1 or alignment & (alignment - 1):
            raise self._broken(f"alignment {alignment!r}")
        if not tensor_count:
            raise self._broken("it holds no weights")
        return Header(metadata, self._tensors(tensor_count, alignment))

    def _tensors(self, count: int, alignment: int) -> dict[str, Extent]:
        rows = []
        for _ in range(count):
            name, dimensions = self._text(), self._number("I")
            if not 1 <= dimensions <= 4:
                raise self._broken(f"a tensor of {dimensions} dimensions")
            shape = tuple(self._number("Q") for _ in range(dimensions))
            rows.append((name, shape, self._number("I"), self._number("Q")))
        start = _padded(self._at, alignment)
        tensors: dict[str, Extent] = {}
        expected = 0
        for name, shape, kind, offset in rows:
            if kind not in BLOCKS:
                raise self._broken(f"tensor type {kind}")
            elements, size = BLOCKS[kind]
            if min(shape) < 1 or shape[0] % elements or prod(shape) >= 1 << 62:
                raise self._broken(f"the shape {shape} of {name[:60]!r}")
            if name in tensors or offset != expected:
                raise self._broken(f"the place of {name[:60]!r}")
            size = prod(shape) // elements * size
            if start + offset + size > self._size:
                raise ConvertError(
                    f"{self._path} is cut off: it has {self._size} bytes, "
                    f"{name[:60]!r} ends at {start + offset + size}",
                    _AGAIN,
                )
            tensors[name] = Extent(shape, kind, start + offset, size)
            expected = _padded(offset + size, alignment)
        return tensors

    def _value(self, kind: int, distinct: bool) -> Any:
        if kind in _SCALARS:
            return self._number(_SCALARS[kind])
        if kind == _STRING:
            return self._text()
        if kind != _ARRAY:
            raise self._broken(f"value type {kind}")
        inner, count = self._number("I"), self._number("Q")
        if inner == _STRING:
            self._need(count * 8)
            texts: set[bytes] = set()
            for _ in range(count):
                length = self._number("Q")
                start = self._at
                self._skip(length)
                if distinct:
                    texts.add(self._data[start : self._at])
            if distinct and len(texts) != count:
                raise self._broken("two tokens have the same text")
        elif inner in _SCALARS:
            self._skip(count * struct.calcsize("<" + _SCALARS[inner]))
        else:
            raise self._broken(f"array of type {inner}")
        return count

    def _number(self, code: str) -> Any:
        size = struct.calcsize("<" + code)
        self._need(size)
        (value,) = struct.unpack_from("<" + code, self._data, self._at)
        self._at += size
        return value

    def _text(self) -> str:
        length = self._number("Q")
        start = self._at
        self._skip(length)
        try:
            return self._data[start : self._at].decode("utf-8")
        except UnicodeDecodeError as error:
            raise self._broken("a text is not UTF-8") from error

    def _skip(self, count: int) -> None:
        self._need(count)
        self._at += count

    def _need(self, count: int) -> None:
        if self._at + count > self._size:
            raise ConvertError(
                f"{self._path} is cut off: its header goes on after {self._size} bytes", _AGAIN
            )

    def _broken(self, what: str) -> ConvertError:
        return ConvertError(f"{self._path} is not a sound GGUF file: {what}", _AGAIN)


def _padded(size: int, alignment: int) -> int:
    return (size + alignment - 1) // alignment * alignment
