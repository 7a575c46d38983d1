"""Liked prompts: adding, finding, editing; nothing is ever deleted for good."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from promptstyle.core.errors import PromptstyleError
from promptstyle.core.library import search
from promptstyle.core.library.adding import add, searchable
from promptstyle.core.library.db import Database
from promptstyle.core.library.lookup import by_id
from promptstyle.core.library.profiles import Profiles, ensure, require
from promptstyle.core.library.records import AddResult, Like, NewLike, Side, Version, now
from promptstyle.core.library.text import check_tags, check_text, fingerprint, topic_key

# In the order of the fields of a Like; `like_of` makes one of them.
COLUMNS = "id, profile, input, output, tags, source, created, side, removed"
_SELECT = f"SELECT {COLUMNS} FROM likes"


class Likes(Profiles):
    """The part of the library that holds the liked prompts."""

    _db: Database

    def add_likes(self, profile: str, pairs: Sequence[NewLike]) -> AddResult:
        """Add all of `pairs` or, on an error, none; makes the profile if there is none.

        A pair that is there already (but for Unicode form and whitespace) is a duplicate; one
        that was removed comes back, with its id and its side. Raises UsageError for text that
        cannot be kept (see `text.problem`).
        """
        with self._db.writing() as connection:
            ensure(connection, profile)
            ids, duplicates = add(connection, profile, pairs)
            rows = (
                connection.execute(f"{_SELECT} WHERE profile = ? AND id = ?", (profile, like_id))
                for like_id in ids
            )
            return AddResult([like_of(row.fetchone()) for row in rows], duplicates)

    def likes(
        self,
        profile: str,
        query: str | None = None,
        side: Side | None = None,
        removed: bool = False,
        *,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Like]:
        """The profile's likes, oldest first; with `removed`, those that were removed instead.

        `query` keeps those with all its words in topic, prompt or tags, whatever the case;
        a word may be the beginning of a longer one.
        """
        with self._db.reading() as connection:
            require(connection, profile)
            where, parameters = search.condition(connection, profile, query or "")
            sql = f"{_SELECT} WHERE {where} AND removed IS {'NOT ' if removed else ''}NULL"
            values: list[Any] = [*parameters]
            if side is not None:
                sql += " AND side = ?"
                values.append(side)
            sql += " ORDER BY key LIMIT ? OFFSET ?"
            rows = connection.execute(sql, (*values, -1 if limit is None else limit, offset))
            return [like_of(row) for row in rows.fetchall()]

    def like(self, profile: str, like_id: str) -> Like:
        """The like with that id, or the beginning of one; also if it was removed."""
        with self._db.reading() as connection:
            require(connection, profile)
            return self._get(connection, profile, like_id)

    def like_ids(self, profile: str) -> set[str]:
        """The ids of the profile's likes, without their texts."""
        with self._db.reading() as connection:
            require(connection, profile)
            # Twice as fast as asking each row whether it was removed: all ids are in an index.
            sql = (
                "SELECT id FROM likes WHERE profile = ?1"
                " EXCEPT SELECT id FROM likes WHERE profile = ?1 AND removed IS NOT NULL"
            )
            return {row[0] for row in connection.execute(sql, (profile,))}

    def find_like(self, profile: str, input: str, output: str) -> Like | None:
        """The like with that topic and prompt (but for Unicode form and whitespace), if any."""
        with self._db.reading() as connection:
            row = connection.execute(
                f"{_SELECT} WHERE profile = ? AND fingerprint = ?",
                (profile, fingerprint(input, output)),
            ).fetchone()
        return None if row is None else like_of(row)

    def edit_like(
        self,
        profile: str,
        like_id: str,
        *,
        input: str | None = None,
        output: str | None = None,
        tags: Sequence[str] | None = None,
    ) -> Like:
        """Change what is given, keep the rest, the id and the side; the old text stays in history.

        Raises PromptstyleError if the text would be that of another like, or the topic one that
        was on the other side of the split.
        """
        with self._db.writing() as connection:
            old = self.like(profile, like_id)
            new_input = old.input if input is None else check_text(input, "the topic")
            new_output = old.output if output is None else check_text(output, "the prompt")
            new_tags = old.tags if tags is None else check_tags(tags)
            if (new_input, new_output, new_tags) == (old.input, old.output, old.tags):
                return old
            mark = fingerprint(new_input, new_output)
            _refuse_twin(connection, old, mark)
            _keep_side(connection, old, new_input)
            key = connection.execute(
                "SELECT key FROM likes WHERE profile = ? AND id = ?", (profile, old.id)
            ).fetchone()[0]
            connection.execute(
                "INSERT INTO like_history (likes_key, input, output, tags, replaced)"
                " VALUES (?, ?, ?, ?, ?)",
                (key, old.input, old.output, json.dumps(old.tags), now()),
            )
            connection.execute(
                "UPDATE likes SET input = ?, output = ?, tags = ?, fingerprint = ?, folded = ?"
                " WHERE key = ?",
                (
                    new_input,
                    new_output,
                    json.dumps(new_tags, ensure_ascii=False),
                    mark,
                    searchable(new_input, new_output, new_tags),
                    key,
                ),
            )
            return self._get(connection, profile, old.id)

    def like_history(self, profile: str, like_id: str) -> list[Version]:
        """What the like said before each edit, oldest first."""
        with self._db.reading() as connection:
            like = self.like(profile, like_id)
            rows = connection.execute(
                "SELECT h.input, h.output, h.tags, h.replaced FROM like_history h"
                " JOIN likes ON likes.key = h.likes_key"
                " WHERE likes.profile = ? AND likes.id = ? ORDER BY h.key",
                (profile, like.id),
            ).fetchall()
        return [Version(row[0], row[1], tuple(json.loads(row[2])), row[3]) for row in rows]

    def remove_like(self, profile: str, like_id: str) -> Like:
        """Take a like out of use; `restore_like` brings it back. Twice does no harm."""
        return self._set_removed(profile, like_id, now())

    def restore_like(self, profile: str, like_id: str) -> Like:
        """Bring a removed like back, with its side. Twice does no harm."""
        return self._set_removed(profile, like_id, None)

    def _set_removed(self, profile: str, like_id: str, removed: str | None) -> Like:
        with self._db.writing() as connection:
            like = self.like(profile, like_id)
            if (like.removed is None) != (removed is None):
                connection.execute(
                    "UPDATE likes SET removed = ? WHERE profile = ? AND id = ?",
                    (removed, profile, like.id),
                )
            return self._get(connection, profile, like.id)

    def _get(self, connection: sqlite3.Connection, profile: str, like_id: str) -> Like:
        hint = "`promptstyle likes` lists the ids"
        return like_of(
            by_id(
                connection,
                f"{_SELECT} WHERE profile = ?",
                like_id,
                (profile,),
                what="like",
                hint=hint if profile == "default" else f"{hint} (--profile {profile})",
            )
        )


def like_of(row: tuple[Any, ...]) -> Like:
    """The like of a row of COLUMNS."""
    values = (*row[:4], tuple(json.loads(row[4])), *row[5:])
    return Like(*values)


def _refuse_twin(connection: sqlite3.Connection, old: Like, mark: str) -> None:
    twin = connection.execute(
        "SELECT id, removed FROM likes WHERE profile = ? AND fingerprint = ? AND id != ?",
        (old.profile, mark, old.id),
    ).fetchone()
    if twin is not None:
        removed = twin[1] is not None
        raise PromptstyleError(
            f"that is what the {'removed ' if removed else ''}like {twin[0]} says",
            f"`promptstyle restore {twin[0]}` brings it back"
            if removed
            else f"`promptstyle remove {old.id}` if you need this one no more",
            code="duplicate",
        )


def _keep_side(connection: sqlite3.Connection, old: Like, topic: str) -> None:
    """Put the new topic on the like's side for good; refuse if it was on the other."""
    key = topic_key(topic)
    connection.execute(
        "INSERT OR IGNORE INTO topics VALUES (?, ?, ?)", (old.profile, key, old.side)
    )
    side = connection.execute(
        "SELECT side FROM topics WHERE profile = ? AND topic = ?", (old.profile, key)
    ).fetchone()[0]
    if side != old.side:
        used = {"train": "models learn from", "held": "models are tested on"}
        raise PromptstyleError(
            f"that is a topic that {used[side]}, and like {old.id} is one that {used[old.side]}",
            "word the topic differently, so that no model is tested on what it learnt",
            code="other_side",
        )
