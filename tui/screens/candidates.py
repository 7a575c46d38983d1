"""What can be done with the candidates on a screen: choose, like, change, dislike, copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work

from promptstyle.core.errors import PromptstyleError
from promptstyle.tui.changes import Change
from promptstyle.tui.judging import Judged, Judging
from promptstyle.tui.screens.page import Page
from promptstyle.tui.widgets.candidate_card import CandidateCard
from promptstyle.tui.widgets.offer import Offer

if TYPE_CHECKING:
    from promptstyle.core.library.records import Candidate, OpinionKind


class CandidatesPage(Page):
    """A page that shows candidate cards, and an `Offer` to retrain once there are new likes."""

    def __init__(self) -> None:
        super().__init__()
        self._judging = Judging()

    @property
    def cards(self) -> list[CandidateCard]:
        """The candidates on the screen, in their order."""
        return [card for card in self.query(CandidateCard) if card.display]

    @property
    def chosen(self) -> CandidateCard | None:
        """The card that the keys are about: the one with the focus, else the last that had it."""
        cards = self.cards
        return next(
            (card for card in cards if card.has_class("-chosen")), cards[0] if cards else None
        )

    @property
    def writing(self) -> bool:
        """Whether a model writes now."""
        return any(card.candidate is None for card in self.cards)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("like", "edit_like", "sentences", "dislike", "copy"):
            card = self.chosen
            whole = card is not None and card.candidate is not None
            if action == "sentences":
                return bool(whole and card is not None and card.text.strip())
            return bool(whole or (action == "copy" and card is not None and card.text))
        if action == "choose":
            return len(self.cards) > 1 and isinstance(self.focused, CandidateCard)
        return super().check_action(action, parameters)

    @on(CandidateCard.Chosen)
    def _card_chosen(self, message: CandidateCard.Chosen) -> None:
        for card in self.cards:
            card.set_class(card is message.card, "-chosen")
        self.refresh_bindings()

    def action_choose(self, by: int) -> None:
        """Go to the next card or the one before."""
        cards = self.cards
        card = self.chosen
        if card is not None:
            cards[(cards.index(card) + by) % len(cards)].focus()

    def action_copy(self) -> None:
        """Put the chosen prompt on the clipboard."""
        card = self.chosen
        if card is not None and card.text:
            self.app.copy_to_clipboard(card.text)

    def action_like(self) -> None:
        """Keep the chosen prompt, as it stands there."""
        if self.chosen is not None:
            self._like(self.chosen)

    def _like(self, card: CandidateCard) -> None:
        if card.candidate is not None:
            text = card.text if card.edited else None
            self._judge(card.candidate, "like", text=text)

    def action_edit_like(self) -> None:
        """Change the chosen prompt, then keep it."""
        if self.chosen is not None:
            self._edit(self.chosen)

    def _edit(self, card: CandidateCard) -> None:
        if card.candidate is None:
            return
        from promptstyle.tui.screens.edit import EditScreen

        candidate = card.candidate

        def edited(text: str | None) -> None:
            if text is None:
                return
            # Another topic may have been written for since.
            if card.candidate is candidate:
                card.text = text
            self._judge(candidate, "like", text=text)

        self.app.push_screen(EditScreen(candidate.topic, card.text), edited)

    def action_sentences(self) -> None:
        """Leave sentences of the chosen prompt out, or put others in their places."""
        card = self.chosen
        if card is None or card.candidate is None:
            return
        from promptstyle.core.generation.revision import Revision
        from promptstyle.tui.screens.sentences import SentencesScreen, Then

        candidate = card.candidate
        if card.revision is None or card.revision.text() != card.text:
            card.revision = Revision.of(candidate, card.text)
        revision = card.revision

        def revised(then: Then | None) -> None:
            # Another topic may have been written for since.
            if card.candidate is not candidate:
                return
            card.text = revision.text()
            if then == "like":
                self._like(card)
            elif then == "edit":
                self._edit(card)

        self.app.push_screen(SentencesScreen(candidate, revision), revised)

    def action_dislike(self) -> None:
        """Say that the chosen prompt is not your style, and why if you like."""
        card = self.chosen
        if card is None or card.candidate is None:
            return
        from promptstyle.tui.screens.reason import ReasonScreen

        candidate = card.candidate

        def reasoned(reason: str | None) -> None:
            if reason is not None:
                self._judge(candidate, "dislike", reason=reason)

        self.app.push_screen(ReasonScreen(), reasoned)

    @work(thread=True, group="judge", exit_on_error=False)
    def _judge(
        self, candidate: Candidate, kind: OpinionKind, *, text: str | None = None, reason: str = ""
    ) -> None:
        try:
            judged = self._judging.judge(
                self.session.background, candidate, kind, text=text, reason=reason
            )
        except PromptstyleError as error:
            self.app.call_from_thread(self.promptstyle.fail, error)
        else:
            self.post_message(judged)

    @on(Judged)
    def _opinion_stored(self, message: Judged) -> None:
        for card in self.cards:
            if card.candidate is not None and card.candidate.id == message.candidate:
                card.opinion = message.mark
        self.promptstyle.say(message.remark)
        if message.new or message.removed:
            self.promptstyle.changes.publish(Change.LIKES)
            if not self.promptstyle.retraining.running:
                every = self.session.settings.retrain_after
                self.query_one(Offer).consider(message.growth, every)

    @on(Offer.Taken)
    def _offer_taken(self) -> None:
        if self.promptstyle.retrain():
            self.promptstyle.action_go("retrain")
