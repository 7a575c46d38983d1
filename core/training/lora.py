"""LoRA on a frozen base (Hu et al., arXiv 2106.09685), resumable at every update."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, PreTrainedModel

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.training.launched import launched
from promptstyle.core.training.loop import Loop, Step, TrainResult
from promptstyle.core.training.precision import Precision, probe
from promptstyle.core.training.recipes import Recipe
from promptstyle.core.training.template import Pair
from promptstyle.core.training.threads import Pace
from promptstyle.core.training.together import Together
from promptstyle.core.training.tokenizer import Tokenizer


class LoraTrainer:
    """A base in memory, on which adapters are trained one after the other."""

    def __init__(self, base: Path, *, precision: Precision | None = None) -> None:
        """Load the base folder. Raises PromptstyleError if it cannot be loaded."""
        self._pace = Pace(launched().local)
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

    def fit(
        self,
        pairs: Sequence[Pair],
        recipe: Recipe,
        out: Path | None,
        *,
        seed: int,
        others: Sequence[str] = (),
        fingerprint: str = "",
        checkpoint_path: Path | None = None,
        progress: Callable[[Step], None] = lambda step: None,
        check: Callable[[], None] = lambda: None,
        alone: bool = False,
    ) -> TrainResult:
        """Train on `pairs` and write the adapter folder `out`, if given, in peft's format.

        Under `accelerate launch` all processes have to call this, and the first one writes; one
        that is not to wait for the others trains `alone`.

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
        together = Together(self.precision.device, alone=alone)
        if together.device:
            self.precision = Precision(together.device, self.precision.dtype)
        if not together.shards:
            # One that is spread over devices need not fit into one of them.
            self._base.to(self.precision.device)  # type: ignore[arg-type]
        model = get_peft_model(self._base, config)
        assert isinstance(model, PeftModel)
        try:
            with together.watching():
                together.agree(fingerprint)
                loop = Loop(
                    model,
                    self.tokenizer,
                    self.precision,
                    pairs,
                    recipe,
                    seed,
                    others,
                    together,
                    self._pace,
                )
                result = loop.train(fingerprint, checkpoint_path, progress, check)
                adapter = loop.adapter()
            if out is not None and together.rank == 0:
                save_adapter(adapter, config, out)
        finally:
            together.part()
            # The base is used again for the next adapter.
            self._base = model.unload()  # type: ignore[assignment]
        return result


def save_adapter(adapter: dict[str, torch.Tensor], config: LoraConfig, out: Path) -> None:
    """Write `adapter_config.json` and `adapter_model.safetensors` (float32) into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.to(torch.float32).contiguous() for name, tensor in adapter.items()}
    save_file(tensors, out / "adapter_model.safetensors", metadata={"format": "pt"})
    document: dict[str, Any] = config.to_dict()  # type: ignore[no-untyped-call]
    document["target_modules"] = sorted(config.target_modules or ())
    document["inference_mode"] = True
    text = json.dumps(document, indent=2, default=str)
    (out / "adapter_config.json").write_text(text + "\n", encoding="utf-8")
