"""What converting a model of TinyLlama's size costs in memory and time.

    OMP_NUM_THREADS=1 python tests/bench/bench_convert.py [--folder /tmp] [f16 q8_0 q4_k_m]

Writes a random model of TinyLlama's shape (1.1 billion parameters, bfloat16, 2.2 GB) and a
LoRA of rank 8 on all linear layers to a temporary folder, converts it once for each type in a
process of its own, and removes everything. Memory is the peak of the process's anonymous
memory (RssAnon in /proc/PID/status, read every 5 ms): what it holds itself, without the file
mapping, whose pages the system can drop. llama.cpp's quantiser is a child and its memory is
counted alone; the CPU seconds are of both.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import sentencepiece

SHAPE = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "bos_token_id": 1,
    "eos_token_id": 2,
    "hidden_act": "silu",
    "hidden_size": 2048,
    "intermediate_size": 5632,
    "max_position_embeddings": 2048,
    "num_attention_heads": 32,
    "num_hidden_layers": 22,
    "num_key_value_heads": 4,
    "rms_norm_eps": 1e-05,
    "rope_theta": 10000.0,
    "tie_word_embeddings": False,
    "vocab_size": 32000,
}
RANK = 8
ADAPTER = {"peft_type": "LORA", "r": RANK, "lora_alpha": 16, "bias": "none"}

CHILD = """
import sys
from pathlib import Path
from promptstyle.convert import write_gguf
folder, out, quantize = sys.argv[1:]
write_gguf(Path(folder), Path(out), adapter_dir=Path(folder) / "adapter", quantize=quantize,
           name="bench")
"""


def write_safetensors(path: Path, tensors: dict[str, tuple[tuple[int, ...], str]]) -> None:
    """Random values, a tensor at a time: {name: (shape, "BF16" or "F32")}."""
    sizes = {"BF16": 2, "F32": 4}
    header, at = {}, 0
    for name, (shape, dtype) in tensors.items():
        end = at + int(np.prod(shape)) * sizes[dtype]
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [at, end]}
        at = end
    text = json.dumps(header).encode()
    rng = np.random.default_rng(0)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for shape, dtype in tensors.values():
            values = rng.standard_normal(shape, np.float32) * np.float32(0.02)
            if dtype == "BF16":
                values = (values.view(np.uint32) >> 16).astype(np.uint16)
            values.tofile(file)


def make_model(folder: Path) -> None:
    """config.json, model.safetensors, tokenizer.model and adapter/ in `folder`."""
    from promptstyle.convert.config import LlamaConfig
    from promptstyle.convert.layers import tensors

    (folder / "config.json").write_text(json.dumps(SHAPE))
    plan = tensors(LlamaConfig.of_folder(folder))
    write_safetensors(
        folder / "model.safetensors", {tensor.source: (tensor.shape, "BF16") for tensor in plan}
    )
    make_adapter(folder)
    # The rest of the 32,000 tokens becomes padding, as many texts long.
    text = folder / "text.txt"
    text.write_text("a prompt that lists three books and shows only the result\n" * 9)
    sentencepiece.SentencePieceTrainer.train(
        input=str(text), model_prefix=str(folder / "tokenizer"), vocab_size=290,
        model_type="bpe", byte_fallback=True, normalization_rule_name="identity",
        remove_extra_whitespaces=False, minloglevel=2,
    )  # fmt: skip


def make_adapter(folder: Path) -> None:
    """A random LoRA on all linear layers of the model in `folder`, in its `adapter/`."""
    from promptstyle.convert.config import LlamaConfig
    from promptstyle.convert.layers import tensors

    adapter = folder / "adapter"
    adapter.mkdir()
    (adapter / "adapter_config.json").write_text(json.dumps(ADAPTER))
    pairs: dict[str, tuple[tuple[int, ...], str]] = {}
    for tensor in tensors(LlamaConfig.of_folder(folder)):
        module = tensor.source.removesuffix(".weight")
        if module.endswith("_proj"):
            rows, columns = tensor.shape
            pairs[f"base_model.model.{module}.lora_A.weight"] = ((RANK, columns), "F32")
            pairs[f"base_model.model.{module}.lora_B.weight"] = ((rows, RANK), "F32")
    write_safetensors(adapter / "adapter_model.safetensors", pairs)


def status(process: int) -> dict[str, int]:
    """Sizes in bytes of /proc/PID/status; empty when the process has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return {}
    fields = (line.split() for line in lines)
    return {words[0].rstrip(":"): int(words[1]) * 1024 for words in fields if words[-1] == "kB"}


def children(process: int) -> list[int]:
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in text.split()]


def measure(folder: Path, quantize: str) -> dict[str, float]:
    """Convert once; peaks in MB, seconds by the clock and of CPU, and the result's size in MB."""
    out = folder / "out.gguf"
    start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(folder), str(out), quantize])
    peaks = {"converter": 0, "quantiser": 0}
    while child.poll() is None:
        for name, processes in (("converter", [child.pid]), ("quantiser", children(child.pid))):
            for process in processes:
                peaks[name] = max(peaks[name], status(process).get("RssAnon", 0))
        time.sleep(0.005)
    if child.returncode:
        raise SystemExit(child.returncode)
    seconds, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    size = out.stat().st_size
    out.unlink()
    megabytes = {name: peak / 1e6 for name, peak in peaks.items()}
    return {**megabytes, "seconds": seconds, "cpu": cpu, "size": size / 1e6}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("types", nargs="*", default=["f16", "q8_0", "q4_k_m"])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        make_model(folder)
        heads = ("type", "converter MB", "quantiser MB", "seconds", "CPU s", "file MB")
        print("{:8}{:>14}{:>14}{:>9}{:>8}{:>9}".format(*heads), flush=True)
        for quantize in arguments.types:
            row = measure(folder, quantize)
            print(
                f"{quantize:8}{row['converter']:14.0f}{row['quantiser']:14.0f}"
                f"{row['seconds']:9.1f}{row['cpu']:8.1f}{row['size']:9.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
