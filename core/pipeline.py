"""retrain = snapshot of the likes -> train -> merge -> GGUF -> evaluate -> activate.

Everything is built in a folder apart; the last step, one database transaction, makes the new
model the one that writes. A kill at any point before it leaves the old model working.
"""

from __future__ import annotations

import time
from typing import Any

from promptstyle.convert import write_adapter_gguf, write_gguf
from promptstyle.core import run_folder
from promptstyle.core.bases import registry
from promptstyle.core.bases.prepare import default_quantize, make_gguf
from promptstyle.core.channel import Channel
from promptstyle.core.evaluation.trial import Trial, compare
from promptstyle.core.library import Library
from promptstyle.core.library.exporting import export_likes
from promptstyle.core.library.records import now
from promptstyle.core.memory import give_back
from promptstyle.core.paths import Home
from promptstyle.core.snapshot import Snapshot, pairs
from promptstyle.core.training.recipes import recipe_for
from promptstyle.core.training.template import INSTRUCTION, TEMPLATE_VERSION

SEED = 42


def retrain_job(args: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """The job `retrain`: `{"home", "profile", "base"?, "recipe"?, "keep_old"?, "seed"?}`.

    Sends the contract's events and returns what `done` says.
    """
    home, profile = Home.of(args["home"]), str(args["profile"])
    with Library(home.database) as library, run_folder.only_one(home, profile):
        run_folder.adopt(home, library, profile)
        return _retrain(home, library, profile, args, channel)


def _retrain(
    home: Home, library: Library, profile: str, args: dict[str, Any], channel: Channel
) -> dict[str, Any]:
    begin = time.monotonic()
    snapshot = Snapshot.take(library, profile)
    base = registry.get(home, args.get("base") or library.profile(profile).base)
    base_folder = base.folder
    recipe = recipe_for(str(args.get("recipe") or "default"), base.parameters)
    seed = int(args.get("seed") or SEED)
    fingerprint = snapshot.fingerprint(base.identity, recipe, seed)
    folder = run_folder.begin(home, library, profile, fingerprint)
    old = library.active_run(profile)
    export_likes(snapshot.likes, folder.likes)

    def stage(name: str, **more: Any) -> None:
        channel.check()
        channel.send({"event": "stage", "stage": name, **more})

    channel.send(
        {
            "event": "started",
            "run": folder.run,
            "profile": profile,
            "base": base.name,
            "recipe": recipe.name,
            "likes": len(snapshot.likes),
            "train": len(snapshot.train),
            "held": len(snapshot.held),
            "resumed": folder.checkpoint.is_file(),
        }
    )

    # Here, not above: the parent reads this module's names without paying for torch.
    from promptstyle.core.training.lora import LoraTrainer

    stage("train")
    trainer = LoraTrainer(base_folder)
    training = trainer.fit(
        pairs(snapshot.train),
        recipe,
        folder.adapter,
        seed=seed,
        fingerprint=fingerprint,
        checkpoint_path=folder.checkpoint,
        progress=lambda step: channel.send({"event": "step", **vars(step)}),
        check=channel.check,
    )
    if not snapshot.by_folds:
        # A large base and its merge must not be in memory at once.
        del trainer
        give_back()

    stage("merge")
    merged = write_gguf(
        base_folder,
        folder.gguf,
        adapter_dir=folder.adapter,
        quantize=default_quantize(base.parameters),
        name=folder.run,
        template=INSTRUCTION,
        progress=lambda done, total: channel.check(),
    )
    stage("export")
    write_adapter_gguf(base_folder, folder.adapter, folder.adapter_gguf)

    stage("evaluate")
    trial = Trial(
        log=home.logs / "engine-evaluate.log",
        seed=seed,
        progress=lambda name, done, total: stage("evaluate", system=name, done=done, total=total),
        check=channel.check,
    )
    base_gguf = make_gguf(home, base)
    if snapshot.by_folds:
        trial.by_folds(snapshot.likes, lambda: trainer, base_folder, base_gguf, recipe)
    else:
        trial.held(snapshot.train, snapshot.held, base_gguf, folder.gguf)
    verdict = compare(trial, old, home.runs, pairs(snapshot.train))
    channel.send({"event": "evaluated", "scores": verdict.scores})

    activate = verdict.not_worse and not args.get("keep_old")
    manifest = {
        "run": folder.run,
        "profile": profile,
        "base": base.name,
        "base_identity": base.identity,
        "recipe": recipe.name,
        "settings": recipe.document(),
        "template": TEMPLATE_VERSION,
        "seed": seed,
        "likes_sha256": snapshot.sha256,
        "train_ids": [like.id for like in snapshot.train],
        "held_ids": [like.id for like in snapshot.held],
        "train": len(snapshot.train),
        "held": len(snapshot.held),
        "training": vars(training),
        "mode": verdict.mode,
        "scores": verdict.scores,
        "gguf_sha256": merged.sha256,
        "quantize": merged.quantize,
        "seconds": round(time.monotonic() - begin, 1),
        "created": now(),
    }
    stage("install")
    folder = run_folder.install(home, folder, manifest)
    # The last step, and atomic: from here on the new model writes.
    channel.send({"event": "stage", "stage": "activate" if activate else "record"})
    library.add_run(folder.run, profile, base.name, manifest, activate=activate)
    reason = verdict.reason
    if verdict.not_worse and args.get("keep_old"):
        reason = f"kept the old model, as asked (--keep-old); {reason}"
    return {
        "run": folder.run,
        "adapter": str(folder.adapter_gguf),
        "gguf": str(folder.gguf),
        "seconds": manifest["seconds"],
        "activated": activate,
        "reason": reason,
        "mode": verdict.mode,
        "scores": verdict.scores,
    }
