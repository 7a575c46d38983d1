"""Notes of what people ask for, written line by line: "topic :: wish; wish; wish".

`python -m promptstyle.core.pretraining.noting FILE... --out FILE` turns what a writer wrote into
the JSON lines that `core/idea_store.py` makes searchable, and says what looks wrong. What a writer
is told stands in `written/NOTES.md`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from promptstyle.core.atomic import write_text
from promptstyle.core.files import target
from promptstyle.core.pretraining.handwritten import CURLY, pairs_of
from promptstyle.core.pretraining.wishes import SEPARATOR
from promptstyle.core.style.words import topic_terms

SIGN = " :: "
FEWEST, MOST = 4, 12
LONGEST_WISH = 14


@dataclass(frozen=True)
class Note:
    """What people wish for in prompts on a topic."""

    topic: str
    wishes: tuple[str, ...]

    def line(self) -> str:
        """As a JSON line."""
        return json.dumps({"topic": self.topic, "note": SEPARATOR.join(self.wishes)})


def parse(text: str) -> Iterator[Note]:
    """The notes of a writer's text; lines of another form are left out."""
    for line in text.translate(CURLY).splitlines():
        topic, sign, rest = line.strip().partition(SIGN)
        wishes = tuple(wish.strip(" .") for wish in rest.split(";"))
        if sign and topic.strip() and any(wishes):
            yield Note(topic.strip(), tuple(wish for wish in wishes if wish))


def complaint(note: Note) -> str:
    """What is wrong with a note, or nothing."""
    if not FEWEST <= len(note.wishes) <= MOST:
        return f"{note.topic}: {len(note.wishes)} wishes"
    for wish in note.wishes:
        if len(wish.split()) > LONGEST_WISH:
            return f"{note.topic}: a wish has {len(wish.split())} words: {wish}"
    if not topic_terms(note.topic):
        return f"{note.topic}: no topic"
    return ""


def gathered(notes: Iterable[Note], barred: Iterable[str] = ()) -> tuple[list[Note], list[str]]:
    """The sound ones, one of those with the same words in topic or wishes, and what was wrong.

    Left out too are those on one of the `barred` topics: what a test asks for must not be known.
    """
    seen = {frozenset(topic_terms(topic)) for topic in barred}
    wishes: set[tuple[str, ...]] = set()
    found, wrong = [], []
    for note in notes:
        terms = frozenset(topic_terms(note.topic))
        if said := complaint(note):
            wrong.append(said)
        elif terms in seen or note.wishes in wishes:
            wrong.append(f"{note.topic}: there already, or barred")
        else:
            seen.add(terms)
            wishes.add(note.wishes)
            found.append(note)
    return found, wrong


def main() -> None:
    """Gather writers' files."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("files", type=Path, nargs="+")
    options.add_argument("--out", type=Path, help="the JSON lines; none are written without it")
    options.add_argument(
        "--barred", type=Path, nargs="*", default=[], help="JSON lines whose topics to keep out"
    )
    given = options.parse_args()
    topics = [topic for topic, _ in pairs_of(given.barred)]
    notes = [note for path in given.files for note in parse(path.read_text(encoding="utf-8"))]
    found, wrong = gathered(notes, topics)
    print("\n".join(wrong))
    if given.out:
        lines = "".join(note.line() + "\n" for note in found)
        write_text(target(given.out, overwrite=True), lines)
    print(f"{len(found)} notes, {len(wrong)} left out")


if __name__ == "__main__":
    main()
