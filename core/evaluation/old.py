"""The model that wrote until now, on the tests of the new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from promptstyle.core.evaluation.measures import SystemOutput
from promptstyle.core.evaluation.systems import Decoding, written
from promptstyle.core.evaluation.telling import Progress
from promptstyle.core.generation.client import Engine
from promptstyle.core.library import Like, RunRecord
from promptstyle.core.library.text import topic_key
from promptstyle.core.model_files import ModelFiles
from promptstyle.core.modes import resolve
from promptstyle.core.style.composer import Said
from promptstyle.core.training.template import Pair


def fresh(old: RunRecord, tests: Sequence[Like]) -> list[int]:
    """The places of the tests that the old model has not learnt from."""
    seen = set(old.manifest.get("train_ids", ()))
    return [index for index, like in enumerate(tests) if like.id not in seen]


def written_by(
    old: RunRecord,
    files: ModelFiles,
    tests: Sequence[Like],
    liked: Sequence[Pair],
    decoding: Decoding,
    log: Path,
    progress: Progress,
) -> list[SystemOutput]:
    """The old model's texts for its fresh tests, in its own mode; none if that is not tuned.

    `files` are its model.
    """
    mode = resolve("auto", old.manifest, len(liked))
    if not mode.tuned:
        return []
    places = fresh(old, tests)
    decoding = replace(
        decoding,
        parts=mode.parts(old.manifest),
        said=Said.from_json(old.manifest.get("style")),
    )
    texts: list[SystemOutput] = []
    with Engine.of(files, log=log) as engine:
        for place, index in enumerate(places):
            progress(mode.system, place, len(places))
            topic = tests[index].input
            # In cross-validation the like under test is among the likes.
            others = [pair for pair in liked if topic_key(pair[0]) != topic_key(topic)]
            texts += written(engine, [mode.system], others, [topic], decoding, _silent)[mode.system]
    return texts


def _silent(system: str, done: int, total: int) -> None:
    return None
