"""What the library holds, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Literal

Side = Literal["train", "held"]
OpinionKind = Literal["like", "dislike"]

# The base that a new profile writes with until the user picks another.
DEFAULT_BASE = "embedded"
# `finish` of a candidate that the user stopped; the engine's own are "stop" and "length".
CANCELLED = "cancelled"


@dataclass(frozen=True)
class NewLike:
    """A liked prompt on its way in: `input` is the topic, `output` the prompt.

    `created` and `side` are set only when they come from this program's own export, so that a
    library that is moved to another machine keeps its dates and its split.
    """

    input: str
    output: str
    tags: tuple[str, ...] = ()
    source: str = ""
    created: str = ""
    side: Side | None = None


@dataclass(frozen=True)
class Like:
    """A liked prompt. `side` says whether models learn from it or are tested on it."""

    id: str
    profile: str
    input: str
    output: str
    tags: tuple[str, ...]
    source: str
    created: str
    side: Side
    removed: str | None = None


@dataclass(frozen=True)
class Version:
    """What a like said until it was edited at `replaced`."""

    input: str
    output: str
    tags: tuple[str, ...]
    replaced: str


@dataclass(frozen=True)
class AddResult:
    """What came in: the likes added (or restored), and how many were there already."""

    added: list[Like]
    duplicates: int


@dataclass(frozen=True)
class NewCandidate:
    """A prompt that a model wrote, before it has an id."""

    topic: str
    text: str
    base: str
    run: str | None = None
    mode: str = "auto"
    seed: int = 0
    finish: str = "stop"
    tokens: int = 0
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Candidate:
    """A prompt that a model wrote, as it was stored."""

    id: str
    profile: str
    topic: str
    text: str
    base: str
    run: str | None
    mode: str
    seed: int
    finish: str
    tokens: int
    settings: dict[str, Any]
    created: str


@dataclass(frozen=True)
class Opinion:
    """What the user thought of a candidate; `like_id` names the like that came of it."""

    id: int
    candidate: str
    kind: OpinionKind
    reason: str
    text: str | None
    like_id: str | None
    created: str


@dataclass(frozen=True)
class Choice:
    """Of two candidates for one topic, by their ids, the better and the worse."""

    id: int
    best: str
    worst: str
    reason: str
    created: str


@dataclass(frozen=True)
class RunRecord:
    """A finished training run; its files are in `models/runs/<id>`."""

    id: str
    profile: str
    base: str
    created: str
    manifest: dict[str, Any]
    active: bool = False
    deleted: str | None = None


@dataclass(frozen=True)
class Profile:
    """Whose style: how many likes there are, how many of them are held out, what writes."""

    name: str
    base: str
    created: str
    likes: int
    held: int
    active_run: str | None


def now() -> str:
    """The time as ISO-8601 in UTC, to the second."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
