"""How the next token is drawn."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from promptstyle.core.errors import UsageError

# llama.cpp takes 2**32 - 1 for "draw a seed"; the seeds below it are ours.
SEEDS = 2**32 - 1

# A repeat that runs across one of these is a new start, not a loop: prompts open sentence
# after sentence with "Make sure" and line after line with a bullet, and should.
BREAKERS = ("\n", ".", "!", "?", ":", ";", '"', "*", "-")


@dataclass(frozen=True)
class Sampling:
    """Settings of one request.

    `greedy` takes the most probable token, and nothing else counts but `max_tokens`. Otherwise,
    in this order: the repeat penalty and DRY on what has been generated so far, never on what
    stands in the context (copying the manner of the likes is the aim); top-k, top-p and min-p;
    the temperature; a seeded draw. A penalty of 1, a `dry_multiplier` of 0, a `top_k` of 0, a
    `top_p` of 1 and a `min_p` of 0 are off. Min-p: Nguyen et al. 2024, arXiv:2407.01082. DRY:
    p-e-w, github.com/oobabooga/text-generation-webui/pull/5677.
    """

    greedy: bool = False
    # docs/generation.md has the figures; hotter text leaves the topic.
    temperature: float = 0.4
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    repeat_penalty: float = 1.05
    # How many generated tokens back the repeat penalty and DRY look.
    repeat_window: int = 256
    dry_multiplier: float = 0.8
    dry_base: float = 1.75
    # Tokens that may repeat freely; "Make sure to use" has four.
    dry_allowed_length: int = 4
    max_tokens: int = 256
    # The text may not end before it has so many words; people write prompts of a usual length.
    min_words: int = 0
    # No word is drawn that says a thing twice in one breath; see `stammering`.
    no_stammer: bool = True
    # No sentence begins with the same so many words as one before it; 0 lets all begin alike.
    opening: int = 0
    # Words of which each begins one sentence at most.
    once: tuple[str, ...] = ()
    # Words that begin the last sentence only: none before the text is nearly long enough, and none
    # after it.
    last: tuple[str, ...] = ()
    # A last sentence has so many words or so; with it a text may have fewer than `min_words`.
    last_words: int = 8

    def __post_init__(self) -> None:
        bounds: dict[str, tuple[float, float]] = {
            "temperature": (0.0, 5.0),
            "top_k": (0, 1_000_000),
            "top_p": (0.0, 1.0),
            "min_p": (0.0, 1.0),
            "repeat_penalty": (0.5, 5.0),
            "repeat_window": (0, 65_536),
            "dry_multiplier": (0.0, 10.0),
            "dry_base": (1.0, 10.0),
            "dry_allowed_length": (1, 1_000),
            "max_tokens": (1, 65_536),
            "min_words": (0, 65_536),
            "opening": (0, 8),
            "last_words": (0, 65_536),
        }
        for name, (low, high) in bounds.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise UsageError(
                    f"{name} is {value}", f"{name} may be from {low:g} to {high:g}", code="sampling"
                )

    def to_json(self) -> dict[str, Any]:
        """The settings as JSON holds them."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Sampling:
        """Settings from JSON; names that are not known (of a later version) are left out."""
        names = {field.name for field in fields(cls)}
        # JSON knows no tuples.
        given: dict[str, Any] = {
            name: tuple(item) if isinstance(item, list) else item
            for name, item in value.items()
            if name in names
        }
        return cls(**given)


def seed_of(seed: int, candidate: int) -> int:
    """The seed of one candidate (0, 1, ...) of a request with `seed`."""
    return (seed + candidate) % SEEDS
