"""The texts of one test topic side by side: the liked prompt, the baselines, yours."""

from __future__ import annotations

from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Grid, Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Static

from promptstyle.core.evaluation.results import Results
from promptstyle.tui.untrusted import reveal_line
from promptstyle.tui.widgets.text_card import TextCard

BASELINES = ("random", "nearest", "splice", "vanilla")
# Columns that a text wants before another one stands beside it.
CARD_COLUMNS = 38


class TextsView(Vertical):
    """A topic, the texts for it, and the way to the other topics."""

    HELP = "What was written for each topic of the test, beside the liked prompt (gold)."
    DEFAULT_CSS = """
    TextsView {
        #topics { height: 1; }
        #topics Button { min-width: 8; margin-right: 1; }
        #place { width: auto; margin-right: 1; color: $text-muted; }
        #topic { height: auto; max-height: 3; text-style: bold; margin-bottom: 1; }
        #side { height: 1fr; }
        #texts { height: auto; grid-size: 1; grid-rows: auto; grid-gutter: 0 1; }
        #note { height: auto; display: none; }
        &.-none #topics, &.-none #topic, &.-none #side { display: none; }
        &.-none #note { display: block; }
    }
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._results: Results | None = None
        self.place = 0

    def compose(self) -> ComposeResult:
        with Horizontal(id="topics"):
            yield Button("Before", id="before", compact=True, action="screen.topic(-1)")
            yield Button("Next", id="next", compact=True, action="screen.topic(1)")
            yield Button("Copy", id="copy", compact=True, action="screen.copy")
            yield Static("", id="place", markup=False)
        yield Static("", id="topic", markup=False)
        with VerticalScroll(id="side", can_focus=False), Grid(id="texts"):
            for name in ("gold", *BASELINES, "yours"):
                yield TextCard(id=f"text-{name}")
        yield Static("", id="note", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        self._arrange()

    @property
    def topics(self) -> int:
        """How many topics there are texts for."""
        return 0 if self._results is None else len(self._results.examples)

    @property
    def chosen(self) -> TextCard | None:
        """The text that a copy takes: the one that had the focus last, else yours."""
        cards = [card for card in self.query(TextCard) if card.text is not None]
        marked = [card for card in cards if card.has_class("-chosen")]
        return next(iter(marked or [card for card in cards if card.has_class("-yours")]), None)

    def show(self, results: Results, note: str) -> None:
        """Show the first topic of these; `note` is what is said where there are no texts."""
        self._results, self.place = results, 0
        self.query_one("#note", Static).update(note)
        self.set_class(not results.examples, "-none")
        self._draw()

    def turn(self, by: int) -> None:
        """Go to another topic, round and round."""
        if self.topics:
            self.place = (self.place + by) % self.topics
            self._draw()

    @on(TextCard.Chosen)
    def _card_chosen(self, message: TextCard.Chosen) -> None:
        message.stop()
        for card in self.query(TextCard):
            card.set_class(card is message.card, "-chosen")

    def _draw(self) -> None:
        results = self._results
        if results is None or not results.examples:
            return
        example = results.examples[self.place]
        self.query_one("#place", Static).update(f"topic {self.place + 1} of {self.topics}")
        self.query_one("#topic", Static).update(reveal_line(example.topic))
        self.query_one("#text-gold", TextCard).show("gold: the liked prompt", example.gold)
        yours = results.yours
        for name in BASELINES:
            title = f"{name}: yours" if name == yours else name
            self.query_one(f"#text-{name}", TextCard).show(
                title, example.outputs.get(name), yours=name == yours
            )
        own = None if yours in BASELINES else example.outputs.get(yours)
        self.query_one("#text-yours", TextCard).show(f"yours: {yours}", own, yours=True)
        self._arrange()
        self.query_one("#side").scroll_home(animate=False)

    def _arrange(self) -> None:
        """Side by side where there is room, one above another where there is not."""
        count = sum(card.text is not None for card in self.query(TextCard))
        columns = max(1, min(count, (self.size.width - 2) // CARD_COLUMNS))
        self.query_one("#texts").styles.grid_size_columns = columns


def no_texts(*, writes: bool) -> str:
    """Why there are no texts of a run, and what brings them."""
    way = "Evaluate" if writes else "activate it, then Evaluate"
    return f"Only the scores of this run were kept. To see the texts, {way}."
