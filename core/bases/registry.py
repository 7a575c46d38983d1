"""Which base models there are, and in what state."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from promptstyle.convert.config import LlamaConfig
from promptstyle.convert.errors import ConvertError
from promptstyle.core import atomic
from promptstyle.core.bases import files
from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.core.paths import Home

EMBEDDED = "embedded"
# Bases known by name, which live in the cache of huggingface_hub once they were fetched.
HUB = {"tinyllama": "TinyLlama/TinyLlama-1.1B-Chat-v1.0"}
SUMS = "SHA256SUMS"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


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
            hint = (
                f"fetch {HUB[self.name]} to a folder and run "
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


def embedded_folder() -> Path:
    """The folder of the base that ships with the program."""
    import promptstyle.assets

    # By path, not by importlib.resources: `promptstyle` is a namespace in an editable install.
    return Path(str(promptstyle.assets.__file__)).parent / "base"


def bases(home: Home) -> list[Base]:
    """Every base that has a name here: the embedded one, the known ones, the added ones."""
    added = _added(home)
    embedded = embedded_folder()
    found = [Base(EMBEDDED, "embedded", embedded, _sums(embedded))]
    found += [Base(name, "hub", _in_hub_cache(repo)) for name, repo in HUB.items()]
    found = [base for base in found if base.name not in added]
    return found + [
        Base(name, "added", Path(row["path"]), tuple(sorted(row["sha256"].items())))
        for name, row in added.items()
    ]


def get(home: Home, name: str) -> Base:
    """The base called `name`. Raises PromptstyleError if there is none."""
    known = bases(home)
    for base in known:
        if base.name == name:
            return base
    raise PromptstyleError(
        f"there is no base model {name[:60]!r}",
        f"there are {', '.join(base.name for base in known)}; `promptstyle add-model PATH` adds one",
        code="no_base",
    )


def add(home: Home, path: Path, name: str | None = None) -> Base:
    """Register the folder `path` as a base, with the hashes of its files; nothing is copied.

    Raises UsageError for a name that cannot be, PromptstyleError for a folder that holds no
    usable Llama model.
    """
    name = name or path.name
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name[:60]!r} cannot be the name of a base", "give one in letters and digits: --name"
        )
    if name == EMBEDDED:
        raise UsageError(
            f"{EMBEDDED!r} is the base that ships with the program", "give another --name"
        )
    if not path.is_dir():
        raise PromptstyleError(
            f"there is no folder {path}", "give the folder that holds config.json", code="no_base"
        )
    candidate = Base(name, "added", path)
    if candidate.state != "ready":
        raise PromptstyleError(
            f"{path} is no base that can be used: {candidate.problem}",
            "a base is a folder with a Llama model's config.json, tokenizer.model and safetensors",
            code="base_damaged",
        )
    hashes = {file.name: files.sha256(file) for file in files.needed_files(path)}
    atomic.write_json(
        home.models / "bases.json",
        {**_added(home), name: {"path": str(path), "sha256": hashes}},
    )
    return get(home, name)


def verify(home: Home, name: str) -> dict[str, Any]:
    """Read every byte of a base and compare with the recorded hashes.

    `{"name", "ok", "files": [{"file", "ok", "sha256", "detail"}]}`; a file without a recorded
    hash is judged by its structure, and its `detail` says so.
    """
    base = get(home, name)
    recorded = dict(base.recorded)
    if base.path is None or base.state == "missing":
        base.folder  # noqa: B018 - raises the error that says what to do
    assert base.path is not None
    present = {file.name: file for file in base.path.iterdir() if file.is_file()}
    if not recorded:
        recorded = dict.fromkeys((file.name for file in files.needed_files(base.path)), "")
    rows = []
    for file_name, expected in sorted(recorded.items()):
        file = present.get(file_name)
        found = files.sha256(file) if file else ""
        detail = "as recorded" if found == expected else "differs from the recorded hash"
        if file is None:
            detail = "missing"
        elif not expected:
            detail = "no recorded hash: only the structure was checked"
        good = file is not None and (not expected or found == expected)
        rows.append({"file": file_name, "ok": good, "sha256": found or None, "detail": detail})
    ok = base.state == "ready" and all(row["ok"] for row in rows)
    return {"name": name, "ok": ok, "problem": base.problem or None, "files": rows}


def _added(home: Home) -> dict[str, dict[str, Any]]:
    path = home.models / "bases.json"
    if not path.is_file():
        return {}
    try:
        rows = json.loads(path.read_text("utf-8"))
        return {
            str(name): {"path": row["path"], "sha256": dict(row["sha256"])}
            for name, row in rows.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PromptstyleError(
            f"{path} is damaged ({error})",
            "move it away, then add your bases again with `promptstyle add-model PATH`",
        ) from error


def _sums(folder: Path) -> tuple[tuple[str, str], ...]:
    """The (name, hash) pairs of a `sha256sum` listing."""
    path = folder / SUMS
    if not path.is_file():
        return ()
    lines = path.read_text("utf-8").splitlines()
    return tuple((name.lstrip("*"), digest) for digest, name in (line.split() for line in lines))


def _in_hub_cache(repo: str) -> Path | None:
    """Where huggingface_hub keeps `repo`, if it was fetched before; never goes online."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(repo, "config.json")
    return Path(found).parent if isinstance(found, str) else None
