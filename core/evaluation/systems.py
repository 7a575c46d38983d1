"""What each system writes for the same topics, by greedy decoding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from promptstyle.core.evaluation.baselines import nearest_liked, random_liked
from promptstyle.core.evaluation.measures import SystemOutput
from promptstyle.core.generation.client import Engine
from promptstyle.core.generation.prompter import Prompter
from promptstyle.core.generation.sampling import Sampling
from promptstyle.core.modes import BY_SYSTEM
from promptstyle.core.training.template import Pair

Outputs = dict[str, list[SystemOutput]]
BASELINES = ("random", "nearest")
Progress = Callable[[str, int, int], None]  # system, done, total; may raise to cancel


def baselines(
    names: Sequence[str], liked: Sequence[Pair], topics: Sequence[str], seed: int
) -> Outputs:
    """The copied likes of the baselines among `names`."""
    made: Outputs = {}
    if "random" in names:
        made["random"] = [SystemOutput(text) for text in random_liked(liked, topics, seed)]
    if "nearest" in names:
        made["nearest"] = [SystemOutput(text) for text in nearest_liked(liked, topics)]
    return made


def written(
    engine: Engine,
    names: Sequence[str],
    liked: Sequence[Pair],
    topics: Sequence[str],
    progress: Progress,
) -> Outputs:
    """What the model in `engine` writes as each of the systems `names`."""
    prompter = Prompter(engine, liked)
    made: Outputs = {}
    for name in names:
        shows = BY_SYSTEM[name].shows
        made[name] = []
        for place, topic in enumerate(topics):
            progress(name, place, len(topics))
            # Greedy, so that the score is of the model and not of a draw.
            done = prompter.write(topic, shows=shows, sampling=Sampling(greedy=True), seed=0)[0]
            finish: Literal["stop", "length"] = "stop" if done.finish == "stop" else "length"
            made[name].append(SystemOutput(done.text, finish))
    return made


def outputs(
    names: Sequence[str],
    liked: Sequence[Pair],
    topics: Sequence[str],
    *,
    base_gguf: Path,
    tuned_gguf: Path | None,
    log: Path,
    seed: int,
    progress: Progress,
) -> Outputs:
    """Every system of `names` on `topics`; one model is in memory at a time."""
    made = baselines(names, liked, topics, seed)
    for gguf, tuned in ((base_gguf, False), (tuned_gguf, True)):
        wanted = [name for name in names if name in BY_SYSTEM and BY_SYSTEM[name].tuned is tuned]
        if wanted and gguf is not None:
            with Engine.start(gguf, log=log) as engine:
                made |= written(engine, wanted, liked, topics, progress)
    return made
