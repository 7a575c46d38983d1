"""Teaching a pretrained Llama this program's task: a LoRA learnt from the written authors.

`python -m promptstyle.core.pretraining adapt --base FOLDER --data … --out … --tokens N`. The rows
are those of `adapting_rows.py`. The method is LoRA (Hu et al. 2021, arXiv:2106.09685) on all linear
layers.
"""

from __future__ import annotations

import json
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

from promptstyle.core.atomic import replacing, write_json
from promptstyle.core.bases import files, sums
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.pretraining.adapting_rows import LONGEST_MEASURED, Rows, learnt
from promptstyle.core.pretraining.corpus import Corpus
from promptstyle.core.training.recipes import ALL_LINEAR
from promptstyle.core.training.tokenizer import Tokenizer

WEIGHTS = "adapter_model.safetensors"


@dataclass(frozen=True)
class Plan:
    """One run. `tokens` are those of all rows, given or learnt; rates are AdamW's."""

    tokens: int
    seed: str = "1"
    rate: float = 1e-3
    rank: int = 32
    rows: int = 4
    length: int = 512
    at_a_time: int = 2
    warmup: int = 15
    # The rate falls to zero from here on.
    decay_from: int = 0
    save_seconds: float = 420.0

    @property
    def step_tokens(self) -> int:
        """Tokens of one update."""
        return self.rows * self.length

    def share(self, step: int) -> float:
        """The share of the rate at update number `step`, from 0."""
        left = self.tokens - step * self.step_tokens
        fall = max(self.tokens - self.decay_from, 1)
        return max(0.0, min(1.0, (step + 1) / self.warmup, left / fall))


class Run:
    """One training run in a folder: `checkpoint.pt`, `log.jsonl`, `adapter/` as peft has it."""

    def __init__(
        self, folder: Path, base: Path, corpus: Corpus, plan: Plan, init: Path | None = None
    ) -> None:
        """A run in `folder` on the base in `base`; `init` is the folder of an adapter to begin
        with, as `ship` or a run wrote it. Raises PromptstyleError if that is of another kind."""
        self.folder, self.plan = folder, plan
        self.rows = Rows(corpus, Tokenizer(base), plan.seed)
        # The adapter's first half begins with random numbers.
        torch.manual_seed(1)
        self.made_of = [files.identity(base), plan.seed, plan.rank, plan.rows, plan.length]
        model = AutoModelForCausalLM.from_pretrained(
            base, dtype=torch.float32, local_files_only=True, use_safetensors=True
        )
        settings = LoraConfig(
            r=plan.rank,
            lora_alpha=plan.rank,
            target_modules=list(ALL_LINEAR),
            task_type="CAUSAL_LM",
        )
        self.model = get_peft_model(model, settings)
        if init is not None:
            self._begin_with(init)
        self.weights = [each for each in self.model.parameters() if each.requires_grad]
        self.adam = torch.optim.AdamW(self.weights, weight_decay=0.0, betas=(0.9, 0.99))
        self.held = list(self.rows.held())
        self.step, self.seconds, self.stopping = 0, 0.0, False

    def _begin_with(self, init: Path) -> None:
        weights = init / WEIGHTS
        try:
            found = load_file(weights)
        except (OSError, SafetensorError) as error:
            raise PromptstyleError(
                f"{weights} cannot be read: {error}", "--init wants the folder of an adapter"
            ) from error
        mine = get_peft_model_state_dict(self.model)
        shapes = [{name: each.shape for name, each in half.items()} for half in (found, mine)]
        if shapes[0] != shapes[1]:
            raise PromptstyleError(
                f"the adapter in {init} is of another base or rank", "give its --base and --rank"
            )
        set_peft_model_state_dict(self.model, found)
        self.made_of.append(files.sha256(weights))

    @property
    def checkpoint(self) -> Path:
        """The file that a run resumes from."""
        return self.folder / "checkpoint.pt"

    def resume(self) -> bool:
        """Take up the checkpoint of the folder, if there is one.

        Raises PromptstyleError if it is of another base, or of other rows.
        """
        if not self.checkpoint.exists():
            return False
        state = torch.load(self.checkpoint, weights_only=True)
        if state["made_of"] != self.made_of:
            raise PromptstyleError(
                f"{self.checkpoint} is of a run with another base, seed, rank or beginning",
                "give those of that run, or another --out",
                code="other_run",
            )
        set_peft_model_state_dict(self.model, state["adapter"])
        self.adam.load_state_dict(state["adam"])
        self.step, self.seconds = state["step"], state["seconds"]
        return True

    def save(self) -> None:
        """Write the whole state, all or nothing, and then the adapter."""
        state = {
            "adapter": get_peft_model_state_dict(self.model),
            "adam": self.adam.state_dict(),
            "made_of": self.made_of,
            "step": self.step,
            "seconds": self.seconds,
        }
        with replacing(self.checkpoint) as temporary:
            torch.save(state, temporary)
        self.model.save_pretrained(str(self.folder / "adapter"))

    def train(self) -> None:
        """Go on until the plan's tokens have passed, or a SIGTERM asks to stop."""
        plan = self.plan
        signal.signal(signal.SIGTERM, self._stop)
        self.log(event="plan", plan=asdict(plan), held=self.measure())
        began = saved = time.monotonic()
        before = self.seconds
        while self.step * plan.step_tokens < plan.tokens and not self.stopping:
            loss = self.update()
            self.step += 1
            now = time.monotonic()
            self.seconds = before + now - began
            self.log(event="train", loss=round(loss, 4), seconds=round(self.seconds))
            if now - saved > plan.save_seconds:
                self.save()
                self.log(event="held", held=self.measure())
                saved = time.monotonic()
        self.save()
        self.log(event="stopped" if self.stopping else "finished", held=self.measure())

    def update(self) -> float:
        """One update; the mean loss of its learnt tokens, in nats."""
        plan = self.plan
        first = self.step * plan.rows
        rows = [self.rows.row(first + at, plan.length) for at in range(plan.rows)]
        known = max(sum(learnt(labels) for _, labels in rows), 1)
        total = 0.0
        for at in range(0, plan.rows, plan.at_a_time):
            part = rows[at : at + plan.at_a_time]
            ids, labels = (torch.tensor([row[side] for row in part]) for side in (0, 1))
            count = sum(learnt(row[1]) for row in part)
            loss = self.model(input_ids=ids, labels=labels, use_cache=False).loss
            (loss * count / known).backward()
            total += loss.item() * count
        torch.nn.utils.clip_grad_norm_(self.weights, 1.0)
        for group in self.adam.param_groups:
            group["lr"] = plan.rate * plan.share(self.step)
        self.adam.step()
        self.adam.zero_grad(set_to_none=True)
        return total / known

    @torch.no_grad()
    def measure(self) -> float:
        """The mean loss of the held-out authors' prompts, in nats a token."""
        self.model.eval()
        total, count = 0.0, 0
        for each in self.held:
            ids, labels = each.ids[:LONGEST_MEASURED], each.labels[:LONGEST_MEASURED]
            loss = self.model(input_ids=torch.tensor([ids]), labels=torch.tensor([labels])).loss
            total += loss.item() * learnt(labels)
            count += learnt(labels)
        self.model.train()
        return round(total / max(count, 1), 4)

    def log(self, **event: Any) -> None:
        """One JSON line, in the log and on stdout."""
        line = json.dumps({"step": self.step, "tokens": self.step * self.plan.step_tokens, **event})
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as lines:
            lines.write(line + "\n")
        print(line, flush=True)

    def _stop(self, *_: object) -> None:
        self.stopping = True


def ship(run: Path, out: Path, base: str) -> None:
    """Write the adapter of the run in `run` to `out` as `assets` has it: bfloat16, and its hashes.

    `base` is what its settings name as the model that it is for.
    """
    weights, settings = WEIGHTS, "adapter_config.json"
    out.mkdir(parents=True, exist_ok=True)
    found = load_file(run / "adapter" / weights)
    with replacing(out / weights) as temporary:
        whole = {name: each.to(torch.bfloat16).contiguous() for name, each in found.items()}
        save_file(whole, temporary, metadata={"format": "pt"})
    said = json.loads((run / "adapter" / settings).read_text("utf-8"))
    said["base_model_name_or_path"] = base
    # A set of names, in whatever order it came.
    said["target_modules"] = sorted(said["target_modules"])
    write_json(out / settings, said)
    for name in (weights, settings):
        (out / name).chmod(0o644)
    sums.write(out, (weights, settings))
