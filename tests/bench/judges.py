"""How far the two judges of style can be believed, on texts that neither has seen.

    python tests/bench/ablation.py --systems "both, told apart"    # trains the models: an hour
    python tests/bench/judges.py

For every author and fold of the ablation: the model that learnt to tell authors apart, from the
ablation's cache, and the judge by character patterns. *pairs*: right answers on pairs of held-out
texts. *right*: held-out texts of the author and of the others, both sides counted the same. 0.5 is
a coin.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from ablation import ROOT, SEED, adapter_file, authors, others_of

from promptstyle.convert import write_gguf
from promptstyle.core.evaluation.attribution import JUDGES, Attribution, attribution
from promptstyle.core.evaluation.splits import folds
from promptstyle.core.generation.client import Engine


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, default=ROOT / "assets" / "base")
    parser.add_argument("--cache", type=Path, default=ROOT / "scratch" / "ablation")
    parser.add_argument("--folds", type=int, default=5)
    given = parser.parse_args()
    everyone = authors()
    print("| author | model: pairs | model: right | characters: right |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        gguf = Path(scratch) / "base.gguf"
        write_gguf(given.base, gguf, name="base", quantize="q8_0")
        with Engine.start(gguf, log=given.cache / "engine.log", threads=1) as engine:
            for author, pairs in everyone.items():
                total = Attribution()
                for fold in range(given.folds):
                    engine.set_adapter(adapter_file(given.cache, "told", author, fold))
                    held = {
                        name: set(folds([topic for topic, _ in known], given.folds)[fold])
                        for name, known in everyone.items()
                    }
                    total += attribution(
                        {},
                        [prompt for at, (_, prompt) in enumerate(pairs) if at not in held[author]],
                        [prompt for at, (_, prompt) in enumerate(pairs) if at in held[author]],
                        others_of(everyone, author, fold, given.folds),
                        [
                            prompt
                            for name, known in everyone.items()
                            if name != author
                            for at, (_, prompt) in enumerate(known)
                            if at in held[name]
                        ],
                        engine=engine,
                        seed=SEED,
                    )
                found = total.document()
                assert set(found) == set(JUDGES)
                model, characters = found["model"], found["characters"]
                cells = (model["pairs"], model["accuracy"], characters["accuracy"])
                print(f"| {author} | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |")


if __name__ == "__main__":
    main()
