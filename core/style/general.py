"""Sentences that fit any topic, of many people.

`core/pretraining/general.py` finds them among prompts; those of `written/manners.tsv` were written
for it: temperaments, situations, nudges, thanks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from promptstyle.core.style.words import terms

# What else was learnt from the same prompts, by the names of the files.
MEANINGS = "meanings.npz"
RELEVANCE = "relevance.npz"
WITH_MANNER = "manners.tsv"
SENSE = "sense.npz"
DOING = "doing.npz"


@dataclass(frozen=True)
class General:
    """A sentence that says nothing of a topic; `last` if it closed the prompt it stood in."""

    text: str
    last: bool


def to_tsv(sentences: Iterable[General]) -> str:
    """A line for each: "last" or "within", a tab, the sentence."""
    return "".join(f"{'last' if each.last else 'within'}\t{each.text}\n" for each in sentences)


def from_tsv(text: str) -> list[General]:
    """What `to_tsv` wrote."""
    rows = (line.partition("\t") for line in text.splitlines())
    return [General(sentence, place == "last") for place, _, sentence in rows]


def shipped(name: str) -> Path:
    """A file of what was learnt from the prompts that ship with the program."""
    import promptstyle.core.pretraining

    return Path(str(promptstyle.core.pretraining.__file__)).parent / "written" / name


@lru_cache(maxsize=1)
def general_sentences() -> tuple[General, ...]:
    """Those that ship with the program."""
    return tuple(from_tsv(shipped("general.tsv").read_text("utf-8")))


@lru_cache(maxsize=1)
def manner_sentences() -> tuple[General, ...]:
    """Those that ship with the program and carry a manner."""
    return tuple(from_tsv(shipped(WITH_MANNER).read_text("utf-8")))


@lru_cache(maxsize=1)
def general_terms() -> frozenset[str]:
    """The stems that what was found is made of."""
    return frozenset(term for each in general_sentences() for term in terms(each.text))
