"""retrain = snapshot of the likes -> train -> merge -> GGUF -> evaluate -> activate.

Everything is built in a folder apart; the last step, one database transaction, makes the new
model the one that writes. A kill at any point before it leaves the old model working.
"""

from __future__ import annotations

import signal
import time
from typing import Any

from promptstyle.convert import write_adapter_gguf, write_gguf
from promptstyle.core import atomic, journal, run_folder, settings
from promptstyle.core.bases import registry
from promptstyle.core.bases.prepare import make_gguf
from promptstyle.core.channel import Channel, JobChannel
from promptstyle.core.evaluation.ahead import Ahead
from promptstyle.core.evaluation.systems import Decoding
from promptstyle.core.evaluation.trial import Trial, compare
from promptstyle.core.library import Library
from promptstyle.core.library.exporting import export_likes
from promptstyle.core.library.records import now
from promptstyle.core.memory import give_back
from promptstyle.core.merging import merge_type
from promptstyle.core.model_files import tuned
from promptstyle.core.paths import Home
from promptstyle.core.process import yield_to_others
from promptstyle.core.snapshot import SEED, Snapshot, pairs
from promptstyle.core.style.composer import Composer
from promptstyle.core.style.others import Others
from promptstyle.core.training.launched import launched
from promptstyle.core.training.recipes import SMALL_BASE, recipe_for
from promptstyle.core.training.template import INSTRUCTION, TEMPLATE_VERSION


def retrain_job(args: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """The job `retrain`: `{"home", "profile", "base"?, "recipe"?, "keep_old"?, "merge"?, "seed"?}`.

    Sends the contract's events and returns what `done` says; all of it is in the journal too.
    """
    home, profile = Home.of(args["home"]), str(args["profile"])
    yield_to_others()
    if not launched().first:
        return _lend_a_hand(home, profile, args, channel)
    # How another process stops a retrain that was left running (`journal.stop`).
    signal.signal(signal.SIGTERM, lambda number, frame: channel.cancel())
    with (
        Library(home.database) as library,
        run_folder.only_one(home, profile),
        journal.kept(home, profile, channel) as tee,
    ):
        run_folder.adopt(home, library, profile)
        done = _retrain(home, library, profile, args, tee)
        tee.note({"event": "done", **done})
        return done


def _lend_a_hand(
    home: Home, profile: str, args: dict[str, Any], channel: JobChannel
) -> dict[str, Any]:
    """Train with the first of several processes, which does all the rest."""
    with Library(home.database) as library:
        snapshot = Snapshot.take(library, profile)
        base = registry.get(home, args.get("base") or library.profile(profile).base)
        others = Others.of(library, profile)
    recipe = recipe_for(str(args.get("recipe") or "default"), base.parameters, base.parts)
    seed = int(args.get("seed") or SEED)

    from promptstyle.core.training.lora import LoraTrainer

    LoraTrainer(base.folder).fit(
        pairs(snapshot.train),
        recipe,
        None,
        seed=seed,
        others=others.train if recipe.distinction else (),
        fingerprint=snapshot.fingerprint(base.identity, recipe, seed, others.train),
        check=channel.check,
    )
    return {"rank": launched().rank}


def _retrain(
    home: Home, library: Library, profile: str, args: dict[str, Any], channel: JobChannel
) -> dict[str, Any]:
    begin = time.monotonic()
    snapshot = Snapshot.take(library, profile)
    base = registry.get(home, args.get("base") or library.profile(profile).base)
    base_folder = base.folder
    recipe = recipe_for(str(args.get("recipe") or "default"), base.parameters, base.parts)
    seed = int(args.get("seed") or SEED)
    others = Others.of(library, profile)
    fingerprint = snapshot.fingerprint(base.identity, recipe, seed, others.train)
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

    with Decoding.of(home, base, seed, recipe.parts) as decoding, Ahead() as ahead:
        trial = Trial(
            log=home.logs / "engine-evaluate.log",
            decoding=decoding,
            progress=lambda name, done, total: stage(
                "evaluate", system=name, done=done, total=total
            ),
            check=channel.check,
        )
        if not snapshot.by_folds and base.parameters < SMALL_BASE:
            base_gguf = make_gguf(home, base)
            trial.begin(ahead, snapshot.train, snapshot.held, base_gguf, old, home)

        # Here, not above: the parent reads this module's names without paying for torch.
        from promptstyle.core.training.lora import LoraTrainer

        stage("train")
        trainer = LoraTrainer(base_folder)
        training = trainer.fit(
            pairs(snapshot.train),
            recipe,
            folder.adapter,
            seed=seed,
            others=others.train if recipe.distinction else (),
            fingerprint=fingerprint,
            checkpoint_path=folder.checkpoint,
            progress=lambda step: channel.send({"event": "step", **vars(step)}),
            check=channel.check,
        )
        if not snapshot.by_folds:
            # A large base and its merge must not be in memory at once.
            del trainer
            give_back()

        merged = None
        quantize = merge_type(args.get("merge") or settings.load(home)[0].merge, base.parameters)
        if quantize is not None:
            stage("merge")
            merged = write_gguf(
                base_folder,
                folder.gguf,
                adapter_dir=folder.adapter,
                quantize=quantize,
                name=folder.run,
                template=INSTRUCTION,
                progress=lambda done, total: channel.check(),
            )
        stage("export")
        write_adapter_gguf(base_folder, folder.adapter, folder.adapter_gguf)

        stage("evaluate")
        base_gguf = make_gguf(home, base)
        if snapshot.by_folds:
            trial.by_folds(snapshot.likes, lambda: trainer, base_folder, base_gguf, recipe, others)
        else:
            files = tuned(folder, lambda: base_gguf)
            trial.held(snapshot.train, snapshot.held, base_gguf, files, others)
        verdict = compare(trial, old, home, pairs(snapshot.train))
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
        # The model knows these words; the likes of later would say it in others.
        "style": Composer.of(pairs(snapshot.train), recipe.parts).said.to_json(),
        "seed": seed,
        "likes_sha256": snapshot.sha256,
        "train_ids": [like.id for like in snapshot.train],
        "held_ids": [like.id for like in snapshot.held],
        "train": len(snapshot.train),
        "held": len(snapshot.held),
        "training": vars(training),
        "mode": verdict.choice.mode.name,
        "scores": verdict.scores,
        "gguf_sha256": merged.sha256 if merged else None,
        "quantize": quantize,
        "seconds": round(time.monotonic() - begin, 1),
        "created": now(),
    }
    stage("install")
    atomic.write_json(
        folder.evaluation, {**verdict.document, "run": folder.run, "created": manifest["created"]}
    )
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
        # What `adapter` goes on top of, where it is not merged.
        "gguf": str(folder.gguf if merged else base_gguf),
        "merged": merged is not None,
        "seconds": manifest["seconds"],
        "activated": activate,
        "reason": reason,
        "choice": verdict.choice.words(),
        "mode": verdict.choice.mode.name,
        "scores": verdict.scores,
    }
