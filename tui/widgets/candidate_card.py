"""A prompt that a model writes, or wrote: its text as it grows, and what was thought of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from promptstyle.tui.origins import origin
from promptstyle.tui.untrusted import hidden, reveal, reveal_line

if TYPE_CHECKING:
    from promptstyle.core.generation.revision import Revision
    from promptstyle.core.library import Candidate


class CandidateCard(VerticalScroll, can_focus=True):
    """One candidate in a frame. Its state shows as classes: -writing, -liked, -disliked."""

    HELP: ClassVar[str] = (
        "A prompt. L likes it, E edits and then likes it, S goes through its sentences, D "
        "dislikes it, C copies it, R writes again. Left and right go to the other candidates, "
        "1 to 4 say how many to write."
    )
    DEFAULT_CSS = """
    CandidateCard {
        height: auto;
        min-height: 4;
        border: round $foreground 40%;
        padding: 0 1;
        border-subtitle-align: left;
        .text { height: auto; width: 1fr; }
        .copied { height: auto; width: 1fr; margin-top: 1; color: $warning; display: none; }
        &.-copied .copied { display: block; }
        &:focus, &.-chosen { border: heavy $primary; }
        &.-writing { border: dashed $secondary; }
        &.-liked { border-subtitle-color: $success; }
        &.-disliked { border-subtitle-color: $error; .text { text-opacity: 60%; } }
    }
    """

    text: reactive[str] = reactive("", layout=True)
    candidate: reactive[Candidate | None] = reactive(None)
    opinion: reactive[str] = reactive("")
    # The topic of the liked prompt that it has many words in a row from.
    copied: reactive[str] = reactive("")

    @dataclass
    class Chosen(Message):
        """The card got the focus."""

        card: CandidateCard

    def __init__(self, number: int, of: int) -> None:
        super().__init__()
        self.number = number
        # What was made of the text sentence by sentence.
        self.revision: Revision | None = None
        self.add_class("-writing")
        self._entitle(of)

    def compose(self) -> ComposeResult:
        yield Static("", markup=False, classes="text")
        yield Static("", markup=False, classes="copied")

    def on_mount(self) -> None:
        self._describe()

    def reset(self, of: int) -> None:
        """Wait for another text, as one of so many cards."""
        self._entitle(of)
        self.opinion, self.candidate, self.text, self.copied = "", None, "", ""
        self.revision = None

    @property
    def edited(self) -> bool:
        """Whether the text is not what was written."""
        return self.candidate is not None and self.text != self.candidate.text

    def _entitle(self, of: int) -> None:
        self.border_title = f" {self.number} of {of} " if of > 1 else None

    def watch_text(self, text: str) -> None:
        for shown in self.query(".text").results(Static):
            shown.update(reveal(text))
        self._describe()

    def watch_copied(self, topic: str) -> None:
        self.set_class(bool(topic), "-copied")
        for shown in self.query(".copied").results(Static):
            said = origin(self.candidate)
            said = f"{said[:1].upper()}{said[1:]}: "
            shown.update(Content(said) + reveal_line(topic) if topic else "")

    def watch_candidate(self, candidate: Candidate | None) -> None:
        self.set_class(candidate is None, "-writing")
        if candidate is not None:
            self.text = candidate.text
        self._describe()

    def watch_opinion(self, opinion: str) -> None:
        self.set_class(opinion.startswith("liked"), "-liked")
        self.set_class(opinion.startswith("disliked"), "-disliked")
        self._describe()

    def on_focus(self, event: events.Focus) -> None:
        self.post_message(self.Chosen(self))

    def _describe(self) -> None:
        """The line in the frame's bottom: opinion, length, whose it is, how it ended."""
        words = len(self.text.split())
        facts = [self.opinion] if self.opinion else []
        if self.candidate is None:
            facts.append("writing…" if words else "waiting…")
        if words:
            facts.append(f"{words} word{'' if words == 1 else 's'}")
        if self.edited:
            facts.append("changed by you")
        if self.candidate is not None and self.candidate.finish != "stop":
            from promptstyle.core.library import CANCELLED

            finish = self.candidate.finish
            facts.append("stopped by you" if finish == CANCELLED else "cut at the length limit")
        others = self.candidate.settings.get("borrowed") or () if self.candidate else ()
        borrowed = sum(sentence in self.text for sentence in others)
        if borrowed:
            facts.append(f"{borrowed} sentence{'' if borrowed == 1 else 's'} of others")
        if found := hidden(self.text):
            facts.append(f"{found} hidden character{'' if found == 1 else 's'}, not copied")
        self.border_subtitle = Content(f" {' · '.join(facts)} ").markup if facts else None
