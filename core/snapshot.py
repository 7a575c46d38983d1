"""The likes as they are when a retrain begins, and the settings they are trained with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import Library, Like
from promptstyle.core.library.growth import FEWEST
from promptstyle.core.library.text import topic_key
from promptstyle.core.training.recipes import Recipe
from promptstyle.core.training.template import TEMPLATE_VERSION, Pair

# What every retrain and evaluation begins with: the same work gives the same model.
SEED = 42
# Below this a held-out part is too small to say anything, and cross-validation stands in.
ENOUGH_TO_HOLD = 20


@dataclass(frozen=True)
class Snapshot:
    """The likes of a profile at one moment, in a fixed order."""

    likes: list[Like]

    @classmethod
    def take(cls, library: Library, profile: str) -> Snapshot:
        """The likes now. Raises PromptstyleError if they are too few to learn from."""
        likes = library.likes(profile)
        if len(likes) < FEWEST:
            some = f"{len(likes)} liked prompt{'' if len(likes) == 1 else 's'}"
            raise PromptstyleError(
                f"the profile {profile!r} has {some}, and {FEWEST} are the fewest to learn from",
                "`promptstyle import FILE` or `promptstyle add` adds more; 50 make a style",
                code="too_few_likes",
            )
        # Not the order of insertion: an export and import must train the same model.
        snapshot = cls(sorted(likes, key=lambda like: (like.id, like.created)))
        if snapshot.topics < 2:
            raise PromptstyleError(
                f"all {len(likes)} liked prompts of {profile!r} are on one topic",
                "`promptstyle add` some on others: a model is tested on topics that it never saw",
                code="too_few_likes",
            )
        if not snapshot.train:
            raise PromptstyleError(
                f"all {len(likes)} liked prompts of {profile!r} are kept for testing",
                "`promptstyle import FILE` or `promptstyle add` adds some to learn from",
                code="too_few_likes",
            )
        return snapshot

    @property
    def train(self) -> list[Like]:
        """Those that models learn from."""
        return [like for like in self.likes if like.side == "train"]

    @property
    def held(self) -> list[Like]:
        """Those that models are tested on, and never see."""
        return [like for like in self.likes if like.side == "held"]

    @property
    def topics(self) -> int:
        """How many different topics there are: folds are made of whole topics."""
        return len({topic_key(like.input) for like in self.likes})

    @property
    def by_folds(self) -> bool:
        """Whether the test is by cross-validation, for want of held-out likes."""
        return len(self.likes) < ENOUGH_TO_HOLD or not self.held or len(self.train) < FEWEST

    @property
    def sha256(self) -> str:
        """The hash of all that a model could learn from or be tested on."""
        rows = [(like.id, like.input, like.output, like.side) for like in self.likes]
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()

    def fingerprint(
        self, base_identity: str, recipe: Recipe, seed: int, others: Sequence[str] = ()
    ) -> str:
        """The hash that two runs share only if they would do the very same work.

        `others` are the prompts of other people that the recipe learns to tell apart.
        """
        parts: list[Any] = [self.sha256, base_identity, recipe.document(), seed, TEMPLATE_VERSION]
        if recipe.distinction:
            parts.append(list(others))
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def pairs(likes: Sequence[Like]) -> list[Pair]:
    """The (topic, prompt) pairs of `likes`."""
    return [(like.input, like.output) for like in likes]
