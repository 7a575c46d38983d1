"""What is said of a retrain before it begins agrees with what the pipeline then does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from promptstyle.core import journal, run_folder
from promptstyle.core.bases import registry
from promptstyle.core.errors import PromptstyleError, UsageError
from promptstyle.core.library import Library, NewLike
from promptstyle.core.library.importing import import_likes
from promptstyle.core.paths import Home
from promptstyle.core.plan import plan
from promptstyle.core.snapshot import SEED, Snapshot
from promptstyle.core.training.recipes import RECIPES, recipe_for


@pytest.fixture
def library(home: Home, starter_likes: Path) -> Iterator[Library]:
    with Library(home.database) as library:
        library.ensure_profile("default")
        import_likes(library, "default", starter_likes.read_bytes(), name="starter_likes.jsonl")
        yield library


def begun(home: Home, library: Library, recipe: str = "default") -> run_folder.RunFolder:
    """The folder that the pipeline would build in, as in `pipeline._retrain`."""
    base = registry.get(home, "embedded")
    fingerprint = Snapshot.take(library, "default").fingerprint(
        base.identity, recipe_for(recipe, base.parameters, base.parts), SEED
    )
    home.building.mkdir(parents=True, exist_ok=True)
    return run_folder.begin(home, library, "default", fingerprint)


def test_the_starter_likes(home: Home, library: Library, base_dir: Path) -> None:
    planned = plan(home, library, "default")
    assert (planned.growth.likes, planned.train, planned.held) == (61, 51, 10)
    assert planned.growth.new == 61
    assert planned.trouble is None
    assert not planned.by_folds
    # As docs and README show it from a real run.
    assert planned.steps == 46
    assert not planned.resumes
    assert planned.last is None and planned.last_seconds is None
    assert not planned.running


@pytest.mark.parametrize("recipe", RECIPES)
def test_one_that_was_stopped_is_found_by_its_own_recipe(
    home: Home, library: Library, recipe: str
) -> None:
    folder = begun(home, library, recipe)
    assert not plan(home, library, "default", recipe).resumes
    folder.checkpoint.write_bytes(b"state")
    assert plan(home, library, "default", recipe).resumes
    assert [name for name in RECIPES if plan(home, library, "default", name).resumes] == [recipe]


def test_other_likes_are_other_work(home: Home, library: Library) -> None:
    begun(home, library).checkpoint.write_bytes(b"state")
    library.add_likes("default", [NewLike("a topic", "Write it.")])
    planned = plan(home, library, "default")
    assert not planned.resumes
    assert planned.growth.likes == 62


@pytest.mark.parametrize("damage", ["", "{", "[1]", '{"profile": "default"}', '{"profile": []}'])
def test_a_damaged_request_is_nothing_to_go_on_from(
    home: Home, library: Library, damage: str
) -> None:
    folder = begun(home, library)
    folder.checkpoint.write_bytes(b"state")
    (folder.path / run_folder.REQUEST).write_text(damage)
    assert not plan(home, library, "default").resumes


def test_the_last_run_of_the_same_work(home: Home, library: Library) -> None:
    for run, recipe, seconds in (
        ("default-1", "default", 25.5),
        ("default-2", "reference", 60),
        ("default-3", "default", "long"),
    ):
        library.add_run(run, "default", "embedded", {"recipe": recipe, "seconds": seconds})
    library.add_run("default-4", "default", "other", {"recipe": "reference", "seconds": 1})
    reference = plan(home, library, "default", "reference")
    assert reference.last is not None and reference.last.id == "default-2"
    assert reference.last_seconds == 60
    damaged = plan(home, library, "default")
    assert damaged.last is not None and damaged.last.id == "default-3"
    assert damaged.last_seconds is None


def test_too_few_likes_are_a_trouble_with_a_way_out(home: Home) -> None:
    with Library(home.database) as library:
        library.ensure_profile("small")
        library.add_likes("small", [NewLike("a topic", "Write it.")])
        planned = plan(home, library, "small")
    assert planned.trouble is not None and planned.trouble.code == "too_few_likes"
    assert (planned.train + planned.held, planned.steps) == (1, 0)


def test_a_base_that_is_not_there_is_a_trouble(home: Home, library: Library) -> None:
    library.set_base("default", "tinyllama")
    planned = plan(home, library, "default")
    assert planned.base == "tinyllama"
    assert planned.trouble is not None and planned.trouble.code == "base_missing"
    assert planned.growth.likes == 61


def test_one_that_runs_elsewhere_is_seen(home: Home, library: Library) -> None:
    class Channel:
        def send(self, event: dict[str, object]) -> None: ...
        def check(self) -> None: ...

    home.building.mkdir(parents=True, exist_ok=True)
    with journal.kept(home, "default", Channel()) as tee:
        assert plan(home, library, "default").running
        tee.note({"event": "done"})
        assert not plan(home, library, "default").running


def test_what_cannot_be_asked(home: Home, library: Library) -> None:
    with pytest.raises(UsageError, match="no recipe"):
        plan(home, library, "default", "secret")
    with pytest.raises(PromptstyleError, match="no profile"):
        plan(home, library, "nobody")


def test_it_loads_nothing_heavy() -> None:
    code = (
        "import json, sys, promptstyle.core.plan;"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert not {"torch", "numpy", "peft", "transformers", "gguf", "nltk"} & set(json.loads(found))
