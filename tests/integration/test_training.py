"""LoRA training on a real small base: resuming, cancelling, what is trained."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from promptstyle.core.errors import Cancelled, PromptstyleError
from promptstyle.core.training.recipes import ALL_LINEAR, DEFAULT, REFERENCE
from promptstyle.core.training.template import Pair

RECIPE = replace(
    DEFAULT, learning_rate=5e-3, epochs=3, max_tokens=256, shots=(0, 2), validation=0.2
)


@pytest.fixture(scope="module")
def trainer(tiny_base: Path) -> Any:
    from promptstyle.core.training.lora import LoraTrainer

    return LoraTrainer(tiny_base)


@pytest.fixture(scope="module")
def pairs(starter_likes: Path) -> list[Pair]:
    rows = [json.loads(line) for line in starter_likes.read_text("utf-8").splitlines()]
    return [(row["input"], row["output"]) for row in rows[:24]]


def weights(folder: Path) -> bytes:
    return (folder / "adapter_model.safetensors").read_bytes()


def test_adapts_every_linear_layer_and_nothing_else(
    trainer: Any, pairs: list[Pair], tmp_path: Path
) -> None:
    from safetensors.numpy import load_file

    result = trainer.fit(pairs, replace(REFERENCE, epochs=1), tmp_path / "a", seed=1)
    tensors = load_file(tmp_path / "a" / "adapter_model.safetensors")
    assert sum(tensor.size for tensor in tensors.values()) == result.trainable
    # Two layers, each adapted matrix as lora_A and lora_B.
    assert len(tensors) == 2 * len(ALL_LINEAR) * 2
    config = json.loads((tmp_path / "a" / "adapter_config.json").read_text())
    assert (config["r"], config["lora_alpha"]) == (8, 16)
    assert sorted(config["target_modules"]) == sorted(ALL_LINEAR)
    assert any(tensor.any() for name, tensor in tensors.items() if "lora_B" in name)


def test_same_seed_same_adapter_and_the_base_is_as_before(
    trainer: Any, pairs: list[Pair], tmp_path: Path
) -> None:
    first = trainer.fit(pairs, RECIPE, tmp_path / "a", seed=3)
    second = trainer.fit(pairs, RECIPE, tmp_path / "b", seed=3)
    other = trainer.fit(pairs, RECIPE, tmp_path / "c", seed=4)
    # Had the first adapter stayed in the base, the second would start from it.
    assert weights(tmp_path / "a") == weights(tmp_path / "b")
    assert weights(tmp_path / "a") != weights(tmp_path / "c")
    assert first.train_losses == second.train_losses != other.train_losses
    assert first.train_losses[-1] < first.train_losses[0]


class Killed(Exception):
    pass


@pytest.mark.parametrize("last", [1, 7, 11])
def test_a_killed_run_resumes_to_the_same_bits(
    trainer: Any,
    pairs: list[Pair],
    tmp_path: Path,
    last: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from promptstyle.core.training import loop

    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", 0.0)
    recipe = replace(RECIPE, dropout=0.1)
    whole = trainer.fit(pairs, recipe, tmp_path / "whole", seed=5)
    settings = {"seed": 5, "fingerprint": "f", "checkpoint_path": tmp_path / "c.pt"}

    def kill(step: Any) -> None:
        if step.step == last:
            raise Killed

    with pytest.raises(Killed):
        trainer.fit(pairs, recipe, tmp_path / "parts", progress=kill, **settings)
    resumed = trainer.fit(pairs, recipe, tmp_path / "parts", **settings)
    assert resumed.resumed_at == last - 1
    assert weights(tmp_path / "whole") == weights(tmp_path / "parts")
    assert resumed.train_losses == whole.train_losses
    assert resumed.validation_losses == whole.validation_losses


def test_a_checkpoint_of_other_work_is_not_used(
    trainer: Any, pairs: list[Pair], tmp_path: Path
) -> None:
    path = tmp_path / "c.pt"
    trainer.fit(pairs, RECIPE, tmp_path / "a", seed=1, fingerprint="one", checkpoint_path=path)
    other = trainer.fit(
        pairs, RECIPE, tmp_path / "b", seed=1, fingerprint="two", checkpoint_path=path
    )
    assert other.resumed_at == 0
    path.write_bytes(path.read_bytes()[:100])
    damaged = trainer.fit(
        pairs, RECIPE, tmp_path / "c", seed=1, fingerprint="two", checkpoint_path=path
    )
    assert damaged.resumed_at == 0


def test_stops_early_and_keeps_the_best(trainer: Any, pairs: list[Pair], tmp_path: Path) -> None:
    # So long that the held-out loss rises at some time, on any processor.
    recipe = replace(RECIPE, learning_rate=0.02, epochs=60, patience=1, decay=False)
    result = trainer.fit(pairs, recipe, tmp_path / "a", seed=1)
    assert result.stopped_early
    assert result.epochs < recipe.epochs
    best = min(result.validation_losses)
    assert result.validation_losses[result.best_epoch - 1] == best
    assert result.epochs == result.best_epoch + recipe.patience
    # The adapter written is the best epoch's, not the last one's: constant rate, so that a run
    # of just so many epochs does the same steps.
    recipe = replace(recipe, warmup=0.0)
    whole = trainer.fit(pairs, recipe, tmp_path / "whole", seed=1)
    short = replace(recipe, epochs=whole.best_epoch)
    trainer.fit(pairs, short, tmp_path / "short", seed=1)
    assert whole.epochs > whole.best_epoch
    assert weights(tmp_path / "whole") == weights(tmp_path / "short")


def test_cancelling_stops_between_batches(trainer: Any, pairs: list[Pair], tmp_path: Path) -> None:
    calls = 0

    def check() -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise Cancelled()

    with pytest.raises(Cancelled):
        trainer.fit(pairs, RECIPE, tmp_path / "a", seed=1, check=check)
    assert calls == 3
    assert not (tmp_path / "a").exists()


def test_progress_counts_to_the_end(trainer: Any, pairs: list[Pair], tmp_path: Path) -> None:
    steps: list[Any] = []
    trainer.fit(pairs, replace(REFERENCE, epochs=2), tmp_path / "a", seed=1, progress=steps.append)
    assert [step.step for step in steps] == list(range(1, 7))
    assert {step.steps for step in steps} == {6}
    assert steps[-1].eta_seconds == 0
    assert all(step.loss > 0 for step in steps)


def test_a_broken_base_is_named(tmp_path: Path, tiny_base: Path) -> None:
    from promptstyle.core.training.lora import LoraTrainer

    for name in ("config.json", "tokenizer.model"):
        (tmp_path / name).write_bytes((tiny_base / name).read_bytes())
    (tmp_path / "model.safetensors").write_bytes(
        (tiny_base / "model.safetensors").read_bytes()[:5000]
    )
    with pytest.raises(PromptstyleError) as caught:
        LoraTrainer(tmp_path)
    assert str(tmp_path) in caught.value.message
    assert caught.value.code == "base_damaged"


def test_probe_gives_what_the_processor_does_faster() -> None:
    import torch

    from promptstyle.core.training.precision import probe

    found = probe()
    assert found.dtype in (torch.bfloat16, torch.float32)
    assert found.name.startswith(found.device)
