"""Who says how likely a sentence is where sentences of others may stand: the base, if it is quick.

There are hundreds of them for every prompt. The embedded base reads them in a quarter of the time
of one with 135 million weights; it knows the task, and is shown the same likes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from promptstyle.core.bases import registry
from promptstyle.core.bases.base import EMBEDDED, Base
from promptstyle.core.generation.prompter import Prompter
from promptstyle.core.idea_store import ideas_for
from promptstyle.core.loaded import Loaded
from promptstyle.core.model_files import ModelFiles
from promptstyle.core.paths import Home
from promptstyle.core.style.composer import Composer

# Bases of so many weights and more are slow.
SLOW_BASE = 50_000_000


@contextmanager
def scorer(
    home: Home, base: Base, loaded: Loaded, composer: Composer[Any]
) -> Iterator[Prompter | None]:
    """On a slow `base` the embedded one, which is in use until this is left; else None.

    After that the model that was in use before is so again. Raises PromptstyleError.
    """
    if base.parameters < SLOW_BASE:
        yield None
        return
    embedded = registry.get(home, EMBEDDED)
    before = loaded.files
    gguf = loaded.base_gguf(embedded, None)
    parts = embedded.parts
    shows = Composer(composer.index, parts, composer.search, ideas_for(home, parts))
    try:
        yield Prompter(loaded.engine(ModelFiles(gguf)), shows)
    finally:
        if before is not None:
            loaded.engine(before)
