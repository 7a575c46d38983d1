"""The test of a new model before it may write: how good, and not worse than the old one?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.evaluation import rouge
from promptstyle.core.evaluation.ahead import Ahead
from promptstyle.core.evaluation.attribution import Attribution
from promptstyle.core.evaluation.choice import Choice, choose
from promptstyle.core.evaluation.folds import FOLDS, cross_validate
from promptstyle.core.evaluation.intervals import paired_difference
from promptstyle.core.evaluation.measures import SystemOutput
from promptstyle.core.evaluation.old import fresh, written_by
from promptstyle.core.evaluation.report import SYSTEMS, report
from promptstyle.core.evaluation.systems import (
    Decoding,
    Outputs,
    attributed,
    outputs,
    side_by_side,
)
from promptstyle.core.evaluation.telling import Progress
from promptstyle.core.library import Like, RunRecord
from promptstyle.core.library.text import topic_key
from promptstyle.core.model_files import ModelFiles, of_run
from promptstyle.core.modes import BY_SYSTEM, resolve
from promptstyle.core.paths import Home
from promptstyle.core.snapshot import pairs
from promptstyle.core.style.others import Others
from promptstyle.core.training.recipes import Recipe
from promptstyle.core.training.template import Pair

if TYPE_CHECKING:
    from promptstyle.core.training.lora import LoraTrainer

# The two scores count the same.
KEY = "mean of ROUGE-1 and ROUGE-L"


@dataclass
class Trial:
    """What every system wrote for the test likes."""

    log: Path
    decoding: Decoding
    progress: Progress
    check: Callable[[], None]
    method: str = ""
    tests: list[Like] = field(default_factory=list)
    made: Outputs = field(default_factory=dict)
    whose: Attribution = field(default_factory=Attribution)
    _untuned: Future[Outputs] | None = None
    _of_old: Future[list[SystemOutput]] | None = None

    def begin(
        self,
        ahead: Ahead,
        train: Sequence[Like],
        held: Sequence[Like],
        base_gguf: Path,
        old: RunRecord | None,
        home: Home,
    ) -> None:
        """Test on the held-out likes what needs no new model, while that is trained.

        Does nothing where models are too large to have one in memory beside a training.
        """
        files = _files(home, old)
        models = [base_gguf] if files is None else [base_gguf, files.gguf]
        if not side_by_side(models, self.decoding):
            return
        liked, topics = pairs(train), [like.input for like in held]
        untuned = [name for name in SYSTEMS if name in BY_SYSTEM and not BY_SYSTEM[name].tuned]
        self._untuned = ahead.start(
            lambda progress: outputs(
                untuned,
                liked,
                topics,
                base_gguf=base_gguf,
                tuned=None,
                decoding=self.decoding,
                log=self.log,
                progress=progress,
                # The other core loads the libraries, and trains.
                alone=True,
            )
        )
        if old is not None and files is not None and fresh(old, held):
            self._of_old = ahead.start(
                lambda progress: written_by(
                    old, files, held, liked, self.decoding, self.log, progress
                )
            )

    def held(
        self,
        train: Sequence[Like],
        held: Sequence[Like],
        base_gguf: Path,
        files: ModelFiles,
        others: Others,
    ) -> None:
        """Test on the held-out likes; `files` are the new model."""
        self.method, self.tests = "held-out likes", list(held)
        self.made = outputs(
            list(SYSTEMS),
            pairs(train),
            [like.input for like in held],
            base_gguf=base_gguf,
            tuned=files,
            decoding=self.decoding,
            log=self.log,
            progress=self.progress,
            already=self._untuned.result() if self._untuned is not None else None,
        )
        # The model's own judgement takes hundreds of comparisons: `evaluate` asks for it.
        self.whose = attributed(self.made, pairs(train), pairs(held), others, self.decoding.seed)

    def of_old(
        self, old: RunRecord, files: ModelFiles, liked: Sequence[Pair]
    ) -> list[SystemOutput]:
        """What the old model writes for the likes that it has not learnt from; see `begin`."""
        if self._of_old is not None:
            texts = self._of_old.result()
            # Told under the name of its mode, as where it is asked only now.
            mode = resolve("auto", old.manifest, len(liked))
            if texts:
                self.progress(mode.system, len(texts), len(texts))
            return texts
        return written_by(old, files, self.tests, liked, self.decoding, self.log, self.progress)

    def by_folds(
        self,
        likes: Sequence[Like],
        trainer: Callable[[], LoraTrainer],
        base_folder: Path,
        base_gguf: Path,
        recipe: Recipe,
        others: Others,
    ) -> None:
        """Test by cross-validation: models trained the same way on all likes but a few."""
        k = min(FOLDS, len({topic_key(like.input) for like in likes}))
        self.method = f"cross-validation in {k} folds"
        validated = cross_validate(
            likes,
            k,
            list(SYSTEMS),
            trainer=trainer,
            base_folder=base_folder,
            base_gguf=base_gguf,
            recipe=recipe,
            others=others,
            decoding=self.decoding,
            log=self.log,
            progress=self.progress,
            on_step=lambda fold, step: self.progress(f"fold {fold + 1}", step.step, step.steps),
            check=self.check,
        )
        self.tests, self.made = validated.tests, validated.outputs
        self.whose = validated.attribution


@dataclass(frozen=True)
class Verdict:
    """Whether the new model may write, and why.

    `scores` stands in manifest and `done`; `document` is what `evaluate` would say of the run,
    with the texts of every system.
    """

    not_worse: bool
    reason: str
    choice: Choice
    scores: dict[str, Any]
    document: dict[str, Any]


def scored(made: Sequence[SystemOutput], tests: Sequence[Like]) -> list[float]:
    """The mean of ROUGE-1 and ROUGE-L of each output, 0 to 1."""
    found = rouge.scores([output.text for output in made], [like.output for like in tests])
    return [(score.rouge1 + score.rougeL) / 2 for score in found]


def compare(trial: Trial, old: RunRecord | None, home: Home, liked: Sequence[Pair]) -> Verdict:
    """The new model in its best mode against the old one in its own, on the same likes.

    The old model is only asked about likes that it has not learnt from.
    """
    tests, made = trial.tests, trial.made
    values = {name: scored(texts, tests) for name, texts in made.items()}
    # `auto` may also pick the base with likes shown, where the likes teach too little.
    choice = choose(values, trial.decoding.seed)
    best = choice.mode.system
    document = report(pairs(tests), made, trial.decoding.seed, liked=liked, attribution=trial.whose)
    document |= {"method": trial.method}
    systems = {row["name"]: row for row in document["systems"]}
    scores: dict[str, Any] = {
        "n": len(tests),
        "method": trial.method,
        "mode": choice.mode.name,
        "choice": choice.document(),
        "rouge1": systems[best]["rouge1"],
        "rougeL": systems[best]["rougeL"],
        "systems": systems,
        "attribution": document["attribution"],
        "old": None,
    }
    if old is None:
        reason = "the first model of this profile"
        return Verdict(True, reason, choice, scores, document)
    unseen = fresh(old, tests)
    files = _files(home, old)
    if not unseen or files is None:
        why = "its model is gone or its base another one" if unseen else "it has seen all likes"
        reason = f"the old model {old.id} could not be tested: {why}"
        return Verdict(True, reason, choice, scores, document)
    mode = resolve("auto", old.manifest, len(liked))
    texts = trial.of_old(old, files, liked)
    if not mode.tuned:
        texts = [made[mode.system][index] for index in unseen]
    old_values = scored(texts, [tests[index] for index in unseen])
    new_values = [values[best][index] for index in unseen]
    difference = paired_difference(new_values, old_values, seed=trial.decoding.seed)
    scores["old"] = {
        "run": old.id,
        "mode": mode.name,
        "n": len(unseen),
        "score": round(sum(old_values) / len(unseen), 4),
        "new_score": round(sum(new_values) / len(unseen), 4),
        "difference": round(difference.mean, 4),
        "difference_low": round(difference.low, 4),
        "difference_high": round(difference.high, 4),
    }
    # A hair of rounding is no loss.
    not_worse = difference.mean >= -1e-9
    word = "not worse than" if not_worse else "worse than"
    reason = (
        f"{word} {old.id} on {len(unseen)} likes that neither has learnt from: {KEY} "
        f"{scores['old']['new_score']:.3f} against {scores['old']['score']:.3f}"
    )
    return Verdict(not_worse, reason, choice, scores, document)


def _files(home: Home, run: RunRecord | None) -> ModelFiles | None:
    """The model of `run`; None if there is none, or it is gone."""
    if run is None:
        return None
    with suppress(PromptstyleError):
        files = of_run(home, run)
        if files.there:
            return files
    return None
