"""How likely texts are as what comes next, many side by side. Loads llama_cpp: for workers only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from promptstyle.core.generation.llama import BATCH, SCORED, Model, Row

Floats = np.ndarray[Any, np.dtype[np.float64]]


def following(
    model: Model, prompt: Sequence[int], said: str, options: Sequence[str]
) -> list[float]:
    """The mean log-probability (natural) a token of each of `options` after `prompt` and `said`.

    The model's own distribution, no end token after an option. With the same options in the same
    order it is the same to the last bit, whatever was evaluated before; in other company it may
    be rounded otherwise. Raises Interrupted, ValueError for an option without tokens.
    """
    beginning, rests = divided(model, said, options)
    if not rests:
        return []
    model.hold(prompt)
    model.fork(1)
    totals = _first(model, prompt, beginning, [rest[0] for rest in rests])
    held = len(prompt) + len(beginning)
    for group in _groups(rests, min(BATCH, model.context - held)):
        _add(model, held, rests, group, totals)
    model.fork(1)
    return [float(total) / len(rest) for total, rest in zip(totals, rests, strict=True)]


def divided(model: Model, said: str, options: Sequence[str]) -> tuple[list[int], list[list[int]]]:
    """The tokens of `said`, and of each of `options` after it.

    Where an option changes how the end of `said` is tokenised, that end is counted to all options,
    so that all of them go on after the same tokens. Raises ValueError for one without tokens.
    """
    whole = [model.tokenize(said + option) for option in options]
    beginning = model.tokenize(said)
    for tokens in whole:
        same = 0
        while same < min(len(beginning), len(tokens)) and beginning[same] == tokens[same]:
            same += 1
        beginning = beginning[:same]
    rests = [tokens[len(beginning) :] for tokens in whole]
    if not all(options) or not all(rests):
        raise ValueError("an option without tokens has no probability")
    return beginning, rests


def _first(
    model: Model, prompt: Sequence[int], beginning: Sequence[int], firsts: Sequence[int]
) -> Floats:
    """Evaluate `beginning`; the log-probability of each of `firsts` after it."""
    rows: list[Row] = [
        (token, position, 0, False)
        for position, token in enumerate([prompt[-1], *beginning], start=len(prompt) - 1)
    ]
    rows[-1] = (*rows[-1][:3], True)
    for start in range(0, len(rows), BATCH):
        logits = model.evaluate(rows[start : start + BATCH])
    return _log_probabilities(logits, [0] * len(firsts), firsts)


def _groups(rests: Sequence[Sequence[int]], room: int) -> Iterator[list[int]]:
    """The places of those of more than a token, as many at a time as take `room` tokens at most.

    The last token of an option need not be evaluated. One that takes more is by itself.
    """
    group: list[int] = []
    taken = 0
    for place, rest in enumerate(rests):
        size = len(rest) - 1
        if group and (taken + size > room or len(group) == SCORED - 1):
            yield group
            group, taken = [], 0
        if size:
            group.append(place)
            taken += size
    if group:
        yield group


def _add(
    model: Model, held: int, rests: Sequence[Sequence[int]], group: Sequence[int], totals: Floats
) -> None:
    """Evaluate the options of `group`, each in a sequence of its own after the `held` tokens, and
    add to their `totals`."""
    rows: list[Row] = []
    targets: list[int] = []
    places: list[int] = []
    for sequence, place in enumerate(group, start=1):
        for position, (token, target) in enumerate(pairwise(rests[place]), start=held):
            rows.append((token, position, sequence, True))
            targets.append(target)
            places.append(place)
    model.fork(len(group) + 1)
    for start in range(0, len(rows), BATCH):
        piece = slice(start, start + BATCH)
        logits = model.evaluate(rows[piece])
        found = _log_probabilities(logits, range(len(logits)), targets[piece])
        np.add.at(totals, places[piece], found)


def _log_probabilities(
    logits: np.ndarray[Any, np.dtype[np.float32]], rows: Sequence[int], tokens: Sequence[int]
) -> Floats:
    """The log-probability of each of `tokens`, each in its row of `logits`, which are lost."""
    top = logits.max(axis=1, keepdims=True)
    found = logits[rows, tokens].astype(np.float64)
    # In place and in single precision: with a large vocabulary it is much memory.
    np.subtract(logits, top, out=logits)
    np.exp(logits, out=logits)
    spread: Floats = np.log(logits.sum(axis=1, dtype=np.float64)) + top[:, 0]
    probable: Floats = found - spread[rows]
    return probable
