"""Write: type a topic, get prompts in your style, say what you think of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Grid, Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from promptstyle.core.errors import Cancelled, PromptstyleError
from promptstyle.core.modes import AUTO, MODES
from promptstyle.core.settings import MAX_CANDIDATES
from promptstyle.core.topics import check_topic
from promptstyle.tui import keys
from promptstyle.tui.changes import Change
from promptstyle.tui.drafting import Choosing, Draft, Drafting, Finished, Prepared
from promptstyle.tui.screens.candidates import CandidatesPage
from promptstyle.tui.untrusted import reveal_line
from promptstyle.tui.widgets.candidate_card import CandidateCard
from promptstyle.tui.widgets.choice import Choice
from promptstyle.tui.widgets.offer import Offer
from promptstyle.tui.widgets.opinions_bar import OpinionsBar
from promptstyle.tui.widgets.topic_field import TopicField

if TYPE_CHECKING:
    from promptstyle.core.written import Written

# Seconds between two drawings of texts that grow.
DRAWN_EVERY = 0.1
# Columns that a card wants before another one stands beside it.
CARD_COLUMNS = 38

READY = "Type a topic and press Enter."


class WriteScreen(CandidatesPage):
    """The screen that the app opens with."""

    NAME = "write"
    CSS_PATH = "write.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("write")]
    AUTO_FOCUS = "TopicField"
    HELP = (
        "Type a topic, press Enter, and a prompt in your style streams in. Like it and the "
        "library grows; after enough new likes you are asked whether to retrain."
    )

    def __init__(self) -> None:
        super().__init__()
        self._drafting = Drafting(self.post_message)
        self._topic = ""
        # A topic that was sent before the screen was whole.
        self._waiting: str | None = None

    def body(self) -> ComposeResult:
        yield TopicField(
            id="topic", placeholder="What should the prompt be about?", classes="-topic"
        )
        with VerticalScroll(id="written", can_focus=False):
            yield Static(READY, id="facts", markup=False)

    async def furnish(self) -> None:
        settings = self.session.settings
        counts = [str(n) for n in range(1, MAX_CANDIDATES + 1)]
        choices = Horizontal(
            Button("Write", id="send", variant="primary", compact=True, action="screen.send"),
            Choice("Candidates", counts, str(settings.candidates), id="count"),
            Choice("Mode", (AUTO, *MODES), settings.mode, id="mode"),
            id="choices",
        )
        body = self.query_one("#body")
        await body.mount(choices, after="#topic")
        await self.query_one("#written").mount(Grid(id="cards"), before="#facts")
        await body.mount(OpinionsBar(id="opinions"), Offer())
        self._begin()

    def whole(self) -> None:
        if self._waiting is not None:
            self.write_for(self._waiting)
            self._waiting = None

    def on_mount(self) -> None:
        self._drawing = self.set_interval(DRAWN_EVERY, self._draw, pause=True)

    def changed(self, change: Change) -> None:
        if change is Change.PROFILE:
            # What is still being written is nobody's now.
            self._drafting.ticket += 1
            self._begin()
        elif change is Change.RETRAIN and self.furnished and self.promptstyle.retraining.running:
            self.query_one(Offer).withdraw()

    def _begin(self) -> None:
        """Start from nothing, for the profile in use."""
        self._topic = ""
        topics = self.session.library.recent_topics(self.session.profile)
        self.query_one(TopicField).set_history(topics)
        self.query_one("#facts", Static).update(READY)
        for card in self.cards:
            card.display = False
        self.query_one(Offer).withdraw()
        self.set_class(False, "-has-cards")
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "again":
            return bool(self._topic)
        return super().check_action(action, parameters)

    def on_resize(self) -> None:
        if self.furnished:
            self._arrange(len(self.cards))

    def _arrange(self, count: int) -> None:
        """Side by side where there is room, one above another where there is not."""
        columns = max(1, min(count, (self.size.width - 2) // CARD_COLUMNS))
        self.query_one("#cards").styles.grid_size_columns = columns

    # --- writing ---

    @on(TopicField.Sent)
    def _topic_sent(self, message: TopicField.Sent) -> None:
        self.write_for(message.text)

    def action_send(self) -> None:
        """Write for what stands in the field."""
        self.write_for(self.query_one(TopicField).text)

    def action_again(self) -> None:
        """Write for the last topic once more."""
        self.write_for(self._topic)

    def write_for(self, topic: str) -> None:
        """Write for `topic`, in place of what is being written."""
        try:
            topic = check_topic(topic)
        except PromptstyleError as error:
            self.promptstyle.say(f"{error.message}: {error.hint}", severity="warning")
            return
        if not self.furnished:
            # Sent in the first tenth of a second; it waits for the library.
            self._waiting = topic
            return
        self._topic = topic
        field = self.query_one(TopicField)
        field.remember(topic)
        if not field.text.strip():
            field.take(topic)
        count = int(self.query_one("#count", Choice).value)
        mode = self.query_one("#mode", Choice).value
        draft = self._drafting.next(topic, count, mode, self.session.settings.pool)
        self._show_cards(count)
        self.query_one("#facts", Static).update("starting…")
        # One that is under way ends at its next token.
        self.session.stop_writing()
        self._drawing.resume()
        self._write(draft)

    def _show_cards(self, count: int) -> None:
        """Empty cards for `count` candidates; those that are there are used again."""
        cards = list(self.query(CandidateCard))
        with self.app.batch_update():
            for place, card in enumerate(cards):
                card.display = place < count
                card.reset(count)
            fresh = [CandidateCard(n, count) for n in range(len(cards) + 1, count + 1)]
            self.query_one("#cards").mount_all(fresh)
            self._arrange(count)
        self.set_class(True, "-has-cards")
        self.query_one("#written").scroll_home(animate=False)
        self.refresh_bindings()

    @work(thread=True, group="write", exit_on_error=False)
    def _write(self, draft: Draft) -> None:
        self._drafting.run(self.session.writer, draft)

    def _draw(self) -> None:
        """Show how far the candidates have got."""
        cards = self.cards
        for place, text in list(self._drafting.texts.items()):
            if place >= len(cards) or cards[place].candidate is not None:
                continue
            if not cards[place].text:
                self.query_one("#facts", Static).update("writing… Esc stops")
                self.refresh_bindings()
            cards[place].text = text

    @on(Prepared)
    def _base_prepared(self, message: Prepared) -> None:
        if message.ticket == self._drafting.ticket:
            share = round(100 * message.done / max(message.total, 1))
            self.query_one("#facts", Static).update(
                f"making the base model ready for its first use: {share} %"
            )

    @on(Choosing)
    def _pool_grown(self, message: Choosing) -> None:
        if message.ticket == self._drafting.ticket:
            self._draw()
            self.query_one("#facts", Static).update(
                f"choosing the best of {message.pool}: {message.written} written · Esc stops"
            )

    @on(Finished)
    def _writing_finished(self, message: Finished) -> None:
        if message.ticket != self._drafting.ticket:
            return
        self._drawing.pause()
        written, error = message.written, message.error
        found = written.candidates if written is not None else []
        for place, card in enumerate(self.cards):
            if place < len(found):
                card.candidate = found[place]
                like = written.copied.get(found[place].id) if written is not None else None
                card.copied = like.input if like is not None else ""
            elif card.candidate is None:
                card.display = False
        if error is not None and not isinstance(error, Cancelled):
            self.promptstyle.fail(error)
        facts = self.query_one("#facts", Static)
        if found and written is not None:
            lines = [describe_written(written), *(f"notes: {line}" for line in written.notes)]
            if written.trouble:
                lines.append(f"without sentences of others: {written.trouble}")
            facts.update(Content("\n").join(map(reveal_line, lines)))
            self._to_first_card(written.topic)
        elif error is not None:
            self.set_class(bool(self.cards), "-has-cards")
            facts.update(reveal_line("stopped" if isinstance(error, Cancelled) else error.message))
        self.call_after_refresh(self.refresh_bindings)

    def _to_first_card(self, topic: str) -> None:
        """Hand the keys to the first card, unless the user has gone on to something else."""
        field = self.query_one(TopicField)
        # Who has asked for the topic, which selects it, is about to type another.
        asked = self.focused is field and bool(field.selected_text)
        if (
            self.focused in (None, field)
            and field.text.strip() == topic
            and self.cards
            and not asked
        ):
            self.cards[0].focus()

    # --- the rest ---

    def action_topic(self) -> None:
        """Type another topic."""
        field = self.query_one(TopicField)
        # At once: who types on does not wait (`PromptstyleApp.on_key`).
        self.set_focus(field)
        field.select_all()

    def action_count(self, count: int) -> None:
        """How many candidates to write from now on."""
        self.query_one("#count", Choice).choose(str(count))

    def action_mode(self) -> None:
        """The next mode."""
        self.query_one("#mode", Choice).action_step(1)

    @on(Choice.Chosen)
    def _choice_made(self, message: Choice.Chosen) -> None:
        if message.choice.id == "count":
            self.promptstyle.remember(candidates=int(message.value))
        else:
            self.promptstyle.remember(mode=message.value)
            self.promptstyle.warm()


def describe_written(written: Written) -> str:
    """Who wrote, with what, how fast: the line under the candidates."""
    facts = [
        written.profile,
        written.base,
        written.run or "no run",
        f"mode {written.mode}",
        f"{written.speed:.0f} tokens/s",
        f"{written.seconds:.1f} s",
    ]
    return " · ".join(facts)
