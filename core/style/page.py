"""A person's style in a page: headings and lines in plain words, with examples of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.style.habits import Habits, measure
from promptstyle.core.style.habits_card import layout, listed, rounded, span
from promptstyle.core.style.habits_edges import Share
from promptstyle.core.style.habits_sizes import SIZES
from promptstyle.core.style.habits_traits import NAMED, TRAITS, Reading
from promptstyle.core.style.keywords import frequent
from promptstyle.core.style.ordinary import ordinary_prompts

# Below this nothing is a habit yet.
FEWEST = 4
# A trait of fewer likes than this is no habit; and so many lines are read.
SEEN = 0.2
LINES = 6
# An example is a whole sentence that fits a line or two.
LONGEST_EXAMPLE = 120
# No way to open or close.
_EMPTY = frozenset({"a", "an", "i", "the"})
# These are told in other words.
_TOLD = frozenset({"one_line", "blank_lines", "lower", "lower_start"})


@dataclass(frozen=True)
class Section:
    """A heading and its lines."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class StylePage:
    """The page, and what it was made from."""

    habits: Habits
    keywords: tuple[str, ...]
    sections: tuple[Section, ...]

    def text(self) -> str:
        """The page as plain text: headings, and lines that are set in."""
        return "\n\n".join(
            "\n".join([section.heading, *(f"  {line}" for line in section.lines)])
            for section in self.sections
        )

    def to_json(self) -> dict[str, Any]:
        """The page as a JSON object, with everything that was measured."""
        return {
            "likes": self.habits.likes,
            "card": self.habits.card(),
            "keywords": list(self.keywords),
            "sections": [
                {"heading": section.heading, "lines": list(section.lines)}
                for section in self.sections
            ],
            "habits": self.habits.to_json(),
        }


def style_page(prompts: Sequence[str]) -> StylePage:
    """The page of the person who likes `prompts`, measured against ordinary prompts.

    Takes 0.2 to 0.3 s for 300 likes. Raises PromptstyleError if fewer than 4 have a word.
    """
    reads = [read for read in map(Reading, prompts) if read.words]
    prompts = [read.text for read in reads]
    if len(prompts) < FEWEST:
        some = f"{len(prompts)} liked prompt{'' if len(prompts) == 1 else 's'}"
        raise PromptstyleError(
            f"there {'is' if len(prompts) == 1 else 'are'} {some}, too few to see habits in",
            f"{FEWEST} are the fewest, 20 tell more: import a file, or like what is written",
            code="too_few_likes",
        )
    ordinary = ordinary_prompts(prompts)
    habits = measure(prompts, ordinary)
    words = tuple(frequent(prompts, ordinary))
    made = [
        Section("In short", (habits.card(),) if habits.card() else ()),
        Section("Length", tuple(_length(habits))),
        Section("How it opens", tuple(_edge(habits.openings, habits, reads, first=True))),
        Section("Words and phrases", tuple(_words(habits, words))),
        Section("What it asks for", tuple(_traits(habits, reads, "constraints"))),
        Section("How it speaks", tuple(_traits(habits, reads, "address"))),
        Section("Layout", tuple(_layout(habits, reads))),
        Section("Marks and capitals", tuple(_marks(habits, reads))),
        Section("How it ends", tuple(_edge(habits.closings, habits, reads, first=False))),
        Section("Measured from", (_source(habits, len(ordinary)),)),
    ]
    return StylePage(habits, words, tuple(section for section in made if section.lines))


def _length(habits: Habits) -> Iterator[str]:
    for name in ("words", "sentences", "sentence_words"):
        spread = habits.sizes[name]
        told = span(spread.low, spread.high, SIZES[name])
        if rounded(spread.low) != rounded(spread.high):
            told += f", {rounded(spread.median)} in the middle"
        yield told


def _edge(
    shares: Sequence[Share], habits: Habits, reads: list[Reading], first: bool
) -> Iterator[str]:
    for text, share in shares:
        if text.lower() not in _EMPTY:
            yield f'"{text} ..." {_of(share, habits)}'
    name = "command" if first else "question_end"
    if habits.traits.get(name, 0) >= SEEN:
        yield _trait(name, habits, reads)


def _words(habits: Habits, words: Sequence[str]) -> Iterator[str]:
    if words:
        yield f"Yours more than others': {', '.join(words)}"
    said = [f"{text} ({_of(share, habits)})" for text, share in habits.phrases[:LINES]]
    if said:
        yield f"How often: {', '.join(said)}"


def _traits(habits: Habits, reads: list[Reading], *groups: str) -> Iterator[str]:
    """The traits of `groups` that are seen, those first that set the person off."""
    names = [
        name
        for group in groups
        for name in TRAITS[group]
        if name not in _TOLD and habits.traits[name] >= SEEN
    ]
    names.sort(key=lambda name: habits.usual.get(name, 0) - habits.traits[name])
    for name in names[:LINES]:
        yield _trait(name, habits, reads)
    if "constraints" in groups:
        for what, shares in (("Formats", habits.formats), ("Tones", habits.tones)):
            named = [text for text, share in shares[:LINES] if share * habits.likes >= 2]
            if named:
                yield f"{what} it names: {', '.join(named)}"


def _trait(name: str, habits: Habits, reads: list[Reading]) -> str:
    line = f"{NAMED[name].says}: {_of(habits.traits[name], habits)}"
    if name in habits.usual:
        line += f" (others: {round(100 * habits.usual[name])} %)"
    shown = _example(name, reads)
    return f'{line}, as in "{shown}"' if shown else line


def _layout(habits: Habits, reads: list[Reading]) -> Iterator[str]:
    stands = layout(habits)
    if stands:
        yield stands.capitalize()
    for name in ("lines", "items", "headings"):
        spread = habits.sizes[name]
        if spread.median > 1:
            yield span(spread.low, spread.high, SIZES[name]).capitalize()
    yield from _traits(habits, reads, "layout")


def _marks(habits: Habits, reads: list[Reading]) -> Iterator[str]:
    for name in ("lower", "lower_start"):
        if habits.traits[name] >= SEEN:
            yield _trait(name, habits, reads)
            break
    yield from _traits(habits, reads, "punctuation", "casing")
    never = [
        trait.lacks
        for group in ("punctuation", "casing")
        for name, trait in TRAITS[group].items()
        if trait.lacks and habits.traits[name] == 0
    ]
    if never:
        yield f"Never: {listed(never)}"


def _source(habits: Habits, ordinary: int) -> str:
    beside = f", beside {ordinary} ordinary prompts" if ordinary else ""
    return f"{habits.likes} liked prompts{beside}. Lengths are those of four likes in five."


def _of(share: float, habits: Habits) -> str:
    return f"in {round(share * habits.likes)} of {habits.likes}"


def _example(name: str, reads: list[Reading]) -> str:
    """The shortest sentence of the likes that shows the trait, of four words or more."""
    found: list[str] = []
    for read in reads:
        for sentence in read.sentences:
            text = read.text[sentence.start : sentence.end]
            if len(text.split()) >= 4 and len(text) <= LONGEST_EXAMPLE:
                alone = Reading(text)
                if NAMED[name].holds(alone):
                    found.append(text)
    return min(found, key=lambda text: (len(text), text), default="")
