"""Fetching a base in the app: real children, and a hub on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from local_hub import NAMES, LocalHub, serving
from staging import Stage
from test_adapted import save_adapter
from test_models_screen import details, mark, opened, row, said, text
from waiting import wait_for

from promptstyle.core.bases.pinned import PINNED
from promptstyle.core.jobs import Job
from promptstyle.core.paths import Home
from promptstyle.tui.screens.models import ModelsScreen


@pytest.fixture
def hub(
    trained: Stage, tmp_path: Path, base_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LocalHub]:
    """A hub on loopback with a small model in TinyLlama's place; real children fetch from it."""
    from huggingface_hub import constants

    cache = tmp_path / "hub"
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    pinned = PINNED["tinyllama"]
    with serving(base_dir, pinned.repo, pinned.revision) as found:
        small = found.pinned(NAMES)
        monkeypatch.setitem(PINNED, "tinyllama", small)

        def start_pull(home: Home, name: str) -> Job:
            return Job.start(
                "worker_jobs:pull_pinned",
                {"pinned": asdict(small)},
                log=home.logs / "pull.log",
                env=found.environment(cache),
            )

        trained.start_pull = start_pull
        yield found


async def test_a_base_of_the_hub_is_fetched(trained: Stage, hub: LocalHub) -> None:
    async with trained.app().run_test() as pilot:
        await opened(pilot)
        await mark(pilot, "bases", "tinyllama")
        assert "promptstyle pull tinyllama" in details(pilot)
        await pilot.press("g")
        await wait_for(pilot, lambda: "All is here" in text(pilot, "said"))
        await pilot.press("escape")
        await wait_for(pilot, lambda: "ready" in row(pilot, "bases", "tinyllama"))
        await pilot.press("u")
        await wait_for(pilot, lambda: row(pilot, "bases", "tinyllama")[0] == "●")
        hub.requests.clear()
        await pilot.press("g")
        assert "tinyllama needs no fetching" in said(pilot)
    assert hub.requests == []


async def test_a_hub_that_refuses_is_told_of(trained: Stage, hub: LocalHub) -> None:
    hub.refuse = 403
    async with trained.app().run_test() as pilot:
        await opened(pilot)
        await mark(pilot, "bases", "tinyllama")
        await pilot.press("g")
        await wait_for(pilot, lambda: "It was not fetched" in text(pilot, "said"))
        assert "403" in text(pilot, "said") and "HF_TOKEN" in text(pilot, "found")
        await pilot.press("escape")
        await wait_for(pilot, lambda: "missing" in row(pilot, "bases", "tinyllama"))


async def test_closing_stops_the_fetching(trained: Stage, hub: LocalHub) -> None:
    # Nothing more comes after the first part, though the line stays open: retries go on.
    hub.break_after += [3_000_000] + [1000] * 30
    async with trained.app().run_test() as pilot:
        await opened(pilot)
        await mark(pilot, "bases", "tinyllama")
        await pilot.press("g")
        await wait_for(pilot, lambda: "Fetching model.safetensors" in text(pilot, "said"))
        await pilot.press("escape")
        await wait_for(pilot, lambda: isinstance(pilot.app.screen, ModelsScreen))
        await wait_for(
            pilot, lambda: not [w for w in pilot.app.workers if w.group == "fetch" and w.is_running]
        )
        tries = len(hub.requests)
        await pilot.pause(2.5)
        assert len(hub.requests) == tries


async def test_a_base_that_is_taught_says_so(
    trained: Stage, tmp_path: Path, tiny_base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hub has the small base where SmolLM2 should be; the child merges an adapter of it."""
    from huggingface_hub import constants

    cache, adapter = tmp_path / "hub", tmp_path / "adapter"
    adapter.mkdir()
    save_adapter(tiny_base, adapter, seed=3)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    names = [name for name in NAMES if (tiny_base / name).is_file()]
    with serving(tiny_base, PINNED["smollm2"].repo, PINNED["smollm2"].revision) as hub:
        small = replace(hub.pinned(names), adapter=str(adapter))
        monkeypatch.setitem(PINNED, "smollm2", small)

        def start_pull(home: Home, name: str) -> Job:
            return Job.start(
                "worker_jobs:pull_pinned",
                {"name": name, "home": home.document(), "pinned": asdict(small)},
                log=home.logs / "pull.log",
                env=hub.environment(cache),
            )

        trained.start_pull = start_pull
        async with trained.app().run_test() as pilot:
            await opened(pilot)
            await mark(pilot, "bases", "smollm2")
            await pilot.press("g")
            await wait_for(pilot, lambda: "All is here" in text(pilot, "said"))
            await pilot.press("escape")
            await wait_for(pilot, lambda: "ready" in row(pilot, "bases", "smollm2"))
            await pilot.press("u")
            await wait_for(pilot, lambda: row(pilot, "bases", "smollm2")[0] == "●")
            assert "smollm2" in details(pilot)
