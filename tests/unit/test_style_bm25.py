"""BM25 that grows and shrinks: the scores are those of bm25s, whatever happened before."""

from __future__ import annotations

import math
from collections import Counter

import bm25s
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.style.bm25 import BM25, K1, B

WORDS = [f"w{number}" for number in range(12)]
documents = st.lists(st.lists(st.sampled_from(WORDS), max_size=20), min_size=1, max_size=12)
queries = st.lists(st.sampled_from([*WORDS, "unknown"]), max_size=6)


def index_of(texts: dict[int, list[str]]) -> BM25[int]:
    index: BM25[int] = BM25()
    for key, text in texts.items():
        index.add(key, Counter(text))
    return index


def by_bm25s(texts: list[list[str]], query: list[str]) -> list[float]:
    """Lucene's variant there leaves out the factor (k1 + 1), which changes no order."""
    peer = bm25s.BM25(method="lucene", k1=K1, b=B, dtype="float64")
    # A word that is no query's: bm25s takes no corpus without words.
    peer.index([[*text] for text in texts], show_progress=False)
    known = [word for word in sorted(set(query)) if word in peer.vocab_dict]
    if not known:
        return [0.0] * len(texts)
    return [float(score) * (K1 + 1) for score in peer.get_scores(known)]


@given(texts=documents, query=queries)
def test_the_scores_are_those_of_bm25s(texts: list[list[str]], query: list[str]) -> None:
    found = index_of(dict(enumerate(texts))).scores(query)
    if not any(texts):
        assert found == {}
        return
    # Its idf is stored in single precision.
    assert [found.get(key, 0.0) for key in range(len(texts))] == pytest.approx(
        by_bm25s(texts, query), rel=1e-5
    )


def test_by_hand() -> None:
    index = index_of({1: ["sea", "sea", "calm"], 2: ["hill", "hill", "calm"]})
    # Both are of mean length. "sea" stands in one of two.
    assert index.scores(["sea"]) == {1: pytest.approx(math.log(2) * 2 * 2.5 / (2 + 1.5))}
    of_both = pytest.approx(math.log(1 + 0.5 / 2.5))
    assert index.scores(["calm", "calm", "nowhere"]) == {1: of_both, 2: of_both}


@given(
    texts=st.dictionaries(st.integers(0, 9), st.lists(st.sampled_from(WORDS), max_size=9)),
    steps=st.lists(st.tuples(st.integers(0, 9), st.lists(st.sampled_from(WORDS), max_size=9))),
    order=st.randoms(use_true_random=False),
    query=queries,
)
def test_what_came_and_went_leaves_no_trace(
    texts: dict[int, list[str]],
    steps: list[tuple[int, list[str]]],
    order: object,
    query: list[str],
) -> None:
    index = index_of(texts)
    wanted = dict(texts)
    for key, text in steps:
        if key in wanted and len(text) % 2:
            index.remove(key)
            del wanted[key]
        else:
            index.add(key, Counter(text))
            wanted[key] = text
    shuffled = list(wanted.items())
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    anew = index_of(dict(shuffled))
    # Exactly: nothing but whole numbers is carried over.
    assert index.scores(query) == anew.scores(query)
    assert len(index) == len(anew) == len(wanted)
    assert {word: index.idf(word) for word in WORDS} == {word: anew.idf(word) for word in WORDS}


def test_one_that_is_not_there_cannot_be_removed() -> None:
    index = index_of({1: ["a"]})
    with pytest.raises(KeyError):
        index.remove(2)
    index.remove(1)
    assert index.scores(["a"]) == {}
    assert 1 not in index
