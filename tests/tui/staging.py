"""The app on a home of its own, with children that replay what real ones said."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from replaying import RECORDINGS, ReplayEngines, ReplayJob, recorded
from textual.pilot import Pilot
from waiting import wait_for

import promptstyle.tui.app
from promptstyle.core.bases import registry
from promptstyle.core.library import Library
from promptstyle.core.paths import Home
from promptstyle.tui.app import PromptstyleApp
from promptstyle.tui.services import Services
from promptstyle.tui.session import Session


class StagedApp(PromptstyleApp):
    """The app; a test of it begins when its first screen is whole."""

    # Textual looks for it beside the file of the class.
    CSS_PATH = Path(str(promptstyle.tui.app.__file__)).with_name("app.tcss")

    @asynccontextmanager
    async def run_test(self, **asked: Any) -> AsyncGenerator[Pilot[int], None]:
        async with super().run_test(**asked) as pilot:
            await wait_for(
                pilot, lambda: self.failure or getattr(self.screen_stack[0], "furnished", True)
            )
            yield pilot


@dataclass
class Stage:
    """A home and the recorded children that an app on it is given; change it before `app()`."""

    home: Home
    engines: ReplayEngines = field(default_factory=ReplayEngines)
    # What the next retrain and evaluation say; every one that was started is in `jobs`.
    retrain: list[dict[str, Any]] = field(default_factory=lambda: recorded("retrain.jsonl"))
    evaluate: list[dict[str, Any]] = field(default_factory=lambda: recorded("evaluate.jsonl"))
    held: bool = True
    jobs: list[ReplayJob] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    # Fetching a base is not recorded: a test brings a real child and a hub of its own.
    start_pull: Callable[..., Any] | None = None

    def app(self, profile: str | None = None) -> PromptstyleApp:
        """A new app on this home, not yet running."""
        services = Services(
            self.home,
            start_engine=self.engines,
            start_retrain=self._starts("retrain"),
            start_evaluate=self._starts("evaluate"),
        )
        if self.start_pull is not None:
            services = replace(services, start_pull=self.start_pull)
        session = Session(services, profile)
        self.sessions.append(session)
        return StagedApp(session)

    def _starts(self, kind: str) -> Callable[..., Any]:
        def start(home: Home, profile: str, **asked: Any) -> ReplayJob:
            self.asked.append({"job": kind, "profile": profile, **asked})
            job = ReplayJob(getattr(self, kind), held=self.held)
            self.jobs.append(job)
            return job

        return start

    @property
    def job(self) -> ReplayJob:
        """The retrain or evaluation that was started last."""
        return self.jobs[-1]


def add_run(home: Home, run: str, *, activate: bool = True, **changes: Any) -> None:
    """A run as the recorded one, with other values in its manifest where given."""
    manifest = json.loads((RECORDINGS / "manifest.json").read_text("utf-8"))
    # The base may have changed since it was recorded.
    identity = registry.get(home, manifest["base"]).identity
    manifest.update({"base_identity": identity, **changes}, run=run)
    folder = home.runs / run
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    evaluation = json.loads((RECORDINGS / "evaluation.json").read_text("utf-8"))
    evaluation["run"] = run
    (folder / "evaluation.json").write_text(json.dumps(evaluation), encoding="utf-8")
    with Library(home.database) as library:
        library.add_run(run, "default", manifest["base"], manifest, activate=activate)
