"""Bases that can be fetched by name, with the sizes and hashes that their files must have."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PinnedFile:
    """One file of a repository: its size in bytes and its SHA-256 in hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Pinned:
    """A model on the Hugging Face hub at one commit, and the files of it that are needed."""

    repo: str
    revision: str
    licence: str
    files: tuple[PinnedFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all the files."""
        return sum(file.size for file in self.files)


# Weights first and config.json last: a folder without it does not count as a base, so that what
# was broken off is "missing" and never "damaged".
PINNED = {
    "tinyllama": Pinned(
        repo="TinyLlama/TinyLlama-1.1B-Chat-v1.0",
        revision="fe8a4ea1ffedaf415f4da2f062534de366a451e6",
        licence="Apache-2.0",
        files=(
            PinnedFile(
                "model.safetensors",
                2_200_119_864,
                "6e6001da2106d4757498752a021df6c2bdc332c650aae4bae6b0c004dcf14933",
            ),
            PinnedFile(
                "tokenizer.model",
                499_723,
                "9e556afd44213b6bd1be2b850ebbbd98f5481437a8021afaf58ee7fb1818d347",
            ),
            PinnedFile(
                "tokenizer_config.json",
                1_289,
                "7b41ba7d0eb91e77914ca3dafde559ea3e19878769b7e68409e89bed5222e77a",
            ),
            PinnedFile(
                "config.json",
                608,
                "486bedda3a6988332e60d9638a09ca4b260d34ebcf1b19e22cf3b140b63d8fe9",
            ),
        ),
    )
}
