"""What the tests of offers and of the Borrower share."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import promptstyle.assets
from promptstyle.core.style.collection import Near
from promptstyle.core.style.general import General
from promptstyle.core.style.manner import Manner

AUTHORS = Path(__file__).resolve().parents[1] / "authors"


TOPIC = "Make a prompt that explains fractions to a child."


NEAR = [
    Near(0.8, "explain fractions to a pupil of nine", "Explain fractions to a pupil of nine. "
         "Use two pizzas as an example. Make sure every step is one short sentence. "
         "Don't use formulas. Show only the explanation."),
    Near(0.6, "explain decimals to a child", "Please explain decimals to a child. Make sure that "
         "nobody needs a calculator. Ask Maria one question after each step. Do not mention exams. "
         "Give it in 80 words 🙂. Show the text, nothing else."),
]  # fmt: skip


DRAFT = (
    "Explain fractions of the fractions to a child. Use 4 fractions of a notes. Make sure the "
    "notes of the notes are right. Do not use the first 3 days. Show only the days."
)


GENERAL = [
    General("Use short sentences.", last=False),
    General("Use the notes below.", last=False),
    General("Make sure that every step has a reason.", last=False),
    General("Show only the final version.", last=True),
]


@cache
def manner(name: str = "starter_likes") -> Manner:
    folder = Path(promptstyle.assets.__file__).parent if name == "starter_likes" else AUTHORS
    rows = map(json.loads, (folder / f"{name}.jsonl").read_text("utf-8").splitlines())
    return Manner([(row["input"], row["output"]) for row in rows])


def alike(_: str, options: Sequence[str]) -> list[float]:
    """A model to which everything is as likely."""
    return [-2.0] * len(options)
