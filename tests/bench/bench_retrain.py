"""What a retrain on 51 likes costs, beside a plain script of transformers' Trainer and peft.

Both start as fresh processes on the same base and train the same examples, batch by batch the
same lengths at most, for the same number of epochs, validating after each; they are measured one
after the other, `--repeats` times, and the fastest of each counts. The plain script knows nothing
of checkpoints, progress or cancelling, and stops where the adapter is saved; a whole retrain goes
on to merge, convert, evaluate and activate.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from measuring import Memory, machine, table

from promptstyle.core.bases import registry
from promptstyle.core.library import Library
from promptstyle.core.library.importing import read_likes
from promptstyle.core.paths import Home
from promptstyle.core.pipeline_client import start_retrain
from promptstyle.core.snapshot import Snapshot, pairs
from promptstyle.core.training.recipes import recipe_for

ROOT = Path(__file__).resolve().parents[2]
LIKES = ROOT / "assets" / "starter_likes.jsonl"
SEED = 42


def new_home(root: Path, base: Path) -> Home:
    """A home with the starter likes, on `base`."""
    home = Home.under(root).ensure()
    registry.add(home, base, "measured")
    with Library(home.database) as library:
        library.ensure_profile("default")
        library.set_base("default", "measured")
        library.add_likes("default", read_likes(LIKES.read_bytes(), name=LIKES.name).pairs)
    return home


def ours(root: Path, base: Path) -> dict[str, Any]:
    """One retrain: seconds and memory up to the saved adapter, and whole."""
    home = new_home(root, base)
    began = time.monotonic()
    steps: list[float] = []
    stages: dict[str, float] = {}
    with start_retrain(home, "default") as job, Memory(job.pid) as memory:
        for event in job.events():
            now = time.monotonic() - began
            if event["event"] == "step":
                steps.append(now)
            elif event["event"] == "stage":
                stages.setdefault(str(event["stage"]), round(now, 1))
                memory.stage = str(event["stage"])
        result = job.result()
        whole = time.monotonic() - began
    training = json.loads((home.runs / result["run"] / "manifest.json").read_text())["training"]
    peaks = [memory.peaks[stage] for stage in ("", "train") if stage in memory.peaks]
    return {
        "seconds": round(stages["merge"], 2),
        "cpu_seconds": memory.cpu["train"],
        "steps": training["steps"],
        "epochs": training["epochs"],
        "steps_a_second": round((len(steps) - 1) / (steps[-1] - steps[0]), 2),
        "precision": training["precision"],
        "final_loss": round(training["train_losses"][-1], 4),
        "private_mb": max(peak["private"] for peak in peaks),
        "resident_mb": max(peak["resident"] for peak in peaks),
        "whole_seconds": round(whole, 2),
        "whole_private_mb": memory.peak("private"),
        "engine_private_mb": memory.peak("children private"),
        "stage_begins": stages,
        "rougeL": {name: row["rougeL"] for name, row in result["scores"]["systems"].items()},
    }


def plain(
    root: Path, base: Path, epochs: int, dtype: str, recipe: str = "default"
) -> dict[str, Any]:
    """The plain script in a process of its own."""
    new_home(root, base)
    arguments = [str(root), str(base), str(epochs), dtype, recipe]
    began = time.monotonic()
    with (
        subprocess.Popen(
            [sys.executable, __file__, "--plain", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process,
        Memory(process.pid) as memory,
    ):
        assert process.stdout
        told = json.loads(process.stdout.read().splitlines()[-1])
        seconds = time.monotonic() - began
    return {
        "seconds": round(seconds, 2),
        "cpu_seconds": memory.cpu[""],
        **told,
        "private_mb": memory.peak("private"),
        "resident_mb": memory.peak("resident"),
    }


def train_plainly(root: str, base: str, epochs: str, dtype: str, name: str) -> None:
    """The plain script: what one would write from the two libraries' documentation."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import LlamaForCausalLM, Trainer, TrainingArguments

    from promptstyle.core.training.dataset import collate, shuffled
    from promptstyle.core.training.examples import Examples
    from promptstyle.core.training.recipes import split_validation
    from promptstyle.core.training.tokenizer import Tokenizer

    with Library(Home.under(Path(root)).database) as library:
        likes = pairs(Snapshot.take(library, "default").train)
    model = LlamaForCausalLM.from_pretrained(base, dtype=getattr(torch, dtype))
    recipe = recipe_for(name, sum(p.numel() for p in model.parameters()))
    recipe = replace(recipe, epochs=int(epochs))
    tokenizer = Tokenizer(Path(base))
    train, test = split_validation(len(likes), recipe, shuffled(len(likes), SEED, "validation"))
    drawn = Examples(likes, train, recipe, SEED, tokenizer)
    config = LoraConfig(
        r=recipe.rank,
        lora_alpha=recipe.alpha,
        lora_dropout=recipe.dropout,
        target_modules=list(recipe.targets),
        task_type="CAUSAL_LM",
    )
    trainer = Trainer(
        model=get_peft_model(model, config),
        args=TrainingArguments(
            output_dir=f"{root}/plain",
            num_train_epochs=recipe.epochs,
            per_device_train_batch_size=recipe.batch_size,
            per_device_eval_batch_size=recipe.batch_size,
            gradient_accumulation_steps=recipe.accumulation,
            learning_rate=recipe.learning_rate,
            lr_scheduler_type="linear",
            warmup_steps=round(recipe.warmup * recipe.epochs * len(train) / recipe.batch_size),
            weight_decay=recipe.weight_decay,
            eval_strategy="epoch" if test else "no",
            save_strategy="no",
            logging_strategy="epoch",
            report_to="none",
            seed=SEED,
            remove_unused_columns=False,
            dataloader_pin_memory=False,
        ),
        # Those of the first epoch throughout: a plain script draws no new ones.
        train_dataset=[drawn.prompt(i, 0) for i in train],
        eval_dataset=[drawn.prompt(i, -1, alone=True) for i in test] or None,
        data_collator=lambda batch: collate(batch, pad=tokenizer.eos),
    )
    began = time.monotonic()
    done = trainer.train()
    trained = time.monotonic() - began
    trainer.model.save_pretrained(f"{root}/plain/adapter")
    losses = [row["loss"] for row in trainer.state.log_history if "loss" in row]
    print(
        json.dumps(
            {
                "steps": done.global_step,
                "epochs": recipe.epochs,
                "steps_a_second": round(done.global_step / trained, 2),
                "precision": f"cpu/{dtype}",
                "threads": torch.get_num_threads(),
                "final_loss": round(losses[-1], 4),
            }
        )
    )


def main() -> None:
    if sys.argv[1:2] == ["--plain"]:
        train_plainly(*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--base", type=Path, default=ROOT / "assets" / "base")
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--float32", action="store_true", help="the plain script in float32 too")
    given = parser.parse_args()
    if not (given.base / "config.json").is_file():
        print(f"skipped: there is no base in {given.base}")
        return
    before = machine()
    runs: dict[str, list[dict[str, Any]]] = {"ours": [], "plain": []}
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(given.repeats):
            root = Path(scratch) / str(number)
            mine = ours(root / "ours", given.base)
            runs["ours"].append(mine)
            dtype = mine["precision"].partition("/")[2]
            runs["plain"].append(plain(root / "plain", given.base, mine["epochs"], dtype))
            if given.float32:
                # As a script is that says nothing of number formats.
                found = plain(root / "plain32", given.base, mine["epochs"], "float32")
                runs.setdefault("plain float32", []).append(found)
    best = {name: min(rows, key=lambda row: row["seconds"]) for name, rows in runs.items()}
    ratios = {
        name: {
            "seconds": round(best["ours"]["seconds"] / best[name]["seconds"], 2),
            "cpu_seconds": round(best["ours"]["cpu_seconds"] / best[name]["cpu_seconds"], 2),
            "whole_seconds": round(best["ours"]["whole_seconds"] / best[name]["seconds"], 2),
            "steps_a_second": round(
                best["ours"]["steps_a_second"] / best[name]["steps_a_second"], 2
            ),
            "private_mb": round(best["ours"]["private_mb"] / best[name]["private_mb"], 2),
        }
        for name in best
        if name != "ours"
    }
    print(
        json.dumps(
            {"machine": before, "after": machine(), "runs": runs, "ours_to": ratios}, indent=2
        )
    )
    columns = ("precision", "epochs", "steps", "seconds", "cpu_seconds", "private_mb")
    rows = [[name, *(row[column] for column in columns)] for name, row in best.items()]
    print(table(("to the saved adapter", *columns), rows))
    mine = best["ours"]
    print(
        f"whole retrain: {mine['whole_seconds']} s, {mine['whole_private_mb']} MB "
        f"and {mine['engine_private_mb']} MB for the engine"
    )


if __name__ == "__main__":
    main()
