"""The document that `evaluate` prints: every system on the same topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.evaluation import rouge
from promptstyle.core.evaluation.attribution import Attribution
from promptstyle.core.evaluation.intervals import LEVEL, RESAMPLES, bootstrap_mean
from promptstyle.core.evaluation.measures import SystemOutput, measure
from promptstyle.core.training.template import Pair

# In the order in which they are reported, and what each is.
SYSTEMS = {
    "random": "a random liked prompt for every topic",
    "nearest": "the liked prompt of the nearest topic, copied",
    "splice": "the topic's own words, then the rest of the nearest liked prompt",
    "vanilla": "the base model with nothing learned and nothing shown",
    "context": "the base model with liked prompts in its context",
    "lora": "the tuned model with nothing shown",
    "both": "the tuned model with liked prompts in its context",
}


def report(
    tests: Sequence[Pair],
    outputs: Mapping[str, Sequence[SystemOutput]],
    seed: int,
    *,
    liked: Sequence[Pair] = (),
    attribution: Attribution | None = None,
    resamples: int = RESAMPLES,
) -> dict[str, Any]:
    """The contract's document for `evaluate`, ready for JSON.

    `tests` are held-out (topic, liked prompt) pairs, `outputs[system][i]` answers `tests[i]`.
    `liked` are the pairs that the systems learnt from or were shown; with them each system says
    what share of its outputs it copied. `attribution` says of the same outputs whose they are
    taken for. Scores are F-measures from 0 to 1, rounded to 4 places; the intervals resample the
    same topics for every system. Loads nltk: for worker processes.

    Raises PromptstyleError if there is nothing to test on, ValueError if a system has not
    answered every topic.
    """
    if not tests:
        raise PromptstyleError(
            "there is nothing to evaluate on",
            "add liked prompts, or name a file of them with --test",
            code="no_tests",
        )
    names = ordered(outputs)
    attribution = attribution or Attribution()
    prompts = [prompt for _, prompt in liked]
    return {
        "n": len(tests),
        "systems": [
            _system(name, tests, outputs[name], seed, resamples, prompts) | attribution.row(name)
            for name in names
        ],
        "examples": [
            {
                "topic": topic,
                "gold": gold,
                "outputs": {name: outputs[name][index].text for name in names},
            }
            for index, (topic, gold) in enumerate(tests)
        ],
        "attribution": attribution.document(),
        "seed": seed,
        "interval": {
            "method": "expanded percentile bootstrap",
            "level": LEVEL,
            "resamples": resamples,
        },
    }


def ordered(names: Mapping[str, Any] | Sequence[str]) -> list[str]:
    """`names` of systems from the simplest to the most learned, unknown ones last by name."""
    known = list(SYSTEMS)
    return sorted(names, key=lambda n: (known.index(n) if n in SYSTEMS else len(known), n))


def _system(
    name: str,
    tests: Sequence[Pair],
    outputs: Sequence[SystemOutput],
    seed: int,
    resamples: int,
    liked: Sequence[str],
) -> dict[str, Any]:
    if len(outputs) != len(tests):
        raise ValueError(f"{name} has {len(outputs)} outputs for {len(tests)} topics")
    found = rouge.scores([output.text for output in outputs], [gold for _, gold in tests])
    one = bootstrap_mean([each.rouge1 for each in found], seed=seed, resamples=resamples)
    longest = bootstrap_mean([each.rougeL for each in found], seed=seed, resamples=resamples)
    extras = measure([topic for topic, _ in tests], outputs, liked)
    values: dict[str, float | None] = {
        "rouge1": one.mean,
        "rouge1_low": one.low,
        "rouge1_high": one.high,
        "rougeL": longest.mean,
        "rougeL_low": longest.low,
        "rougeL_high": longest.high,
        "ended": extras.ended,
        "repeated": extras.repeated,
        "covered": extras.covered,
        "copied": extras.copied,
        "words": extras.words,
    }
    return {"name": name} | {
        key: None if value is None else round(value, 4) for key, value in values.items()
    }
