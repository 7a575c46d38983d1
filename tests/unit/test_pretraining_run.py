"""A run that was stopped goes on as if it had not been, and its export loads anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from written_few import few_are_written, few_data  # noqa: E402

from promptstyle.core.errors import PromptstyleError  # noqa: E402
from promptstyle.core.pretraining import sources, tokenizer, yardstick  # noqa: E402
from promptstyle.core.pretraining.__main__ import main  # noqa: E402
from promptstyle.core.pretraining.attribution import document  # noqa: E402
from promptstyle.core.pretraining.corpus import Corpus  # noqa: E402
from promptstyle.core.pretraining.export import curve, export  # noqa: E402
from promptstyle.core.pretraining.network import Shape  # noqa: E402
from promptstyle.core.pretraining.trainer import Plan, Run  # noqa: E402

SHAPE = Shape(vocabulary=600, hidden=256, intermediate=256, layers=2, heads=4, kv_heads=4)
STEP = 1024 + 512


def plan(steps: int) -> Plan:
    return Plan(tokens=steps * STEP, seed=4, decay_from=2 * STEP, copy_heads_at=2 * STEP,
                long_rows=1, short_rows=1, warmup=STEP, fit_rows=2,
                measure_every=10**9, compile=False)  # fmt: skip


@pytest.fixture(autouse=True)
def few_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """The yardstick has tests of its own; to lay all of it out takes longer than to train."""
    monkeypatch.setattr(yardstick, "AUTHORS", 3)


@pytest.fixture(scope="module", autouse=True)
def few_to_learn_from() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        few_are_written(patch)
        yield


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return few_data(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def corpus(data: Path) -> Corpus:
    found = sources.load(data)
    tokenizer.train(found, data / "tokenizer.model", vocabulary=600, characters=200_000, seed=1)
    return Corpus(found, tokenizer.load(data / "tokenizer.model"), seed=4)


def started(folder: Path, corpus: Corpus, steps: int) -> Run:
    folder.mkdir(exist_ok=True)
    # Float32: not every processor has bfloat16, and those without take minutes to emulate it.
    run = Run(folder, corpus, SHAPE, plan(steps), dtype=torch.float32)
    # The yardstick is measured elsewhere; two of its queries are enough here.
    run.yardstick = type(run.yardstick)(
        {name: rows[:1] for name, rows in run.yardstick.queries.items()}, run.yardstick.prose[:1]
    )
    return run


def test_a_resumed_run_ends_with_the_same_weights(tmp_path: Path, corpus: Corpus) -> None:
    whole = started(tmp_path / "whole", corpus, 4)
    whole.train()
    first = started(tmp_path / "parts", corpus, 4)
    steps = first.train_step

    def stop_after_third(*rows: object) -> tuple[float, int]:
        found = steps(*rows)  # type: ignore[arg-type]
        first.stopping = first.step == 2
        return found

    first.train_step = stop_after_third  # type: ignore[method-assign]
    first.train()
    assert first.tokens == 3 * STEP
    second = started(tmp_path / "parts", corpus, 4)
    assert second.resume()
    assert second.copies_at == 2 * STEP
    second.train()
    assert second.tokens == whole.tokens == 4 * STEP
    for name, weight in whole.network.state_dict().items():
        assert torch.equal(weight, second.network.state_dict()[name]), name
    events = [event["event"] for event in curve(tmp_path / "parts")]
    assert events == ["plan", "copy_heads", "yardstick", "stopped",
                      "resumed", "plan", "yardstick", "finished"]  # fmt: skip


def test_an_export_loads_in_transformers_and_says_the_same(tmp_path: Path, corpus: Corpus) -> None:
    from transformers import LlamaForCausalLM

    run = started(tmp_path / "run", corpus, 1)
    run.train()
    (tmp_path / "run" / "tokenizer.model").write_bytes(corpus.tokenizer.serialized_model_proto())
    facts = export(tmp_path / "run", tmp_path / "base")
    assert facts["tokens"] == STEP
    model = LlamaForCausalLM.from_pretrained(tmp_path / "base", dtype=torch.float32)
    ids = corpus.tokenize("a prompt about river 7 and the sea")
    with torch.no_grad():
        run.network.dtype = torch.float32
        run.network.tables.clear()
        for weight in run.network.parameters():
            weight.copy_(weight.bfloat16())
        ours = run.network.logits(torch.tensor([ids]))
        assert torch.allclose(model(torch.tensor([ids])).logits, ours, atol=1e-3)
    # transformers reads a sentencepiece file only where protobuf is installed, so the program
    # itself uses sentencepiece; the folder's file is the run's.
    assert tokenizer.load(tmp_path / "base" / "tokenizer.model").encode("river") == (
        corpus.tokenize("river")
    )


def test_a_run_begins_with_an_exported_base(tmp_path: Path, corpus: Corpus) -> None:
    first = started(tmp_path / "first", corpus, 3)
    first.train()
    (first.folder / "tokenizer.model").write_bytes(corpus.tokenizer.serialized_model_proto())
    export(first.folder, tmp_path / "base")
    second = started(tmp_path / "second", corpus, 4)
    second.start_from(tmp_path / "base")
    for name, weight in first.network.state_dict().items():
        assert torch.equal(weight.bfloat16().float(), second.network.state_dict()[name]), name
    assert not any(buffer.any() for buffer in second.muon.buffers.values())
    assert not second.adam.state
    assert second.rate_share() == pytest.approx(1 / STEP)
    second.train()
    assert second.tokens == 4 * STEP
    # The heads that copy came with the weights: setting them again would undo training.
    events = [event["event"] for event in curve(second.folder)]
    assert events == ["init", "plan", "yardstick", "finished"]
    resumed = started(tmp_path / "second", corpus, 4)
    assert resumed.resume()
    assert resumed.copies_at == 0


def test_a_base_of_another_shape_is_refused(tmp_path: Path, corpus: Corpus) -> None:
    first = started(tmp_path / "first", corpus, 1)
    first.save()
    (first.folder / "tokenizer.model").write_bytes(corpus.tokenizer.serialized_model_proto())
    first.log(event="plan")
    export(first.folder, tmp_path / "base")
    for other in (replace(SHAPE, layers=1), replace(SHAPE, layers=5), replace(SHAPE, hidden=192)):
        with pytest.raises(PromptstyleError, match="another shape"):
            Run(tmp_path, corpus, other, plan(1)).start_from(tmp_path / "base")
    assert not (tmp_path / "log.jsonl").exists()
    # With more blocks, up to twice as many, it grows, and says the same at first.
    ids = torch.randint(3, SHAPE.vocabulary, (1, 24), generator=torch.Generator().manual_seed(1))
    said = []
    for layers in (SHAPE.layers, 3, 4):
        run = Run(tmp_path, corpus, replace(SHAPE, layers=layers), plan(1), dtype=torch.float32)
        run.start_from(tmp_path / "base")
        with torch.no_grad():
            said.append(run.network.logits(ids))
    assert all(torch.allclose(said[0], other, atol=1e-5) for other in said[1:])


def test_the_command_begins_with_a_base_and_its_tokenizer(
    tmp_path: Path, data: Path, corpus: Corpus, capsys: pytest.CaptureFixture[str]
) -> None:
    first = started(tmp_path / "first", corpus, 1)
    first.train()
    words = ["--data", str(data), "--out", str(tmp_path / "run"), "--tokens", "1",
             "--vocabulary", "600", "--layers", "2", "--intermediate", "256",
             "--long-rows", "1", "--short-rows", "1", "--no-compile",
             "--init", str(tmp_path / "base")]  # fmt: skip
    assert main(words) == 1
    assert "tokenizer.model is missing" in capsys.readouterr().err
    kept = corpus.tokenizer.serialized_model_proto()
    (first.folder / "tokenizer.model").write_bytes(kept)
    export(first.folder, tmp_path / "base")
    assert main(words) == 0
    assert (tmp_path / "run" / "tokenizer.model").read_bytes() == kept
    assert [event["event"] for event in curve(tmp_path / "run")] == [
        "init", "plan", "yardstick", "finished",
    ]  # fmt: skip


def test_sources_are_carried_on_or_missed(tmp_path: Path) -> None:
    folder = tmp_path / "prose"
    folder.mkdir()
    (folder / "text_a.jsonl.xz").touch()
    with pytest.raises(PromptstyleError, match="does not say where"):
        document(tmp_path)
    (folder / "SOURCES.md").write_text("# Sources\n\n## a/b\n- Licence: CC BY 4.0\n")
    assert "## prose/\n\n## Sources\n\n### a/b\n- Licence: CC BY 4.0" in document(tmp_path)


def test_exporting_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PromptstyleError, match="holds no checkpoint"):
        export(tmp_path, tmp_path / "base")


@pytest.mark.parametrize("verb", ["train", "export"])
def test_the_command_says_what_is_missing(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, out = str(tmp_path / "run"), str(tmp_path / "base")
    words = ["--data", str(tmp_path), "--out", run, "--tokens", "1"]
    assert main(["export", run, out] if verb == "export" else words) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines] == ["error", "hint"]
    assert not (tmp_path / "base").exists()
