"""What Results shows: the runs of a profile, and how well one of them writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from promptstyle.core.evaluation import results
from promptstyle.core.evaluation.results import MEASURES, Results
from promptstyle.core.library import Library, RunRecord
from promptstyle.core.library.records import now
from promptstyle.core.paths import Home


@dataclass(frozen=True)
class Shown:
    """`runs` are the profile's, oldest first, deleted ones too; `run` is the one that is shown.

    `writes` is the id of the run that writes, `found` what is known of `run`.
    """

    runs: Sequence[RunRecord] = ()
    writes: str | None = None
    run: RunRecord | None = None
    found: Results | None = None

    def with_evaluation(self, document: Mapping[str, Any]) -> Shown | None:
        """The same with a new evaluation, and the run that it is of; None if it cannot be read.

        A test by folds is of no one run: it stands for the run that writes.
        """
        tested = str(document.get("run") or self.writes)
        run = next((each for each in self.runs if each.id == tested), None)
        found = run and results.of_document(run, {**document, "created": now()})
        return replace(self, run=run, found=found) if found else None


def read(home: Home, library: Library, profile: str, wanted: str | None) -> Shown:
    """The runs, and the results of the run `wanted`: where it is None, of the one that writes.

    Without one that writes it is the newest that was not deleted. For threads: reads files.
    Raises PromptstyleError.
    """
    runs = library.runs(profile, deleted=True)
    writing = library.active_run(profile)
    run = next((each for each in runs if each.id == wanted), writing)
    if run is None and runs:
        run = next((each for each in reversed(runs) if each.deleted is None), runs[-1])
    found = results.of_run(home, run) if run is not None else None
    return Shown(runs, writing.id if writing is not None else None, run, found)


def summary(found: Results) -> str:
    """What an evaluation says of the run, in a sentence."""
    row = next((row for row in found.systems if row["name"] == found.yours), None)
    scores = "" if row is None else ", ".join(f"{MEASURES[k]} {row[k]:.3f}" for k in MEASURES)
    return f"{found.run.id} in mode {results.mode_of(found.run)}: {scores or 'not tested'}."
