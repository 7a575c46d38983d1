"""Two ways to run what was learnt: merged into the weights, or a LoRA on top of the base.

    python tests/bench/bench_two_ways.py [--base FOLDER --adapter FOLDER] [--tokens N]

Without a base: a random model of TinyLlama's shape with a random LoRA of rank 8, whose logits
say how far the roundings lead away, and nothing of quality. For each way: seconds from the end of
training to the first prompt (making the files, loading, reading a prompt of 256 tokens, writing
N), tokens a second, the memory of the process, and how far its logits are from those of the
merged 16-bit file. The base's own file is there already: the test of a retrain needs it too.
Then, in an engine that is running, what another profile's model takes until it is in use, at its
first use and later.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from bench_convert import make_adapter
from bench_tinyllama import TOKENIZER, write_model
from measuring import machine, memory_of, table

from promptstyle.convert import write_adapter_gguf, write_gguf
from promptstyle.core.generation.client import Engine
from promptstyle.core.model_files import ModelFiles
from promptstyle.core.training.template import INSTRUCTION

PROMPT = 256
TEXT = Path(__file__).resolve().parents[2] / "assets" / "starter_likes.jsonl"


@dataclass(frozen=True)
class Way:
    """`merged` is the type of the merged file, "" for the LoRA on top of a Q8_0 base."""

    name: str
    merged: str


COLUMNS = (
    "way",
    "file MB",
    "make s",
    "load s",
    "first prompt s",
    "read /s",
    "write /s",
    "private MB",
    "switch ms",
    "again",
    "largest",
    "mean",
    "KL",
    "same best",
)
WAYS = (
    Way("merged f16", "f16"),
    Way("merged Q8_0", "q8_0"),
    Way("merged Q4_K_M", "q4_k_m"),
    Way("LoRA on Q8_0", ""),
)


def run_one(gguf: str, adapter: str, tokens: str, out: str) -> None:
    """In a process of its own: load, read, write; the logits of the prompt to `out`."""
    began = time.monotonic()
    from promptstyle.core.generation.llama import Model

    model = Model(Path(gguf))
    loaded = time.monotonic()
    if adapter:
        model.set_adapter(Path(adapter))
    adapted = time.monotonic()
    ids = model.tokenize(TEXT.read_text(encoding="utf-8"))[:PROMPT]
    model._evaluate(ids, 0, wanted=[True] * len(ids))
    read = time.monotonic()
    np.save(out, np.stack([model.logits(row).astype(np.float32) for row in range(len(ids))]))
    model.forget()
    model.prepare(ids)
    start = time.monotonic()
    for place in range(int(tokens)):
        model.advance([int(model.logits().argmax())], len(ids) + place)
    wrote = time.monotonic()
    found: dict[str, Any] = {
        "load": loaded - began,
        "adapter": adapted - loaded,
        "read": read - adapted,
        "write": wrote - start,
    }
    import os

    found["private"], found["resident"] = memory_of(os.getpid())
    print(json.dumps(found))


def switch(base: Path, files: ModelFiles, log: Path) -> tuple[float, float]:
    """Milliseconds until `files` are in use in an engine that has the base: first, and again."""
    seconds = []
    with Engine.start(base, log=log) as engine:
        for _ in range(4):
            began = time.monotonic()
            engine.use(files.gguf, files.adapter)
            seconds.append(time.monotonic() - began)
            engine.use(base)
    return seconds[0] * 1e3, sorted(seconds[1:])[1] * 1e3


def softmax(logits: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Of each row, in double precision."""
    wide = logits.astype(np.float64)
    raised = np.exp(wide - wide.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def distance(logits: np.ndarray[Any, Any], true: np.ndarray[Any, Any]) -> dict[str, float]:
    """Largest and mean difference, mean Kullback-Leibler divergence, share of the same best."""
    p, q = softmax(true), softmax(logits)
    return {
        "largest": float(np.abs(logits - true).max()),
        "mean": float(np.abs(logits - true).mean()),
        "divergence": float((p * (np.log(p) - np.log(q))).sum(-1).mean()),
        "same best": float((logits.argmax(-1) == true.argmax(-1)).mean()),
    }


def measure(folder: Path, base: Path, adapter: Path, tokens: int) -> list[dict[str, Any]]:
    """A row for each way."""
    write_gguf(base, folder / "base.gguf", quantize="q8_0", name="base", template=INSTRUCTION)
    rows, true = [], None
    for way in WAYS:
        gguf, on_top = folder / "tuned.gguf", ""
        began = time.monotonic()
        if way.merged:
            write_gguf(
                base, gguf, adapter_dir=adapter, quantize=way.merged, name="x", template=INSTRUCTION
            )
        else:
            gguf, on_top = folder / "base.gguf", str(folder / "adapter.gguf")
            write_adapter_gguf(base, adapter, Path(on_top))
        made = time.monotonic() - began
        out = folder / "logits.npy"
        child = [sys.executable, __file__, "--one", str(gguf), on_top, str(tokens), str(out)]
        done = subprocess.run(child, stdout=subprocess.PIPE, check=True)
        found = json.loads(done.stdout.splitlines()[-1])
        files = ModelFiles(gguf, Path(on_top) if on_top else None)
        found["switch"] = switch(folder / "base.gguf", files, folder / "engine.log")
        logits = np.load(out)
        true = logits if true is None else true
        first = made + sum(found[name] for name in ("load", "adapter", "read", "write"))
        size = (Path(on_top) if on_top else gguf).stat().st_size
        rows.append(
            {"way": way.name, "size": size, "make": made, "first prompt": first, **found}
            | distance(logits, true)
        )
        print(json.dumps(rows[-1]), file=sys.stderr)
        if way.merged:
            gguf.unlink()
    return rows


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        run_one(*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--base", type=Path)
    parser.add_argument("--adapter", type=Path)
    parser.add_argument("--tokens", type=int, default=60, help="to write; default: a short prompt")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    given = parser.parse_args()
    if given.base is None and not TOKENIZER.is_file():
        sys.exit(f"there is no {TOKENIZER}; name a --base and its --adapter")
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name)
        if given.base is None:
            given.base, given.adapter = folder / "base", folder / "base" / "adapter"
            write_model(given.base)
            make_adapter(given.base)
        before = machine()
        rows = measure(folder, given.base, given.adapter, given.tokens)
    print(json.dumps({"before": before, "after": machine()}))
    print(
        table(
            COLUMNS,
            [
                [
                    row["way"],
                    f"{row['size'] / 1e6:.1f}",
                    f"{row['make']:.2f}",
                    f"{row['load'] + row['adapter']:.2f}",
                    f"{row['first prompt']:.2f}",
                    f"{PROMPT / row['read']:.0f}",
                    f"{given.tokens / row['write']:.1f}",
                    f"{row['private']:.0f}",
                    *(f"{value:.1f}" for value in row["switch"]),
                    f"{row['largest']:.3f}",
                    f"{row['mean']:.4f}",
                    f"{row['divergence']:.6f}",
                    f"{row['same best']:.3f}",
                ]
                for row in rows
            ],
        )
    )


if __name__ == "__main__":
    main()
