"""One author or two? The tuned model's own answer, the second task that it was trained on."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.evaluation.threshold import best_threshold
from promptstyle.core.generation.client import Engine
from promptstyle.core.style.index import LikeIndex
from promptstyle.core.style.ranking import retain
from promptstyle.core.training.template import ANSWERS, distinction

# Of the user's prompts, compared with each text that is judged.
ANCHORS = 3
# Texts of either side for the threshold and of others for the floor, and pairs of either kind: each
# costs an evaluation or three.
MOST = 24


@dataclass(frozen=True)
class ModelJudge:
    """Asks the model in `engine` whether a text and some of the user's have one author.

    `anchors` are liked prompts that it may know; texts that score above `threshold` are the
    user's. The author distinction of "Teach LLMs to Personalize" (Li et al. 2023, arXiv
    2308.07968, section 4.6). A model that was not trained on this task guesses.
    """

    engine: Engine
    anchors: tuple[str, ...]
    threshold: float = 0.0

    @classmethod
    def fit(
        cls, engine: Engine, own: Sequence[str], others: Sequence[str], seed: int
    ) -> ModelJudge | None:
        """Choose anchors and threshold on texts to train on; None if either side is too few.

        The threshold comes from up to 24 texts of either side, drawn with `seed`, none of them an
        anchor.
        """
        anchors = typical(own, ANCHORS)
        rest = [text for text in own if text not in anchors]
        if len(anchors) < ANCHORS or not rest or not others:
            return None
        judge = cls(engine, anchors)
        mine, theirs = (
            [judge.score(text) for text in drawn(texts, seed)] for texts in (rest, others)
        )
        return cls(engine, anchors, best_threshold(mine, theirs))

    def score(self, text: str) -> float:
        """The mean over the anchors of the log odds of "true" against "false"."""
        odds = [log_odds(self.engine, anchor, text) for anchor in self.anchors]
        return sum(odds) / len(odds)

    def attributes(self, text: str) -> bool:
        """Whether the text is taken for the user's; an empty one is nobody's."""
        return bool(text.strip()) and self.score(text) > self.threshold


def log_odds(engine: Engine, one: str, other: str) -> float:
    """How much likelier the model finds one author than two: log P(true) - log P(false).

    Of texts too long for the model's context the beginnings are compared.
    """
    while True:
        try:
            one_author, two = engine.options(
                distinction(one, other), [ANSWERS[True], ANSWERS[False]]
            )
        except PromptstyleError as error:
            longest = max(len(one), len(other))
            if error.code != "too_long" or longest < 2:
                raise
            one, other = one[: longest // 2], other[: longest // 2]
        else:
            return one_author - two


def pairs_accuracy(
    engine: Engine, own: Sequence[str], others: Sequence[str], seed: int
) -> tuple[bool, ...]:
    """Whether the model's answer is right, for pairs of texts that it was not trained on.

    As many pairs of two of the user's texts as of one of them and another person's, drawn with
    `seed`; the answer is the likelier of "true" and "false". No pairs if the texts do not suffice.
    """
    chance = random.Random(seed)
    same = [(a, b) for place, a in enumerate(own) for b in own[place + 1 :]]
    apart = [(a, b) for a in own for b in others]
    n = min(len(same), len(apart), MOST)
    return tuple(
        (log_odds(engine, *pair) > 0) is truth
        for pairs, truth in ((same, True), (apart, False))
        for pair in chance.sample(pairs, n)
    )


def typical(prompts: Sequence[str], count: int) -> tuple[str, ...]:
    """Up to `count` of `prompts`: the most typical one, then varied ones; no near-duplicates."""
    # Without a topic nothing matches, and what is retained is typical and varied.
    index = LikeIndex.of([("", prompt) for prompt in prompts])
    found = retain(index, "", count=count, characters=sum(map(len, prompts)))
    return tuple(prompts[each.key] for each in found)


def drawn(texts: Sequence[str], seed: int) -> list[str]:
    """Up to 24 of `texts`, drawn with `seed`."""
    return random.Random(seed).sample(texts, min(len(texts), MOST))
