"""Of what a system wrote, how much would be taken for the user's own?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from promptstyle.core.evaluation.characters import CharacterJudge

if TYPE_CHECKING:
    from promptstyle.core.generation.client import Engine

# The judges by their names in a document, and the key that each gives a system's row.
JUDGES = {"characters": "attributed", "model": "attributed_model"}

Verdicts = tuple[bool, ...]


class Judge(Protocol):
    """Says of a text whether it is the user's."""

    def attributes(self, text: str) -> bool: ...


@dataclass(frozen=True)
class Judged:
    """What one judge said, a verdict a text.

    `systems[name][i]`: of the system's text for topic i. `own`: of the user's held-out likes (the
    ceiling is their share). `others`: of other people's prompts (their share is the floor).
    `pairs`: whether it was right on pairs of texts; empty for a judge of single texts.
    """

    systems: Mapping[str, Verdicts] = field(default_factory=dict)
    own: Verdicts = ()
    others: Verdicts = ()
    pairs: Verdicts = ()

    def __add__(self, other: Judged) -> Judged:
        names = dict.fromkeys((*self.systems, *other.systems))
        return Judged(
            {name: self.systems.get(name, ()) + other.systems.get(name, ()) for name in names},
            self.own + other.own,
            self.others + other.others,
            self.pairs + other.pairs,
        )

    def document(self) -> dict[str, float | int | None]:
        """Shares from 0 to 1, rounded to 4 places, None of nothing; `n...` says of how many.

        `accuracy` counts own and others' texts the same, so that 0.5 is no better than a coin.
        """
        ceiling, floor = share(self.own), share(self.others)
        accuracy = None
        if ceiling is not None and floor is not None:
            accuracy = round((ceiling + 1 - floor) / 2, 4)
        return {
            "ceiling": ceiling,
            "floor": floor,
            "accuracy": accuracy,
            "n_own": len(self.own),
            "n_others": len(self.others),
            "pairs": share(self.pairs),
            "n_pairs": len(self.pairs),
        }


@dataclass(frozen=True)
class Attribution:
    """What each of JUDGES said; one that had too little to learn from is not there.

    Those of several folds add up to one of all texts. Each fold has judges of its own, so other
    people's prompts are judged, and counted, once a fold.
    """

    judges: Mapping[str, Judged] = field(default_factory=dict)

    def __add__(self, other: Attribution) -> Attribution:
        names = [name for name in JUDGES if name in self.judges or name in other.judges]
        return Attribution(
            {n: self.judges.get(n, Judged()) + other.judges.get(n, Judged()) for n in names}
        )

    def row(self, system: str) -> dict[str, float | None]:
        """The share of the system's texts that each judge takes for the user's; None if unknown."""
        return {
            key: share(self.judges[judge].systems.get(system, ())) if judge in self.judges else None
            for judge, key in JUDGES.items()
        }

    def document(self) -> dict[str, Any]:
        """How far each judge can be believed, ready for JSON."""
        return {name: judged.document() for name, judged in self.judges.items()}


def attribution(
    outputs: Mapping[str, Sequence[str]],
    own_train: Sequence[str],
    own_held: Sequence[str],
    others_train: Sequence[str],
    others_held: Sequence[str],
    *,
    engine: Engine | None = None,
    seed: int,
) -> Attribution:
    """What the judges say of `outputs[system]` and, to compare, of held-out texts.

    They learn from `own_train` and `others_train` alone. The simple judge wants 12 texts of
    either side; the model is asked only where `engine` holds one that was trained on the author
    distinction. Loads NumPy.
    """
    judges: dict[str, Judged] = {}
    characters = CharacterJudge.fit(own_train, others_train, seed)
    if characters is not None:
        judges["characters"] = _judged(characters, outputs, own_held, others_held)
    if engine is not None:
        from promptstyle.core.evaluation.distinction import ModelJudge, drawn, pairs_accuracy

        model = ModelJudge.fit(engine, own_train, others_train, seed)
        if model is not None:
            pairs = pairs_accuracy(engine, own_held, others_held, seed)
            few = drawn(others_held, seed)
            judges["model"] = _judged(model, outputs, own_held, few, pairs)
    return Attribution(judges)


def share(verdicts: Sequence[bool]) -> float | None:
    """The share of yes, rounded to 4 places; None of nothing."""
    return round(sum(verdicts) / len(verdicts), 4) if verdicts else None


def _judged(
    judge: Judge,
    outputs: Mapping[str, Sequence[str]],
    own: Sequence[str],
    others: Sequence[str],
    pairs: Verdicts = (),
) -> Judged:
    # The copied likes of the baselines come again and again.
    known: dict[str, bool] = {}

    def verdicts(texts: Sequence[str]) -> Verdicts:
        for text in texts:
            if text not in known:
                known[text] = judge.attributes(text)
        return tuple(known[text] for text in texts)

    systems = {name: verdicts(texts) for name, texts in outputs.items()}
    return Judged(systems, verdicts(own), verdicts(others), pairs)
