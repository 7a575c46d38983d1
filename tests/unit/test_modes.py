"""Which mode a name stands for, in every state of a profile."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.core.evaluation.report import SYSTEMS
from promptstyle.core.modes import AUTO, BY_SYSTEM, MODES, resolve
from promptstyle.core.style.parts import Parts

RUN: dict[str, Any] = {"mode": "both"}


@pytest.mark.parametrize("name", MODES)
@pytest.mark.parametrize("trained", [False, True])
@pytest.mark.parametrize("likes", [0, 61])
def test_a_named_mode_is_itself_or_refused_for_what_it_lacks(
    name: str, trained: bool, likes: int
) -> None:
    manifest = RUN if trained else None
    lacks = [("no_run", "retrain")] if MODES[name].tuned and not trained else []
    lacks += [("no_likes", "import")] if MODES[name].shows and not likes else []
    if not lacks:
        assert resolve(name, manifest, likes) == MODES[name]
        return
    with pytest.raises(PromptstyleError) as caught:
        resolve(name, manifest, likes)
    assert (caught.value.code, caught.value.exit_code) == (lacks[0][0], 1)
    assert lacks[0][1] in caught.value.hint


@pytest.mark.parametrize(
    ("manifest", "likes", "expected"),
    [
        (None, 0, "base"),
        (None, 1, "context"),
        ({}, 5, "lora"),
        *(({"mode": name}, 5, name) for name in MODES),
        # All likes removed since: what is left of the best mode.
        ({"mode": "both"}, 0, "lora"),
        ({"mode": "context"}, 0, "base"),
        ({"mode": "lora"}, 0, "lora"),
        ({"mode": "base"}, 0, "base"),
    ],
)
def test_auto(manifest: dict[str, Any] | None, likes: int, expected: str) -> None:
    assert resolve(AUTO, manifest, likes).name == expected


@given(
    st.none() | st.fixed_dictionaries({"mode": st.sampled_from(sorted(MODES))}),
    st.integers(0, 3),
)
def test_auto_can_always_write(manifest: dict[str, Any] | None, likes: int) -> None:
    mode = resolve(AUTO, manifest, likes)
    assert manifest is not None or not mode.tuned
    assert likes or not mode.shows
    assert resolve(mode.name, manifest, likes) == mode


def test_an_unknown_mode_is_a_wrong_call() -> None:
    with pytest.raises(UsageError) as caught:
        resolve("fast", None, 3)
    assert "auto, base, context, lora, both" in caught.value.hint


def test_every_model_system_of_the_report_has_its_mode() -> None:
    assert [name for name in SYSTEMS if name in BY_SYSTEM] == [
        "vanilla",
        "context",
        "lora",
        "both",
    ]
    assert {(mode.tuned, mode.shows) for mode in MODES.values()} == {
        (tuned, shows) for tuned in (False, True) for shows in (False, True)
    }


def test_likes_are_shown_as_the_run_was_trained() -> None:
    parts = Parts(summary="likes", shown=2)
    manifest = {"settings": {"parts": parts.to_json()}}
    assert MODES["both"].parts(manifest) == parts
    # The base has learnt from no run.
    assert MODES["context"].parts(manifest) == Parts()
    for old in ({}, {"settings": {}}, {"settings": None}):
        assert MODES["both"].parts(old) == Parts()
