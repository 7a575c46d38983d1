"""The models that stay loaded while somebody writes: engines, and the encoder if there is one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from promptstyle.core import settings
from promptstyle.core.bases import registry
from promptstyle.core.generation.client import Engine
from promptstyle.core.jobs import Job
from promptstyle.core.paths import Home
from promptstyle.core.style.dense import DenseSearch

# The one that writes, and the base to compare it with. TinyLlama takes more than a gigabyte each.
LOADED = 2

StartEngine = Callable[..., Engine]
Prepared = Callable[[int, int], None]  # done, total


class Loaded:
    """Starts models when they are first asked for; one that died is started anew.

    `start` starts an engine, as `Engine.start` does.
    """

    def __init__(self, home: Home, *, log: Path, start: StartEngine = Engine.start) -> None:
        self.home, self.log = home, log
        self._start = start
        # In the order of their last use.
        self.engines: dict[Path, Engine] = {}
        self._on_top: dict[Path, tuple[Path, float] | None] = {}
        self._preparing: Job | None = None
        self._encoder_folder = ""
        self._search: DenseSearch | None = None

    def engine(self, gguf: Path, adapter: Path | None = None, scale: float = 1.0) -> Engine:
        """The engine for a model file, with a LoRA `adapter` (GGUF) on top at `scale` if given.

        Another adapter or scale is swapped in without loading the model anew.
        """
        engine = self.engines.pop(gguf, None)
        if engine is None or not engine.alive:
            engine = self._start(gguf, log=self.log)
            self._on_top.pop(gguf, None)
        self.engines[gguf] = engine
        while len(self.engines) > LOADED:
            self.engines.pop(next(iter(self.engines))).close()
        wanted = None if adapter is None else (adapter, scale)
        if self._on_top.get(gguf) != wanted:
            try:
                engine.set_adapter(adapter, scale)
            except BaseException:
                # Nobody knows which is on top now.
                self.engines.pop(gguf).close()
                raise
            self._on_top[gguf] = wanted
        return engine

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
        for engine in list(self.engines.values()):
            engine.cancel()

    def close(self) -> None:
        """End them all."""
        if self._search is not None:
            self._search.close()
        while self.engines:
            self.engines.popitem()[1].close()
