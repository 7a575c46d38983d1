"""The converted vocabulary splits text as training does: sentencepiece against llama.cpp."""

from __future__ import annotations

import ctypes
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import sentencepiece
from gguf import GGUFWriter

from promptstyle.convert.config import LlamaConfig
from promptstyle.convert.vocabulary import Vocabulary

ROOT = Path(__file__).resolve().parents[2]
COUNT = 5000

# Code points that tokenisers trip over, by kind.
KINDS: dict[str, list[tuple[int, int]]] = {
    "ascii": [(0x20, 0x7E)],
    "control": [(0x00, 0x1F), (0x7F, 0x9F)],
    "latin": [(0xA0, 0x24F)],
    "combining": [(0x300, 0x36F), (0x1AB0, 0x1AFF), (0x20D0, 0x20FF)],
    "greek-cyrillic": [(0x370, 0x52F)],
    "rtl": [(0x590, 0x6FF), (0x700, 0x74F)],
    "indic-thai": [(0x900, 0xDFF), (0xE00, 0xE7F)],
    "spaces": [(0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F), (0x3000, 0x3000)],
    "spaces-and-lines": [(0x09, 0x0D), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0)],
    "symbols": [(0x2100, 0x27BF), (0x2580, 0x259F)],
    "hangul-jamo": [(0x1100, 0x11FF), (0xAC00, 0xD7A3)],
    "cjk": [(0x3040, 0x30FF), (0x4E00, 0x9FFF)],
    "private": [(0xE000, 0xF8FF), (0xF0000, 0xF0FFF)],
    "near-surrogates": [(0xD7A4, 0xD7FF), (0xE000, 0xE00F), (0xFF00, 0xFFFF)],
    "emoji": [(0x1F300, 0x1FAFF), (0x200D, 0x200D), (0xFE0E, 0xFE0F), (0x1F3FB, 0x1F3FF)],
    "flags-tags": [(0x1F1E6, 0x1F1FF), (0xE0020, 0xE007F)],
    "planes": [(0x10000, 0x10FFFF)],
    "unassigned": [(0x0378, 0x0379), (0xFFF0, 0xFFFF), (0x10FFF0, 0x10FFFF)],
}
# Text that spells a special token, a byte token or the space mark.
SPELLED = [
    "<s>", "</s>", "<unk>", "<pad>", "<0x0A>", "<0x00>", "[PAD300]", "[PAD32000]", "▁", "▁▁",
    "<|im_end|>", "<|endoftext|>", "### Instruction:\n", "\n\n### Response:\n", "\r\n", "\ufeff",
    "\ufffd", "  ", " " * 40, "\t\t", "\n" * 7, "…", "“quoted”", "e\u0301",
    "👩\u200d👩\u200d👧", "🏳️\u200d🌈",
]  # fmt: skip
SENTENCE = "Make a prompt that lists exactly 12 sentences, and show only the result."
WORDS = SENTENCE.split(" ")


def generated(seed: int, count: int = COUNT) -> Iterator[str]:
    """`count` strings: one kind alone, kinds mixed, spelled tokens, words, long and short."""
    rng = random.Random(seed)
    kinds = list(KINDS.values())

    def characters(ranges: list[tuple[int, int]], length: int) -> str:
        points = [rng.randint(*rng.choice(ranges)) for _ in range(length)]
        return "".join(chr(p) for p in points if not 0xD800 <= p <= 0xDFFF)

    def piece() -> str:
        choice = rng.random()
        if choice < 0.35:
            return characters(rng.choice(kinds), rng.randint(1, 12))
        if choice < 0.6:
            return rng.choice(SPELLED)
        if choice < 0.9:
            return rng.choice(WORDS)
        return rng.choice(" \n\t") * rng.randint(1, 20)

    for number in range(count):
        if number < len(SPELLED):
            yield SPELLED[number]
        elif number % 4 == 0:
            yield characters(kinds[number // 4 % len(kinds)], rng.randint(1, 60))
        else:
            joint = rng.choice(["", "", " "])
            yield joint.join(piece() for _ in range(rng.randint(1, 12)))


class LlamaVocabulary:
    """llama.cpp's tokeniser of a GGUF file, which may hold no weights."""

    def __init__(self, path: Path) -> None:
        import llama_cpp

        self._api = llama_cpp
        llama_cpp.llama_backend_init()
        parameters = llama_cpp.llama_model_default_params()
        parameters.vocab_only = True
        self._model = llama_cpp.llama_model_load_from_file(str(path).encode(), parameters)
        assert self._model
        self._vocab = llama_cpp.llama_model_get_vocab(self._model)

    def encode(self, text: str, special: bool = False) -> list[int]:
        data = text.encode("utf-8")
        ids = (self._api.llama_token * (len(data) + 8))()
        count = self._api.llama_tokenize(
            self._vocab, data, len(data), ids, len(ids), False, special
        )
        assert count >= 0
        return list(ids[:count])

    def piece(self, token: int) -> bytes:
        buffer = ctypes.create_string_buffer(256)
        size = self._api.llama_token_to_piece(self._vocab, token, buffer, 256, 0, True)
        return buffer.raw[:size]

    def close(self) -> None:
        self._api.llama_model_free(self._model)


def train(folder: Path, **changes: str) -> Path:
    """A small tokenizer with the settings of the project's own."""
    rng = random.Random(1)
    lines = [" ".join(rng.choices(WORDS, k=8)) for _ in range(300)]
    lines += ["naïve café — “quoted” … 日本語 пример 👍", "</s> is not <s>, <unk> neither"] * 20
    text = folder / "text.txt"
    text.write_text("\n".join(lines), "utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(text),
        model_prefix=str(folder / "tokenizer"),
        vocab_size=420,
        model_type="bpe",
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        split_digits=True,
        character_coverage=1.0,
        minloglevel=2,
        **changes,
    )
    return folder / "tokenizer.model"


TOKENIZERS = {
    "trained-here": None,
    "embedded": ROOT / "assets" / "base" / "tokenizer.model",
    "llama2": ROOT.parent / "shared" / "data" / "llama2-tokenizer.model",
}
MARKS = {"llama2": pytest.mark.shared_data}


@pytest.fixture(params=[pytest.param(n, marks=MARKS.get(n, ())) for n in TOKENIZERS])
def tokenizer(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A model folder with tokenizer.model."""
    folder = tmp_path / "model"
    folder.mkdir()
    source = TOKENIZERS[request.param]
    if source is None:
        train(folder)
    elif source.is_file():
        (folder / "tokenizer.model").write_bytes(source.read_bytes())
    else:
        pytest.skip(f"{source} is not here")
    return folder


def config(vocabulary: int) -> LlamaConfig:
    return LlamaConfig(
        vocabulary=vocabulary, hidden=32, feed_forward=64, layers=1, heads=2, kv_heads=2,
        head_dim=16, context=64, norm_epsilon=1e-5, rope_theta=1e4, rope_factor=1.0, tied=True,
        attention_bias=False, mlp_bias=False, bos=None, eos=(), pad=None,
    )  # fmt: skip


def write_vocabulary(folder: Path, extra: int = 0) -> tuple[Path, Vocabulary]:
    """A GGUF with nothing but the vocabulary (and one weight, so that it counts as whole)."""
    size = sentencepiece.SentencePieceProcessor(
        model_file=str(folder / "tokenizer.model")
    ).vocab_size()
    out = folder / "vocabulary.gguf"
    return out, write_file(folder, config(size + extra), out)


def write_file(folder: Path, settings: LlamaConfig, out: Path) -> Vocabulary:
    vocabulary = Vocabulary.of_folder(folder, settings)
    writer = GGUFWriter(out, "llama")
    settings.add_to(writer)
    vocabulary.add_to(writer)
    writer.add_tensor("output_norm.weight", np.ones(32, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return vocabulary


@pytest.mark.parametrize("extra", [0, 5])
def test_token_ids_agree_on_generated_strings(tokenizer: Path, extra: int) -> None:
    path, vocabulary = write_vocabulary(tokenizer, extra)
    theirs = sentencepiece.SentencePieceProcessor(model_file=str(tokenizer / "tokenizer.model"))
    mine = LlamaVocabulary(path)
    wrong = []
    used: set[int] = set()
    for text in generated(seed=extra):
        expected = theirs.encode(text)
        used.update(expected)
        if mine.encode(text) != expected:
            wrong.append(text)
    mine.close()
    assert not wrong, f"{len(wrong)} of {COUNT}, such as {sorted(wrong, key=len)[:5]!r}"
    # The strings reach the byte tokens, all of which UTF-8 can hold, and many pieces.
    assert {vocabulary.tokens[i].text for i in used} >= {"<0x00>", "<0x0A>", "<0xF4>", "<0xBF>"}
    assert vocabulary.forgeable() == []


def test_special_tokens_are_never_built_from_plain_text(tokenizer: Path) -> None:
    path, vocabulary = write_vocabulary(tokenizer, extra=3)
    mine = LlamaVocabulary(path)
    for special in (vocabulary.bos, vocabulary.eos, vocabulary.unknown):
        assert special is not None
        text = vocabulary.tokens[special].text
        assert special not in mine.encode(f"a{text}b {text}")
    # When they are asked for, as a chat template does, they are found.
    assert vocabulary.eos in mine.encode("a</s>", special=True)
    mine.close()


def test_a_token_that_counts_as_forgeable_is_forged(tmp_path: Path) -> None:
    """The warning is not idle: llama.cpp builds the token where sentencepiece does not."""
    train(tmp_path, eos_piece="th")
    path, vocabulary = write_vocabulary(tmp_path)
    theirs = sentencepiece.SentencePieceProcessor(model_file=str(tmp_path / "tokenizer.model"))
    mine = LlamaVocabulary(path)
    assert vocabulary.forgeable() == ["th"]
    assert vocabulary.eos in mine.encode("a th")
    assert vocabulary.eos not in theirs.encode("a th")
    mine.close()


def test_pieces_read_back_as_the_same_bytes(tokenizer: Path) -> None:
    path, _ = write_vocabulary(tokenizer)
    theirs = sentencepiece.SentencePieceProcessor(model_file=str(tokenizer / "tokenizer.model"))
    mine = LlamaVocabulary(path)
    for text in generated(seed=7, count=500):
        data = b"".join(mine.piece(token) for token in theirs.encode(text))
        # Both write the space as "▁", so a real "▁" in a text comes back as a space.
        expected = f" {text}".replace("▁", " ") if text else ""
        assert data.decode("utf-8") == expected
    mine.close()


def test_without_the_true_scores_the_ids_would_differ(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(tmp_path)
    monkeypatch.setattr(GGUFWriter, "add_token_scores", _same_scores)
    path, _ = write_vocabulary(tmp_path)
    theirs = sentencepiece.SentencePieceProcessor(model_file=str(tmp_path / "tokenizer.model"))
    mine = LlamaVocabulary(path)
    wrong = [
        text for text in generated(seed=0, count=500) if mine.encode(text) != theirs.encode(text)
    ]
    mine.close()
    assert len(wrong) > 50


def _same_scores(writer: GGUFWriter, scores: Sequence[float]) -> None:
    writer.add_array("tokenizer.ggml.scores", [-1000.0] * len(scores))


def test_scores_and_types_are_sentencepiece_s_own(tokenizer: Path) -> None:
    _, vocabulary = write_vocabulary(tokenizer)
    theirs = sentencepiece.SentencePieceProcessor(model_file=str(tokenizer / "tokenizer.model"))
    assert len(vocabulary.tokens) == theirs.vocab_size()
    for id_, token in enumerate(vocabulary.tokens):
        assert token.text == theirs.id_to_piece(id_)
        assert token.score == theirs.get_score(id_)
        assert (token.kind == 2) == theirs.is_unknown(id_)
        assert (token.kind == 3) == theirs.is_control(id_)
        assert (token.kind == 6) == theirs.is_byte(id_)
    ids = (vocabulary.unknown, vocabulary.bos, vocabulary.eos)
    assert ids == (theirs.unk_id(), theirs.bos_id(), theirs.eos_id())
    assert len({token.score for token in vocabulary.tokens}) > len(vocabulary.tokens) // 4


def test_transformers_agrees_too(tokenizer: Path) -> None:
    """transformers' own tokeniser, made from the pieces as its converter makes it.

    Two kinds of text are left out. It reads special tokens out of plain text. And it puts no
    mark before a text that begins with a space or with the mark, where sentencepiece and
    llama.cpp do; the template begins no segment so.
    """
    from transformers import LlamaTokenizer
    from transformers.convert_slow_tokenizer import generate_merges

    path, vocabulary = write_vocabulary(tokenizer)
    ids = {token.text: id_ for id_, token in enumerate(vocabulary.tokens)}
    scores = {token.text: token.score for token in vocabulary.tokens if token.kind == 1}
    theirs = LlamaTokenizer(vocab=ids, merges=generate_merges(ids, scores))
    mine = LlamaVocabulary(path)
    texts = [
        text
        for text in generated(seed=3, count=1500)
        if not text.startswith((" ", "▁"))
        and not any(special in text for special in ("<s>", "</s>", "<unk>"))
    ]
    wrong = [t for t in texts if mine.encode(t) != theirs.encode(t, add_special_tokens=False)]
    mine.close()
    assert len(texts) > 700
    assert not wrong, f"{len(wrong)}, such as {sorted(wrong, key=len)[:5]!r}"
