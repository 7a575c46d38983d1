"""Teaching a pretrained Llama this program's task: a LoRA learnt from the written authors.

`python -m promptstyle.core.pretraining adapt --base FOLDER --data … --out … --tokens N`. The rows
are those of the embedded base's corpus that show an author's prompts and ask for more of them
(`imitating.py`), in the base's own tokens; there is no prose, which the base can already write, and
there are no rows to copy. The method is LoRA (Hu et al. 2021, arXiv:2106.09685) on all linear
layers.
"""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from transformers import AutoModelForCausalLM

from promptstyle.core.atomic import replacing, write_json, write_text
from promptstyle.core.bases import files
from promptstyle.core.bases.adapted import SUMS
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.pretraining import imitating
from promptstyle.core.pretraining.corpus import Corpus
from promptstyle.core.style.parts import Parts
from promptstyle.core.training.recipes import ALL_LINEAR
from promptstyle.core.training.template import IGNORED, Encoded, Segment, encode
from promptstyle.core.training.tokenizer import Tokenizer

# So many documents are of real people, whose requests and prompts are of many kinds.
REAL = 0.12
MOST_REAL = 5
# How many prompts are shown before the queries, and how often. None is what a base has to go by
# whose person has not liked anything yet.
SHOWN = {0: 15, 1: 10, 2: 35, 3: 15, 4: 25}
# In the program the likes shown are the nearest ones.
NEAREST = 0.6
# Held out authors of whom the loss is measured, with so many prompts of theirs before the last.
MEASURED, BEFORE = 24, 3
LONGEST_MEASURED = 1024


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


class Rows:
    """Rows of one length, each a function of the seed, its number and the texts."""

    def __init__(self, corpus: Corpus, tokenizer: Tokenizer, seed: str) -> None:
        self.corpus, self.tokenizer, self.seed = corpus, tokenizer, seed

    def row(self, index: int, length: int) -> tuple[list[int], list[int]]:
        """Ids and labels of row number `index`, filled with documents."""
        rng = Random(f"{self.seed}:{index}")
        ids: list[int] = []
        labels: list[int] = []
        while len(ids) < length:
            found = self.encode(self.document(rng))
            ids += found.ids
            labels += found.labels
        return ids[:length], labels[:length]

    def document(self, rng: Random) -> list[Segment]:
        """Prompts of one author, some of them shown and some asked for."""
        if rng.random() < REAL:
            pairs = self.corpus.real(rng)[:MOST_REAL]
            shape = imitating.Shape(min(rng.choice((0, 1, 2, 3)), len(pairs) - 1))
            return imitating.sequence(pairs, shape)
        author, pairs = self.corpus.one_written(rng)
        count = rng.choices(list(SHOWN), list(SHOWN.values()))[0]
        shape = imitating.Shape(min(count, len(pairs) - 2), Parts(), rng.random() < NEAREST)
        return imitating.inspired(author, pairs, shape, self.corpus.memory, rng)

    def encode(self, segments: Sequence[Segment]) -> Encoded:
        """In the layout that every part of the program uses."""
        tokenizer = self.tokenizer
        return encode(segments, tokenizer.encode, bos=tokenizer.bos, eos=tokenizer.eos)

    def held(self) -> Iterator[Encoded]:
        """Prompts of authors who are held out, the last after others of theirs."""
        rng, held = Random("held"), self.corpus.sources.written.held
        for name in rng.sample(sorted(held), min(MEASURED, len(held))):
            pairs = list(held[name])
            rng.shuffle(pairs)
            yield self.encode(imitating.sequence(pairs[: BEFORE + 1], imitating.Shape(BEFORE)))


class Run:
    """One training run in a folder: `checkpoint.pt`, `log.jsonl`, `adapter/` as peft has it."""

    def __init__(self, folder: Path, base: Path, corpus: Corpus, plan: Plan) -> None:
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
        self.weights = [each for each in self.model.parameters() if each.requires_grad]
        self.adam = torch.optim.AdamW(self.weights, weight_decay=0.0, betas=(0.9, 0.99))
        self.held = list(self.rows.held())
        self.step, self.seconds, self.stopping = 0, 0.0, False

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
                f"{self.checkpoint} is of a run with another base, seed or rank",
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
        learnt = max(sum(_learnt(labels) for _, labels in rows), 1)
        total = 0.0
        for at in range(0, plan.rows, plan.at_a_time):
            part = rows[at : at + plan.at_a_time]
            ids, labels = (torch.tensor([row[side] for row in part]) for side in (0, 1))
            count = sum(_learnt(row[1]) for row in part)
            loss = self.model(input_ids=ids, labels=labels, use_cache=False).loss
            (loss * count / learnt).backward()
            total += loss.item() * count
        torch.nn.utils.clip_grad_norm_(self.weights, 1.0)
        for group in self.adam.param_groups:
            group["lr"] = plan.rate * plan.share(self.step)
        self.adam.step()
        self.adam.zero_grad(set_to_none=True)
        return total / learnt

    @torch.no_grad()
    def measure(self) -> float:
        """The mean loss of the held-out authors' prompts, in nats a token."""
        self.model.eval()
        total, count = 0.0, 0
        for each in self.held:
            ids, labels = each.ids[:LONGEST_MEASURED], each.labels[:LONGEST_MEASURED]
            loss = self.model(input_ids=torch.tensor([ids]), labels=torch.tensor([labels])).loss
            total += loss.item() * _learnt(labels)
            count += _learnt(labels)
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
    from safetensors.torch import load_file, save_file

    weights, settings = "adapter_model.safetensors", "adapter_config.json"
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
    lines = [f"{files.sha256(out / name)}  {name}\n" for name in (settings, weights)]
    write_text(out / SUMS, "".join(lines))
    for name in (weights, settings, SUMS):
        (out / name).chmod(0o644)


def _learnt(labels: Sequence[int]) -> int:
    """How many tokens of a row are learnt; the first has nothing before it."""
    return sum(label != IGNORED for label in labels[1:])
