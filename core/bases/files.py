"""The files of a base folder: what there must be, whether it is whole, and what it hashes to."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Callable, Iterable
from math import prod
from pathlib import Path

from promptstyle.core.errors import PromptstyleError

# What the program reads from a base; anything else in the folder is of no concern.
NEEDED = ("config.json",)
# One of them: sentencepiece's, which comes first, or a byte-level BPE.
TOKENIZERS = ("tokenizer.model", "tokenizer.json")
# Read where they are there: they name added tokens, which a GGUF then has.
OPTIONAL = ("added_tokens.json", "tokenizer_config.json")
INDEX = "model.safetensors.index.json"
SINGLE = "model.safetensors"
# Files up to this size are hashed whole for the identity; of larger ones, blocks.
WHOLE = 64 << 20
BLOCK = 64 << 10
BLOCKS = 16

# Hears of the reading of files: which one, the bytes read so far, the bytes of all of them. What
# it raises ends the reading.
Progress = Callable[[str, int, int], None]


def damaged(message: str) -> PromptstyleError:
    """The error for a base whose files are not what they should be."""
    return PromptstyleError(
        message, "put the base's files back from where they came", code="base_damaged"
    )


def weight_files(folder: Path) -> list[Path]:
    """The safetensors files of a base, sharded or not. Raises PromptstyleError if one lacks."""
    if (folder / SINGLE).is_file():
        return [folder / SINGLE]
    if not (folder / INDEX).is_file():
        raise damaged(f"{folder} has no {SINGLE}")
    try:
        index = json.loads((folder / INDEX).read_text("utf-8"))
        names = sorted(set(index["weight_map"].values()))
        inside = all(Path(name).name == name for name in names)
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise damaged(f"{folder / INDEX} is not an index of weights") from error
    if not names:
        raise damaged(f"{folder / INDEX} names no weights")
    # transformers would follow such a name.
    if not inside:
        raise damaged(f"{folder / INDEX} names files outside its folder")
    paths = [folder / name for name in names]
    for path in paths:
        if not path.is_file():
            raise damaged(f"{path} is missing")
    return paths


def needed_files(folder: Path) -> list[Path]:
    """Every file that the program reads, weights last. Raises PromptstyleError if one lacks."""
    for name in NEEDED:
        if not (folder / name).is_file():
            raise damaged(f"{folder} has no {name}")
    tokenizer = next((name for name in TOKENIZERS if (folder / name).is_file()), None)
    if tokenizer is None:
        raise damaged(f"{folder} has no {' and no '.join(TOKENIZERS)}")
    extra = [name for name in OPTIONAL if (folder / name).is_file()]
    if not (folder / SINGLE).is_file():
        extra.append(INDEX)
    return [*(folder / name for name in (*NEEDED, tokenizer, *extra)), *weight_files(folder)]


def parameters(folder: Path) -> int:
    """How many numbers the weights hold; checks that no file is cut short."""
    return sum(_elements(path) for path in weight_files(folder))


def _elements(path: Path) -> int:
    """Elements in one safetensors file, from its header alone."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else size
        if 8 + length > size:
            raise damaged(f"{path} is cut short or no safetensors file")
        try:
            header = json.loads(file.read(length))
            tensors = [value for key, value in header.items() if key != "__metadata__"]
            end = max((int(tensor["data_offsets"][1]) for tensor in tensors), default=0)
            count = sum(prod(map(int, tensor["shape"])) for tensor in tensors)
        except (
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            IndexError,
            OverflowError,
            RecursionError,
        ) as error:
            raise damaged(f"{path} is no safetensors file") from error
    if 8 + length + end > size:
        raise damaged(f"{path} is cut short: {size} of {8 + length + end} bytes")
    return count


def sha256(path: Path, progress: Callable[[int], None] | None = None) -> str:
    """The SHA-256 of a file, in hex. `progress` hears of every megabyte: how many bytes it is."""
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while chunk := file.read(1 << 20):
            digest.update(chunk)
            if progress is not None:
                progress(len(chunk))
    return digest.hexdigest()


def hashes(paths: Iterable[Path], progress: Progress | None = None) -> dict[str, str]:
    """The SHA-256 of every file, by its name."""
    paths = list(paths)
    total = sum(path.stat().st_size for path in paths) if progress is not None else 0
    done = 0
    found: dict[str, str] = {}
    for path in paths:

        def read(size: int, name: str = path.name) -> None:
            nonlocal done
            done += size
            if progress is not None:
                progress(name, done, total)

        found[path.name] = sha256(path, read)
    return found


def identity(folder: Path) -> str:
    """A hash that names these weights: whole small files, headers and blocks of large ones.

    It keys caches and stands in manifests; `verify` is what reads every byte.
    """
    digest = hashlib.sha256()
    for path in needed_files(folder):
        size = path.stat().st_size
        digest.update(f"{path.name}:{size}\n".encode())
        with path.open("rb") as file:
            if size <= WHOLE:
                digest.update(file.read())
                continue
            for block in range(BLOCKS):
                file.seek((size - BLOCK) * block // (BLOCKS - 1), os.SEEK_SET)
                digest.update(file.read(BLOCK))
    return digest.hexdigest()
