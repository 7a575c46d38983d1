"""The tables of the ablation: means over authors, with intervals over topics within authors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from english import unknown

from promptstyle.core.evaluation import rouge
from promptstyle.core.evaluation.characters import CharacterJudge
from promptstyle.core.evaluation.measures import covered, has_repeated_sentence
from promptstyle.core.evaluation.splits import folds
from promptstyle.core.generation.stammering import stammers
from promptstyle.core.training.template import Pair

RESAMPLES = 2000
SEED = 42
MEASURES = ("rouge1", "rougeL", "attributed", "covered")

Rows = dict[str, list[dict[str, Any]]]  # by system
Authors = Mapping[str, Sequence[Pair]]


def tables(
    found: Mapping[str, Rows], everyone: Authors, k: int, known: frozenset[str] = frozenset()
) -> str:
    """All tables as Markdown; with the `known` words of English those that are none too."""
    measured = {
        author: _measured(author, rows, everyone, k, known) for author, rows in found.items()
    }
    parts = [_means(measured), _against(measured, ("nearest", "splice")), _each(measured)]
    return "\n\n".join(parts)


def _measured(
    author: str, rows: Rows, everyone: Authors, k: int, known: frozenset[str]
) -> dict[str, dict[str, list[float]]]:
    """`[system][measure]`: a value for every topic, in the same order for every system."""
    judges = [author_judge(author, fold, everyone, k) for fold in range(k)]
    gold = [dict(row, text=row["gold"]) for row in next(iter(rows.values()))]
    others = [
        {"topic": topic, "gold": prompt, "text": prompt, "fold": fold}
        for fold in sorted({row["fold"] for row in gold})
        for topic, prompt in _held_others(author, fold, everyone, k)
    ]
    said = [prompt for _, prompt in everyone[author]]
    values = {name: _values(these, judges, known, said) for name, these in rows.items()}
    # The ceiling and the floor of attribution: the author's own held-out likes, and others'.
    values["(own likes)"] = _values(gold, judges, known, said)
    empty: dict[str, list[float]] = {"rouge1": [], "rougeL": [], "covered": []}
    values["(others)"] = _values(others, judges, known, said) | empty
    return values


def _values(
    rows: Sequence[Mapping[str, Any]],
    judges: Sequence[CharacterJudge],
    known: frozenset[str],
    said: Sequence[str],
) -> dict[str, list[float]]:
    scores = rouge.scores([row["text"] for row in rows], [row["gold"] for row in rows])
    shares = [covered(row["topic"], row["text"]) for row in rows]
    return {
        "rouge1": [score.rouge1 for score in scores],
        "rougeL": [score.rougeL for score in scores],
        "attributed": [float(judges[row["fold"]].attributes(row["text"])) for row in rows],
        "covered": [1.0 if share is None else share for share in shares],
        "repeated": [float(has_repeated_sentence(row["text"])) for row in rows],
        "stammers": [float(stammers(row["text"]) > 0) for row in rows],
        "ended": [float(row.get("finish", "stop") == "stop") for row in rows],
        "unknown": [
            100 * unknown(row["text"], known, [row["topic"], *said]) if known else 0.0
            for row in rows
        ],
        "words": [float(len(row["text"].split())) for row in rows],
        "ratio": [len(row["text"].split()) / len(row["gold"].split()) for row in rows],
    }


def author_judge(author: str, fold: int, everyone: Authors, k: int) -> CharacterJudge:
    """Who tells the prompts of `author` from the others', by what is outside of a fold of `k`."""
    parts = {name: _parts(pairs, k)[fold] for name, pairs in everyone.items()}
    own, others = [], []
    for name, pairs in everyone.items():
        seen = [prompt for at, (_, prompt) in enumerate(pairs) if at not in parts[name]]
        (own if name == author else others).extend(seen)
    judge = CharacterJudge.fit(own, others, SEED)
    assert judge is not None
    return judge


def _parts(pairs: Sequence[Pair], k: int) -> list[set[int]]:
    return [set(part) for part in folds([topic for topic, _ in pairs], k)]


def _held_others(author: str, fold: int, everyone: Authors, k: int) -> list[Pair]:
    return [
        pairs[at]
        for name, pairs in everyone.items()
        if name != author
        for at in sorted(_parts(pairs, k)[fold])
    ]


def _mean(
    measured: Mapping[str, Mapping[str, Mapping[str, list[float]]]],
    value: Any,
) -> tuple[float, float, float] | None:
    """The mean over authors of `value(author's systems)` and its 95 % bootstrap interval.

    Topics are drawn anew within each author; the authors stay: it says nothing of other authors.
    """
    rng = np.random.default_rng(SEED)
    columns = [np.asarray(value(systems)) for systems in measured.values()]
    if any(not column.size for column in columns):
        return None
    draws = np.zeros(RESAMPLES)
    for column in columns:
        at = rng.integers(0, len(column), size=(RESAMPLES, len(column)))
        draws += column[at].mean(axis=1) / len(columns)
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(np.mean([column.mean() for column in columns])), float(low), float(high)


def _means(measured: Mapping[str, Any]) -> str:
    names = list(next(iter(measured.values())))
    lines = [
        "| system | ROUGE-1 | ROUGE-L | attributed | covered | length | repeated | stammers | ended"
        " | no words, % |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name in names:
        cells = []
        for measure in MEASURES:
            found = _mean(measured, lambda s, m=measure, n=name: s[n][m])
            cells.append("" if found is None else "{:.3f} ({:.3f} to {:.3f})".format(*found))
        for measure in ("ratio", "repeated", "stammers", "ended", "unknown"):
            found = _mean(measured, lambda s, m=measure, n=name: s[n][m])
            cells.append("" if found is None else f"{found[0]:.2f}")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _against(measured: Mapping[str, Any], baselines: Sequence[str]) -> str:
    names = [n for n in next(iter(measured.values())) if n not in baselines and n[0] != "("]
    lines = [
        "| system | " + " | ".join(f"{m} - {b}" for b in baselines for m in MEASURES[:2]) + " |",
        "|---" * (1 + 2 * len(baselines)) + "|",
    ]
    for name in names:
        cells = []
        for other in baselines:
            for measure in MEASURES[:2]:
                found = _mean(
                    measured,
                    lambda s, m=measure, n=name, o=other: np.subtract(s[n][m], s[o][m]),
                )
                assert found is not None
                cells.append("{:+.3f} ({:+.3f} to {:+.3f})".format(*found))
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _each(measured: Mapping[str, Any]) -> str:
    names = [n for n in next(iter(measured.values())) if n[0] != "("]
    lines = ["| system | " + " | ".join(measured) + " |", "|---" * (1 + len(measured)) + "|"]
    for name in names:
        cells = [
            "/".join(f"{np.mean(systems[name][m]):.3f}"[1:] for m in MEASURES[:2])
            + f" {100 * np.mean(systems[name]['attributed']):.0f} %"
            for systems in measured.values()
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def outputs(found: Mapping[str, Rows], system: str, count: int) -> str:
    """The first `count` texts of one system for every author, as they came, as Markdown."""
    parts = []
    for author, rows in found.items():
        lines = []
        for row in rows[system][:count]:
            mark = " *(a like with the words swapped in)*" if row["swapped"] else ""
            lines.append(f"> {row['topic']}{mark}\n\n```\n{row['text']}\n```")
        parts.append(f"### {author}\n\n" + "\n\n".join(lines))
    return "\n\n".join(parts)
