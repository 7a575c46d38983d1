"""The base in assets/ is what its card says: a small Llama that copies and prefers shown style."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

torch = pytest.importorskip("torch")

from promptstyle.core.pretraining import tokenizer  # noqa: E402
from promptstyle.core.pretraining.authors import Author, draw_habits  # noqa: E402
from promptstyle.core.pretraining.copy_heads import repeated_accuracy, repeated_rows  # noqa: E402
from promptstyle.core.pretraining.export import exported  # noqa: E402
from promptstyle.core.pretraining.network import Network  # noqa: E402
from promptstyle.core.pretraining.tasks import TaskMaker  # noqa: E402
from promptstyle.core.training.template import encode, layout  # noqa: E402

BASE = Path(__file__).parents[2] / "assets" / "base"


@pytest.fixture(scope="module")
def network() -> Network:
    return exported(BASE)


def test_the_config_is_the_network_s(network: Network) -> None:
    config = json.loads((BASE / "config.json").read_text("utf-8"))
    # What the program is to know beside the network (`Base.parts`).
    config.pop("promptstyle", None)
    assert config == network.shape.config()


def test_the_folder_is_small_and_complete() -> None:
    assert (BASE / "model.safetensors").stat().st_size < 60_000_000
    for name in ("config.json", "tokenizer.model", "MODEL_CARD.md", "SOURCES.md", "curve.jsonl"):
        assert (BASE / name).stat().st_size > 0
    # OpenStax asks to be named wherever its text is used.
    assert "OpenStax" in (BASE / "SOURCES.md").read_text("utf-8")


def test_matrices_can_be_quantised_in_blocks_of_256(network: Network) -> None:
    for name, weight in network.named_parameters():
        if weight.ndim == 2:
            assert weight.shape[1] % 256 == 0, name


def test_repeated_random_tokens_are_copied(network: Network) -> None:
    rows = repeated_rows(4, 80, network.shape.vocabulary, tokenizer.FIRST_PIECE, seed=77)
    accuracy, _ = repeated_accuracy(network, rows)
    assert accuracy > 0.85


def test_shown_prompts_of_an_author_make_the_next_one_likelier(network: Network) -> None:
    model = tokenizer.load(BASE / "tokenizer.model")
    losses = {0: 0.0, 4: 0.0}
    learnt = 0
    for seed in range(12):
        rng = Random(f"shipped:{seed}")
        author = Author(draw_habits(rng))
        pairs = [author.pair(TaskMaker([]), rng) for _ in range(5)]
        for shown in losses:
            row = encode(layout(*pairs[4], pairs[:shown]), model.encode, bos=1, eos=2)
            with torch.no_grad():
                total, count = network.loss_sum(torch.tensor([row.ids]), torch.tensor([row.labels]))
            losses[shown] += float(total)
        learnt += count
    assert losses[4] / learnt < losses[0] / learnt - 0.2
    assert losses[4] / learnt < 1.5
