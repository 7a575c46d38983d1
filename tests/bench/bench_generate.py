"""How fast the engine writes, beside transformers' `generate`, on the same base, greedily.

Each is a process of its own with the base loaded, and answers the same topics, first with nothing
shown and then with four likes shown; `transformers` runs in bfloat16 and in float32. Times are of
the answer alone, loading is told apart. The first answer of each is made and not counted.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any

from measuring import Memory, cpu_of, machine, table

from promptstyle.core.bases import registry
from promptstyle.core.bases.prepare import make_gguf
from promptstyle.core.generation.client import Done, Engine, Token
from promptstyle.core.generation.sampling import Sampling
from promptstyle.core.library.importing import read_likes
from promptstyle.core.paths import Home
from promptstyle.core.style.index import LikeIndex
from promptstyle.core.style.parts import SHOWN
from promptstyle.core.style.ranking import retain
from promptstyle.core.training.template import Pair, Segment, encode, layout

ROOT = Path(__file__).resolve().parents[2]
LIKES = ROOT / "assets" / "starter_likes.jsonl"
MAX_TOKENS = 96
TOPICS = (
    "Make a prompt that summarizes a podcast episode.",
    "Make a prompt that explains a chart to a child.",
    "Make a prompt for writing a letter to a landlord.",
)


def prompts(shown: int) -> list[list[Segment]]:
    """The layout for each topic with so many likes shown."""
    likes: list[Pair] = [
        (like.input, like.output) for like in read_likes(LIKES.read_bytes(), name="likes").pairs
    ]
    index = LikeIndex.of(likes)
    return [
        layout(
            topic,
            shown=[(each.topic, each.text) for each in reversed(retain(index, topic, count=shown))],
        )
        for topic in TOPICS
    ]


# One answer: (text, seconds to the first token, seconds, tokens).
Answer = tuple[str, float, float, int]


def measure(
    answer: Callable[[list[Segment]], Answer], processor: Callable[[], float]
) -> dict[str, Any]:
    """Both kinds of prompt, by one system; `processor` tells its processor seconds so far.

    On a busy machine only tokens a processor second can be compared.
    """
    found: dict[str, Any] = {}
    for name, shown in (("nothing shown", 0), ("four shown", SHOWN)):
        asked = prompts(shown)
        answer(asked[0])
        used = processor()
        answers = [answer(segments) for segments in asked]
        used = processor() - used
        found[name] = {
            "first_token_ms": round(1000 * median(row[1] for row in answers), 1),
            # Without the first: how fast it goes on.
            "tokens_a_second": round(
                sum(row[3] - 1 for row in answers) / sum(row[2] - row[1] for row in answers), 1
            ),
            "tokens_a_cpu_second": round(sum(row[3] for row in answers) / used, 1),
            "seconds": round(mean(row[2] for row in answers), 3),
            "tokens": [row[3] for row in answers],
            "texts": [row[0] for row in answers],
        }
    return found


def ours(base: Path, home: Home, threads: int | None) -> dict[str, Any]:
    """The engine as `generate` uses it, protocol and all."""
    gguf = make_gguf(home, registry.add(home, base, "measured"))
    sampling = Sampling(greedy=True, max_tokens=MAX_TOKENS)
    began = time.monotonic()
    with (
        Engine.start(gguf, log=home.logs / "engine.log", threads=threads) as engine,
        Memory(engine._job.pid) as memory,
    ):
        loaded = time.monotonic() - began

        def answer(segments: list[Segment]) -> Answer:
            began = time.monotonic()
            first = 0.0
            for event in engine.generate(segments, sampling, seed=0):
                if isinstance(event, Token):
                    first = first or time.monotonic() - began
                elif isinstance(event, Done):
                    done = event
            return done.text, first, time.monotonic() - began, done.tokens

        found = measure(answer, lambda: cpu_of(engine._job.pid))
    return {
        "load_seconds": round(loaded, 2),
        "threads": engine.threads,
        "private_mb": memory.peak("private"),
        "resident_mb": memory.peak("resident"),
        **found,
    }


def plain(base: Path, dtype: str, threads: int | None) -> dict[str, Any]:
    """transformers in a process of its own."""
    with (
        subprocess.Popen(
            [sys.executable, __file__, "--plain", str(base), dtype, str(threads or 0)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process,
        Memory(process.pid) as memory,
    ):
        assert process.stdout
        told: dict[str, Any] = json.loads(process.stdout.read().splitlines()[-1])
    return {
        **told,
        "private_mb": memory.peak("private"),
        "resident_mb": memory.peak("resident"),
    }


def generate_plainly(base: str, dtype: str, threads: str) -> None:
    """What one would write from transformers' documentation."""
    began = time.monotonic()
    import torch
    from transformers import LlamaForCausalLM
    from transformers.generation import BaseStreamer

    from promptstyle.core.training.tokenizer import Tokenizer

    class Clock(BaseStreamer):  # type: ignore[misc]
        """When the prompt came back, and each token after it."""

        def __init__(self) -> None:
            self.times: list[float] = []

        def put(self, value: Any) -> None:
            self.times.append(time.monotonic())

        def end(self) -> None:
            pass

    if int(threads):
        torch.set_num_threads(int(threads))
    tokenizer = Tokenizer(Path(base))
    model = LlamaForCausalLM.from_pretrained(base, dtype=getattr(torch, dtype)).eval()
    loaded = time.monotonic() - began

    def answer(segments: Sequence[Segment]) -> Answer:
        began = time.monotonic()
        ids = encode(segments, tokenizer.encode, bos=tokenizer.bos, eos=tokenizer.eos).ids
        clock = Clock()
        with torch.inference_mode():
            out = model.generate(
                torch.tensor([ids]),
                attention_mask=torch.ones(1, len(ids), dtype=torch.long),
                max_new_tokens=MAX_TOKENS,
                do_sample=False,
                pad_token_id=tokenizer.eos,
                eos_token_id=tokenizer.eos,
                streamer=clock,
            )[0, len(ids) :].tolist()
        seconds = time.monotonic() - began
        text = tokenizer.decode([token for token in out if token != tokenizer.eos])
        return text, clock.times[1] - began, seconds, len(out)

    found = measure(answer, time.process_time)
    print(
        json.dumps({"load_seconds": round(loaded, 2), "threads": torch.get_num_threads(), **found})
    )


def main() -> None:
    if sys.argv[1:2] == ["--plain"]:
        generate_plainly(*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--base", type=Path, default=ROOT / "assets" / "base")
    parser.add_argument("--threads", type=int, help="for both (default: each its own)")
    given = parser.parse_args()
    if not (given.base / "config.json").is_file():
        print(f"skipped: there is no base in {given.base}")
        return
    before = machine()
    with tempfile.TemporaryDirectory() as scratch:
        found = {"engine": ours(given.base, Home.under(Path(scratch)).ensure(), given.threads)}
    for dtype in ("bfloat16", "float32"):
        found[f"transformers {dtype}"] = plain(given.base, dtype, given.threads)
    document = {"machine": before, "after": machine(), "base": str(given.base), "systems": found}
    print(json.dumps(document, indent=2, ensure_ascii=False))
    rows = []
    for name, row in found.items():
        speeds = [
            row[kind][what]
            for kind in ("nothing shown", "four shown")
            for what in ("first_token_ms", "tokens_a_second", "tokens_a_cpu_second")
        ]
        rows.append([name, row["threads"], row["load_seconds"], row["private_mb"], *speeds])
    speeds = ["first ms", "tokens/s", "tokens/cpu s"]
    head = ("", "threads", "load s", "MB", *speeds, *(f"4 shown: {name}" for name in speeds))
    print(table(head, rows))


if __name__ == "__main__":
    main()
