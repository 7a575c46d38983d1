"""Which base models there are, and in what state."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from promptstyle.convert.config import LlamaConfig
from promptstyle.convert.errors import ConvertError
from promptstyle.core import atomic
from promptstyle.core.assets import asset
from promptstyle.core.bases import adapted, files
from promptstyle.core.bases.base import EMBEDDED, HUB, Base
from promptstyle.core.bases.pinned import PINNED
from promptstyle.core.bases.sums import listed
from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.core.paths import Home

__all__ = [
    "EMBEDDED",
    "HUB",
    "Base",
    "add",
    "bases",
    "embedded_folder",
    "get",
    "names",
    "to_pull",
    "verify",
]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


def embedded_folder() -> Path:
    """The folder of the base that ships with the program."""
    return asset("base")


def bases(home: Home) -> list[Base]:
    """Every base that has a name here: the embedded one, the known ones, the added ones."""
    added = _added(home)
    return [_base(home, name, added) for name in _names(added)]


def names(home: Home) -> list[str]:
    """What the bases are called, without a look at any of them."""
    return _names(_added(home))


def get(home: Home, name: str) -> Base:
    """The base called `name`. Raises PromptstyleError if there is none."""
    added = _added(home)
    known = _names(added)
    if name in known:
        return _base(home, name, added)
    raise PromptstyleError(
        f"there is no base model {name[:60]!r}",
        f"there are {', '.join(known)}; `promptstyle add-model PATH` adds one",
        code="no_base",
    )


def to_pull(home: Home, name: str) -> Base:
    """The base called `name`, if it can be fetched or is there anyway.

    Raises PromptstyleError for a name that nobody knows, and for a base that was added from a
    folder and is not whole: where its files come from is not known.
    """
    try:
        base = get(home, name)
    except PromptstyleError as error:
        error.hint = (
            f"`promptstyle pull` knows {', '.join(HUB)}; of any other Llama model fetch the folder "
            "and run `promptstyle add-model FOLDER`"
        )
        raise
    if base.source == "added" and base.state != "ready":
        _ = base.folder  # raises, with the way out
    return base


def _names(added: Mapping[str, Any]) -> list[str]:
    return [name for name in (EMBEDDED, *HUB) if name not in added] + list(added)


def _base(home: Home, name: str, added: Mapping[str, dict[str, Any]]) -> Base:
    """One base by its name; looking into the hub's cache costs an import, so only if asked."""
    if name in added:
        row = added[name]
        return Base(name, "added", Path(row["path"]), tuple(sorted(row["sha256"].items())))
    if name in HUB and PINNED[name].adapter:
        folder = adapted.folder(home, name)
        return Base(name, "hub", folder if folder.is_dir() else None, listed(folder))
    if name in HUB:
        return _of_hub(name)
    embedded = embedded_folder()
    return Base(name, "embedded", embedded, listed(embedded))


def add(
    home: Home, path: Path, name: str | None = None, progress: files.Progress | None = None
) -> Base:
    """Register the folder `path` as a base, with the hashes of its files; nothing is copied.

    Under the name of a pinned base that has an adapter, that base is made of it instead. Raises
    UsageError for a name that cannot be, PromptstyleError for a folder that holds no usable Llama
    model.
    """
    path = path.absolute()
    name = path.name if name is None else name
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
            "a base is a folder with a Llama model's config.json, tokenizer and safetensors",
            code="base_damaged",
        )
    _check_whole(path)
    hashes = files.hashes(files.needed_files(path), progress)
    if name in HUB and PINNED[name].adapter:
        _adapt(home, name, path, hashes)
        # What was added under this name before would go first.
        others = {other: row for other, row in _added(home).items() if other != name}
        if others != _added(home):
            atomic.write_json(home.models / "bases.json", others)
        return get(home, name)
    atomic.write_json(
        home.models / "bases.json",
        {**_added(home), name: {"path": str(path), "sha256": hashes}},
    )
    return get(home, name)


def verify(home: Home, name: str, progress: files.Progress | None = None) -> dict[str, Any]:
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
    names = [*recorded, *files.NEEDED]
    with suppress(PromptstyleError):
        names += [file.name for file in files.needed_files(base.path)]
    recorded = {name: recorded.get(name, "") for name in names}
    hashes = files.hashes([present[name] for name in sorted(recorded) if name in present], progress)
    rows = []
    for file_name, expected in sorted(recorded.items()):
        file = present.get(file_name)
        found = hashes.get(file_name, "")
        detail = "as recorded" if found == expected else "differs from the recorded hash"
        if file is None:
            detail = "missing"
        elif not expected:
            detail = "no recorded hash: only the structure was checked"
        good = file is not None and (not expected or found == expected)
        rows.append({"file": file_name, "ok": good, "sha256": found or None, "detail": detail})
    ok = base.state == "ready" and all(row["ok"] for row in rows)
    return {"name": name, "ok": ok, "problem": base.problem or None, "files": rows}


def _adapt(home: Home, name: str, path: Path, hashes: Mapping[str, str]) -> None:
    """Make the base `name` of the folder `path`, if it is the model that the adapter is for."""
    pinned = {file.name: file.sha256 for file in PINNED[name].files}
    if dict(hashes) != pinned:
        other = sorted(set(hashes.items()) ^ set(pinned.items()))[0][0]
        raise PromptstyleError(
            f"{path} does not hold {HUB[name]} as {name!r} is made of it: {other} is another",
            "give another --name, and it is used as it is",
            code="base_other",
        )
    adapted.make(home, name, path)


def _check_whole(folder: Path) -> None:
    """Raise PromptstyleError unless config, weights and tokenizer belong together."""
    from promptstyle.convert.layers import require
    from promptstyle.convert.vocabulary import Vocabulary
    from promptstyle.convert.weights import Weights

    try:
        config = LlamaConfig.of_folder(folder)
        require(Weights.of_model(folder), config)
        Vocabulary.of_folder(folder, config)
    except ConvertError as error:
        raise PromptstyleError(
            f"{folder} is no base that can be used: {error.message}",
            error.hint,
            code="base_damaged",
        ) from error


def _added(home: Home) -> dict[str, dict[str, Any]]:
    path = home.models / "bases.json"
    if not path.is_file():
        return {}
    try:
        rows = json.loads(path.read_text("utf-8"))
        return {
            str(name): {"path": str(Path(row["path"])), "sha256": dict(row["sha256"])}
            for name, row in rows.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PromptstyleError(
            f"{path} is damaged ({error})",
            "move it away, then add your bases again with `promptstyle add-model PATH`",
            code="bases_damaged",
        ) from error


def _of_hub(name: str) -> Base:
    """A base of the hub, if it was fetched before; never goes online.

    The pinned commit, with the pinned hashes, comes before whatever another program fetched.
    """
    from huggingface_hub import try_to_load_from_cache

    pinned = PINNED[name]
    for revision, recorded in (
        (pinned.revision, tuple((file.name, file.sha256) for file in pinned.files)),
        (None, ()),
    ):
        found = try_to_load_from_cache(pinned.repo, "config.json", revision=revision)
        if isinstance(found, str):
            return Base(name, "hub", Path(found).parent, recorded)
    return Base(name, "hub", None)
