"""Teaching a pretrained base: the rows, a run that was stopped, and what comes out of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from written_few import few_are_written, few_data  # noqa: E402

from promptstyle.convert import write_base  # noqa: E402
from promptstyle.core.bases.files import sha256  # noqa: E402
from promptstyle.core.errors import PromptstyleError  # noqa: E402
from promptstyle.core.pretraining import adapting_rows, sources, tokenizer  # noqa: E402
from promptstyle.core.pretraining.__main__ import main  # noqa: E402
from promptstyle.core.pretraining.adapting import Plan, Run, ship  # noqa: E402
from promptstyle.core.pretraining.adapting_rows import Rows  # noqa: E402
from promptstyle.core.pretraining.corpus import Corpus  # noqa: E402
from promptstyle.core.training.template import IGNORED  # noqa: E402
from promptstyle.core.training.tokenizer import Tokenizer  # noqa: E402

PLAN = Plan(tokens=3 * 2 * 128, rank=2, rows=2, length=128, at_a_time=1, warmup=1, decay_from=512)


@pytest.fixture(scope="module", autouse=True)
def few_to_learn_from() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        few_are_written(patch)
        patch.setattr(adapting_rows, "MEASURED", 2)
        yield


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory, base_dir: Path) -> Corpus:
    folder = few_data(tmp_path_factory.mktemp("data"))
    return Corpus(sources.load(folder), tokenizer.load(base_dir / "tokenizer.model"), 1)


def test_a_row_is_a_function_of_its_number(corpus: Corpus, tiny_base: Path) -> None:
    tokens = Tokenizer(tiny_base)
    rows = [Rows(corpus, tokens, "a").row(at, 200) for at in (0, 1)]
    assert rows[0] == Rows(corpus, tokens, "a").row(0, 200)
    assert rows[0] != rows[1] and rows[0] != Rows(corpus, tokens, "b").row(0, 200)
    for ids, labels in rows:
        assert len(ids) == len(labels) == 200
        assert {label for label in labels if label != IGNORED} <= set(ids)
        # Prompts are learnt, requests are given.
        assert 0 < sum(label == IGNORED for label in labels) < 200
    assert "### Instruction:" in tokens.decode(rows[0][0])


def test_the_rate_rises_and_falls_to_nothing() -> None:
    plan = Plan(tokens=40 * 2048, decay_from=20 * 2048, warmup=4)
    shares = [plan.share(step) for step in range(41)]
    assert shares[:5] == [0.25, 0.5, 0.75, 1.0, 1.0]
    assert shares[20] == 1.0 and shares[30] == 0.5 and shares[40] == 0.0


def test_a_resumed_run_ends_with_the_same_adapter(
    corpus: Corpus, tiny_base: Path, tmp_path: Path
) -> None:
    def run(folder: Path) -> Run:
        folder.mkdir(exist_ok=True)
        return Run(folder, tiny_base, corpus, PLAN)

    whole = run(tmp_path / "whole")
    whole.train()
    first = run(tmp_path / "parts")
    first.update_once = first.update  # type: ignore[attr-defined]

    def stop() -> float:
        first.stopping = True
        return first.update_once()  # type: ignore[attr-defined,no-any-return]

    first.update = stop  # type: ignore[method-assign]
    first.train()
    assert first.step == 1
    second = run(tmp_path / "parts")
    assert second.resume() and second.step == 1
    second.train()
    assert second.step == whole.step == 3
    one, two = (
        (tmp_path / name / "adapter" / "adapter_model.safetensors").read_bytes()
        for name in ("whole", "parts")
    )
    assert one == two
    lines = (tmp_path / "whole" / "log.jsonl").read_text("utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    assert [event["event"] for event in events] == ["plan", *["train"] * 3, "finished"]
    assert events[0]["held"] > 0


def test_the_command_makes_an_adapter_that_can_be_merged(
    tiny_base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--base", str(tiny_base), "--data", str(few_data(tmp_path / "data"))]
    out = tmp_path / "run"
    words += ["--out", str(out), "--tokens", "2048", "--ship", str(tmp_path / "shipped")]
    assert main(["adapt", *words, "--rank", "2"]) == 0
    for line in (tmp_path / "shipped" / "SHA256SUMS").read_text("utf-8").splitlines():
        digest, name = line.split("  ")
        assert sha256(tmp_path / "shipped" / name) == digest
    write_base(tiny_base, tmp_path / "shipped", tmp_path / "base", settings={})
    before, after = (
        (folder / "model.safetensors").read_bytes() for folder in (tiny_base, tmp_path / "base")
    )
    assert before != after
    # It is gone on with as it was begun, or not at all.
    assert main(["adapt", *words, "--rank", "3"]) == 1
    assert "another base, seed, rank or beginning" in capsys.readouterr().err


def test_a_run_begins_with_the_adapter_of_another(
    corpus: Corpus, tiny_base: Path, tmp_path: Path
) -> None:
    def run(name: str, init: Path | None, plan: Plan = PLAN) -> Run:
        (tmp_path / name).mkdir(exist_ok=True)
        return Run(tmp_path / name, tiny_base, corpus, plan, init)

    first = run("first", None, replace(PLAN, rate=3e-2))
    untaught = first.measure()
    first.train()
    ship(tmp_path / "first", tmp_path / "shipped", "tiny")
    second = run("second", tmp_path / "shipped", replace(PLAN, seed="2"))
    # Shipped with 16 bits.
    assert second.measure() == pytest.approx(first.measure(), abs=5e-3)
    assert second.measure() < untaught - 2e-2
    second.train()
    assert second.step == 3
    # What was begun with another one is another run.
    with pytest.raises(PromptstyleError, match="beginning"):
        run("second", tmp_path / "first" / "adapter", replace(PLAN, seed="2")).resume()
    with pytest.raises(PromptstyleError, match="another base or rank"):
        run("third", tmp_path / "shipped", replace(PLAN, rank=3))
    with pytest.raises(PromptstyleError, match="cannot be read"):
        run("third", tmp_path)
