"""Prompts for topics from one engine, with or without liked prompts shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from promptstyle.core.generation.client import Done, Engine, Token
from promptstyle.core.generation.sampling import Sampling
from promptstyle.core.style.retrieval import Retriever
from promptstyle.core.training.template import Pair, Segment, layout

# Shown likes: more cost time and context, and what they add falls off quickly.
SHOWN = 4
# The longest answer, in tokens; the reference project's length.
MAX_TOKENS = 256


class Prompter:
    """Lays out what the engine is given, the same way in use as in evaluation."""

    def __init__(self, engine: Engine, liked: Sequence[Pair]) -> None:
        """`liked` are the pairs that may be shown."""
        self.engine = engine
        self.liked = liked

    @cached_property
    def _retriever(self) -> Retriever:
        return Retriever(self.liked)

    def shown(self, topic: str) -> list[Pair]:
        """The likes to show for `topic`: the nearest last, where it counts most."""
        return [self.liked[index] for index in reversed(self._retriever.nearest(topic, SHOWN))]

    def segments(self, topic: str, *, shows: bool, max_tokens: int = MAX_TOKENS) -> list[Segment]:
        """The layout for `topic`, with as many shown likes as leave room for the answer."""
        shown = self.shown(topic) if shows else []
        while True:
            segments = layout(topic, shown=shown)
            if not shown or self.engine.count(segments) + max_tokens <= self.engine.context:
                return segments
            shown = shown[1:]

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
        """`n` candidates for `topic`. Raises what `Engine.generate` raises."""
        segments = self.segments(topic, shows=shows, max_tokens=sampling.max_tokens)
        done = []
        for event in self.engine.generate(segments, sampling, seed, n):
            if isinstance(event, Done):
                done.append(event)
            elif on_token is not None:
                on_token(event)
        return done
