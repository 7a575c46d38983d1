"""The models that stay loaded while somebody writes: the engine's, and the encoder if there is one.

All profiles share them: those on one base share that base in memory, and one may take another's
place within milliseconds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from promptstyle.core import settings
from promptstyle.core.bases import registry
from promptstyle.core.generation.client import Engine
from promptstyle.core.jobs import Job
from promptstyle.core.model_files import ModelFiles
from promptstyle.core.paths import Home
from promptstyle.core.style.dense import DenseSearch

StartEngine = Callable[..., Engine]
Prepared = Callable[[int, int], None]  # done, total


class Loaded:
    """Starts models when they are first asked for; one that died is started anew.

    `start` starts an engine, as `Engine.start` does.
    """

    def __init__(self, home: Home, *, log: Path, start: StartEngine = Engine.start) -> None:
        self.home, self.log = home, log
        self._start = start
        # Held by whoever writes: the engine answers one at a time.
        self.in_use = threading.Lock()
        self._engine: Engine | None = None
        self._files: ModelFiles | None = None
        self._preparing: Job | None = None
        self._encoder_folder = ""
        self._search: DenseSearch | None = None

    def engine(self, files: ModelFiles) -> Engine:
        """The engine, with the model of `files` in use.

        What was in use lately is there without being loaded anew. Raises PromptstyleError.
        """
        engine = self._engine
        if engine is None or not engine.alive:
            self._engine = engine = self._start(
                files.gguf, log=self.log, adapter=files.adapter, scale=files.scale
            )
        elif files != self._files:
            # If that fails, nobody knows which is in use.
            self._files = None
            engine.use(files.gguf, files.adapter, files.scale)
        self._files = files
        return engine

    @property
    def files(self) -> ModelFiles | None:
        """The model in use; None if there is none, or nobody knows which."""
        return self._files

    def base_gguf(self, base: registry.Base, on_prepare: Prepared | None) -> Path:
        """The base's model file, made where it is not there yet."""
        from promptstyle.core.bases.prepare import cached_gguf

        found = cached_gguf(self.home, base)
        if found is not None:
            return found
        args = {"home": self.home.document(), "base": base.name}
        with Job.start("prepare_base", args, log=self.home.logs / "prepare.log") as job:
            self._preparing = job
            try:
                for event in job.events():
                    if on_prepare is not None and event.get("stage") == "prepare":
                        on_prepare(int(event["done"]), int(event["total"]))
                return Path(job.result()["gguf"])
            finally:
                self._preparing = None

    def search(self) -> DenseSearch | None:
        """The search with the encoder that is set now; another object if another one is set."""
        folder = settings.load(self.home)[0].encoder
        if folder != self._encoder_folder:
            if self._search is not None:
                self._search.close()
            self._search = DenseSearch.chosen(self.home, self.home.logs / "encoder.log")
            self._encoder_folder = folder
        return self._search

    def cancel(self) -> None:
        """Stop what any of them does now."""
        job = self._preparing
        if job is not None:
            job.cancel()
        if self._engine is not None:
            self._engine.cancel()

    def close(self) -> None:
        """End them all."""
        if self._search is not None:
            self._search.close()
        if self._engine is not None:
            self._engine.close()
