"""What sentences of others make of topics of other people: requests of public sets of prompts.

    python tests/bench/judge_borrowing_topics.py --data ../shared/data/pretrain --pairs PAIRS

Of each of seven sets (prompt engineering, agents, roles, study) some requests are drawn, and each
is written for in the manner of one of the six authors, in turns: mode `context`, no training, a
pool of six. `--pairs` and `judge_borrowing.py --tally` are for a reader who judges blind.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ablation import ROOT, authors, best
from judge_borrowing import pairs

from promptstyle.convert import write_gguf
from promptstyle.core.bases.files import parameters
from promptstyle.core.collection_store import collection_for
from promptstyle.core.generation.client import Engine
from promptstyle.core.generation.improving import improved
from promptstyle.core.generation.prompter import Prompter
from promptstyle.core.idea_store import notes_file
from promptstyle.core.modes import MODES
from promptstyle.core.paths import Home
from promptstyle.core.pretraining.handwritten import FOLDER
from promptstyle.core.pretraining.judged import read_judged
from promptstyle.core.scoring import SLOW_BASE
from promptstyle.core.style.ideas import Ideas, read
from promptstyle.core.style.parts import Parts

SETS = ("arena", "roles", "promptcollection", "dair", "scottmalin", "mohit", "studentsuite")
EACH, POOL, SEED = 8, 6, 42
# A request of fewer words is a name, one of more is half a prompt.
SHORTEST, LONGEST = 3, 16


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, default=ROOT / "assets" / "base")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--count", type=int, default=48)
    parser.add_argument("--seed", type=int, default=17)
    given = parser.parse_args()
    topics = drawn(given.data, given.count, given.seed)
    rows = list(written(given.base, topics))
    pairs(rows, given.pairs, given.seed)
    changed = sum(row["before"] != row["after"] for row in rows)
    borrowed = sum(bool(row["borrowed"]) for row in rows)
    print(f"{changed} of {len(rows)} texts are changed, {borrowed} have sentences of others")


def drawn(data: Path, count: int, seed: int) -> list[str]:
    """`count` requests, as many of each set as there are."""
    chance = random.Random(seed)
    # Sentences were judged for these, and learnt from.
    known = {each.topic for each in read_judged(FOLDER / "judged.tsv")}
    found: list[str] = []
    for name in SETS:
        with lzma.open(data / "more-prompts" / f"pairs_{name}.jsonl.xz", "rt") as lines:
            requests = [json.loads(line)["request"] for line in lines]
        fitting = [
            request
            for request in requests
            if SHORTEST <= len(request.split()) <= LONGEST
            and "code" not in request.lower()
            and request not in known
        ]
        chance.shuffle(fitting)
        found += fitting[:EACH]
    chance.shuffle(found)
    return found[:count]


def written(base: Path, topics: list[str], threads: int = 1) -> Iterator[dict[str, Any]]:
    """A row for each topic: what is given before and after."""
    everyone, mode = authors(), MODES["context"]
    names = sorted(everyone)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        gguf = scratch / "base.gguf"
        write_gguf(base, gguf, name="base", quantize="q8_0")
        collection = collection_for(Home.under(scratch))
        assert collection is not None
        ideas = Ideas.memory(read(notes_file()))
        with ExitStack() as stack:
            engine = stack.enter_context(
                Engine.start(gguf, log=scratch / "engine.log", threads=threads)
            )
            quick = None
            if parameters(base) >= SLOW_BASE:
                embedded = scratch / "embedded.gguf"
                write_gguf(ROOT / "assets" / "base", embedded, name="embedded", quantize="q8_0")
                quick = stack.enter_context(
                    Engine.start(embedded, log=scratch / "quick.log", threads=1)
                )
            for at, topic in enumerate(topics):
                author = names[at % len(names)]
                liked = everyone[author]
                prompter = Prompter.of(engine, liked, Parts(ideas=1), None, ideas)
                sampling = prompter.sampling(mode)
                pool = prompter.write(topic, shows=True, sampling=sampling, seed=SEED, n=POOL)
                row = {"topic": topic, "pool": [asdict(each) for each in pool]}
                before = best(row, liked, notes=prompter.composer.notes(topic))
                drafts = [each.text for each in pool]
                begin = time.monotonic()
                (after,) = improved(
                    prompter,
                    collection,
                    topic,
                    mode,
                    sampling,
                    [before],
                    drafts,
                    scorer=None if quick is None else Prompter(quick, prompter.composer),
                )
                yield {
                    "author": author,
                    "topic": topic,
                    "before": before.text,
                    "after": after.text,
                    "seconds": {
                        "drafts": round(sum(each.seconds for each in pool), 2),
                        "others": round(time.monotonic() - begin, 2),
                    },
                    "borrowed": list(after.borrowed),
                    "passages": [each.to_json() for each in after.passages],
                    "likes": [prompt for _, prompt in liked],
                }


if __name__ == "__main__":
    main()
