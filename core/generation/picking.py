"""Which of several candidates is best: scores that need no reference, and an order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, pstdev
from typing import Any

from promptstyle.core.evaluation.measures import covered, has_repeated_sentence
from promptstyle.core.generation.client import Done
from promptstyle.core.generation.stammering import stammers
from promptstyle.core.style.words import NEAR_DUPLICATE, resemblance, shingles, words

# The repetition of Welleck et al. 2020 (arXiv:1908.04319) counts runs of four tokens.
_REPEATED_RUN = 4
# Beyond that, one place more makes a text no worse.
MOST_STAMMERS = 3
MOST_STRAYS = 5


@dataclass(frozen=True)
class Weights:
    """What each score counts in the total; 0 leaves it out."""

    likelihood: float = 0.0
    covered: float = 0.0
    habits: float = 0.0
    repeated: float = 0.0
    stammers: float = 0.0
    strays: float = 0.0
    agreement: float = 0.0
    copied: float = 0.0
    swapped: float = 0.0


# Chosen on six authors; docs/generation.md has the figures, and says by what. The habits and what
# the candidates have in common choose, and the topic's words keep the text on its topic. Likelier
# candidates are shorter and worse, so that the likelihood only breaks ties. A copy comes after all
# that are none, but for the like that has the topic's words swapped in: that is the floor which a
# model has to rise above.
WEIGHTS = Weights(
    likelihood=0.005,
    covered=0.3,
    habits=1.0,
    repeated=0.1,
    stammers=0.03,
    strays=0.02,
    agreement=1.0,
    copied=1.0,
    swapped=0.1,
)


@dataclass(frozen=True)
class Scores:
    """What speaks for a candidate.

    `likelihood` is its mean log-probability a token under the style before it, None if it was
    stopped halfway. 0 to 1 are: `covered`, the share of the topic's words that it has (None if
    the topic has none); `habits`, how well it fits the person's habits (None if they are not
    known); `repeated`, how much of it is said twice; `agreement`, the mean F1 of its words with
    the model's other candidates. `stammers` counts the places that say a thing twice in one breath;
    `strays` the words that belong to the topic of another like. `copies` names the like that it
    copies, if any. `total` is the weighted sum, of use within one pool only.
    """

    likelihood: float | None
    covered: float | None
    habits: float | None
    repeated: float
    stammers: int
    strays: int
    agreement: float
    copies: str | None
    total: float

    def to_json(self) -> dict[str, Any]:
        """The scores as JSON holds them."""
        return {
            name: round(value, 4) if isinstance(value, float) else value
            for name, value in asdict(self).items()
        }


@dataclass(frozen=True)
class Picked:
    """A candidate and why it stands where it does."""

    done: Done
    scores: Scores


def pick(
    done: Sequence[Done],
    topic: str,
    *,
    habits_fit: Callable[[str], float] | None = None,
    copies: Callable[[str], str | None] | None = None,
    strays: Callable[[str], int] | None = None,
    weights: Weights = WEIGHTS,
) -> list[Picked]:
    """All of `done`, best first; the same pool always comes in the same order.

    `habits_fit` says how well a text fits the person's habits, 0 to 1; `copies` names the like
    that a text copies, and `strays` counts what it has from other topics. Candidates that were
    stopped halfway or say nothing come after the whole ones, and one that is, but for small edits,
    an earlier one comes after all that are not.
    Agreement is the sampling form of minimum Bayes risk decoding (Bertsch et al. 2023,
    arXiv:2310.01387). What no model wrote has the mean of the others: that it is not like them
    says nothing for or against it.
    """
    standard = _standardised([item.logprob for item in done])
    agreement = _agreement([item.text for item in done], [not item.swapped for item in done])
    scored = []
    for place, item in enumerate(done):
        found = Scores(
            likelihood=item.logprob,
            covered=covered(topic, item.text),
            habits=habits_fit(item.text) if habits_fit is not None else None,
            repeated=repetition(item.text),
            stammers=stammers(item.text),
            strays=strays(item.text) if strays is not None else 0,
            agreement=agreement[place],
            copies=copies(item.text) if copies is not None else None,
            total=0.0,
        )
        scored.append(Picked(item, _totalled(found, standard[place], weights, bool(item.swapped))))
    scored.sort(key=lambda each: (not _is_whole(each), -each.scores.total, each.done.candidate))
    return _apart(scored)


def repetition(text: str) -> float:
    """How much `text` repeats itself: 1 if a sentence stands twice.

    Else the share of its runs of four words that stand there already (seq-rep-4 of Welleck et
    al. 2020, arXiv:1908.04319, on words).
    """
    if has_repeated_sentence(text):
        return 1.0
    said = words(text)
    runs = [tuple(said[i : i + _REPEATED_RUN]) for i in range(len(said) - _REPEATED_RUN + 1)]
    return 1 - len(set(runs)) / len(runs) if runs else 0.0


def _totalled(scores: Scores, likelihood: float, weights: Weights, swapped: bool) -> Scores:
    total = (
        weights.likelihood * likelihood
        + weights.covered * (scores.covered or 0.0)
        + weights.habits * (scores.habits or 0.0)
        - weights.repeated * scores.repeated
        - weights.stammers * min(scores.stammers, MOST_STAMMERS)
        - weights.strays * min(scores.strays, MOST_STRAYS)
        + weights.agreement * scores.agreement
        - (weights.swapped if swapped else weights.copied * (scores.copies is not None))
    )
    # Rounded, so that two equal texts tie whatever order the sums were made in.
    return Scores(**{**asdict(scores), "total": round(total, 9)})


def _is_whole(picked: Picked) -> bool:
    done = picked.done
    return (done.logprob is not None or bool(done.swapped)) and bool(done.text.strip())


def _standardised(values: Sequence[float | None]) -> list[float]:
    """Deviations from the mean of the pool, in standard deviations; 0 for what is not known."""
    known = [value for value in values if value is not None]
    spread = pstdev(known) if known else 0.0
    # Candidates that are all alike differ by rounding only.
    if spread < 1e-6:
        return [0.0] * len(values)
    middle = fmean(known)
    return [0.0 if value is None else (value - middle) / spread for value in values]


def _agreement(texts: Sequence[str], by_model: Sequence[bool]) -> list[float]:
    """The mean F1 of the words of each text with each of the model's others; 0 for one alone.

    Texts that are not `by_model` have the mean of those that are.
    """
    bags = [Counter(words(text)) for text, own in zip(texts, by_model, strict=True) if own]
    sizes = [bag.total() for bag in bags]
    sums = [0.0] * len(bags)
    for one in range(len(bags)):
        for other in range(one):
            both = sizes[one] + sizes[other]
            f1 = 2 * (bags[one] & bags[other]).total() / both if both else 0.0
            sums[one] += f1
            sums[other] += f1
    found = iter(sums)
    middle = fmean(sums) if sums else 0.0
    others = max(len(bags) - 1, 1)
    return [(next(found) if own else middle) / others for own in by_model]


def _apart(ranked: list[Picked]) -> list[Picked]:
    """The same, with near-duplicates of an earlier one at the end."""
    first: list[Picked] = []
    known: list[frozenset[tuple[str, ...]]] = []
    again: list[Picked] = []
    for picked in ranked:
        mine = shingles(picked.done.text)
        if any(resemblance(mine, other) >= NEAR_DUPLICATE for other in known):
            again.append(picked)
        else:
            first.append(picked)
            known.append(mine)
    return first + again
