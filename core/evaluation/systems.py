"""What each system writes for the same topics, as it would in use."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from promptstyle.core import settings
from promptstyle.core.bases.base import Base
from promptstyle.core.errors import Cancelled
from promptstyle.core.evaluation.attribution import Attribution, attribution
from promptstyle.core.evaluation.baselines import nearest_liked, random_liked, splice
from promptstyle.core.evaluation.measures import SystemOutput
from promptstyle.core.evaluation.telling import InOrder, Progress
from promptstyle.core.generation.client import Engine
from promptstyle.core.generation.picker import Picker, pool_size
from promptstyle.core.generation.prompter import Prompter
from promptstyle.core.generation.threads import ONE_THREAD
from promptstyle.core.idea_store import ideas_for
from promptstyle.core.model_files import ModelFiles
from promptstyle.core.modes import BY_SYSTEM
from promptstyle.core.paths import Home
from promptstyle.core.style.composer import Said
from promptstyle.core.style.dense import DenseSearch
from promptstyle.core.style.ideas import Ideas
from promptstyle.core.style.others import Others
from promptstyle.core.style.parts import Parts
from promptstyle.core.training.precision import available_cores
from promptstyle.core.training.template import Pair

Outputs = dict[str, list[SystemOutput]]
BASELINES = ("random", "nearest", "splice")


def baselines(
    names: Sequence[str], liked: Sequence[Pair], topics: Sequence[str], seed: int
) -> Outputs:
    """The copied likes of the baselines among `names`."""
    made: Outputs = {}
    if "random" in names:
        made["random"] = [SystemOutput(text) for text in random_liked(liked, topics, seed)]
    if "nearest" in names:
        made["nearest"] = [SystemOutput(text) for text in nearest_liked(liked, topics)]
    if "splice" in names:
        made["splice"] = [SystemOutput(text) for text in splice(liked, topics)]
    return made


@dataclass(frozen=True)
class Decoding:
    """How the systems write: a pool of so many candidates drawn with `seed`, the best taken.

    `parts` are those that the tuned model was trained with, None for the `usual` ones, which the
    base wants; `said` is what a finished run keeps of the likes' own words. `search` finds likes by
    what they mean, `ideas` what others asked for.
    """

    pool: int
    seed: int
    parts: Parts | None = None
    said: Said | None = None
    search: DenseSearch | None = None
    usual: Parts | None = None
    ideas: Ideas | None = None

    @classmethod
    @contextmanager
    def of(
        cls, home: Home, base: Base, seed: int, parts: Parts | None = None, said: Said | None = None
    ) -> Iterator[Decoding]:
        """As the user writes: with as large a pool, and the encoder if there is one."""
        asked = settings.load(home)[0].pool
        pool = pool_size(asked, 1, base.parameters, greedy=False)
        search = DenseSearch.chosen(home, home.logs / "encoder.log")
        with search or nullcontext():
            yield cls(pool, seed, parts, said, search, base.parts, ideas_for(home, base.parts))


def written(
    engine: Engine,
    names: Sequence[str],
    liked: Sequence[Pair],
    topics: Sequence[str],
    decoding: Decoding,
    progress: Progress,
) -> Outputs:
    """What the model in `engine` writes as each of the systems `names`: as in use, by the picker.

    But without sentences of others (`generation/improving.py`), which get no better by training.
    `vanilla` is not to know anything of the likes: its text is the one of greedy decoding.
    """
    picker = Picker()
    picker.know((str(place), prompt) for place, (_, prompt) in enumerate(liked))
    made: Outputs = {}
    for name in names:
        mode = BY_SYSTEM[name]
        parts = decoding.parts if mode.tuned and decoding.parts else decoding.usual
        prompter = Prompter.of(engine, liked, parts, decoding.search, decoding.ideas)
        if mode.tuned and decoding.said is not None:
            prompter.composer.given = decoding.said
        plain = not (mode.tuned or mode.shows)
        sampling = prompter.sampling(mode, greedy=plain)
        made[name] = []
        for place, topic in enumerate(topics):
            progress(name, place, len(topics))
            pool = prompter.write(
                topic,
                shows=mode.shows,
                sampling=sampling,
                seed=decoding.seed,
                n=1 if plain else decoding.pool,
            )
            pool += prompter.beside(topic, mode, len(pool))
            notes = prompter.composer.notes(topic) if mode.shows else ()
            best = picker.pick(pool, topic, notes)[0].done
            finish: Literal["stop", "length"] = "stop" if best.finish == "stop" else "length"
            made[name].append(SystemOutput(best.text, finish))
    return made


def outputs(
    names: Sequence[str],
    liked: Sequence[Pair],
    topics: Sequence[str],
    *,
    base_gguf: Path,
    tuned: ModelFiles | None,
    decoding: Decoding,
    log: Path,
    progress: Progress,
    already: Outputs | None = None,
    alone: bool = False,
) -> Outputs:
    """Every system of `names` on `topics`; those in `already` as they stand there.

    Small models write side by side, unless `alone` leaves a core to others; of large ones only one
    is in memory at a time. `progress` hears of one system at a time, from several threads.
    """
    made = dict(already or {})
    for name in made:
        progress(name, len(topics), len(topics))
    names = [name for name in names if name not in made]
    made |= baselines(names, liked, topics, decoding.seed)
    stopped = threading.Event()

    def still(system: str, done: int, total: int) -> None:
        if stopped.is_set():
            raise Cancelled
        telling.tell(system, done, total)

    def write(files: ModelFiles, wanted: Sequence[str]) -> Outputs:
        found: Outputs = {}
        try:
            with Engine.of(files, log=log) as engine:
                for name in wanted:
                    found |= written(engine, [name], liked, topics, decoding, still)
                    telling.over(name)
            return found
        except BaseException:
            stopped.set()
            raise

    work: list[tuple[ModelFiles, list[str]]] = []
    for files, of_tuned in ((ModelFiles(base_gguf), False), (tuned, True)):
        wanted = [n for n in names if n in BY_SYSTEM and BY_SYSTEM[n].tuned is of_tuned]
        if wanted and files is not None:
            work.append((files, wanted))
    models = [files.gguf for files, _ in work]
    at_once = 2 if not alone and side_by_side(models, decoding) else 1
    if at_once > 1 and len(work) == 1:
        # One model alone would leave a core idle.
        work = [(files, [name]) for files, wanted in work for name in wanted]
    telling = InOrder(progress, [name for _, wanted in work for name in wanted])
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        running = [pool.submit(write, files, wanted) for files, wanted in work]
        try:
            wait(running)
        except BaseException:
            stopped.set()
            raise
    # What went wrong first, not the stopping of the other.
    failed = [error for each in running if (error := each.exception()) is not None]
    if failed:
        raise next((error for error in failed if not isinstance(error, Cancelled)), failed[0])
    for each in running:
        made |= each.result()
    return made


def side_by_side(models: Sequence[Path], decoding: Decoding) -> bool:
    """Whether two models may write at the same time: small ones, each of which keeps a core busy.

    An encoder answers one at a time.
    """
    small = all(gguf.is_file() and gguf.stat().st_size <= ONE_THREAD for gguf in models)
    return small and decoding.search is None and available_cores() > 1


def attributed(
    made: Outputs,
    liked: Sequence[Pair],
    tests: Sequence[Pair],
    others: Others,
    seed: int,
    engine: Engine | None = None,
) -> Attribution:
    """Whose the texts in `made` are taken for; `engine` is for a model that tells authors apart."""
    return attribution(
        {name: [output.text for output in texts] for name, texts in made.items()},
        [prompt for _, prompt in liked],
        [prompt for _, prompt in tests],
        others.train,
        others.held,
        engine=engine,
        seed=seed,
    )
