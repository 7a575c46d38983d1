"""A person's habits of writing prompts, measured from the prompts that they like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from promptstyle.core.style import habits_traits
from promptstyle.core.style.habits_edges import Share, closings, first_words, last_piece, openings
from promptstyle.core.style.habits_sizes import Spread, sizes
from promptstyle.core.style.habits_traits import FORMATS, TONES, Reading
from promptstyle.core.style.keywords import Runs, runs, telling

PHRASES = 12
LONGEST_PHRASE = 5
NOTHING = Spread(0.0, 0.0, 0.0)
# What a trait weighs in which the likes are as ordinary prompts are. Of 20 authors of public
# prompts (20 likes each), weights that follow the difference tell held-out ones from others'
# with a mean AUC of 0.90, equal weights with 0.85.
COMMON = 0.05

# A weight, and a fit of 0 to 1.
Weighed = tuple[float, float]


@dataclass(frozen=True)
class Habits:
    """What is measured of the likes; shares are 0 to 1.

    `sizes` and `traits` have the names of `habits_sizes.SIZES` and `habits_traits.NAMED`;
    `usual` are the traits' shares among ordinary prompts, empty if there were none to compare
    with. `said` is how many of the `phrases` a like has.
    """

    likes: int
    sizes: dict[str, Spread] = field(default_factory=dict)
    traits: dict[str, float] = field(default_factory=dict)
    usual: dict[str, float] = field(default_factory=dict)
    openings: tuple[Share, ...] = ()
    closings: tuple[Share, ...] = ()
    phrases: tuple[Share, ...] = ()
    said: Spread = NOTHING
    formats: tuple[Share, ...] = ()
    tones: tuple[Share, ...] = ()

    def card(self, characters: int = 300) -> str:
        """What is true of most likes, in plain words, of at most `characters`."""
        from promptstyle.core.style.habits_card import card

        return card(self, characters)

    def fit(self, text: str) -> float:
        """How well `text` keeps the habits, 0 to 1: the mean over the habits, each 0 to 1.

        A number is 1 inside the middle 80 % of the likes and falls off smoothly outside. Having
        or not having a trait counts by how many likes agree, against the commoner of the two;
        it weighs more the more the likes differ in it from ordinary prompts. Without likes
        nothing is broken: 1.
        """
        if not self.likes:
            return 1.0
        read = Reading(text)
        fits = self._by_size(read) + self._by_words(read)
        fits += self._by_trait(habits_traits.traits(read))
        return sum(weight * fit for weight, fit in fits) / sum(weight for weight, _ in fits)

    def _by_size(self, read: Reading) -> list[Weighed]:
        values = sizes(read)
        return [
            (1.0, spread.fit(values[name], self.likes))
            for name, spread in self.sizes.items()
            if name in values
        ]

    def _by_trait(self, found: Collection[str]) -> list[Weighed]:
        fits = []
        for name, share in self.traits.items():
            # One more like with it and one more without: three likes prove little.
            having = (share * self.likes + 0.5) / (self.likes + 1)
            fit = (having if name in found else 1 - having) / max(having, 1 - having)
            # Without ordinary prompts, by how decided the likes are.
            weight = COMMON + abs(having - self.usual.get(name, 0.5))
            fits.append((weight, fit))
        return fits

    def _by_words(self, read: Reading) -> list[Weighed]:
        fits = []
        for shares, begins in (
            (self.openings, first_words(read.text)),
            (self.closings, first_words(last_piece(read.text, read.sentences))),
        ):
            covered = sum(share for _, share in shares)
            begin = " ".join(begins).casefold() + " "
            hit = any(begin.startswith(shown.casefold() + " ") for shown, _ in shares)
            if covered:
                fits.append((1.0, 1.0 if hit else 1 - covered))
        if self.phrases:
            said = _said(runs(read.text), self.phrases)
            # More of them than usual is no fault.
            fits.append((1.0, self.said.fit(min(said, self.said.high), self.likes)))
        return fits

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Habits:
        """What `to_json` gave. Raises KeyError or TypeError for anything else."""
        shares = {
            name: tuple(Share(str(text), float(share)) for text, share in stored[name])
            for name in ("openings", "closings", "phrases", "formats", "tones")
        }
        return cls(
            likes=int(stored["likes"]),
            sizes={name: Spread(**spread) for name, spread in stored["sizes"].items()},
            traits={name: float(share) for name, share in stored["traits"].items()},
            usual={name: float(share) for name, share in stored["usual"].items()},
            said=Spread(**stored["said"]),
            **shares,
        )


def measure(prompts: Sequence[str], ordinary: Sequence[str] = ()) -> Habits:
    """The habits of `prompts`, all of one person; `ordinary` ones show what is theirs alone.

    Prompts without a word are passed over.
    """
    reads = [read for read in map(Reading, prompts) if read.words]
    if not reads:
        return Habits(0)
    prompts = [read.text for read in reads]
    numbers = [sizes(read) for read in reads]
    broken = [runs(prompt) for prompt in prompts]
    phrases = tuple(telling(broken, ordinary, PHRASES, LONGEST_PHRASE))
    return Habits(
        likes=len(reads),
        sizes={name: Spread.of([each[name] for each in numbers]) for name in numbers[0]},
        traits=_shares(reads),
        usual=_usual(tuple(ordinary)),
        openings=openings(prompts),
        closings=closings([last_piece(read.text, read.sentences) for read in reads]),
        phrases=phrases,
        said=Spread.of([_said(each, phrases) for each in broken]),
        formats=_named(reads, FORMATS),
        tones=_named(reads, TONES),
    )


# They are the same at every measuring, and the reading of them takes the longest.
@lru_cache(maxsize=4)
def _usual(ordinary: tuple[str, ...]) -> dict[str, float]:
    return _shares([read for read in map(Reading, ordinary) if read.words])


def _shares(reads: Sequence[Reading]) -> dict[str, float]:
    counts = Counter(name for read in reads for name in habits_traits.traits(read))
    return {name: counts[name] / len(reads) for name in habits_traits.NAMED} if reads else {}


def _named(reads: Sequence[Reading], names: frozenset[str]) -> tuple[Share, ...]:
    counts = Counter(word for read in reads for word in read.set & names)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Share(word, count / len(reads)) for word, count in ranked)


def _said(found: Runs, phrases: Iterable[Share]) -> int:
    spoken = f" {' . '.join(' '.join(run) for run in found)} "
    return sum(f" {phrase.lower()} " in spoken for phrase, _ in phrases)
