"""Cross-validation: every like is written by a model that was not trained on it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from promptstyle.convert import write_adapter_gguf
from promptstyle.core.evaluation.attribution import Attribution
from promptstyle.core.evaluation.splits import folds
from promptstyle.core.evaluation.systems import (
    Decoding,
    Outputs,
    attributed,
    baselines,
    written,
)
from promptstyle.core.evaluation.telling import Progress
from promptstyle.core.generation.client import Engine
from promptstyle.core.library import Like
from promptstyle.core.library.text import topic_key
from promptstyle.core.modes import BY_SYSTEM
from promptstyle.core.style.others import Others
from promptstyle.core.training.recipes import Recipe

if TYPE_CHECKING:
    from promptstyle.core.training.loop import Step
    from promptstyle.core.training.lora import LoraTrainer

FOLDS = 5


@dataclass(frozen=True)
class Validated:
    """`outputs[system][i]` answers `tests[i]`."""

    tests: list[Like]
    outputs: Outputs
    attribution: Attribution


def cross_validate(
    likes: Sequence[Like],
    k: int,
    names: Sequence[str],
    *,
    trainer: Callable[[], LoraTrainer],
    base_folder: Path,
    base_gguf: Path,
    recipe: Recipe,
    others: Others,
    decoding: Decoding,
    asks_model: bool = False,
    log: Path,
    progress: Progress,
    on_step: Callable[[int, Step], None],
    check: Callable[[], None],
) -> Validated:
    """Train `k` times on all likes but a fold, and write the fold's topics.

    `trainer` gives the loaded base, asked for only if a tuned system is among `names`. Likes
    with the same topic stay together. `others` are prompts of other people;
    with `asks_model` the tuned models say too whose the texts are. `on_step` is told
    the fold (from 0) and the step.
    """
    topics = [topic_key(like.input) for like in likes]
    parts = folds([like.id for like in likes], k, groups=topics)
    tests: list[Like] = []
    made: Outputs = {name: [] for name in names}
    whose = Attribution()
    plain = [name for name in names if name in BY_SYSTEM and not BY_SYSTEM[name].tuned]
    tuned = [name for name in names if name in BY_SYSTEM and BY_SYSTEM[name].tuned]
    with tempfile.TemporaryDirectory() as scratch, Engine.start(base_gguf, log=log) as engine:
        for number, part in enumerate(parts):
            held = set(part)
            test = [likes[index] for index in part]
            liked = [(x.input, x.output) for i, x in enumerate(likes) if i not in held]
            asked = [like.input for like in test]
            tests += test
            engine.set_adapter(None)
            found = baselines(names, liked, asked, decoding.seed)
            found |= written(engine, plain, liked, asked, decoding, progress)
            if tuned:
                adapter = Path(scratch) / f"fold{number}"
                trainer().fit(
                    liked,
                    recipe,
                    adapter,
                    seed=decoding.seed,
                    others=others.train,
                    progress=lambda step, number=number: on_step(number, step),  # type: ignore[misc]
                    check=check,
                    alone=True,
                )
                write_adapter_gguf(base_folder, adapter, adapter.with_suffix(".gguf"))
                engine.set_adapter(adapter.with_suffix(".gguf"))
                found |= written(engine, tuned, liked, asked, decoding, progress)
            for name, texts in found.items():
                made[name] += texts
            whose += attributed(
                found,
                liked,
                [(like.input, like.output) for like in test],
                others,
                decoding.seed,
                engine if asks_model and tuned and recipe.distinction else None,
            )
    return Validated(tests, made, whose)
