"""`python -m promptstyle.core.pretraining`: make an embedded base from an empty folder."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

from promptstyle.core.atomic import replacing
from promptstyle.core.errors import PromptstyleError


def parser() -> argparse.ArgumentParser:
    """The options; a first word `export` or `adapt` asks for another verb."""
    options = argparse.ArgumentParser(prog="python -m promptstyle.core.pretraining")
    options.add_argument("--data", type=Path, required=True, help="folder of the pretraining data")
    options.add_argument("--out", type=Path, required=True, help="folder of the run; resumed from")
    options.add_argument("--init", type=Path, help="an exported base to begin with")
    options.add_argument("--tokens", type=int, required=True, help="tokens to train on in all")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument(
        "--decay-from", type=int, help="tokens at which the rate begins to fall (3/4 of --tokens)"
    )
    options.add_argument("--copy-heads-at", type=int, default=300_000)
    options.add_argument("--measure-every", type=int, default=1_000_000)
    options.add_argument("--layers", type=int, default=6)
    options.add_argument("--hidden", type=int, default=256)
    options.add_argument("--intermediate", type=int, default=768)
    options.add_argument("--vocabulary", type=int, default=8192)
    options.add_argument("--long-rows", type=int, default=4, help="rows of 1024 tokens a step")
    options.add_argument("--short-rows", type=int, default=8, help="rows of 512 tokens a step")
    options.add_argument("--matrix-rate", type=float, default=0.01)
    options.add_argument("--table-rate", type=float, default=6e-3)
    options.add_argument("--no-compile", action="store_true", help="start at once, run slower")
    options.add_argument("--threads", type=int, default=1)
    return options


def train(words: list[str]) -> None:
    """Train, from the folder's checkpoint where there is one."""
    given = parser().parse_args(words)
    os.environ["OMP_NUM_THREADS"] = str(given.threads)
    import torch

    from promptstyle.core.pretraining import sources, tokenizer
    from promptstyle.core.pretraining.corpus import Corpus
    from promptstyle.core.pretraining.network import Shape
    from promptstyle.core.pretraining.trainer import Plan, Run
    from promptstyle.core.training.precision import probe

    torch.set_num_threads(given.threads)
    given.out.mkdir(parents=True, exist_ok=True)
    found = sources.load(given.data)
    model = given.out / "tokenizer.model"
    if given.init and not model.exists():
        for name in ("tokenizer.model", "model.safetensors"):
            if not (given.init / name).exists():
                raise PromptstyleError(
                    f"{given.init} holds no exported base: {name} is missing",
                    "give the folder of a base, such as assets/base",
                    code="no_base",
                )
        with replacing(model) as temporary:
            shutil.copyfile(given.init / "tokenizer.model", temporary)
    elif not model.exists():
        tokenizer.train(found, model, vocabulary=given.vocabulary, seed=given.seed)
    plan = Plan(
        tokens=given.tokens,
        seed=given.seed,
        decay_from=given.decay_from,
        copy_heads_at=given.copy_heads_at,
        measure_every=given.measure_every,
        long_rows=given.long_rows,
        short_rows=given.short_rows,
        matrix_rate=given.matrix_rate,
        table_rate=given.table_rate,
        compile=not given.no_compile,
    )
    shape = Shape(
        vocabulary=given.vocabulary,
        hidden=given.hidden,
        intermediate=given.intermediate,
        layers=given.layers,
        heads=given.hidden // 64,
        kv_heads=given.hidden // 64,
    )
    corpus = Corpus(found, tokenizer.load(model), given.seed)
    run = Run(given.out, corpus, shape, plan, dtype=probe().dtype)
    if not run.resume() and given.init:
        run.start_from(given.init)
    run.train()


def export(words: list[str]) -> None:
    """Write the run's model to a folder."""
    options = argparse.ArgumentParser(prog="python -m promptstyle.core.pretraining export")
    options.add_argument("run", type=Path)
    options.add_argument("out", type=Path)
    options.add_argument("--data", type=Path, help="write SOURCES.md from this data folder too")
    given = options.parse_args(words)
    from promptstyle.core.atomic import write_text
    from promptstyle.core.pretraining.attribution import document
    from promptstyle.core.pretraining.export import export as write

    facts = write(given.run, given.out)
    if given.data:
        write_text(given.out / "SOURCES.md", document(given.data))
        (given.out / "SOURCES.md").chmod(0o644)
    print(json.dumps(facts))


def adapt(words: list[str]) -> None:
    """Teach a pretrained base the task, from the folder's checkpoint where there is one."""
    options = argparse.ArgumentParser(prog="python -m promptstyle.core.pretraining adapt")
    options.add_argument("--base", type=Path, required=True, help="folder of the pretrained base")
    options.add_argument("--data", type=Path, required=True, help="folder of the pretraining data")
    options.add_argument("--out", type=Path, required=True, help="folder of the run; resumed from")
    options.add_argument("--init", type=Path, help="folder of an adapter to begin with")
    options.add_argument("--tokens", type=int, required=True, help="tokens to train on in all")
    options.add_argument("--decay-from", type=int, help="where the rate begins to fall (a half)")
    options.add_argument("--seed", default="1")
    options.add_argument("--rate", type=float, default=1e-3)
    options.add_argument("--rank", type=int, default=32)
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--ship", type=Path, help="then write the adapter there, to be shipped")
    given = options.parse_args(words)
    os.environ["OMP_NUM_THREADS"] = str(given.threads)
    import torch

    from promptstyle.core.bases.registry import embedded_folder
    from promptstyle.core.pretraining import sources, tokenizer
    from promptstyle.core.pretraining.adapting import Plan, Run, ship
    from promptstyle.core.pretraining.corpus import Corpus

    torch.set_num_threads(given.threads)
    given.out.mkdir(parents=True, exist_ok=True)
    half = given.tokens // 2 if given.decay_from is None else given.decay_from
    plan = Plan(given.tokens, seed=given.seed, rate=given.rate, rank=given.rank, decay_from=half)
    # The rows are made of its texts; its tokens are not used.
    corpus = Corpus(
        sources.load(given.data), tokenizer.load(embedded_folder() / "tokenizer.model"), 1
    )
    run = Run(given.out, given.base, corpus, plan, given.init)
    run.resume()
    run.train()
    if given.ship:
        ship(given.out, given.ship, given.base.name)


def main(words: list[str]) -> int:
    """Exit status 0, or 1 with the error and the hint on stderr."""
    try:
        if words[:1] == ["export"]:
            export(words[1:])
        elif words[:1] == ["adapt"]:
            adapt(words[1:])
        else:
            train(words)
    except PromptstyleError as error:
        print(f"error: {error.message}\nhint: {error.hint}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
