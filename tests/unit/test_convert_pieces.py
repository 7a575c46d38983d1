"""tokenizer.model read without sentencepiece, and what llama.cpp could not reproduce."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sentencepiece
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from promptstyle.convert import ConvertError
from promptstyle.convert.config import LlamaConfig
from promptstyle.convert.pieces import Kind, read_pieces
from promptstyle.convert.vocabulary import Vocabulary

SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)


def train(folder: Path, **changes: Any) -> Path:
    text = folder / "text.txt"
    text.write_text("a prompt that lists three books and shows only the result\n" * 9)
    options = {
        "vocab_size": 290,
        "model_type": "bpe",
        "byte_fallback": True,
        "normalization_rule_name": "identity",
        "remove_extra_whitespaces": False,
        **changes,
    }
    sentencepiece.SentencePieceTrainer.train(
        input=str(text), model_prefix=str(folder / "tokenizer"), minloglevel=2, **options
    )
    return folder / "tokenizer.model"


def config(vocabulary: int, **changes: Any) -> LlamaConfig:
    values: dict[str, Any] = {
        "vocabulary": vocabulary, "hidden": 32, "feed_forward": 64, "layers": 1, "heads": 2,
        "kv_heads": 2, "head_dim": 16, "context": 64, "norm_epsilon": 1e-5, "rope_theta": 1e4,
        "rope_factor": 1.0, "tied": True, "attention_bias": False, "mlp_bias": False,
        "bos": None, "eos": (), "pad": None, **changes,
    }  # fmt: skip
    return LlamaConfig(**values)


def test_the_file_is_read_as_sentencepiece_reads_it(tmp_path: Path) -> None:
    path = train(tmp_path, pad_id=3)
    mine = read_pieces(path)
    theirs = sentencepiece.SentencePieceProcessor(model_file=str(path))
    assert [p.text for p in mine.pieces] == [theirs.id_to_piece(i) for i in range(290)]
    assert [p.score for p in mine.pieces] == [theirs.get_score(i) for i in range(290)]
    assert (mine.unknown, mine.bos, mine.eos, mine.pad) == (0, 1, 2, 3)
    assert [i for i, p in enumerate(mine.pieces) if p.kind is Kind.BYTE] == list(range(4, 260))


def test_other_names_and_absent_specials_are_found(tmp_path: Path) -> None:
    mine = read_pieces(train(tmp_path, bos_piece="<begin>", eos_id=-1, add_dummy_prefix=False))
    assert mine.bos is not None
    assert mine.pieces[mine.bos].text == "<begin>"
    assert (mine.eos, mine.pad, mine.dummy_prefix) == (None, None, False)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model_type": "unigram", "vocab_size": 280}, "not a BPE"),
        ({"byte_fallback": False, "vocab_size": 40}, "no byte fallback"),
        ({"normalization_rule_name": "nmt_nfkc"}, "normalises"),
        ({"remove_extra_whitespaces": True}, "removes extra spaces"),
        ({"user_defined_symbols": ["<sep>"]}, "user-defined"),
        ({"treat_whitespace_as_suffix": True}, "end of words"),
    ],
)
def test_what_llama_cpp_would_split_otherwise_is_refused(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConvertError, match=words):
        read_pieces(train(tmp_path, **changes))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return train(tmp_path_factory.mktemp("sound")).read_bytes()


@SHARED
@given(st.data())
def test_damage_never_raises_anything_else(
    tmp_path: Path, sound: bytes, data: st.DataObject
) -> None:
    damaged = bytearray(sound[: data.draw(st.integers(0, len(sound)))])
    for _ in range(data.draw(st.integers(0, 3))):
        if damaged:
            damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "tokenizer.model"
    path.write_bytes(damaged)
    try:
        read_pieces(path)
    except ConvertError as error:
        assert error.hint


@SHARED
@given(st.binary(max_size=64))
@example(b"\x08" + b"\xff" * 20)
@example(b"<!DOCTYPE html>")
@example(b"version https://git-lfs.github.com/spec/v1\n")
def test_foreign_files_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "tokenizer.model").write_bytes(content)
    with pytest.raises(ConvertError, match=r"tokenizer\.model"):
        read_pieces(tmp_path / "tokenizer.model")


def test_a_missing_tokenizer_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConvertError, match=r"has no tokenizer\.model"):
        read_pieces(tmp_path / "tokenizer.model")


def test_rows_without_a_piece_become_padding_or_the_named_tokens(tmp_path: Path) -> None:
    train(tmp_path)
    settings_ = {
        "add_eos_token": True,
        "added_tokens_decoder": {
            "2": {"content": "</s>"},
            "290": {"content": "<|end|>"},
            "291": {"content": "</s>"},
        },
    }
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(settings_))
    (tmp_path / "added_tokens.json").write_text(json.dumps({"<|more|>": 293}))
    vocabulary = Vocabulary.of_folder(tmp_path, config(295))
    extra = [(token.text, int(token.kind)) for token in vocabulary.tokens[290:]]
    # A text that is taken already would end llama.cpp's process.
    assert extra == [
        ("<|end|>", 3), ("[PAD291]", 5), ("[PAD292]", 5), ("<|more|>", 3), ("[PAD294]", 5),
    ]  # fmt: skip
    assert (vocabulary.add_bos, vocabulary.add_eos) == (True, True)


def test_special_ids_of_the_configuration_win(tmp_path: Path) -> None:
    train(tmp_path)
    plain = Vocabulary.of_folder(tmp_path, config(290))
    assert (plain.bos, plain.eos, plain.end_of_turn, plain.pad) == (1, 2, None, None)
    told = Vocabulary.of_folder(tmp_path, config(292, bos=5, eos=(290, 291), pad=0))
    assert (told.bos, told.eos, told.end_of_turn, told.pad) == (5, 290, 291, 0)
    with pytest.raises(ConvertError, match="names token 300 of 290"):
        Vocabulary.of_folder(tmp_path, config(290, pad=300))
    with pytest.raises(ConvertError, match="has 290 pieces, the model has 289 rows"):
        Vocabulary.of_folder(tmp_path, config(289))


def test_broken_settings_are_named(tmp_path: Path) -> None:
    train(tmp_path)
    for name, text in (
        ("tokenizer_config.json", "{"),
        ("tokenizer_config.json", "[]"),
        ("tokenizer_config.json", '{"added_tokens_decoder": {"x": {}}}'),
        ("added_tokens.json", '{"a": "b"}'),
    ):
        (tmp_path / name).write_text(text)
        with pytest.raises(ConvertError):
            Vocabulary.of_folder(tmp_path, config(290))
        (tmp_path / name).unlink()


def test_a_tokenizer_that_could_forge_its_end_token_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # Its end token is a text that is also two pieces: llama.cpp would merge them to it.
    train(tmp_path, eos_piece="ab")
    vocabulary = Vocabulary.of_folder(tmp_path, config(290))
    assert vocabulary.forgeable() == ["ab"]
    assert "plain text may turn into the token ab" in caplog.text
