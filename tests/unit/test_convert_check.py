"""check_gguf: whole files pass, anything else is a ConvertError, never another exception."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from gguf import GGMLQuantizationType, GGUFWriter
from gguf.constants import GGML_QUANT_SIZES
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from promptstyle.convert import ConvertError, check_gguf
from promptstyle.convert.check import BLOCKS, read_header

SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)


def build(path: Path, tokens: int = 5, scores: int = 5) -> Path:
    writer = GGUFWriter(path, "llama")
    writer.add_string("general.name", "tiny")
    writer.add_uint32("llama.block_count", 1)
    writer.add_array("tokenizer.ggml.tokens", [f"piece{i}" for i in range(tokens)])
    writer.add_array("tokenizer.ggml.scores", [float(-i) for i in range(scores)])
    writer.add_bool("tokenizer.ggml.add_bos_token", True)
    writer.add_tensor("token_embd.weight", np.ones((5, 32), np.float16))
    writer.add_tensor("output_norm.weight", np.ones(33, np.float32))
    writer.add_tensor(
        "output.weight", np.ones((5, 34), np.uint8), raw_dtype=GGMLQuantizationType.Q8_0
    )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture
def whole(tmp_path: Path) -> bytes:
    return build(tmp_path / "whole.gguf").read_bytes()


def test_a_whole_file_passes_and_its_header_is_read(tmp_path: Path) -> None:
    path = build(tmp_path / "a.gguf")
    check_gguf(path)
    header = read_header(path)
    assert header.metadata["general.name"] == "tiny"
    assert header.metadata["tokenizer.ggml.tokens"] == 5
    assert header.metadata["tokenizer.ggml.add_bos_token"] is True
    norm = header.tensors["output_norm.weight"]
    assert (norm.shape, norm.kind, norm.size) == ((33,), 0, 132)
    data = path.read_bytes()[norm.offset : norm.offset + norm.size]
    assert np.frombuffer(data, np.float32).tolist() == [1.0] * 33


def test_the_table_of_types_is_gguf_s() -> None:
    assert {int(kind): size for kind, size in GGML_QUANT_SIZES.items()} == BLOCKS


@SHARED
@given(st.data())
def test_every_truncation_is_refused(tmp_path: Path, whole: bytes, data: st.DataObject) -> None:
    header_end = read_header(tmp_path / "whole.gguf").tensors["output.weight"]
    length = data.draw(st.integers(0, header_end.offset + header_end.size - 1))
    path = tmp_path / "cut.gguf"
    path.write_bytes(whole[:length])
    with pytest.raises(ConvertError) as caught:
        check_gguf(path)
    assert caught.value.hint
    assert "\n" not in caught.value.message


@SHARED
@given(st.data())
def test_random_damage_never_raises_anything_else(
    tmp_path: Path, whole: bytes, data: st.DataObject
) -> None:
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged.gguf"
    path.write_bytes(damaged)
    try:
        check_gguf(path)
    except ConvertError as error:
        assert error.message.startswith(str(path))


@SHARED
@given(st.binary(max_size=200))
@example(b"GGUF")
@example(b"GGUF\x03\x00\x00\x00" + b"\xff" * 16)
@example(b"FUGG\x00\x00\x00\x03")
def test_foreign_bytes_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign.gguf"
    path.write_bytes(content)
    with pytest.raises(ConvertError):
        check_gguf(path)


def test_each_problem_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.gguf"
    for content, words in (
        (b"", "is empty"),
        (b"PK\x03\x04" * 9, "is not a GGUF file"),
        (b"GGUF" + (1).to_bytes(4, "little") + bytes(16), "GGUF version 1"),
        (b"GGUF" + (3).to_bytes(4, "big") + bytes(16), "GGUF version"),
    ):
        path.write_bytes(content)
        with pytest.raises(ConvertError, match=words):
            check_gguf(path)
    with pytest.raises(ConvertError, match="does not exist"):
        check_gguf(tmp_path / "none.gguf")
    with pytest.raises(ConvertError, match="cannot be read"):
        check_gguf(tmp_path)
    with pytest.raises(ConvertError, match="differ in length"):
        check_gguf(build(path, tokens=5, scores=4))
    sound = build(path).read_bytes()
    layers = b"llama.block_count" + (4).to_bytes(4, "little")
    for old, new, words in (
        (b"piece1", b"piece2", "two tokens have the same text"),
        (layers + b"\1\0", layers + b"\1\2", "has 513 layers"),
        (layers + b"\1", layers + b"\0", "has 0 layers"),
    ):
        assert sound.count(old) == 1
        path.write_bytes(sound.replace(old, new))
        with pytest.raises(ConvertError, match=words):
            check_gguf(path)


def test_no_weights_are_read(tmp_path: Path) -> None:
    """A file of a thousand gigabytes (a hole on disk) is checked by its header alone."""
    path = tmp_path / "huge.gguf"
    rows = 1 << 28
    writer = GGUFWriter(path, "llama")
    writer.add_tensor_info("token_embd.weight", (rows, 1024), np.dtype(np.float32), rows * 4096)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    writer.close()
    with pytest.raises(ConvertError, match="is cut off"):
        check_gguf(path)
    try:
        os.truncate(path, rows * 4096 + 4096)
    except OSError:
        pytest.skip("the file system has no sparse files of this size")
    check_gguf(path)
