"""How long from a topic until the model can begin to read, with 300 likes in the library.

    python tests/bench/bench_ready.py [--likes N] [--encoder DIR]

What `Writer` does before the engine is asked, on a library on disk and the embedded base, by
topics that occur once each: read the likes, take in what has changed, find those that matter, lay
them out, have the engine count the tokens. `first token` is what the engine then takes to read
it all: the peer. Wall clock, in milliseconds.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

from measuring import machine, table

from promptstyle.core import settings
from promptstyle.core.bases import registry
from promptstyle.core.bases.prepare import make_gguf
from promptstyle.core.generation.client import Engine, Token
from promptstyle.core.generation.prompter import Prompter
from promptstyle.core.generation.sampling import Sampling
from promptstyle.core.library import Library, NewLike
from promptstyle.core.paths import Home
from promptstyle.core.style.composer import Composer
from promptstyle.core.style.dense import DenseSearch
from promptstyle.core.style.index import LikeIndex
from promptstyle.core.style.parts import RANKINGS, Parts

ROOT = Path(__file__).resolve().parents[2]
# Real prompts of several authors; those of the last file are the topics' own.
FILES = (
    *sorted((ROOT / "tests" / "authors").glob("*.jsonl")),
    ROOT / "assets" / "other_manners.jsonl",
    ROOT / "assets" / "starter_likes.jsonl",
)
TOPICS = 40


def pairs() -> list[tuple[str, str]]:
    """All hand-written (topic, prompt) pairs."""
    rows = [json.loads(line) for file in FILES for line in file.read_text("utf-8").splitlines()]
    return [(row["input"], row["output"]) for row in rows]


class Ready:
    """The steps before the engine is asked, on one library."""

    def __init__(self, library: Library, engine: Engine, parts: Parts) -> None:
        self.library, self.engine, self.parts = library, engine, parts
        self.search: DenseSearch | None = None
        self.composer: Composer[str] = Composer(LikeIndex(), parts)
        self.prompter = Prompter(engine, self.composer)

    def forget(self) -> None:
        """As after the start of the program: nothing is indexed."""
        self.composer = Composer(LikeIndex(), self.parts)
        self.prompter = Prompter(self.engine, self.composer)

    def __call__(self, topic: str) -> None:
        self.library.active_run("default")
        likes = self.library.likes("default")
        self.composer.sync({like.id: (like.input, like.output) for like in likes})
        self.composer.search = self.search
        self.prompter.segments(topic, shows=True)


def timed(work: Callable[[str], object], topics: list[str]) -> list[float]:
    """The milliseconds of `work` for each topic."""
    spent = []
    for topic in topics:
        began = time.perf_counter()
        work(topic)
        spent.append(1000 * (time.perf_counter() - began))
    return spent


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--likes", type=int, default=300)
    options.add_argument("--encoder", type=Path)
    given = options.parse_args()
    known = pairs()
    likes, topics = known[: given.likes], [topic for topic, _ in known[-TOPICS:]]
    with tempfile.TemporaryDirectory() as scratch:
        home = Home.under(Path(scratch)).ensure()
        with (
            Library(home.database) as library,
            Engine.start(
                make_gguf(home, registry.get(home, registry.EMBEDDED)), log=home.logs / "engine.log"
            ) as engine,
        ):
            library.ensure_profile("default")
            library.add_likes("default", [NewLike(*pair) for pair in likes])
            print(json.dumps({**machine(), "likes": len(library.likes("default"))}))
            rows: list[list[str]] = []

            def add(name: str, spent: list[float]) -> None:
                worst = quantiles(spent, n=20, method="inclusive")[-1]
                rows.append([name, f"{median(spent):.1f}", f"{worst:.1f}", f"{max(spent):.1f}"])

            for ranking in RANKINGS:
                ready = Ready(library, engine, Parts(ranking=ranking))
                if ranking == "dense":
                    if not given.encoder:
                        continue
                    settings.change(home, encoder=str(given.encoder))
                    ready.search = DenseSearch.chosen(home, home.logs / "encoder.log")
                    began = time.perf_counter()
                    ready(topics[0])
                    print(f"dense, encoder started: {time.perf_counter() - began:.1f} s")
                # The first is paid by what is loaded once.
                ready(topics[0])

                def first(topic: str, ready: Ready = ready) -> None:
                    ready.forget()
                    ready(topic)

                add(f"{ranking}: first after the start", timed(first, topics[:10]))
                add(f"{ranking}: as a rule", timed(ready, topics))

                spent = []
                for number, topic in enumerate(topics[:20]):
                    liked = NewLike(f"{topic} {ranking}", f"Write {number} lines. {topic}")
                    library.add_likes("default", [liked])
                    spent += timed(ready, [topic])
                add(f"{ranking}: one like more", spent)
                if ready.search is not None:
                    ready.search.close()

            prompter = Ready(library, engine, Parts())
            prompter(topics[0])

            def read(topic: str) -> None:
                tokens: list[Token] = []
                prompter.prompter.write(
                    topic,
                    shows=True,
                    sampling=Sampling(max_tokens=1),
                    seed=1,
                    on_token=tokens.append,
                )

            add("first token, the above included", timed(read, topics))
    print(table(["", "median", "95 %", "worst"], rows))


if __name__ == "__main__":
    main()
