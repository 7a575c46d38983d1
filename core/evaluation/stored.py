"""The last evaluation of a run, as it lies on disk: every system's scores and texts.

Each run has the one that it was judged by (`evaluation.json` in its folder, which never changes).
`evaluate` on the held-out likes keeps its own beside it, in the cache. Light: the app imports it.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from promptstyle.core import atomic
from promptstyle.core.library.records import now
from promptstyle.core.paths import Home
from promptstyle.core.run_folder import RunFolder

_log = logging.getLogger(__name__)


def place(home: Home, run_id: str) -> Path:
    """Where the run's newest evaluation by `evaluate` is; may be deleted at any time."""
    return home.cache / "evaluations" / f"{run_id}.json"


def save(home: Home, document: dict[str, Any]) -> None:
    """Keep a document of `evaluate` for the run that it names, in place of an earlier one.

    An error of the disk is logged and no more: whoever asked has the document all the same.
    """
    path = place(home, str(document["run"]))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        atomic.write_json(path, {**document, "created": now()})
    except OSError:
        _log.exception("cannot keep the evaluation in %s", path)


def load(home: Home, run_id: str) -> dict[str, Any] | None:
    """The newest evaluation of a run: the document of `evaluate` with `created` (ISO-8601, UTC).

    None if the run has none (it is older than this file), or if what there is is damaged.
    """
    paths = (RunFolder(run_id, home.runs / run_id).evaluation, place(home, run_id))
    found = [document for path in paths if (document := _read(path, run_id)) is not None]
    # Of two in the same second the later one: evaluating comes after making.
    return max(reversed(found), key=lambda document: str(document["created"]), default=None)


def _read(path: Path, run_id: str) -> dict[str, Any] | None:
    try:
        document = json.loads(path.read_text("utf-8"))
    # Bytes or a name that cannot be; brackets nested too deep.
    except (OSError, ValueError, RecursionError):
        return None
    return document if _is_whole(document, run_id) else None


def _is_whole(document: Any, run_id: str) -> bool:
    """Whether it is a document of that run with what the app draws: rows of scores and texts."""
    if not isinstance(document, dict) or document.get("run") != run_id:
        return False
    systems, examples = document.get("systems"), document.get("examples")
    if not isinstance(systems, list) or not isinstance(examples, list):
        return False
    names = [row.get("name") if isinstance(row, dict) else None for row in systems]
    return (
        isinstance(document.get("created"), str)
        and isinstance(document.get("n"), int)
        and isinstance(document.get("method"), str)
        and all(isinstance(name, str) for name in names)
        and all(_is_score(row.get(key)) for row in systems for key in ("rouge1", "rougeL"))
        and all(_is_example(example, names) for example in examples)
    )


def _is_score(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_example(example: Any, names: list[Any]) -> bool:
    if not isinstance(example, dict) or not isinstance(example.get("outputs"), dict):
        return False
    texts = [example.get("topic"), example.get("gold"), *map(example["outputs"].get, names)]
    return all(isinstance(text, str) for text in texts)
