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
    """A model on the Hugging Face hub at one commit, and the files of it that are needed.

    `adapter` is the folder in `assets` with a LoRA that teaches it this program's task, if there
    is one: the base is then what `adapted.make` makes of both.
    """

    repo: str
    revision: str
    licence: str
    files: tuple[PinnedFile, ...]
    adapter: str = ""

    @property
    def size(self) -> int:
        """Bytes of all the files."""
        return sum(file.size for file in self.files)


# Weights first and config.json last: a folder without it does not count as a base, so that what
# was broken off is "missing" and never "damaged".
PINNED = {
    "smollm2": Pinned(
        repo="HuggingFaceTB/SmolLM2-135M-Instruct",
        revision="12fd25f77366fa6b3b4b768ec3050bf629380bac",
        licence="Apache-2.0",
        files=(
            PinnedFile(
                "model.safetensors",
                269_060_552,
                "5af571cbf074e6d21a03528d2330792e532ca608f24ac70a143f6b369968ab8c",
            ),
            PinnedFile(
                "tokenizer.json",
                2_104_556,
                "9ca9acddb6525a194ec8ac7a87f24fbba7232a9a15ffa1af0c1224fcd888e47c",
            ),
            PinnedFile(
                "tokenizer_config.json",
                3_764,
                "4ec77d44f62efeb38d7e044a1db318f6a939438425312dfa333b8382dbad98df",
            ),
            PinnedFile(
                "config.json",
                861,
                "8eb740e8bbe4cff95ea7b4588d17a2432deb16e8075bc5828ff7ba9be94d982a",
            ),
        ),
        adapter="smollm2",
    ),
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
    ),
}
