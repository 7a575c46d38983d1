"""How often the base finds the prompt behind a rewrite: each rule on passages that it never saw.

    .venv/bin/python tests/bench/bench_recover.py [--base DIR]

The rules are those that it learnt (`core/pretraining/rewrites.py`), the passages are written here.
A guess is right if it is one of the rule's prompts, with the right words in it; greedy decoding.
Told apart are what the base guesses, and what `recover` answers, which tries the rules first.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import Counter
from pathlib import Path
from random import Random

from measuring import machine

from promptstyle.convert import write_gguf
from promptstyle.core.generation.client import Engine
from promptstyle.core.generation.sampling import Sampling
from promptstyle.core.pretraining.rewrites import RULES, explain
from promptstyle.core.training.template import recovery

ROOT = Path(__file__).resolve().parents[2]
PASSAGES = (
    [
        "The old mill stands at the end of the lane.",
        "It has not turned for thirty years, and nobody knows who owns it.",
        "Children from Ashford play there in summer.",
    ],
    [
        "Our neighbor Mr. Brandt is repairing the gray boat behind the theater.",
        "He does not ask for help, but he is glad when somebody comes.",
        "We bring him 2 sandwiches and ten nails on Sundays.",
        "In spring the boat will be ready for the lake.",
    ],
    [
        "Honey keeps for a long time because it holds little water.",
        "Don't store it in the fridge, where it turns hard.",
        "A colour like amber is a good sign in Wales, and 3 jars last a winter.",
    ],
    [
        "The library in Harlow opens at nine on weekdays.",
        "Visitors can't borrow maps, but they are free to copy them in the centre of the hall.",
        "Eight desks stand by the windows, and there is a lift for those who need it.",
    ],
)  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--base", type=Path, default=ROOT / "assets" / "base")
    given = options.parse_args()
    right: Counter[str] = Counter()
    answered = 0
    asked: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        gguf = Path(folder) / "base.gguf"
        write_gguf(given.base, gguf, name="base")
        with Engine.start(gguf, log=Path(folder) / "engine.log") as engine:
            for said in PASSAGES:
                for rule, prompts in RULES:
                    found = rule(said, Random(1))
                    if found is None or found[0] == " ".join(said):
                        continue
                    rewritten, slots = found
                    wanted = {prompt.format(**slots) for prompt in prompts}
                    segments = recovery(" ".join(said), rewritten)
                    guess = engine.write(segments, Sampling(greedy=True), seed=0)[0].text
                    answers = [*explain(" ".join(said), rewritten), guess]
                    answered += answers[0] in wanted
                    name = re.sub(r"\{.*?\}", "…", prompts[0])
                    asked[name] += 1
                    right[name] += guess in wanted
                    if guess not in wanted:
                        print(f"{name} -> {guess}")
    print(machine())
    for name, count in asked.items():
        print(f"{right[name]} of {count}  {name}")
    print(f"the base: {right.total()} of {asked.total()}")
    print(f"recover: {answered} of {asked.total()}")


if __name__ == "__main__":
    main()
