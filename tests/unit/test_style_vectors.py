"""The file of vectors, with an encoder whose vectors are hashes of the text."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.style.vectors import Vectors


class Hashing:
    """Gives every text a vector of its own and remembers which it was asked for."""

    def __init__(self, dimensions: int = 8) -> None:
        self.dimensions = dimensions
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.asked += texts
        return np.stack([self.vector(text) for text in texts])

    def vector(self, text: str) -> npt.NDArray[np.float32]:
        digest = hashlib.sha512(text.encode("utf-8", "replace")).digest()[: self.dimensions]
        vector = np.frombuffer(digest, dtype=np.uint8).astype(np.float32) + 1
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "encoder-1.sqlite"


@given(calls=st.lists(st.lists(st.text(max_size=5), max_size=8), max_size=5))
def test_every_text_is_encoded_once_and_gets_its_own_vector(
    tmp_path_factory: pytest.TempPathFactory, calls: list[list[str]]
) -> None:
    file = tmp_path_factory.mktemp("vectors") / "v.sqlite"
    encoder = Hashing()
    for texts in calls:
        found = Vectors(file).of(texts, encoder)
        assert len(found) == len(texts)
        for row, text in zip(found, texts, strict=True):
            np.testing.assert_array_equal(row, encoder.vector(text))
    assert len(encoder.asked) == len(set(encoder.asked))
    assert set(encoder.asked) == {text for texts in calls for text in texts}


def test_more_texts_than_a_statement_holds(file: Path) -> None:
    texts = [f"text {i}" for i in range(1700)]
    encoder = Hashing()
    made = Vectors(file).of(texts, encoder)
    again = Vectors(file).of(texts[::-1], encoder)
    assert len(encoder.asked) == 1700
    np.testing.assert_array_equal(made[::-1], again)


def test_the_file_is_the_owners_and_holds_no_text(file: Path) -> None:
    Vectors(file).of(["a secret of mine"], Hashing())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"secret" not in file.read_bytes()


def test_half_of_a_surrogate_pair_is_no_obstacle(file: Path) -> None:
    encoder = Hashing()
    Vectors(file).of(["a\ud800b"], encoder)
    Vectors(file).of(["a\ud800b"], encoder)
    assert len(encoder.asked) == 1


@pytest.mark.parametrize("damage", ["garbage", "cut", "emptied", "flipped", "other table"])
def test_a_damaged_file_is_made_anew(file: Path, damage: str) -> None:
    texts = [f"text {i}" for i in range(40)]
    expected = Vectors(file).of(texts, Hashing())
    content = file.read_bytes()
    if damage == "garbage":
        file.write_bytes(b"no database at all " * 500)
    elif damage == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif damage == "emptied":
        file.write_bytes(b"")
    elif damage == "flipped":
        with sqlite3.connect(file) as database:
            database.execute("UPDATE vectors SET vector = zeroblob(32) WHERE rowid = 7")
        database.close()
    else:
        file.unlink()
        with sqlite3.connect(file) as database:
            database.execute("CREATE TABLE vectors (something)")
        database.close()
    encoder = Hashing()
    np.testing.assert_array_equal(Vectors(file).of(texts, encoder), expected)
    assert encoder.asked
    again = Hashing()
    np.testing.assert_array_equal(Vectors(file).of(texts, again), expected)
    assert not again.asked


def test_vectors_of_another_length_are_never_mixed(file: Path) -> None:
    Vectors(file).of(["one", "two"], Hashing(8))
    other = Hashing(16)
    found = Vectors(file).of(["one", "three"], other)
    assert found.shape == (2, 16)
    np.testing.assert_array_equal(found[0], other.vector("one"))


def test_a_failure_of_the_encoder_leaves_what_was_kept(file: Path) -> None:
    class Failing:
        def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
            raise RuntimeError("dead")

    Vectors(file).of(["one"], Hashing())
    with pytest.raises(RuntimeError):
        Vectors(file).of(["one", "two"], Failing())
    assert Vectors(file).of(["one"], Failing()).shape == (1, 8)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_costs_time_only(file: Path) -> None:
    file.parent.mkdir(mode=0o500)
    encoder = Hashing()
    for _ in range(2):
        np.testing.assert_array_equal(Vectors(file).of(["one"], encoder)[0], encoder.vector("one"))
    assert encoder.asked == ["one", "one"]


def test_a_file_in_the_way_of_the_folder_costs_time_only(file: Path) -> None:
    file.parent.write_text("in the way")
    encoder = Hashing()
    np.testing.assert_array_equal(Vectors(file).of(["one"], encoder)[0], encoder.vector("one"))


def test_several_threads_share_the_file(file: Path) -> None:
    texts = [[f"{name} {i}" for i in range(60)] + ["of all"] for name in "abcd"]
    wrong: list[str] = []

    def work(own: list[str]) -> None:
        encoder = Hashing()
        for end in range(5, len(own) + 1, 7):
            found = Vectors(file).of(own[:end], encoder)
            expected = np.stack([encoder.vector(text) for text in own[:end]])
            if not np.array_equal(found, expected):
                wrong.append(own[0])

    threads = [threading.Thread(target=work, args=(own,)) for own in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    kept = Hashing()
    Vectors(file).of([text for own in texts for text in own[:54]], kept)
    assert not kept.asked
