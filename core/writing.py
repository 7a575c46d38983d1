"""From a topic to stored candidates: which model writes, with what shown."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from promptstyle.core import settings
from promptstyle.core.bases import registry
from promptstyle.core.closing import Closing
from promptstyle.core.collection_store import collection_for
from promptstyle.core.errors import Cancelled, PromptstyleError
from promptstyle.core.generation import guards
from promptstyle.core.generation.client import Done, Engine, Token
from promptstyle.core.generation.improving import borrows, improvable, improved, measured
from promptstyle.core.generation.picker import POOL, Picker, pool_size
from promptstyle.core.generation.picking import Picked
from promptstyle.core.generation.prompter import Prompter
from promptstyle.core.generation.sampling import SEEDS
from promptstyle.core.idea_store import ideas_for
from promptstyle.core.library import CANCELLED, Library, RunRecord
from promptstyle.core.loaded import Loaded, Prepared
from promptstyle.core.model_files import ModelFiles, check_base, tuned
from promptstyle.core.modes import AUTO, Mode, check_strength, resolve
from promptstyle.core.paths import Home
from promptstyle.core.run_folder import RunFolder
from promptstyle.core.scoring import scorer
from promptstyle.core.storing import Plan, store
from promptstyle.core.style.collection import Collection
from promptstyle.core.style.composer import Composer, Said
from promptstyle.core.style.index import LikeIndex
from promptstyle.core.style.parts import Parts
from promptstyle.core.style.passed import Passed
from promptstyle.core.topics import check_topic
from promptstyle.core.written import Interrupted, Written


class Writer(Closing):
    """Writes for one profile; keeps its models from topic to topic. A context manager.

    Safe to use from several threads: one is served at a time. `loaded` are models that are shared
    with writers of other profiles, and outlive this one.
    """

    def __init__(
        self,
        home: Home,
        library: Library,
        profile: str,
        *,
        log: Path,
        loaded: Loaded | None = None,
    ) -> None:
        self.home, self.library, self.profile = home, library, profile
        self._loaded = loaded or Loaded(home, log=log)
        self._owns = loaded is None
        self._composer: Composer[str] = Composer(LikeIndex(), Parts())
        self._picker = Picker()
        self._cancelled = threading.Event()

    def write(
        self,
        topic: str,
        *,
        n: int = 1,
        mode: str = AUTO,
        seed: int | None = None,
        greedy: bool = False,
        pool: int | None = None,
        strength: float | None = None,
        on_token: Callable[[Token], None] | None = None,
        on_pool: Callable[[int, int], None] | None = None,
        on_prepare: Prepared | None = None,
    ) -> Written:
        """Write a pool of candidates for `topic`, and store and give the best `n`, best first.

        A `pool` of 0 leaves its size to `pool_size`, None to the settings; it is `n` at least.
        Without `seed` one is drawn, and is part of the answer; candidate i of the pool is drawn
        with `seed` + i and stored with that, so that a pool of 1 writes it again, but for sentences
        of others (`improving.py`). A like with the topic's words swapped in is weighed beside the
        pool (`weighs_swapped`). `strength` scales
        what was learnt: 0 is the base, 1 the tuned model, None what the settings say. `on_token`
        hears the first `n` of the pool as they grow; `on_pool` then hears of (written, pool)
        candidates, the best of which are chosen. `on_prepare` hears of (done, total) tensors where
        a base is made ready at its first use. Raises PromptstyleError; Interrupted, after `cancel`
        or Ctrl+C, with what there was by then: of the whole pool what was whole, and of the first
        `n` what had begun.
        """
        topic = check_topic(topic)
        self._cancelled.clear()
        with self._loaded.in_use:
            return self._write(
                topic, n, mode, seed, greedy, pool, strength, on_token, on_pool, on_prepare
            )

    def _write(
        self,
        topic: str,
        n: int,
        mode: str,
        seed: int | None,
        greedy: bool,
        pool: int | None,
        strength: float | None,
        on_token: Callable[[Token], None] | None,
        on_pool: Callable[[int, int], None] | None,
        on_prepare: Prepared | None,
    ) -> Written:
        begin = time.monotonic()
        profile = self.library.profile(self.profile)
        base = registry.get(self.home, profile.base)
        run = self.library.active_run(self.profile)
        likes = self.library.likes(self.profile)
        chosen = resolve(mode, run.manifest if run else None, len(likes))
        usual, _ = settings.load(self.home)
        if strength is None:
            strength = usual.strength if chosen.tuned else 1.0
        check_strength(strength, chosen)
        seed = random.randrange(SEEDS) if seed is None else seed
        # Greedy decoding has one answer, however often it is asked.
        n = 1 if greedy else n
        size = pool_size(usual.pool if pool is None else pool, n, base.parameters, greedy=greedy)
        engine = self._engine(base, run, chosen, on_prepare, strength)
        self._composer.sync({like.id: (like.input, like.output) for like in likes})
        self._composer.search = self._loaded.search() if chosen.shows else None
        manifest = run.manifest if run and chosen.tuned else {}
        self._composer.parts = chosen.parts(manifest, base.parts)
        self._composer.ideas = ideas_for(self.home, self._composer.parts)
        self._composer.given = Said.from_json(manifest.get("style"))
        borrowing = usual.borrow and borrows(chosen, size, base.parameters)
        # Before anything is written that could be lost.
        collection = collection_for(self.home) if borrowing else None
        prompter = Prompter(engine, self._composer)
        sampling = prompter.sampling(chosen, greedy=greedy)
        plan = Plan(topic, n, size, base, run, chosen, seed, sampling, strength, begin)
        self._picker.know((like.id, like.output) for like in likes)
        done, cancelled = self._stream(prompter, plan, on_token, on_pool)
        if not cancelled:
            done += prompter.beside(topic, chosen, size)
        found = prompter.composer.notes(topic) if chosen.shows else ()
        picked = self._picker.pick(done, topic, found)[:n]
        shown = prompter.notes(topic, sampling) if chosen.shows else ()
        trouble = ""
        passed = Passed(self.library.edits(self.profile))
        if not cancelled and collection is not None:
            try:
                picked, cancelled = self._improved(prompter, plan, collection, picked, done, passed)
            except (PromptstyleError, sqlite3.Error) as error:
                # What is written is not to be lost for want of something better.
                trouble = str(error)
        known = {like.id: like for like in likes}
        written = store(
            self.library,
            self.profile,
            plan,
            picked,
            done,
            known,
            prompter,
            passed,
            shown,
            trouble,
        )
        if cancelled:
            raise Interrupted(written)
        return written

    def _improved(
        self,
        prompter: Prompter,
        plan: Plan,
        collection: Collection,
        picked: list[Picked],
        done: list[Done],
        passed: Passed,
    ) -> tuple[list[Picked], bool]:
        """What was picked, with sentences of others, in the same order; and whether it was
        cancelled, and is as it was."""
        drafts = [item.text for item in done if not item.swapped]
        if not improvable(prompter, plan.topic, drafts):
            return picked, False
        notes = prompter.composer.notes(plan.topic) if plan.mode.shows else ()
        found: list[Picked] = []
        try:
            given = [item.done for item in picked]
            with scorer(self.home, plan.base, self._loaded, self._composer) as other:
                better = improved(
                    prompter,
                    collection,
                    plan.topic,
                    plan.mode,
                    plan.sampling,
                    given,
                    drafts,
                    passed,
                    stopped=self._cancelled.is_set,
                    scorer=other,
                )
            if other is not None:
                better = [
                    item if item.text == was.text else self._measured(prompter, plan, item)
                    for was, item in zip(given, better, strict=True)
                ]
            for was, item in zip(picked, better, strict=True):
                # The scores are those of the text that is given, among the other candidates.
                others = [each for each in done if each.candidate != item.candidate]
                again = self._picker.pick([item, *others], plan.topic, notes)
                same = item is was.done
                found.append(was if same else next(each for each in again if each.done is item))
        except (Cancelled, KeyboardInterrupt):
            return picked, True
        return found, False

    def _measured(self, prompter: Prompter, plan: Plan, done: Done) -> Done:
        """`done` as the model that writes finds it, where it has room for that."""
        if self._cancelled.is_set():
            raise Cancelled()
        try:
            return measured(prompter, plan.topic, plan.sampling, done, shows=plan.mode.shows)
        except PromptstyleError as error:
            if error.code != "too_long":
                raise
            return replace(done, logprob=None)

    def warm(self, mode: str = AUTO) -> None:
        """Load the model that would write now, so that the first topic need not wait for it.

        Makes nothing: where the base has no GGUF yet, it waits for the first `write`.
        """
        from promptstyle.core.bases.prepare import cached_gguf

        base = registry.get(self.home, self.library.profile(self.profile).base)
        run = self.library.active_run(self.profile)
        likes = self.library.likes(self.profile, limit=1)
        chosen = resolve(mode, run.manifest if run else None, len(likes))
        if (chosen.tuned and run is not None) or cached_gguf(self.home, base) is not None:
            with self._loaded.in_use:
                self._engine(base, run, chosen, None)
            if settings.load(self.home)[0].borrow and borrows(chosen, POOL, base.parameters):
                collection_for(self.home)

    def cancel(self) -> None:
        """Stop what is being written; `write` then raises Interrupted."""
        self._cancelled.set()
        self._loaded.cancel()

    def _stream(
        self,
        prompter: Prompter,
        plan: Plan,
        on_token: Callable[[Token], None] | None,
        on_pool: Callable[[int, int], None] | None,
    ) -> tuple[list[Done], bool]:
        """The candidates, and whether the writing was cancelled before the last was whole."""
        done: dict[int, Done] = {}
        # Several grow side by side; what is not to be given by itself is not kept when stopped.
        grown: dict[int, list[str]] = {}
        begin = time.monotonic()
        events = prompter.events(
            plan.topic, shows=plan.mode.shows, sampling=plan.sampling, seed=plan.seed, n=plan.pool
        )
        try:
            for event in events:
                if isinstance(event, Done):
                    done[event.candidate] = event
                    grown.pop(event.candidate, None)
                    shown = all(candidate in done for candidate in range(plan.n))
                    if on_pool is not None and shown and len(done) < plan.pool:
                        on_pool(len(done), plan.pool)
                elif event.candidate < plan.n:
                    grown.setdefault(event.candidate, []).append(event.text)
                    if on_token is not None:
                        on_token(event)
                # One that came before the engine had our request has reached nobody.
                if self._cancelled.is_set() and len(done) < plan.pool:
                    raise Cancelled()
        except (Cancelled, KeyboardInterrupt):
            spent = time.monotonic() - begin - sum(each.seconds for each in done.values())
            for candidate, parts in grown.items():
                if text := guards.strip_junk("".join(parts)).strip():
                    seconds = max(spent, 0.0) / len(grown)
                    done[candidate] = Done(candidate, text, CANCELLED, len(parts), seconds)
            return _in_order(done), True
        return _in_order(done), False

    def _engine(
        self,
        base: registry.Base,
        run: RunRecord | None,
        mode: Mode,
        on_prepare: Prepared | None,
        strength: float = 1.0,
    ) -> Engine:
        def base_gguf() -> Path:
            if mode.tuned and run is not None:
                check_base(run, base)
            return self._loaded.base_gguf(base, on_prepare)

        if mode.tuned and run is not None:
            folder = RunFolder(run.id, self.home.runs / run.id)
            return self._loaded.engine(tuned(folder, base_gguf, strength))
        return self._loaded.engine(ModelFiles(base_gguf()))

    def close(self) -> None:
        """End the models, but for those that others use too."""
        if self._owns:
            self._loaded.close()


def _in_order(done: dict[int, Done]) -> list[Done]:
    return [done[candidate] for candidate in sorted(done)]
