"""How fast the engine starts and writes. Run by hand:

    python tests/bench/bench_engine.py MODEL.gguf [--threads N]

The engine runs with one thread unless told, so its processor time is what the same work takes
by the clock on an idle machine; both are printed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from promptstyle.core.generation.client import Engine
from promptstyle.core.generation.sampling import Sampling
from promptstyle.core.training.template import layout

TOPIC = "Make a prompt that summarizes a podcast episode."
SHOWN = [("Explain photosynthesis.", "Explain how plants make food from light. " * 8)] * 4
# The end token is left to chance in sampling, so more than one candidate is written.
CANDIDATES = 12


def processor_seconds(pid: int) -> float:
    """User and system time of a process so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def timed(pid: int, tokens: Callable[[], int]) -> str:
    """Tokens a second of some work of the process."""
    cpu, began = processor_seconds(pid), time.perf_counter()
    count = tokens()
    wall, cpu = time.perf_counter() - began, processor_seconds(pid) - cpu
    return f"{count} tokens, {count / wall:.0f} a second ({count / max(cpu, 0.01):.0f} processor)"


def side_by_side(gguf: Path, threads: int | None, lanes: int) -> float:
    """Tokens a second of `CANDIDATES` candidates of at most 100 tokens, so many at a time.

    0 for a model that does not write so many at a time.
    """
    from promptstyle.core.generation.lanes import Lane, waves
    from promptstyle.core.generation.llama import Model

    model = Model(gguf, threads=threads)
    ids = model.encode(layout(TOPIC, shown=SHOWN)).ids
    sampling = Sampling(max_tokens=100, min_words=50)
    if lanes > model.lanes(len(ids), 100):
        model.close()
        return 0.0
    began, tokens = time.perf_counter(), 0
    for wave in waves(1, CANDIDATES, lanes):
        with ExitStack() as stack:
            growing = {
                row: stack.enter_context(Lane.open(model, sampling, candidate, seed, 100))
                for row, (candidate, seed) in wave.items()
            }
            model.prepare(ids, lanes)
            position = len(ids)
            while growing:
                drawn = [0] * lanes
                for row, lane in growing.items():
                    lane.grow(row)
                    drawn[row], tokens = lane.last, tokens + 1
                growing = {row: lane for row, lane in growing.items() if not lane.over}
                if growing:
                    model.advance(drawn, position)
                    position += 1
    took = time.perf_counter() - began
    model.close()
    return tokens / took


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("model", type=Path)
    options.add_argument("--threads", type=int)
    given = options.parse_args()
    prompt = layout(TOPIC, "It has three parts.", shown=SHOWN)
    wild = Sampling(temperature=2.0)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "engine.log"
        walls, processors = [], []
        for _ in range(5):
            began = time.perf_counter()
            with Engine.start(given.model, log=log, threads=given.threads) as engine:
                walls.append(time.perf_counter() - began)
                processors.append(processor_seconds(engine._job.pid))
        with Engine.start(given.model, log=log, threads=given.threads) as engine:
            pid = engine._job.pid
            engine.score(prompt)
            length = engine.count(prompt)
            read = timed(pid, lambda: sum(length for _ in range(3) if engine.score(prompt)))
            written = timed(
                pid, lambda: sum(d.tokens for d in engine.write(prompt[:-1], wild, 1, CANDIDATES))
            )
            threads = engine.threads
    start, cpu = statistics.median(walls), statistics.median(processors)
    print(f"start: {start:.2f} s ({cpu:.2f} s processor), median of 5")
    print(f"read:  {read}")
    print(f"write: {written}")
    from promptstyle.core.generation.llama import LANES

    rates = [side_by_side(given.model, given.threads, lanes) for lanes in (1, LANES, 1, LANES)]
    alone, together = (statistics.fmean(rates[place::2]) for place in (0, 1))
    if together:
        print(
            f"{CANDIDATES} candidates, {LANES} side by side: {together:.0f} tokens a second, "
            f"one after another {alone:.0f}; {together / alone:.2f} times as fast"
        )
    print(f"{threads} thread(s), load of the machine {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
