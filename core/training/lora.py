"""LoRA on a frozen base (Hu et al., arXiv 2106.09685), resumable at every update."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict
from peft.utils import set_peft_model_state_dict
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM, PreTrainedModel

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.training import checkpoint
from promptstyle.core.training.dataset import collate, shuffled
from promptstyle.core.training.examples import Examples
from promptstyle.core.training.precision import Precision, probe, training_threads
from promptstyle.core.training.recipes import Recipe, split_validation, total_steps
from promptstyle.core.training.template import IGNORED, Encoded, Pair
from promptstyle.core.training.tokenizer import Tokenizer

CHECKPOINT_SECONDS = 5.0


@dataclass(frozen=True)
class Step:
    """One optimizer update: `loss` is the mean over its learnt tokens, in nats."""

    step: int
    steps: int
    epoch: int
    loss: float
    eta_seconds: float


@dataclass
class TrainResult:
    """What a run came to; losses are means over learnt tokens, in nats."""

    steps: int = 0
    epochs: int = 0
    best_epoch: int = 0
    stopped_early: bool = False
    resumed_at: int = 0
    trainable: int = 0
    precision: str = ""
    train_losses: list[float] = field(default_factory=list)
    validation_losses: list[float] = field(default_factory=list)


class LoraTrainer:
    """A base in memory, on which adapters are trained one after the other."""

    def __init__(self, base: Path, *, precision: Precision | None = None) -> None:
        """Load the base folder. Raises PromptstyleError if it cannot be loaded."""
        torch.set_num_threads(training_threads())
        self.precision = precision or probe()
        self.tokenizer = Tokenizer(base)
        try:
            self._base: PreTrainedModel = AutoModelForCausalLM.from_pretrained(
                base, dtype=self.precision.dtype, local_files_only=True, use_safetensors=True
            )
        except Exception as error:  # transformers and safetensors raise many kinds here
            raise PromptstyleError(
                f"the base in {base} cannot be loaded ({error})",
                "`promptstyle verify` tells which of its files is damaged",
                code="base_damaged",
            ) from error
        self._base.to(self.precision.device)  # type: ignore[arg-type]

    def fit(
        self,
        pairs: Sequence[Pair],
        recipe: Recipe,
        out: Path,
        *,
        seed: int,
        others: Sequence[str] = (),
        fingerprint: str = "",
        checkpoint_path: Path | None = None,
        progress: Callable[[Step], None] = lambda step: None,
        check: Callable[[], None] = lambda: None,
    ) -> TrainResult:
        """Train on `pairs` and write the adapter folder `out` in peft's format.

        `others` are prompts of other people, for a recipe that tells authors apart. `check` is
        called between batches and may raise to cancel. With `checkpoint_path`, a run that was
        killed goes on from its last update, if `fingerprint` is the same.
        """
        torch.manual_seed(seed)
        config = LoraConfig(
            r=recipe.rank,
            lora_alpha=recipe.alpha,
            lora_dropout=recipe.dropout,
            target_modules=list(recipe.targets),
            bias="none",
            task_type="CAUSAL_LM",
        )
        model = get_peft_model(self._base, config)
        assert isinstance(model, PeftModel)
        try:
            run = _Run(self, model, pairs, recipe, seed, others)
            result = run.train(fingerprint, checkpoint_path, progress, check)
            save_adapter(model, config, out)
        finally:
            # The base is used again for the next adapter.
            self._base = model.unload()  # type: ignore[assignment]
        return result


def save_adapter(model: PeftModel, config: LoraConfig, out: Path) -> None:
    """Write `adapter_config.json` and `adapter_model.safetensors` (float32) into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    tensors = {
        name: tensor.detach().to("cpu", torch.float32).contiguous()
        for name, tensor in get_peft_model_state_dict(model).items()
    }
    save_file(tensors, out / "adapter_model.safetensors", metadata={"format": "pt"})
    document: dict[str, Any] = config.to_dict()  # type: ignore[no-untyped-call]
    document["target_modules"] = sorted(config.target_modules or ())
    document["inference_mode"] = True
    text = json.dumps(document, indent=2, default=str)
    (out / "adapter_config.json").write_text(text + "\n", encoding="utf-8")


class _Run:
    """The state of one training run."""

    def __init__(
        self,
        trainer: LoraTrainer,
        model: PeftModel,
        pairs: Sequence[Pair],
        recipe: Recipe,
        seed: int,
        others: Sequence[str],
    ) -> None:
        self.trainer, self.model, self.recipe, self.seed = trainer, model, recipe, seed
        order = shuffled(len(pairs), seed, "validation")
        self.train_indices, self.validation_indices = split_validation(len(pairs), recipe, order)
        self.examples = Examples(pairs, self.train_indices, recipe, seed, trainer.tokenizer, others)
        trainable = [p for p in model.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(
            trainable, lr=recipe.learning_rate, weight_decay=recipe.weight_decay
        )
        self.steps = total_steps(recipe, len(self.train_indices))
        self.result = TrainResult(
            trainable=sum(p.numel() for p in trainable), precision=trainer.precision.name
        )
        self.best: dict[str, torch.Tensor] | None = None
        self.epoch_losses: list[float] = []

    def train(
        self,
        fingerprint: str,
        path: Path | None,
        progress: Callable[[Step], None],
        check: Callable[[], None],
    ) -> TrainResult:
        """All epochs, from the checkpoint at `path` if it fits."""
        if path is not None:
            self._resume(path, fingerprint)
        recipe, result = self.recipe, self.result
        per_update = recipe.batch_size * recipe.accumulation
        begin, saved, done = time.monotonic(), time.monotonic(), result.steps
        while result.epochs < recipe.epochs and not result.stopped_early:
            order = shuffled(len(self.train_indices), self.seed, "epoch", result.epochs)
            updates = [order[i : i + per_update] for i in range(0, len(order), per_update)]
            for update in updates[result.steps - result.epochs * len(updates) :]:
                loss = self._update([self.train_indices[i] for i in update], check)
                result.steps += 1
                self.epoch_losses.append(loss)
                pace = (time.monotonic() - begin) / (result.steps - done)
                eta = pace * (self.steps - result.steps)
                progress(Step(result.steps, self.steps, result.epochs + 1, loss, eta))
                if path is not None and time.monotonic() - saved > CHECKPOINT_SECONDS:
                    self._save(path, fingerprint)
                    saved = time.monotonic()
            self._end_epoch(check)
            if path is not None:
                self._save(path, fingerprint)
                saved = time.monotonic()
        if self.best is not None:
            set_peft_model_state_dict(self.model, self.best)
        return result

    def _loss(self, batch: Sequence[Encoded]) -> tuple[torch.Tensor, int]:
        """Summed loss and count of the learnt tokens of a batch."""
        tensors = collate(batch, pad=self.trainer.tokenizer.eos)
        tensors = {name: value.to(self.trainer.precision.device) for name, value in tensors.items()}
        labels = tensors.pop("labels")[:, 1:]
        logits = self.model(**tensors, use_cache=False).logits[:, :-1]
        learnt = labels != IGNORED
        loss = cross_entropy(logits[learnt].float(), labels[learnt], reduction="sum")
        return loss, int(learnt.sum())

    def _update(self, indices: Sequence[int], check: Callable[[], None]) -> float:
        """One optimizer update over `indices`; the mean loss over their learnt tokens."""
        self.model.train()
        recipe = self.recipe
        for group in self.optimizer.param_groups:
            group["lr"] = self._learning_rate()
        examples = [self.examples.prompt(index, self.result.epochs) for index in indices]
        tokens = sum(label != IGNORED for item in examples for label in item.labels[1:])
        total = 0.0
        for start in range(0, len(examples), recipe.batch_size):
            check()
            loss, _ = self._loss(examples[start : start + recipe.batch_size])
            # Every token of the update counts the same, however the batches fall.
            (loss / max(tokens, 1)).backward()  # type: ignore[no-untyped-call]
            total += loss.item()
            if recipe.distinction:
                self._tell_apart(indices[start : start + recipe.batch_size], len(indices))
        torch.nn.utils.clip_grad_norm_(
            [p for p in self.model.parameters() if p.requires_grad], max_norm=1.0
        )
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return total / max(tokens, 1)

    def _tell_apart(self, indices: Sequence[int], of: int) -> None:
        """The gradient of the second task for some of the `of` likes of an update."""
        found = [self.examples.pair(index, self.result.epochs) for index in indices]
        pairs = [pair for pair in found if pair is not None]
        if pairs:
            loss, tokens = self._loss(pairs)
            share = self.recipe.distinction * len(pairs) / of
            (share * loss / max(tokens, 1)).backward()  # type: ignore[no-untyped-call]

    def _learning_rate(self) -> float:
        """Linear warm-up, then constant or linear to zero at the last step."""
        recipe, step = self.recipe, self.result.steps
        warmup = max(1, round(recipe.warmup * self.steps))
        if step < warmup:
            return recipe.learning_rate * (step + 1) / warmup
        if not recipe.decay:
            return recipe.learning_rate
        return recipe.learning_rate * (self.steps - step) / max(1, self.steps - warmup)

    def _end_epoch(self, check: Callable[[], None]) -> None:
        """Record losses; keep the best adapter and stop when it no longer gets better."""
        result = self.result
        result.epochs += 1
        if self.epoch_losses:
            result.train_losses.append(sum(self.epoch_losses) / len(self.epoch_losses))
            self.epoch_losses = []
        if not self.validation_indices:
            result.best_epoch = result.epochs
            return
        loss = self._validation_loss(check)
        result.validation_losses.append(loss)
        if loss <= min(result.validation_losses):
            result.best_epoch = result.epochs
            self.best = _copy(get_peft_model_state_dict(self.model))
        elif result.epochs - result.best_epoch >= self.recipe.patience:
            result.stopped_early = True

    @torch.no_grad()
    def _validation_loss(self, check: Callable[[], None]) -> float:
        self.model.eval()
        total, tokens = 0.0, 0
        for start in range(0, len(self.validation_indices), self.recipe.batch_size):
            check()
            indices = self.validation_indices[start : start + self.recipe.batch_size]
            loss, count = self._loss(
                # Epoch -1: the same shown likes every time, so that the losses compare.
                [self.examples.prompt(index, -1, alone=True) for index in indices]
            )
            total, tokens = total + loss.item(), tokens + count
        return total / max(tokens, 1)

    def _save(self, path: Path, fingerprint: str) -> None:
        state: dict[str, Any] = {
            "fingerprint": fingerprint,
            "adapter": _copy(get_peft_model_state_dict(self.model)),
            "best": self.best,
            "optimizer": self.optimizer.state_dict(),
            "random": torch.get_rng_state(),
            "result": vars(self.result),
            "epoch_losses": self.epoch_losses,
        }
        checkpoint.save(path, state)

    def _resume(self, path: Path, fingerprint: str) -> None:
        state = checkpoint.load(path, fingerprint)
        if state is None:
            return
        set_peft_model_state_dict(self.model, state["adapter"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.best = state["best"]
        self.epoch_losses = state["epoch_losses"]
        self.result = TrainResult(**state["result"])
        self.result.resumed_at = self.result.steps
        torch.set_rng_state(state["random"])


def _copy(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name: tensor.detach().to("cpu", copy=True) for name, tensor in state.items()}
