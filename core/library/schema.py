"""The database's tables, as numbered migrations that run in order, each once.

A migration that was released never changes: a new one is added at the end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

Migration = Callable[[sqlite3.Connection], None]


def m001_first(connection: sqlite3.Connection) -> None:
    """Profiles, likes with their history and topics, candidates, opinions, runs."""
    for statement in _FIRST.split(";\n"):
        if statement.strip():
            connection.execute(statement)


# `likes.fingerprint` finds duplicates; `likes.folded` is what a search looks at.
# `topics` remembers the side of every topic that a profile ever had, also of texts since edited.
# `candidates.run` is no foreign key: candidates outlive the record of a run.
_FIRST = """
CREATE TABLE profiles (
    name TEXT PRIMARY KEY,
    base TEXT NOT NULL,
    created TEXT NOT NULL,
    runs_made INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE likes (
    key INTEGER PRIMARY KEY,
    profile TEXT NOT NULL REFERENCES profiles (name),
    id TEXT NOT NULL,
    input TEXT NOT NULL,
    output TEXT NOT NULL,
    tags TEXT NOT NULL,
    source TEXT NOT NULL,
    created TEXT NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('train', 'held')),
    removed TEXT,
    fingerprint TEXT NOT NULL,
    folded TEXT NOT NULL,
    UNIQUE (profile, id),
    UNIQUE (profile, fingerprint)
);
CREATE INDEX likes_of ON likes (profile, removed, side);
CREATE TABLE like_history (
    key INTEGER PRIMARY KEY,
    likes_key INTEGER NOT NULL REFERENCES likes (key),
    input TEXT NOT NULL,
    output TEXT NOT NULL,
    tags TEXT NOT NULL,
    replaced TEXT NOT NULL
);
CREATE INDEX like_history_of ON like_history (likes_key);
CREATE TABLE topics (
    profile TEXT NOT NULL REFERENCES profiles (name),
    topic TEXT NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('train', 'held')),
    PRIMARY KEY (profile, topic)
) WITHOUT ROWID;
CREATE TABLE candidates (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    profile TEXT NOT NULL REFERENCES profiles (name),
    topic TEXT NOT NULL,
    text TEXT NOT NULL,
    base TEXT NOT NULL,
    run TEXT,
    mode TEXT NOT NULL,
    seed INTEGER NOT NULL,
    finish TEXT NOT NULL,
    tokens INTEGER NOT NULL,
    settings TEXT NOT NULL,
    created TEXT NOT NULL
);
CREATE INDEX candidates_of ON candidates (profile, key);
CREATE TABLE opinions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    candidate TEXT NOT NULL REFERENCES candidates (id),
    kind TEXT NOT NULL CHECK (kind IN ('like', 'dislike')),
    reason TEXT NOT NULL,
    text TEXT,
    like_id TEXT,
    created TEXT NOT NULL
);
CREATE INDEX opinions_of ON opinions (candidate);
CREATE TABLE runs (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    profile TEXT NOT NULL REFERENCES profiles (name),
    base TEXT NOT NULL,
    created TEXT NOT NULL,
    manifest TEXT NOT NULL,
    active INTEGER NOT NULL DEFAULT 0 CHECK (active IN (0, 1)),
    deleted TEXT,
    CHECK (active = 0 OR deleted IS NULL)
);
CREATE INDEX runs_of ON runs (profile, key);
CREATE UNIQUE INDEX one_active_run ON runs (profile, base) WHERE active = 1;
"""


def m002_browsing(connection: sqlite3.Connection) -> None:
    """An index that has all of a like but its texts, to list 100,000 likes in any order."""
    for statement in _BROWSING:
        connection.execute(statement)


# Virtual columns take no room in the rows. 60 characters tell most topics apart; in `folded`
# the topic comes first.
_BROWSING = (
    "ALTER TABLE likes ADD COLUMN characters INTEGER GENERATED ALWAYS AS (length(output)) VIRTUAL",
    "ALTER TABLE likes ADD COLUMN heading TEXT GENERATED ALWAYS AS (substr(folded, 1, 60)) VIRTUAL",
    "CREATE INDEX likes_browsed ON likes"
    " (profile, removed, tags, created, side, source, characters, heading)",
)


def m003_choices(connection: sqlite3.Connection) -> None:
    """Which of two candidates for one topic was better, and why."""
    for statement in _CHOICES:
        connection.execute(statement)


_CHOICES = (
    "CREATE TABLE choices ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " best TEXT NOT NULL REFERENCES candidates (id),"
    " worst TEXT NOT NULL REFERENCES candidates (id),"
    " reason TEXT NOT NULL,"
    " created TEXT NOT NULL,"
    " CHECK (best <> worst))",
    "CREATE INDEX choices_of ON choices (best)",
)

MIGRATIONS: list[Migration] = [m001_first, m002_browsing, m003_choices]
