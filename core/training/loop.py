"""The training loop: updates, epochs, when to stop, and the checkpoint to go on from."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from peft.utils import set_peft_model_state_dict
from torch.nn.functional import cross_entropy

from promptstyle.core.training import checkpoint
from promptstyle.core.training.dataset import collate, shuffled
from promptstyle.core.training.examples import Examples
from promptstyle.core.training.precision import Precision
from promptstyle.core.training.recipes import Recipe, split_validation, total_steps
from promptstyle.core.training.template import IGNORED, Encoded, Pair
from promptstyle.core.training.threads import Pace
from promptstyle.core.training.together import Together
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


class Loop:
    """The state of one training run."""

    def __init__(
        self,
        model: PeftModel,
        tokenizer: Tokenizer,
        precision: Precision,
        pairs: Sequence[Pair],
        recipe: Recipe,
        seed: int,
        others: Sequence[str],
        together: Together,
        pace: Pace,
    ) -> None:
        self.recipe, self.seed = recipe, seed
        self.precision, self.padding = precision, tokenizer.eos
        self.together, self.peft, self.pace = together, model, pace
        order = shuffled(len(pairs), seed, "validation")
        self.train_indices, self.validation_indices = split_validation(len(pairs), recipe, order)
        self.examples = Examples(pairs, self.train_indices, recipe, seed, tokenizer, others)
        trainable = [p for p in model.parameters() if p.requires_grad]
        optimizer = torch.optim.AdamW(
            trainable, lr=recipe.learning_rate, weight_decay=recipe.weight_decay
        )
        self.model, self.optimizer = together.prepare(model, optimizer)
        self.steps = total_steps(recipe, len(self.train_indices))
        self.result = TrainResult(
            trainable=sum(p.numel() for p in trainable), precision=precision.name
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
        if self.together.shards:
            # The optimiser's state is in parts, on devices that a later run need not have.
            path = None
        else:
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
        return result

    def adapter(self) -> dict[str, torch.Tensor]:
        """The weights that did best on what was kept back, else the last ones."""
        return self.together.adapter(self.peft) if self.best is None else self.best

    def _loss(self, batch: Sequence[Encoded]) -> tuple[torch.Tensor, int]:
        """Summed loss and count of the learnt tokens of a batch."""
        tensors = collate(batch, pad=self.padding)
        tensors = {name: value.to(self.precision.device) for name, value in tensors.items()}
        labels = tensors.pop("labels")[:, 1:]
        # The logits would be the largest tensors: none are made where no row has to learn.
        wanted = (labels != IGNORED).any(dim=0).nonzero()[:, 0]
        labels = labels[:, wanted]
        with self.precision.adapting(self.peft):
            logits = self.model(**tensors, use_cache=False, logits_to_keep=wanted).logits
        loss = cross_entropy(
            logits.flatten(0, 1).float(), labels.flatten(), ignore_index=IGNORED, reduction="sum"
        )
        return loss, int((labels != IGNORED).sum())

    def _update(self, indices: Sequence[int], check: Callable[[], None]) -> float:
        """One optimizer update over `indices`; the mean loss over their learnt tokens."""
        self.model.train()
        recipe, together = self.recipe, self.together
        for group in self.optimizer.param_groups:
            group["lr"] = self._learning_rate()
        examples = {index: self.examples.prompt(index, self.result.epochs) for index in indices}
        tokens = sum(label != IGNORED for item in examples.values() for label in item.labels[1:])
        total = 0.0
        batches = together.share(indices, recipe.batch_size)
        with self.pace.update(sum(len(item.ids) for item in examples.values())):
            for place, (batch, weight) in enumerate(batches):
                check()
                if recipe.distinction and weight:
                    with together.apart(last=False):
                        self._tell_apart(batch, len(indices))
                with together.apart(last=place == len(batches) - 1):
                    loss, _ = self._loss([examples[index] for index in batch])
                    # Every token of the update counts the same, however the batches fall.
                    together.backward(weight * loss / max(tokens, 1))
                total += weight * loss.item()
        together.clip([p for p in self.model.parameters() if p.requires_grad], 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        (total,) = together.total(total)
        return total / max(tokens, 1)

    def _tell_apart(self, indices: Sequence[int], of: int) -> None:
        """The gradient of the second task for some of the `of` likes of an update."""
        found = [self.examples.pair(index, self.result.epochs) for index in indices]
        pairs = [pair for pair in found if pair is not None]
        if pairs:
            loss, tokens = self._loss(pairs)
            share = self.recipe.distinction * len(pairs) / of
            self.together.backward(share * loss / max(tokens, 1))

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
            self.best = self.together.adapter(self.peft)
        elif result.epochs - result.best_epoch >= self.recipe.patience:
            result.stopped_early = True

    @torch.no_grad()
    def _validation_loss(self, check: Callable[[], None]) -> float:
        self.model.eval()
        total, tokens = 0.0, 0.0
        batches = self.together.share(self.validation_indices, self.recipe.batch_size)
        for indices, weight in batches:
            check()
            loss, count = self._loss(
                # Epoch -1: the same shown likes every time, so that the losses compare.
                [self.examples.prompt(index, -1, alone=True) for index in indices]
            )
            total, tokens = total + weight * loss.item(), tokens + weight * count
        total, tokens = self.together.total(total, tokens)
        return total / max(tokens, 1)

    def _save(self, path: Path, fingerprint: str) -> None:
        if self.together.rank:
            return
        state: dict[str, Any] = {
            "fingerprint": fingerprint,
            "adapter": self.together.adapter(self.peft),
            "best": self.best,
            "optimizer": self.optimizer.state_dict(),
            "random": torch.get_rng_state(),
            "result": vars(self.result),
            "epoch_losses": self.epoch_losses,
        }
        checkpoint.save(path, state)

    def _resume(self, path: Path | None, fingerprint: str) -> None:
        state = self.together.same(checkpoint.load(path, fingerprint) if path else None)
        if state is None:
            return
        set_peft_model_state_dict(self.peft, state["adapter"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.best = state["best"]
        self.epoch_losses = state["epoch_losses"]
        self.result = TrainResult(**state["result"])
        self.result.resumed_at = self.result.steps
        torch.set_rng_state(state["random"])
