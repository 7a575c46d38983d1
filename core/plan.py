"""What a retrain would do if it began now: said before it is started. Light: the app imports it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from promptstyle.core import journal, run_folder
from promptstyle.core.bases import registry
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import Library, RunRecord
from promptstyle.core.library.growth import Growth, growth
from promptstyle.core.paths import Home
from promptstyle.core.snapshot import SEED, Snapshot
from promptstyle.core.training.recipes import recipe_for, split_validation, total_steps


@dataclass(frozen=True)
class Plan:
    """The work of a retrain of `profile` with `recipe` on the base that the profile uses."""

    profile: str
    base: str
    recipe: str
    growth: Growth
    train: int
    held: int
    # Tested by cross-validation, for want of held-out likes.
    by_folds: bool = False
    # Updates at most; training may stop early. 0 where there is `trouble`.
    steps: int = 0
    # Whether it goes on from where one that was stopped or killed left off.
    resumes: bool = False
    # The last run with this base and recipe; its manifest says how long it took.
    last: RunRecord | None = None
    # Whether a retrain of the profile runs now, in whatever process.
    running: bool = False
    # Why it cannot begin; None if it can.
    trouble: PromptstyleError | None = None

    @property
    def last_seconds(self) -> float | None:
        """How long the last run took, where its manifest says so."""
        seconds = self.last.manifest.get("seconds") if self.last is not None else None
        return float(seconds) if isinstance(seconds, int | float) and seconds > 0 else None


def plan(home: Home, library: Library, profile: str, recipe: str = "default") -> Plan:
    """What a retrain would do now. Reads all likes: for a thread, not for the screen.

    Raises PromptstyleError if there is no such profile, UsageError for an unknown recipe.
    """
    recipe_for(recipe, 0)
    record = library.profile(profile)
    known = Plan(
        profile=record.name,
        base=record.base,
        recipe=recipe,
        growth=growth(library, profile),
        train=record.likes - record.held,
        held=record.held,
        last=_last(library, profile, record.base, recipe),
        running=journal.running(home, profile) is not None,
    )
    try:
        snapshot = Snapshot.take(library, profile)
        base = registry.get(home, record.base)
        # Raises if the base is not ready.
        identity = base.identity
    except PromptstyleError as error:
        return replace(known, trouble=error)
    settings = recipe_for(recipe, base.parameters, base.parts)
    fingerprint = snapshot.fingerprint(identity, settings, SEED)
    count = len(snapshot.train)
    learnt, _ = split_validation(count, settings, range(count))
    return replace(
        known,
        train=count,
        held=len(snapshot.held),
        by_folds=snapshot.by_folds,
        steps=total_steps(settings, len(learnt)),
        resumes=run_folder.unfinished(home, profile, fingerprint) is not None,
    )


def _last(library: Library, profile: str, base: str, recipe: str) -> RunRecord | None:
    """The last run that did the same work, also one that was deleted since."""
    for run in reversed(library.runs(profile, deleted=True)):
        if run.base == base and run.manifest.get("recipe") == recipe:
            return run
    return None
