"""What people want done with things that they name; `core/pretraining/things.py` finds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from promptstyle.core.style.general import shipped

# How what is not there yet comes about ("a recipe for pancakes", not "my recipe"), by hand: too few
# topics of the collection are about it, or more about one that is to be made better.
_BROUGHT_ABOUT = {
    "create": "avatar character image picture",
    "give": "definition excuse explanation idea ideas recommendation recommendations",
    "invent": "acronym mnemonic",
    "list": "symptoms synonyms",
    "make": "flashcards playlist table",
    "plan": "itinerary",
    "prepare": "presentation slides",
    "suggest": "names nicknames usernames",
    "write": (
        "autobiography biography comparison conclusion cv disclaimer dockerfile epilogue"
        " essay eulogy haiku introduction limerick line makefile memoir monologue plot prologue"
        " proposal ode rap readme recipe resume sonnet strategy testimonial tutorial vows"
    ),
}
NEW = {noun: verb for verb, nouns in _BROUGHT_ABOUT.items() for noun in nouns.split()}


@dataclass(frozen=True)
class Thing:
    """The verb that a noun is usually the object of, "" if none is; `counted` if it takes "a",
    `usual` if prompts are written about such things."""

    verb: str
    counted: bool
    usual: bool = True


def to_tsv(things: Mapping[str, Thing]) -> str:
    """A line for each: the noun, a tab, the verb, a tab, "a" if it takes an article, in brackets
    if that is all that is known of it."""
    return "".join(f"{noun}\t{thing.verb}\t{_article(thing)}\n" for noun, thing in things.items())


def from_tsv(text: str) -> dict[str, Thing]:
    """What `to_tsv` wrote."""
    rows = (line.split("\t") for line in text.splitlines())
    return {noun: Thing(verb, "a" in article, article != "(a)") for noun, verb, article in rows}


def _article(thing: Thing) -> str:
    article = "a" if thing.counted else ""
    return article if thing.usual else f"({article})"


@lru_cache(maxsize=1)
def things() -> Mapping[str, Thing]:
    """Those that are known, by noun."""
    return from_tsv(shipped("things.tsv").read_text("utf-8"))
