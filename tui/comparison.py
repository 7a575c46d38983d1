"""The new model against the old one, as the scores of a run tell it.

They come from a file or another process: what is damaged in them counts as not said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SAME = "the same"


@dataclass(frozen=True)
class Comparison:
    """The new model against the old one on the same likes; scores are from 0 to 1."""

    old: str
    n: int
    score: float
    new_score: float
    difference: float
    low: float
    high: float

    @classmethod
    def of(cls, scores: Mapping[str, Any]) -> Comparison | None:
        """What the scores of a run say of it; None for a first model, or if they are damaged."""
        told = mapping(scores.get("old"))
        names = ("score", "new_score", "difference", "difference_low", "difference_high")
        values = [value for name in names if (value := number(told.get(name))) is not None]
        if len(values) < len(names):
            return None
        return cls(str(told.get("run")), count(told.get("n")), *values)

    @property
    def certain(self) -> bool:
        """Whether the interval of the difference leaves zero out."""
        return self.low > 0 or self.high < 0

    @property
    def word(self) -> str:
        """`better by 0.026`, `worse by 0.010`, `the same`."""
        if abs(self.difference) < 0.0005:
            return SAME
        return f"{'better' if self.difference > 0 else 'worse'} by {abs(self.difference):.3f}"


def number(value: Any) -> float | None:
    """A number as JSON has it; None for anything else, NaN and infinity too."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e300 else None


def count(value: Any) -> int:
    """A count as JSON has it; 0 for anything else."""
    return value if isinstance(value, int) else 0


def mapping(value: Any) -> dict[str, Any]:
    """An object as JSON has it; empty for anything else."""
    return dict(value) if isinstance(value, Mapping) else {}
