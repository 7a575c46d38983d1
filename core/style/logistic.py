"""Logistic regression for a few features, by Newton's method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

# Of the standardised weights, as of a Gaussian prior of variance 0.1: labels are few. On the
# hand-written authors 1 to 30 choose alike.
L2 = 10.0
ROUNDS = 25
CLOSE = 1e-8


@dataclass(frozen=True)
class Logistic:
    """`weights` are for raw features, the constant last; without them every score is 0."""

    weights: tuple[float, ...] = ()

    @classmethod
    def fit(cls, rows: Sequence[Sequence[float]], labels: Sequence[bool]) -> Logistic:
        """The weights with the largest posterior (iteratively reweighted least squares).

        Bishop 2006, "Pattern Recognition and Machine Learning", section 4.3.3, with an L2 penalty
        on the weights of the standardised features and none on the constant. The same data gives
        the same weights. Where all labels are one there is nothing to learn, and no weights.
        """
        if not any(labels) or all(labels):
            return cls()
        import numpy as np

        x = np.asarray(rows, dtype=float)
        y = np.asarray(labels, dtype=float)
        mean, scale = x.mean(axis=0), x.std(axis=0)
        scale[scale < 1e-12] = 1.0
        x = np.column_stack([(x - mean) / scale, np.ones(len(x))])
        standard = _newton(x, y)
        weights = standard[:-1] / scale
        return cls((*weights.tolist(), float(standard[-1] - weights @ mean)))

    def score(self, row: Sequence[float]) -> float:
        """The log odds of `row`; higher is likelier."""
        if not self.weights:
            return 0.0
        *weights, constant = self.weights
        return constant + sum([w * value for w, value in zip(weights, row, strict=True)])


def _newton(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    import numpy as np

    penalty = np.full(x.shape[1], L2)
    penalty[-1] = 0.0
    share = y.mean()
    weights = np.zeros(x.shape[1])
    weights[-1] = np.log(share / (1 - share))
    loss = _loss(x, y, weights, penalty)
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        gradient = x.T @ (p - y) + penalty * weights
        # A trace of ridge: a feature that never varies leaves the matrix solvable.
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(penalty + 1e-9)
        step = np.linalg.solve(hessian, gradient)
        # A whole step can overshoot where few labels are of one kind.
        while (new := _loss(x, y, weights - step, penalty)) > loss and np.abs(step).max() > CLOSE:
            step = step / 2
        weights, loss = weights - step, new
        if np.abs(step).max() <= CLOSE:
            break
    return weights


def _loss(x: np.ndarray, y: np.ndarray, weights: np.ndarray, penalty: np.ndarray) -> float:
    import numpy as np

    at = x @ weights
    return float(np.sum(np.logaddexp(0, at) - y * at) + 0.5 * np.sum(penalty * weights**2))
