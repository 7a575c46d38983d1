"""The job `export`: the active model for other programs, as a file or a folder, with a card."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from promptstyle.convert import write_adapter_gguf, write_gguf
from promptstyle.core import atomic, memorised, ollama
from promptstyle.core.bases import files, registry
from promptstyle.core.bases.base import Base
from promptstyle.core.bases.pinned import PINNED
from promptstyle.core.channel import Channel
from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.core.export_card import (
    ADAPTER,
    CARD,
    FOLDERS,
    KINDS,
    MODEL,
    MODELFILE,
    NAMES,
    PEFT,
    card,
    licence,
)
from promptstyle.core.files import target_folder
from promptstyle.core.library import Library, RunRecord
from promptstyle.core.model_files import check_base, of_run
from promptstyle.core.paths import Home
from promptstyle.core.run_folder import RunFolder
from promptstyle.core.training.template import INSTRUCTION, Pair

if TYPE_CHECKING:
    from promptstyle.convert.writer import Quantize


@dataclass(frozen=True)
class Export:
    """What to export, and how to tell how far it is."""

    home: Home
    run: RunRecord
    base: Base
    channel: Channel

    @property
    def folder(self) -> RunFolder:
        """The run's own folder, which is never written to."""
        return RunFolder(self.run.id, self.home.runs / self.run.id)

    def merged(self, out: Path, quantize: str) -> None:
        """The base with what was learnt, merged anew at 16 bits before it is rounded."""
        self._write(out, quantize, self.folder.adapter)

    def alone(self, out: Path, quantize: str) -> None:
        """The base without what was learnt."""
        self._write(out, quantize, None)

    def adapter(self, out: Path) -> None:
        """What was learnt, as GGUF; from peft's folder, whatever became of the run's own GGUF."""
        write_adapter_gguf(self.base.folder, self.folder.adapter, out)

    def peft(self, out: Path) -> None:
        """What was learnt, as a folder that peft loads; it names the base, not a path here."""
        source = self.folder.adapter
        try:
            settings = json.loads((source / PEFT[0]).read_text("utf-8"))
            shutil.copyfile(source / PEFT[1], out / PEFT[1])
        except (OSError, ValueError) as error:
            raise PromptstyleError(
                f"the adapter of {self.run.id} cannot be read: {error}",
                "retrain, or activate another run",
                code="run_damaged",
            ) from error
        # What an adapter of ours was merged into is no longer what the hub has.
        plain = self.base.source == "hub" and not PINNED[self.base.name].adapter
        name = PINNED[self.base.name].repo if plain else self.base.name
        settings["base_model_name_or_path"] = name
        atomic.write_json(out / PEFT[0], settings)

    def _write(self, out: Path, quantize: str, adapter: Path | None) -> None:
        write_gguf(
            self.base.folder,
            out,
            adapter_dir=adapter,
            # It says itself which types there are.
            quantize=cast("Quantize", quantize),
            name=self.run.id if adapter else self.base.name,
            template=INSTRUCTION,
            progress=lambda done, total: self.tell("export", done, total),
        )

    def tell(self, stage: str, done: int, total: int) -> None:
        """Say how far it is; raises Cancelled when asked to stop."""
        self.channel.check()
        self.channel.send({"event": "stage", "stage": stage, "done": done, "total": total})


def export_job(args: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """`{"home", "profile", "out", "as", "quantize", "separate", "check"}` to what was written.

    `{"path", "bytes", "sha256", "file", "run", "card", "checked", "memorised"}`: of a folder
    `bytes` are those of all its files and `sha256` is that of its weights, `file`; `memorised`
    are the (topic, prompt) pairs that come out of the model, null where that was not looked at.
    The merge is done anew from the 16-bit base, so that any `quantize` is as good as it can be.
    """
    kind = str(args.get("as") or KINDS[0])
    if kind not in KINDS:
        raise UsageError(f"there is no export as {kind!r}", f"use one of {', '.join(KINDS)}")
    export = _asked(args, channel)
    out = Path(args["out"])
    pairs: list[Pair] = []
    found = None
    # A run whose own model was deleted can still be merged anew.
    own = of_run(export.home, export.run)
    if args.get("check", True) and own.there:
        pairs = memorised.learnt(export.folder.likes)
        found = memorised.memorised(
            own,
            pairs,
            export.home.logs / "engine-export.log",
            lambda done, total: export.tell("memory", done, total),
        )

    def text(file: str) -> str:
        count = None if found is None else len(found)
        return card(kind, file, export.base, export.run.manifest, len(pairs), count)

    quantize = str(args["quantize"])
    if kind in FOLDERS:
        target_folder(out, NAMES, overwrite=bool(args.get("overwrite")))
        with _folder(out) as made:
            if kind == "peft":
                export.peft(made)
                weights = made / PEFT[1]
            else:
                weights = _ollama(export, made, quantize, separate=bool(args.get("separate")))
            (made / CARD).write_text(text(weights.name), encoding="utf-8")
            size = sum(path.stat().st_size for path in made.iterdir())
            digest = files.sha256(weights)
        beside = out / CARD
    else:
        if kind == "gguf":
            export.merged(out, quantize)
        else:
            export.adapter(out)
        weights = out
        size, digest = out.stat().st_size, files.sha256(out)
        beside = out.with_name(f"{out.name}.md")
        atomic.write_text(beside, text(out.name))
    return {
        "path": str(out),
        "bytes": size,
        "sha256": digest,
        "file": weights.name,
        "run": export.run.id,
        "card": str(beside),
        "checked": len(pairs),
        "memorised": None if found is None else [list(pair) for pair in found],
    }


def _asked(args: dict[str, Any], channel: Channel) -> Export:
    home, profile = Home.of(args["home"]), str(args["profile"])
    with Library(home.database) as library:
        run = library.active_run(profile)
    if run is None:
        raise PromptstyleError(
            f"the profile {profile!r} has no trained model to export",
            "`promptstyle retrain` makes one",
            code="no_run",
        )
    base = registry.get(home, run.base)
    check_base(run, base)
    return Export(home, run, base, channel)


def _ollama(export: Export, out: Path, quantize: str, *, separate: bool) -> Path:
    """The Modelfile and its weights: merged, or base and adapter apart. Returns the weights."""
    model = out / MODEL
    if separate:
        export.alone(model, quantize)
        export.adapter(out / ADAPTER)
    else:
        export.merged(model, quantize)
    text = ollama.modelfile(
        MODEL, export.base.context, licence(export.base), ADAPTER if separate else None
    )
    (out / MODELFILE).write_text(text, encoding="utf-8")
    return out / ADAPTER if separate else model


@contextmanager
def _folder(out: Path) -> Iterator[Path]:
    """A folder beside `out` that takes its name when the block ends well; an export there goes."""
    made = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    old = made.with_name(f"{made.name}.old")
    try:
        yield made
        if out.exists():
            out.rename(old)
        try:
            made.rename(out)
        except OSError:
            if old.exists():
                old.rename(out)
            raise
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(made, ignore_errors=True)
