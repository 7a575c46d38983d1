"""The hand-written authors: how they are read, and that nobody of a test is among them."""

from __future__ import annotations

import json
from itertools import chain, pairwise
from pathlib import Path

import pytest

from promptstyle.core.generation.copying import RUN
from promptstyle.core.pretraining import briefs, handwritten
from promptstyle.core.pretraining.handwritten import WEIGHTS, Barred, Written, load, parse
from promptstyle.core.style.words import words

ROOT = Path(__file__).parents[2]


def rows(*paths: Path) -> list[tuple[str, str]]:
    lines = chain.from_iterable(path.read_text("utf-8").splitlines() for path in paths)
    return [(row["input"], row["output"]) for row in map(json.loads, lines)]


def test_a_writers_text_is_read() -> None:
    text = (
        "=== w1\n>>> one\nA \u201cfirst\u201d line\n\nand more\n>>> two\nB\n=== w2\n>>> three\n\n"
    )
    assert parse(text) == [("w1", "one", 'A "first" line\n\nand more'), ("w1", "two", "B")]


def test_authors_are_held_out_by_name(tmp_path: Path) -> None:
    lines = [
        json.dumps({"author": f"a{at // 5}", "input": f"topic {at}", "output": f"Prompt {at}."})
        for at in range(1000)
    ]
    (tmp_path / "some.jsonl").write_text("\n".join(lines), encoding="utf-8")
    found = load(tmp_path)
    known, held = found.authors, found.held
    assert not set(known) & set(held)
    assert len(known) + len(held) == 200
    assert 2 <= len(held) <= 25
    assert set(found.weights.values()) == {1.0}
    # More files leave the others where they were.
    (tmp_path / "plain.jsonl").write_text("\n".join(lines[:5]).replace("a0", "z"), encoding="utf-8")
    more = load(tmp_path)
    assert more.held == held
    assert set(more.authors) - set(known) == {"z"}
    assert more.weights["z"] == WEIGHTS["plain"] > more.weights["a3"]


def test_without_files_there_are_no_authors(tmp_path: Path) -> None:
    assert load(tmp_path) == Written()


def test_barred_pairs_are_found_but_for_small_edits() -> None:
    barred = Barred(
        [("Plan a party", "Plan a party for my old aunt, with cake and a short speech.")]
    )
    assert barred.holds(("plan a party.", "Anything."))
    assert barred.holds(("other", "Plan a party for my young aunt, with cake and a short speech."))
    assert not barred.holds(("other", "Plan a hike for my club, with maps and a long lunch."))


@pytest.fixture(scope="module")
def written() -> Written:
    """Everything that is written."""
    return load()


def never_learnt() -> list[tuple[str, str]]:
    """What is never learnt from."""
    authors = sorted((ROOT / "tests" / "authors").glob("*.jsonl"))
    return rows(*authors, ROOT / "assets" / "starter_likes.jsonl")


def test_no_author_of_a_test_is_among_those_to_learn_from(written: Written) -> None:
    barred = Barred(never_learnt())
    everyone = [*written.authors.values(), *written.held.values()]
    found = [pair for pairs in everyone for pair in pairs]
    assert len(found) > 1000
    assert [pair for pair in found if barred.holds(pair)] == []


def test_the_authors_are_many_and_themselves(written: Written) -> None:
    assert len(written.held) >= 8
    everyone = {**written.authors, **written.held}
    prompts = [prompt for pairs in everyone.values() for _, prompt in pairs]
    assert len(set(prompts)) == len(prompts)
    for author, pairs in everyone.items():
        assert len(pairs) >= handwritten.FEWEST, author
        assert len({topic for topic, _ in pairs}) == len(pairs), author


def test_a_brief_is_always_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert briefs.draw(3, 7) == briefs.draw(3, 7) != briefs.draw(3, 8)
    assert briefs.main(["3", "7", "2"]) == 0
    printed = capsys.readouterr().out
    assert printed == f"{briefs.draw(3, 7)}\n{briefs.draw(3, 8)}\n"
    assert "=== w3-7\n" in printed


def test_few_runs_of_words_of_the_tests_stand_in_what_is_learnt(written: Written) -> None:
    asked = [run for _, prompt in never_learnt() for run in runs(prompt, 8)]
    wanted = set(asked)
    # Most prompts have not even two of these words in a row.
    begins = {run[:2] for run in wanted}
    shared: list[tuple[str, ...]] = []
    learnt: set[tuple[str, ...]] = set()
    for pairs in (*written.authors.values(), *written.held.values()):
        for _, prompt in pairs:
            found = words(prompt)
            for at, two in enumerate(pairwise(found)):
                if two in begins and (run := tuple(found[at : at + 8])) in wanted:
                    shared.append(run)
                    learnt.update(runs(prompt, RUN))
    # What people who write of the same things come to: "a commit message for the diff below".
    assert len([run for run in asked if run in set(shared)]) < len(asked) / 500, shared
    # So many in a row count as copied everywhere in the program, and there are none.
    assert not [run for _, prompt in never_learnt() for run in runs(prompt, RUN) if run in learnt]


def runs(text: str, length: int) -> list[tuple[str, ...]]:
    found = words(text)
    return [tuple(found[at : at + length]) for at in range(len(found) - length + 1)]
