"""The sequences that a run learns from: prompts in their context, and pairs to tell apart."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from promptstyle.core.style.composer import Composer
from promptstyle.core.training.dataset import example, shuffled
from promptstyle.core.training.recipes import Recipe
from promptstyle.core.training.template import Encoded, Pair, Style, distinction, encode

if TYPE_CHECKING:
    from promptstyle.core.training.tokenizer import Tokenizer

# Of each of two prompts to tell apart, so many characters are shown: manner shows early, and a
# pair is not to take more of the context than a prompt and what is shown for it.
SHOWN_OF_EACH = 400


@dataclass(frozen=True)
class Examples:
    """Draws sequences for the likes `pool` of `pairs`, each by the seed and the epoch alone.

    A like never sees itself, one on the same topic or a near-duplicate in its own context: a
    model that sees its answer learns to copy. Nor are there notes, which only use has: learnt with
    notes made of the like itself, six authors got ROUGE-1 .373 (two folds), without .380.
    `others` are prompts of other people.
    """

    pairs: Sequence[Pair]
    pool: Sequence[int]
    recipe: Recipe
    seed: int
    tokenizer: Tokenizer
    others: Sequence[str] = ()

    @cached_property
    def _composer(self) -> Composer[int]:
        return Composer.of(self.pairs, self.recipe.parts)

    @cached_property
    def _kept_back(self) -> set[int]:
        return set(range(len(self.pairs))) - set(self.pool)

    def prompt(self, index: int, epoch: int, *, alone: bool = False) -> Encoded:
        """Like `index` as an answer to its topic, with the recipe's style before it.

        `alone` learns nothing but this like, whatever the recipe says of shown ones.
        """
        key = f"{self.seed}:shown:{epoch}:{index}"
        shots = self.recipe.shots[shuffled(len(self.recipe.shots), key, "count")[0]]
        if not shots:
            return self._example(index, Style(), alone)
        style = self._composer.style(
            self.pairs[index][0],
            exclude=self._composer.index.kin(index) | self._kept_back,
            count=shots,
        )
        return self._example(index, style, alone)

    def _example(self, index: int, style: Style, alone: bool) -> Encoded:
        return example(
            self.pairs[index],
            style,
            self.tokenizer,
            self.recipe.max_tokens,
            learn_shown=self.recipe.learn_shown and not alone,
        )

    def pair(self, index: int, epoch: int) -> Encoded | None:
        """Like `index` beside another prompt, and whether one person wrote both.

        As often as not the other one is another like. None if there is nobody to tell apart.
        """
        rng = random.Random(f"{self.seed}:pair:{epoch}:{index}")
        kin = self._composer.index.kin(index)
        rest = [other for other in self.pool if other not in kin]
        if not self.others or not rest:
            return None
        same = rng.random() < 0.5
        prompt = self.pairs[index][1]
        other = self.pairs[rng.choice(rest)][1] if same else rng.choice(self.others)
        first, second = rng.sample([prompt[:SHOWN_OF_EACH], other[:SHOWN_OF_EACH]], 2)
        return encode(
            distinction(first, second, same),
            self.tokenizer.encode,
            bos=self.tokenizer.bos,
            eos=self.tokenizer.eos,
        )
