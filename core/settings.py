"""What the user has set: theme, keys, how many candidates. A JSON file that may be edited by hand.

The file is read as a whole and changed name by name: what this version does not know stays in it,
and a file that cannot be read is left as it is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from promptstyle.core import atomic
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.merging import MERGES
from promptstyle.core.modes import AUTO, MODES, STRONGEST
from promptstyle.core.paths import Home

MAX_CANDIDATES = 4
# Candidates that may be written for one topic, to choose the best from.
MAX_POOL = 64
# New likes after which a retrain is offered; fewer hardly change what a model writes.
RETRAIN_AFTER = 10


@dataclass(frozen=True)
class Settings:
    """The settings, each with its default.

    `pool` is how many candidates are written for the best to be chosen, 0 for the usual number.
    `keys` maps the id of a binding to the keys that it should have, separated by commas.
    `strength` is how much of what was learnt is put on the base, where nobody says otherwise.
    `merge` says how a new model is kept, see `merging.merge_type`.
    `ideas` says whether notes on near topics may be shown to a base that reads them, `borrow`
    whether sentences that others wrote may stand in what a small base writes.
    `encoder` is the folder of a sentence encoder, empty for none; it is looked at when it is used.
    """

    theme: str = "textual-dark"
    profile: str = "default"
    candidates: int = 1
    pool: int = 0
    mode: str = AUTO
    strength: float = 1.0
    retrain_after: int = RETRAIN_AFTER
    merge: str = "auto"
    ideas: bool = True
    borrow: bool = True
    encoder: str = ""
    keys: dict[str, str] = field(default_factory=dict)


def load(home: Home) -> tuple[Settings, list[str]]:
    """The settings, and a line for each thing in the file that could not be used.

    A value that cannot be is replaced by its default; a file that is not there is no problem.
    """
    try:
        document = _read(home.settings)
    except PromptstyleError as error:
        return Settings(), [f"{error.message}: the defaults are used; {error.hint}"]
    values: dict[str, Any] = {}
    problems: list[str] = []
    for each in fields(Settings):
        if each.name not in document:
            continue
        value = document[each.name]
        expected = _EXPECTED[each.name]
        if _fits(each.name, value):
            values[each.name] = value
        else:
            problems.append(f"{home.settings}: {each.name} should be {expected}, not {value!r:.60}")
    return Settings(**values), problems


def change(home: Home, **changes: Any) -> None:
    """Store `changes` (names and values of Settings) and leave everything else in the file alone.

    Raises PromptstyleError if the file is damaged or a value cannot be, OSError if it cannot be
    written.
    """
    for name, value in changes.items():
        if not _fits(name, value):
            raise PromptstyleError(
                f"{name} cannot be {value!r:.60}", f"it should be {_EXPECTED[name]}"
            )
    document = _read(home.settings)
    if all(document.get(name) == value for name, value in changes.items()):
        return
    home.settings.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    atomic.write_json(home.settings, {**document, **changes})


_BOUNDS = {"candidates": (1, MAX_CANDIDATES), "pool": (0, MAX_POOL), "retrain_after": (1, 1000)}
_EXPECTED = {
    "theme": "the name of a theme",
    "profile": "the name of a profile",
    "candidates": f"a number from 1 to {MAX_CANDIDATES}",
    "pool": f"a number from 0 to {MAX_POOL}",
    "strength": f"a number from 0 to {STRONGEST:g}",
    "mode": f"one of {', '.join((AUTO, *MODES))}",
    "retrain_after": "a number from 1 to 1000",
    "merge": f"one of {', '.join(MERGES)}",
    "ideas": "true or false",
    "borrow": "true or false",
    "encoder": "a folder, or empty",
    "keys": 'an object such as {"write.copy": "c,ctrl+t"}',
}


def _fits(name: str, value: Any) -> bool:
    if name in _BOUNDS:
        low, high = _BOUNDS[name]
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    if name == "strength":
        known = isinstance(value, (int, float)) and not isinstance(value, bool)
        return known and 0.0 <= value <= STRONGEST
    if name in ("ideas", "borrow"):
        return isinstance(value, bool)
    if name == "mode":
        return value in (AUTO, *MODES)
    if name == "merge":
        return value in MERGES
    if name == "keys":
        return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())
    return isinstance(value, str) and (name == "encoder" or bool(value.strip()))


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError) as error:
        raise PromptstyleError(
            f"{path} is not JSON ({error})", "mend it or delete it", code="settings"
        ) from error
    except OSError as error:
        raise PromptstyleError(
            f"{path} cannot be read ({error.strerror or error})",
            "check who may read it",
            code="settings",
        ) from error
    if not isinstance(document, dict):
        raise PromptstyleError(f"{path} is no JSON object", "mend it or delete it", code="settings")
    return document
