"""The training run: steps, checkpoints, the log, and resuming where it stopped."""

from __future__ import annotations

import json
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from promptstyle.core.atomic import replacing
from promptstyle.core.bases.files import sha256
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.pretraining import copy_heads, growing, optimizer, yardstick
from promptstyle.core.pretraining.corpus import Corpus, Row
from promptstyle.core.pretraining.network import Network, Shape, document_mask
from promptstyle.core.pretraining.tokenizer import FIRST_PIECE


@dataclass(frozen=True)
class Plan:
    """What to train; tokens are counted as they pass, given ones included."""

    tokens: int
    seed: int = 1
    decay_from: int | None = None
    copy_heads_at: int = 300_000
    long_rows: int = 4
    short_rows: int = 8
    warmup: int = 300_000
    matrix_rate: float = 0.01
    table_rate: float = 6e-3
    norm_rate: float = 1e-3
    fit_rows: int = 24
    checkpoint_seconds: float = 240.0
    measure_every: int = 1_000_000
    compile: bool = True

    @property
    def decay_start(self) -> int:
        """Tokens at which the rate begins to fall: by default the last quarter."""
        return self.tokens * 3 // 4 if self.decay_from is None else self.decay_from

    @property
    def step_tokens(self) -> int:
        """Tokens of one step."""
        return self.long_rows * 1024 + self.short_rows * 512


class Run:
    """One training run in a folder: `checkpoint.pt`, `log.jsonl`, `tokenizer.model`."""

    def __init__(
        self,
        folder: Path,
        corpus: Corpus,
        shape: Shape,
        plan: Plan,
        *,
        dtype: torch.dtype = torch.bfloat16,
    ) -> None:
        self.folder, self.corpus, self.plan = folder, corpus, plan
        self.network = Network(shape, dtype=dtype)
        self.network.initialise(plan.seed)
        hidden, rest = optimizer.split(list(self.network.named_parameters()))
        self.muon = optimizer.Muon(hidden, dtype=dtype)
        tables, norms = [[w for _, w in rest if w.ndim == n] for n in (2, 1)]
        self.adam = torch.optim.AdamW(
            [
                {"params": tables, "peak": plan.table_rate},
                {"params": norms, "peak": plan.norm_rate},
            ],
            betas=(0.9, 0.98),
            weight_decay=0.0,
        )
        self.yardstick = yardstick.build(corpus)
        self.step = self.tokens = 0
        # Tokens passed when the copying heads were set.
        self.copies_at: int | None = None
        self.stopping = False
        self.seconds = 0.0

    @property
    def checkpoint(self) -> Path:
        """The file that a run resumes from."""
        return self.folder / "checkpoint.pt"

    def log(self, **event: Any) -> None:
        """One JSON line, in the log and on stdout."""
        line = json.dumps({"step": self.step, "tokens": self.tokens, **event})
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as lines:
            lines.write(line + "\n")
        print(line, flush=True)

    def save(self) -> None:
        """Write the whole state, all or nothing. Rows are numbered, so the step is the data's
        position, and drawing them needs no other state."""
        state = {
            "shape": self.network.shape.as_dict(),
            "plan": asdict(self.plan),
            "model": self.network.state_dict(),
            "muon": self.muon.state_dict(),
            "adam": self.adam.state_dict(),
            "step": self.step,
            "tokens": self.tokens,
            "copies_at": self.copies_at,
            "seconds": self.seconds,
        }
        with replacing(self.checkpoint) as temporary:
            torch.save(state, temporary)

    def resume(self) -> bool:
        """Take up the checkpoint of the folder, if there is one."""
        if not self.checkpoint.exists():
            return False
        state = torch.load(self.checkpoint, weights_only=True)
        if state["shape"] != self.network.shape.as_dict():
            raise ValueError(f"{self.checkpoint} holds a model of another shape")
        self.network.load_state_dict(state["model"])
        self.muon.load_state_dict(state["muon"])
        self.adam.load_state_dict(state["adam"])
        # The peak rates are the plan's, not the checkpoint's.
        for group, peak in zip(
            self.adam.param_groups, (self.plan.table_rate, self.plan.norm_rate), strict=True
        ):
            group["peak"] = peak
        self.step, self.tokens = state["step"], state["tokens"]
        self.copies_at, self.seconds = state["copies_at"], state["seconds"]
        self.log(event="resumed")
        return True

    def start_from(self, base: Path) -> None:
        """Begin with the weights of an exported base; its copying heads stay as they are.

        A base with fewer blocks grows first (`growing.py`). Optimizers and schedule begin anew.
        Raises PromptstyleError if the shape is another.
        """
        from safetensors.torch import load_file

        weights = load_file(base / "model.safetensors")
        wanted = {name: weight.shape for name, weight in self.network.state_dict().items()}
        try:
            weights = growing.grown(weights, self.network.shape.layers)
        except ValueError:
            weights = {}
        if {name: weight.shape for name, weight in weights.items()} != wanted:
            raise PromptstyleError(
                f"{base} holds a model of another shape",
                "give its --hidden, --intermediate and --vocabulary, and its --layers or up to "
                "twice as many",
                code="other_shape",
            )
        self.network.load_state_dict({name: w.float() for name, w in weights.items()})
        self.copies_at = 0
        self.log(event="init", sha256=sha256(base / "model.safetensors"))

    def train(self) -> None:
        """Go on until the plan's tokens have passed, or a SIGTERM asks to stop."""
        plan = self.plan
        signal.signal(signal.SIGTERM, self._stop)
        parameters = sum(weight.numel() for weight in self.network.parameters())
        self.log(event="plan", plan=asdict(plan), parameters=parameters)
        if plan.compile:
            self.network.fuse()
        saved = started = time.monotonic()
        before = self.seconds
        window: list[tuple[float, int]] = []
        measured = self.tokens // plan.measure_every
        noted, noted_tokens = started, self.tokens
        rows = self.corpus.batches(self.step, long_rows=plan.long_rows, short_rows=plan.short_rows)
        while self.tokens < plan.tokens and not self.stopping:
            if self.copies_at is None and self.tokens >= plan.copy_heads_at:
                self.set_copy_heads()
            window.append(self.train_step(*next(rows)))
            self.step += 1
            self.tokens += plan.step_tokens
            now = time.monotonic()
            self.seconds = before + now - started
            if self.step % 20 == 0:
                loss = sum(total for total, _ in window) / sum(count for _, count in window)
                rate = (self.tokens - noted_tokens) / (now - noted)
                self.log(event="train", loss=round(loss, 4), tokens_per_second=round(rate),
                         rate=round(self.rate_share(), 4), seconds=round(self.seconds))  # fmt: skip
                window, noted, noted_tokens = [], now, self.tokens
            if self.tokens // plan.measure_every > measured:
                measured = self.tokens // plan.measure_every
                self.log(event="yardstick", **yardstick.measure(self.network, self.yardstick))
            if now - saved > plan.checkpoint_seconds:
                self.save()
                saved = now
        self.log(event="yardstick", **yardstick.measure(self.network, self.yardstick))
        self.save()
        self.log(event="stopped" if self.stopping else "finished", seconds=round(self.seconds))

    def rate_share(self) -> float:
        """Where in the schedule the run is."""
        plan = self.plan
        share = optimizer.rate_share(
            self.tokens, plan.tokens, warmup=plan.warmup, decay_from=plan.decay_start
        )
        if self.copies_at is not None:
            # At full rate the token table moves away from what the new heads read.
            since = self.tokens - self.copies_at
            share = min(share, (since + plan.step_tokens) / plan.warmup)
        return share

    def train_step(self, *batch: list[Row]) -> tuple[float, int]:
        """One step on rows of each length; the summed loss and the count of learnt tokens."""
        tensors = [as_tensors(rows) for rows in batch if rows]
        learnt = sum(int((labels[:, 1:] >= 0).sum()) for _, labels, _ in tensors)
        total = 0.0
        for ids, labels, mask in tensors:
            loss, _ = self.network.loss_sum(ids, labels, mask)
            (loss / learnt).backward()  # type: ignore[no-untyped-call]
            total += loss.item()
        share = self.rate_share()
        for group in self.adam.param_groups:
            group["lr"] = group["peak"] * share
        self.muon.step(self.plan.matrix_rate * share)
        self.adam.step()
        self.network.zero_grad(set_to_none=True)
        return total, learnt

    def set_copy_heads(self) -> None:
        """Set the copying heads by hand, and drop the momentum that belongs to what was there."""
        mix = {"prose": 70, "real": 30}
        rows = [self.corpus.row(at, 512, mix) for at in range(self.plan.fit_rows)]
        report = copy_heads.set_copy_heads(
            self.network, torch.tensor([row.ids for row in rows]), first=FIRST_PIECE
        )
        self.muon.forget(
            [name for name in self.muon.buffers if name.split(".")[2:3] in (["0"], ["1"])]
        )
        for state in self.adam.state.values():
            state["exp_avg"].zero_()
        self.copies_at = self.tokens
        self.log(event="copy_heads", **asdict(report))
        self.save()

    def _stop(self, *_: object) -> None:
        self.stopping = True


def as_tensors(rows: list[Row]) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, labels and mask of rows of one length."""
    mask = document_mask(torch.tensor([row.documents for row in rows]))
    return torch.tensor([row.ids for row in rows]), torch.tensor([row.labels for row in rows]), mask
