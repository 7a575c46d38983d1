"""The settings' file: what may stand in it."""

from __future__ import annotations

import json

import pytest

from promptstyle.core import settings
from promptstyle.core.errors import PromptstyleError
from promptstyle.core.paths import Home
from promptstyle.core.settings import MAX_POOL, Settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pool", 0),
        ("pool", MAX_POOL),
        ("candidates", 4),
        ("retrain_after", 1000),
        ("mode", "both"),
        ("strength", 0),
        ("strength", 1.25),
    ],
)
def test_what_is_stored_is_loaded(home: Home, name: str, value: object) -> None:
    settings.change(home, **{name: value})
    loaded, problems = settings.load(home)
    assert (getattr(loaded, name), problems) == (value, [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pool", -1),
        ("pool", MAX_POOL + 1),
        ("pool", True),
        ("pool", "6"),
        ("candidates", 0),
        ("retrain_after", 1001),
        ("mode", "nonsense"),
        ("strength", True),
        ("strength", -0.1),
        ("strength", 2.1),
        ("strength", float("nan")),
    ],
)
def test_what_cannot_be_is_refused_and_replaced_by_the_default(
    home: Home, name: str, value: object
) -> None:
    with pytest.raises(PromptstyleError, match=name) as caught:
        settings.change(home, **{name: value})
    assert caught.value.hint.startswith("it should be")
    home.settings.parent.mkdir(parents=True, exist_ok=True)
    home.settings.write_text(json.dumps({name: value, "later": 1}))
    loaded, problems = settings.load(home)
    assert getattr(loaded, name) == getattr(Settings(), name)
    (problem,) = problems
    assert f"{name} should be" in problem
    # Names that this version does not know stay in the file.
    settings.change(home, theme="nord")
    assert json.loads(home.settings.read_text())["later"] == 1
