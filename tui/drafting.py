"""Having a topic written for, in a thread: what is told on the way, and at the end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.failures import describe

if TYPE_CHECKING:
    from promptstyle.core.generation.client import Token
    from promptstyle.core.writing import Writer
    from promptstyle.core.written import Written


@dataclass
class Prepared(Message):
    """A base is being made ready at its first use: tensors done, in all."""

    ticket: int
    done: int
    total: int


@dataclass
class Choosing(Message):
    """The candidates that are shown are whole; more are written, to choose the best from."""

    ticket: int
    written: int
    pool: int


@dataclass
class Finished(Message):
    """The writing is over; `error` says why it is not whole."""

    ticket: int
    written: Written | None
    error: PromptstyleError | None


@dataclass(frozen=True)
class Draft:
    """One request; a later one has a higher ticket and makes this one stale."""

    ticket: int
    topic: str
    count: int
    mode: str
    pool: int = 0


class Drafting:
    """One draft at a time, however many are asked for; the newest one counts."""

    def __init__(self, post: Callable[[Message], object]) -> None:
        """`post` takes messages from any thread."""
        self._post = post
        self._writing = threading.Lock()
        self.ticket = 0
        # The candidates of the newest draft as far as they have got; the thread adds to it.
        self.texts: dict[int, str] = {}

    def next(self, topic: str, count: int, mode: str, pool: int = 0) -> Draft:
        """The newest request; whatever was asked before is stale from now on.

        `pool` is how many are written for the best `count` to be chosen, 0 for the usual number.
        """
        self.ticket += 1
        self.texts = {}
        return Draft(self.ticket, topic, count, mode, pool)

    def run(self, writer: Writer, draft: Draft) -> None:
        """Have `draft` written; blocks, so use a thread. Always ends in Finished, unless stale."""
        with self._writing:
            if draft.ticket == self.ticket:
                self._post(self._written(writer, draft))

    def _written(self, writer: Writer, draft: Draft) -> Finished:
        from promptstyle.core.written import Interrupted

        texts = self.texts

        def on_prepare(done: int, total: int) -> None:
            self._post(Prepared(draft.ticket, done, total))

        def on_token(token: Token) -> None:
            texts[token.candidate] = texts.get(token.candidate, "") + token.text

        def on_pool(written: int, pool: int) -> None:
            self._post(Choosing(draft.ticket, written, pool))

        try:
            written = writer.write(
                draft.topic,
                n=draft.count,
                mode=draft.mode,
                pool=draft.pool,
                on_token=on_token,
                on_pool=on_pool,
                on_prepare=on_prepare,
            )
        except Interrupted as interrupted:
            return Finished(draft.ticket, interrupted.written, interrupted)
        # Whatever it is, the screen says it; a thread has nobody else to tell.
        except Exception as error:
            return Finished(draft.ticket, None, describe(error))
        return Finished(draft.ticket, written, None)
