"""How much a profile's likes have grown since its model learnt from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from promptstyle.core.library.store import Library

# Fewer likes than this show no way of writing that could be told from chance.
FEWEST = 4
# So many likes that no model knows make a retrain worth its minutes.
ENOUGH_NEW = 10


@dataclass(frozen=True)
class Growth:
    """`likes` that there are now, `new` ones of them that the run `trained` knew nothing of.

    `trained` is the id of the run that writes for the profile with its base, None if none does;
    then all likes are new.
    """

    likes: int
    new: int
    trained: str | None


def growth(library: Library, profile: str) -> Growth:
    """What the active run of the profile's base does not know yet.

    A run knows a like that it was trained or tested on, also if the text was edited since.
    Raises PromptstyleError if there is no such profile.
    """
    run = library.active_run(profile)
    ids = library.like_ids(profile)
    if run is None:
        return Growth(len(ids), len(ids), None)
    known = {*run.manifest.get("train_ids", ()), *run.manifest.get("held_ids", ())}
    return Growth(len(ids), len(ids - known), run.id)


def due(growth: Growth, every: int = ENOUGH_NEW) -> bool:
    """Whether it is time to retrain: `every` new likes, or enough for a first model."""
    if growth.trained is None:
        return growth.likes >= FEWEST
    return growth.new >= every
