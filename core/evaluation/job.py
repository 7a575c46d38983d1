"""The job `evaluate`: every system on likes that the active model has not learnt from."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from promptstyle.core.bases import registry
from promptstyle.core.bases.prepare import make_gguf
from promptstyle.core.channel import Channel
from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.core.evaluation import stored
from promptstyle.core.evaluation.display import FROM_FILE
from promptstyle.core.evaluation.folds import FOLDS, cross_validate
from promptstyle.core.evaluation.report import SYSTEMS, report
from promptstyle.core.evaluation.systems import Decoding, attributed, outputs
from promptstyle.core.generation.client import Engine
from promptstyle.core.library import Library
from promptstyle.core.model_files import of_run
from promptstyle.core.modes import BY_SYSTEM, MODES
from promptstyle.core.paths import Home
from promptstyle.core.process import yield_to_others
from promptstyle.core.snapshot import SEED, Snapshot, pairs
from promptstyle.core.style.composer import Said
from promptstyle.core.style.others import Others
from promptstyle.core.training.recipes import recipe_for


def evaluate_job(args: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """`{"home", "profile", "test"?, "folds"?, "systems"?}` to the contract's document.

    `test` is a list of (topic, prompt) pairs to test on instead of the held-out likes; with
    `folds`, or with too few likes for a held-out part, models are trained for the test alone.
    What all systems wrote for the held-out likes is kept for the app to show (`stored`).
    """
    yield_to_others()
    home, profile = Home.of(args["home"]), str(args["profile"])
    with Library(home.database) as library:
        run = library.active_run(profile)
        base = registry.get(home, library.profile(profile).base)
        snapshot = Snapshot.take(library, profile)
        others = Others.of(library, profile)
    folds = args.get("folds")
    test = args.get("test")
    if folds is None and test is None and snapshot.by_folds:
        folds = min(FOLDS, snapshot.topics)
    names = _systems(args.get("systems"), tuned=run is not None or folds is not None)
    base_gguf = make_gguf(home, base)
    log = home.logs / "engine-evaluate.log"

    def progress(system: str, done: int, total: int) -> None:
        channel.check()
        channel.send(
            {"event": "stage", "stage": f"evaluate {system}", "done": done, "total": total}
        )

    recipe = recipe_for(run.manifest["recipe"] if run else "default", base.parameters, base.parts)
    parts, said = recipe.parts, Said()
    if run is not None and folds is None:
        parts, said = MODES["both"].parts(run.manifest), Said.from_json(run.manifest.get("style"))
    with ExitStack() as stack:
        decoding = stack.enter_context(Decoding.of(home, base, SEED, parts, said))
        if folds is not None:
            loaded: list[Any] = []

            def trainer() -> Any:
                from promptstyle.core.training.lora import LoraTrainer

                if not loaded:
                    loaded.append(LoraTrainer(base.folder))
                return loaded[0]

            validated = cross_validate(
                snapshot.likes,
                int(folds),
                names,
                trainer=trainer,
                base_folder=base.folder,
                base_gguf=base_gguf,
                recipe=recipe,
                others=others,
                decoding=decoding,
                asks_model=True,
                log=log,
                progress=progress,
                on_step=lambda fold, step: progress(f"fold {fold + 1}", step.step, step.steps),
                check=channel.check,
            )
            tests, made, whose = pairs(validated.tests), validated.outputs, validated.attribution
            liked = []  # every fold was shown others, so "copied" has no one meaning
        else:
            tests = (
                pairs(snapshot.held) if test is None else [(topic, gold) for topic, gold in test]
            )
            if not tests:
                raise PromptstyleError(
                    "there is not one pair to test on", "put some into the file", code="no_tests"
                )
            liked = pairs(snapshot.train)
            made = outputs(
                names,
                liked,
                [topic for topic, _ in tests],
                base_gguf=base_gguf,
                tuned=of_run(home, run) if run and any(map(_is_tuned, names)) else None,
                decoding=decoding,
                log=log,
                progress=progress,
            )
            engine = None
            if run and run.manifest.get("settings", {}).get("distinction"):
                engine = stack.enter_context(Engine.of(of_run(home, run), log=log))
            whose = attributed(made, liked, tests, others, SEED, engine)
    document = report(tests, made, SEED, liked=liked, attribution=whose)
    method = "held-out likes" if test is None else FROM_FILE
    if folds is not None:
        method = f"cross-validation in {folds} folds"
    document |= {"method": method, "run": run.id if run and folds is None else None}
    if document["run"] and test is None and args.get("systems") is None:
        stored.save(home, document)
    return document


def _is_tuned(name: str) -> bool:
    return name in BY_SYSTEM and BY_SYSTEM[name].tuned


def _systems(asked: Sequence[str] | None, *, tuned: bool) -> list[str]:
    """The systems to run, in the order of the report."""
    if asked is None:
        return [name for name in SYSTEMS if tuned or not _is_tuned(name)]
    unknown = [name for name in asked if name not in SYSTEMS]
    if unknown or not asked:
        raise UsageError(
            f"there is no system {unknown[0]!r}" if unknown else "no system was named",
            f"the systems are {', '.join(SYSTEMS)}",
        )
    lacking = [name for name in asked if _is_tuned(name)]
    if lacking and not tuned:
        raise PromptstyleError(
            f"the system {lacking[0]} needs a trained model, and there is none for this base",
            "`promptstyle retrain` makes one, or give --folds to train for the test",
            code="no_run",
        )
    return [name for name in SYSTEMS if name in asked]
