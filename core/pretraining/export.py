"""From a run's checkpoint to the folder that transformers and the GGUF writer load."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch

from promptstyle.core.atomic import replacing, write_json, write_text
from promptstyle.core.bases import sums
from promptstyle.core.bases.files import needed_files
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.pretraining.network import Network, Shape

# Lines of notes that it wants before a query: on one fold of six authors one line gave ROUGE-1 .362
# (`context`) and .378 (`both`), two .353 and .366 (tests/bench/ablation.py).
IDEAS = 1


def export(run: Path, out: Path) -> dict[str, Any]:
    """Write config, weights (bfloat16) and tokenizer of the run in `run` to `out`.

    Returns the run's numbers. Raises PromptstyleError if there is no checkpoint.
    """
    from safetensors.torch import save_file

    path = run / "checkpoint.pt"
    if not path.exists():
        raise PromptstyleError(
            f"{run} holds no checkpoint", "train first: the folder given with --out", code="no_run"
        )
    state = torch.load(path, weights_only=True)
    shape = Shape(**state["shape"])
    out.mkdir(parents=True, exist_ok=True)
    weights = {name: w.to(torch.bfloat16).contiguous() for name, w in state["model"].items()}
    with replacing(out / "model.safetensors") as temporary:
        save_file(weights, temporary, metadata={"format": "pt"})
    (out / "model.safetensors").chmod(0o644)
    with replacing(out / "tokenizer.model") as temporary:
        shutil.copyfile(run / "tokenizer.model", temporary)
    (out / "tokenizer.model").chmod(0o644)
    # It has learnt to read ideas (`imitating.inspired`); `Base.parts` reads this.
    write_json(out / "config.json", {**shape.config(), "promptstyle": {"ideas": IDEAS}})
    write_json(
        out / "generation_config.json",
        {"bos_token_id": 1, "eos_token_id": 2, "do_sample": False},
    )
    write_json(
        out / "tokenizer_config.json",
        {
            "tokenizer_class": "LlamaTokenizer",
            "legacy": True,
            "add_bos_token": True,
            "add_eos_token": False,
            "add_prefix_space": True,
            "clean_up_tokenization_spaces": False,
            "unk_token": "<unk>",
            "bos_token": "<s>",
            "eos_token": "</s>",
            "model_max_length": shape.positions,
        },
    )
    events = [json.dumps(event) for event in curve(run)]
    write_text(out / "curve.jsonl", "\n".join(events) + "\n")
    for name in ("curve.jsonl", "config.json", "generation_config.json", "tokenizer_config.json"):
        (out / name).chmod(0o644)
    sums.write(out, [path.name for path in needed_files(out)])
    return {
        "tokens": state["tokens"],
        "step": state["step"],
        "seconds": state["seconds"],
        "parameters": sum(w.numel() for w in weights.values()),
        "plan": state["plan"],
    }


def exported(folder: Path, *, dtype: torch.dtype = torch.float32) -> Network:
    """The network that `export` wrote to `folder`, to be measured; it computes in `dtype`."""
    from safetensors.torch import load_file

    config = json.loads((folder / "config.json").read_text("utf-8"))
    shape = Shape(
        vocabulary=config["vocab_size"],
        hidden=config["hidden_size"],
        intermediate=config["intermediate_size"],
        layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"],
        kv_heads=config["num_key_value_heads"],
        head_size=config["head_dim"],
    )
    network = Network(shape, dtype=dtype)
    weights = load_file(folder / "model.safetensors")
    network.load_state_dict({name: weight.float() for name, weight in weights.items()})
    return network


def curve(run: Path) -> list[dict[str, Any]]:
    """What the run's log says of its plan, the copying heads, the yardstick and its end."""
    lines = (run / "log.jsonl").read_text(encoding="utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    return [event for event in events if event["event"] != "train"]
