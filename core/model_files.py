"""What llama.cpp loads to write: a model file, and a LoRA on top of it if there is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.run_folder import RunFolder

if TYPE_CHECKING:
    from promptstyle.core.bases.base import Base
    from promptstyle.core.library import RunRecord
    from promptstyle.core.paths import Home


@dataclass(frozen=True)
class ModelFiles:
    """A model (GGUF), with an `adapter` (GGUF) on top at `scale`: 0 is the model without it."""

    gguf: Path
    adapter: Path | None = None
    scale: float = 1.0

    @property
    def there(self) -> bool:
        """Whether the files are on the disk."""
        return self.gguf.is_file() and (self.adapter is None or self.adapter.is_file())


def tuned(folder: RunFolder, base_gguf: Callable[[], Path], scale: float = 1.0) -> ModelFiles:
    """A run's model: merged, where that was made and is to count in full, else on its base.

    `base_gguf` is asked for the base's model file, which may have to be made, only if it matters.
    """
    if scale == 1.0 and folder.gguf.is_file():
        return ModelFiles(folder.gguf)
    return ModelFiles(base_gguf(), folder.adapter_gguf, scale)


def check_base(run: RunRecord, base: Base) -> None:
    """Raise PromptstyleError unless `base` has the weights that `run` was learnt on.

    What was learnt on others makes no sense on these, and nothing else would say so.
    """
    if run.manifest.get("base_identity") != base.identity:
        back = f", or put the old one back: `promptstyle add-model FOLDER --name {base.name}`"
        raise PromptstyleError(
            f"the base {base.name!r} is not the one that {run.id} was trained on",
            f"`promptstyle retrain` on this one{back if base.source == 'added' else ''}",
            code="base_changed",
        )


def of_run(home: Home, run: RunRecord) -> ModelFiles:
    """The files of a run's model; its base's is made where it is needed and not there.

    They may be gone, see `there`. Raises PromptstyleError if the base is needed and gone, or
    another one (`check_base`).
    """
    from promptstyle.core.bases import registry
    from promptstyle.core.bases.prepare import make_gguf

    def base_gguf() -> Path:
        base = registry.get(home, run.base)
        check_base(run, base)
        return make_gguf(home, base)

    return tuned(RunFolder(run.id, home.runs / run.id), base_gguf)
