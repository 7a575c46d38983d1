"""What came of writing for a topic."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from promptstyle.core.errors import Cancelled
from promptstyle.core.library import Candidate, Like


@dataclass(frozen=True)
class Written:
    """What came of one topic: the best candidates, best first.

    `pool` is how many the model wrote to choose from; `copied` has, by candidate id, the like that
    a candidate has many words in a row from, or that it is with the topic's words swapped in.
    `strength` is the share of what was learnt that was put on the base.
    `borrowed` has, by candidate id, the sentences in it that others wrote.
    `trouble` says why others' sentences could not be weighed, empty if nothing went wrong.
    `notes` are the lines of notes on the topic that the model was shown.
    `speed` is tokens a second over the whole pool, the reading of the prompt included.
    """

    topic: str
    profile: str
    base: str
    run: str | None
    mode: str
    seed: int
    seconds: float
    speed: float
    candidates: list[Candidate]
    pool: int = 1
    strength: float = 1.0
    copied: dict[str, Like] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    borrowed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    trouble: str = ""

    def document(self) -> dict[str, Any]:
        """The contract's JSON for `generate`."""
        return {
            "topic": self.topic,
            "profile": self.profile,
            "base": self.base,
            "run": self.run,
            "mode": self.mode,
            "seed": self.seed,
            "seconds": round(self.seconds, 3),
            "pool": self.pool,
            "strength": self.strength,
            "notes": list(self.notes),
            "candidates": [
                {
                    "id": c.id,
                    "text": c.text,
                    "finish": c.finish,
                    "tokens": c.tokens,
                    "copies": self.copied[c.id].id if c.id in self.copied else None,
                    "borrowed": list(self.borrowed.get(c.id, ())),
                }
                for c in self.candidates
            ],
        }


class Interrupted(Cancelled):
    """The writing was cancelled; `written` holds the best of what there was.

    One that was cut off halfway is among them where there are too few whole ones.
    """

    def __init__(self, written: Written) -> None:
        super().__init__(hint="what was written is kept")
        self.written = written
