"""Which parts of a person's style stand before a topic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

# Where a part comes from: nothing, the likes alone, or the likes with the topic at hand.
Source = Literal["none", "likes", "topic"]
SOURCES: tuple[str, ...] = get_args(Source)
# The four of the paper (Li et al. 2023, arXiv 2308.07968, section 4.2): whole likes by BM25, by
# dense score, the snippets themselves, whole likes by their best snippet.
RANKINGS = ("bm25", "dense", "snippets", "best-snippet")
# The paper's bound on what is passed on, in characters of prompts.
CHARACTERS = 2500
# More likes cost time and context, and bring no more (docs/pipeline.md).
SHOWN = 4
# More lines of notes than this leave no room for the likes.
MOST_IDEAS = 8


@dataclass(frozen=True)
class Parts:
    """The parts of the layout, in its order; `tests/bench/ablation.py` compares them.

    `lead` says the topic before the rest. `summary` is the card of habits ("likes") or the
    snippets that the prompt for this topic is likely to hold ("topic"); `keywords` in the same
    way. `shown` likes are retained by `ranking`, with no more than `characters` of their text.
    `draft` puts the nearest of them, with the topic's words swapped in, before the query; `ideas`
    is how many lines of notes on near topics stand there.
    """

    lead: bool = False
    summary: Source = "none"
    keywords: Source = "none"
    shown: int = SHOWN
    ranking: str = RANKINGS[0]
    characters: int = CHARACTERS
    draft: bool = False
    ideas: int = 0

    def __post_init__(self) -> None:
        for name in ("summary", "keywords"):
            if getattr(self, name) not in SOURCES:
                raise ValueError(f"{name} is {getattr(self, name)!r}, and may be {SOURCES}")
        if self.ranking not in RANKINGS:
            raise ValueError(f"ranking is {self.ranking!r}, and may be {RANKINGS}")
        if self.shown < 0 or self.characters < 0 or self.ideas < 0:
            raise ValueError("shown, characters and ideas count from 0 up")

    def to_json(self) -> dict[str, Any]:
        """The parts as JSON holds them."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: object) -> Parts:
        """Parts from a manifest; what a later version added is left out, what lacks is usual."""
        if not isinstance(value, Mapping):
            return cls()
        names = {field.name for field in fields(cls)}
        try:
            return cls(**{name: item for name, item in value.items() if name in names})
        except (TypeError, ValueError):
            return cls()
