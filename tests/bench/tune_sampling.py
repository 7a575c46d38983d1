"""Sampling settings side by side, on the held-out likes of a home's profile `default`.

    python tests/bench/tune_sampling.py HOME HOME/models/runs/default-1/model.gguf

HOME is a PROMPTSTYLE_HOME after a retrain. Prints ROUGE-1 / ROUGE-L, the share of the topic's
words that come back and the mean length in words, over 4 draws for every topic.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from promptstyle.core.evaluation.measures import SystemOutput
from promptstyle.core.evaluation.report import report
from promptstyle.core.generation.client import Engine
from promptstyle.core.generation.prompter import Prompter
from promptstyle.core.generation.sampling import Sampling
from promptstyle.core.library import Library
from promptstyle.core.paths import Home
from promptstyle.core.snapshot import Snapshot, pairs

DRAWS = 4
SETTINGS = {
    "default": Sampling(),
    "0.7": Sampling(temperature=0.7),
    "0.7, no penalty": Sampling(temperature=0.7, repeat_penalty=1.0),
}


def main() -> None:
    home, gguf = Home.under(Path(sys.argv[1])), Path(sys.argv[2])
    with Library(home.database) as library:
        snapshot = Snapshot.take(library, "default")
    tests = pairs(snapshot.held)
    log = Path(tempfile.mkdtemp()) / "engine.log"
    with Engine.start(gguf, log=log) as engine:
        prompter = Prompter.of(engine, pairs(snapshot.train))
        for mode in ("lora", "both"):
            for name, sampling in SETTINGS.items():
                made: list[list[SystemOutput]] = [[] for _ in range(DRAWS)]
                for topic, _ in tests:
                    done = prompter.write(
                        topic, shows=mode == "both", sampling=sampling, seed=7, n=DRAWS
                    )
                    for draw, item in zip(made, done, strict=True):
                        draw.append(SystemOutput(item.text))
                rows = [report(tests, {mode: draw}, 0)["systems"][0] for draw in made]
                means = {
                    key: sum(row[key] for row in rows) / DRAWS
                    for key in ("rouge1", "rougeL", "covered", "words")
                }
                print(f"{mode:5} {name:16}", {k: round(v, 3) for k, v in means.items()})


if __name__ == "__main__":
    main()
