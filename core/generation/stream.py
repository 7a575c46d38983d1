"""From token bytes to text that may be shown at once and never has to be taken back."""

from __future__ import annotations

import codecs

from promptstyle.core.generation import guards
from promptstyle.core.training.template import STOP

# A model that goes on after its answer opens the next turn; it may also answer a second time.
STOPS = (STOP, "### Response:")


class TextStream:
    """The text of one candidate as it grows.

    Multi-byte characters are put together from their bytes, leading blanks (SentencePiece's
    first space) are dropped, and held back are: blanks at the end, a possible beginning of a
    stop string, and a sentence as long as it repeats an earlier one.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._text = ""
        self._shown = 0
        # Set once nothing more can come: at a stop string, a repeated sentence or a loop.
        self.stopped = False

    @property
    def text(self) -> str:
        """All of it so far, what is held back too."""
        return self._text

    @property
    def words(self) -> int:
        """How many words there are so far, the one that grows included."""
        return len(self._text.split())

    def feed(self, piece: bytes) -> str:
        """Take the bytes of the next token; the text that may be shown now ("" if none)."""
        return self._grow(self._decoder.decode(piece))

    def finish(self, *, cut_short: bool) -> tuple[str, str]:
        """The end: (what is still to be shown, the whole clean text).

        The clean text is what has been shown, or a beginning of it where it was cut back.
        """
        rest = "" if self.stopped else self._decoder.decode(b"", final=True)
        self._append(rest)
        text = guards.clean(self._text, cut_short=cut_short and not self.stopped)
        late = text[self._shown :]
        self._shown = max(self._shown, len(text))
        return late, text

    def _grow(self, more: str) -> str:
        if self.stopped or not more:
            return ""
        self._append(more)
        if not self.stopped:
            # What may become a stop string is none of its words: "### Instruct" is no loop's end.
            self.stopped = guards.fault(self._text[: self._held()], growing=True) is not None
        if self.stopped:
            return ""
        upto = min(self._held(), guards.safe_length(self._text))
        upto = len(self._text[:upto].rstrip())
        shown, self._shown = self._shown, max(self._shown, upto)
        return self._text[shown:upto]

    def _append(self, more: str) -> None:
        self._text = (self._text + guards.strip_junk(more)).lstrip()
        found = [at for stop in STOPS if (at := self._text.find(stop)) >= 0]
        if found:
            self._text = self._text[: min(found)]
            self.stopped = True

    def _held(self) -> int:
        """Where a beginning of a stop string at the end of the text starts."""
        for stop in STOPS:
            for length in range(min(len(stop) - 1, len(self._text)), 0, -1):
                if self._text.endswith(stop[:length]):
                    return len(self._text) - length
        return len(self._text)
