"""What there is to say of one base, run or profile: a few lines under the lists."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from promptstyle.core.inventory import BaseStanding, RunStanding
from promptstyle.core.library.records import Profile
from promptstyle.tui.cli.text import count, short, size
from promptstyle.tui.untrusted import reveal, reveal_line
from promptstyle.tui.widgets.model_lists import day, score

_SOURCES = {
    "embedded": "comes with the program",
    "hub": "of the Hugging Face hub",
    "added": "added",
}


class Details(VerticalScroll, can_focus=True):
    """Lines of plain text; scrolls where they do not fit."""

    HELP: ClassVar[str] = "More about what is marked in the list. Up and down scroll."
    DEFAULT_CSS = """
    Details {
        height: 1fr;
        border: round $foreground 40%;
        padding: 0 1;
        &:focus { border: heavy $primary; }
        Static { width: 1fr; height: auto; }
    }
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.border_title = "Details"

    def compose(self) -> ComposeResult:
        yield Static("", markup=False)

    def show(self, lines: Iterable[Content]) -> None:
        """Show these lines, from the first."""
        self.query_one(Static).update(Content("\n").join(lines))
        self.scroll_home(animate=False)


def of_base(standing: BaseStanding) -> list[Content]:
    """A base: what it is, what is wrong with it and what to do, where its files are."""
    base = standing.base
    facts = [base.state]
    if base.parameters:
        facts.append(f"{short(base.parameters)} weights")
    if base.context:
        facts.append(f"made for {base.context:,} tokens")
    facts.append(_SOURCES[base.source])
    if standing.run is not None:
        facts.append(f"{standing.run} writes on it")
    elif base.state == "ready":
        facts.append("nothing is learnt on it yet")
    lines = [_titled(base.name, ", ".join(facts))]
    if base.problem:
        lines.append(reveal_line(f"What is wrong: {base.problem}"))
    if standing.hint:
        lines.append(reveal_line(f"What to do: {standing.hint}"))
        if base.source != "embedded":
            lines.append(Content("Here, F adds a folder."))
    if base.path is not None:
        lines.append(reveal(f"Folder: {base.path}"))
    if standing.files:
        sizes = ", ".join(f"{name} {size(length)}" for name, length in standing.files)
        lines.append(reveal_line(f"Files: {sizes}"))
    return lines


def of_run(standing: RunStanding, folder: Path) -> list[Content]:
    """A run: what it learnt from, how it did in its test, where it is."""
    run, said = standing.run, standing.run.manifest
    facts = [f"on {run.base}", f"made {day(run.created)} UTC"]
    if "train" in said and "held" in said:
        facts.append(f"learnt from {said['train']} likes, tested on {said['held']} others")
    if "recipe" in said:
        facts.append(f"recipe {said['recipe']}")
    lines = [_titled(run.id, ", ".join(facts))]
    if not standing.whole:
        lines.append(Content("Its model is gone from the disk: it cannot write."))
    scores = said.get("scores")
    if isinstance(scores, dict) and scores:
        text = f"ROUGE-1 {score(run, 'rouge1')}, ROUGE-L {score(run, 'rougeL')}"
        lines.append(reveal_line(f"{text} in mode {scores.get('mode')} ({scores.get('method')})"))
    else:
        lines.append(Content("It has no scores."))
    lines.append(reveal(f"Folder: {folder}"))
    return lines


def of_profile(profile: Profile) -> list[Content]:
    """A profile: how much there is in it, what writes for it."""
    likes = count(profile.likes, "liked prompt")
    writes = f"{profile.active_run} on {profile.base}" if profile.active_run else profile.base
    facts = f"{likes}, {profile.held:,} of them held out for tests; made {day(profile.created)} UTC"
    return [_titled(profile.name, facts), reveal_line(f"It writes with {writes}.")]


def _titled(name: str, facts: str) -> Content:
    return Content.assemble(reveal_line(name).stylize("bold"), ": ", reveal_line(facts))
