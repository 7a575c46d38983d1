"""What every test stands on: a home of its own, no network, no tokens, few threads."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from once import made_once

from promptstyle.core.paths import HOME_VARIABLE, Home

ROOT = Path(__file__).resolve().parent.parent

# Before torch and the tokenizers start. One thread: the order of sums is fixed, and a busy
# neighbour cannot slow the tests fivefold (torch's threads wait for each other).
for name, value in {
    "OMP_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}.items():
    os.environ.setdefault(name, value)

SECRETS = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACE_HUB_TOKEN", "GITHUB_TOKEN")

# CI draws the same examples every time: a red build there is always of the commit's making.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None)
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: what `make slow` runs and `make test` does not")
    config.addinivalue_line("markers", "shared_data: needs a file of the machine's ../shared/data")


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Every test in an empty home: none can read or write the user's own files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(tmp_path_factory.mktemp("home")))
        for secret in SECRETS:
            patch.delenv(secret, raising=False)
        yield


@pytest.fixture
def home(_own_home: None) -> Home:
    """This test's home, its folders made."""
    return Home.locate().ensure()


@pytest.fixture(scope="session")
def starter_likes() -> Path:
    """The 61 starter likes (JSONL), as shipped."""
    return ROOT / "assets" / "starter_likes.jsonl"


@pytest.fixture(scope="session")
def base_dir() -> Path:
    """The embedded base model's folder, as shipped."""
    folder = ROOT / "assets" / "base"
    if not (folder / "config.json").is_file():
        pytest.skip("assets/base does not exist yet: it is still being trained")
    return folder


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory, starter_likes: Path) -> Path:
    """A real base folder of 0.1 million weights that has seen the starter likes.

    Small enough to be made in seconds, taught enough that its answers end by themselves.
    """
    return made_once(tmp_path_factory, "tinybase", lambda folder: teach(folder, starter_likes))


def teach(folder: Path, starter_likes: Path) -> None:
    """Make the tiny base in `folder`."""
    import io

    import sentencepiece
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    from promptstyle.core.training.dataset import collate, example
    from promptstyle.core.training.template import Style
    from promptstyle.core.training.tokenizer import Tokenizer

    rows = [json.loads(line) for line in starter_likes.read_text("utf-8").splitlines()]
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.Train(
        sentence_iterator=iter([text for row in rows for text in row.values()]),
        model_writer=model,
        vocab_size=600,
        model_type="bpe",
        byte_fallback=True,
        unk_id=0,
        bos_id=1,
        eos_id=2,
        pad_id=-1,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        split_digits=True,
        minloglevel=2,
    )
    (folder / "tokenizer.model").write_bytes(model.getvalue())
    tokenizer = Tokenizer(folder)
    torch.manual_seed(0)
    network = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=600,
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=1024,
            tie_word_embeddings=True,
            bos_token_id=1,
            eos_token_id=2,
        )
    )
    examples = [example((row["input"], row["output"]), Style(), tokenizer, 256) for row in rows]
    optimizer = torch.optim.AdamW(network.parameters(), lr=5e-3)
    for step in range(90):
        batch = collate([examples[(8 * step + i) % len(examples)] for i in range(8)], pad=2)
        network(**batch).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    network.to(torch.bfloat16).save_pretrained(folder)
