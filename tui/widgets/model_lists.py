"""The three lists of Models and profiles: bases, runs, profiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual.content import Content

from promptstyle.core.inventory import BaseStanding, RunStanding
from promptstyle.core.library.records import Profile, RunRecord
from promptstyle.tui.cli.text import short
from promptstyle.tui.untrusted import reveal_line
from promptstyle.tui.widgets.rows import Row, Rows

# Before what writes now; and before a run that would, if its base were in use.
MARK, OTHER = "●", "○"
NONE = "-"


class BaseList(Rows):
    """The base models, and which run writes on each."""

    HELP: ClassVar[str] = (
        "The base models that styles are learnt on; ● marks the one that this profile writes "
        "with. Enter or U uses another one: what was learnt on this one stays with it. V reads "
        "all of its files and compares them with what was recorded. F adds a folder."
    )

    def show(self, standings: Sequence[BaseStanding], *, narrow: bool) -> None:
        """Show these bases; with `narrow`, what matters most of each."""
        rows = [_base_row(each, narrow) for each in standings]
        columns = ("", "base", "state", "weights", "run")
        more = ("context", "from")
        used = next((each.base.name for each in standings if each.used), None)
        self.fill(columns if narrow else (*columns, *more), rows, used)


class RunList(Rows):
    """The runs of the profile, the newest first."""

    HELP: ClassVar[str] = (
        "The models that were made of this profile's likes, the newest first; ● marks the one "
        "that writes, ○ one that would with another base. Enter or A lets another one write from "
        "now on, whatever its score; its base comes with it."
    )

    def show(self, standings: Sequence[RunStanding], writing: str | None, *, narrow: bool) -> None:
        """Show these runs; `writing` is the one that writes now."""
        rows = [_run_row(each, writing, narrow) for each in standings]
        columns = ("", "run", "base", "made", "mode", "ROUGE-L")
        more = ("ROUGE-1", "likes")
        self.fill(columns if narrow else (*columns, *more), rows, writing)


class ProfileList(Rows):
    """All profiles."""

    HELP: ClassVar[str] = (
        "Whose style: each profile has likes, runs and a base of its own; ● marks the one in "
        "use. Enter or S goes over to another one, N makes a new one. What is being written then "
        "ends; a retrain goes on."
    )

    def show(self, profiles: Sequence[Profile], used: str, *, narrow: bool) -> None:
        """Show these profiles; `used` is the one that the app works for."""
        rows = [
            Row(
                each.name,
                (
                    _mark(each.name == used),
                    reveal_line(each.name),
                    Content(f"{each.likes:,}"),
                    Content(f"{each.held:,}"),
                    reveal_line(each.base),
                    reveal_line(each.active_run or NONE),
                    *(() if narrow else (Content(day(each.created)),)),
                ),
            )
            for each in profiles
        ]
        columns = ("", "profile", "likes", "held out", "base", "run")
        self.fill(columns if narrow else (*columns, "since"), rows, used)


def _base_row(standing: BaseStanding, narrow: bool) -> Row:
    base = standing.base
    cells = (
        _mark(standing.used),
        reveal_line(base.name),
        Content.styled(base.state, "" if base.state == "ready" else "bold"),
        Content(short(base.parameters) if base.parameters else NONE),
        reveal_line(standing.run or NONE),
    )
    more = (Content(f"{base.context:,}" if base.context else NONE), Content(base.source))
    return Row(base.name, cells if narrow else (*cells, *more))


def _run_row(standing: RunStanding, writing: str | None, narrow: bool) -> Row:
    run = standing.run
    said = run.manifest
    likes = f"{said['train']} + {said['held']}" if "train" in said and "held" in said else NONE
    cells = (
        _mark(run.id == writing, run.active),
        reveal_line(run.id),
        reveal_line(run.base),
        Content(day(run.created)[: 10 if narrow else None]),
        reveal_line(str(said.get("mode") or NONE)) if standing.whole else Content("model gone"),
        Content(score(run, "rougeL")),
    )
    more = (Content(score(run, "rouge1")), reveal_line(likes))
    return Row(run.id, cells if narrow else (*cells, *more))


def score(run: RunRecord, measure: str) -> str:
    """What the run's own test said, such as 0.228."""
    scores: Any = run.manifest.get("scores")
    value = scores.get(measure) if isinstance(scores, Mapping) else None
    return f"{value:.3f}" if isinstance(value, (int, float)) else NONE


def day(time: str) -> str:
    """`2026-11-20 18:57` of the library's ISO-8601 (UTC)."""
    return time[:16].replace("T", " ")


def _mark(on: bool, other: bool = False) -> Content:
    return Content(MARK if on else OTHER if other else " ")
