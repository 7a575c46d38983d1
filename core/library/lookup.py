"""Finding a row by its id, or by as much of the id as tells it from the others."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

from promptstyle.core.errors import PromptstyleError

_SHOWN = 4
# Of eight; fewer are as likely a slip as an id.
_FEWEST = 4


def by_id(
    connection: sqlite3.Connection,
    select: str,
    typed: str,
    parameters: tuple[Any, ...] = (),
    *,
    what: str,
    hint: str,
) -> tuple[Any, ...]:
    """The one row of `select` (it ends in a WHERE clause) whose id is `typed` or begins so.

    Ids are lower-case hex in a column `id`, the first one selected. Raises PromptstyleError if
    there is no such row (with `hint`), more than one, or fewer than four letters; `what`
    names the kind of thing.
    """
    wanted = typed.strip().lower()
    rows: list[tuple[Any, ...]] = []
    if re.fullmatch("[0-9a-f]+", wanted):
        # "g" comes right after the hex digits: the range is all that begins with `wanted`.
        rows = connection.execute(
            f"{select} AND id >= ? AND id < ? ORDER BY id LIMIT ?",
            (*parameters, wanted, wanted + "g", _SHOWN + 1),
        ).fetchall()
    if not rows:
        raise PromptstyleError(
            f"there is no {what} {typed[:60]!r}", hint, code=f"no_{what.replace(' ', '_')}"
        )
    # The whole id sorts first and wins over longer ones.
    if rows[0][0] == wanted or (len(rows) == 1 and len(wanted) >= _FEWEST):
        return rows[0]
    if len(rows) == 1:
        raise PromptstyleError(
            f"{typed!r} is too little of an id: {rows[0][0]} begins so",
            f"type at least {_FEWEST} of its letters",
            code="ambiguous_id",
        )
    shown = ", ".join(str(row[0]) for row in rows[:_SHOWN])
    more = " and more" if len(rows) > _SHOWN else ""
    raise PromptstyleError(
        f"{typed!r} could be several ids: {shown}{more}", "type more of the id", code="ambiguous_id"
    )
