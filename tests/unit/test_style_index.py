"""The index grows and shrinks by one like, and knows which likes are akin."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptstyle.core.style.index import LikeIndex
from promptstyle.core.style.ranking import RANKINGS, retain
from promptstyle.core.style.typical import Typical
from promptstyle.core.style.words import words
from promptstyle.core.training.template import Pair

WORDS = ["bees", "honey", "list", "exactly", "5", "facts", "the", "sure", "plan", "sea."]
text = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
pair = st.tuples(text, text)
BEES = "List exactly 5 facts about bees. Make sure every fact is short. Show only the list."


def answers(index: LikeIndex[Any], topic: str) -> dict[str, Any]:
    """All that the index says of a topic, by the likes and not by their keys."""

    def rounded(scores: dict[Any, float]) -> list[tuple[Pair, float]]:
        return sorted((index[key], round(score, 9)) for key, score in scores.items())

    return {
        "documents": rounded(index.documents(topic)),
        "best": rounded(index.best_snippet(topic)),
        "typical": rounded({key: index.typical[key] for key in index}),
        "snippets": [(each.text, round(each.score, 9)) for each in index.snippets(topic)],
        "kin": sorted(sorted(index[other] for other in index.kin(key)) for key in index),
        **{
            name: [(each.topic, each.text) for each in retain(index, topic, ranking=name)]
            for name in RANKINGS
        },
    }


def test_it_reads_like_a_mapping() -> None:
    index = LikeIndex([("x", ("a", "b")), ("y", ("c", "d"))])
    assert len(index) == 2
    assert list(index) == list(index.keys()) == ["x", "y"]
    assert index["y"] == ("c", "d")
    assert "x" in index
    assert "z" not in index
    with pytest.raises(KeyError):
        index["z"]
    with pytest.raises(KeyError):
        index.remove("z")


@given(
    first=st.dictionaries(st.integers(0, 7), pair, max_size=6),
    second=st.dictionaries(st.integers(0, 7), pair, max_size=6),
    topic=text,
    asked=st.booleans(),
    order=st.integers(0, 99),
)
def test_what_came_and_went_leaves_no_trace(
    first: dict[int, Pair], second: dict[int, Pair], topic: str, asked: bool, order: int
) -> None:
    index = LikeIndex(first.items())
    if asked:
        # What is worked out when it is asked for follows the changes too.
        answers(index, topic)
    changed = {key for key in {*first, *second} if first.get(key) != second.get(key)}
    assert index.sync(second) == len(changed)
    assert index.sync(second) == 0
    items = list(second.items())
    random.Random(order).shuffle(items)
    assert answers(index, topic) == answers(LikeIndex(items), topic)
    assert {key: index[key] for key in index} == second


def test_one_that_is_added_again_is_replaced() -> None:
    index = LikeIndex.of([("bees", "List bees."), ("sea", "Draw the sea.")])
    index.snippets("bees")
    index.add(0, ("hills", "Paint hills."))
    assert index.documents("bees") == index.best_snippet("bees") == {}
    assert index.parts(0) == ("Paint hills.",)
    assert len(index) == 2


def test_kin_are_those_of_the_topic_and_near_duplicates() -> None:
    index = LikeIndex.of(
        [
            ("Facts about bees.", BEES),
            ("facts  about BEES", "Tell me five things."),
            ("bees again", BEES.replace("5", "6")),
            ("things", "Tell me five things!"),
            ("honey", "Describe how honey is made in 4 steps."),
        ]
    )
    assert index.kin(0) == {0, 1, 2}
    # Not the kin of kin.
    assert index.kin(2) == {0, 2}
    assert index.kin(1) == {0, 1, 3}
    assert index.kin(4) == {4}
    index.remove(1)
    assert index.kin(0) == {0, 2}
    with pytest.raises(KeyError):
        index.kin(1)


def test_prompts_without_a_word_are_alike() -> None:
    index = LikeIndex.of([("a", "!"), ("b", "..."), ("c", "word")])
    assert index.kin(0) == {0, 1}


def test_typical_by_hand() -> None:
    typical: Typical[str] = Typical()
    for key, prompt in {"a": "red bees", "b": "red ants", "c": "sea"}.items():
        typical.add(key, words(prompt))
    assert typical.alike("a", "b") == pytest.approx(0.5)
    assert typical["a"] == pytest.approx((1 + 0.5 + 0) / 3)
    assert typical["c"] == pytest.approx(1 / 3)
    # "b" is as typical as "a", but nearer to what is there than "c".
    assert list(typical.varied([], ["a", "b", "c"], lambda _: True)) == ["a", "c", "b"]
    assert list(typical.varied(["c"], ["b", "a"], lambda key: key != "b")) == ["a"]
    typical.remove("b")
    assert typical["a"] == pytest.approx(1 / 2)


@given(prompts=st.lists(text, min_size=1, max_size=8), taken=st.integers(0, 2))
def test_varied_is_maximal_marginal_relevance(prompts: list[str], taken: int) -> None:
    typical: Typical[int] = Typical()
    for key, prompt in enumerate(prompts):
        typical.add(key, words(prompt))
    chosen = list(range(min(taken, len(prompts))))
    pool = list(range(len(chosen), len(prompts)))
    for key in typical.varied(chosen, pool, lambda _: True):

        def worth(other: int) -> float:
            nearest = max((typical.alike(other, each) for each in chosen), default=0.0)
            return 0.5 * typical[other] - 0.5 * nearest

        assert worth(key) == pytest.approx(max(map(worth, pool)))
        pool.remove(key)
        chosen.append(key)
    assert pool == []
