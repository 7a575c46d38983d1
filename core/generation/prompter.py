"""Prompts for topics from one engine, with or without the person's style before them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from promptstyle.core.generation.client import Done, Engine, Token
from promptstyle.core.generation.sampling import Sampling
from promptstyle.core.modes import Mode
from promptstyle.core.style.composer import Composer
from promptstyle.core.style.parts import SHOWN, Parts
from promptstyle.core.style.plainly import plainly
from promptstyle.core.training.template import Pair, Segment, Style, layout

if TYPE_CHECKING:
    from promptstyle.core.style.dense import DenseSearch
    from promptstyle.core.style.ideas import Ideas

# The longest answer, in tokens, where nothing is known of the person; the reference project's.
MAX_TOKENS = 256
# A word has one to two tokens; who writes twice as long as ever before has lost the thread.
TOKENS_A_WORD = 2
SHORTEST, LONGEST = 96, 512


def weighs_swapped(mode: Mode, pool: int) -> bool:
    """Whether a like with the topic's words swapped in is weighed beside a `pool` of candidates.

    Where one is picked from several that go by the likes; a pool of 1 is what the model says.
    """
    return pool > 1 and (mode.tuned or mode.shows)


class Prompter:
    """Lays out what the engine is given, the same way in use as in evaluation."""

    def __init__(self, engine: Engine, composer: Composer[Any]) -> None:
        """`composer` has the likes that may be shown."""
        self.engine, self.composer = engine, composer

    @classmethod
    def of(
        cls,
        engine: Engine,
        liked: Sequence[Pair],
        parts: Parts | None = None,
        search: DenseSearch | None = None,
        ideas: Ideas | None = None,
    ) -> Prompter:
        """A prompter that may show the pairs `liked`, in the usual parts unless told others."""
        return cls(engine, Composer.of(liked, parts or Parts(), search, ideas))

    def sampling(self, mode: Mode, *, greedy: bool = False) -> Sampling:
        """How a mode writes: as long as the person does, unless nothing of theirs is used.

        Greedy decoding stays plain.
        """
        if greedy or not (mode.tuned or mode.shows):
            return Sampling(greedy=greedy)
        most = self.composer.most_words
        tokens = min(max(most * TOKENS_A_WORD, SHORTEST), LONGEST) if most else MAX_TOKENS
        return Sampling(
            min_words=self.composer.fewest_words,
            max_tokens=tokens,
            opening=self.composer.opening,
            once=self.composer.once,
            last=self.composer.last,
            last_words=self.composer.last_words,
        )

    def segments(self, topic: str, *, shows: bool, max_tokens: int = MAX_TOKENS) -> list[Segment]:
        """The layout for `topic`, with as much of the style as leaves room for the answer.

        Shown likes go first, those that matter least before the others, then the rest.
        """
        return layout(topic, style=self._style(topic, max_tokens) if shows else Style())

    def _style(self, topic: str, max_tokens: int) -> Style:
        style = self.composer.style(topic)
        while style != Style():
            tokens = self.engine.count(layout(topic, style=style))
            if tokens + max_tokens <= self.engine.context:
                break
            style = replace(style, shown=style.shown[1:]) if style.shown else Style()
        return style

    def notes(self, topic: str, sampling: Sampling) -> tuple[str, ...]:
        """The lines of notes that are shown for `topic`."""
        if not self.composer.notes(topic):
            return ()
        return self._style(topic, sampling.max_tokens).ideas

    def write(
        self,
        topic: str,
        *,
        shows: bool,
        sampling: Sampling,
        seed: int,
        n: int = 1,
        on_token: Callable[[Token], None] | None = None,
    ) -> list[Done]:
        """`n` candidates for `topic`, in order. Raises what `Engine.generate` raises."""
        done = []
        for event in self.events(topic, shows=shows, sampling=sampling, seed=seed, n=n):
            if isinstance(event, Done):
                done.append(event)
            elif on_token is not None:
                on_token(event)
        return sorted(done, key=lambda each: each.candidate)

    def events(
        self, topic: str, *, shows: bool, sampling: Sampling, seed: int, n: int = 1
    ) -> Iterator[Token | Done]:
        """`n` candidates for `topic` as they come; see `Engine.generate`."""
        segments = self.segments(topic, shows=shows, max_tokens=sampling.max_tokens)
        return self.engine.generate(segments, sampling, seed, n)

    def beside(self, topic: str, mode: Mode, pool: int) -> list[Done]:
        """What is weighed beside a pool of so many: a like with the topic's words swapped in.

        One that is near to the topic; no model writes it. Nothing without likes.
        """
        if not weighs_swapped(mode, pool):
            return []
        begin = time.monotonic()
        retained = self.composer.retained(topic, count=SHOWN)
        like = self.composer.fitting(plainly(topic), retained)
        if like is None:
            return []
        text = self.composer.draft(plainly(topic), retained)
        tokens = self.engine.count([Segment(text, end=True)])
        seconds = time.monotonic() - begin
        return [Done(pool, text, "stop", tokens, seconds, swapped=str(like.key))]
