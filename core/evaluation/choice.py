"""Which of the four ways of writing suits a profile, chosen on likes that no model has seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from promptstyle.core.evaluation.intervals import Difference, paired_difference
from promptstyle.core.modes import BY_SYSTEM, MODES, Mode


@dataclass(frozen=True)
class Choice:
    """The mode that `auto` stands for, and how well the choice itself does.

    `scores` holds the mean of each system. `validated` is the mean of what the choice would have
    scored on each like had it been made on the others alone (leave-one-out cross-validation), so
    it does not flatter itself as the best of four means does. `over` is the system it was chosen
    over, the second best, and `margin` the difference to it on the same likes; None with only
    one system.
    """

    mode: Mode
    scores: Mapping[str, float]
    validated: float
    over: str | None
    margin: Difference | None

    def document(self) -> dict[str, Any]:
        """The choice as JSON holds it."""
        found: dict[str, Any] = {
            "mode": self.mode.name,
            "score": round(self.scores[self.mode.system], 4),
            "validated": round(self.validated, 4),
            "over": None,
        }
        if self.over is not None and self.margin is not None:
            found |= {
                "over": BY_SYSTEM[self.over].name,
                "by": round(self.margin.mean, 4),
                "by_low": round(self.margin.low, 4),
                "by_high": round(self.margin.high, 4),
            }
        return found

    def words(self) -> str:
        """The choice for people."""
        if self.over is None or self.margin is None:
            return f"writes in mode {self.mode.name}"
        sure = "clearly" if self.margin.clearly_better else "not clearly"
        return (
            f"writes in mode {self.mode.name}: {self.scores[self.mode.system]:.3f} against "
            f"{self.scores[self.over]:.3f} in mode {BY_SYSTEM[self.over].name}, "
            f"{sure} better ({self.margin.low:+.3f} to {self.margin.high:+.3f})"
        )


def choose(values: Mapping[str, Sequence[float]], seed: int) -> Choice:
    """The system with the best mean among those that are modes; `values[system][i]` is test i.

    Where two are equal the simpler one is taken: without training before with, without likes
    shown before with. Raises ValueError if no system is a mode or there are no tests.
    """
    order = [mode.system for mode in MODES.values() if mode.system in values]
    if not order or not values[order[0]]:
        raise ValueError("nothing to choose from")
    n = len(values[order[0]])
    sums = {name: sum(values[name]) for name in order}
    ranked = sorted(order, key=lambda name: -sums[name])
    best = ranked[0]
    if n > 1:
        without = [
            max(order, key=lambda name: sums[name] - values[name][place]) for place in range(n)
        ]
        validated = sum(values[name][place] for place, name in enumerate(without)) / n
    else:
        validated = sums[best]
    second = ranked[1] if len(ranked) > 1 else None
    margin = None if second is None else paired_difference(values[best], values[second], seed=seed)
    return Choice(
        BY_SYSTEM[best], {name: sums[name] / n for name in order}, validated, second, margin
    )
