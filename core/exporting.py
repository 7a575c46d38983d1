"""The job `export`: the active model as a file for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from promptstyle.convert import write_gguf
from promptstyle.core.bases import registry
from promptstyle.core.channel import Channel
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import Library
from promptstyle.core.paths import Home
from promptstyle.core.training.template import INSTRUCTION


def export_job(args: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """`{"home", "profile", "out", "quantize"}` to `{"path", "bytes", "sha256"}`.

    The merge is done anew from the 16-bit base, so that any `quantize` is as good as it can be.
    """
    home, profile = Home.of(args["home"]), str(args["profile"])
    out = Path(args["out"])
    with Library(home.database) as library:
        run = library.active_run(profile)
    if run is None:
        raise PromptstyleError(
            f"the profile {profile!r} has no trained model to export",
            "`promptstyle retrain` makes one",
            code="no_run",
        )
    base = registry.get(home, run.base)
    if base.identity != run.manifest["base_identity"]:
        raise PromptstyleError(
            f"the base {base.name!r} is not the one that {run.id} was trained on",
            "retrain on this base, then export",
            code="base_changed",
        )

    def progress(done: int, total: int) -> None:
        channel.check()
        channel.send({"event": "stage", "stage": "export", "done": done, "total": total})

    info = write_gguf(
        base.folder,
        out,
        adapter_dir=home.runs / run.id / "adapter",
        quantize=args["quantize"],
        name=run.id,
        template=INSTRUCTION,
        progress=progress,
    )
    return {"path": str(info.path), "bytes": info.bytes, "sha256": info.sha256, "run": run.id}
