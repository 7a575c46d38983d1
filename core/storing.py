"""Storing what was written for a topic, and saying what came of it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from promptstyle.core.bases import registry
from promptstyle.core.generation.client import Done
from promptstyle.core.generation.passages import passages_of
from promptstyle.core.generation.picking import Picked
from promptstyle.core.generation.prompter import Prompter
from promptstyle.core.generation.sampling import Sampling, seed_of
from promptstyle.core.library import Library, Like, NewCandidate, RunRecord
from promptstyle.core.modes import Mode
from promptstyle.core.style.passed import Passed
from promptstyle.core.written import Written


@dataclass(frozen=True)
class Plan:
    """Who writes, with what: the best `n` of `pool` candidates, `begun` at that time (monotonic
    seconds)."""

    topic: str
    n: int
    pool: int
    base: registry.Base
    run: RunRecord | None
    mode: Mode
    seed: int
    sampling: Sampling
    strength: float = 1.0
    begun: float = field(default_factory=time.monotonic)


def store(
    library: Library,
    profile: str,
    plan: Plan,
    picked: Sequence[Picked],
    done: Sequence[Done],
    likes: Mapping[str, Like],
    prompter: Prompter,
    passed: Passed,
    notes: Sequence[str] = (),
    trouble: str = "",
) -> Written:
    """Store the candidates that were `picked` of all that are `done`, best first.

    With each are kept the settings it was written with, its scores, and its sentences with others
    that could stand in their places, none that was struck out on this topic as `passed` says.
    `likes` by their ids are those it can be a copy of; the `notes` that were shown and `trouble`
    are passed on. No model is asked: it may have died since.
    """
    run = plan.run.id if plan.run and plan.mode.tuned else None
    by_model = [item for item in done if not item.swapped]
    stored = library.add_candidates(
        profile, [_candidate(plan, run, item, by_model, prompter, passed) for item in picked]
    )
    spent = sum(item.seconds for item in by_model)
    pairs = list(zip(stored, picked, strict=True))
    sources = {c.id: item.done.swapped or item.scores.copies for c, item in pairs}
    return Written(
        topic=plan.topic,
        profile=profile,
        base=plan.base.name,
        run=run,
        mode=plan.mode.name,
        seed=plan.seed,
        seconds=time.monotonic() - plan.begun,
        speed=sum(item.tokens for item in by_model) / spent if spent > 0 else 0.0,
        candidates=stored,
        pool=len(by_model),
        strength=plan.strength,
        notes=() if all(item.done.swapped for item in picked) else tuple(notes),
        copied={at: likes[source] for at, source in sources.items() if source},
        trouble=trouble,
        borrowed={c.id: item.done.borrowed for c, item in pairs if item.done.borrowed},
    )


def _candidate(
    plan: Plan,
    run: str | None,
    item: Picked,
    by_model: Sequence[Done],
    prompter: Prompter,
    passed: Passed,
) -> NewCandidate:
    done = item.done
    others = [each.text for each in by_model if each.candidate != done.candidate]
    passages = done.passages or passages_of(
        done.text,
        others,
        plan.topic,
        # To measure a manner takes a second where there are thousands of likes.
        fragments=prompter.composer.manner.fragments if others and plan.mode.shows else None,
        barred=lambda text: passed.here(plan.topic, text),
    )
    return NewCandidate(
        topic=plan.topic,
        text=done.text,
        base=plan.base.name,
        run=run,
        mode=plan.mode.name,
        seed=seed_of(plan.seed, done.candidate),
        finish=done.finish,
        tokens=done.tokens,
        settings={
            **plan.sampling.to_json(),
            "pool": len(by_model),
            "strength": plan.strength,
            "scores": item.scores.to_json(),
            "swapped": done.swapped or None,
            "borrowed": list(done.borrowed),
            "passages": [each.to_json() for each in passages],
        },
    )
