"""The scores of a run against the baselines: a table with intervals and a chart of bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from promptstyle.core.evaluation import display
from promptstyle.core.evaluation.results import MEASURES, Results
from promptstyle.tui.untrusted import reveal_line
from promptstyle.tui.widgets.score_bars import YOURS, Bars, Score, ScoreBars

# The usual test, which the heading names in its own words.
HELD = "held-out likes"


class ScoresView(VerticalScroll, can_focus=True):
    """All systems, the one as which the run writes marked. Wide: one table; narrow: two."""

    HELP = (
        "How near each system comes to the liked prompts that no model has seen, by ROUGE: 1 is "
        "the same text. The bar is the mean over the topics, the whisker its interval: systems "
        "whose whiskers overlap are not told apart. Up and down scroll."
    )
    DEFAULT_CSS = """
    ScoresView {
        Static { height: auto; width: 1fr; }
        #heading, #words { color: $text-muted; }
        #table, ScoreBars { margin-bottom: 1; }
        #others { margin-bottom: 1; display: none; }
        &.-two-tables #others { display: block; }
        &:focus { background-tint: $foreground 4%; }
    }
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._results: Results | None = None
        self._note = ""

    def compose(self) -> ComposeResult:
        for name in ("heading", "table"):
            yield Static("", id=name, markup=False)
        yield ScoreBars(list(MEASURES.values()), id="bars")
        for name in ("others", "words"):
            yield Static("", id=name, markup=False)

    def on_resize(self, event: events.Resize) -> None:
        self._draw()

    def show(self, results: Results, note: str) -> None:
        """Show these; `note` is what is said where the texts were not kept."""
        self._results, self._note = results, note
        self._draw()
        self.scroll_home(animate=False)

    def _draw(self) -> None:
        results = self._results
        if results is None:
            return
        headings, *rows = display.columns(results.systems)
        headings[0] = "  " + headings[0]
        for row, system in zip(rows, results.systems, strict=True):
            mark = YOURS if system["name"] == results.yours else "  "
            row[0] = mark + reveal_line(row[0]).plain
        whole = table(headings, rows)
        two = max(line.cell_length for line in whole) > self.scrollable_content_region.width
        self.set_class(two, "-two-tables")
        if two:
            whole = table(headings[: display.SCORES], [row[: display.SCORES] for row in rows])
            others = [[cells[0], *cells[display.SCORES :]] for cells in (headings, *rows)]
            self.query_one("#others", Static).update(
                Content("\n").join(table(others[0], others[1:], left=1))
            )
        heading = display.heading(results.n, results.level)
        if results.method not in ("", HELD):
            heading += f", {results.method}"
        self.query_one("#heading", Static).update(reveal_line(heading))
        self.query_one("#table", Static).update(Content("\n").join(whole))
        self.query_one(ScoreBars).rows = tuple(
            Bars(
                reveal_line(str(row["name"])).plain,
                tuple(Score(row[k], row[f"{k}_low"], row[f"{k}_high"]) for k in MEASURES),
                yours=row["name"] == results.yours,
            )
            for row in results.systems
        )
        self.query_one("#words", Static).update(Content("\n\n").join(_words(results, self._note)))


def table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], left: int = display.SCORES
) -> list[Content]:
    """The aligned lines; the headings are muted and the marked row is bold."""
    first, *rest = display.aligned([headings, *rows], left)
    return [
        Content.styled(first, "dim"),
        *(
            Content.styled(line, "bold") if line.startswith(YOURS) else Content(line)
            for line in rest
        ),
    ]


def _words(results: Results, note: str) -> list[Content]:
    """What the names mean, and what a reader has to know."""
    width = max(len(str(row["name"])) for row in results.systems)
    names = [
        Content(f"{YOURS}yours: as the run writes. The whisker is the interval."),
        *(
            reveal_line(f"{row['name']:<{width}}  {display.about(str(row['name']))}")
            for row in results.systems
        ),
    ]
    said = [Content(each) for each in (display.EXPLAINED, *display.judged(results.attribution))]
    if not results.examples:
        said.append(Content(note))
    if remark := display.remark(results.n):
        said.insert(0, Content(remark))
    return [Content("\n").join(names), *said]
