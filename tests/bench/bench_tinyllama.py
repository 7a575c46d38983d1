"""The whole loop at TinyLlama's size: 1.1 billion random weights, its own tokenizer.

    .venv/bin/python tests/bench/bench_tinyllama.py --run

Beside it, for one epoch, the plain script of bench_retrain.py, which trains the same examples.
Random weights write noise and never end an answer, so this says what a retrain costs at that
size and that every stage holds 1.1 billion weights; of quality it says nothing. Takes 2.2 GB for
the weights, 1.2 GB for the GGUF of the base and as much for the tuned one, all deleted in the
end, and many minutes; so `make bench`, which gives no `--run`, passes it over.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from bench_retrain import plain
from measuring import Memory, machine, table

from promptstyle.core.library import Library
from promptstyle.core.paths import HOME_VARIABLE, Home
from promptstyle.core.pipeline_client import start_retrain
from promptstyle.core.writing import Writer

ROOT = Path(__file__).resolve().parents[2]
TOKENIZER = ROOT.parent / "shared" / "data" / "llama2-tokenizer.model"
LIKES = ROOT / "assets" / "starter_likes.jsonl"
NEEDED = 6 << 30
ROWS = 1024
# huggingface.co/TinyLlama/TinyLlama-1.1B-Chat-v1.0/blob/main/config.json
CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "attention_bias": False,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "hidden_act": "silu",
    "hidden_size": 2048,
    "initializer_range": 0.02,
    "intermediate_size": 5632,
    "max_position_embeddings": 2048,
    "model_type": "llama",
    "num_attention_heads": 32,
    "num_hidden_layers": 22,
    "num_key_value_heads": 4,
    "rms_norm_eps": 1e-05,
    "rope_scaling": None,
    "rope_theta": 10000.0,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
    "vocab_size": 32000,
}


def shapes() -> dict[str, tuple[int, ...]]:
    """Every tensor of the model, in the order of the file."""
    hidden, inner, vocab, narrow = 2048, 5632, 32000, 256
    found: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (vocab, hidden)}
    for layer in range(22):
        prefix = f"model.layers.{layer}."
        found |= {
            f"{prefix}input_layernorm.weight": (hidden,),
            f"{prefix}post_attention_layernorm.weight": (hidden,),
            f"{prefix}self_attn.q_proj.weight": (hidden, hidden),
            f"{prefix}self_attn.k_proj.weight": (narrow, hidden),
            f"{prefix}self_attn.v_proj.weight": (narrow, hidden),
            f"{prefix}self_attn.o_proj.weight": (hidden, hidden),
            f"{prefix}mlp.gate_proj.weight": (inner, hidden),
            f"{prefix}mlp.up_proj.weight": (inner, hidden),
            f"{prefix}mlp.down_proj.weight": (hidden, inner),
        }
    return found | {"model.norm.weight": (hidden,), "lm_head.weight": (vocab, hidden)}


def write_model(folder: Path) -> int:
    """Write the folder of the base, a few rows in memory at a time; returns the weights' number."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(CONFIG, indent=2))
    shutil.copyfile(TOKENIZER, folder / "tokenizer.model")
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    place = 0
    for name, shape in shapes().items():
        size = 2 * int(np.prod(shape))
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [place, place + size]}
        place += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    random = np.random.default_rng(0)
    with (folder / "model.safetensors").open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for shape in shapes().values():
            for start in range(0, shape[0], ROWS):
                rows = (min(ROWS, shape[0] - start), *shape[1:])
                if len(shape) == 1:
                    values = np.ones(rows, np.float32)
                else:
                    values = random.standard_normal(rows, np.float32) * np.float32(0.02)
                # bfloat16 is the upper half of a float32.
                file.write((values.view("<u4") >> 16).astype("<u2").tobytes())
    return place // 2


def command(home: Path, *arguments: str, stdin: bytes = b"") -> tuple[float, list[Any]]:
    """Seconds and JSON rows of one call of `promptstyle`."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "promptstyle.tui.cli.main", *arguments, "--json"],
        input=stdin,
        env={**os.environ, HOME_VARIABLE: str(home)},
        stdout=subprocess.PIPE,
        check=True,
    )
    seconds = time.monotonic() - began
    print(f"promptstyle {' '.join(arguments)}: {seconds:.1f} s", file=sys.stderr)
    return seconds, [json.loads(line) for line in done.stdout.splitlines()]


def keep_held(home: Home, count: int) -> tuple[int, int]:
    """Take all but `count` of the held-out likes away: random weights never end an answer, so that
    each costs minutes. What is left on both sides."""
    with Library(home.database) as library:
        sides = {"train": 0, "held": 0}
        for like in library.likes("default"):
            if like.side == "held" and sides["held"] == count:
                library.remove_like("default", like.id)
            else:
                sides[like.side] += 1
    return sides["train"], sides["held"]


def retrain(home: Home, recipe: str, merge: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The result of a retrain, and a row a stage: seconds and peaks of memory."""
    rows: list[dict[str, Any]] = []
    job = start_retrain(home, "default", recipe=recipe, merge=merge)
    with job, Memory(job.pid) as memory:
        began = at = time.monotonic()

        def enter(stage: str) -> None:
            nonlocal at
            now = time.monotonic()
            if rows:
                rows[-1]["seconds"] = round(now - at, 1)
            if stage:
                rows.append({"stage": stage})
            memory.stage, at = stage, now

        enter("start")
        for event in job.events():
            stage = str(event.get("stage", event["event"]))
            stage = f"{stage} {event['system']}" if "system" in event else stage
            if stage != rows[-1]["stage"]:
                enter(stage)
            print(f"{time.monotonic() - began:7.1f} s {event}"[:150], file=sys.stderr)
        enter("")
        result = job.result()
    return result, [{**row, **memory.peaks.get(row["stage"], {})} for row in rows]


def generate(home: Home) -> dict[str, Any]:
    """Seconds to the first token and tokens a second, of the tuned model."""
    times: list[float] = []
    began = time.monotonic()
    with (
        Library(home.database) as library,
        Writer(home, library, "default", log=home.logs / "engine.log") as writer,
    ):
        written = writer.write(
            "Make a prompt that summarizes a podcast episode.",
            mode="lora",
            greedy=True,
            on_token=lambda token: times.append(time.monotonic()) if token.text else None,
        )
        engine = writer._loaded._engine
        assert engine is not None
        (candidate,) = written.candidates
        return {
            "load_seconds": round(engine.load_seconds, 1),
            "first_text_seconds": round(times[0] - began, 1) if times else None,
            "tokens": candidate.tokens,
            "finish": candidate.finish,
            "seconds": round(written.seconds, 1),
            "tokens_a_second": round(candidate.tokens / (times[-1] - times[0]), 1)
            if times
            else None,
        }


def measure(folder: Path, given: argparse.Namespace) -> dict[str, Any]:
    """Everything, in `folder`."""
    found: dict[str, Any] = {"machine": machine()}
    began = time.monotonic()
    found["weights"] = write_model(folder / "tinyllama")
    found["write_model_seconds"] = round(time.monotonic() - began, 1)
    root = folder / "home"
    rows = b"".join(LIKES.read_bytes().splitlines(keepends=True)[: given.likes])
    command(root, "import", "-", stdin=rows)
    found["train"], found["held"] = keep_held(Home.under(root), given.held)
    add, (found["base"],) = command(
        root, "add-model", str(folder / "tinyllama"), "--name", "tinyllama"
    )
    verify, (verified,) = command(root, "verify", "tinyllama")
    assert verified["ok"]
    command(root, "use", "tinyllama")
    found |= {"add_model_seconds": round(add, 1), "verify_seconds": round(verify, 1)}
    home = Home.under(root)
    result, found["stages"] = retrain(home, given.recipe, given.merge)
    found["retrain_seconds"], found["mode"] = result["seconds"], result["mode"]
    found["gguf_bytes"] = Path(result["gguf"]).stat().st_size
    found["adapter_bytes"] = Path(result["adapter"]).stat().st_size
    manifest = json.loads((home.runs / result["run"] / "manifest.json").read_text())
    found["training"], found["quantize"] = manifest["training"], manifest["quantize"]
    found["generate"] = generate(home)
    dtype = manifest["training"]["precision"].partition("/")[2]
    found["plain"] = plain(folder / "plain", folder / "tinyllama", 1, dtype, given.recipe)
    found["machine_after"] = machine()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--run", action="store_true", help="really do it")
    parser.add_argument("--likes", type=int, default=61, help="61 leave 51 to train, 10 to test")
    parser.add_argument("--held", type=int, default=3, help="of these so many are kept")
    parser.add_argument("--recipe", default="reference")
    parser.add_argument("--merge", default="q8_0")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    given = parser.parse_args()
    if not given.run:
        print("skipped: takes many minutes and 6 GB of disk; say --run")
        return
    if not TOKENIZER.is_file():
        sys.exit(f"there is no {TOKENIZER}")
    if shutil.disk_usage(given.folder).free < NEEDED:
        sys.exit(f"{given.folder} has less than 6 GB free")
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        found = measure(Path(folder), given)
    print(json.dumps(found, indent=2))
    columns = ("seconds", "private", "resident", "children private", "children resident")
    rows = [[row["stage"], *(row.get(name, "") for name in columns)] for row in found["stages"]]
    print(table(("stage", "s", "own MB", "+ mapped", "engine MB", "+ mapped"), rows))


if __name__ == "__main__":
    main()
