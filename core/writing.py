"""From a topic to stored candidates: which model writes, with what shown."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from promptstyle.core.bases import registry
from promptstyle.core.errors import UsageError
from promptstyle.core.generation.client import Engine, Token
from promptstyle.core.generation.prompter import Prompter
from promptstyle.core.generation.sampling import SEEDS, Sampling
from promptstyle.core.jobs import Job
from promptstyle.core.library import Candidate, Library, NewCandidate, RunRecord
from promptstyle.core.modes import AUTO, Mode, resolve
from promptstyle.core.paths import Home

# A topic is a sentence or a few; what is longer was pasted by mistake and fits no context.
MAX_TOPIC = 2_000


@dataclass(frozen=True)
class Written:
    """What came of one topic."""

    topic: str
    profile: str
    base: str
    run: str | None
    mode: str
    seed: int
    seconds: float
    candidates: list[Candidate]

    def document(self) -> dict[str, Any]:
        """The contract's JSON for `generate`."""
        return {
            "topic": self.topic,
            "profile": self.profile,
            "base": self.base,
            "run": self.run,
            "mode": self.mode,
            "seed": self.seed,
            "seconds": round(self.seconds, 3),
            "candidates": [
                {"id": c.id, "text": c.text, "finish": c.finish, "tokens": c.tokens}
                for c in self.candidates
            ],
        }


class Writer:
    """Writes for one profile; keeps its engine from topic to topic. A context manager."""

    def __init__(self, home: Home, library: Library, profile: str, *, log: Path) -> None:
        self.home, self.library, self.profile, self.log = home, library, profile, log
        self._engines: dict[Path, Engine] = {}
        self._stack = ExitStack()

    def write(
        self,
        topic: str,
        *,
        n: int = 1,
        mode: str = AUTO,
        seed: int | None = None,
        greedy: bool = False,
        on_token: Callable[[Token], None] | None = None,
    ) -> Written:
        """Write `n` candidates for `topic` and store them.

        Without `seed` one is drawn, and is part of the answer. Raises PromptstyleError.
        """
        topic = check_topic(topic)
        begin = time.monotonic()
        profile = self.library.profile(self.profile)
        base = registry.get(self.home, profile.base)
        run = self.library.active_run(self.profile)
        likes = self.library.likes(self.profile)
        chosen = resolve(mode, run.manifest if run else None, len(likes))
        seed = random.randrange(SEEDS) if seed is None else seed
        sampling = Sampling(greedy=greedy)
        prompter = Prompter(self._engine(base, run, chosen), [(x.input, x.output) for x in likes])
        # Greedy decoding has one answer, however often it is asked.
        done = prompter.write(
            topic,
            shows=chosen.shows,
            sampling=sampling,
            seed=seed,
            n=1 if greedy else n,
            on_token=on_token,
        )
        run_id = run.id if run and chosen.tuned else None
        candidates = self.library.add_candidates(
            self.profile,
            [
                NewCandidate(
                    topic=topic,
                    text=item.text,
                    base=base.name,
                    run=run_id,
                    mode=chosen.name,
                    seed=(seed + item.candidate) % SEEDS,
                    finish=item.finish,
                    tokens=item.tokens,
                    settings=sampling.to_json(),
                )
                for item in done
            ],
        )
        return Written(
            topic,
            self.profile,
            base.name,
            run_id,
            chosen.name,
            seed,
            time.monotonic() - begin,
            candidates,
        )

    def cancel(self) -> None:
        """Stop what is being written; `write` then raises Cancelled. From any thread."""
        for engine in self._engines.values():
            engine.cancel()

    def _engine(self, base: registry.Base, run: RunRecord | None, mode: Mode) -> Engine:
        """The engine for a mode, kept loaded; one that died is started anew."""
        if mode.tuned and run is not None:
            gguf = self.home.runs / run.id / "model.gguf"
        else:
            gguf = self._base_gguf(base)
        engine = self._engines.get(gguf)
        if engine is None or not engine.alive:
            engine = self._stack.enter_context(Engine.start(gguf, log=self.log))
            self._engines[gguf] = engine
        return engine

    def _base_gguf(self, base: registry.Base) -> Path:
        from promptstyle.core.bases.prepare import cached_gguf

        found = cached_gguf(self.home, base)
        if found is not None:
            return found
        args = {"home": self.home.document(), "base": base.name}
        with Job.start("prepare_base", args, log=self.home.logs / "prepare.log") as job:
            return Path(job.result()["gguf"])

    def close(self) -> None:
        """End the engines."""
        self._stack.close()

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def check_topic(topic: str) -> str:
    """`topic` without surrounding blanks. Raises UsageError if it is none."""
    topic = topic.strip()
    if not topic:
        raise UsageError("the topic is empty", "say what the prompt should be about", code="topic")
    if len(topic) > MAX_TOPIC:
        raise UsageError(
            f"the topic has {len(topic):,} characters, and {MAX_TOPIC:,} are the most",
            "give a sentence or two; the material itself goes with the finished prompt",
            code="topic",
        )
    return topic
