"""The prompt behind a rewrite: from two texts to stored candidates.

The rules of `core/pretraining/rewrites.py` are tried first: one that makes the very same text of
the original is no guess. Then the base guesses, which learnt the task on these rules; what a
person's likes teach has no part in it, so that the base writes, whatever was trained on it.
"""

from __future__ import annotations

import random
import time
from pathlib import Path

from promptstyle.core.bases import registry
from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.core.generation.client import Done
from promptstyle.core.generation.sampling import SEEDS, Sampling, seed_of
from promptstyle.core.library import Library, NewCandidate
from promptstyle.core.library.text import check_text
from promptstyle.core.loaded import Loaded, Prepared
from promptstyle.core.model_files import ModelFiles
from promptstyle.core.modes import MODES
from promptstyle.core.paths import Home
from promptstyle.core.pretraining.rewrites import explain
from promptstyle.core.training.template import recovery
from promptstyle.core.written import Written

MODE = MODES["base"]
# Characters of the original that the topic of such a candidate begins with.
NAMED = 60
# Drawn for each candidate that is asked for, since the likeliest ones come several times.
TRIES = 4


def recover(
    home: Home,
    library: Library,
    profile: str,
    original: str,
    rewritten: str,
    *,
    n: int = 1,
    seed: int | None = None,
    greedy: bool = False,
    log: Path,
    on_prepare: Prepared | None = None,
) -> Written:
    """Up to `n` different prompts that may lead from one text to the other, the surest first.

    They are stored as candidates of the profile. Raises UsageError for a text that is none,
    PromptstyleError where both together are too long for the base.
    """
    begin = time.monotonic()
    texts = [
        check_text(text, name) if text.strip() else ""
        for text, name in ((original, "the original"), (rewritten, "the rewritten text"))
    ]
    if not all(texts):
        raise UsageError("one of the two texts is empty", "give the text before and after")
    if texts[0] == texts[1]:
        raise UsageError("the two texts are the same", "give the text before and after")
    base = registry.get(home, library.profile(profile).base)
    seed = random.randrange(SEEDS) if seed is None else seed
    loaded = Loaded(home, log=log)
    try:
        engine = loaded.engine(ModelFiles(loaded.base_gguf(base, on_prepare)))
        segments = recovery(*texts)
        done = engine.write(segments, Sampling(greedy=True), seed)
        if not greedy and n > 1:
            done += engine.write(segments, Sampling(), seed, n=n * TRIES)
    except PromptstyleError as error:
        if error.code == "too_long":
            error.hint = "give a passage of both, such as the first paragraph"
        raise
    finally:
        loaded.close()
    known = [Done(at, prompt, "stop", 0, 0.0) for at, prompt in enumerate(explain(*texts))]
    best = _surest(known, done)[:n]
    topic = f"the prompt behind a rewrite of: {' '.join(texts[0].split())[:NAMED]}"
    candidates = library.add_candidates(
        profile,
        [
            NewCandidate(
                topic=topic,
                text=item.text,
                base=base.name,
                mode=MODE.name,
                seed=seed_of(seed, item.candidate),
                finish=item.finish,
                tokens=item.tokens,
                settings={
                    "task": "recover",
                    "proved": item in known,
                    "likelihood": item.logprob,
                },
            )
            for item in best
        ],
    )
    spent = sum(item.seconds for item in done)
    return Written(
        topic=topic,
        profile=profile,
        base=base.name,
        run=None,
        mode=MODE.name,
        seed=seed,
        seconds=time.monotonic() - begin,
        speed=sum(item.tokens for item in done) / spent if spent > 0 else 0.0,
        candidates=candidates,
        pool=len(done),
    )


def _surest(known: list[Done], guessed: list[Done]) -> list[Done]:
    """What is `known`, then each other guess once, by its mean log-probability a token.

    One that was cut off comes last.
    """
    by_text: dict[str, Done] = {}
    for item in sorted(
        guessed, key=lambda item: (item.finish != "stop", -(item.logprob or 0.0), item.candidate)
    ):
        by_text.setdefault(item.text.strip(), item)
    for text in ("", *(item.text for item in known)):
        by_text.pop(text, None)
    return [*known, *by_text.values()]
