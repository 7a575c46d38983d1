"""A base model: where it is, in what state, and what it is called by its weights."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from promptstyle.convert.config import LlamaConfig
from promptstyle.convert.errors import ConvertError
from promptstyle.core.bases import files
from promptstyle.core.bases.pinned import PINNED
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.style.parts import MOST_IDEAS, Parts

EMBEDDED = "embedded"
# Bases known by name, which live in the cache of huggingface_hub once they were fetched.
HUB = {name: pinned.repo for name, pinned in PINNED.items()}


@dataclass(frozen=True)
class Base:
    """A base model; `path` is its folder, None if it is not on this machine."""

    name: str
    source: Literal["embedded", "hub", "added"]
    path: Path | None
    recorded: tuple[tuple[str, str], ...] = ()  # (file name, SHA-256) pairs, where known

    @cached_property
    def _looked(self) -> tuple[str, int, LlamaConfig | None, str]:
        """State, parameters, config and what is wrong."""
        if self.path is None:
            return "missing", 0, None, "not on this machine"
        if not self.path.is_dir():
            return "missing", 0, None, f"there is no folder {self.path}"
        try:
            files.needed_files(self.path)
            return "ready", files.parameters(self.path), LlamaConfig.of_folder(self.path), ""
        except (PromptstyleError, ConvertError) as error:
            return "damaged", 0, None, error.message
        except OSError as error:
            return "damaged", 0, None, f"{self.path} cannot be read: {error.strerror}"

    @property
    def state(self) -> str:
        """`ready`, `missing` or `damaged` (judged by headers and sizes, not by every byte)."""
        return self._looked[0]

    @property
    def parameters(self) -> int:
        """How many weights; 0 if it is not ready."""
        return self._looked[1]

    @property
    def context(self) -> int:
        """Tokens that it was made for; 0 if it is not ready."""
        config = self._looked[2]
        return config.context if config else 0

    @property
    def problem(self) -> str:
        """What is wrong with it, or ""."""
        return self._looked[3]

    @cached_property
    def parts(self) -> Parts:
        """What stands before a topic on this base, unless a run says otherwise.

        One that has learnt to read notes says in its config.json how many lines of them it wants:
        `"promptstyle": {"ideas": 1}`. It may be anybody's file: anything else in it is no wish.
        """
        if self.path is not None:
            with suppress(OSError, ValueError, LookupError, TypeError):
                config = json.loads((self.path / "config.json").read_text("utf-8"))
                wanted = config["promptstyle"]["ideas"]
                if type(wanted) is int and 0 <= wanted <= MOST_IDEAS:
                    return Parts(ideas=wanted)
        return Parts()

    @cached_property
    def identity(self) -> str:
        """The hash that names its weights (see `files.identity`)."""
        return files.identity(self.folder)

    @property
    def folder(self) -> Path:
        """Its folder. Raises PromptstyleError, with the way out, if the base is not ready."""
        if self.path is not None and self.state == "ready":
            return self.path
        hint = "`promptstyle models` lists the bases; `promptstyle use embedded` works at once"
        if self.source == "hub":
            gigabytes = PINNED[self.name].size / 1e9
            hint = (
                f"`promptstyle pull {self.name}` fetches it ({gigabytes:.1f} GB); "
                f"offline: `promptstyle add-model FOLDER --name {self.name}`"
            )
        elif self.source == "added":
            hint = (
                "put its files back, or say where they are now: "
                f"`promptstyle add-model FOLDER --name {self.name}`"
            )
        elif self.source == EMBEDDED:
            hint = "install promptstyle again: its own files are incomplete"
        raise PromptstyleError(
            f"the base {self.name!r} is {self.state}: {self.problem}",
            hint,
            code=f"base_{self.state}",
        )

    def document(self) -> dict[str, Any]:
        """The base as JSON values."""
        return {
            "name": self.name,
            "state": self.state,
            "source": self.source,
            "path": str(self.path) if self.path else None,
            "parameters": self.parameters or None,
            "context": self.context or None,
            "problem": self.problem or None,
        }
