"""Candidates that models wrote, and what the user thought of them."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Sequence
from typing import Any

from promptstyle.core.errors import UsageError
from promptstyle.core.library.db import Database
from promptstyle.core.library.likes import Likes
from promptstyle.core.library.lookup import by_id
from promptstyle.core.library.profiles import ensure, require
from promptstyle.core.library.records import (
    Candidate,
    Choice,
    NewCandidate,
    NewLike,
    Opinion,
    OpinionKind,
    now,
)
from promptstyle.core.library.text import check_text

_CANDIDATE = (
    "SELECT id, profile, topic, text, base, run, mode, seed, finish, tokens, settings, created"
    " FROM candidates"
)
_OPINION = (
    "SELECT o.id, candidate, kind, reason, o.text, like_id, o.created FROM opinions o"
    " JOIN candidates c ON c.id = o.candidate"
)
GENERATED = "generated"


class Opinions(Likes):
    """The part of the library that holds candidates and opinions."""

    _db: Database

    def add_candidates(self, profile: str, new: Sequence[NewCandidate]) -> list[Candidate]:
        """Store what a model wrote, all or nothing; the ids are new. Makes the profile if need be.

        Whatever a model wrote is kept as it is, however odd; only `like` asks for proper text.
        """
        with self._db.writing() as connection:
            ensure(connection, profile)
            return [_insert(connection, profile, candidate) for candidate in new]

    def candidate(self, candidate_id: str) -> Candidate:
        """The candidate with that id, or the beginning of one."""
        with self._db.reading() as connection:
            row = by_id(
                connection,
                f"{_CANDIDATE} WHERE 1",
                candidate_id,
                what="candidate",
                hint="`promptstyle generate --json` prints the ids of what it writes",
            )
        return _candidate(row)

    def candidates(self, profile: str, limit: int | None = None) -> list[Candidate]:
        """The profile's candidates, newest first."""
        with self._db.reading() as connection:
            require(connection, profile)
            rows = connection.execute(
                f"{_CANDIDATE} WHERE profile = ? ORDER BY key DESC LIMIT ?",
                (profile, -1 if limit is None else limit),
            ).fetchall()
        return [_candidate(row) for row in rows]

    def recent_topics(self, profile: str, limit: int = 200) -> list[str]:
        """The topics that were written for, each once, the one written for last first."""
        with self._db.reading() as connection:
            require(connection, profile)
            rows = connection.execute(
                "SELECT topic FROM candidates WHERE profile = ?"
                " GROUP BY topic ORDER BY max(key) DESC LIMIT ?",
                (profile, limit),
            ).fetchall()
        return [str(row[0]) for row in rows]

    def add_opinion(
        self,
        candidate_id: str,
        kind: OpinionKind,
        *,
        reason: str = "",
        text: str | None = None,
    ) -> Opinion:
        """Store what the user thought of a candidate; opinions add up, the last one counts.

        A "like" also adds a liked prompt for the candidate's topic, with its text or with `text`,
        the user's edit of it; `like_id` is then that like (an earlier one if it was liked before).
        """
        with self._db.writing() as connection:
            candidate = self.candidate(candidate_id)
            reason = check_text(reason, "the reason") if reason.strip() else ""
            edited = None if text is None else check_text(text, "the prompt")
            like_id = None
            if kind == "like":
                prompt = candidate.text if edited is None else edited
                like_id = self._like_prompt(candidate, prompt)
            created = now()
            cursor = connection.execute(
                "INSERT INTO opinions (candidate, kind, reason, text, like_id, created)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (candidate.id, kind, reason, edited, like_id, created),
            )
            number = int(cursor.lastrowid or 0)
        return Opinion(number, candidate.id, kind, reason, edited, like_id, created)

    def opinions(self, profile: str) -> list[Opinion]:
        """All opinions on the profile's candidates, oldest first."""
        with self._db.reading() as connection:
            require(connection, profile)
            rows = connection.execute(
                f"{_OPINION} WHERE c.profile = ? ORDER BY o.id", (profile,)
            ).fetchall()
        return [Opinion(*row) for row in rows]

    def edits(self, profile: str) -> list[tuple[str, str, str]]:
        """What was changed in candidates before they were liked, oldest first: the topic, the text
        that a model wrote and the one that was kept. Of each the last opinion counts."""
        with self._db.reading() as connection:
            require(connection, profile)
            return connection.execute(
                "SELECT c.topic, c.text, o.text FROM opinions o JOIN candidates c"
                " ON c.id = o.candidate WHERE c.profile = ? AND o.kind = 'like'"
                " AND o.text IS NOT NULL AND o.text <> c.text AND o.id ="
                " (SELECT max(id) FROM opinions WHERE candidate = c.id) ORDER BY o.id",
                (profile,),
            ).fetchall()

    def add_choice(self, best_id: str, worst_id: str, *, reason: str = "") -> Choice:
        """Store which of two candidates is better; both for one topic, in one profile.

        Raises UsageError for two that cannot be compared. A pair may be judged again: choices add
        up, the last one counts.
        """
        with self._db.writing() as connection:
            best, worst = self.candidate(best_id), self.candidate(worst_id)
            if best.id == worst.id:
                raise UsageError(
                    f"{best.id} is named as the best and as the worst",
                    "name two candidates; `promptstyle generate -n 2` writes two",
                )
            if (best.profile, best.topic) != (worst.profile, worst.topic):
                raise UsageError(
                    f"{best.id} and {worst.id} were not written for the same topic",
                    "choose between candidates of one `promptstyle generate -n N`",
                )
            reason = check_text(reason, "the reason") if reason.strip() else ""
            created = now()
            cursor = connection.execute(
                "INSERT INTO choices (best, worst, reason, created) VALUES (?, ?, ?, ?)",
                (best.id, worst.id, reason, created),
            )
            number = int(cursor.lastrowid or 0)
        return Choice(number, best.id, worst.id, reason, created)

    def choices(self, profile: str) -> list[Choice]:
        """All choices between the profile's candidates, oldest first."""
        with self._db.reading() as connection:
            require(connection, profile)
            rows = connection.execute(
                "SELECT h.id, best, worst, reason, h.created FROM choices h"
                " JOIN candidates c ON c.id = h.best WHERE c.profile = ? ORDER BY h.id",
                (profile,),
            ).fetchall()
        return [Choice(*row) for row in rows]

    def _like_prompt(self, candidate: Candidate, prompt: str) -> str | None:
        new = NewLike(candidate.topic, prompt, source=GENERATED)
        self.add_likes(candidate.profile, [new])
        like = self.find_like(candidate.profile, new.input, new.output)
        return None if like is None else like.id


def _insert(connection: sqlite3.Connection, profile: str, new: NewCandidate) -> Candidate:
    while True:
        candidate_id = secrets.token_hex(4)
        row = (
            candidate_id,
            profile,
            _storable(new.topic),
            _storable(new.text),
            new.base,
            new.run,
            new.mode,
            new.seed,
            new.finish,
            new.tokens,
            json.dumps(new.settings),
            now(),
        )
        cursor = connection.execute(
            "INSERT INTO candidates (id, profile, topic, text, base, run, mode, seed, finish,"
            " tokens, settings, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO NOTHING",
            row,
        )
        if cursor.rowcount:
            return _candidate(row)


def _candidate(row: tuple[Any, ...]) -> Candidate:
    values = (*row[:10], json.loads(row[10]), row[11])
    return Candidate(*values)


def _storable(text: str) -> str:
    # A lone surrogate cannot be written as UTF-8.
    return text.encode("utf-8", "replace").decode()
